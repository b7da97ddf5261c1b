// SPDX-License-Identifier: GPL-3.0-or-later
// Shares become colours, places become numbers.
#include "gui/views/gradients/histogram_image.h"

#include <algorithm>
#include <cmath>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr double brightest = 0.15;  ///< share that has the last colour

QString power(int exponent) {
    static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString text = QStringLiteral("2");
    if (exponent < 0) text += QStringLiteral("⁻");
    for (QChar digit : QString::number(std::abs(exponent))) text += digits[digit.digitValue()];
    return text;
}

}  // namespace

ShareColours::ShareColours(const Theme& theme) : m_notFinite(theme.tokens().bad.rgba()) {
    for (int i = 1; i < steps; ++i) {
        const double place = static_cast<double>(i) / (steps - 1);
        QColor colour = QColor::fromRgb(theme.sequential(place));
        colour.setAlphaF(static_cast<float>(std::min(1.0, 0.25 + 3 * place)));
        m_colours[static_cast<size_t>(i)] = colour.rgba();
    }
}

QRgb ShareColours::operator()(float share) const {
    if (share <= 0) return m_colours[0];
    const double place = std::sqrt(std::min(1.0, static_cast<double>(share) / brightest));
    return m_colours[static_cast<size_t>(std::max(1L, std::lround(place * (steps - 1))))];
}

QImage histogramImage(const HistogramHistory& history, const BinRange& bins,
                      const ShareColours& colours) {
    const auto& columns = history.columns();
    if (bins.isEmpty() || columns.empty()) return {};
    QImage image(static_cast<int>(columns.size()), bins.count(), QImage::Format_ARGB32);
    drawColumns(image, history, bins, colours, 0);
    return image;
}

void drawColumns(QImage& image, const HistogramHistory& history, const BinRange& bins,
                 const ShareColours& colours, size_t first) {
    const auto& columns = history.columns();
    for (int y = 0; y < image.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        const auto bin = static_cast<size_t>(bins.last - y);
        for (size_t x = first; x < columns.size(); ++x)
            line[x] = columns[x].statistics.nonFinite > 0 ? colours.notFinite()
                                                          : colours(columns[x].shares[bin]);
    }
}

std::optional<HistogramPlace> placeAt(const QPoint& point, const QRect& area,
                                      const HistogramHistory& history, const BinRange& bins) {
    if (!area.contains(point) || bins.isEmpty() || history.columns().empty()) return std::nullopt;
    const auto columns = static_cast<qint64>(history.columns().size());
    const qint64 column = (point.x() - area.left()) * columns / area.width();
    const int row = (point.y() - area.top()) * bins.count() / area.height();
    return HistogramPlace{static_cast<size_t>(column), bins.last - row};
}

QString binText(int bin) {
    if (bin == LogHistogram::zeroBin)
        return QStringLiteral("0 ± ") + power(LogHistogram::smallestExponent);
    const QString sign = bin < LogHistogram::zeroBin ? QStringLiteral("−") : QString();
    const int exponent = LogHistogram::exponentOf(bin);
    return sign + power(exponent) + QStringLiteral(" … ") + sign + power(exponent + 1);
}

}  // namespace vitrine::gui
