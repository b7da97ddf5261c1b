// SPDX-License-Identifier: Apache-2.0
// Rounding is what a narrower float does to numbers; it is computed with as F32 behind it.
#include "core/onnx/casting.h"

#include <fmt/format.h>

#include "core/onnx/empty.h"

namespace vitrine::onnx {

namespace {

/// Whole numbers of a few bits are the low bits of wider ones, as those of 8 bits and more are.
Value lowBits(Context& c, const Value& x, DType type) {
    const int64_t kinds = int64_t{1} << bitsOf(type);
    const int64_t below = type == DType::I4 || type == DType::I2 ? kinds / 2 : 0;
    Value bits = c.cast(x, DType::I64);
    if (below > 0) bits = c.add(bits, c.integerValue(below));
    bits = c.emit("mod", {bits, c.integerValue(kinds)});
    return below > 0 ? c.sub(bits, c.integerValue(below)) : bits;
}

/// Powers of two: the cast takes the nearest one, so what rounds up is brought past the middle, but
/// a power itself is not. 0 becomes the smallest.
Value asScale(Context& c, const Value& x) {
    const std::string mode = c.text("round_mode", "up");
    if (mode != "up" && mode != "nearest") c.refuseAttribute("round_mode", "up or nearest");
    if (!c.flag("saturate", true)) c.refuseAttribute("saturate", "1");
    const DType type = c.typeOf(x).dtype;
    const Value smallest = c.scalar(type, 0x1p-127);
    const Value isSmall = c.emit("less_or_equal", {x, smallest});
    const Value raised = mode == "up" ? c.mul(x, c.scalar(type, 1.5 - 0x1p-23)) : x;
    return c.emit("where", {isSmall, smallest, raised});
}

/// As the type can take it.
Value prepared(Context& c, const Value& x, DType type) {
    switch (type) {
        case DType::I4:
        case DType::U4:
        case DType::I2:
        case DType::U2:
            return lowBits(c, x, type);
        case DType::F8E8M0:
            return isFloat(c.typeOf(x).dtype) ? asScale(c, x) : x;
        default:
            return x;
    }
}

}  // namespace

Value castAs(Context& c, const Value& x, ElementType type) {
    const std::optional<DType> stored = storedType(type);
    if (!stored || x.texts)
        c.refuse(fmt::format("it casts to {} from {}", nameOf(type), nameOf(x.element)));
    const DType computed = computedType(*stored);
    Value result = x;
    if (isEmpty(c, x)) {
        result = c.fixed(TensorData::of(computed, c.shapeOf(x), {}));
    } else if (x.element != type) {
        result = prepared(c, x, *stored);
        for (DType to : {*stored, computed}) {
            if (c.typeOf(result).dtype == to) continue;
            const Attrs attrs = c.attrs("cast")
                                    .with("to", std::string(name(to)))
                                    .with("saturate", c.flag("saturate", true));
            result = c.emit("cast", attrs, {result});
        }
    }
    result.element = type;
    return result;
}

ElementType typeNamed(const Context& c, std::string_view attribute, ElementType usual) {
    return static_cast<ElementType>(c.integer(attribute, static_cast<int64_t>(usual)));
}

}  // namespace vitrine::onnx
