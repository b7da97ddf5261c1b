// SPDX-License-Identifier: Apache-2.0
// Windows over images whose slices lie below one another (see Image), for plain loops.
#pragma once

#include "kernels/api/window.h"

namespace vitrine::kernels::reference {

/// Calls body(row of y, column of y, z, p) for every window; its slice is z, its row there is p.
template <class Body>
void forEachWindow(const Window& window, Body body) {
    for (int64_t z = 0; z < window.depth.out; ++z)
        for (int64_t p = 0; p < window.rows.out; ++p)
            for (int64_t q = 0; q < window.columns.out; ++q) body(z * window.rows.out + p, q, z, p);
}

/// Calls body(tap, row of x, column of x) for the taps of window (z, p, q) that lie inside x.
template <class Body>
void forEachTap(const Window& window, int64_t z, int64_t p, int64_t q, Body body) {
    const auto isInside = [](const WindowAxis& axis, int64_t at) {
        return at >= 0 && at < axis.in;
    };
    for (int64_t t = 0; t < window.depth.kernel; ++t) {
        const int64_t slice = window.depth.position(z, t);
        if (!isInside(window.depth, slice)) continue;
        for (int64_t r = 0; r < window.rows.kernel; ++r) {
            const int64_t row = window.rows.position(p, r);
            if (!isInside(window.rows, row)) continue;
            for (int64_t s = 0; s < window.columns.kernel; ++s) {
                const int64_t column = window.columns.position(q, s);
                if (isInside(window.columns, column))
                    body((t * window.rows.kernel + r) * window.columns.kernel + s,
                         slice * window.rows.in + row, column);
            }
        }
    }
}

}  // namespace vitrine::kernels::reference
