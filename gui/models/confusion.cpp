// SPDX-License-Identifier: GPL-3.0-or-later
// Counting.
#include "gui/models/confusion.h"

#include <algorithm>
#include <vector>

namespace vitrine::gui {

ConfusionMatrix confusionOf(const SampleSource& source) {
    if (!source.table || !source.answers.has(DataPart::Test)) return {};
    const SampleTable& table = *source.table;
    std::vector<int32_t> truth, predicted;
    int classes = table.classCount();
    const int64_t first = table.firstOf(DataPart::Test);
    for (int64_t place = first; place < table.count(); ++place) {
        const Answer answer = source.answers.of(table, place);
        if (answer.predicted == notAsked || table.changeOf(place).isExcluded) continue;
        truth.push_back(table.classOf(place));
        predicted.push_back(answer.predicted);
        classes = std::max(classes, answer.predicted + 1);
    }
    return {classes, truth, predicted};
}

SampleQuery mistakesQuery(std::optional<Confusion> only) {
    SampleQuery query{.part = DataPart::Test,
                      .changes = SampleChanges::Kept,
                      .order = SampleOrder::MostConfident};
    if (only) {
        query.truth = only->truth;
        query.predicted = only->predicted;
    } else {
        query.verdict = SampleVerdict::Wrong;
    }
    return query;
}

}  // namespace vitrine::gui
