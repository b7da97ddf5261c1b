// SPDX-License-Identifier: Apache-2.0
// Gradient norm, and clipping by it, by value, by parameter and by unit.
#include "core/train/gradient_clipping.h"

#include <utility>

namespace vitrine {

namespace {

/// Weights near zero may move all the same (Brock et al. 2021, section 4).
constexpr double leastWeightNorm = 1e-3;

ValueId shifted(Builder& b, ValueId x, double offset) {
    return b.emit("shift", b.attrs("shift").with("offset", offset), {x});
}

ValueId scaleOf(Builder& b, ValueId norm, double limit) {
    return b.emit("clip_scale", b.attrs("clip_scale").with("max_norm", limit), {norm});
}

/// Where `factor` is none as it is.
ValueId times(Builder& b, ValueId number, ValueId factor) {
    return factor == noValue ? number : b.mul(number, factor);
}

void unscaleAll(Builder& b, std::span<ClippedParameter> parameters, ValueId unscale) {
    if (unscale == noValue) return;
    b.setName("unscaled");
    for (ClippedParameter& each : parameters)
        each.gradient = b.emit("scale_by", {each.gradient, unscale});
}

ValueId normOf(Builder& b, std::span<const ValueId> gradients, ValueId unscale) {
    return times(b, b.emitAll("global_norm", b.attrs("global_norm"), gradients)[0], unscale);
}

/// g − relu(g − limit) + relu(−g − limit).
ValueId between(Builder& b, ValueId g, double limit) {
    const ValueId above = b.emit("relu", {shifted(b, g, -limit)});
    const ValueId below = b.emit("relu", {shifted(b, b.scale(g, -1), -limit)});
    return b.add(b.sub(g, above), below);
}

/// Norm along all axes but the first, which stay with extent 1; of all of it where there is one.
ValueId unitNorm(Builder& b, ValueId x) {
    std::vector<int64_t> axes;
    const int rank = b.shape(x).rank();
    for (int axis = rank < 2 ? 0 : 1; axis < rank; ++axis) axes.push_back(axis);
    const ValueId square = b.mul(x, x);
    return b.emit("sqrt", {axes.empty() ? square : b.reduceSum(square, axes)});
}

/// The factor is 1 − relu(1 − limit · ‖w‖ / ‖g‖): 1 where the gradient is 0.
ValueId adapted(Builder& b, const ClippedParameter& parameter, double limit) {
    const ValueId weights = unitNorm(b, parameter.weights);
    const ValueId missing = b.emit("relu", {shifted(b, b.scale(weights, -1), leastWeightNorm)});
    const ValueId largest = b.scale(b.add(weights, missing), limit);
    const ValueId inverse = b.emit("reciprocal", {unitNorm(b, parameter.gradient)});
    const ValueId share = b.mul(largest, inverse);
    const ValueId less = b.emit("relu", {shifted(b, b.scale(share, -1), 1)});
    return b.mul(parameter.gradient, shifted(b, b.scale(less, -1), 1));
}

}  // namespace

void appendClipping(Builder& b, std::span<ClippedParameter> parameters, Clipping clipping,
                    double limit, ValueId unscale) {
    if (limit > 0 && (clipping == Clipping::Value || clipping == Clipping::Adaptive))
        unscaleAll(b, parameters, std::exchange(unscale, noValue));
    b.setName("grad_norm");
    std::vector<ValueId> gradients;
    for (const ClippedParameter& each : parameters) gradients.push_back(each.gradient);
    const ValueId norm = normOf(b, gradients, unscale);
    b.addOutput("grad_norm", norm);
    b.setName("grad_scale");
    const bool isWhole = clipping == Clipping::Norm && limit > 0;
    const ValueId scale = isWhole              ? times(b, scaleOf(b, norm, limit), unscale)
                          : unscale != noValue ? unscale
                                               : b.constant(b.shape(norm), b.dtype(norm), 1.0);
    for (ClippedParameter& each : parameters) {
        each.scale = scale;
        if (limit <= 0) continue;
        if (clipping == Clipping::Value) each.gradient = between(b, each.gradient, limit);
        if (clipping == Clipping::Layer)
            each.scale =
                times(b, scaleOf(b, normOf(b, {&each.gradient, 1}, unscale), limit), unscale);
        if (clipping == Clipping::Adaptive) each.gradient = adapted(b, each, limit);
    }
}

}  // namespace vitrine
