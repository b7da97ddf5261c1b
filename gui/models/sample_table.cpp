// SPDX-License-Identifier: GPL-3.0-or-later
// Places, names and classes.
#include "gui/models/sample_table.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "gui/models/column_text.h"

namespace vitrine::gui {

namespace {

constexpr int64_t lookEvery = 4096;  // examples between two looks at the stop token

}  // namespace

SampleTable::SampleTable(std::shared_ptr<const Dataset> stored, int classColumn)
    : m_data(std::move(stored)), m_classColumn(classColumn) {
    if (!m_data) return;
    m_train = m_data->train.count;
    m_test = m_data->test.count;
}

int SampleTable::classCount() const {
    if (m_classColumn < 0) return 0;
    return static_cast<int>(
        m_data->storedColumns()[static_cast<size_t>(m_classColumn)].classes.size());
}

QString SampleTable::className(int32_t number) const {
    static const Column none;
    return classText(
        m_classColumn < 0 ? none : m_data->storedColumns()[static_cast<size_t>(m_classColumn)],
        number);
}

int32_t SampleTable::ownClass(int64_t place) const {
    if (m_classes) return (*m_classes)[static_cast<size_t>(place)];
    if (m_classColumn < 0) return noClass;
    return examplesOf(place).number(static_cast<size_t>(m_classColumn), indexOf(place));
}

int32_t SampleTable::classOf(int64_t place) const {
    return changeOf(place).label.value_or(ownClass(place));
}

SampleChange SampleTable::changeOf(int64_t place) const {
    if (m_changes.empty()) return {};
    const auto found = m_changes.find(place);
    return found == m_changes.end() ? SampleChange() : found->second;
}

/// Examples without names are called `train 17`.
std::optional<int64_t> SampleTable::placeByNumber(const std::string& name) const {
    for (const DataPart part : {DataPart::Training, DataPart::Test}) {
        const std::string_view front = part == DataPart::Training ? "train " : "test ";
        if (!name.starts_with(front)) continue;
        int64_t index = -1;
        const char* end = name.data() + name.size();
        const auto [rest, error] = std::from_chars(name.data() + front.size(), end, index);
        if (error != std::errc() || rest != end || index < 0 || index >= countOf(part)) continue;
        const int64_t place = firstOf(part) + index;
        if (nameOf(place) == name) return place;
    }
    return {};
}

bool SampleTable::findNames(std::span<const DataChange> changes, const std::stop_token& stop) {
    std::unordered_set<std::string> missing;
    for (const DataChange& change : changes) {
        if (m_known.contains(change.example)) continue;
        if (const auto place = placeByNumber(change.example))
            m_known.emplace(change.example, *place);
        else
            missing.insert(change.example);
    }
    for (int64_t place = 0; place < count() && !missing.empty(); ++place) {
        if (place % lookEvery == 0 && stop.stop_requested()) return false;
        const std::string name = nameOf(place);
        if (missing.erase(name) > 0) m_known.emplace(name, place);
    }
    return true;
}

bool SampleTable::setChanges(std::span<const DataChange> changes,
                             std::unordered_map<std::string, int64_t> known, std::stop_token stop) {
    m_known = std::move(known);
    m_changes.clear();
    if (!m_data || changes.empty()) return true;
    if (!findNames(changes, stop)) return false;
    static const std::vector<std::string> none;
    const auto& names = m_classColumn < 0
                            ? none
                            : m_data->storedColumns()[static_cast<size_t>(m_classColumn)].classes;
    for (const DataChange& change : changes) {
        const auto place = m_known.find(change.example);
        if (place == m_known.end() || place->second >= count()) continue;
        SampleChange made{.isExcluded = change.isExcluded};
        const auto label = std::ranges::find(names, change.label);
        if (!change.label.empty() && label != names.end())
            made.label = static_cast<int32_t>(label - names.begin());
        if (made != SampleChange()) m_changes.emplace(place->second, made);
    }
    return true;
}

SampleTable::Classes classesOf(const Dataset& stored, int classColumn, std::stop_token stop) {
    auto classes = std::make_shared<std::vector<int32_t>>();
    classes->reserve(static_cast<size_t>(stored.train.count + stored.test.count));
    for (const ExampleSet* part : {&stored.train, &stored.test})
        for (int64_t i = 0; i < part->count; ++i) {
            if (i % lookEvery == 0 && stop.stop_requested()) return nullptr;
            classes->push_back(part->number(static_cast<size_t>(classColumn), i));
        }
    return classes;
}

ClassCounts classCounts(const SampleTable& table) {
    ClassCounts counts;
    const auto classes = static_cast<size_t>(table.classCount());
    counts.train.resize(classes);
    counts.test.resize(classes);
    counts.allTrain = table.countOf(DataPart::Training);
    counts.allTest = table.countOf(DataPart::Test);
    for (const auto& [place, change] : table.changes())
        if (change.isExcluded)
            --(table.partOf(place) == DataPart::Training ? counts.allTrain : counts.allTest);
    if (!table.hasClasses()) return counts;
    const auto add = [&](int64_t place, int32_t number, int64_t by) {
        if (number < 0 || static_cast<size_t>(number) >= classes) return;
        auto& part = table.partOf(place) == DataPart::Training ? counts.train : counts.test;
        part[static_cast<size_t>(number)] += by;
    };
    for (int64_t place = 0; place < table.count(); ++place) add(place, table.ownClass(place), 1);
    for (const auto& [place, change] : table.changes()) {
        add(place, table.ownClass(place), -1);
        if (!change.isExcluded) add(place, table.classOf(place), 1);
    }
    for (const auto* part : {&counts.train, &counts.test})
        for (const int64_t count : *part) counts.largest = std::max(counts.largest, count);
    return counts;
}

}  // namespace vitrine::gui
