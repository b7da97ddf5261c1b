// SPDX-License-Identifier: Apache-2.0
// Scaled dot-product attention (Vaswani et al. 2017).
#include "core/opdef/shape_rules.h"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace vitrine::ops::attention {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape &query = in[0].shape, &value = in[2].shape;
    const int64_t heads = attrs.integer("heads");
    for (const auto& [name, features] :
         {std::pair{"query", query[2]}, std::pair{"value", value[2]}})
        if (features % heads != 0)
            return shapeError(fmt::format("{} features of {} do not divide into {} heads", features,
                                          name, heads));
    const Shape scores{query[0], heads, query[1], value[1]};
    if (in[3].isThere && broadcastShape(in[3].shape, scores) != scores)
        return shapeError(fmt::format("mask {} does not repeat to the scores {}",
                                      in[3].shape.text(), scores.text()));
    return oneResult({query[0], query[1], value[2]}, in[0].dtype);
}

/// [N, T, F] → [N, heads, T, F / heads]: a view.
ValueId split(Builder& b, ValueId x, int64_t heads) {
    const Shape s = b.shape(x);
    const ValueId parts = b.reshape(x, {s[0], s[1], heads, s[2] / heads});
    return b.emit("transpose",
                  b.attrs("transpose").with("permutation", std::vector<int64_t>{0, 2, 1, 3}),
                  {parts});
}

ValueId softmaxOfRows(Builder& b, ValueId scores) {
    const Shape s = b.shape(scores);
    const int64_t columns = s[s.rank() - 1];
    const ValueId rows = b.reshape(scores, {s.elements() / columns, columns});
    return b.reshape(b.emit("softmax", {rows}), s);
}

// softmax(Q Kᵀ / √d + mask) V, head by head.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const int64_t heads = attrs.integer("heads");
    const ValueId query = split(b, in[0], heads), key = split(b, in[1], heads),
                  value = split(b, in[2], heads);
    const ValueId keys =
        b.emit("transpose",
               b.attrs("transpose").with("permutation", std::vector<int64_t>{0, 1, 3, 2}), {key});
    const double scale = 1 / std::sqrt(static_cast<double>(b.shape(query)[3]));
    ValueId scores = b.scale(b.emit("batched_matmul", {query, keys}), scale);
    if (in[3] != noValue) scores = b.add(scores, in[3]);
    const ValueId mixed = b.emit("batched_matmul", {softmaxOfRows(b, scores), value});
    const ValueId joined =
        b.emit("transpose",
               b.attrs("transpose").with("permutation", std::vector<int64_t>{0, 2, 1, 3}), {mixed});
    const Shape s = b.shape(in[0]);
    return {b.reshape(joined, {s[0], s[1], b.shape(in[2])[2]})};
}

constexpr PortSpec inputs[] = {
    {.id = "query", .title = "Query", .pattern = "[N, T, F]", .help = "What is asked, by place."},
    {.id = "key", .title = "Key", .pattern = "[N, S, F]", .help = "What places answer to."},
    {.id = "value", .title = "Value", .pattern = "[N, S, G]", .help = "What places give."},
    {.id = "mask",
     .title = "Mask",
     .pattern = "[…]",
     .help = "Added to the scores [N, heads, T, S]; repeats along axes. A large negative number "
             "hides a place.",
     .optional = true}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, T, G]",
                                 .help = "Values, mixed for each place of the query."}};
constexpr FieldSpec fields[] = {{.id = "heads",
                                 .title = "Heads",
                                 .defaultNumber = 1,
                                 .minimum = 1,
                                 .maximum = 1024,
                                 .help = "Parts that the features are divided into; each attends "
                                         "on its own.",
                                 .onNode = OnNode::Count}};

constexpr OpSample samples[] = {{"", "2x3x4 2x3x4 2x3x4 -"},
                                {"heads=2", "1x2x6 1x5x6 1x5x4 -"},
                                {"heads=2", "2x3x4 2x2x4 2x2x4 3x2"},
                                {"", "2x3x4 2x5x4 2x5x2 2x1x1x5"}};
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
    .formula = "y = softmax(Q · Kᵀ / √d + mask) · V, in each head",
    .searchWords = "transformer self heads query key value sdpa",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::attention
