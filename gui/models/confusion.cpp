// SPDX-License-Identifier: GPL-3.0-or-later
// Sorting.
#include "gui/models/confusion.h"

#include <algorithm>

namespace vitrine::gui {

std::vector<Sample> mistakesOf(const Predictions& predictions, std::span<const int32_t> labels,
                               std::optional<Confusion> only) {
    std::vector<Sample> found;
    const size_t count =
        std::min({predictions.classes.size(), predictions.probabilities.size(), labels.size()});
    for (size_t i = 0; i < count; ++i) {
        const Confusion cell{labels[i], predictions.classes[i]};
        if (only ? cell == *only : cell.truth != cell.predicted)
            found.push_back({.index = static_cast<int64_t>(i),
                             .predicted = cell.predicted,
                             .probability = predictions.probabilities[i]});
    }
    const auto unanswered =
        std::stable_partition(found.begin(), found.end(),
                              [](const Sample& sample) { return sample.predicted == noAnswer; });
    std::stable_sort(unanswered, found.end(), [](const Sample& a, const Sample& b) {
        return a.probability > b.probability;
    });
    return found;
}

}  // namespace vitrine::gui
