// SPDX-License-Identifier: Apache-2.0
// The middle of a value, or zeros around it, so that it has certain extents.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::center_crop_pad {

namespace {

/// Axes and extents: all axes where none are named.
Result<Shape> resultOf(const Attrs& attrs, const Shape& x) {
    const std::vector<int64_t>&shape = attrs.list("shape"), &axes = attrs.list("axes");
    const size_t wanted = axes.empty() ? static_cast<size_t>(x.rank()) : axes.size();
    if (shape.size() != wanted)
        return shapeError(fmt::format("shape has {} extents, wanted {}, one for each axis",
                                      shape.size(), wanted));
    Shape result = x;
    for (size_t k = 0; k < shape.size(); ++k) {
        int64_t axis = axes.empty() ? static_cast<int64_t>(k) : axes[k];
        if (axis < 0) axis += x.rank();
        VITRINE_TRY(needAxis(axis, "x", x));
        result[static_cast<int>(axis)] = shape[k];
    }
    return result;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto shape = resultOf(attrs, in[0].shape);
    if (!shape.ok()) return shape.error();
    return oneResult(*shape, in[0].dtype);
}

// An odd place more lies behind.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    ValueId y = in[0];
    const Shape x = b.shape(y), wanted = *resultOf(attrs, x);
    for (int axis = 0; axis < x.rank(); ++axis) {
        const int64_t more = wanted[axis] - x[axis];
        if (more < 0)
            y = axis::piece(b, y, axis, {.start = -more / 2, .length = wanted[axis]});
        else
            y = axis::padded(b, y, axis, more / 2, more - more / 2);
    }
    return {y};
}

constexpr PortSpec outputs[] = {axis::anyOutput("Elements of the middle, and zeros around them.")};
constexpr FieldSpec fields[] = {{.id = "shape",
                                 .title = "Shape",
                                 .type = FieldType::IntList,
                                 .defaultText = "8,8",
                                 .minimum = 1,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "Extents of the result, one for each axis.",
                                 .onNode = OnNode::Value},
                                {.id = "axes",
                                 .title = "Axes",
                                 .type = FieldType::IntList,
                                 .minimum = -Shape::maxRank,
                                 .maximum = Shape::maxRank - 1,
                                 .help = "Axes that the extents are of; from -1 down they count "
                                         "from the last. None: all.",
                                 .onNode = OnNode::Named}};

constexpr OpSample samples[] = {{"shape=3,7", "4x5"},
                                {"shape=2 axes=-1", "2x3x5"},
                                {"shape=5,1 axes=0,2", "2x3x4"},
                                {"shape=3", "6:i64<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"shape=3", "4x5", "shape has 1 extents, wanted 2, one for each axis"},
    {"shape=3 axes=2", "4x5", "axis 2 is not one of the 2 axes of x [4, 5]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "center_crop_pad",
    .title = "Crop or pad around the middle",
    .category = "shape",
    .summary = "The middle of a value, or zeros around it, so that it has certain extents.",
    .formula = "y[…, k, …] = x[…, k + ⌊(n − m) / 2⌋, …] for n places cut to m",
    .searchWords = "centre center crop pad",
    .inputs = axis::anyInput,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::center_crop_pad
