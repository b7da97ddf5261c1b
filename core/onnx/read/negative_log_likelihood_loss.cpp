// SPDX-License-Identifier: Apache-2.0
// NegativeLogLikelihoodLoss: negative logarithms of the true classes.
#include "core/onnx/class_loss.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::negative_log_likelihood_loss {

namespace {

void read(Context& c) { readClassLoss(c, c.in(0)); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {
    .opType = "NegativeLogLikelihoodLoss", .since = 12, .read = read};

}  // namespace vitrine::onnx::rules::negative_log_likelihood_loss
