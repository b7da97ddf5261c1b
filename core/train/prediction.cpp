// SPDX-License-Identifier: Apache-2.0
// Classes and probabilities from the rows of the logits.
#include "core/train/prediction.h"

#include "core/probe/softmax.h"

namespace vitrine {

namespace {

/// `visit` takes the logits of one image.
template <class Visit>
void forEachImage(const Executor& evaluation, Visit visit) {
    const ValueId logits = evaluation.tape().output("logits");
    const Shape& shape = evaluation.tape().value(logits).type.shape;
    if (shape.rank() != 2) return;
    const std::vector<double> rows = evaluation.contents(logits);
    const auto classes = static_cast<size_t>(shape[1]);
    for (size_t i = 0; i < rows.size(); i += classes) visit(std::span(rows).subspan(i, classes));
}

}  // namespace

void appendPredictions(const Executor& evaluation, Predictions& predictions) {
    forEachImage(evaluation, [&](std::span<const double> logits) {
        const LikeliestClass likeliest = likeliestClass(logits);
        predictions.classes.push_back(likeliest.index);
        predictions.probabilities.push_back(likeliest.probability);
    });
}

int64_t imagesWithoutAnswer(const Executor& evaluation) {
    int64_t count = 0;
    forEachImage(evaluation, [&](std::span<const double> logits) { count += !isAnswer(logits); });
    return count;
}

}  // namespace vitrine
