// SPDX-License-Identifier: Apache-2.0
// Mean: of any number of tensors, element by element.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mean {

namespace {

void read(Context& c) {
    Value sum = c.in(0);
    for (size_t k = 1; k < c.inputs(); ++k) sum = c.add(sum, c.in(k));
    const auto count = static_cast<double>(c.inputs());
    c.give(0, c.inputs() == 1 ? sum : c.div(sum, c.scalar(c.dtype(0), count)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Mean", .read = read};

}  // namespace vitrine::onnx::rules::mean
