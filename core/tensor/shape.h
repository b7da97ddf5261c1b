// SPDX-License-Identifier: Apache-2.0
// Logical extents of a tensor: up to eight, outermost first. Images are [N, C, H, W].
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include "core/base/check.h"

namespace vitrine {

class Shape {
  public:
    static constexpr int maxRank = 8;

    constexpr Shape() = default;
    constexpr Shape(std::initializer_list<int64_t> dims)
        : Shape(std::span(dims.begin(), dims.size())) {}
    constexpr explicit Shape(std::span<const int64_t> dims) {
        VITRINE_CHECK(dims.size() <= maxRank, "a shape has at most eight extents");
        m_rank = static_cast<int>(dims.size());
        for (int i = 0; i < m_rank; ++i)
            m_dims[static_cast<size_t>(i)] = dims[static_cast<size_t>(i)];
    }

    constexpr int rank() const { return m_rank; }
    constexpr int64_t operator[](int axis) const { return m_dims[static_cast<size_t>(axis)]; }
    constexpr int64_t& operator[](int axis) { return m_dims[static_cast<size_t>(axis)]; }
    constexpr std::span<const int64_t> dims() const {
        return {m_dims.data(), static_cast<size_t>(m_rank)};
    }
    constexpr void push(int64_t extent) {
        VITRINE_CHECK(m_rank < maxRank, "a shape has at most eight extents");
        m_dims[static_cast<size_t>(m_rank++)] = extent;
    }

    /// Product of the extents; 1 for a scalar. Extents come from checked input (see
    /// checkedElements).
    constexpr int64_t elements() const {
        int64_t product = 1;
        for (int i = 0; i < m_rank; ++i) product *= m_dims[static_cast<size_t>(i)];
        return product;
    }
    constexpr bool operator==(const Shape&) const = default;

    /// `[64, 3, 32, 32]`; `[]` for a scalar.
    std::string text() const;

  private:
    std::array<int64_t, maxRank> m_dims{};
    int m_rank = 0;
};

/// Product of extents, or -1 where one is negative or the product passes 2^62.
int64_t checkedElements(std::span<const int64_t> dims);

/// Row-major strides in elements.
Shape contiguousStrides(const Shape& shape);

}  // namespace vitrine
