// SPDX-License-Identifier: Apache-2.0
// DequantizeLinear: steps of a scale as numbers again.
#include "core/onnx/quantized.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::dequantize_linear {

namespace {

enum Input { X, Scale, ZeroPoint };

void read(Context& c) {
    const int64_t axis = c.integer("axis", 1), block = c.integer("block_size", 0);
    const DType real = c.dtype(Scale);
    // 32-bit whole numbers are more than 32-bit floats hold.
    const DType wide = c.dtype(X) == DType::I32 ? DType::F64 : real;
    const Value zero = c.has(ZeroPoint)
                           ? perPlace(c, c.in(X), c.cast(c.in(ZeroPoint), wide), axis, block)
                           : Value{};
    const Value steps = c.cast(centred(c, c.in(X), zero, wide), real);
    const Value y = c.mul(steps, perPlace(c, c.in(X), c.in(Scale), axis, block));
    const auto said = static_cast<ElementType>(c.integer("output_dtype", 0));
    c.give(0, c.castTo(y, said == ElementType::Undefined ? c.in(Scale).element : said));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "DequantizeLinear", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::dequantize_linear
