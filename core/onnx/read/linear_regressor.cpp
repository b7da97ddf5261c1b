// SPDX-License-Identifier: Apache-2.0
// LinearRegressor: a fully connected layer, its numbers in attributes.
#include "core/onnx/linear_model.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::linear_regressor {

namespace {

void read(Context& c) { c.give(0, transformed(c, linearScores(c, c.integer("targets", 1)))); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {
    .opType = "LinearRegressor", .domain = "ai.onnx.ml", .read = read};

}  // namespace vitrine::onnx::rules::linear_regressor
