// SPDX-License-Identifier: Apache-2.0
// SequenceConstruct: a list of tensors.
#include "core/onnx/rule.h"
#include "core/onnx/sequences.h"

namespace vitrine::onnx::rules::sequence_construct {

namespace {

void read(Context& c) {
    std::vector<Value> items;
    for (size_t k = 0; k < c.inputs(); ++k) items.push_back(c.in(k));
    c.give(0, sequenceOf(std::move(items)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "SequenceConstruct", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::sequence_construct
