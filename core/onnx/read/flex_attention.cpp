// SPDX-License-Identifier: Apache-2.0
// FlexAttention: values mixed by how well keys answer to queries, with graphs that change scores
// and shares.
#include <fmt/format.h>
#include <cmath>

#include "core/onnx/heads.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::flex_attention {

namespace {

enum Input { Query, Key, Values };

/// What the graph of an attribute makes of x.
Value changed(Context& c, std::string_view name, const Value& x) {
    if (!c.hasAttribute(name)) return x;
    const std::vector<Value> results = c.read(c.graph(name), {x});
    if (results.size() != 1) c.refuseAttribute(name, "a graph with one output");
    if (c.shapeOf(results[0]) != c.shapeOf(x))
        c.refuse(fmt::format("{} makes {} of {}", name, c.shapeOf(results[0]).text(),
                             c.shapeOf(x).text()),
                 "O17");
    return results[0];
}

void read(Context& c) {
    const Shape query = c.shape(Query), key = c.shape(Key);
    if (query.rank() != 4 || key.rank() != 4)
        c.refuse(fmt::format("its queries have the shape {}, wanted [N, H, T, D]", query.text()),
                 "O17");
    const int64_t times = sharedBy(c, query[1], key[1]);
    const double scale = c.real("scale", 1 / std::sqrt(static_cast<double>(query[3])));
    const Value keys = turned(c, repeatedHeads(c, c.in(Key), times));
    const ElementType element = c.in(Query).element;
    const auto usual =
        static_cast<int64_t>(element == ElementType::Double ? element : ElementType::Float);
    const auto precise = static_cast<ElementType>(c.integer("softmax_precision", usual));
    const Value scores = scaledBy(c, c.emit("matmul", {c.in(Query), keys}), scale);
    const Value changedScores = changed(c, "score_mod", c.castTo(scores, precise));
    const Value shares =
        c.emit("softmax", c.attrs("softmax").with("axis", int64_t{-1}), {changedScores});
    const Value changedShares = c.castTo(changed(c, "prob_mod", shares), element);
    c.give(0, c.emit("matmul", {changedShares, repeatedHeads(c, c.in(Values), times)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {
    .opType = "FlexAttention", .domain = "ai.onnx.preview", .read = read};

}  // namespace vitrine::onnx::rules::flex_attention
