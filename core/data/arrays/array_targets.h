// SPDX-License-Identifier: Apache-2.0
// What an array of labels is: classes, rows of 0 and 1, masks or numbers, and its values as a
// column.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/data/arrays/array_store.h"
#include "core/data/dataset.h"

namespace vitrine {

enum class TargetKind : uint8_t { Classes, OneHot, MultiLabel, Numbers, Mask };

/// By the field `labels`; `inputs` is the column that they belong to. Errors: "N11", "I07" where
/// the labels are not what was chosen.
Result<TargetKind> targetKindOf(const KeptArray& targets, const Column& inputs, const Attrs& attrs);

/// Whether labels of a part can be of that kind, which was found on another. Errors: "N11", "I07".
Result<void> checkTargets(const KeptArray& targets, TargetKind kind);

/// Class numbers of labels of kind Classes or OneHot. Errors: "I07" for a number that is no class.
Result<std::vector<int32_t>> classesOf(const KeptArray& targets, TargetKind kind);

/// The column for a kind; `classes` counts them, for Classes, OneHot and Mask.
Column targetColumn(const KeptArray& targets, TargetKind kind, int64_t classes);

/// What the numbers of masks are. 255 beside 0 alone is class 1, as in black and white pictures;
/// beside others it is no class, and stays.
struct MaskNumbers {
    int64_t classes = 2;
    bool areBlackAndWhite = false;
};
MaskNumbers maskNumbersOf(const KeptArray& train, const KeptArray* test);

/// Values of the column for kinds without classes.
std::vector<std::byte> targetValues(const KeptArray& targets, TargetKind kind,
                                    const MaskNumbers& masks);

inline constexpr int64_t mostClasses = 65536;

}  // namespace vitrine
