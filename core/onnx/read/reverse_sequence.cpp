// SPDX-License-Identifier: Apache-2.0
// ReverseSequence: the first steps of each sequence in reverse order, as many as its length says.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reverse_sequence {

namespace {

void read(Context& c) {
    const Attrs attrs = c.attrs("reverse_sequence")
                            .with("batch_axis", c.axis("batch_axis", 1, c.rank(0)))
                            .with("time_axis", c.axis("time_axis", 0, c.rank(0)));
    c.give(0, c.emit("reverse_sequence", attrs, {c.in(0), c.in(1)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReverseSequence", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::reverse_sequence
