// SPDX-License-Identifier: Apache-2.0
// Dropout (Srivastava et al. 2014): a random mask in training, nothing in evaluation.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::dropout {

namespace {

/// The program's input for random numbers, made where no operator has asked for it yet.
ValueId randomKey(Builder& b) {
    const ValueId key = b.program().input("rng_key");
    return key != noValue ? key : b.addInput("rng_key", {2}, DType::I64);
}

/// A number that follows from the path of the node's keys alone (FNV-1a), so that neither editing
/// another node nor another name changes its random numbers.
int64_t streamOf(const std::vector<std::string>& keys) {
    uint32_t hash = 2166136261u;
    for (const std::string& path : keys)
        for (const char c : path) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash;
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    if (!b.training() || attrs.real("rate") == 0.0) return {in[0]};
    const Attrs mask =
        b.attrs("dropout_mask").with("rate", attrs.real("rate")).with("stream", streamOf(b.keys()));
    return {b.emit("dropout_mask", mask, {in[0], randomKey(b)})};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[S…]", .help = "Numbers of any shape."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[S…]", .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {{.id = "rate",
                                 .title = "Rate",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.5,
                                 .minimum = 0,
                                 .maximum = 0.999,
                                 .help = "Share of the elements that become zero in training.",
                                 .onNode = OnNode::Value}};
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
