// SPDX-License-Identifier: Apache-2.0
// What a project keeps of another program's model that it was made from: names of classes, and what
// the model's numbers are told by.
#pragma once

#include <string>
#include <vector>

#include "core/io/json_fields.h"
#include "core/io/project.h"

namespace vitrine {

/// What the numbers are told by that parameters of a graph have from models of other programs, one
/// for each model, in the order of their paths: a digest of a few places of each tensor, so that
/// large ones cost little. Nothing of a model that some numbers were not read of.
std::vector<ModelMark> marksOf(const Graph& graph);

/// One remark ("C02") for each model whose numbers are others than when the project was saved,
/// after they were read. Nothing where that cannot be known.
std::vector<Error> replacedModels(const Project& project);

/// Files of marks as absolute paths, as parameters name them (nameFiles).
void nameModels(Project& project);

/// The section `model` of a project's file; null: there is nothing to keep.
Json modelToJson(const Project& project);
/// Errors: "P01", "P11".
Result<void> readModelSection(const Json& value, Project& project);

}  // namespace vitrine
