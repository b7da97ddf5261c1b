// SPDX-License-Identifier: Apache-2.0
// Labels of pictures that stand in a file beside them: a table or JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"

namespace vitrine {

/// What a file says of one picture.
struct LabelRow {
    std::string file;
    std::vector<std::string> labels = {};  ///< of each label column, as they are written
    std::string part = {};                 ///< `train`, `val`, …; empty: it says none
    int64_t line = 0;                      ///< 0: in JSON
};
struct LabelRows {
    std::vector<std::string> names;  ///< of the label columns
    std::vector<LabelRow> rows;
    char decimal = '.';  ///< of numbers
};

/// A table with a column of file names. Which columns have names, labels and parts is told by the
/// fields `file_column` and `label_column` (names, or numbers from 1), else by usual names, else by
/// what stands in them. At most so many rows are read. Errors: as openTable, styleOf and
/// CellReader; "V01" (another number of cells), "V10" (no such column).
Result<LabelRows> readLabelTable(const std::string& path, const Attrs& attrs,
                                 size_t mostRows = SIZE_MAX);

/// `{"a.png": "cat", …}`, or an array of objects with a file and a label each, `{"file": "a.png",
/// "label": "cat"}`. Several labels are an array; so are several numbers. Errors: as readFile;
/// "V01", which place is neither.
Result<LabelRows> readLabelJson(const std::string& path);

/// Between several labels of one picture that are written in one cell.
inline constexpr char labelBar = '|';

/// What columns are usually called, in small letters.
bool isFileColumn(std::string_view name);
bool isLabelColumn(std::string_view name);
bool isPartColumn(std::string_view name);

}  // namespace vitrine
