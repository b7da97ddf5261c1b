// SPDX-License-Identifier: Apache-2.0
// Dropout: leaves numbers as they are but in training, where a random share becomes zero.
#include <fmt/format.h>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::dropout {

namespace {

double ratioOf(const Context& c) {
    if (c.opset() < 12) return c.real("ratio", 0.5);
    return c.has(1) ? c.real(c.in(1), "the ratio") : 0.5;
}

/// The file asks for it, whoever runs it.
bool isTraining(Context& c, double ratio) {
    if (c.opset() < 7) return !c.flag("is_test", false);
    if (c.opset() < 12 || !c.has(2)) return false;
    const bool isAsked = c.real(c.in(2), "whether it is in training") != 0;
    if (isAsked && ratio > 0 && !c.in(2).isFixed)
        c.refuse("an input puts it into training: what it gives would be random");
    return isAsked;
}

void read(Context& c) {
    const double ratio = ratioOf(c);
    if (isTraining(c, ratio) && ratio > 0)
        c.remark("dropout is in training mode in the file: here it acts in training alone");
    constexpr double most = 0.999;  // of the field
    if (ratio > most)
        c.remark(
            fmt::format("a dropout of ratio {} is left out: in training it would leave nothing "
                        "of what it takes",
                        ratio));
    const Value y = ratio > 0 && ratio <= most
                        ? c.emit("dropout", c.attrs("dropout").with("rate", ratio), {c.in(0)})
                        : c.in(0);
    c.give(0, y);
    if (c.wants(1)) c.give(1, c.filled(c.shape(0), c.opset() < 10 ? c.dtype(0) : DType::Bool, 1));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Dropout", .read = read};

}  // namespace vitrine::onnx::rules::dropout
