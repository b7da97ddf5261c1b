// SPDX-License-Identifier: Apache-2.0
// Mul: product of two, element by element; of a value and its own sigmoid it is SiLU, as exporters
// write that; behind a layer it may be the layer's own factor.
#include <utility>

#include "core/onnx/layer_forms.h"
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mul {

namespace {

void read(Context& c) {
    const Value a = c.in(0), b = c.in(1);
    if (c.isOf(b, "sigmoid", a)) return c.give(0, c.emit("silu", {a}));
    if (c.isOf(a, "sigmoid", b)) return c.give(0, c.emit("silu", {b}));
    for (const auto& [x, y] : {std::pair(a, b), {b, a}})
        if (Value layer = scaledLayer(c, x, y); !layer.isMissing()) return c.give(0, layer);
    readBinary(c, "mul");
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Mul", .read = read};

}  // namespace vitrine::onnx::rules::mul
