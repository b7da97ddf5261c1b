// SPDX-License-Identifier: Apache-2.0
// Labels as a column that networks take: classes, several classes at once, or numbers.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/data/dataset.h"
#include "core/data/pictures/label_rows.h"

namespace vitrine {

inline constexpr std::string_view pictureLabelChoices[] = {"automatic", "classes", "several",
                                                           "numbers"};

struct LabelColumn {
    Column column;
    std::vector<int32_t> classes = {};  ///< of each row, where it is of one class
    std::vector<float> numbers = {};    ///< else: rows × column.shape
};

/// By the field `labels`, or by what stands in the rows: several columns of 0 and 1 are several
/// classes, other numbers in several columns or with fractions are numbers; one column with `|` in
/// it holds several classes; all else is one class. Classes are sorted: numbers as numbers, words
/// by their bytes. Errors: "V02" (no number), "V03" (no label), "V10" (more than 65,536 classes).
Result<LabelColumn> labelColumn(const LabelRows& rows, const Attrs& attrs);

}  // namespace vitrine
