// SPDX-License-Identifier: Apache-2.0
// Products of matrices over a batch. Of floats a tile of rows times columns stays in registers.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pointwise.h"

namespace kernels {

/// y[m, n] = Σ_k a[m, k] · b[k, n]; steps in elements.
struct Product {
    Size rows = 1, columns = 1, depth = 1;
    Size aRow = 0, aColumn = 1, bRow = 0, bColumn = 1;
};

template <Product P, Size Rows, Size Count>
KERNELS_INLINE void productTile(const float* a, const float* b, float* y) {
    constexpr Size vectors = (Count + width - 1) / width;
    Lanes sums[Rows * vectors];
    each<Rows * vectors>([&](auto i) KERNELS_INLINED { sums[i] = Lanes{}; });
    KERNELS_ROLLED for (Size k = 0; k < P.depth; ++k) {
        Lanes right[vectors];
        each<vectors>([&](auto v) KERNELS_INLINED { right[v] = KERNELS_LOAD(b + v * width); });
        each<Rows>([&](auto i) KERNELS_INLINED {
            const float left = a[i * P.aRow];
            each<vectors>([&](auto v)
                              KERNELS_INLINED { sums[i * vectors + v] += left * right[v]; });
        });
        a += P.aColumn;
        b += P.bRow;
    }
    alignas(64) float results[Rows * vectors * width];
    each<Rows * vectors>([&](auto i)
                             KERNELS_INLINED { KERNELS_STORE(results + i * width, sums[i]); });
    for (Size i = 0; i < Rows; ++i)
        for (Size j = 0; j < Count; ++j) y[i * P.columns + j] = results[i * vectors * width + j];
}

/// One matrix of floats with b's columns side by side. Reads up to 15 floats past b's last one.
template <Product P>
void productOfFloats(const float* a, const float* b, float* y) {
    constexpr Size wide = P.columns < 2 * blockWidth ? blockWidth : 2 * blockWidth;
    constexpr Size high =
        (registers - 4) / (wide / width) / 2 < 1 ? 1 : (registers - 4) / (wide / width) / 2;
    const auto columns = [&]<Size Count>(Size j) KERNELS_INLINED {
        Size i = 0;
        for (; i + high <= P.rows; i += high)
            productTile<P, high, Count>(a + i * P.aRow, b + j, y + i * P.columns + j);
        for (; i < P.rows; ++i)
            productTile<P, 1, Count>(a + i * P.aRow, b + j, y + i * P.columns + j);
    };
    Size j = 0;
    for (; j + wide <= P.columns; j += wide) columns.template operator()<wide>(j);
    if constexpr (P.columns % wide > 0) columns.template operator()<P.columns % wide>(j);
}

/// Over the places of the walk: y, a, b. Sums of floats are floats, of others wrap in their type.
template <Product P, class T>
void product(const Walk<3>& batch, const T* a, const T* b, T* y) {
    forEachRow(batch, 0, [&](const Size* offsets) {
        const T *const left = a + offsets[1], *const right = b + offsets[2];
        T* const to = y + offsets[0];
        if constexpr (std::is_same_v<T, float> && P.bColumn == 1) {
            productOfFloats<P>(left, right, to);
        } else {
            using Sum = std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>;
            for (Size i = 0; i < P.rows; ++i)
                for (Size j = 0; j < P.columns; ++j) {
                    Sum sum = 0;
                    for (Size k = 0; k < P.depth; ++k)
                        sum += static_cast<Sum>(left[i * P.aRow + k * P.aColumn]) *
                               static_cast<Sum>(right[k * P.bRow + j * P.bColumn]);
                    to[i * P.columns + j] = static_cast<T>(sum);
                }
        }
    });
}

}  // namespace kernels
