// SPDX-License-Identifier: Apache-2.0
// Halos of results in Lanes and Blocked: the kernel that writes a plane zeroes its frame.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// Zeroes the halo left and right of rows [begin, end) of a plane; row 0 brings the frame above it,
/// the last row the one below. `plane` points at the plane's start, its halo included.
void zeroHaloOfRows(const Image& image, float* plane, int64_t begin, int64_t end);
void zeroHaloOfRows(const Image& image, uint8_t* plane, int64_t begin, int64_t end);

}  // namespace vitrine::kernels
