// SPDX-License-Identifier: Apache-2.0
// Clip: numbers outside of two bounds become the nearer one, or the upper one where the bounds
// cross. The bounds are attributes up to opset 10 and inputs since.
#include <fmt/format.h>

#include <cmath>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::clip {

namespace {

/// A bound that is there: an attribute's number, or an input.
Value bound(Context& c, std::string_view name, size_t k) {
    const DType type = c.dtype(0);
    if (c.opset() < 11) return c.hasAttribute(name) ? c.scalar(type, c.real(name, 0)) : Value{};
    if (!c.has(k)) return {};
    const Shape shape = c.shape(k);
    if (shape.elements() != 1)
        c.refuse(fmt::format("bound {} has the shape {}, wanted one number", name, shape.text()),
                 "O17");
    return c.reshape(c.in(k), {});
}

double numberOf(const Context& c, const Value& bound) { return c.real(bound, "a bound"); }

/// A bound at infinity is none.
bool isOpen(const Context& c, const Value& bound, double sign) {
    const bool isKnown = bound.isFixed && bound.numbers && isFloat(bound.type->dtype);
    return isKnown && std::isinf(numberOf(c, bound)) && numberOf(c, bound) * sign > 0;
}

/// Both are known whatever comes in, and do not cross; there is at least one.
bool areFields(const Context& c, const Value& low, const Value& high) {
    const auto isKnown = [](const Value& v) { return v.isMissing() || (v.isFixed && v.numbers); };
    if (!isFloat(c.dtype(0)) || !isKnown(low) || !isKnown(high)) return false;
    if (low.isMissing() || high.isMissing()) return !low.isMissing() || !high.isMissing();
    return numberOf(c, low) <= numberOf(c, high);
}

void read(Context& c) {
    Value low = bound(c, "min", 1), high = bound(c, "max", 2), x = c.in(0);
    if (isOpen(c, low, -1)) low = {};
    if (isOpen(c, high, 1)) high = {};
    if (areFields(c, low, high)) {
        if (!low.isMissing() && !high.isMissing() && numberOf(c, low) == 0 &&
            numberOf(c, high) == 6)
            return c.give(0, c.emit("relu6", {x}));
        const std::string bounds = high.isMissing() ? "low" : low.isMissing() ? "high" : "both";
        Attrs attrs = c.attrs("clamp").with("bounds", bounds);
        if (!low.isMissing()) attrs.with("low", numberOf(c, low));
        if (!high.isMissing()) attrs.with("high", numberOf(c, high));
        return c.give(0, c.emit("clamp", attrs, {x}));
    }
    if (!low.isMissing()) x = c.emit("max", {x, low});
    if (!high.isMissing()) x = c.emit("min", {x, high});
    c.give(0, x);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Clip", .read = read};

}  // namespace vitrine::onnx::rules::clip
