// SPDX-License-Identifier: Apache-2.0
// Weights of a file for whoever shows runs: as a run without curves that somebody else has made.
#pragma once

#include <string>

#include "core/session/past_runs.h"
#include "core/session/project.h"

namespace vitrine {

struct FileWeights {
    PastResult result;    ///< states alone
    std::string summary;  ///< `62 of the network's 62 tensors, by name`
    std::string table;    ///< a line for each tensor of the network and of the file
};

/// All of the project's network, or an Error. Slow; any thread. Errors: those of readWeightsFor.
Result<FileWeights> readWeightsOfFile(const std::string& path, const Project& project);

}  // namespace vitrine
