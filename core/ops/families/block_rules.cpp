// SPDX-License-Identifier: Apache-2.0
// Layers of composites.
#include "core/ops/families/block_rules.h"

#include "core/opdef/shape_rules.h"
#include "core/ops/families/norm_rules.h"

namespace vitrine::block {

ValueId conv2d(Builder& b, ValueId x, ValueId weight, ValueId bias, ConvSettings settings) {
    const Shape w = b.shape(weight);
    Attrs attrs = b.attrs("conv2d");
    attrs.with("out_channels", w[0])
        .with("kernel", std::vector<int64_t>{w[2], w[3]})
        .with("stride", settings.stride)
        .with("padding", settings.padding)
        .with("groups", settings.groups)
        .with("bias", bias != noValue);
    return b.emit("conv2d", attrs, {x, weight, bias});
}

ValueId linear(Builder& b, ValueId x, ValueId weight, ValueId bias) {
    Shape result = b.shape(x);
    const int64_t features = result[result.rank() - 1], out = b.shape(weight)[0];
    Attrs attrs = b.attrs("linear");
    attrs.with("out_features", out).with("bias", bias != noValue);
    const ValueId rows = b.reshape(x, {result.elements() / features, features});
    result[result.rank() - 1] = out;
    return b.reshape(b.emit("linear", attrs, {rows, weight, bias}), result);
}

ValueId slice(Builder& b, ValueId x, int64_t axis, int64_t start, int64_t length) {
    if (start == 0 && length == b.shape(x)[static_cast<int>(axis)]) return x;
    Attrs attrs = b.attrs("slice");
    attrs.with("axis", axis).with("start", start).with("length", length);
    return b.emit("slice", attrs, {x});
}

ValueId transpose(Builder& b, ValueId x, std::vector<int64_t> permutation) {
    return b.emit("transpose", b.attrs("transpose").with("permutation", std::move(permutation)),
                  {x});
}

ValueId concat(Builder& b, const std::vector<ValueId>& parts, int64_t axis) {
    return b.emitAll("concat", b.attrs("concat").with("axis", axis), parts).front();
}

ValueId layerNorm(Builder& b, ValueId x, ValueId scale, ValueId shift, double epsilon) {
    const Shape s = b.shape(x);
    const int64_t features = s[s.rank() - 1];
    const ValueId rows = b.reshape(x, {s.elements() / features, features});
    return b.reshape(norm::rows(b, rows, epsilon, {scale, shift}), s);
}

ValueId meanOfPixels(Builder& b, ValueId x) {
    const Shape s = b.shape(x);
    return b.scale(b.reduceSum(x, {2, 3}), 1.0 / static_cast<double>(s[2] * s[3]));
}

ValueId excite(Builder& b, ValueId x, const Excitation& by) {
    const ValueId squeezed = conv2d(b, meanOfPixels(b, x), by.squeezeWeight, by.squeezeBias);
    const ValueId inner = b.emit(by.activation, {squeezed});
    const ValueId excited = conv2d(b, inner, by.exciteWeight, by.exciteBias);
    return b.mul(x, b.emit(by.gate, {excited}));
}

}  // namespace vitrine::block
