// SPDX-License-Identifier: Apache-2.0
// How operands of a call lie, and words for those that a kernel does not take.
#pragma once

#include <string>

#include "kernels/api/problem.h"

namespace vitrine::kernels::cuda {

inline int64_t stride(const Operand& operand, int axis) {
    return operand.array.strides[static_cast<size_t>(axis)];
}
inline int64_t extent(const Operand& operand, int axis) {
    return operand.array.shape[static_cast<size_t>(axis)];
}

/// Row-major without gaps and repeats.
inline bool isWhole(const Operand& operand) {
    if (operand.layout != Layout::RowMajor) return false;
    int64_t expected = 1;
    for (int axis = operand.array.rank - 1; axis >= 0; --axis) {
        if (extent(operand, axis) != 1 && stride(operand, axis) != expected) return false;
        expected *= extent(operand, axis);
    }
    return true;
}

inline bool hasSameExtents(const Operand& a, const Operand& b) {
    if (a.array.rank != b.array.rank) return false;
    for (int axis = 0; axis < a.array.rank; ++axis)
        if (extent(a, axis) != extent(b, axis)) return false;
    return true;
}

/// A row-major operand seen from one axis: [outer][extent][inner].
struct AlongAxis {
    int64_t outer = 1, extent = 1, inner = 1;
};
inline AlongAxis alongAxis(const Operand& operand, int axis) {
    AlongAxis result;
    result.extent = extent(operand, axis);
    for (int k = 0; k < axis; ++k) result.outer *= extent(operand, k);
    for (int k = axis + 1; k < operand.array.rank; ++k) result.inner *= extent(operand, k);
    return result;
}

inline std::string unexpectedType(const char* wanted, DType found) {
    return std::string("wants ") + wanted + ", got " + std::string(name(found));
}

inline constexpr const char* appliesNothing = "applies nothing to what it loads or stores";

/// Why a kernel that takes calls as they are, all row-major and without gaps, does not take this
/// one; nothing where it does. `strided`: the first operands, which may lie with gaps.
inline std::string whyNotPlain(const Call& call, size_t strided = 0) {
    if (!call.load.empty() || !call.store.empty() || !call.sums.empty()) return appliesNothing;
    constexpr int64_t most = int64_t{1} << 31;
    for (size_t k = 0; k < call.operands.size(); ++k) {
        const Operand& operand = call.operands[k];
        if (operand.layout != Layout::RowMajor) return "wants row-major operands";
        if (operand.array.elements() >= most) return "wants operands of fewer than 2^31 elements";
        if (k >= strided && !isWhole(operand)) return "wants operands without gaps and repeats";
    }
    return {};
}

}  // namespace vitrine::kernels::cuda
