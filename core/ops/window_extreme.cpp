// SPDX-License-Identifier: Apache-2.0
// Extremes of windows that divide an axis, and where they are.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/along_rules.h"

namespace vitrine::ops::window_extreme {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    const Result<int> axis = axis::of(attrs, x);
    if (!axis.ok()) return axis.error();
    VITRINE_TRY(needSize("x", x));
    const Shape result = axis::with(x, *axis, attrs.integer("size"));
    VITRINE_TRY(needSize("result", result));
    return std::vector<ValueShape>{{result, in[0].dtype}, {result, DType::I64}};
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Along{.pass = kernels::AlongPass::Extreme,
                          .axis = axis::checked(q.instr.attrs, q.in[0].shape),
                          .largest = q.instr.attrs.flag("largest")};
}

double flops(const OpQuery& q) { return static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec outputs[] = {
    along::output("The extremes."),
    axis::position("[…]", "Where they are, from 0; the first of equals.")};
constexpr FieldSpec fields[] = {axis::field("Axis that windows divide; -1 is the last."),
                                along::sizeField("Windows."), along::largestField};

constexpr OpSample samples[] = {{"size=1", "3x5"},
                                {"axis=1 size=3 largest=false", "2x7x3"},
                                {"axis=0 size=5", "3x2"},
                                {"axis=1 size=1", "2x17x65"},
                                {"size=2", "3x7:i32<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2", "2x3", "axis 2 is not one of the 2 axes of x [2, 3]"},
    {"", "4:bool", "x needs f32, f64 or whole numbers, got bool"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "window_extreme",
    .title = "Window extremes",
    .category = "internal",
    .summary = "Largest or smallest element of each window that divides an axis, and where it is.",
    .formula = "y[p] = max x[k] over ⌊p · n / size⌋ ≤ k < ⌈(p + 1) · n / size⌉, n elements",
    .inputs = along::inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = along::selectionVjp,
    .jvp = along::selectionJvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::window_extreme
