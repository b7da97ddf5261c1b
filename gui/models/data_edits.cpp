// SPDX-License-Identifier: GPL-3.0-or-later
// Examples are found by their names.
#include "gui/models/data_edits.h"

#include <unordered_map>
#include <unordered_set>

namespace vitrine::gui {

std::vector<DataChange> edited(std::vector<DataChange> changes, const SampleTable& table,
                               std::span<const int64_t> places, const SampleEdit& edit) {
    std::unordered_map<std::string, size_t> byName;
    for (size_t i = 0; i < changes.size(); ++i) byName.emplace(changes[i].example, i);
    for (const int64_t place : places) {
        std::string name = table.nameOf(place);
        const auto [found, isNew] = byName.try_emplace(name, changes.size());
        if (isNew) changes.push_back({.example = std::move(name)});
        DataChange& change = changes[found->second];
        if (edit.isExcluded) change.isExcluded = *edit.isExcluded;
        if (!edit.label) continue;
        change.label = *edit.label == table.ownClass(place)
                           ? std::string()
                           : table.className(*edit.label).toStdString();
    }
    std::erase_if(changes, [](const DataChange& change) {
        return change.label.empty() && !change.isExcluded;
    });
    return changes;
}

std::vector<DataChange> takenBack(std::vector<DataChange> changes, const SampleTable& table,
                                  std::span<const int64_t> places) {
    std::unordered_set<std::string> names;
    for (const int64_t place : places) names.insert(table.nameOf(place));
    std::erase_if(changes,
                  [&](const DataChange& change) { return names.contains(change.example); });
    return changes;
}

}  // namespace vitrine::gui
