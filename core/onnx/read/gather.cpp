// SPDX-License-Identifier: Apache-2.0
// Gather: entries along an axis by their places, which count from behind where negative.
#include <fmt/format.h>

#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::gather {

namespace {

/// Places that are known are looked at before anything runs.
void checkPlaces(const Context& c, int64_t extent) {
    if (!c.in(1).isFixed) return;
    for (int64_t place : c.integers(c.in(1), "indices"))
        if (place < -extent || place >= extent)
            c.refuse(fmt::format("there is no entry {} of {}", place, extent), "O17");
}

void read(Context& c) {
    const int64_t axis = c.axis("axis", 0, c.rank(0));
    const int at = static_cast<int>(axis);
    const Shape x = c.shape(0), index = c.shape(1);
    if (x.rank() - 1 + index.rank() > Shape::maxRank)
        c.refuse(fmt::format("its result has more than {} axes", Shape::maxRank));
    Shape result;
    for (int i = 0; i < at; ++i) result.push(x[i]);
    for (int64_t extent : index.dims()) result.push(extent);
    for (int i = at + 1; i < x.rank(); ++i) result.push(x[i]);
    if (result.elements() == 0) return c.give(0, emptyLike(c, c.in(0), result));
    checkPlaces(c, x[at]);
    if (c.in(1).isFixed && index.rank() == 0) {
        const int64_t place = c.integer(c.in(1), "indices");
        const Value entry = c.slice(c.in(0), axis, place < 0 ? place + x[at] : place, 1);
        const Attrs attrs = c.attrs("squeeze").with("axes", std::vector{axis});
        return c.give(0, c.emit("squeeze", attrs, {entry}));
    }
    c.give(0, c.emit("gather", c.attrs("gather").with("axis", axis), {c.in(0), c.in(1)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Gather", .read = read};

}  // namespace vitrine::onnx::rules::gather
