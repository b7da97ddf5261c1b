// SPDX-License-Identifier: GPL-3.0-or-later
// SampleTable: every example of a data set as it is stored, with what the project changes of it.
#pragma once

#include <QString>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/session/project.h"

namespace vitrine::gui {

enum class DataPart { Training, Test };

/// What a project changes of an example.
struct SampleChange {
    std::optional<int32_t> label = {};  ///< another class
    bool isExcluded = false;
    bool operator==(const SampleChange&) const = default;
};

/// A plain value that is shared and never changed. Examples go by their place: those of the
/// training part first, then those of the test part. What is excluded has a place too.
class SampleTable {
  public:
    using Classes = std::shared_ptr<const std::vector<int32_t>>;
    static constexpr int32_t noClass = -1;

    /// `classColumn`: of the stored columns, -1 for none. `stored` may be null.
    SampleTable(std::shared_ptr<const Dataset> stored, int classColumn);

    const std::shared_ptr<const Dataset>& data() const { return m_data; }
    int classColumn() const { return m_classColumn; }
    int64_t count() const { return m_train + m_test; }
    int64_t countOf(DataPart part) const { return part == DataPart::Training ? m_train : m_test; }
    int64_t firstOf(DataPart part) const { return part == DataPart::Training ? 0 : m_train; }
    DataPart partOf(int64_t place) const {
        return place < m_train ? DataPart::Training : DataPart::Test;
    }
    /// In its part.
    int64_t indexOf(int64_t place) const { return place < m_train ? place : place - m_train; }
    const ExampleSet& examplesOf(int64_t place) const {
        return place < m_train ? m_data->train : m_data->test;
    }
    /// As a project's changes call it.
    std::string nameOf(int64_t place) const {
        return exampleName(*m_data, place >= m_train, indexOf(place));
    }
    int classCount() const;
    QString className(int32_t number) const;

    /// Classes of all have been read. Else ownClass() reads that of one, which may have to be
    /// drawn.
    bool hasClasses() const { return m_classes != nullptr; }
    const Classes& classes() const { return m_classes; }
    void setClasses(Classes classes) { m_classes = std::move(classes); }
    /// noClass where there is no such column.
    int32_t ownClass(int64_t place) const;
    /// The changed one where it is changed.
    int32_t classOf(int64_t place) const;
    SampleChange changeOf(int64_t place) const;
    const std::unordered_map<int64_t, SampleChange>& changes() const { return m_changes; }
    /// Those that name no example or no class are left out. Looks at every name where some are not
    /// in `known`; false where it was stopped.
    bool setChanges(std::span<const DataChange> changes,
                    std::unordered_map<std::string, int64_t> known, std::stop_token stop = {});
    /// Places of the examples that changes have named.
    const std::unordered_map<std::string, int64_t>& known() const { return m_known; }

  private:
    std::optional<int64_t> placeByNumber(const std::string& name) const;
    bool findNames(std::span<const DataChange> changes, const std::stop_token& stop);

    std::shared_ptr<const Dataset> m_data;
    int m_classColumn = -1;
    int64_t m_train = 0, m_test = 0;
    Classes m_classes;
    std::unordered_map<int64_t, SampleChange> m_changes;
    std::unordered_map<std::string, int64_t> m_known;
};

/// Class numbers of all examples, in the order of their places; null where it was stopped. Any
/// thread.
SampleTable::Classes classesOf(const Dataset& stored, int classColumn, std::stop_token stop = {});

/// Examples of each class, without those that are excluded.
struct ClassCounts {
    std::vector<int64_t> train, test;   ///< by class
    int64_t allTrain = 0, allTest = 0;  ///< also those of no class
    int64_t largest = 0;                ///< of any class in one of the parts
};
ClassCounts classCounts(const SampleTable& table);

}  // namespace vitrine::gui
