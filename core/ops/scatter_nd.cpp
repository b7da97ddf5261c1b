// SPDX-License-Identifier: Apache-2.0
// A copy in which updates go to positions along several axes at once.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/position_rules.h"
#include "core/ops/families/scatter_fields.h"

namespace vitrine::ops::scatter_nd {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto shape = positions::rowShapes(in[0].shape, in[1].shape, 0);
    if (!shape.ok()) return shape.error();
    if (in[2].shape != *shape)
        return shapeError(fmt::format("updates needs shape {}, as x {} and index {} say, got {}",
                                      shape->text(), in[0].shape.text(), in[1].shape.text(),
                                      in[2].shape.text()));
    if (attrs.text("mode") != "write" && !realOrWholeTypes.contains(in[0].dtype))
        return shapeError(fmt::format("x of {} can be written alone, mode is '{}'",
                                      name(in[0].dtype), attrs.text("mode")));
    return std::vector{in[0]};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const positions::Rows rows = positions::rows(b, x, in[1], 0);
    const int64_t count = rows.places.elements();
    const ValueId index = b.expand(b.reshape(rows.rows, {count, 1}), {count, rows.inner});
    Attrs scattering = b.attrs("scatter_along");
    scattering.with("axis", int64_t{0}).with("mode", attrs.text("mode"));
    const ValueId y = b.emit("scatter_along", scattering,
                             {b.reshape(in[0], {rows.extent, rows.inner}), index,
                              b.reshape(in[2], {count, rows.inner})});
    return {b.reshape(y, x)};
}

constexpr PortSpec inputs[] = {
    scatter::copied,
    positions::input("[…]",
                     "Along its last axis positions on as many axes of the input; from -1 "
                     "down they count from the last. What is not there is left out."),
    scatter::updates("[…]",
                     "What goes there: entries, in the shape of the index without its last axis.")};
constexpr FieldSpec fields[] = {scatter::modeField};

constexpr OpSample samples[] = {{"", "4x3 5x2:i64<3 5"},
                                {"mode=add", "4x3x2 3x1<4 3x3x2"},
                                {"mode=mul", "4x3 2x2x2:u8<3 2x2", 0.5, 1.5},
                                {"mode=min", "4x3 6x1:i64<4 6x3"},
                                {"mode=add", "4x3:i64<9 2x2:i64<3 2:i64<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "4x3 5x3:i64<3 5", "index [5, 3] names 3 axes, x [4, 3] has 2"},
    {"", "4x3 5x1:i64<3 5x2",
     "updates needs shape [5, 3], as x [4, 3] and index [5, 1] say, got [5, 2]"},
    {"mode=max", "4:bool 2x1:i64<4 2:bool", "x of bool can be written alone, mode is 'max'"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "scatter_nd",
    .title = "Scatter by several axes",
    .category = "shape",
    .summary = "A copy in which updates go to positions along several axes at once.",
    .formula =
        "y = x, with y[index[p…, 0], index[p…, 1], …] = updates[p…, …], or that and x "
        "together",
    .searchWords = "scatternd index_put assign",
    .inputs = inputs,
    .outputs = scatter::outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::scatter_nd
