// SPDX-License-Identifier: Apache-2.0
// Shape: the extents of a tensor, or from opset 15 on some of them.
#include <algorithm>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::shape {

namespace {

void read(Context& c) {
    const Shape shape = c.shape(0);
    const int64_t rank = shape.rank();
    const auto place = [&](std::string_view name, int64_t usual) {
        const int64_t at = c.integer(name, usual);
        return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
    };
    const int64_t start = place("start", 0), end = std::max(start, place("end", rank));
    Value extents = c.integersValue({shape.dims().begin() + start, shape.dims().begin() + end});
    extents.isOfShape = true;
    c.give(0, extents);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Shape", .read = read};

}  // namespace vitrine::onnx::rules::shape
