// SPDX-License-Identifier: Apache-2.0
// SequenceErase: a list without one tensor, the last one or that of a place.
#include "core/onnx/rule.h"
#include "core/onnx/sequences.h"

namespace vitrine::onnx::rules::sequence_erase {

namespace {

void read(Context& c) {
    std::vector<Value> items = itemsOf(c, c.in(0));
    const auto count = static_cast<int64_t>(items.size());
    if (count == 0) c.refuse("its list is empty", "O17");
    items.erase(items.begin() + (c.has(1) ? placeIn(c, c.in(1), count, count) : count - 1));
    c.give(0, sequenceOf(std::move(items)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "SequenceErase", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::sequence_erase
