// SPDX-License-Identifier: Apache-2.0
// Acosh: inverse of the hyperbolic cosine.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::acosh {

namespace {

void read(Context& c) { readUnary(c, "acosh"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Acosh", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::acosh
