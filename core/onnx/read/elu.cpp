// SPDX-License-Identifier: Apache-2.0
// Elu: negative numbers fade to −alpha.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::elu {

namespace {

void read(Context& c) {
    c.give(0, c.emit("elu", c.attrs("elu").with("alpha", c.real("alpha", 1)), {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Elu", .read = read};

}  // namespace vitrine::onnx::rules::elu
