// SPDX-License-Identifier: Apache-2.0
// A confusion matrix for a terminal, a spreadsheet and a program.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/session/evaluation.h"

namespace vitrine::cli {

/// A row for each class, a column for what its images were taken for; of more classes than fit into
/// a line the largest confusions instead.
std::string confusionTable(const TestConfusion& confusion);
/// All counts, with a head and names in front. Cells that a spreadsheet would work out begin with
/// an apostrophe.
std::string confusionCsv(const TestConfusion& confusion);
/// `classes` and `counts`, by rows; `without_answer` where a row has a count of those more.
nlohmann::ordered_json confusionJson(const TestConfusion& confusion);

}  // namespace vitrine::cli
