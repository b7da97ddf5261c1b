// SPDX-License-Identifier: Apache-2.0
// SequenceEmpty: a list of nothing.
#include "core/onnx/rule.h"
#include "core/onnx/sequences.h"

namespace vitrine::onnx::rules::sequence_empty {

namespace {

void read(Context& c) { c.give(0, sequenceOf({})); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "SequenceEmpty", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::sequence_empty
