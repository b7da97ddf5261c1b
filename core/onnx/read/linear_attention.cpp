// SPDX-License-Identifier: Apache-2.0
// LinearAttention: a matrix that every step changes and reads, unrolled over the steps.
#include <fmt/format.h>
#include <cmath>

#include "core/onnx/heads.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::linear_attention {

namespace {

enum Input { Query, Key, Values, Past, Decay, Beta };

/// At one step: x [N, H, T, D] → [N, H, D, 1].
Value column(Context& c, const Value& x, int64_t step) {
    const Shape shape = c.shapeOf(x);
    return c.reshape(c.slice(x, 2, step, 1), {shape[0], shape[1], shape[3], 1});
}

struct Update {
    bool decays = false, corrects = false;
};
Update ruleOf(const Context& c) {
    const std::string rule = c.text("update_rule", "gated_delta");
    if (rule != "linear" && rule != "gated" && rule != "delta" && rule != "gated_delta")
        c.refuseAttribute("update_rule", "linear, gated, delta or gated_delta");
    const Update found{rule.starts_with("gated"), rule.ends_with("delta")};
    if (found.decays != c.has(Decay) || found.corrects != c.has(Beta))
        c.refuse(fmt::format("rule {} has not the inputs that it wants", rule), "O13");
    return found;
}

struct Steps {
    Value query = {}, key = {}, value = {}, decay = {}, beta = {};  ///< [N, H, T, D]
};

/// The state after a step: [N, H, K, V].
Value changed(Context& c, const Update& rule, const Steps& s, const Value& before, int64_t step) {
    Value state = before;
    const Value key = column(c, s.key, step);
    if (rule.decays) state = c.mul(state, c.emit("exp", {column(c, s.decay, step)}));
    Value value = turned(c, column(c, s.value, step));
    if (rule.corrects) {
        const Value known = c.emit("matmul", {turned(c, key), state});
        value = c.mul(column(c, s.beta, step), c.sub(value, known));
    }
    return c.add(state, c.mul(key, value));
}

void read(Context& c) {
    const Update rule = ruleOf(c);
    const int64_t queryHeads = c.integer("q_num_heads", 0), heads = c.integer("kv_num_heads", 0);
    const int64_t times = sharedBy(c, queryHeads, heads);
    Steps s{asHeads(c, c.in(Query), queryHeads),
            asHeads(c, c.in(Key), heads),
            asHeads(c, c.in(Values), heads),
            {},
            {}};
    if (rule.decays) s.decay = asHeads(c, c.in(Decay), heads);
    if (rule.corrects) s.beta = asHeads(c, c.in(Beta), c.shape(Beta)[2]);
    const Shape query = c.shapeOf(s.query), value = c.shapeOf(s.value);
    const double said = c.real("scale", 0);
    const double scale = said == 0 ? 1 / std::sqrt(static_cast<double>(query[3])) : said;
    Value state = c.has(Past) ? c.in(Past)
                              : c.filled({query[0], heads, query[3], value[3]}, c.dtype(Query), 0);
    std::vector<Value> rows;
    for (int64_t step = 0; step < query[2]; ++step) {
        state = changed(c, rule, s, state, step);
        const Value asked = turned(c, column(c, s.query, step));
        rows.push_back(c.emit("matmul", {asked, repeatedHeads(c, state, times)}));
    }
    c.give(0, asFeatures(c, scaledBy(c, c.concat(rows, 2), scale)));
    if (c.wants(1)) c.give(1, state);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LinearAttention", .since = 27, .read = read};

}  // namespace vitrine::onnx::rules::linear_attention
