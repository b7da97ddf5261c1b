// SPDX-License-Identifier: Apache-2.0
// MatMul: products of matrices, as NumPy has them; of rows with weights it is a layer.
#include "core/onnx/layer_forms.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mat_mul {

namespace {

void read(Context& c) {
    const Value layer = linearOf(c, c.in(0), c.in(1));
    c.give(0, layer.isMissing() ? c.emit("matmul", {c.in(0), c.in(1)}) : layer);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "MatMul", .read = read};

}  // namespace vitrine::onnx::rules::mat_mul
