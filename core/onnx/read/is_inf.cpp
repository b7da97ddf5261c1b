// SPDX-License-Identifier: Apache-2.0
// IsInf: where numbers are infinite, of either sign or of one.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::is_inf {

namespace {

void read(Context& c) {
    const Attrs attrs = c.attrs("is_inf")
                            .with("positive", c.flag("detect_positive", true))
                            .with("negative", c.flag("detect_negative", true));
    c.give(0, c.emit("is_inf", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "IsInf", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::is_inf
