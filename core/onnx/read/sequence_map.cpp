// SPDX-License-Identifier: Apache-2.0
// SequenceMap: a graph for each tensor of a list.
#include "core/onnx/rule.h"
#include "core/onnx/sequences.h"

namespace vitrine::onnx::rules::sequence_map {

namespace {

void read(Context& c) {
    const Graph& body = c.graph("body");
    const size_t count = itemsOf(c, c.in(0)).size();
    std::vector<std::vector<Value>> results(body.outputs.size());
    for (size_t i = 0; i < count; ++i) {
        std::vector<Value> inputs;
        for (size_t k = 0; k < c.inputs(); ++k) {
            const bool isList = c.in(k).items != nullptr;
            if (isList && c.in(k).items->size() != count)
                c.refuse("its lists are not of one length", "O17");
            inputs.push_back(isList ? (*c.in(k).items)[i] : c.in(k));
        }
        const std::vector<Value> given = c.read(body, inputs);
        for (size_t k = 0; k < given.size(); ++k) results[k].push_back(given[k]);
    }
    for (size_t k = 0; k < results.size(); ++k) c.give(k, sequenceOf(std::move(results[k])));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "SequenceMap", .since = 17, .read = read};

}  // namespace vitrine::onnx::rules::sequence_map
