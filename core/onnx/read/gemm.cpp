// SPDX-License-Identifier: Apache-2.0
// Gemm: a fully connected layer where it is one; else the product of two matrices, their factor,
// and what is added.
#include <fmt/format.h>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::gemm {

namespace {

Value matrix(Context& c, size_t k, bool isTurned) {
    if (c.rank(k) != 2)
        c.refuse(
            fmt::format("input {} has the shape {}, wanted a matrix", k + 1, c.shape(k).text()),
            "O17");
    return isTurned ? c.transpose(c.in(k), {1, 0}) : c.in(k);
}

Value scaled(Context& c, const Value& x, double factor) {
    if (factor == 1) return x;
    if (!isFloat(c.typeOf(x).dtype)) c.refuse("it scales whole numbers");
    return c.mul(x, c.scalar(c.typeOf(x).dtype, factor));
}

/// One number for each column, or nothing.
bool isBias(const Shape& bias, int64_t columns) {
    return bias == Shape{columns} || (bias.rank() == 2 && bias[0] == 1 && bias[1] == columns);
}

void readLinear(Context& c, double alpha, bool hasBias) {
    const Value weight = c.integer("transB", 0) != 0 ? c.in(1) : c.transpose(c.in(1), {1, 0});
    const int64_t columns = c.shapeOf(weight)[0];
    const Attrs attrs = c.attrs("linear").with("out_features", columns).with("bias", hasBias);
    const Value bias = hasBias ? c.reshape(c.in(2), {columns}) : Value{};
    const Value x = scaled(c, matrix(c, 0, c.flag("transA", false)), alpha);
    c.give(0, c.emit("linear", attrs, {x, weight, bias}));
}

void read(Context& c) {
    const double alpha = c.real("alpha", 1), beta = c.real("beta", 1);
    const bool isAdded = c.has(2) && beta != 0;
    if (c.rank(1) != 2) matrix(c, 1, false);  // refuses it
    const int64_t columns = c.shape(1)[c.flag("transB", false) ? 0 : 1];
    const bool isLinear = c.in(1).isWeight() && isFloat(c.dtype(0)) && alpha == 1 &&
                          (!isAdded || (beta == 1 && isBias(c.shape(2), columns)));
    if (isLinear) return readLinear(c, alpha, isAdded);
    const Value b = matrix(c, 1, c.flag("transB", false));
    const Value product = c.emit("matmul", {matrix(c, 0, c.flag("transA", false)), b});
    const Value y = scaled(c, product, alpha);
    if (!isAdded) return c.give(0, y);
    const Value sum = c.add(y, scaled(c, c.in(2), beta));
    if (c.shapeOf(sum) != c.shapeOf(y))
        c.refuse(fmt::format("what it adds has the shape {}, its product {}", c.shape(2).text(),
                             c.shapeOf(y).text()),
                 "O17");
    c.give(0, sum);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Gemm", .read = read};

}  // namespace vitrine::onnx::rules::gemm
