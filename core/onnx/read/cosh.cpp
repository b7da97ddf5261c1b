// SPDX-License-Identifier: Apache-2.0
// Cosh: hyperbolic cosines.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::cosh {

namespace {

void read(Context& c) { readUnary(c, "cosh"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Cosh", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::cosh
