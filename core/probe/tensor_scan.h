// SPDX-License-Identifier: Apache-2.0
// One pass over all elements of a tensor: statistics and histogram, or just whether every element
// is finite. For the training loop: no allocation, no lock.
#pragma once

#include <cstddef>

#include "core/probe/histogram.h"
#include "core/tensor/layout.h"

namespace vitrine {

struct TensorScan {
    TensorStatistics statistics;
    LogHistogram histogram;  ///< of the finite elements
};

/// `storage` is the first byte of the value's storage. Sums are accumulated in float64, in the
/// order in which the elements lie in memory: a value in another layout may differ in the last
/// digits. Everything is of the elements times `times`, a power of two.
TensorScan scanTensor(const TensorType& type, const std::byte* storage, double times = 1);

/// True where an element is infinite or not a number. Integers: false.
bool hasNonFinite(const TensorType& type, const std::byte* storage);

}  // namespace vitrine
