// SPDX-License-Identifier: Apache-2.0
// QuantizeLinear: the nearest steps of a scale, past the ends of their type the last ones.
#include <fmt/format.h>

#include "core/onnx/quantized.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::quantize_linear {

namespace {

enum Input { X, Scale, ZeroPoint };

ElementType targetOf(const Context& c) {
    const auto said = static_cast<ElementType>(c.integer("output_dtype", 0));
    if (!c.has(ZeroPoint)) return said == ElementType::Undefined ? ElementType::Uint8 : said;
    const ElementType type = c.in(ZeroPoint).element;
    if (said != ElementType::Undefined && said != type)
        c.refuseAttribute("output_dtype",
                          fmt::format("{}, which the zero point has", nameOf(type)));
    return type;
}

/// Floats of 8 bits and less have no steps: they are rounded to.
Value narrowed(Context& c, const Value& x, const Value& zeroPoint, ElementType type) {
    const Value y = zeroPoint.isMissing() ? x : c.add(x, c.cast(zeroPoint, c.typeOf(x).dtype));
    Value result = c.emit("cast",
                          c.attrs("cast")
                              .with("to", std::string(name(*storedType(type))))
                              .with("saturate", c.flag("saturate", true)),
                          {y});
    result.element = type;
    return result;
}

void read(Context& c) {
    const ElementType type = targetOf(c);
    if (!storedType(type)) c.refuse(fmt::format("it quantises to {}", nameOf(type)));
    const int64_t axis = c.integer("axis", 1), block = c.integer("block_size", 0);
    const auto precise = static_cast<ElementType>(c.integer("precision", 0));
    if (precise != ElementType::Undefined && precise != ElementType::Float &&
        precise != c.in(Scale).element)
        c.refuseAttribute("precision", "that of the scale, or of 32-bit floats");
    const DType real =
        c.dtype(Scale) == DType::F64 || c.dtype(X) == DType::F64 ? DType::F64 : DType::F32;
    const Value scale = perPlace(c, c.in(X), c.cast(c.in(Scale), real), axis, block);
    const Value steps = c.div(c.cast(c.in(X), real), scale);
    const Value zero = c.has(ZeroPoint)
                           ? perPlace(c, c.in(X), c.cast(c.in(ZeroPoint), real), axis, block)
                           : Value{};
    c.give(0, isAnyFloat(*storedType(type)) ? narrowed(c, steps, zero, type)
                                            : quantized(c, steps, zero, type));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "QuantizeLinear", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::quantize_linear
