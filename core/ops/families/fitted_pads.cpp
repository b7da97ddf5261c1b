// SPDX-License-Identifier: Apache-2.0
// From extents to pads.
#include "core/ops/families/fitted_pads.h"

#include <fmt/format.h>

#include "core/opdef/registry.h"
#include "core/opdef/shape_rules.h"

namespace vitrine::fitted {

namespace {

/// `target` has the extents that the named axes get.
Result<Attrs> padsTo(const Attrs& attrs, const Shape& x, const Shape& target) {
    const std::vector<int64_t>& axes = attrs.list("axes");
    std::vector<int64_t> before, after;
    for (int64_t axis : axes) {
        if (axis < 0) axis += x.rank();
        VITRINE_TRY(needAxis(axis, "x", x));
        const int64_t more = target[static_cast<int>(axis)] - x[static_cast<int>(axis)];
        const int64_t half = more >= 0 ? more / 2 : -((1 - more) / 2);
        before.push_back(attrs.text("place") == places[0] ? 0 : half);
        after.push_back(more - before.back());
    }
    before.insert(before.end(), after.begin(), after.end());
    Attrs pads(operatorNamed("pad").fields);
    return pads.with("axes", axes)
        .with("pads", before)
        .with("mode", attrs.text("mode"))
        .with("value", attrs.real("value"));
}

}  // namespace

Result<Attrs> padsFor(const Attrs& attrs, const Shape& x,
                      int64_t (*wanted)(const Attrs&, int64_t)) {
    Shape target = x;
    for (int k = 0; k < x.rank(); ++k) target[k] = wanted(attrs, x[k]);
    return padsTo(attrs, x, target);
}

Result<Attrs> padsFor(const Attrs& attrs, const Shape& x, const Shape& like) {
    if (x.rank() == like.rank()) return padsTo(attrs, x, like);
    return shapeError(fmt::format("x {} has other axes than like {}", x.text(), like.text()));
}

Result<std::vector<ValueShape>> shapes(const Result<Attrs>& pads, const ValueShape& x) {
    if (!pads.ok()) return pads.error();
    return inferResults(operatorNamed("pad"), *pads, std::span(&x, 1));
}

ValueId built(Builder& b, const Result<Attrs>& pads, ValueId x) {
    VITRINE_CHECK(pads.ok(), "a composite is built after its shapes were checked");
    return b.emit("pad", *pads, {x});
}

}  // namespace vitrine::fitted
