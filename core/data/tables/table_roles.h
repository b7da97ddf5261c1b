// SPDX-License-Identifier: Apache-2.0
// Which columns of a table are inputs, which the label, and which are left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/data/tables/table_style.h"

namespace vitrine {

struct TableRoles {
    std::vector<size_t> inputs, targets;
    std::vector<size_t> leftOut;  ///< numbers of rows, by their names
    bool targetsAreText = false;  ///< in one of the first lines
};

/// By names, by the first lines, and by the fields `label` and `leave_out`, which hold names or
/// numbers of columns. Errors: "V10" (no such column, or none is left).
Result<TableRoles> rolesOf(std::string_view title, std::string_view text, const TableStyle& style,
                           const Attrs& attrs);

}  // namespace vitrine
