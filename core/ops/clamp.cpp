// SPDX-License-Identifier: Apache-2.0
// Numbers below a bound become it, and those above another.
#include <fmt/format.h>

#include <limits>

#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::clamp {

namespace {

struct Bounds {
    double low, high;
};
constexpr double infinity = std::numeric_limits<double>::infinity();

Bounds boundsOf(const Attrs& attrs) {
    const std::string& which = attrs.text("bounds");
    return {which == "high" ? -infinity : attrs.real("low"),
            which == "low" ? infinity : attrs.real("high")};
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto [low, high] = boundsOf(attrs);
    if (low > high) return shapeError(fmt::format("low {} lies above high {}", low, high));
    return pointwise::shapes(attrs, in);
}

/// At a bound it is 0. Where there is one, infinite numbers on its open side count as inside.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const auto [low, high] = boundsOf(instr.attrs);
    const ValueId x = instr.in[0];
    if (high == infinity) return pointwise::outside(b, v, x, -infinity, low);
    if (low == -infinity) return pointwise::outside(b, v, x, high, infinity);
    return pointwise::inside(b, v, x, low, high);
}

kernels::Problem problem(const OpQuery& q) {
    const auto [low, high] = boundsOf(q.instr.attrs);
    if (pointwise::isWhole(q)) return kernels::WholeMap{kernels::Whole::Clamp, low, high};
    return kernels::Map{kernels::Pointwise::Clamp, low, high};
}

constexpr std::string_view choices[] = {"both", "low", "high"};
constexpr FieldSpec fields[] = {{.id = "bounds",
                                 .title = "Bounds",
                                 .type = FieldType::Choice,
                                 .defaultText = "both",
                                 .help = "Which of the two there are.",
                                 .choices = choices},
                                {.id = "low",
                                 .title = "Low",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
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
                                {"bounds=low low=0.1", "1x17x3x1"},
                                {"bounds=high high=0.3", "5"},
                                {"low=-1 high=-1", "3x2", -3, 3},
                                {"low=2.5 high=40", "3x7:i64<90"}};
constexpr OpErrorSample errors[] = {
    {"", "3:bool", "x needs numbers, got bool"},
    {"low=2", "3x5", "low 2 lies above high 1"},
    {"bounds=none", "3x5", "field 'bounds' is 'none', wanted one of both, low, high"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "clamp",
    .title = "Clamp",
    .category = "math",
    .summary = "Numbers outside of two bounds become the nearer bound.",
    .formula = "y = min(max(x, low), high)",
    .searchWords = "clip limit bound saturate",
    .inputs = pointwise::unaryNumberInputs,
    .outputs = pointwise::numberOutputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::clamp
