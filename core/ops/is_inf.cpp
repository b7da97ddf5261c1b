// SPDX-License-Identifier: Apache-2.0
// Whether a number is infinite.
#include <limits>

#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::is_inf {

namespace {

// A number is below itself nowhere.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const bool positive = attrs.flag("positive"), negative = attrs.flag("negative");
    if (!positive && !negative) return {b.emit("less", {in[0], in[0]})};
    const ValueId x = positive && negative ? b.emit("abs", {in[0]}) : in[0];
    const ValueId wanted = b.constant({}, b.dtype(x), positive ? infinity : -infinity);
    return {b.emit("equal", {x, wanted})};
}

constexpr FieldSpec fields[] = {{.id = "positive",
                                 .title = "Positive",
                                 .type = FieldType::Bool,
                                 .defaultNumber = 1,
                                 .help = "Whether ∞ counts."},
                                {.id = "negative",
                                 .title = "Negative",
                                 .type = FieldType::Bool,
                                 .defaultNumber = 1,
                                 .help = "Whether −∞ counts."}};
constexpr OpSample samples[] = {{"", "3x5"},
                                {"positive=false", "2x3x4"},
                                {"negative=false", "5"},
                                {"positive=false negative=false", "3x2"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "is_inf",
    .title = "Is infinite",
    .category = "math",
    .summary = "Whether each number is infinite.",
    .formula = "y = x = ∞ or x = −∞",
    .searchWords = "isinf overflow",
    .inputs = pointwise::unaryInputs,
    .outputs = compare::outputs,
    .fields = fields,
    .inferShapes = compare::shapes,
    .build = build,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::is_inf
