// SPDX-License-Identifier: Apache-2.0
// Opening the data that a project names.
#pragma once

#include "core/data/dataset.h"
#include "core/io/project.h"

namespace vitrine {

/// `request.folder` names the data; where it is empty the project's own folder is taken. Errors:
/// "P05" (this program has no such reader, or the data need a folder and none is named), and those
/// of the reader.
Result<Dataset> openProjectData(const Project& project, DataRequest request);

}  // namespace vitrine
