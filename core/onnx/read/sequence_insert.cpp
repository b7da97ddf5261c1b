// SPDX-License-Identifier: Apache-2.0
// SequenceInsert: a list with one tensor more, at its end or at a place.
#include "core/onnx/rule.h"
#include "core/onnx/sequences.h"

namespace vitrine::onnx::rules::sequence_insert {

namespace {

void read(Context& c) {
    std::vector<Value> items = itemsOf(c, c.in(0));
    const auto count = static_cast<int64_t>(items.size());
    const int64_t at = c.has(2) ? placeIn(c, c.in(2), count + 1, count) : count;
    items.insert(items.begin() + at, c.in(1));
    c.give(0, sequenceOf(std::move(items)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "SequenceInsert", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::sequence_insert
