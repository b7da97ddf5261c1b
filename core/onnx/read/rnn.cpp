// SPDX-License-Identifier: Apache-2.0
// RNN: a state that every step changes.
#include "core/onnx/recurrence.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::rnn {

namespace {

void read(Context& c) { readRecurrence(c, "rnn_given", recurrentAttrs(c, "rnn_given", 1), false); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "RNN", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::rnn
