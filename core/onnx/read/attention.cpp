// SPDX-License-Identifier: Apache-2.0
// Attention: values mixed by how well keys answer to queries, over heads that may be shared, with
// keys and values of earlier calls.
#include <cmath>
#include <limits>

#include "core/onnx/attention_bias.h"
#include "core/onnx/context.h"
#include "core/onnx/heads.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::attention {

namespace {

enum Input { Query, Key, Values, Mask, PastKey, PastValue, Valid };

struct Heads {
    Value query = {}, key = {}, value = {};  ///< [N, H, T, D]
    int64_t past = 0;
};

Value headsOf(Context& c, size_t k, std::string_view attribute) {
    if (c.rank(k) == 4) return c.in(k);
    return asHeads(c, c.in(k), c.integer(attribute, 0));
}

Heads headsOf(Context& c) {
    Heads heads{headsOf(c, Query, "q_num_heads"), headsOf(c, Key, "kv_num_heads"),
                headsOf(c, Values, "kv_num_heads")};
    if (c.has(PastKey) != c.has(PastValue))
        c.refuse("one of past_key and past_value is there without the other", "O13");
    if (!c.has(PastKey)) return heads;
    heads.past = c.shape(PastKey)[2];
    heads.key = c.concat({c.in(PastKey), heads.key}, 2);
    heads.value = c.concat({c.in(PastValue), heads.value}, 2);
    return heads;
}

double scaleOf(const Context& c, const Value& query) {
    return c.real("scale", 1 / std::sqrt(static_cast<double>(c.shapeOf(query)[3])));
}

/// One operator here: as many heads of keys as of queries, and nothing but causality.
bool isPlain(const Context& c) {
    for (size_t k : {Mask, PastKey, PastValue, Valid})
        if (c.has(k)) return false;
    const int64_t heads = c.integer("q_num_heads", 0);
    return c.rank(Query) == 3 && heads == c.integer("kv_num_heads", 0) && heads > 0 &&
           !c.wants(1) && !c.wants(2) && !c.wants(3) && c.real("softcap", 0) == 0 &&
           c.integer("left_window_size", -1) == -1 && c.integer("right_window_size", -1) == -1 &&
           !c.hasAttribute("softmax_precision") && c.shape(Query)[2] % heads == 0;
}

void readPlain(Context& c) {
    const int64_t heads = c.integer("q_num_heads", 0);
    const double usual = 1 / std::sqrt(static_cast<double>(c.shape(Query)[2] / heads));
    const Attrs attrs = c.attrs("attention")
                            .with("heads", heads)
                            .with("causal", c.flag("is_causal", false))
                            .with("scale", c.real("scale", usual));
    c.give(0, c.emit("attention", attrs, {c.in(Query), c.in(Key), c.in(Values), Value{}}));
}

Value capped(Context& c, const Value& scores) {
    const double cap = c.real("softcap", 0);
    if (!(cap > 0)) return scores;
    return scaledBy(c, c.emit("tanh", {scaledBy(c, scores, 1 / cap)}), cap);
}

/// In the precision that is asked for.
Value softmax(Context& c, const Value& scores) {
    const Attrs attrs = c.attrs("softmax").with("axis", int64_t{-1});
    if (!c.hasAttribute("softmax_precision")) return c.emit("softmax", attrs, {scores});
    const auto precise = static_cast<ElementType>(c.integer("softmax_precision", 1));
    if (!storedType(precise) || !isFloat(computedType(*storedType(precise))))
        c.refuseAttribute("softmax_precision", "a type of floating-point numbers");
    const Value y = c.emit("softmax", attrs, {c.castTo(scores, precise)});
    return c.castTo(c.castTo(y, precise), c.in(Query).element);
}

/// Shares of the keys; zeros for a query that may look at none.
Value sharesOf(Context& c, const Value& scores, const AttentionBias& bias) {
    if (bias.value.isMissing()) return softmax(c, scores);
    if (!bias.maySilence) return softmax(c, c.add(scores, bias.value));
    const DType type = c.typeOf(scores).dtype;
    const Value all = c.expand(bias.value, c.shapeOf(scores));
    const Attrs last =
        c.attrs("reduce_max").with("axes", std::vector<int64_t>{-1}).with("keep_axes", true);
    const Value largest = c.emit("reduce_max", last, {all});
    const double never = -std::numeric_limits<double>::infinity();
    const Value isSilent = c.emit("equal", {largest, c.scalar(type, never)});
    const Value seen = c.emit("where", {isSilent, c.scalar(type, 0), all});
    const Value shares = softmax(c, c.add(scores, seen));
    return c.emit("where", {isSilent, c.scalar(type, 0), shares});
}

void read(Context& c) {
    if (isPlain(c)) return readPlain(c);
    const Heads heads = headsOf(c);
    const Shape query = c.shapeOf(heads.query), key = c.shapeOf(heads.key);
    const int64_t times = sharedBy(c, query[1], key[1]);
    const double root = std::sqrt(scaleOf(c, heads.query));
    const Value keys = turned(c, repeatedHeads(c, heads.key, times));
    const Value raw = c.emit("matmul", {scaledBy(c, heads.query, root), scaledBy(c, keys, root)});
    const Value scores = capped(c, raw);
    const DType type = c.typeOf(raw).dtype;
    const AttentionBias bias =
        attentionBias(c, {.queries = query[2], .keys = key[2], .past = heads.past, .type = type});
    const Value shares = sharesOf(c, scores, bias);
    const Value y = c.emit("matmul", {shares, repeatedHeads(c, heads.value, times)});
    c.give(0, c.rank(Query) == 3 ? asFeatures(c, y) : y);
    if (c.wants(1)) c.give(1, heads.key);
    if (c.wants(2)) c.give(2, heads.value);
    if (!c.wants(3)) return;
    const int64_t mode = c.integer("qk_matmul_output_mode", 0);
    if (mode < 0 || mode > 3) c.refuseAttribute("qk_matmul_output_mode", "0 to 3");
    if (mode == 2 && !bias.value.isMissing()) return c.give(3, c.add(scores, bias.value));
    c.give(3, mode == 0 ? raw : mode == 3 ? shares : scores);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Attention", .since = 23, .read = read};

}  // namespace vitrine::onnx::rules::attention
