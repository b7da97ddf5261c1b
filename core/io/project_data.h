// SPDX-License-Identifier: Apache-2.0
// Opening the data that a project names.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/transform.h"
#include "core/io/project.h"

namespace vitrine {

/// place.field of errors that another folder would mend: a window has words of its own for them.
inline constexpr std::string_view dataFolderField = "data.folder";

/// Opens what the project's format, fields and folder say, and prepares it (preparedData).
/// `request.folder` names the data; where it is empty the project's own folder is taken. Memory
/// that cannot be had is an error. Errors: "P05" (this program has no such reader, or the data need
/// a folder and none is named), "G01", "G03", "G12" (the folder, or a file in it), and those of the
/// reader.
Result<Dataset> openProjectData(const Project& project, DataRequest request);
/// The same without the project's changes and transforms: as the data are stored.
Result<Dataset> openRawData(const Project& project, DataRequest request);

/// The project's transforms of a list, which name kinds that are there.
std::vector<Transform> transformsOf(std::span<const ChosenThing> list);
/// Opened data as the settings want them: with other labels, without what is excluded, and with
/// transforms in front of the network. Cheap; `raw` is shared. Errors: "U28".
Result<Dataset> preparedData(const Dataset& raw, const DataSettings& settings);

}  // namespace vitrine
