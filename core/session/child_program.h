// SPDX-License-Identifier: Apache-2.0
// Another program that is run to its end.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// Looked for where the system looks for programs. What it prints nobody reads. Gives its exit
/// status, 128 and the signal's number where a signal ended it, or nothing where there is no such
/// program.
std::optional<int> runProgram(std::vector<std::string> words);

}  // namespace vitrine
