// SPDX-License-Identifier: Apache-2.0
// Which names nodes and parameters may have.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vitrine {

/// A node's id: 1 to 100 letters, digits and `_`, not starting with a digit. No `.` (it separates
/// node and port) and no `/` (it separates the levels of a path). Errors: "U10".
Result<void> checkNodeId(std::string_view id);

/// A node's key: as its id. Errors: "U10".
Result<void> checkNodeKey(std::string_view key);
/// The `number`-th key to try for a node of this id: `conv1`, `conv1_2`, …, never longer than a key
/// may be.
std::string nodeKey(std::string_view id, int number);

/// A parameter's id: 1 to 200 letters, digits, `_`, `.` and `/`, other than what a file of weights
/// keeps for itself. Errors: "U10".
Result<void> checkParameterId(std::string_view id);

/// The id that a node's parameter has unless the node refers to another one: `conv1.weight`.
std::string defaultParameterId(std::string_view node, std::string_view port);

/// `word` between quotation marks as it may stand in a message: cut, nothing unprintable.
std::string quoted(std::string_view word);

}  // namespace vitrine
