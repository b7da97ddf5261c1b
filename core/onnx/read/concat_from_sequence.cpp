// SPDX-License-Identifier: Apache-2.0
// ConcatFromSequence: tensors of a list side by side, along one of their axes or a new one.
#include "core/onnx/rule.h"
#include "core/onnx/sequences.h"

namespace vitrine::onnx::rules::concat_from_sequence {

namespace {

void read(Context& c) {
    const std::vector<Value>& items = itemsOf(c, c.in(0));
    if (items.empty()) c.refuse("its list is empty", "O17");
    const bool isNew = c.flag("new_axis", false);
    const int64_t axis = c.axis("axis", 0, c.shapeOf(items.front()).rank() + (isNew ? 1 : 0));
    std::vector<Value> parts;
    for (const Value& item : items)
        parts.push_back(isNew ? c.emit("unsqueeze",
                                       c.attrs("unsqueeze").with("axes", std::vector{axis}), {item})
                              : item);
    c.give(0, c.concat(parts, axis));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ConcatFromSequence", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::concat_from_sequence
