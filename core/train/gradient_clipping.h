// SPDX-License-Identifier: Apache-2.0
// Appends clipping to a training Program.
#pragma once

#include <span>

#include "core/opdef/builder.h"
#include "core/optim/clipping.h"

namespace vitrine {

/// Weights and gradient of one parameter; gradient and scale change.
struct ClippedParameter {
    ValueId weights = noValue, gradient = noValue;
    /// What an update multiplies the gradient by; one number.
    ValueId scale = noValue;
};

/// Appends the output `grad_norm`, that of all gradients before clipping, and where `limit` is
/// above 0 what clipping makes of them. Norm and Layer only give scales; Value and Adaptive give
/// other gradients. Units of Adaptive are the rows along axis 0, or all of a parameter with one
/// axis: g · min(1, limit · max(‖w‖, 1e-3) / ‖g‖) of each.
/// `unscale`: one number that makes of these gradients those that are meant; noValue: they are.
void appendClipping(Builder& builder, std::span<ClippedParameter> parameters, Clipping clipping,
                    double limit, ValueId unscale = noValue);

}  // namespace vitrine
