// SPDX-License-Identifier: Apache-2.0
// Compares the derivatives that rules give with central differences, and both modes with each
// other. The gradient of a Function is a Function again, so second order is the same check.
#pragma once

#include "core/base/result.h"
#include "tests/support/op_samples.h"

namespace vitrine::test {

/// Central differences in float64 with this step.
inline constexpr double differenceStep = 1e-6;
/// Largest deviation of a rule from central differences: |a − b| ≤ absolute + relative · max(|a|,
/// |b|). The quotient itself is exact to about 1e-10 for smooth functions of numbers near one.
inline constexpr double differenceRelative = 1e-6, differenceAbsolute = 1e-7;
/// Both modes compute the same sum in other orders.
inline constexpr double modesRelative = 1e-10;

/// (x, u) ↦ Jᵀu as a Function, with numbers for the cotangents u.
struct Gradient {
    Function function;
    std::vector<ValueId> byInput;  ///< for each input of the original; noValue: zero by rule
    std::vector<ValueId> cotangents;
};
/// Errors: "derivative", where a rule is missing.
Result<Gradient> gradientOf(const Function& function, uint64_t seed);

/// Reverse mode against central differences: the whole Jacobian where it is small, else along
/// random directions. Errors: "derivative" with the place and both numbers.
Result<void> checkReverse(const Function& function, uint64_t seed);
/// u · (Jv) = (Jᵀu) · v for random u and v.
Result<void> checkForward(const Function& function, uint64_t seed);

}  // namespace vitrine::test
