// SPDX-License-Identifier: Apache-2.0
// Binarizer: 1 for numbers above a threshold, else 0.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::binarizer {

namespace {

void read(Context& c) {
    const Value threshold = c.scalar(c.dtype(0), c.real("threshold", 0));
    Value y = c.cast(c.emit("greater", {c.in(0), threshold}), c.dtype(0));
    y.element = c.in(0).element;
    c.give(0, y);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Binarizer", .domain = "ai.onnx.ml", .read = read};

}  // namespace vitrine::onnx::rules::binarizer
