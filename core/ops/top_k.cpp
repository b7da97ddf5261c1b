// SPDX-License-Identifier: Apache-2.0
// The largest or smallest elements along an axis, in order, and where they are.
#include <cmath>

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/along_rules.h"

namespace vitrine::ops::top_k {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    const Result<int> axis = axis::of(attrs, x);
    if (!axis.ok()) return axis.error();
    VITRINE_TRY(needSize("x", x));
    const int64_t k = attrs.integer("k");
    if (k > x[*axis])
        return shapeError(
            fmt::format("k is {}, axis {} of x {} has {}", k, *axis, x.text(), x[*axis]));
    const Shape result = axis::with(x, *axis, k);
    return std::vector<ValueShape>{{result, in[0].dtype}, {result, DType::I64}};
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Along{.pass = kernels::AlongPass::Top,
                          .axis = axis::checked(q.instr.attrs, q.in[0].shape),
                          .largest = q.instr.attrs.flag("largest")};
}

double flops(const OpQuery& q) {
    const double comparisons = 1 + std::log2(static_cast<double>(q.instr.attrs.integer("k")));
    return static_cast<double>(q.in[0].shape.elements()) * comparisons;
}

constexpr PortSpec outputs[] = {
    along::output(
        "The elements, the most extreme one first. NaN counts as larger than all numbers."),
    axis::position("[…]", "Where they are, from 0; among equals the lowest position first.")};
constexpr FieldSpec fields[] = {axis::field("Axis along which they are sought; -1 is the last."),
                                {.id = "k",
                                 .title = "Elements",
                                 .defaultNumber = 1,
                                 .minimum = 1,
                                 .maximum = 1 << 30,
                                 .help = "How many of them.",
                                 .onNode = OnNode::Value},
                                along::largestField};

constexpr OpSample samples[] = {{"k=2", "3x5"},
                                {"axis=1 k=3 largest=false", "2x7x3"},
                                {"axis=0 k=4", "4x2"},
                                {"axis=-2 k=5", "2x17x3"},
                                {"k=3", "9x5:u8<20"}};
constexpr OpErrorSample errorSamples[] = {
    {"k=4", "2x3", "k is 4, axis 1 of x [2, 3] has 3"},
    {"axis=2", "2x3", "axis 2 is not one of the 2 axes of x [2, 3]"},
    {"", "4:bool", "x needs f32, f64 or whole numbers, got bool"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "top_k",
    .title = "Top k",
    .category = "math",
    .summary = "The largest or smallest elements along an axis, in order, and where they are.",
    .formula = "y[0] ≥ y[1] ≥ … ≥ y[k − 1] ≥ all others, y[p] = x[index[p]]",
    .searchWords = "topk sort largest best rank",
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

}  // namespace vitrine::ops::top_k
