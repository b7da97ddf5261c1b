// SPDX-License-Identifier: Apache-2.0
// Entries by positions along several axes at once.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/position_rules.h"

namespace vitrine::ops::gather_nd {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto shape = positions::rowShapes(in[0].shape, in[1].shape, attrs.integer("batch_axes"));
    if (!shape.ok()) return shape.error();
    return oneResult(*shape, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t batchAxes = attrs.integer("batch_axes");
    const positions::Rows rows = positions::rows(b, x, in[1], batchAxes);
    const ValueId table = b.reshape(in[0], {rows.extent, rows.inner});
    const ValueId y = b.emit("gather", {table, rows.rows});
    return {b.reshape(y, *positions::rowShapes(x, b.shape(in[1]), batchAxes))};
}

constexpr PortSpec inputs[] = {
    {.id = "x",
     .title = "Input",
     .types = everyType,
     .hasOwnType = true,
     .pattern = "[…]",
     .help = "What is read from."},
    positions::input("[…]",
                     "Along its last axis positions on as many axes of the input; from -1 "
                     "down they count from the last. What is not there gives NaN.")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .hasOwnType = true,
                                 .pattern = "[…]",
                                 .help = "The entries, in the shape of the index without its last "
                                         "axis."}};
constexpr FieldSpec fields[] = {{.id = "batch_axes",
                                 .title = "Batch axes",
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = Shape::maxRank - 1,
                                 .help = "So many first axes the input and the index have in "
                                         "common."}};

constexpr OpSample samples[] = {{"", "4x3 5x2:i64<3"},
                                {"", "4x3x2 3x1<4"},
                                {"batch_axes=1", "2x4x3 2x5x1:i64<4"},
                                {"batch_axes=1", "2x4x3x2 2x2x2:u8<3"},
                                {"", "4x3:i64<9 2x2x2:i64<3"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "4x3 5x3:i64<3", "index [5, 3] names 3 axes, x [4, 3] has 2"},
    {"batch_axes=1", "2x3 4x1:i64<3", "index [4, 1] needs the first 1 extents of x [2, 3]"},
    {"batch_axes=2", "2x3 2x1:i64<3", "index [2, 1] and x [2, 3] do not have so many"},
    {"", "4x3 scalar:i64", "index needs one axis or more, got []"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "gather_nd",
    .title = "Gather by several axes",
    .category = "shape",
    .summary = "Entries by positions along several axes at once.",
    .formula = "y[p…, …] = x[index[p…, 0], index[p…, 1], …]",
    .searchWords = "gathernd index advanced",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::gather_nd
