// SPDX-License-Identifier: Apache-2.0
// The operators' descriptors as text: help for people, JSON lines for programs.
#pragma once

#include <string>
#include <vector>

#include "core/opdef/descriptor.h"

namespace vitrine::cli {

/// All operators, and the two kinds of node that are none and that graphs need all the same.
std::vector<const OpDescriptor*> listedOperators();
/// Those under their categories: ports, fields with ranges.
std::string operatorsHelp();
/// Those of the palette as a table in Markdown, one line a category: what README shows.
std::string operatorsTable();
/// The page resources/operators.md: that table, and each of them with what it does and its fields.
std::string operatorsPage();
/// One JSON object.
std::string operatorJson(const OpDescriptor& op);

}  // namespace vitrine::cli
