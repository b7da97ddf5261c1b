// SPDX-License-Identifier: Apache-2.0
// SequenceAt: a tensor of a list, by its place.
#include "core/onnx/rule.h"
#include "core/onnx/sequences.h"

namespace vitrine::onnx::rules::sequence_at {

namespace {

void read(Context& c) {
    const std::vector<Value>& items = itemsOf(c, c.in(0));
    const auto count = static_cast<int64_t>(items.size());
    c.give(0, items[static_cast<size_t>(placeIn(c, c.in(1), count, count))]);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "SequenceAt", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::sequence_at
