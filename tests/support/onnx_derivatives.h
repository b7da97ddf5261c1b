// SPDX-License-Identifier: Apache-2.0
// What imported networks are compared by: distances from what others compute, and derivatives in
// double precision.
#pragma once

#include <functional>
#include <vector>

#include "core/io/safetensors.h"
#include "core/onnx/network.h"
#include "core/opdef/builder.h"

namespace vitrine::test {

std::vector<double> numbersOf(const TensorView& tensor);

/// The largest difference, as a share of the largest number that is wanted; infinity where there
/// are not as many.
double distance(const std::vector<double>& ours, const std::vector<double>& wanted);

/// What is appended to a network's program, from its input x, its output y and the cotangent: the
/// value that is asked for.
using Append = std::function<Result<ValueId>(Builder&, ValueId x, ValueId y, ValueId cotangent)>;

/// The value that is asked for, by plain loops in double precision. An input `v` of the program has
/// the numbers of x.
Result<std::vector<double>> derivedOf(const onnx::Network& network, const TensorView& x,
                                      const TensorView& cotangent, const Append& append);

/// Of Σ y · cotangent, in x.
Result<ValueId> appendGradient(Builder& b, ValueId x, ValueId y, ValueId cotangent);

}  // namespace vitrine::test
