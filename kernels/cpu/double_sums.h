// SPDX-License-Identifier: Apache-2.0
// Sums of float32 numbers in double precision, by vectors.
#pragma once

#include <cstdint>

namespace vitrine::kernels::cpu {

struct DoubleSums {
    /// Σ x over numbers on end.
    double (*ofRun)(const float* x, int64_t count);
    /// sums[i] += Σ x over `rows` rows, `stride` apart, of `columns` numbers on end.
    void (*addRows)(const float* x, int64_t stride, int64_t rows, int64_t columns, double* sums);
};
/// Those of the instruction set that is in use.
DoubleSums doubleSums();

}  // namespace vitrine::kernels::cpu
