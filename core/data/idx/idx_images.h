// SPDX-License-Identifier: Apache-2.0
// From two IDX arrays, images and labels, to labelled images.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/dataset.h"

namespace vitrine {

/// The bytes of one IDX file with the name that messages give it.
struct IdxSource {
    std::string_view title;
    std::span<const std::byte> bytes;
};

struct LabelledImages {
    int64_t count = 0;
    Shape shape;  ///< [C, H, W]
    std::vector<std::byte> pixels;
    std::vector<int32_t> labels;
};

/// Images of unsigned bytes [N, H, W] or [N, C, H, W] with labels [N] below `classes`. Everything
/// is checked before the pixels are copied. Errors: I01–I09.
Result<LabelledImages> parseIdxImages(const IdxSource& images, const IdxSource& labels,
                                      int64_t classes);

}  // namespace vitrine
