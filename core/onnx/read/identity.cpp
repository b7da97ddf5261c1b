// SPDX-License-Identifier: Apache-2.0
// Identity: the value itself, whatever it is.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::identity {

namespace {

void read(Context& c) { c.give(0, c.in(0)); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Identity", .read = read};

}  // namespace vitrine::onnx::rules::identity
