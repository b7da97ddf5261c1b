// SPDX-License-Identifier: Apache-2.0
// The yardstick of the benchmarks: as many multiply-adds as a core can do, and nothing else.
#pragma once

#include <cstdint>

namespace vitrine::kernels {

/// Runs `rounds` of independent multiply-adds on the chosen instruction set. Gives the floating
/// point operations done (two for each multiply-add and lane).
int64_t fmaBurst(int64_t rounds);

}  // namespace vitrine::kernels
