// SPDX-License-Identifier: Apache-2.0
// A source in front of another one, which leaves examples out and gives others another class.
#include "core/data/data_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/data/dataset.h"

namespace vitrine {

namespace {

constexpr int32_t noLabel = -1;

/// Examples of another source, some of them with another class.
class ChangedExamples : public ExampleSource {
  public:
    struct Entry {
        int32_t index = 0;
        int32_t label = noLabel;
    };
    ChangedExamples(ExampleSet raw, size_t labelColumn, std::vector<Entry> entries)
        : m_raw(std::move(raw)), m_labelColumn(labelColumn), m_entries(std::move(entries)) {}

    std::span<const std::byte> value(size_t column, int64_t index) override {
        const Entry& entry = m_entries[static_cast<size_t>(index)];
        if (column == m_labelColumn && entry.label != noLabel)
            return std::as_bytes(std::span(&entry.label, 1));
        return m_raw.value(column, entry.index);
    }
    bool isAtHand(size_t column) const override { return m_raw.source->isAtHand(column); }
    std::string nameOf(int64_t index) const override {
        return m_raw.nameOf(m_entries[static_cast<size_t>(index)].index);
    }
    std::optional<Shape> fileShape(int64_t index) const override {
        return m_raw.fileShape(m_entries[static_cast<size_t>(index)].index);
    }
    std::optional<Error> trouble() const override { return m_raw.source->trouble(); }
    int64_t unread() const override { return m_raw.source->unread(); }
    bool isUnread(int64_t index) const override {
        return m_raw.isUnread(m_entries[static_cast<size_t>(index)].index);
    }
    std::optional<Error> remark() const override { return m_raw.source->remark(); }

  private:
    const ExampleSet m_raw;
    const size_t m_labelColumn;
    const std::vector<Entry> m_entries;
};

using ChangesByName = std::unordered_map<std::string, const DataChange*>;

/// `set` with what of `changes` is its own; those are taken out of `left`.
ExampleSet changedSet(const Dataset& data, bool isTest, const ChangesByName& changes,
                      ChangesByName& left) {
    const ExampleSet& raw = isTest ? data.test : data.train;
    const int labels = classColumn(data.storedColumns());
    const auto column = labels < 0 ? data.columns.size() : static_cast<size_t>(labels);
    std::vector<ChangedExamples::Entry> entries;
    bool isOther = false;
    for (int64_t i = 0; i < raw.count; ++i) {
        const std::string name = exampleName(data, isTest, i);
        const auto found = changes.find(name);
        ChangedExamples::Entry entry{static_cast<int32_t>(i)};
        if (found != changes.end()) {
            left.erase(name);
            isOther = true;
            const DataChange& change = *found->second;
            if (change.isExcluded) continue;
            if (column < data.columns.size() && !change.label.empty()) {
                const auto& classes = data.storedColumns()[column].classes;
                const auto place = std::ranges::find(classes, change.label);
                if (place != classes.end())
                    entry.label = static_cast<int32_t>(place - classes.begin());
                else
                    left.emplace(name, &change);
            }
        }
        entries.push_back(entry);
    }
    if (!isOther) return raw;
    const auto count = std::ssize(entries);
    if (count == 0) return {};
    return {count, std::make_shared<ChangedExamples>(raw, column, std::move(entries)), 0};
}

Error noEffect(const ChangesByName& left) {
    const auto first =
        std::ranges::min_element(left, {}, [](const auto& entry) { return entry.second->example; });
    const DataChange& change = *first->second;
    return {"U27",
            fmt::format(
                "{} of the project's changes of examples {} nothing here, the first: '{}'{}",
                fmt::group_digits(left.size()), left.size() == 1 ? "names" : "name",
                printable(change.example, 80),
                change.label.empty() ? "" : fmt::format(" as '{}'", printable(change.label, 40))),
            {},
            "The others are done.",
            "Take such changes back where the data have other examples or classes now."};
}

std::string identityOf(std::span<const DataChange> changes) {
    std::vector<std::string> lines;
    for (const DataChange& change : changes)
        lines.push_back(
            fmt::format("{}\n{}\n{}\n", change.example, change.label, change.isExcluded));
    std::ranges::sort(lines);
    Sha256 hash;
    for (const std::string& line : lines) hash.add(std::as_bytes(std::span(line)));
    return hash.hex().substr(0, 16);
}

}  // namespace

Dataset changed(const Dataset& raw, std::span<const DataChange> changes) {
    if (changes.empty()) return raw;
    ChangesByName byName;
    for (const DataChange& change : changes) byName.emplace(change.example, &change);
    ChangesByName left = byName;
    Dataset data = raw;
    data.train = changedSet(raw, false, byName, left);
    data.test = changedSet(raw, true, byName, left);
    if (!left.empty()) data.remarks.push_back(noEffect(left));
    if (!data.fingerprint.empty()) data.fingerprint += " changed:" + identityOf(changes);
    return data;
}

}  // namespace vitrine
