// SPDX-License-Identifier: Apache-2.0
// DataSurvey: what was understood of data, told before anything trains.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace vitrine {

struct DataSurvey {
    struct ClassCount {
        std::string name;
        int64_t train = 0, test = 0;
    };
    struct SizeCount {
        Shape shape;  ///< [C, H, W] of picture files
        int64_t count = 0;
    };
    /// A test example whose images stand in the training part too, byte for byte.
    struct Doubled {
        std::string test, train;  ///< names of the examples
    };

    int64_t train = 0, test = 0;           ///< examples
    std::vector<Column> columns = {};      ///< as they are stored
    std::string classColumn = {};          ///< the first column of classes; empty: none
    std::vector<ClassCount> classes = {};  ///< all of it
    std::vector<SizeCount> sizes = {};  ///< the most frequent first; empty: the data are no files
    bool sawAllSizes = true;            ///< else of some files alone
    int64_t doubled = -1;               ///< all such test examples; −1: nobody looked
    std::vector<Doubled> firstDoubled = {};  ///< 20 at most
    /// The data's own, and what stands out: an empty part ("U04"), a class without or with one
    /// example ("M12"), the same examples in both parts ("M10"), sizes that differ ("M09").
    std::vector<Error> remarks = {};
};

struct SurveyOptions {
    bool looksAtAll = true;  ///< at each picture: sizes of all, and examples in both parts
    int threads = 1;
    std::function<void(double share)> progress = {};
    std::stop_token stop = {};
};

/// Of data as they are stored. Any thread. With looksAtAll every example is read once. Errors:
/// `stopped`.
Result<DataSurvey> surveyOf(const Dataset& stored, const SurveyOptions& options = {});

/// Weights of the classes for a loss: the mean is 1, and a class counts the more the rarer it is
/// (examples / classes / those of the class); 0 for one without examples.
std::vector<double> balancingWeights(const std::vector<DataSurvey::ClassCount>& classes);

}  // namespace vitrine
