// SPDX-License-Identifier: Apache-2.0
// Pad: elements around a tensor, or some cut away. What a mode cannot say at once is gathered:
// mirrors past the edge go on, other ends repeat, and what is cut away is mirrored still.
#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/onnx/empty.h"
#include "core/onnx/memory_check.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::pad {

namespace {

struct Side {
    int64_t axis, before, after;
};

/// The entry that stands at a place, which can be outside.
int64_t sourceOf(const std::string& mode, int64_t at, int64_t extent) {
    const auto modulo = [](int64_t a, int64_t b) { return ((a % b) + b) % b; };
    if (mode == "edge") return std::clamp<int64_t>(at, 0, extent - 1);
    if (mode == "wrap") return modulo(at, extent);
    if (extent == 1) return 0;
    const int64_t place = modulo(at, 2 * (extent - 1));
    return std::min(place, 2 * (extent - 1) - place);
}

Value gathered(Context& c, const Value& x, const std::string& mode, const Side& side) {
    const int64_t extent = c.shapeOf(x)[static_cast<int>(side.axis)];
    constexpr int64_t most = int64_t{1} << 20;
    if (side.before + side.after > most) c.refuse("its pads are longer than 2^20", "O20");
    std::vector<int64_t> places;
    for (int64_t at = -side.before; at < extent + side.after; ++at)
        places.push_back(sourceOf(mode, at, extent));
    return c.emit("gather", c.attrs("gather").with("axis", side.axis),
                  {x, c.integersValue(places)});
}

Value padded(Context& c, const Value& x, const std::string& mode, double value, const Side& side) {
    const int64_t extent = c.shapeOf(x)[static_cast<int>(side.axis)];
    const int64_t reach = mode == "reflect" ? extent - 1
                          : mode == "wrap"  ? extent
                                            : side.before + side.after;
    const bool isCut = side.before < 0 || side.after < 0;
    if (mode != "constant" && (isCut || std::max(side.before, side.after) > reach))
        return gathered(c, x, mode, side);
    const std::string ours = mode == "edge" ? "replicate" : mode == "wrap" ? "circular" : mode;
    return c.emit("pad",
                  c.attrs("pad")
                      .with("axes", std::vector{side.axis})
                      .with("pads", std::vector{side.before, side.after})
                      .with("mode", ours)
                      .with("value", value),
                  {x});
}

/// Numbers that no field has: infinity, as in front of a maximum.
Value framed(Context& c, Value x, double value, const Side& side) {
    Shape around = c.shapeOf(x);
    int64_t& extent = around[static_cast<int>(side.axis)];
    const auto cut = [](int64_t pad) { return std::max<int64_t>(-pad, 0); };
    x = c.slice(x, side.axis, cut(side.before), extent - cut(side.before) - cut(side.after));
    std::vector<Value> parts;
    const auto put = [&](int64_t count) {
        if (count <= 0) return;
        extent = count;
        parts.push_back(c.filled(around, c.typeOf(x).dtype, value));
    };
    put(side.before);
    parts.push_back(x);
    put(side.after);
    return c.concat(parts, side.axis);
}

std::vector<Side> sidesOf(Context& c) {
    const auto pads = c.integersFrom(c.opset() < 2 ? "paddings" : "pads", 1);
    if (!pads) c.refuse("nothing says its pads");
    const Shape shape = c.shape(0);
    std::vector<int64_t> axes(static_cast<size_t>(shape.rank()));
    std::iota(axes.begin(), axes.end(), 0);
    if (c.has(3)) axes = c.axesOf(c.integers(c.in(3), "axes"), shape.rank());
    if (pads->size() != 2 * axes.size())
        c.refuse(fmt::format("it has {} pads for {} axes", pads->size(), axes.size()), "O17");
    const bool stays = c.has(1) && c.stays(c.in(1));
    std::vector<Side> sides;
    for (size_t k = 0; k < axes.size(); ++k) {
        const Side side{axes[k], (*pads)[k], (*pads)[axes.size() + k]};
        const int64_t extent = shape[static_cast<int>(side.axis)];
        if (std::max(side.before, side.after) > (int64_t{1} << 40))
            c.refuse(fmt::format("it pads axis {} by 2^40 or more", side.axis), "O20");
        if (extent + side.before < 0 || extent + side.after < 0 ||
            extent + side.before + side.after < 0)
            c.refuse(
                fmt::format("its pads leave nothing of axis {} of {}", side.axis, shape.text()),
                "O17");
        if (side.before != 0 || side.after != 0 || (stays && side.axis > 1)) sides.push_back(side);
    }
    return sides;
}

double valueOf(Context& c) {
    if (c.opset() < 11) return c.real("value", 0);
    return c.has(2) && !isEmpty(c, c.in(2)) ? c.real(c.in(2), "constant_value") : 0;
}

void read(Context& c) {
    const std::string mode = c.text("mode", "constant");
    if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
        c.refuseAttribute("mode", "constant, reflect, edge or wrap");
    const std::vector<Side> sides = sidesOf(c);
    const double value = valueOf(c);
    Shape whole = c.shape(0);
    for (const Side& s : sides) whole[static_cast<int>(s.axis)] += s.before + s.after;
    checkMemory(c, whole, c.dtype(0));
    if (whole.elements() == 0) return c.give(0, emptyLike(c, c.in(0), whole));
    Value x = c.in(0);
    if (isEmpty(c, x)) {
        if (mode != "constant") c.refuse("it has nothing to repeat", "O17");
        x = c.filled(whole, c.dtype(0), value);
        x.element = c.in(0).element;
        return c.give(0, x);
    }
    if (mode == "constant" && !std::isfinite(value)) {
        for (const Side& side : sides) x = framed(c, x, value, side);
        return c.give(0, x);
    }
    const bool isTogether = mode == "constant" && sides.size() > 1;
    if (!isTogether) {
        for (const Side& side : sides) x = padded(c, x, mode, value, side);
        return c.give(0, x);
    }
    std::vector<int64_t> axes, pads;
    for (const Side& s : sides) axes.push_back(s.axis), pads.push_back(s.before);
    for (const Side& s : sides) pads.push_back(s.after);
    const Attrs attrs = c.attrs("pad").with("axes", axes).with("pads", pads).with("value", value);
    c.give(0, c.emit("pad", attrs, {x}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Pad", .read = read};

}  // namespace vitrine::onnx::rules::pad
