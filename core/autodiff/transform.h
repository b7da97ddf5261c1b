// SPDX-License-Identifier: Apache-2.0
// Reverse and forward mode as transforms of a Program, using only each primitive's own rules. What
// they append are ordinary primitives, so they can be applied again: a Hessian-vector product is
// tangents of gradients.
#pragma once

#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/opdef/builder.h"

namespace vitrine {

/// Appends the gradient of `loss` (one element) with respect to each of `wrt`; noValue where it
/// does not depend on it. Gradients of a value that is used several times are summed in the order
/// of its uses, last use first. Errors: "derivative" naming an operator on the way that has no
/// reverse rule.
Result<std::vector<ValueId>> appendGradients(Builder& builder, ValueId loss,
                                             std::span<const ValueId> wrt);

/// The general form: appends Σ over `outputs` of cotangentᵀ · ∂output/∂wrt. Output and cotangent
/// shapes agree.
Result<std::vector<ValueId>> appendVjp(Builder& builder, std::span<const ValueId> outputs,
                                       std::span<const ValueId> cotangents,
                                       std::span<const ValueId> wrt);

/// Appends the directional derivative of each of `outputs` along `tangents` of the values `wrt`;
/// noValue where it is zero. Errors: "derivative" naming an operator on the way that has no forward
/// rule.
Result<std::vector<ValueId>> appendJvp(Builder& builder, std::span<const ValueId> wrt,
                                       std::span<const ValueId> tangents,
                                       std::span<const ValueId> outputs);

}  // namespace vitrine
