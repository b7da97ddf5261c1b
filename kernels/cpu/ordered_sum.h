// SPDX-License-Identifier: Apache-2.0
// Sums over parts: every part leaves a double in the workspace, a second phase adds them in order.
// Where there is one part, it finishes by itself.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/api/kernel.h"

namespace vitrine::kernels::cpu {

/// Bytes that the partial sums take at the start of the workspace, whole cache lines.
constexpr int64_t partialBytes(int64_t parts) {
    return (parts * static_cast<int64_t>(sizeof(double)) + 63) / 64 * 64;
}

/// Gives the kernel `parts` parts, the phase that finishes and the memory between them.
inline void setOrderedSum(Kernel& kernel, int64_t parts) {
    kernel.phases = parts > 1 ? 2 : 1;
    kernel.parts = {parts, 1, 1};
    kernel.workspaceBytes = partialBytes(parts);
}

/// True in the call that has to finish: all partial sums are there after its own.
constexpr bool finishes(int64_t parts, int phase) { return parts == 1 || phase == 1; }

inline double sumInOrder(std::span<const double> partials) {
    double sum = 0;
    for (const double partial : partials) sum += partial;
    return sum;
}
inline double sumInOrder(const double* partials, int64_t parts) {
    return sumInOrder({partials, static_cast<size_t>(parts)});
}

}  // namespace vitrine::kernels::cpu
