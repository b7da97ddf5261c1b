// SPDX-License-Identifier: Apache-2.0
// GRU: a state that two gates keep or change.
#include "core/onnx/recurrence.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::gru {

namespace {

void read(Context& c) {
    const Attrs attrs = recurrentAttrs(c, "gru_given", 2)
                            .with("reset_behind", c.flag("linear_before_reset", false));
    readRecurrence(c, "gru_given", attrs, false);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "GRU", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::gru
