// SPDX-License-Identifier: Apache-2.0
// What a project's file keeps of another program's model that it was made from: names of classes,
// and what the model's numbers are told by.
#pragma once

#include "core/io/json_fields.h"
#include "core/io/project.h"

namespace vitrine {

/// The section `model` of a project's file; empty: there is nothing to keep.
Json modelToJson(const Project& project);
/// Errors: "P01", "P11".
Result<void> readModelSection(const Json& value, Project& project);

}  // namespace vitrine
