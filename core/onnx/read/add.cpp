// SPDX-License-Identifier: Apache-2.0
// Add: sum of two, element by element; behind a layer it may be what that adds itself.
#include <utility>

#include "core/onnx/layer_forms.h"
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::add {

namespace {

void read(Context& c) {
    const Value a = c.in(0), b = placed(c, a, c.in(1));
    for (const auto& [x, y] : {std::pair(a, b), {b, a}})
        if (Value layer = shiftedLayer(c, x, y); !layer.isMissing()) return c.give(0, layer);
    c.give(0, c.emit("add", {a, b}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Add", .read = read};

}  // namespace vitrine::onnx::rules::add
