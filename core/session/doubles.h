// SPDX-License-Identifier: Apache-2.0
// Examples that are there more than once.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include "core/data/dataset.h"

namespace vitrine {

struct DoublesOptions {
    int threads = 1;
    std::function<void(double share)> progress = {};
    std::stop_token stop = {};
};

/// For each example (those of the training part first) the place of the first with the same images,
/// byte for byte, which is its own where it is the first of several; -1 where it is alone. What
/// could not be read is alone, whatever stands in its place. Reads every image. Any thread. Errors:
/// `stopped`.
Result<std::vector<int32_t>> doublesOf(const Dataset& stored, const DoublesOptions& options = {});

}  // namespace vitrine
