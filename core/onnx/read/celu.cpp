// SPDX-License-Identifier: Apache-2.0
// Celu: an Elu whose slope is 1 at 0.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::celu {

namespace {

void read(Context& c) {
    c.give(0, c.emit("celu", c.attrs("celu").with("alpha", c.real("alpha", 1)), {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Celu", .since = 12, .read = read};

}  // namespace vitrine::onnx::rules::celu
