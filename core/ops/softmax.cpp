// SPDX-License-Identifier: Apache-2.0
// Softmax along any axis.
#include "core/ops/families/row_rules.h"

namespace vitrine::ops::softmax {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(row::needAxisOf(attrs, in[0].shape));
    return std::vector{in[0]};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {row::alongAxis(b, attrs, "row_softmax", in[0])};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .pattern = "[…]",
                                .help = "Numbers of any shape, logits: often rows [N, C]."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[…]",
                                 .help = "Positive numbers that sum to one along the axis."}};
constexpr FieldSpec fields[] = {addition(row::axisField)};
constexpr OpSample samples[] = {{"", "3x5"},           {"", "1x10", -4, 4},   {"", "17x3"},
                                {"", "5x1"},           {"axis=1", "2x3x4x5"}, {"axis=0", "4x2"},
                                {"axis=-2", "2x3x17"}, {"", "7", -4, 4}};
constexpr OpErrorSample errors[] = {
    {"axis=2", "3x5", "axis 2 is not one of the 2 axes of x [3, 5]"},
    {"", "scalar", "axis -1 is not one of the 0 axes of x []"},
    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "softmax",
    .title = "Softmax",
    .category = "activation",
    .summary = "Turns the numbers along an axis into positive ones that sum to one.",
    .formula = "y[…, i, …] = e^x[…, i, …] / Σ_j e^x[…, j, …]",
    .searchWords = "probabilities activation",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::softmax
