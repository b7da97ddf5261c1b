// SPDX-License-Identifier: Apache-2.0
// SoftmaxCrossEntropyLoss: negative logarithms of what softmax gives the true classes.
#include "core/onnx/class_loss.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::softmax_cross_entropy_loss {

namespace {

void read(Context& c) {
    const Value logs =
        c.emit("log_softmax", c.attrs("log_softmax").with("axis", int64_t{1}), {c.in(0)});
    readClassLoss(c, logs);
    if (c.wants(1)) c.give(1, logs);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "SoftmaxCrossEntropyLoss", .since = 12, .read = read};

}  // namespace vitrine::onnx::rules::softmax_cross_entropy_loss
