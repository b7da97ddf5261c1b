// SPDX-License-Identifier: Apache-2.0
// Hardmax: one where the first largest number along an axis is, zeros elsewhere.
#include "core/onnx/flattened.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::hardmax {

namespace {

void read(Context& c) { readAlongAxis(c, "hardmax"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Hardmax", .read = read};

}  // namespace vitrine::onnx::rules::hardmax
