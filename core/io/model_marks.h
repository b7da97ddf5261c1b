// SPDX-License-Identifier: Apache-2.0
// Marks of the numbers that a project has from models of other programs, by which a file that was
// replaced by another one is noticed.
#pragma once

#include <string>
#include <vector>

#include "core/io/project.h"

namespace vitrine {

/// What the numbers are told by that parameters of a graph have from models of other programs, one
/// for each model, in the order of their paths: a digest of a few places of each tensor, so that
/// large ones cost little. Nothing of a model that some numbers were not read of.
std::vector<ModelMark> marksOf(const Graph& graph);

/// Those that a project's file is to keep: of numbers that nobody has read, as they were.
std::vector<ModelMark> marksToKeep(const Project& project);

/// One remark ("C02") for each model whose numbers are others than when the project was saved,
/// after they were read. Nothing where that cannot be known.
std::vector<Error> replacedModels(const Project& project);

/// Files of marks as absolute paths, as parameters name them (nameFiles).
void nameModels(Project& project);

}  // namespace vitrine
