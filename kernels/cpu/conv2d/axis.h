// SPDX-License-Identifier: Apache-2.0
// One axis of a convolution seen from the result: where the taps of a result pixel lie in the
// source. Forward has one class of results; the adjoint in x has one for each residue modulo the
// stride, since a pixel meets only the taps of its own residue.
#pragma once

#include <cstdint>

#include "kernels/api/window.h"

namespace vitrine::kernels {

/// Results first + step·i, i in [0, count). Tap t in [0, taps) uses row (or column)
/// index + indexStep·t of the filter and source pixel scale·i + offset + offsetStep·t,
/// offsetStep > 0, where that lies in [0, extent).
struct Conv2dAxis {
    int64_t first = 0, step = 1, count = 0;
    int64_t taps = 0, index = 0, indexStep = 1;
    int64_t scale = 1, offset = 0, offsetStep = 1, extent = 0;
};

Conv2dAxis forwardAxis(const WindowAxis& window);
/// Of the adjoint, whose source is y and whose results are those of x that are ≡ residue (mod
/// stride).
Conv2dAxis dataAxis(const WindowAxis& window, int64_t residue);

/// Pixels beyond the source that the taps of the results read, on the worse of both sides.
int64_t sourceHalo(const Conv2dAxis& axis);

struct TapRange {
    int64_t begin = 0, end = 0;
};
/// Taps of result i whose source pixel exists.
TapRange existingTaps(const Conv2dAxis& axis, int64_t i);
/// Results (numbers i) to which tap t gives something.
TapRange resultsOfTap(const Conv2dAxis& axis, int64_t t);

}  // namespace vitrine::kernels
