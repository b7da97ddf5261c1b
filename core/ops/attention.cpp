// SPDX-License-Identifier: Apache-2.0
// Scaled dot-product attention (Vaswani et al. 2017).
#include "core/opdef/shape_rules.h"
#include "core/ops/families/attention_rules.h"

namespace vitrine::ops::attention {

namespace {

namespace rules = vitrine::attention;

enum Input { Query, Key, Value, Mask };

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape &query = in[Query].shape, &value = in[Value].shape;
    const int64_t heads = attrs.integer("heads");
    VITRINE_TRY(rules::needHeads("query", query[2], heads));
    VITRINE_TRY(rules::needHeads("value", value[2], heads));
    VITRINE_TRY(rules::needMask(in[Mask], {query[0], heads, query[1], value[1]}));
    return oneResult({query[0], query[1], value[2]}, in[Query].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {rules::attend(b, in[Query], in[Key], in[Value],
                          {.heads = attrs.integer("heads"),
                           .isCausal = attrs.flag("causal"),
                           .scale = attrs.real("scale"),
                           .mask = in[Mask]})};
}

constexpr PortSpec inputs[] = {
    {.id = "query", .title = "Query", .pattern = "[N, T, F]", .help = "What is asked, by place."},
    {.id = "key", .title = "Key", .pattern = "[N, S, F]", .help = "What places answer to."},
    {.id = "value", .title = "Value", .pattern = "[N, S, G]", .help = "What places give."},
    rules::maskInput};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, T, G]",
                                 .help = "Values, mixed for each place of the query."}};
constexpr FieldSpec fields[] = {rules::headsField, addition(rules::causalField),
                                addition(rules::scaleField)};

constexpr OpSample samples[] = {{"", "2x3x4 2x3x4 2x3x4 -"},
                                {"heads=2", "1x2x6 1x5x6 1x5x4 -"},
                                {"heads=2", "2x3x4 2x2x4 2x2x4 3x2"},
                                {"", "2x3x4 2x5x4 2x5x2 2x1x1x5"},
                                {"causal=true", "2x3x2 2x3x2 2x3x4 -"},
                                {"causal=true scale=0.3 heads=2", "1x2x4 1x4x4 1x4x2 2x4"},
                                {"causal=true", "1x3x2 1x2x2 1x2x1 -"}};
constexpr OpErrorSample errorSamples[] = {
    {"heads=3", "2x3x4 2x3x4 2x3x3 -", "4 features of query do not divide into 3 heads"},
    {"", "2x3x4 2x3x5 2x3x4 -", "key needs shape [2, S, 4], got [2, 3, 5]"},
    {"", "2x3x4 2x5x4 2x5x4 3x4", "mask [3, 4] does not repeat to the scores [2, 1, 3, 5]"},
    {"", "2x3x4 2x5x4 2x3x4 -", "value needs shape [2, 5, G], got [2, 3, 4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "attention",
    .title = "Attention",
    .category = "linear",
    .summary = "Mixes values by how well keys answer to queries.",
    .formula = "y = softmax(scale · Q · Kᵀ + mask) · V, in each head; scale = 1 / √d",
    .searchWords = "transformer self heads query key value sdpa scaled dot product causal",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::attention
