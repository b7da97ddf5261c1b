// SPDX-License-Identifier: Apache-2.0
// What a kernel is told about one of its operands.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/api/dtype.h"
#include "kernels/api/packing.h"

namespace vitrine::kernels {

/// Channels of a block, or images of a lane group: one 64-byte line of floats.
inline constexpr int64_t blockWidth = 16;

/// Packed: a weight as its Packing says.
enum class Layout : uint8_t { RowMajor, Lanes, Blocked, Packed };

/// Geometry of an operand seen as images [n, c, h, w]; the only view that kernels need of ranks 2
/// to 5, since
///   [N, C]           is h = w = 1
///   [N, C, L]        is h = 1, w = L
///   [N, C, D, H, W]  is h = D · H: its slices lie below one another, in every layout.
/// RowMajor is contiguous N, C, H, W with halo 0. Lanes: planes (n / 16) × c, inner 16 images.
/// Blocked: planes n × (c / 16), inner 16 channels. The kernel that writes an operand zeroes its
/// halo. Lanes past n and channels past c may hold anything (NaN too): they must not reach a
/// result.
struct Image {
    int64_t n = 0, c = 0, h = 1, w = 1;
    Layout layout = Layout::RowMajor;
    int64_t halo = 0;

    constexpr int64_t elements() const { return n * c * h * w; }
    constexpr bool hasExtentsOf(const Image& other) const {
        return n == other.n && c == other.c && h == other.h && w == other.w;
    }
    constexpr int64_t channelBlocks() const { return (c + blockWidth - 1) / blockWidth; }
    constexpr int64_t laneGroups() const { return (n + blockWidth - 1) / blockWidth; }
    /// Planes of [h][w][16]; Lanes and Blocked only.
    constexpr int64_t planes() const {
        return layout == Layout::Lanes ? laneGroups() * c : n * channelBlocks();
    }
    constexpr int64_t rowStride() const { return (w + 2 * halo) * blockWidth; }
    constexpr int64_t planeStride() const { return (h + 2 * halo) * rowStride(); }
    /// From the start of a plane to pixel (0, 0).
    constexpr int64_t origin() const { return halo * rowStride() + halo * blockWidth; }
    constexpr int64_t storageElements() const {
        return layout == Layout::RowMajor ? elements() : planes() * planeStride();
    }
};

/// Extents and strides of an operand that is read or written by strides, outermost axis first, in
/// elements of row-major memory. A stride of 0 repeats what lies there: that is how an operand is
/// broadcast.
struct Strided {
    static constexpr int maxRank = 8;
    int rank = 0;
    std::array<int64_t, maxRank> shape{}, strides{};

    constexpr int64_t elements() const {
        int64_t product = 1;
        for (int axis = 0; axis < rank; ++axis) product *= shape[static_cast<size_t>(axis)];
        return product;
    }
};

/// An operand: geometry as images for kernels that go by planes, extents and strides for those that
/// take row-major operands of any rank as they lie, how it is packed where it is, and the element
/// type.
struct Operand : Image {
    Operand() = default;
    Operand(const Image& image, DType type = DType::F32) : Image(image), dtype(type) {}

    DType dtype = DType::F32;
    Strided array = {};    ///< RowMajor only
    Packing packing = {};  ///< Packed only

    constexpr int64_t storageElements() const {
        return layout == Layout::Packed ? packing.storageElements() : Image::storageElements();
    }
};

}  // namespace vitrine::kernels
