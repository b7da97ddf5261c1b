// SPDX-License-Identifier: Apache-2.0
// Other extents for the same elements, some of them those of another value.
#include <algorithm>

#include <fmt/format.h>

#include "core/opdef/registry.h"
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::reshape_like {

namespace {

/// What `reshape` has as its field: extents of `like` in their places.
Result<Attrs> asReshape(const Attrs& attrs, const Shape& like) {
    std::vector<int64_t> extents = attrs.list("shape");
    const std::vector<int64_t>& axes = attrs.list("like_axes");
    if (axes.size() != extents.size())
        return shapeError(
            fmt::format("like_axes has {} entries, shape has {}", axes.size(), extents.size()));
    for (size_t k = 0; k < axes.size(); ++k) {
        if (axes[k] < 0) continue;
        VITRINE_TRY(needAxis(axes[k], "like", like));
        extents[k] = like[static_cast<int>(axes[k])];
    }
    return Attrs(operatorNamed("reshape").fields).with("shape", extents);
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Attrs> as = asReshape(attrs, in[1].shape);
    if (!as.ok()) return as.error();
    return inferResults(operatorNamed("reshape"), *as, in.first(1));
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Result<Attrs> as = asReshape(attrs, b.shape(in[1]));
    VITRINE_CHECK(as.ok(), "a composite is built after its shapes were checked");
    return {b.emit("reshape", *as, {in[0]})};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .hasOwnType = true,
                                .pattern = "[…]",
                                .help = "Elements of any shape and type."},
                               {.id = "like",
                                .title = "Extents",
                                .types = everyType,
                                .hasOwnType = true,
                                .pattern = "[…]",
                                .help = "Has extents that are taken; what is in it does not "
                                        "count."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .hasOwnType = true,
                                 .pattern = "[…]",
                                 .help = "The same elements, in row-major order."}};
constexpr FieldSpec fields[] = {
    {.id = "shape",
     .title = "Shape",
     .type = FieldType::IntList,
     .defaultText = "0,-1",
     .minimum = -1,
     .maximum = static_cast<double>(maxElements),
     .help = "New extents. 0 keeps the one at that place; one -1 takes what is left.",
     .onNode = OnNode::Value},
    {.id = "like_axes",
     .title = "Taken from",
     .type = FieldType::IntList,
     .defaultText = "-1,-1",
     .minimum = -1,
     .maximum = Shape::maxRank - 1,
     .help = "For each extent the axis of the other value that it is taken from, whatever the "
             "shape says there; -1: the shape's.",
     .onNode = OnNode::Named}};

constexpr OpSample samples[] = {{"", "2x3x4 5"},
                                {"shape=0,0,1,1 like_axes=-1,-1,2,3", "2x3x20 2x7x4x5"},
                                {"shape=-1,1 like_axes=-1,0", "6x4:i64<9 8x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"shape=1,2,3 like_axes=0", "2x3 4", "like_axes has 1 entries, shape has 3"},
    {"shape=1 like_axes=2", "6 2x3", "axis 2 is not one of the 2 axes of like [2, 3]"},
    {"shape=1,2 like_axes=0,-1", "2x3 4", "x [2, 3] has 6 elements, shape [4, 2] wants 8"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reshape_like",
    .title = "Reshape like",
    .category = "shape",
    .summary = "Gives the same elements other extents, some of them those of another value.",
    .formula = "y[…] = x[…], element for element in row-major order",
    .searchWords = "view unflatten tokens pixels",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::reshape_like
