// SPDX-License-Identifier: Apache-2.0
// DataFacts: what set-up checks need to know of a data set, without its pixels.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/dataset.h"
#include "core/graph/lower.h"
#include "core/io/project.h"

namespace vitrine {

/// An example of the training or the test set.
struct ExamplePlace {
    bool isTest = false;
    int64_t index = 0;
    std::string text() const;  ///< `training example 17`
};

/// From where to where numbers are.
struct NumberSpan {
    double smallest = 0, largest = 0;
};

struct ColumnFacts {
    Column column;
    /// Of finite numbers, where all of them could be looked at: of columns of numbers that are in
    /// memory, and few. Not of pixels.
    std::optional<NumberSpan> numbers = {};
    std::vector<int64_t> trainCounts = {};  ///< training examples of each class; empty: not known
    int32_t largest = -1;  ///< class number in both sets that has a name; −1: not known
    std::optional<ExamplePlace> largestAt = {};  ///< the first that has it, where that is known
    /// Class numbers that have no name, a thousand at most, and the first example that has each.
    std::map<int32_t, ExamplePlace> nameless = {};
};

/// A plain value; what is not known is empty or -1.
struct DataFacts {
    int64_t trainCount = -1, testCount = -1;  ///< examples
    std::vector<ColumnFacts> columns;

    const ColumnFacts* find(std::string_view column) const;
};

/// All of them. Looks at every class number once: for each data set once, not for each edit.
DataFacts factsOf(const Dataset& data);
/// What examples there will be and how many, where the data are drawn: one of each set is, which
/// takes a few milliseconds at most.
DataFacts factsOf(const DataSettings& data);

/// How a data set stores its columns.
std::vector<ColumnType> columnTypes(const std::vector<Column>& columns);
/// The same of a project's format, without opening anything; empty where there is no such format.
std::vector<ColumnType> columnTypes(const DataSettings& data);

}  // namespace vitrine
