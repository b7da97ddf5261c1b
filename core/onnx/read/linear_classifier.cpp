// SPDX-License-Identifier: Apache-2.0
// LinearClassifier: scores of classes by a fully connected layer, and the label of the largest.
#include <fmt/format.h>

#include "core/onnx/linear_model.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::linear_classifier {

namespace {

void read(Context& c) {
    const auto labels = c.integers("classlabels_ints");
    // With one row for two classes runtimes give scores that the standard does not tell.
    if (!labels || labels->size() < 2)
        c.refuseAttribute("classlabels_ints", "two whole numbers or more");
    const Value scores = linearScores(c, std::ssize(*labels));
    const Attrs along = c.attrs("argmax").with("axis", int64_t{1}).with("keep_axis", false);
    const Value place = c.emit("argmax", along, {scores});
    c.give(0, c.emit("gather", c.attrs("gather").with("axis", int64_t{0}),
                     {c.integersValue(*labels), place}));
    c.give(1, transformed(c, scores));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {
    .opType = "LinearClassifier", .domain = "ai.onnx.ml", .read = read};

}  // namespace vitrine::onnx::rules::linear_classifier
