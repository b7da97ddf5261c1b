// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as people read them: SI prefixes, three to four significant figures, units.
#pragma once

#include <QString>

#include <cstdint>

#include "core/tensor/shape.h"

namespace vitrine::gui {

/// `61.7 k`, `384`
QString countText(double count);
/// `38.2 MB`, `640 B`: powers of 1000
QString bytesText(double bytes);
/// `61,706`: every digit, for tool tips
QString exactText(int64_t number);
/// `412 µs`, `1.28 ms`, `3.2 s`
QString secondsText(double seconds);
/// `0:42`, `1:02:03`
QString clockText(double seconds);
/// `0.1307`, `1.2e-05`, `nan`, `−inf`: four significant figures
QString realText(double number);
/// `32 × 14 × 14`; a scalar: `scalar`
QString shapeText(const Shape& shape);
/// The same with the leading batch as N.
QString batchShapeText(const Shape& shape, int64_t batch);

}  // namespace vitrine::gui
