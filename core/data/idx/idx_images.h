// SPDX-License-Identifier: Apache-2.0
// From two IDX arrays, inputs and labels, to arrays that belong together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/arrays/number_array.h"

namespace vitrine {

/// The bytes of one IDX file with the name that messages give it.
struct IdxSource {
    std::string_view title;
    std::span<const std::byte> bytes;
};

/// How labels are understood.
struct IdxLabels {
    int64_t classes = 10;
    int64_t first = 0;   ///< label of the first class
    int64_t column = 0;  ///< which number of an example is the class, where labels are rows
};

/// `images` borrows the bytes that were parsed.
struct IdxExamples {
    NumberArray images;           ///< [N, …]
    std::vector<int32_t> labels;  ///< class numbers from 0 on; empty where labels are floats
    NumberArray numbers;          ///< labels that are floats, [N] or [N, K]
    int64_t count() const { return images.examples(); }
};

/// Pictures [N, H, W] or [N, C, H, W], or numbers [N, K] or [N], of any type, with class numbers
/// [N] or [N, K] of any type of whole numbers, or floats [N] or [N, K]. Everything is checked
/// first. Errors: I01–I09.
Result<IdxExamples> parseIdxImages(const IdxSource& images, const IdxSource& labels,
                                   const IdxLabels& options);

}  // namespace vitrine
