// SPDX-License-Identifier: Apache-2.0
// A copy in which updates go to positions along an axis, one for each of the index.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/element_rules.h"
#include "core/ops/families/scatter_fields.h"

namespace vitrine::ops::scatter_elements {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<int> axis = elements::checkedAxis(attrs, in[0].shape, in[1].shape);
    if (!axis.ok()) return axis.error();
    if (attrs.text("mode") != "write" && !realOrWholeTypes.contains(in[0].dtype))
        return shapeError(fmt::format("x of {} can be written alone, mode is '{}'",
                                      name(in[0].dtype), attrs.text("mode")));
    return std::vector{in[0]};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const int axis = axis::checked(attrs, b.shape(in[0]));
    const ValueId corner = elements::first(b, in[0], axis, b.shape(in[1]));
    Attrs scattering = b.attrs("scatter_along");
    scattering.with("axis", int64_t{axis}).with("mode", attrs.text("mode"));
    const ValueId index = axis::cast(b, in[1], DType::I64);
    const ValueId changed = b.emit("scatter_along", scattering, {corner, index, in[2]});
    return {elements::withFirst(b, in[0], axis, changed)};
}

constexpr PortSpec inputs[] = {
    scatter::copied,
    positions::input("[S…]",
                     "Where each update goes along the axis; from -1 down positions count "
                     "from the last, and one that is none is left out."),
    scatter::updates("[S…]", "What goes there.")};
constexpr FieldSpec fields[] = {axis::field("Axis along which updates go; -1 is the last."),
                                scatter::modeField};

constexpr OpSample samples[] = {{"", "3x5 3x2:i64<5 3x2"},
                                {"axis=0 mode=add", "4x3 6x3<4 6x3"},
                                {"axis=1 mode=mul", "2x3x4 2x5x4:u8<3 2x5x4", 0.5, 1.5},
                                {"axis=1 mode=max", "3x5x4 2x7x3:i64<5 2x7x3"},
                                {"axis=0", "2x3:bool<2 1x2:i64<2 1x2:bool<2"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=0", "4x3 2x4:i64<4 2x4",
     "index [2, 4] needs up to the extents of x [4, 3] outside of axis 0"},
    {"", "4x3 4x2:i64<3 4x1", "updates needs shape [4, 2], got [4, 1]"},
    {"mode=add", "4:bool 2:i64<4 2:bool", "x of bool can be written alone, mode is 'add'"},
    {"", "4x3 4x3 4x3", "index needs whole numbers, got f32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "scatter_elements",
    .title = "Scatter elements",
    .category = "shape",
    .summary = "A copy in which updates go to positions along an axis, one for each of the index.",
    .formula = "y = x, with y[…, index[…, p, …], …] = updates[…, p, …], or that and x together",
    .searchWords = "put assign index_put reduce",
    .inputs = inputs,
    .outputs = scatter::outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::scatter_elements
