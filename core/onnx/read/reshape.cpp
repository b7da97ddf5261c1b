// SPDX-License-Identifier: Apache-2.0
// Reshape: other extents, from an attribute up to opset 4, from an input since.
#include <algorithm>

#include <fmt/format.h>

#include "core/onnx/empty.h"
#include "core/onnx/layer_forms.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reshape {

namespace {

/// An extent that is open is 0, unless the others have one.
Value withoutElements(const Context& c, std::vector<int64_t> extents, bool keepsZeros) {
    const Shape x = c.shape(0);
    if (extents.size() > static_cast<size_t>(Shape::maxRank)) c.refuse("it has too many extents");
    for (size_t i = 0; i < extents.size(); ++i)
        if (extents[i] == 0 && !keepsZeros && static_cast<int>(i) < x.rank())
            extents[i] = x[static_cast<int>(i)];
    const bool hasZero = std::ranges::count(extents, 0) > 0;
    std::ranges::replace(extents, int64_t{-1}, int64_t{hasZero ? 1 : 0});
    const Shape shape{std::span<const int64_t>(extents)};
    if (shape.elements() != 0) c.refuse(fmt::format("nothing is no {}", shape.text()), "O17");
    return emptyLike(c, c.in(0), shape);
}

void read(Context& c) {
    const auto wanted = c.integersFrom("shape", 1);
    if (!wanted) c.refuse("nothing says its shape");
    std::vector<int64_t> extents = *wanted;
    const Shape x = c.shape(0);
    const bool keepsZeros = c.opset() >= 14 && c.flag("allowzero", false);
    if (isEmpty(c, c.in(0))) return c.give(0, withoutElements(c, extents, keepsZeros));
    if (keepsZeros && std::ranges::count(extents, 0) > 0)
        c.refuse("attribute allowzero is 1 and an extent is 0: nothing would be left", "O17");
    // A file that was made for one example at a time says 1 where it means the batch.
    const int64_t freed = c.freedBatch();
    if (freed > 0 && !extents.empty() && extents[0] == 1 && x.rank() > 0 && x[0] == freed)
        extents[0] = 0;
    const Value reshaped = c.emit("reshape", c.attrs("reshape").with("shape", extents), {c.in(0)});
    const Value norm = groupNormOf(c, c.in(0), c.shapeOf(reshaped));
    c.give(0, norm.isMissing() ? reshaped : norm);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Reshape", .read = read};

}  // namespace vitrine::onnx::rules::reshape
