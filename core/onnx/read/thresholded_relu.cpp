// SPDX-License-Identifier: Apache-2.0
// ThresholdedRelu: numbers that are not above a threshold become zero.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::thresholded_relu {

namespace {

void read(Context& c) {
    const Attrs attrs =
        c.attrs("threshold").with("threshold", c.real("alpha", 1)).with("value", 0.0);
    c.give(0, c.emit("threshold", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ThresholdedRelu", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::thresholded_relu
