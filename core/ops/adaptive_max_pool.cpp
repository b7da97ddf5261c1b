// SPDX-License-Identifier: Apache-2.0
// Largest elements of windows that divide images into a given size.
#include "core/ops/families/adaptive_rules.h"

namespace vitrine::ops::adaptive_max_pool {

namespace {

// The last axis goes first: so the first of equals is the one that comes first row by row.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueShape type = b.program().shapeOf(in[0]);
    const Shape to = adaptive::shapes(attrs, std::span(&type, 1))->front().shape;
    ValueId x = in[0];
    for (int axis = to.rank() - 1; axis >= 2; --axis) {
        if (to[axis] == b.shape(x)[axis]) continue;
        Attrs extremes = b.attrs("window_extreme");
        x = b.emit("window_extreme", extremes.with("axis", int64_t{axis}).with("size", to[axis]),
                   {x});
    }
    return {x};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "adaptive_max_pool",
    .title = "Adaptive max pooling",
    .category = "pooling",
    .summary = "Largest pixels of windows that divide images of any size into a given one.",
    .formula =
        "y[n,c,p] = max x[n,c,k] over ⌊p · n / size⌋ ≤ k < ⌈(p + 1) · n / size⌉, along each "
        "axis",
    .searchWords = "adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d",
    .shortName = "pool",
    .inputs = adaptive::inputs,
    .outputs = adaptive::outputs,
    .fields = adaptive::fields,
    .inferShapes = adaptive::shapes,
    .build = build,
    .samples = adaptive::samples,
    .errorSamples = adaptive::errors,
};

}  // namespace vitrine::ops::adaptive_max_pool
