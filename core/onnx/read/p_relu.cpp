// SPDX-License-Identifier: Apache-2.0
// PRelu: negative numbers times a slope, which repeats as numbers do in arithmetic, and up to
// opset 6 is one for each channel.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::p_relu {

namespace {

/// The slope has one number for each channel of x, or one for all.
bool isByChannel(const Shape& x, const Shape& slope) {
    if (x.rank() < 2) return false;
    if (slope.elements() == 1) return slope.rank() <= x.rank();
    const int channels = slope.rank() - x.rank() + 1;
    return channels >= 0 && slope[channels] == x[1] && slope.elements() == x[1];
}

void read(Context& c) {
    const Shape x = c.shape(0), slope = c.shape(1);
    const bool isOld = c.opset() < 7 && slope.rank() == 1;
    const bool fits = isOld || isByChannel(x, slope);
    if (isFloat(c.dtype(0)) && fits) {
        const bool isShared = slope.elements() == 1;
        const Value list = c.reshape(c.in(1), {slope.elements()});
        const Attrs attrs = c.attrs("prelu").with("shared", isShared);
        return c.give(0, c.emit("prelu", attrs, {c.in(0), list}));
    }
    const Value isBelow = c.emit("less", {c.in(0), c.scalar(c.dtype(0), 0)});
    c.give(0, c.emit("where", {isBelow, c.mul(c.in(0), c.in(1)), c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "PRelu", .read = read};

}  // namespace vitrine::onnx::rules::p_relu
