// SPDX-License-Identifier: Apache-2.0
// Split: parts along an axis, of sizes that are said, or as equal as can be.
#include <fmt/format.h>
#include <algorithm>

#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::split {

namespace {

constexpr int64_t mostParts = 4096;

std::vector<int64_t> sizesOf(Context& c, int64_t extent) {
    if (const auto sizes = c.integersFrom("split", 1)) return *sizes;
    const auto outputs = static_cast<int64_t>(c.outputs());
    const int64_t count = c.integer("num_outputs", outputs);
    if (count < 1 || count > mostParts) c.refuseAttribute("num_outputs", "1 to 4096");
    if (count != outputs) c.refuse(fmt::format("it has {} outputs of {}", outputs, count));
    // Before num_outputs there are no unequal parts.
    if (extent % count != 0 && c.opset() < 18)
        c.refuse(fmt::format("{} do not part into {}", extent, count), "O17");
    const int64_t size = (extent + count - 1) / count;
    std::vector<int64_t> sizes;
    for (int64_t at = 0, k = 0; k < count; at += size, ++k)
        sizes.push_back(std::clamp<int64_t>(extent - at, 0, size));
    return sizes;
}

void read(Context& c) {
    const int64_t axis = c.axis("axis", 0, c.rank(0));
    const Shape shape = c.shape(0);
    const int64_t extent = shape[static_cast<int>(axis)];
    const std::vector<int64_t> sizes = sizesOf(c, extent);
    int64_t left = extent;
    // Sizes may be far too large to be added up.
    const bool fits = std::ranges::all_of(sizes, [&left](int64_t size) {
        const bool isThere = size >= 0 && size <= left;
        left -= isThere ? size : 0;
        return isThere;
    });
    if (!fits || left != 0 || sizes.size() != c.outputs())
        c.refuse(fmt::format("its parts [{}] do not make axis {} of {}", fmt::join(sizes, ", "),
                             axis, shape.text()),
                 "O17");
    const bool isPlain = !isEmpty(c, c.in(0)) && std::ranges::count(sizes, 0) == 0;
    if (isPlain && sizes.size() > 1 && sizes.size() <= 64) {
        const Attrs attrs = c.attrs("split").with("axis", axis).with("sizes", sizes);
        const std::vector<Value> parts = c.emitAll("split", attrs, {c.in(0)});
        for (size_t k = 0; k < parts.size(); ++k) c.give(k, parts[k]);
        return;
    }
    int64_t at = 0;
    for (size_t k = 0; k < sizes.size(); at += sizes[k++]) {
        Shape part = shape;
        part[static_cast<int>(axis)] = sizes[k];
        c.give(k, part.elements() == 0 ? emptyLike(c, c.in(0), part)
                                       : c.slice(c.in(0), axis, at, sizes[k]));
    }
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Split", .read = read};

}  // namespace vitrine::onnx::rules::split
