// SPDX-License-Identifier: Apache-2.0
// ArrayFeatureExtractor: columns along the last axis by their places.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::array_feature_extractor {

namespace {

void read(Context& c) {
    Value x = c.in(0);
    if (c.rank(0) == 1) x = c.reshape(x, {1, c.shape(0)[0]});
    const Value index = c.reshape(c.in(1), {c.shape(1).elements()});
    const int64_t axis = c.shapeOf(x).rank() - 1;
    c.give(0, c.emit("gather", c.attrs("gather").with("axis", axis), {x, index}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {
    .opType = "ArrayFeatureExtractor", .domain = "ai.onnx.ml", .read = read};

}  // namespace vitrine::onnx::rules::array_feature_extractor
