// SPDX-License-Identifier: Apache-2.0
// QLinearMatMul: products of matrices of few bits, in steps of another scale.
#include "core/onnx/quantized.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::q_linear_mat_mul {

namespace {

enum Input { A, ScaleA, ZeroA, B, ScaleB, ZeroB, ScaleY, ZeroY };

/// A number for each row (of A) or each column.
Value along(Context& c, size_t k, bool isRow) {
    const Shape shape = c.shape(k);
    if (shape.elements() == 1) return c.reshape(c.in(k), {});
    return isRow && shape.rank() == 1 ? c.reshape(c.in(k), {shape[0], 1}) : c.in(k);
}

void read(Context& c) {
    // Sums of products of bytes are whole numbers that 64-bit floats hold.
    const Value a = centred(c, c.in(A), along(c, ZeroA, true), DType::F64);
    const Value b = centred(c, c.in(B), along(c, ZeroB, false), DType::F64);
    const auto wide = [&](const Value& x) { return c.cast(x, DType::F64); };
    const Value scale = c.div(c.mul(wide(along(c, ScaleA, true)), wide(along(c, ScaleB, false))),
                              wide(along(c, ScaleY, true)));
    const Value steps = c.mul(c.emit("matmul", {a, b}), scale);
    c.give(0, quantized(c, steps, along(c, ZeroY, true), c.in(ZeroY).element));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "QLinearMatMul", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::q_linear_mat_mul
