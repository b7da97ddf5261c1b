// SPDX-License-Identifier: Apache-2.0
// Expand: axes of extent 1 repeat, and new ones come in front.
#include <fmt/format.h>
#include <algorithm>

#include "core/onnx/empty.h"
#include "core/onnx/memory_check.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::expand {

namespace {

/// What both are together; extents of 0 are only like 1 and 0.
Shape together(const Context& c, const Shape& x, const std::vector<int64_t>& wanted) {
    const int rank = std::max(x.rank(), static_cast<int>(wanted.size()));
    if (rank > Shape::maxRank) c.refuse(fmt::format("its result has {} axes", rank));
    Shape shape;
    for (int i = 0; i < rank; ++i) {
        const int own = i - rank + x.rank(), other = i - rank + static_cast<int>(wanted.size());
        const int64_t a = own < 0 ? 1 : x[own];
        const int64_t b = other < 0 ? 1 : wanted[static_cast<size_t>(other)];
        if ((a != b && a != 1 && b != 1) || b < 0)
            c.refuse(fmt::format("{} does not repeat to [{}]", x.text(), fmt::join(wanted, ", ")),
                     "O17");
        shape.push(a == 1 ? b : a);
    }
    return shape;
}

void read(Context& c) {
    std::vector<int64_t> wanted = c.integers(c.in(1), "shape");
    const Shape x = c.shape(0);
    // A file that was made for one example at a time says 1 where it means the batch.
    const bool isForBatch =
        c.freedBatch() > 0 && std::ssize(wanted) >= x.rank() && wanted.size() > 1 && wanted[0] == 1;
    if (isForBatch) wanted[0] = c.freedBatch();
    const Shape shape = together(c, x, wanted);
    checkMemory(c, shape, c.dtype(0));
    c.give(0, shape.elements() == 0 ? emptyLike(c, c.in(0), shape) : c.expand(c.in(0), shape));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Expand", .since = 8, .read = read};

}  // namespace vitrine::onnx::rules::expand
