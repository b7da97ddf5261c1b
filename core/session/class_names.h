// SPDX-License-Identifier: Apache-2.0
// Names of classes that a run was trained on, beside the numbers that its network gives.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace vitrine {

/// What run.json keeps of them: `{"label": ["cat", "dog"]}`. Nothing of columns whose classes are
/// called by their numbers, or are too many to be kept.
nlohmann::ordered_json classNamesOf(const std::vector<Column>& columns);

/// The names of a column's classes that the run has which weights are of; empty where none is there
/// or they have none.
std::vector<std::string> trainedClassNames(const std::string& weights, const std::string& column);

/// Where weights lie in a run's folder, or among its checkpoints: one remark ("U17") for each
/// column that has classes there and in the data under other names or in another order, with the
/// first that differs. Nothing where either has no names, or no run is there.
std::vector<Error> otherClassNames(const std::string& weights, const std::vector<Column>& columns);

}  // namespace vitrine
