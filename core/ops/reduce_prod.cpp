// SPDX-License-Identifier: Apache-2.0
// Products along any axes.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_prod {

namespace {

/// The product along axis 1 of [outer, extent, inner], by halves: its gradient is made of products
/// of the other elements, never of quotients, so that zeros may be among them.
ValueId product(Builder& b, ValueId x) {
    const auto part = [&](int64_t start, int64_t length) {
        return axis::piece(b, x, 1, {.start = start, .length = length});
    };
    ValueId odd = noValue;
    for (int64_t extent = b.shape(x)[1]; extent > 1; extent /= 2) {
        const int64_t half = extent / 2;
        if (extent % 2 == 1) {
            const ValueId last = part(2 * half, 1);
            odd = odd == noValue ? last : b.mul(odd, last);
        }
        x = b.mul(part(0, half), part(half, half));
    }
    return odd == noValue ? x : b.mul(x, odd);
}

// Floats in double precision, so that what comes back into float32's range on its way is not lost.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const std::vector<int64_t> axes = reduce::checkedAxes(attrs, x);
    const bool isWhole = isInteger(b.dtype(in[0]));
    ValueId y = isWhole ? in[0] : axis::cast(b, in[0], DType::F64);
    // Neighbouring axes go together.
    for (size_t i = 0; i < axes.size();) {
        const AxisView first = alongAxis(b.shape(y), axes[i]);
        int64_t extent = first.extent;
        size_t next = i + 1;
        for (; next < axes.size() && axes[next] == axes[next - 1] + 1; ++next)
            extent *= x[static_cast<int>(axes[next])];
        const int64_t inner = first.extent * first.inner / extent;
        Shape after = b.shape(y);
        for (; i < next; ++i) after[static_cast<int>(axes[i])] = 1;
        y = b.reshape(product(b, b.reshape(y, {first.outer, extent, inner})), after);
    }
    const ValueId shaped = b.reshape(y, reduce::reducedShape(x, axes, attrs.flag("keep_axes")));
    return {axis::cast(b, shaped, b.dtype(in[0]))};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_prod",
    .title = "Product",
    .category = "math",
    .summary = "Products along axes, in double precision. Zeros have right gradients.",
    .formula = "y = Π x along the axes; whole numbers wrap",
    .searchWords = "prod multiply",
    .shortName = "product",
    .inputs = reduce::numberInputs,
    .outputs = reduce::numberOutputs,
    .fields = reduce::fields,
    .inferShapes = reduce::shapes,
    .build = build,
    .samples = reduce::numberSamples,
    .errorSamples = reduce::numberErrors,
};

}  // namespace vitrine::ops::reduce_prod
