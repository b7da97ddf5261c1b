// SPDX-License-Identifier: Apache-2.0
// Dropout (Srivastava et al. 2014): a random mask in training, nothing in evaluation.
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/random_rules.h"

namespace vitrine::ops::dropout {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {random::dropInTraining(b, in[0], attrs.real("rate"))};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[S…]", .help = "Numbers of any shape."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[S…]", .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {
    random::rateField(0.5, "Share of the elements that become zero in training.")};
constexpr OpSample samples[] = {{"", "3x5"}, {"rate=0.25", "2x3x5x7"}, {"rate=0", "1x17x3x1"}};
constexpr OpErrorSample errors[] = {
    {"", "4<10", "x needs f32 or f64, got i32"},
    {"rate=1", "3x5", "field 'rate' is '1', wanted a number from 0 to 0.999"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "dropout",
    .title = "Dropout",
    .category = "regularisation",
    .summary = "Sets a random share of the numbers to zero in training and scales the others up.",
    .formula = "y = x / (1 − rate) with probability 1 − rate, else 0;  in evaluation y = x",
    .searchWords = "drop regularization",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::dropout
