// SPDX-License-Identifier: Apache-2.0
// Opening the data that a project names.
#pragma once

#include <string_view>

#include "core/data/dataset.h"
#include "core/io/project.h"

namespace vitrine {

/// place.field of errors that another folder would mend: a window has words of its own for them.
inline constexpr std::string_view dataFolderField = "data.folder";

/// `request.folder` names the data; where it is empty the project's own folder is taken. Memory
/// that cannot be had is an error. Errors: "P05" (this program has no such reader, or the data need
/// a folder and none is named), "G01", "G03", "G12" (the folder, or a file in it), and those of the
/// reader.
Result<Dataset> openProjectData(const Project& project, DataRequest request);

}  // namespace vitrine
