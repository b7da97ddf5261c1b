// SPDX-License-Identifier: Apache-2.0
// One pass over a table: numbers of the inputs, and numbers or words of the label.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/tables/number_block.h"
#include "core/data/tables/table_roles.h"
#include "core/data/tables/table_style.h"

namespace vitrine {

struct TableOptions {
    bool targetsAreText = false;  ///< words are numbered as they come
    bool skipsBadRows = false;    ///< rows with an empty cell or none that is a number
    std::stop_token stop = {};
    std::function<void(double share)> progress = {};
};

struct TableContent {
    int64_t rows = 0;
    NumberBlock inputs;           ///< rows × inputs
    std::vector<double> targets;  ///< rows × targets; of words their numbers
    std::vector<std::string> words;
    int64_t skipped = 0;
    Error firstSkipped;
};

/// Errors: those of CellReader; "V01" (another number of cells), "V02" (text for a number), "V03"
/// (an empty cell), "V04" (no finite number), "V10" (too many words), "V12" (the header again),
/// `stopped`.
Result<TableContent> readTable(std::string_view title, std::string_view text,
                               const TableStyle& style, const TableRoles& roles,
                               const TableOptions& options);

inline constexpr size_t mostTableClasses = 65536;

}  // namespace vitrine
