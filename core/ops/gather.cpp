// SPDX-License-Identifier: Apache-2.0
// Entries along an axis by their numbers.
#include "core/opdef/shape_rules.h"

#include <fmt/format.h>

namespace vitrine::ops::gather {

namespace {

/// [before the axis, those of the index, behind the axis].
Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape &x = in[0].shape, &index = in[1].shape;
    const auto axis = static_cast<int>(attrs.integer("axis"));
    VITRINE_TRY(needAxis(axis, "x", x));
    if (x.rank() - 1 + index.rank() > Shape::maxRank)
        return shapeError(fmt::format("x {} by index {} has more than {} axes", x.text(),
                                      index.text(), Shape::maxRank));
    Shape result;
    for (int i = 0; i < axis; ++i) result.push(x[i]);
    for (int64_t extent : index.dims()) result.push(extent);
    for (int i = axis + 1; i < x.rank(); ++i) result.push(x[i]);
    return oneResult(result, in[0].dtype);
}

// Linear in x: its adjoint adds up what every entry was read for.
void vjp(VjpContext& c) {
    if (!c.wanted[0]) return;
    const int64_t axis = c.instr.attrs.integer("axis");
    Attrs attrs = c.b.attrs("scatter_add");
    attrs.with("axis", axis).with("rows", c.b.shape(c.in(0))[static_cast<int>(axis)]);
    c.inGrad[0] = c.b.emit("scatter_add", attrs, {c.outGrad[0], c.in(1)});
}

void jvp(JvpContext& c) {
    if (c.inTangent[0] != noValue)
        c.outTangent[0] = c.b.emit("gather", c.instr.attrs, {c.inTangent[0], c.in(1)});
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Gather{.axis = static_cast<int>(q.instr.attrs.integer("axis"))};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .hasOwnType = true,
                                .pattern = "[…]",
                                .help = "What is read from."},
                               {.id = "index",
                                .title = "Index",
                                .types = indexTypes,
                                .pattern = "[…]",
                                .help = "Numbers of entries along the axis; from -1 down they "
                                        "count from the last. One that is not there gives NaN."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .hasOwnType = true,
                                 .pattern = "[…]",
                                 .help = "The entries, in the shape of the index at the axis."}};
constexpr FieldSpec fields[] = {axisField("Axis whose entries are read, from 0.", 0)};

constexpr OpSample samples[] = {{"", "5x3 4<5"},
                                {"axis=1", "2x7x3 2x2:u8<7"},
                                {"axis=2", "2x3x4 3:i64<4"},
                                {"", "6 scalar<6"},
                                {"axis=1", "2x5:i64<9 4:u16<5"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2", "5x3 4<5", "axis 2 is not one of the 2 axes of x [5, 3]"},
    {"", "5x3 4", "index needs whole numbers, got f32"},
    {"", "1x1x1x1x1x1x1x2 2x2<1", "has more than 8 axes"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "gather",
    .title = "Gather",
    .category = "shape",
    .summary = "Entries along an axis by their numbers.",
    .formula = "y[…, i, …] = x[…, index[i], …]",
    .searchWords = "take index_select lookup",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::gather
