// SPDX-License-Identifier: Apache-2.0
// MatMul: products of matrices, as NumPy has them.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mat_mul {

namespace {

void read(Context& c) { c.give(0, c.emit("matmul", {c.in(0), c.in(1)})); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "MatMul", .read = read};

}  // namespace vitrine::onnx::rules::mat_mul
