// SPDX-License-Identifier: Apache-2.0
// Shrink: numbers between −lambd and lambd become zero, the others move towards it by a bias.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::shrink {

namespace {

void read(Context& c) {
    const double limit = c.real("lambd", 0.5), bias = c.real("bias", 0);
    const DType type = c.dtype(0);
    const Value x = c.in(0);
    if (isFloat(type) && limit == bias && limit >= 0)
        return c.give(0, c.emit("softshrink", c.attrs("softshrink").with("lambda", limit), {x}));
    if (!isFloat(type)) {
        const Value wide = c.cast(x, DType::F64);
        const auto at = [&](double number) { return c.scalar(DType::F64, number); };
        const Value low = c.emit("less", {wide, at(-limit)});
        const Value high = c.emit("greater", {wide, at(limit)});
        const Value rest = c.emit("where", {high, c.sub(wide, at(bias)), at(0)});
        return c.give(0, c.cast(c.emit("where", {low, c.add(wide, at(bias)), rest}), type));
    }
    const auto at = [&](double number) { return c.scalar(type, number); };
    const Value low = c.emit("less", {x, at(-limit)}), high = c.emit("greater", {x, at(limit)});
    const Value rest = c.emit("where", {high, c.sub(x, at(bias)), at(0)});
    c.give(0, c.emit("where", {low, c.add(x, at(bias)), rest}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Shrink", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::shrink
