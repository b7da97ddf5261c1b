// SPDX-License-Identifier: Apache-2.0
// Multi-head attention with its projections (Vaswani et al. 2017), whose weights lie as in
// PyTorch: those of query, key and value on top of each other.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/attention_rules.h"
#include "core/ops/families/bias_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/init_rules.h"

namespace vitrine::ops::multi_head_attention {

namespace {

namespace rules = vitrine::attention;

enum Input { Query, Key, Value, Mask, InWeight, InBias, OutWeight, OutBias };

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& query = in[Query].shape;
    const int64_t heads = attrs.integer("heads");
    VITRINE_TRY(rules::needHeads("query", query[2], heads));
    if (in[Value].isThere && !in[Key].isThere)
        return shapeError("value needs a key beside it: places answer by keys");
    const Shape& places = in[Key].isThere ? in[Key].shape : query;
    VITRINE_TRY(rules::needMask(in[Mask], {query[0], heads, query[1], places[1]}));
    return std::vector{in[Query]};
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t features = in[Query].shape[2];
    const Shape packed{3 * features, features};
    VITRINE_TRY(needSize("in_weight", packed));
    std::vector<ParamSpec> specs{
        {InWeight, packed, chosenInit(attrs, features, 3 * features)},
        {OutWeight, {features, features}, chosenInit(attrs, features, features)}};
    if (attrs.flag("bias")) {
        specs.push_back({InBias, {3 * features}, {}});
        specs.push_back({OutBias, {features}, {}});
    }
    return specs;
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId query = in[Query], key = in[Key] != noValue ? in[Key] : query,
                  value = in[Value] != noValue ? in[Value] : key;
    const rules::Projections projections{in[InWeight], in[InBias], in[OutWeight], in[OutBias]};
    return {rules::attendProjected(b, query, key, value, projections,
                                   {.heads = attrs.integer("heads"),
                                    .isCausal = attrs.flag("causal"),
                                    .dropout = attrs.real("dropout"),
                                    .mask = in[Mask]})};
}

constexpr PortSpec optional(PortSpec port) {
    port.optional = true;
    return port;
}
constexpr PortSpec inputs[] = {
    {.id = "query", .title = "Query", .pattern = "[N, T, F]", .help = "What is asked, by place."},
    optional({.id = "key",
              .title = "Key",
              .pattern = "[N, S, F]",
              .help = "What places answer to; without it the query."}),
    optional({.id = "value",
              .title = "Value",
              .pattern = "[N, S, F]",
              .help = "What places give; without it the key."}),
    rules::maskInput,
    rules::inWeightInput,
    rules::inBiasInput,
    rules::outWeightInput,
    rules::outBiasInput};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, T, F]",
                                 .help = "Values, mixed for each place of the query."}};
constexpr FieldSpec fields[] = {rules::headsField,
                                rules::causalField,
                                {.id = "bias",
                                 .title = "Bias",
                                 .type = FieldType::Bool,
                                 .defaultNumber = 1,
                                 .help = "Whether a trained number is added to each feature of the "
                                         "projections."},
                                rules::dropoutField,
                                initField};

constexpr OpSample samples[] = {{"", "2x2x3 - - -"},
                                {"heads=2 bias=false", "1x2x4 1x3x4 - -"},
                                {"heads=2 causal=true", "1x3x2 1x3x2 1x3x2 -"},
                                {"dropout=0.5", "2x2x2 2x3x2 2x3x2 2x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"heads=3", "2x3x4 - - -", "4 features of query do not divide into 3 heads"},
    {"", "2x3x4 2x3x5 - -", "key needs shape [2, S, 4], got [2, 3, 5]"},
    {"", "2x3x4 - 2x3x4 -", "value needs a key beside it: places answer by keys"},
    {"", "2x3x4 2x5x4 2x5x4 3x4", "mask [3, 4] does not repeat to the scores [2, 1, 3, 5]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "multi_head_attention",
    .title = "Multi-head attention",
    .category = "linear",
    .summary = "Projects queries, keys and values, lets heads attend, and mixes what they give.",
    .formula =
        "y = out · concat(softmax(Qₕ · Kₕᵀ / √d + mask) · Vₕ), [Q, K, V] = in · [query, key, "
        "value]",
    .searchWords = "transformer self heads mha query key value",
    .shortName = "attention",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::multi_head_attention
