// SPDX-License-Identifier: Apache-2.0
// LayerNormalization: the last axes, from one on.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::layer_normalization {

namespace {

/// Means, and one over the root of the variances, with axes of extent 1.
void giveMoments(Context& c, const std::vector<int64_t>& axes, double epsilon) {
    const auto over = [&](std::string_view op) {
        return c.attrs(op).with("axes", axes).with("keep_axes", true);
    };
    if (c.wants(1)) c.give(1, c.emit("reduce_mean", over("reduce_mean"), {c.in(0)}));
    if (!c.wants(2)) return;
    const Attrs biased = over("reduce_variance").with("unbiased", false);
    const Value variance = c.emit("reduce_variance", biased, {c.in(0)});
    c.give(2, c.emit("rsqrt", c.attrs("rsqrt").with("epsilon", epsilon), {variance}));
}

void read(Context& c) {
    const Shape x = c.shape(0);
    const int64_t axis = c.axis("axis", -1, x.rank());
    const double epsilon = c.real("epsilon", 1e-5);
    const Shape inner(x.dims().subspan(static_cast<size_t>(axis)));
    std::vector<int64_t> axes;
    for (int64_t k = axis; k < x.rank(); ++k) axes.push_back(k);
    const bool isAffine = c.shape(1) == inner && c.has(2) && c.shape(2) == inner;
    const Attrs attrs = c.attrs("layer_norm")
                            .with("axes", x.rank() - axis)
                            .with("epsilon", epsilon)
                            .with("affine", isAffine);
    if (isAffine) {
        c.give(0, c.emit("layer_norm", attrs, {c.in(0), c.in(1), c.in(2)}));
    } else {
        const Value y = c.mul(c.emit("layer_norm", attrs, {c.in(0), Value{}, Value{}}), c.in(1));
        c.give(0, c.has(2) ? c.add(y, c.in(2)) : y);
    }
    giveMoments(c, axes, epsilon);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LayerNormalization", .since = 17, .read = read};

}  // namespace vitrine::onnx::rules::layer_normalization
