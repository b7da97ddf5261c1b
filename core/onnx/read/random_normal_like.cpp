// SPDX-License-Identifier: Apache-2.0
// RandomNormalLike: refused: a network that is imported gives the same for the same numbers.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::random_normal_like {

namespace {

void read(Context& c) {
    c.refuse("it draws random numbers, and a network here gives the same for the same inputs");
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "RandomNormalLike", .read = read};

}  // namespace vitrine::onnx::rules::random_normal_like
