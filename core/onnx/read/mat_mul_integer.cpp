// SPDX-License-Identifier: Apache-2.0
// MatMulInteger: products of matrices of bytes, exact.
#include "core/onnx/quantized.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mat_mul_integer {

namespace {

enum Input { A, B, ZeroA, ZeroB };

/// Of rows of A: a number for each, or one.
Value rowsZero(Context& c) {
    if (!c.has(ZeroA)) return {};
    const Shape zero = c.shape(ZeroA);
    if (zero.elements() == 1) return c.reshape(c.in(ZeroA), {});
    return zero.rank() == 1 ? c.reshape(c.in(ZeroA), {zero[0], 1}) : c.in(ZeroA);
}

Value columnsZero(Context& c) {
    if (!c.has(ZeroB)) return {};
    return c.shape(ZeroB).elements() == 1 ? c.reshape(c.in(ZeroB), {}) : c.in(ZeroB);
}

void read(Context& c) {
    // Sums of products of bytes are whole numbers that 64-bit floats hold.
    const Value a = centred(c, c.in(A), rowsZero(c), DType::F64);
    const Value b = centred(c, c.in(B), columnsZero(c), DType::F64);
    c.give(0, c.cast(c.emit("matmul", {a, b}), DType::I32));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "MatMulInteger", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::mat_mul_integer
