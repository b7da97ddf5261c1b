// SPDX-License-Identifier: Apache-2.0
// The middle of the last axes.
#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::crop {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    Shape result = in[0].shape;
    const auto& size = attrs.list("size");
    if (std::ssize(size) > result.rank())
        return shapeError(fmt::format("size has {}, x {} has {} axes",
                                      countOf(size.size(), "number"), result.text(),
                                      result.rank()));
    const int first = result.rank() - static_cast<int>(size.size());
    for (int i = first; i < result.rank(); ++i) {
        const int64_t wanted = size[static_cast<size_t>(i - first)];
        if (wanted > result[i])
            return shapeError(fmt::format("size is {} along axis {}, x {} has {}", wanted, i,
                                          in[0].shape.text(), in[0].shape[i]));
        result[i] = wanted;
    }
    return oneResult(result, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    ValueId x = in[0];
    const auto& size = attrs.list("size");
    const int rank = b.shape(x).rank(), first = rank - static_cast<int>(size.size());
    for (int axis = first; axis < rank; ++axis) {
        const int64_t length = size[static_cast<size_t>(axis - first)];
        x = axis::piece(b, x, axis, {.start = (b.shape(x)[axis] - length) / 2, .length = length});
    }
    return {x};
}

constexpr PortSpec outputs[] = {axis::anyOutput("The middle of the input.")};
constexpr FieldSpec fields[] = {
    {.id = "size",
     .title = "Size",
     .type = FieldType::IntList,
     .defaultText = "1,1",
     .minimum = 1,
     .maximum = static_cast<double>(maxElements),
     .help = "Extents of the last axes. Where what is cut away is odd, one more goes behind.",
     .onNode = OnNode::Value}};

constexpr OpSample samples[] = {
    {"size=2,3", "1x2x5x6"}, {"size=3", "2x4"}, {"size=2,2,2", "3x2x5"}, {"size=1", "4:i64<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"size=2,7", "1x2x5x6", "size is 7 along axis 3, x [1, 2, 5, 6] has 6"},
    {"size=2,2", "4", "size has 2 numbers, x [4] has 1 axes"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "crop",
    .title = "Centre crop",
    .category = "shape",
    .summary = "Keeps the middle of the last axes.",
    .formula = "y[…, i] = x[…, ⌊(n − size) / 2⌋ + i]",
    .searchWords = "center cut middle",
    .inputs = axis::anyInput,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::crop
