// SPDX-License-Identifier: Apache-2.0
// InstanceNormalization: each channel of each image by itself.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::instance_normalization {

namespace {

void read(Context& c) {
    const Attrs attrs = c.attrs("instance_norm").with("epsilon", c.real("epsilon", 1e-5));
    c.give(0, c.emit("instance_norm", attrs, {c.in(0), c.in(1), c.in(2)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "InstanceNormalization", .read = read};

}  // namespace vitrine::onnx::rules::instance_normalization
