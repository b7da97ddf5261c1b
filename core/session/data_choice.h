// SPDX-License-Identifier: Apache-2.0
// A folder that somebody points at, as the data of a project.
#pragma once

#include <string>
#include <vector>

#include "core/io/project.h"

namespace vitrine {

/// The data settings for what lies at `path`, a folder or a file: with the project's own format and
/// fields where these fit, else with the first format that does. A file that no format takes alone
/// stands for the folder that it lies in. The path is kept as the project's file keeps it
/// (storedFolder). Looks at names and a few bytes only. Errors: "G01" (nothing there, or no format
/// finds its files there, naming the formats), "P08".
Result<DataSettings> dataIn(const std::string& path, const Project& project);

/// These, and behind them what every other format that recognises the same place makes of it.
Result<std::vector<DataSettings>> dataChoices(const std::string& path, const Project& project);

}  // namespace vitrine
