// SPDX-License-Identifier: GPL-3.0-or-later
// Edits of a project's list of changed examples.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gui/models/sample_table.h"

namespace vitrine::gui {

/// What somebody does to examples; what is not set stays as it is.
struct SampleEdit {
    std::optional<int32_t> label = {};  ///< the data's own takes a change of class back
    std::optional<bool> isExcluded = {};
};

/// `changes` with an edit of these examples. What then changes nothing is not in the list; new
/// changes stand at its end.
std::vector<DataChange> edited(std::vector<DataChange> changes, const SampleTable& table,
                               std::span<const int64_t> places, const SampleEdit& edit);
/// Without those of these examples.
std::vector<DataChange> takenBack(std::vector<DataChange> changes, const SampleTable& table,
                                  std::span<const int64_t> places);

}  // namespace vitrine::gui
