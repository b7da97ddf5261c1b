// SPDX-License-Identifier: Apache-2.0
// The rules that the source tree is held to: who may include whom, who may point into
// memory, licences, lengths, and the one place that replaces files.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::test {

/// What is wrong with the file that stands at `path` (from the top of the tree) and holds `text`:
/// `path:line: sentence` for each violation.
std::vector<std::string> violationsIn(std::string_view path, std::string_view text);

/// Names that have no place at the top of the tree.
std::vector<std::string> strangersAtTheTop(std::span<const std::string> names);

/// Calls and flags in a line of code that can create or replace a file; empty where there is none.
std::string_view fileReplacingCall(std::string_view line);

/// Calls and formats in a line of code whose numbers look as the locale of C or C++ wants them;
/// empty where there is none. Use fmt, std::to_chars, std::from_chars and jsonFromText.
std::string_view localeBoundCall(std::string_view line);

}  // namespace vitrine::test
