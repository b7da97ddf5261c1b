// SPDX-License-Identifier: Apache-2.0
// Not: the other truth.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::not_op {

namespace {

void read(Context& c) { readUnary(c, "logical_not"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Not", .read = read};

}  // namespace vitrine::onnx::rules::not_op
