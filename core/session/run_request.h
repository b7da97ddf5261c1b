// SPDX-License-Identifier: Apache-2.0
// What starting a run and going on with one have in common.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/session/training_run.h"

namespace vitrine {

constexpr double defaultCheckpointEverySeconds = 30;

/// What was asked for, or what holds where nothing was.
std::string precisionOf(const RunRequest& request);
/// The settings that must not change when a run goes on, as text by option.
std::vector<std::pair<const char*, std::string>> fixedSettings(const Project& project,
                                                               const RunRequest& request);
/// Where the folder is that a project names; empty where it names none.
std::string dataFolderOf(const Project& project);
/// Of data made by hand too.
std::string fingerprintOf(const Dataset& data);

}  // namespace vitrine
