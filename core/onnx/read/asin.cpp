// SPDX-License-Identifier: Apache-2.0
// Asin: angles by their sines.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::asin {

namespace {

void read(Context& c) { readUnary(c, "asin"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Asin", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::asin
