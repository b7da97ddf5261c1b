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

/// The same with the channels of a pixel side by side, then pixels, then images: N, H, W, C.
inline bool isLast(const Operand& operand) {
    if (operand.layout != Layout::RowMajor || operand.array.rank < 3) return false;
    int64_t expected = 1;
    const auto follows = [&](int axis) {
        const bool isRight = extent(operand, axis) == 1 || stride(operand, axis) == expected;
        expected *= extent(operand, axis);
        return isRight;
    };
    bool isRight = follows(1);
    for (int axis = operand.array.rank - 1; axis >= 2; --axis) isRight = isRight && follows(axis);
    return isRight && follows(0);
}
/// Whether a call has an operand or result that lies so and is not row-major.
inline bool hasLast(const Call& call) {
    for (const Operand& operand : call.operands)
        if (!isWhole(operand) && isLast(operand)) return true;
    return false;
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

/// Why no kernel takes the operands of a call, however they lie; nothing where some may.
inline std::string whyNotIndexed(const Call& call) {
    constexpr int64_t most = int64_t{1} << 31;
    for (const Operand& operand : call.operands) {
        if (operand.layout != Layout::RowMajor) return "wants row-major operands";
        if (operand.array.elements() >= most) return "wants operands of fewer than 2^31 elements";
    }
    return {};
}

/// Why operands that all lie row-major and without gaps, the first `strided` with or without, do
/// not; nothing where they do.
inline std::string whyNotWhole(const Call& call, size_t strided = 0) {
    for (size_t k = strided; k < call.operands.size(); ++k)
        if (call.operands[k].layout == Layout::RowMajor && !isWhole(call.operands[k]))
            return "wants operands without gaps and repeats";
    return whyNotIndexed(call);
}

/// The same for a kernel that does nothing to what it loads or stores.
inline std::string whyNotPlain(const Call& call, size_t strided = 0) {
    if (!call.load.empty() || !call.store.empty() || !call.sums.empty()) return appliesNothing;
    return whyNotWhole(call, strided);
}

}  // namespace vitrine::kernels::cuda
