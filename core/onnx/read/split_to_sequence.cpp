// SPDX-License-Identifier: Apache-2.0
// SplitToSequence: parts along an axis as a list.
#include <fmt/format.h>
#include <algorithm>

#include "core/onnx/empty.h"
#include "core/onnx/rule.h"
#include "core/onnx/sequences.h"

namespace vitrine::onnx::rules::split_to_sequence {

namespace {

std::vector<int64_t> sizesOf(Context& c, int64_t extent) {
    if (!c.has(1)) return std::vector<int64_t>(static_cast<size_t>(extent), 1);
    std::vector<int64_t> sizes = c.integers(c.in(1), "split");
    if (c.rank(1) > 0) return sizes;
    const int64_t size = sizes.front();
    if (size < 1) c.refuse(fmt::format("its parts have {} entries", size), "O17");
    sizes.clear();
    for (int64_t at = 0; at < extent; at += size) sizes.push_back(std::min(size, extent - at));
    return sizes;
}

void read(Context& c) {
    const int64_t axis = c.axis("axis", 0, c.rank(0));
    const int64_t extent = c.shape(0)[static_cast<int>(axis)];
    if (extent > 4096) c.refuse(fmt::format("it would make a list of {}", extent));
    std::vector<Value> parts;
    int64_t at = 0;
    for (int64_t size : sizesOf(c, extent)) {
        if (size < 0 || size > extent - at) c.refuse("its parts do not make its input", "O17");
        Shape shape = c.shape(0);
        shape[static_cast<int>(axis)] = size;
        Value part =
            shape.elements() == 0 ? emptyLike(c, c.in(0), shape) : c.slice(c.in(0), axis, at, size);
        if (!c.has(1) && !c.flag("keepdims", true))
            part = c.emit("squeeze", c.attrs("squeeze").with("axes", std::vector{axis}), {part});
        parts.push_back(part);
        at += size;
    }
    if (at != extent) c.refuse("its parts do not make its input", "O17");
    c.give(0, sequenceOf(std::move(parts)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "SplitToSequence", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::split_to_sequence
