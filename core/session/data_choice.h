// SPDX-License-Identifier: Apache-2.0
// A folder that somebody points at, as the data of a project.
#pragma once

#include <string>

#include "core/io/project.h"

namespace vitrine {

/// The data settings for the images in `folder`: those that the project has where their files lie
/// there, else those of the first format whose usual files do. The folder is kept as the project's
/// file keeps it (storedFolder). Looks at names only. Errors: "G01" (no such folder, or no format
/// finds its files there, naming what each looks for), "P08".
Result<DataSettings> dataIn(const std::string& folder, const Project& project);

}  // namespace vitrine
