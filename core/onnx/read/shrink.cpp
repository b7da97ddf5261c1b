// SPDX-License-Identifier: Apache-2.0
// Shrink: numbers between −lambd and lambd become zero, the others move towards it by a bias.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::shrink {

namespace {

void read(Context& c) {
    const double limit = c.real("lambd", 0.5), bias = c.real("bias", 0);
    const DType type = c.dtype(0);
    const Attrs attrs = c.attrs("shrink").with("lambda", limit).with("bias", bias);
    const Value x = isFloat(type) ? c.in(0) : c.cast(c.in(0), DType::F64);
    c.give(0, c.cast(c.emit("shrink", attrs, {x}), type));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Shrink", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::shrink
