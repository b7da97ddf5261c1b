// SPDX-License-Identifier: Apache-2.0
// DataFacts: what set-up checks need to know of a data set, without its pixels.
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/dataset.h"
#include "core/io/project.h"

namespace vitrine {

/// A plain value; what is not known is empty or -1.
struct DataFacts {
    int64_t trainCount = -1, testCount = -1;  ///< images
    std::vector<int64_t> extents;             ///< channels, height, width
    std::vector<int64_t> trainLabels;         ///< training images of each class
    int32_t largestLabel = -1;                ///< of both sets
};

/// All of them. Looks at every label once: for each data set once, not for each edit.
DataFacts factsOf(const Dataset& data);
/// What images there will be and how many, where the data are drawn: one of each set is, which
/// takes a few milliseconds at most.
DataFacts factsOf(const DataSettings& data);

}  // namespace vitrine
