// SPDX-License-Identifier: GPL-3.0-or-later
// Geometry and colours of value snapshots.
#include "gui/models/value_elements.h"

#include <QStringList>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace vitrine::gui {

namespace {

/// The picture's extents without any limit, and how many pictures come before the first one shown.
struct WholePicture {
    explicit WholePicture(const ValueSnapshot& s) {
        const Shape& shape = s.type.shape;
        const int rank = shape.rank();
        columns = rank >= 1 ? shape[rank - 1] : 1;
        rows = rank >= 2 ? shape[rank - 2] : 1;
        int64_t inImage = 1;  // planes of one index on the first axis
        for (int axis = 1; axis < rank - 2; ++axis) inImage *= shape[axis];
        if (rank >= 3) firstPlane = s.query.image * inImage;
        if (rank == 4) firstPlane += std::max<int64_t>(s.query.channel, 0);
        planes = rank == 4 && s.query.channel >= 0 ? 1 : inImage;
    }
    int64_t rows = 1, columns = 1, planes = 1, firstPlane = 0;
};

}  // namespace

float elementAt(const ValueSnapshot& snapshot, const PicturePlace& place) {
    const int64_t at = (place.plane * snapshot.rows + place.row) * snapshot.columns + place.column;
    return snapshot.elements[static_cast<size_t>(at)];
}

int64_t elementIndex(const ValueSnapshot& snapshot, const PicturePlace& place) {
    const WholePicture whole(snapshot);
    return ((whole.firstPlane + place.plane) * whole.rows + place.row) * whole.columns +
           place.column;
}

QString elementText(const ValueSnapshot& snapshot, const PicturePlace& place) {
    const Shape& shape = snapshot.type.shape;
    int64_t rest = elementIndex(snapshot, place);
    std::array<int64_t, Shape::maxRank> index{};
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        index[static_cast<size_t>(axis)] = rest % shape[axis];
        rest /= shape[axis];
    }
    QStringList parts;
    for (int axis = 0; axis < shape.rank(); ++axis)
        parts << QString::number(index[static_cast<size_t>(axis)]);
    return QLatin1Char('[') + parts.join(QStringLiteral(", ")) + QLatin1Char(']');
}

std::optional<PicturePlace> firstNonFinite(const ValueSnapshot& snapshot) {
    const auto found = std::find_if(snapshot.elements.begin(), snapshot.elements.end(),
                                    [](float x) { return !std::isfinite(x); });
    if (found == snapshot.elements.end()) return {};
    const int64_t at = found - snapshot.elements.begin();
    const int64_t plane = snapshot.rows * snapshot.columns;
    return PicturePlace{at / plane, at % plane / snapshot.columns, at % snapshot.columns};
}

bool isCut(const ValueSnapshot& snapshot) {
    if (snapshot.elements.empty()) return false;
    const WholePicture whole(snapshot);
    return snapshot.planes < whole.planes || snapshot.rows < whole.rows ||
           snapshot.columns < whole.columns;
}

double ColourScale::place(double x) const {
    if (!std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
    if (isDiverging) return high > 0 ? x / high : 0;
    return high > low ? (x - low) / (high - low) : 0;
}

ColourScale colourScaleOf(const TensorStatistics& statistics) {
    const double low = statistics.minimum, high = statistics.maximum;
    if (low < 0 && high > 0) {
        const double largest = std::max(-low, high);
        return {-largest, largest, true};
    }
    return {low, high, false};
}

}  // namespace vitrine::gui
