// SPDX-License-Identifier: Apache-2.0
// SequenceLength: how many tensors a list has.
#include "core/onnx/rule.h"
#include "core/onnx/sequences.h"

namespace vitrine::onnx::rules::sequence_length {

namespace {

void read(Context& c) {
    c.give(0, c.integerValue(static_cast<int64_t>(itemsOf(c, c.in(0)).size())));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "SequenceLength", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::sequence_length
