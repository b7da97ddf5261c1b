// SPDX-License-Identifier: Apache-2.0
// Entries added up along an axis by their numbers: the adjoint of gather.
#include "core/opdef/shape_rules.h"

#include <fmt/format.h>

namespace vitrine::ops::scatter_add {

namespace {

/// The extents of the index stand in x from the axis on; the result has rows there.
Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape &x = in[0].shape, &index = in[1].shape;
    const auto axis = static_cast<int>(attrs.integer("axis"));
    const int behind = axis + index.rank();
    bool fits = behind <= x.rank();
    for (int i = 0; fits && i < index.rank(); ++i) fits = x[axis + i] == index[i];
    if (!fits)
        return shapeError(fmt::format("x {} has not the extents {} of index from axis {} on",
                                      x.text(), index.text(), axis));
    Shape result;
    for (int i = 0; i < axis; ++i) result.push(x[i]);
    result.push(attrs.integer("rows"));
    for (int i = behind; i < x.rank(); ++i) result.push(x[i]);
    return oneResult(result, in[0].dtype);
}

Attrs reading(Builder& b, const Instr& instr) {
    return b.attrs("gather").with("axis", instr.attrs.get("axis"));
}

// Linear in x: its adjoint reads the entries back.
void vjp(VjpContext& c) {
    if (c.wanted[0])
        c.inGrad[0] = c.b.emit("gather", reading(c.b, c.instr), {c.outGrad[0], c.in(1)});
}

void jvp(JvpContext& c) {
    if (c.inTangent[0] != noValue)
        c.outTangent[0] = c.b.emit("scatter_add", c.instr.attrs, {c.inTangent[0], c.in(1)});
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::ScatterAdd{.axis = static_cast<int>(q.instr.attrs.integer("axis"))};
}

constexpr PortSpec inputs[] = {
    {.id = "x",
     .title = "Input",
     .types = realOrWholeTypes,
     .hasOwnType = true,
     .pattern = "[…]",
     .help = "Entries to add up."},
    {.id = "index",
     .title = "Index",
     .types = indexTypes,
     .pattern = "[…]",
     .help = "Row of the result for each entry; from -1 down they count from the last. What names "
             "no row is left out."}};
constexpr PortSpec outputs[] = {
    {.id = "y",
     .title = "Output",
     .types = realOrWholeTypes,
     .hasOwnType = true,
     .pattern = "[…]",
     .help = "Sums, accumulated in double precision, of whole numbers wrapping; 0 where no entry "
             "belongs."}};
constexpr FieldSpec fields[] = {
    axisField("First axis of the entries, and that of the rows, from 0.", 0),
    {.id = "rows",
     .title = "Rows",
     .defaultNumber = 1,
     .minimum = 1,
     .maximum = 1 << 30,
     .help = "Rows of the result.",
     .onNode = OnNode::Value}};

constexpr OpSample samples[] = {{"rows=5", "4x3 4<5"},
                                {"axis=1 rows=3", "2x6x1 6:u8<3"},
                                {"axis=1 rows=70", "1x3x65 3:i64<70"},
                                {"axis=1 rows=4", "2x2x3x2 2x3<4"},
                                {"rows=3", "2x2 scalar<3"},
                                {"rows=5", "4x3:i64<90 4<5"}};
constexpr OpErrorSample errorSamples[] = {
    {"rows=5", "4x3 3<5", "x [4, 3] has not the extents [3] of index from axis 0 on"},
    {"axis=2 rows=5", "4x3 4<5", "x [4, 3] has not the extents [4] of index from axis 2 on"},
    {"rows=2", "4 4", "index needs whole numbers, got f32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "scatter_add",
    .title = "Scatter add",
    .category = "shape",
    .summary = "Adds entries up along an axis, each in the row that its number names.",
    .formula = "y[…, r, …] = Σ x[…, k, …] over k with index[k] = r",
    .searchWords = "index_add segment_sum bincount histogram",
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

}  // namespace vitrine::ops::scatter_add
