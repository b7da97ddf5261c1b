// SPDX-License-Identifier: Apache-2.0
// Parts of whole planes of [h][w][16] floats, as shares of an image.
#pragma once

#include "kernels/api/kernel.h"
#include "kernels/cpu/cut.h"

namespace vitrine::kernels::cpu {

/// What a part has of an image of so many rows.
inline ResultShare wholePlanes(const Cut& planes, int64_t part, int64_t rows) {
    const int64_t first = planes.begin(part);
    return {.first = first, .count = planes.end(part) - first, .endRow = rows};
}

}  // namespace vitrine::kernels::cpu
