// SPDX-License-Identifier: GPL-3.0-or-later
// SampleQuery: which examples are wanted, in which order; and finding them.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gui/models/sample_answers.h"
#include "gui/models/sample_table.h"

namespace vitrine::gui {

enum class SampleVerdict { Any, Right, Wrong, NotAsked };
enum class SampleChanges { Any, Changed, Excluded, Kept };
enum class SampleOrder { OfData, WorstFirst, BestFirst, MostChanged, MostConfident, Doubles };

/// What is empty or at its start asks for nothing.
struct SampleQuery {
    std::optional<DataPart> part = {};
    std::optional<int32_t> truth = {};      ///< with the project's changes
    std::optional<int32_t> predicted = {};  ///< a class, or noAnswer
    SampleVerdict verdict = SampleVerdict::Any;
    SampleChanges changes = SampleChanges::Any;
    std::string name = {};  ///< part of the name, in small letters
    double aboveLoss = -1, belowLoss = std::numeric_limits<double>::infinity();
    SampleOrder order = SampleOrder::OfData;
    /// All examples of the part, in their order: nothing has to be looked for.
    bool isWhole() const;
    bool needsClasses() const;
    bool operator==(const SampleQuery&) const = default;
};

/// Takes words apart: `loss>1.5` and `loss<0.1` are limits, all others are looked for in names.
/// What is half typed looks for nothing.
void readWords(const QString& words, SampleQuery& query);

/// For each place the first place with the same images, or −1 where they are alone.
using Doubles = std::shared_ptr<const std::vector<int32_t>>;

/// What is looked at, as one snapshot. Plain value.
struct SampleSource {
    std::shared_ptr<const SampleTable> table;  ///< may be null
    SampleAnswers answers;
    Doubles doubles = {};  ///< null: nobody has looked
};

/// Places, in their order. A plain value; copies share the list.
struct FoundSamples {
    std::shared_ptr<const std::vector<int32_t>> places = {};  ///< null: count from first on
    int64_t first = 0, count = 0;
    int64_t at(int64_t row) const {
        return places ? (*places)[static_cast<size_t>(row)] : first + row;
    }
};

/// Any thread. Nothing where it was stopped.
std::optional<FoundSamples> findSamples(const SampleSource& source, const SampleQuery& query,
                                        std::stop_token stop = {});

}  // namespace vitrine::gui
