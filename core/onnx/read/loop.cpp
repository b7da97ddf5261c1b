// SPDX-License-Identifier: Apache-2.0
// Loop: as many turns as are known while reading, one after the other.
#include "core/onnx/loops.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::loop {

namespace {

bool holds(const Context& c, const Value& condition) {
    return c.real(condition, "whether it goes on") != 0;
}

void read(Context& c) {
    const Graph& body = c.graph("body");
    const bool hasCondition = c.has(1);
    const int64_t turns = c.has(0) ? c.integer(c.in(0), "how often it turns") : mostTurns + 1;
    std::vector<Value> carried;
    for (size_t k = 2; k < c.inputs(); ++k) carried.push_back(c.in(k));
    if (body.inputs.size() != carried.size() + 2 || body.outputs.size() < carried.size() + 1)
        c.refuse("its graph takes or gives other values than it has", "O13");
    std::vector<std::vector<Value>> scanned(body.outputs.size() - 1 - carried.size());
    bool goesOn = !hasCondition || holds(c, c.in(1));
    for (int64_t turn = 0; goesOn && turn < turns; ++turn) {
        checkTurns(c, turn, body);
        std::vector<Value> inputs{c.integerValue(turn), truth(c, true)};
        inputs.insert(inputs.end(), carried.begin(), carried.end());
        const std::vector<Value> results = c.read(body, inputs);
        for (size_t k = 0; k < carried.size(); ++k) carried[k] = results[k + 1];
        for (size_t k = 0; k < scanned.size(); ++k)
            scanned[k].push_back(results[k + 1 + carried.size()]);
        goesOn = !hasCondition || holds(c, results[0]);
    }
    for (size_t k = 0; k < carried.size(); ++k) c.give(k, carried[k]);
    for (size_t k = 0; k < scanned.size(); ++k)
        c.give(carried.size() + k,
               stacked(c, scanned[k], 0, body.outputs[carried.size() + 1 + k].type));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Loop", .read = read};

}  // namespace vitrine::onnx::rules::loop
