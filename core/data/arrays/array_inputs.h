// SPDX-License-Identifier: Apache-2.0
// What an array of inputs is, pictures or numbers, and its values as a column.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/data/arrays/array_store.h"
#include "core/data/dataset.h"

namespace vitrine {

/// How arrays of one set become a column: chosen once, on the training part.
struct InputPlan {
    Column column;
    PixelScale scale = PixelScale::AsTheyAre;
    std::vector<size_t> axes = {};  ///< of the array in the column's order; the first is examples
    std::string remark = {};        ///< what was guessed and could be otherwise
};

/// What a person has chosen of it.
struct InputChoices {
    std::string layout = "automatic", values = "automatic";  ///< of the fields of these names
    int64_t height = 0, width = 0;                           ///< of pictures that lie as rows
};
InputChoices inputChoicesOf(const Attrs& attrs);

/// Errors: "N11".
Result<InputPlan> planInputs(const KeptArray& inputs, const InputChoices& choices);

/// Whether another array fits the plan. Errors: "N11" where it has other extents.
Result<void> checkFits(const KeptArray& first, const KeptArray& other);

/// Bytes that must be made, because they do not lie as the column wants them.
int64_t bytesToMake(const KeptArray& inputs, const InputPlan& plan);

/// The values of the column, one behind the other, in place where they lie so.
struct ColumnValues {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
    std::shared_ptr<const MappedFile> file;  ///< null where they were made
};
ColumnValues valuesOf(const KeptArray& inputs, const InputPlan& plan);

}  // namespace vitrine
