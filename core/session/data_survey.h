// SPDX-License-Identifier: Apache-2.0
// DataSurvey: what was understood of data, told before anything trains.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/session/number_survey.h"

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
    /// Two examples with the same images, byte for byte.
    struct Doubled {
        std::string one, first;  ///< names of the examples, the latter stands before the other
    };

    int64_t train = 0, test = 0;           ///< examples
    std::vector<Column> columns = {};      ///< as they are stored
    std::string classColumn = {};          ///< the first column of classes; empty: none
    std::vector<ClassCount> classes = {};  ///< all of it
    std::vector<SizeCount> sizes = {};  ///< the most frequent first; empty: the data are no files
    bool sawAllSizes = true;            ///< else of some files alone
    std::vector<NumberSurvey> numbers = {};  ///< of columns of floating-point numbers
    int64_t doubled = -1;  ///< test examples that stand in the training part too; −1: nobody looked
    std::vector<Doubled> firstDoubled = {};  ///< 20 of these at most
    /// Examples whose images an earlier one of another class has; −1: nobody looked.
    int64_t contradicting = -1;
    std::vector<Doubled> firstContradicting = {};  ///< 20 of these at most
    /// The data's own, and what stands out: an empty part ("U04"), a class without or with one
    /// example ("M12"), the same examples in both parts ("M10") or in two classes ("M15"), sizes
    /// that differ ("M09"), numbers that are not finite ("V04"), what cannot be read ("M02").
    std::vector<Error> remarks = {};
    std::vector<Error> troubles = {};  ///< those of them that a training would end with
};

struct SurveyOptions {
    bool looksAtAll = true;  ///< at every example: all sizes, numbers and doubled images
    int threads = 1;
    std::function<void(double share)> progress = {};
    std::stop_token stop = {};
};

/// Of data as they are stored. Any thread. With looksAtAll every example is read. Errors:
/// `stopped`.
Result<DataSurvey> surveyOf(const Dataset& stored, const SurveyOptions& options = {});

/// Whether pictures have other sizes than the data's fields take, and these neither fit them nor
/// pass them over: the first such picture ends a training.
bool refusesSizes(const DataSurvey& survey, const Attrs& fields);

/// Weights of the classes for a loss: the mean is 1, and a class counts the more the rarer it is
/// (examples / classes / those of the class); 0 for one without examples.
std::vector<double> balancingWeights(const std::vector<DataSurvey::ClassCount>& classes);

}  // namespace vitrine
