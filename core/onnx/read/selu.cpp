// SPDX-License-Identifier: Apache-2.0
// Selu: an Elu times a factor, whose usual numbers were given with fewer digits up to opset 5.
#include <cmath>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::selu {

namespace {

void read(Context& c) {
    const bool isShort = c.opset() < 6;
    const double alpha = c.real("alpha", isShort ? 1.6732 : 1.67326319217681884765625);
    const double gamma = c.real("gamma", isShort ? 1.0507 : 1.05070102214813232421875);
    constexpr double near = 1e-6;
    const bool isUsual =
        std::abs(alpha - 1.6732632423543772) < near && std::abs(gamma - 1.0507009873554805) < near;
    if (isUsual) return c.give(0, c.emit("selu", {c.in(0)}));
    const Value x = c.emit("elu", c.attrs("elu").with("alpha", alpha), {c.in(0)});
    c.give(0, c.mul(x, c.scalar(c.dtype(0), gamma)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Selu", .read = read};

}  // namespace vitrine::onnx::rules::selu
