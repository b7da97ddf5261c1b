// SPDX-License-Identifier: Apache-2.0
// Entries of parameters in a project file.
#pragma once

#include <string>

#include "core/graph/graph.h"
#include "core/io/json_reader.h"

namespace vitrine {

/// `{"id": …, "kind": …, "dtype"?, "shape"?, "init"?, "values"? | "file"?, "tensor"?}`. Numbers
/// that come from a file are not copied: the file is named, as seen from `projectFile` where it is
/// near (project_path.h).
Json parameterToJson(const Parameter& parameter, const std::string& projectFile);
/// One entry. Numbers of files are not there yet: see parameter_file.h. Errors: "P01" (not of that
/// form), "P11", "U10".
Result<Parameter> parameterFromJson(const Json& value, size_t index);

}  // namespace vitrine
