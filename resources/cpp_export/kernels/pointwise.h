// SPDX-License-Identifier: Apache-2.0
// Functions element by element over arrays that lie anyhow: a step of 0 repeats what lies there.
// Copies between orders and into parts of larger arrays are the function that changes nothing.
#pragma once

#include <cstring>

#include "lanes.h"

namespace kernels {

/// Extents, outermost first, and for the result and each operand the steps in elements.
template <int Arrays>
struct Walk {
    static constexpr int maxRank = 8;
    int rank = 0;  ///< at least 1: the last axis is the inner loop
    Size extents[maxRank] = {};
    Size steps[Arrays][maxRank] = {};
};

/// Calls body(offsets) for every place on the axes before the last `inner` ones.
template <int Arrays, class Body>
void forEachRow(const Walk<Arrays>& walk, int inner, Body body) {
    Size at[Walk<Arrays>::maxRank] = {}, offsets[Arrays] = {};
    const int outer = walk.rank - inner;
    for (;;) {
        body(static_cast<const Size*>(offsets));
        int axis = outer - 1;
        for (; axis >= 0; --axis) {
            for (int k = 0; k < Arrays; ++k) offsets[k] += walk.steps[k][axis];
            if (++at[axis] < walk.extents[axis]) break;
            for (int k = 0; k < Arrays; ++k) offsets[k] -= walk.extents[axis] * walk.steps[k][axis];
            at[axis] = 0;
        }
        if (axis < 0) return;
    }
}

/// y = f(x …). The inner axis has constant steps: first that of y.
template <Size YStep, Size... XSteps, class F, class Y, class... X>
void map(const Walk<1 + sizeof...(X)>& walk, F f, Y* y, const X*... x) {
    const Size count = walk.extents[walk.rank - 1];
    forEachRow(walk, 1, [&](const Size* offsets) {
        const auto row = [count, f](Y* to, const X*... from) {
            for (Size i = 0; i < count; ++i) to[i * YStep] = static_cast<Y>(f(from[i * XSteps]...));
        };
        [&]<Size... K>(std::integer_sequence<Size, K...>) {
            row(y + offsets[0], (x + offsets[1 + K])...);
        }
        (std::make_integer_sequence<Size, sizeof...(X)>{});
    });
}

/// y = value everywhere.
template <class Y>
void fill(const Walk<1>& walk, Y value, Y* y) {
    const Size count = walk.extents[walk.rank - 1], step = walk.steps[0][walk.rank - 1];
    forEachRow(walk, 1, [&](const Size* offsets) {
        for (Size i = 0; i < count; ++i) y[offsets[0] + i * step] = value;
    });
}

/// Along one axis: zeros, pixels, zeros.
struct Margin {
    Size before = 0, inside = 1, after = 0;
    constexpr Size all() const { return before + inside + after; }
    constexpr bool isInside(Size at) const { return at >= before && at < before + inside; }
};
struct Halo {
    Margin depth, rows, columns;
    Size images = 1, channels = 1;
};

/// Writes the zeros around the pixels of images whose channels lie side by side.
inline void clearHalo(const Halo& halo, float* y) {
    const Size pixel = halo.channels, row = halo.columns.all() * pixel;
    const auto clear = [](float* from, Size count) {
        if (count > 0) std::memset(from, 0, static_cast<std::size_t>(count) * sizeof(float));
    };
    for (Size n = 0; n < halo.images; ++n)
        for (Size z = 0; z < halo.depth.all(); ++z)
            for (Size p = 0; p < halo.rows.all(); ++p, y += row) {
                if (halo.depth.isInside(z) && halo.rows.isInside(p)) {
                    clear(y, halo.columns.before * pixel);
                    clear(y + (halo.columns.before + halo.columns.inside) * pixel,
                          halo.columns.after * pixel);
                } else {
                    clear(y, row);
                }
            }
}

}  // namespace kernels
