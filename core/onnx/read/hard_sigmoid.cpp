// SPDX-License-Identifier: Apache-2.0
// HardSigmoid: a straight line from 0 to 1.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::hard_sigmoid {

namespace {

void read(Context& c) {
    const double slope = c.real("alpha", 0.2), offset = c.real("beta", 0.5);
    c.give(0,
           c.emit("hard_sigmoid",
                  c.attrs("hard_sigmoid").with("slope", slope).with("offset", offset), {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "HardSigmoid", .read = read};

}  // namespace vitrine::onnx::rules::hard_sigmoid
