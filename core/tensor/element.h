// SPDX-License-Identifier: Apache-2.0
// Single elements of a tensor's memory as numbers, whatever their type.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/tensor/layout.h"
#include "kernels/api/dtype.h"

namespace vitrine {

/// Element `index` of an array at `data`. Exact, except whole numbers beyond 2^53, which are
/// rounded.
double readElement(const std::byte* data, DType type, int64_t index);

/// Rounds to what the type can hold: to nearest for floating point and, within its range, for
/// integers; Bool is true for every number but 0. NaN becomes 0 in an integer.
void writeElement(std::byte* data, DType type, int64_t index, double number);

/// Place in the value's storage of a logical element, given by its row-major index.
int64_t physicalIndexOf(const TensorType& type, int64_t element);

}  // namespace vitrine
