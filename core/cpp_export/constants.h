// SPDX-License-Identifier: Apache-2.0
// What of a program follows from its weights alone is worked out once, when it is exported.
#pragma once

#include <vector>

#include "core/exec/evaluate.h"
#include "core/ir/program.h"

namespace vitrine::cpp_export {

/// By value: its numbers where they are known. `states`: those of states, null elsewhere. Values
/// that would be larger than what they are made of are left to the exported program.
std::vector<Numbers> knownNumbers(const Program& program, std::vector<Numbers> states);

/// Row-major elements as doubles.
std::vector<double> asDoubles(const TensorData& numbers);
/// The number that all elements are; nothing where they differ.
const double* uniformNumber(const TensorData& numbers, double& room);

}  // namespace vitrine::cpp_export
