// SPDX-License-Identifier: Apache-2.0
// Another program that is run to its end.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace vitrine {

/// Looked for where the system looks for programs. What it prints nobody reads. Gives its exit
/// status, 128 and the signal's number where a signal ended it, or nothing where there is no such
/// program. It and its children are ended within a twentieth of a second of a wish to stop.
std::optional<int> runProgram(std::vector<std::string> words, const std::stop_token& stop = {});

}  // namespace vitrine
