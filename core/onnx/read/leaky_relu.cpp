// SPDX-License-Identifier: Apache-2.0
// LeakyRelu: negative numbers keep a share of their size.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::leaky_relu {

namespace {

void read(Context& c) {
    const double slope = c.real("alpha", 0.01);
    if (slope >= 0 && slope <= 1) {
        const Attrs attrs = c.attrs("leaky_relu").with("slope", slope);
        return c.give(0, c.emit("leaky_relu", attrs, {c.in(0)}));
    }
    const DType type = c.dtype(0);
    const Value isBelow = c.emit("less", {c.in(0), c.scalar(type, 0)});
    c.give(0, c.emit("where", {isBelow, c.mul(c.in(0), c.scalar(type, slope)), c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LeakyRelu", .read = read};

}  // namespace vitrine::onnx::rules::leaky_relu
