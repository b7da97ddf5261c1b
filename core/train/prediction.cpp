// SPDX-License-Identifier: Apache-2.0
// Classes and probabilities from the rows of the logits.
#include "core/train/prediction.h"

#include "core/probe/softmax.h"

namespace vitrine {

void appendPredictions(const Executor& evaluation, Predictions& predictions) {
    const ValueId logits = evaluation.tape().output("logits");
    const Shape& shape = evaluation.tape().value(logits).type.shape;
    if (shape.rank() != 2) return;
    const std::vector<double> rows = evaluation.contents(logits);
    const auto classes = static_cast<size_t>(shape[1]);
    for (size_t i = 0; i < rows.size(); i += classes) {
        const LikeliestClass likeliest = likeliestClass(std::span(rows).subspan(i, classes));
        predictions.classes.push_back(likeliest.index);
        predictions.probabilities.push_back(likeliest.probability);
    }
}

}  // namespace vitrine
