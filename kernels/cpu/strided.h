// SPDX-License-Identifier: Apache-2.0
// Walking over several row-major operands of one shape at once, each with strides of its own: as
// few and as long innermost rows as they allow.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "kernels/api/operand.h"

namespace vitrine::kernels::cpu {

/// Extents and strides of a row-major operand; where it was made from a geometry alone, those of
/// memory without gaps.
constexpr Strided stridesOf(const Operand& operand) {
    if (operand.array.rank > 0) return operand.array;
    Strided whole;
    whole.rank = 4;
    whole.shape = {operand.n, operand.c, operand.h, operand.w};
    whole.strides = {operand.c * operand.h * operand.w, operand.h * operand.w, operand.w, 1};
    return whole;
}

/// Whether elements follow one another without gaps and repeats.
constexpr bool isContiguous(const Operand& operand) {
    int64_t step = 1;
    for (int axis = operand.array.rank - 1; axis >= 0; --axis) {
        const auto a = static_cast<size_t>(axis);
        if (operand.array.shape[a] != 1 && operand.array.strides[a] != step) return false;
        step *= operand.array.shape[a];
    }
    return true;
}

/// The strides of an operand as one of `shape` (numpy's rule): axes are aligned at the end, and one
/// of extent 1 or that is missing repeats.
constexpr Strided broadcastTo(const Strided& operand, const Strided& shape) {
    Strided result = shape;
    for (int axis = 0; axis < shape.rank; ++axis) {
        const int own = axis - shape.rank + operand.rank;
        const bool repeats = own < 0 || operand.shape[static_cast<size_t>(own)] == 1;
        result.strides[static_cast<size_t>(axis)] =
            repeats ? 0 : operand.strides[static_cast<size_t>(own)];
    }
    return result;
}

/// The longest piece of 1024 to 8192 elements that rows of `width` can be cut into, or the width.
constexpr int64_t pieceOf(int64_t width) {
    constexpr int64_t least = 1024, most = 8 * 1024;
    if (width >= 2 * least)
        for (int64_t length = std::min(most, width / 2); length >= least; --length)
            if (width % length == 0) return length;
    return width;
}

/// Operands 0 to `count` − 1, all of one shape. Neighbouring axes that every operand allows are
/// one.
template <int count>
struct StridedWalk {
    int rank = 1;
    std::array<int64_t, Strided::maxRank> shape{1};
    std::array<std::array<int64_t, count>, Strided::maxRank> strides{};

    constexpr explicit StridedWalk(std::span<const Strided, count> operands) {
        rank = 0;
        for (int axis = 0; axis < operands[0].rank; ++axis) {
            const auto a = static_cast<size_t>(axis);
            const int64_t extent = operands[0].shape[a];
            if (extent == 1) continue;
            std::array<int64_t, count> steps;
            for (size_t k = 0; k < count; ++k) steps[k] = operands[k].strides[a];
            append(extent, steps);
        }
        if (rank == 0) append(1, {});
    }

    constexpr int64_t width() const { return shape[static_cast<size_t>(rank - 1)]; }
    constexpr int64_t rows() const {
        int64_t product = 1;
        for (int axis = 0; axis < rank - 1; ++axis) product *= shape[static_cast<size_t>(axis)];
        return product;
    }
    constexpr int64_t step(int k) const {
        return strides[static_cast<size_t>(rank - 1)][static_cast<size_t>(k)];
    }
    /// Where a row starts in every operand.
    constexpr std::array<int64_t, count> rowOffsets(int64_t row) const {
        std::array<int64_t, count> offsets{};
        for (int axis = rank - 2; axis >= 0; --axis) {
            const auto a = static_cast<size_t>(axis);
            for (size_t k = 0; k < count; ++k) offsets[k] += row % shape[a] * strides[a][k];
            row /= shape[a];
        }
        return offsets;
    }

    /// Long rows in pieces, so that there are rows to share out.
    constexpr void cutRows() {
        const int64_t length = pieceOf(width());
        if (length == width() || rank == Strided::maxRank) return;
        const auto last = static_cast<size_t>(rank - 1);
        shape[last + 1] = length;
        strides[last + 1] = strides[last];
        shape[last] /= length;
        for (int64_t& stride : strides[last]) stride *= length;
        ++rank;
    }

  private:
    constexpr void append(int64_t extent, const std::array<int64_t, count>& steps) {
        if (rank > 0) {
            const auto last = static_cast<size_t>(rank - 1);
            bool joins = true;
            for (size_t k = 0; k < count; ++k)
                joins = joins && strides[last][k] == steps[k] * extent;
            if (joins) {
                shape[last] *= extent;
                strides[last] = steps;
                return;
            }
        }
        shape[static_cast<size_t>(rank)] = extent;
        strides[static_cast<size_t>(rank)] = steps;
        ++rank;
    }
};

}  // namespace vitrine::kernels::cpu
