// SPDX-License-Identifier: Apache-2.0
// Dropout that keeps mean zero and variance one behind SELU (Klambauer et al. 2017).
#include <cmath>

#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/random_rules.h"

namespace vitrine::ops::alpha_dropout {

namespace {

/// −scale · alpha of SELU: what it gives far below zero.
constexpr double floorOfSelu = -1.7580993408473766;

// With m = 1 where an element is kept: y = a · (x · m + α' · (1 − m)) + b.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const double rate = attrs.real("rate");
    if (!b.training() || rate == 0) return {in[0]};
    const double a = 1 / std::sqrt((1 - rate) * (1 + rate * floorOfSelu * floorOfSelu));
    const double offset = -a * rate * floorOfSelu;
    const ValueId scaledMask =  // m / (1 − rate)
        random::drop(b, b.constant(b.shape(in[0]), b.dtype(in[0]), 1), rate);
    const ValueId kept = b.mul(in[0], b.scale(scaledMask, a * (1 - rate)));
    const ValueId rest = b.emit("shift", b.attrs("shift").with("offset", a * floorOfSelu + offset),
                                {b.scale(scaledMask, -a * floorOfSelu * (1 - rate))});
    return {b.add(kept, rest)};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[S…]", .help = "Numbers of any shape."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[S…]", .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {
    random::rateField(0.5, "Share of the elements that become SELU's floor in training.")};
constexpr OpSample samples[] = {{"", "3x5"}, {"rate=0.25", "2x3x5x7"}, {"rate=0", "1x17x3x1"}};
constexpr OpErrorSample errors[] = {
    {"", "4<10", "x needs f32 or f64, got i32"},
    {"rate=1", "3x5", "field 'rate' is '1', wanted a number from 0 to 0.999"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "alpha_dropout",
    .title = "Alpha dropout",
    .category = "regularisation",
    .summary =
        "Sets a random share of the numbers to SELU's floor in training, and keeps mean and "
        "variance.",
    .formula =
        "y = a · (x or α') + b with probability 1 − rate or rate, α' = −1.7581, a = ((1 − "
        "rate) · (1 + rate · α'²))^−½, b = −a · rate · α';  in evaluation y = x",
    .searchWords = "selu dropout drop regularization",
    .shortName = "drop",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::alpha_dropout
