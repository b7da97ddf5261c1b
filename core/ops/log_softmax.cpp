// SPDX-License-Identifier: Apache-2.0
// Logarithm of softmax along any axis.
#include "core/ops/families/row_rules.h"

namespace vitrine::ops::log_softmax {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(row::needAxisOf(attrs, in[0].shape));
    return std::vector{in[0]};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {row::alongAxis(b, attrs, "row_log_softmax", in[0])};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Numbers of any shape, logits."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[…]",
                                 .help = "Logarithms of positive numbers that sum to one."}};
constexpr FieldSpec fields[] = {row::axisField};
constexpr OpSample samples[] = {{"", "3x5"},       {"axis=1", "2x3x4x5"},
                                {"axis=0", "4x2"}, {"axis=-2", "2x3x17"},
                                {"", "7", -4, 4},  {"axis=2", "2x2x3x1"}};
constexpr OpErrorSample errors[] = {
    {"axis=2", "3x5", "axis 2 is not one of the 2 axes of x [3, 5]"},
    {"axis=-3", "3x5", "axis -3 is not one of the 2 axes of x [3, 5]"},
    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "log_softmax",
    .title = "Log-softmax",
    .category = "activation",
    .summary = "Logarithms of what softmax makes, exact where those numbers are too small.",
    .formula = "y[…, i, …] = x[…, i, …] − ln Σ_j e^x[…, j, …]",
    .searchWords = "logsoftmax log probabilities nll activation",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::log_softmax
