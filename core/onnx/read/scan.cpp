// SPDX-License-Identifier: Apache-2.0
// Scan: a graph over the entries along axes, one after the other. Operator set 8 has a batch in
// front.
#include <algorithm>

#include "core/onnx/loops.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::scan {

namespace {

struct Plan {
    size_t states, scans;
    std::vector<int64_t> axes, backwards;  ///< of what it goes over
};

std::vector<int64_t> listed(const Context& c, std::string_view name, size_t count) {
    auto list = c.integers(name).value_or(std::vector<int64_t>(count, 0));
    if (list.size() != count) c.refuseAttribute(name, "one number for each");
    return list;
}

std::vector<Value> outputsOf(Context& c, const Graph& body, const Plan& plan,
                             const std::vector<Value>& inputs) {
    std::vector<Value> carried(inputs.begin(), inputs.begin() + static_cast<long>(plan.states));
    const size_t outputs = body.outputs.size() - plan.states;
    const auto axes = listed(c, "scan_output_axes", outputs),
               backwards = listed(c, "scan_output_directions", outputs);
    const int64_t length = c.shapeOf(inputs[plan.states])[static_cast<int>(plan.axes[0])];
    std::vector<std::vector<Value>> scanned(outputs);
    for (int64_t turn = 0; turn < length; ++turn) {
        checkTurns(c, turn, body);
        std::vector<Value> taken = carried;
        for (size_t k = 0; k < plan.scans; ++k) {
            const int64_t at = plan.backwards[k] ? length - 1 - turn : turn;
            const Value entry = c.slice(inputs[plan.states + k], plan.axes[k], at, 1);
            taken.push_back(c.emit(
                "squeeze", c.attrs("squeeze").with("axes", std::vector{plan.axes[k]}), {entry}));
        }
        const std::vector<Value> results = c.read(body, taken);
        for (size_t k = 0; k < plan.states; ++k) carried[k] = results[k];
        for (size_t k = 0; k < outputs; ++k) scanned[k].push_back(results[plan.states + k]);
    }
    for (size_t k = 0; k < outputs; ++k) {
        if (backwards[k]) std::ranges::reverse(scanned[k]);
        carried.push_back(stacked(c, scanned[k], axes[k], body.outputs[plan.states + k].type));
    }
    return carried;
}

Plan planOf(const Context& c, const Graph& body, const std::vector<Value>& inputs) {
    const int64_t scans = c.integer("num_scan_inputs", 0);
    const auto count = static_cast<int64_t>(inputs.size());
    if (scans < 1 || scans > count || body.inputs.size() != inputs.size() ||
        static_cast<int64_t>(body.outputs.size()) < count - scans)
        c.refuseAttribute("num_scan_inputs", "as many as its graph takes");
    Plan plan{static_cast<size_t>(count - scans), static_cast<size_t>(scans), {}, {}};
    plan.axes = listed(c, "scan_input_axes", plan.scans);
    plan.backwards = listed(c, c.opset() < 9 ? "directions" : "scan_input_directions", plan.scans);
    for (size_t k = 0; k < plan.scans; ++k) {
        const Shape shape = c.shapeOf(inputs[plan.states + k]);
        plan.axes[k] = c.axisOf(plan.axes[k], shape.rank());
        const Shape first = c.shapeOf(inputs[plan.states]);
        if (shape[static_cast<int>(plan.axes[k])] != first[static_cast<int>(plan.axes[0])])
            c.refuse("what it goes over is not of one length", "O17");
    }
    return plan;
}

Value entryOf(Context& c, const Value& x, int64_t at) {
    const Value entry = c.slice(x, 0, at, 1);
    return c.emit("squeeze", c.attrs("squeeze").with("axes", std::vector<int64_t>{0}), {entry});
}

/// Up to operator set 8: each example of a batch by itself, all of one length.
void readBatched(Context& c, const Graph& body) {
    if (c.has(0)) c.refuse("its sequences have lengths of their own");
    const int64_t batch = c.shape(1).rank() > 0 ? c.shape(1)[0] : 0;
    std::vector<std::vector<Value>> results;
    for (int64_t n = 0; n < batch; ++n) {
        std::vector<Value> inputs;
        for (size_t k = 1; k < c.inputs(); ++k) {
            if (c.rank(k) < 1 || c.shape(k)[0] != batch)
                c.refuse("its batches are not alike", "O17");
            inputs.push_back(entryOf(c, c.in(k), n));
        }
        const std::vector<Value> given = outputsOf(c, body, planOf(c, body, inputs), inputs);
        results.resize(given.size());
        for (size_t k = 0; k < given.size(); ++k) results[k].push_back(given[k]);
    }
    for (size_t k = 0; k < results.size(); ++k)
        c.give(k, stacked(c, results[k], 0, body.outputs[k].type));
}

void read(Context& c) {
    const Graph& body = c.graph("body");
    if (c.opset() < 9) return readBatched(c, body);
    std::vector<Value> inputs;
    for (size_t k = 0; k < c.inputs(); ++k) inputs.push_back(c.in(k));
    const std::vector<Value> given = outputsOf(c, body, planOf(c, body, inputs), inputs);
    for (size_t k = 0; k < given.size(); ++k) c.give(k, given[k]);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Scan", .since = 8, .read = read};

}  // namespace vitrine::onnx::rules::scan
