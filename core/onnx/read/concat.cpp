// SPDX-License-Identifier: Apache-2.0
// Concat: side by side along an axis; parts without extent there are left out.
#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::concat {

namespace {

void read(Context& c) {
    const int64_t axis = c.axis("axis", 1, c.rank(0));
    std::vector<Value> parts;
    for (size_t k = 0; k < c.inputs(); ++k)
        if (c.rank(k) != c.rank(0) || c.shape(k)[static_cast<int>(axis)] != 0)
            parts.push_back(c.in(k));
    if (parts.empty()) parts.push_back(c.in(0));
    if (!isEmpty(c, parts.front())) return c.give(0, c.concat(parts, axis));
    Shape whole = c.shapeOf(parts.front());
    for (size_t k = 1; k < parts.size(); ++k)
        whole[static_cast<int>(axis)] += c.shapeOf(parts[k])[static_cast<int>(axis)];
    c.give(0, emptyLike(c, parts.front(), whole));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Concat", .read = read};

}  // namespace vitrine::onnx::rules::concat
