// SPDX-License-Identifier: Apache-2.0
// A straight line between two bounds, instead of tanh.
#include <fmt/format.h>

#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::hard_tanh {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Attrs bounds =
        b.attrs("clamp").with("low", attrs.real("low")).with("high", attrs.real("high"));
    return {b.emit("clamp", bounds, {in[0]})};
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const double low = attrs.real("low"), high = attrs.real("high");
    if (low > high) return shapeError(fmt::format("low {} lies above high {}", low, high));
    return pointwise::shapes(attrs, in);
}

constexpr FieldSpec fields[] = {{.id = "low",
                                 .title = "Low",
                                 .type = FieldType::Real,
                                 .defaultNumber = -1,
                                 .help = "What numbers below it become.",
                                 .onNode = OnNode::Value},
                                {.id = "high",
                                 .title = "High",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1,
                                 .help = "What numbers above it become.",
                                 .onNode = OnNode::Value}};
constexpr OpSample samples[] = {{"", "3x5", -2, 2},
                                {"low=-0.5 high=0.25", "2x3x5x7"},
                                {"low=0.25 high=3", "1x17x3x1", -2, 4},
                                {"", "scalar"}};
constexpr OpErrorSample errors[] = {{"", "3<10", "x needs floating-point numbers, got i32"},
                                    {"low=2", "3x5", "low 2 lies above high 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "hard_tanh",
    .title = "Hard tanh",
    .category = "activation",
    .summary = "Numbers outside of two bounds become the nearer bound.",
    .formula = "y = min(max(x, low), high)",
    .searchWords = "hardtanh activation clip",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::hard_tanh
