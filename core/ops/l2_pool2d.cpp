// SPDX-License-Identifier: Apache-2.0
// Lengths of each window's pixels along two axes.
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::l2_pool2d {

namespace {

// The mean of squares, padding counted as zeros, times the taps is their sum. The root's derivative
// is infinite at 0: there a 1 stands in for it, and the result is 0 by choice.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId squares = b.mul(in[0], in[0]);
    const ValueId means =
        b.emit("avg_pool2d", window::withFields(b.attrs("avg_pool2d"), attrs), {squares});
    const auto& kernel = attrs.list("kernel");
    const ValueId sums = b.scale(means, static_cast<double>(kernel[0] * kernel[1]));
    const ValueId zero = b.constant({}, b.dtype(sums), 0);
    const ValueId isZero = b.emit("equal", {sums, zero});
    const ValueId one = b.constant({}, b.dtype(sums), 1);
    const ValueId root = b.emit("sqrt", {b.emit("where", {isZero, one, sums})});
    return {b.emit("where", {isZero, zero, root})};
}

constexpr PortSpec inputs[] = {window::imageInput(2)};
constexpr PortSpec outputs[] = {window::imageOutput(2)};
constexpr FieldSpec fields[] = {window::kernelField(2, 2), window::strideField(2, 2),
                                window::paddingField(2)};

constexpr OpSample samples[] = {{"", "2x3x4x6"},
                                {"kernel=3 stride=2 padding=1", "1x2x5x7"},
                                {"kernel=3,2 stride=1,2 padding=1,0", "2x1x5x5"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "l2_pool2d",
    .title = "L2 pooling 2D",
    .category = "pooling",
    .summary = "Euclidean length of the pixels of each window; the gradient at 0 is 0.",
    .formula = "y[n,c,p,q] = √Σ_{u,v} x[n, c, p·stride + u − pad, q·stride + v − pad]²",
    .searchWords = "lp_pool lppool norm pool",
    .shortName = "pool",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = pool::averageShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::l2_pool2d
