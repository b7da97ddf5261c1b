// SPDX-License-Identifier: Apache-2.0
// Fields of operators, templates and the like as text: help for people, JSON for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/field.h"

namespace vitrine::cli {

/// `      kernel = 3,3  (pair of integers, 1 to 1024, px)  Size of the window …` and a line's end.
std::string fieldHelp(const FieldSpec& field);
nlohmann::ordered_json fieldJson(const FieldSpec& field);

}  // namespace vitrine::cli
