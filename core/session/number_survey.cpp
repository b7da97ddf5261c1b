// SPDX-License-Identifier: Apache-2.0
// Each example is looked at by itself, and what it has is added to what the others have.
#include "core/session/number_survey.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>

namespace vitrine {

namespace {

constexpr int64_t fewExamples = 256;  ///< looked at where not all are
constexpr double infinity = std::numeric_limits<double>::infinity();

/// `bytes` are floats, wherever they lie.
NumberSurvey looked(std::span<const std::byte> bytes, int64_t place) {
    NumberSurvey one{.column = {}, .smallest = infinity, .largest = -infinity, .lookedAt = 1};
    for (size_t at = 0; at < bytes.size(); at += sizeof(float)) {
        float number = 0;
        std::memcpy(&number, &bytes[at], sizeof number);
        if (!std::isfinite(number)) {
            one.notFinite = 1;
            one.firstPlace = place;
            continue;
        }
        one.smallest = std::min(one.smallest, static_cast<double>(number));
        one.largest = std::max(one.largest, static_cast<double>(number));
    }
    return one;
}

NumberSurvey nothingOf(const Column& column) {
    return {.column = column.name, .smallest = infinity, .largest = -infinity};
}

void add(const NumberSurvey& one, NumberSurvey& all) {
    all.smallest = std::min(all.smallest, one.smallest);
    all.largest = std::max(all.largest, one.largest);
    all.lookedAt += one.lookedAt;
    all.notFinite += one.notFinite;
    if (one.firstPlace >= 0 && (all.firstPlace < 0 || one.firstPlace < all.firstPlace))
        all.firstPlace = one.firstPlace;
}

}  // namespace

Result<std::vector<NumberSurvey>> numbersOf(const ExampleWalk& walk, bool looksAtAll) {
    const auto& columns = walk.data.storedColumns();
    std::vector<size_t> places;
    std::vector<NumberSurvey> found;
    for (size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].dtype != DType::F32) continue;
        places.push_back(i);
        found.push_back(nothingOf(columns[i]));
    }
    if (places.empty()) return found;
    std::mutex mutex;
    const auto look = [&](int64_t place) {
        for (size_t i = 0; i < places.size(); ++i) {
            const auto bytes = walk.set(place).value(places[i], walk.index(place));
            const NumberSurvey one = looked(bytes, place);
            const std::lock_guard lock(mutex);
            add(one, found[i]);
        }
    };
    if (looksAtAll) {
        if (!walk.run(look)) return stoppedError();
        return found;
    }
    const int64_t all = walk.count(), some = std::min(all, fewExamples);
    for (int64_t i = 0; i < some; ++i) look(i * all / some);
    return found;
}

NumberSurvey numbersIn(const Dataset& data, size_t column) {
    NumberSurvey found = nothingOf(data.columns[column]);
    const ExampleWalk walk{data};
    for (int64_t place = 0; place < walk.count(); ++place)
        add(looked(walk.set(place).value(column, walk.index(place)), place), found);
    return found;
}

}  // namespace vitrine
