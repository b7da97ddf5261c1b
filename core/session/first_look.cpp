// SPDX-License-Identifier: Apache-2.0
// Finds where each class begins by the numbers that are in memory.
#include "core/session/first_look.h"

#include <set>

namespace vitrine {

namespace {

/// Reading so many pictures takes less than a second.
constexpr size_t mostLookedAt = 32;

/// The first example of each class; of data without classes the first.
std::vector<int64_t> firstOfEach(const ExampleSet& set, int classes) {
    if (set.count == 0) return {};
    if (classes < 0 || !set.source->isAtHand(static_cast<size_t>(classes))) return {0};
    std::set<int32_t> seen;
    std::vector<int64_t> first;
    for (int64_t i = 0; i < set.count && first.size() < mostLookedAt; ++i)
        if (seen.insert(set.number(static_cast<size_t>(classes), i)).second) first.push_back(i);
    return first;
}

}  // namespace

void lookAtFirstOfEachClass(const Dataset& data) {
    const std::vector<Column>& columns = data.storedColumns();
    for (const ExampleSet* set : {&data.train, &data.test})
        for (const int64_t index : firstOfEach(*set, classColumn(columns)))
            for (size_t column = 0; column < columns.size(); ++column)
                if (!set->source->isAtHand(column)) set->value(column, index);
}

}  // namespace vitrine
