// SPDX-License-Identifier: GPL-3.0-or-later
// Which element of a value a snapshot's picture shows at a place, and how to colour it.
#pragma once

#include <QString>

#include <optional>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// A place in a snapshot's pictures.
struct PicturePlace {
    int64_t plane = 0, row = 0, column = 0;
    bool operator==(const PicturePlace&) const = default;
};

float elementAt(const ValueSnapshot& snapshot, const PicturePlace& place);
/// Row-major index into the whole value.
int64_t elementIndex(const ValueSnapshot& snapshot, const PicturePlace& place);
/// `[3, 0, 12, 5]`
QString elementText(const ValueSnapshot& snapshot, const PicturePlace& place);
/// The first element shown that is not finite.
std::optional<PicturePlace> firstNonFinite(const ValueSnapshot& snapshot);
/// Whether the snapshot shows less than image and channel hold.
bool isCut(const ValueSnapshot& snapshot);

/// Limits of a value's colours: symmetric about 0 where signs differ. Over all its elements, so
/// that the colours of one image compare with those of the next.
struct ColourScale {
    double low = 0, high = 0;
    bool isDiverging = false;
    /// −1 … 1 for diverging scales, 0 … 1 for others; NaN where it is not finite.
    double place(double x) const;
};
ColourScale colourScaleOf(const TensorStatistics& statistics);

}  // namespace vitrine::gui
