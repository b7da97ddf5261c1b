// SPDX-License-Identifier: Apache-2.0
// ExampleWalk: every example of a data set once, on several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

#include "core/data/dataset.h"

namespace vitrine {

struct ExampleWalk {
    const Dataset& data;  ///< as it is stored
    int threads = 1;
    std::function<void(double share)> progress = {};  ///< called by one thread; may be empty
    std::stop_token stop = {};

    int64_t count() const { return data.train.count + data.test.count; }
    const ExampleSet& set(int64_t place) const {
        return place < data.train.count ? data.train : data.test;
    }
    /// In its part; places count the training part first.
    int64_t index(int64_t place) const {
        return place < data.train.count ? place : place - data.train.count;
    }
    std::string nameOf(int64_t place) const {
        return exampleName(data, place >= data.train.count, index(place));
    }
    /// Calls `look` for all places, by many threads at once, in no order. False: it was stopped.
    bool run(const std::function<void(int64_t place)>& look) const;
};

}  // namespace vitrine
