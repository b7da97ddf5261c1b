// SPDX-License-Identifier: Apache-2.0
// Unsqueeze: new axes of extent 1, by their places in the result.
#include <fmt/format.h>
#include <algorithm>

#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::unsqueeze {

namespace {

void read(Context& c) {
    const auto named = c.integersFrom("axes", 1);
    if (!named) c.refuse("nothing says its axes");
    const int rank = c.rank(0) + static_cast<int>(named->size());
    if (rank > Shape::maxRank) c.refuse(fmt::format("its result has {} axes", rank));
    if (named->empty()) return c.give(0, c.in(0));
    const std::vector<int64_t> axes = c.axesOf(*named, rank);
    if (!isEmpty(c, c.in(0)))
        return c.give(0, c.emit("unsqueeze", c.attrs("unsqueeze").with("axes", axes), {c.in(0)}));
    Shape wide;
    for (int i = 0, own = 0; i < rank; ++i)
        wide.push(std::ranges::count(axes, i) > 0 ? 1 : c.shape(0)[own++]);
    c.give(0, emptyLike(c, c.in(0), wide));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Unsqueeze", .read = read};

}  // namespace vitrine::onnx::rules::unsqueeze
