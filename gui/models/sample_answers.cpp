// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of evaluations find the places of their examples.
#include "gui/models/sample_answers.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vitrine::gui {

namespace {

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

/// Indices in a part of what is excluded, ascending.
std::vector<int64_t> excludedOf(const SampleTable& table, DataPart part) {
    std::vector<int64_t> excluded;
    for (const auto& [place, change] : table.changes())
        if (change.isExcluded && table.partOf(place) == part)
            excluded.push_back(table.indexOf(place));
    std::ranges::sort(excluded);
    return excluded;
}

std::unordered_map<int64_t, int32_t> changedLabels(const SampleTable& table, DataPart part) {
    std::unordered_map<int64_t, int32_t> labels;
    for (const auto& [place, change] : table.changes())
        if (change.label && table.partOf(place) == part) labels.emplace(place, *change.label);
    return labels;
}

/// `values` with `filler` at the indices that are excluded.
template <class T>
std::vector<T> spread(std::vector<T> values, const std::vector<int64_t>& excluded, T filler) {
    if (excluded.empty()) return values;
    std::vector<T> all;
    all.reserve(values.size() + excluded.size());
    auto next = values.begin();
    for (const int64_t index : excluded) {
        const auto end = next + (index - std::ssize(all));
        all.insert(all.end(), next, end);
        next = end;
        all.push_back(filler);
    }
    all.insert(all.end(), next, values.end());
    return all;
}

}  // namespace

bool SampleAnswers::add(const SampleTable& table, DataPart part, const Predictions& predictions,
                        bool isWhole) {
    const std::vector<int64_t> excluded =
        isWhole ? std::vector<int64_t>() : excludedOf(table, part);
    const auto count = static_cast<size_t>(table.countOf(part)) - excluded.size();
    const bool fits = predictions.classes.size() == count &&
                      predictions.probabilities.size() == count && count > 0;
    if (!fits) return false;
    m_newest[static_cast<size_t>(part)] = std::make_shared<const Newest>(
        Newest{predictions.epoch, spread(predictions.classes, excluded, notAsked),
               spread(predictions.probabilities, excluded, unknown)});
    auto& course = m_course[static_cast<size_t>(part)];
    if (!course.empty() && course.back().epoch >= predictions.epoch)
        std::erase_if(course, [&](const Losses& one) { return one.epoch >= predictions.epoch; });
    if (predictions.losses.size() == count)
        course.push_back({predictions.epoch,
                          std::make_shared<const std::vector<float>>(
                              spread(predictions.losses, excluded, unknown)),
                          changedLabels(table, part)});
    thin(course);
    return true;
}

void SampleAnswers::thin(std::vector<Losses>& course) const {
    if (course.size() < 4 || course.size() * course.front().losses->size() <= mostLosses) return;
    std::vector<Losses> kept;
    for (size_t i = 0; i < course.size(); ++i)
        if (i % 2 == 0 || i + 1 == course.size()) kept.push_back(std::move(course[i]));
    course = std::move(kept);
}

bool SampleAnswers::isOfItsClass(const Losses& losses, const SampleTable& table, int64_t place) {
    const auto then = losses.labels.find(place);
    const std::optional<int32_t> now = table.changeOf(place).label;
    return then == losses.labels.end() ? !now : now == then->second;
}

int64_t SampleAnswers::epochOf(DataPart part) const {
    return newest(part) ? newest(part)->epoch : -1;
}

Answer SampleAnswers::of(const SampleTable& table, int64_t place) const {
    const DataPart part = table.partOf(place);
    const auto index = static_cast<size_t>(table.indexOf(place));
    Answer answer{.loss = unknown};
    if (const auto& all = newest(part); all && index < all->classes.size()) {
        answer.predicted = all->classes[index];
        answer.probability = all->probabilities[index];
    }
    const auto& course = m_course[static_cast<size_t>(part)];
    if (!course.empty() && index < course.back().losses->size() &&
        isOfItsClass(course.back(), table, place))
        answer.loss = (*course.back().losses)[index];
    return answer;
}

std::vector<LossAtEpoch> SampleAnswers::courseOf(const SampleTable& table, int64_t place) const {
    std::vector<LossAtEpoch> found;
    const auto index = static_cast<size_t>(table.indexOf(place));
    for (const Losses& one : m_course[static_cast<size_t>(table.partOf(place))])
        if (index < one.losses->size() && !std::isnan((*one.losses)[index]) &&
            isOfItsClass(one, table, place))
            found.push_back({one.epoch, (*one.losses)[index]});
    return found;
}

double SampleAnswers::changeOf(const SampleTable& table, int64_t place) const {
    const auto index = static_cast<size_t>(table.indexOf(place));
    double change = 0, before = -1;
    for (const Losses& one : m_course[static_cast<size_t>(table.partOf(place))]) {
        if (index >= one.losses->size() || !isOfItsClass(one, table, place)) continue;
        const double probability = std::exp(-static_cast<double>((*one.losses)[index]));
        if (std::isnan(probability)) continue;
        if (before >= 0) change += std::abs(probability - before);
        before = probability;
    }
    return change;
}

}  // namespace vitrine::gui
