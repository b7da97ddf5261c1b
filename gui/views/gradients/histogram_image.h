// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of a distribution over time: a column for some steps, a row for a power of two.
#pragma once

#include <QImage>
#include <QPoint>
#include <QRect>

#include <array>
#include <optional>

#include "gui/models/histogram_history.h"

namespace vitrine::gui {

class Theme;

/// Share of elements → colour: √(share / 0.15), so that thin tails can be seen; nothing at all is
/// transparent. Columns with numbers that are not finite have a colour of their own.
class ShareColours {
  public:
    explicit ShareColours(const Theme& theme);
    QRgb operator()(float share) const;
    QRgb notFinite() const { return m_notFinite; }

  private:
    static constexpr int steps = 256;
    std::array<QRgb, steps> m_colours{};
    QRgb m_notFinite;
};

/// One pixel for a column and a bin; large positive numbers on top.
QImage histogramImage(const HistogramHistory& history, const BinRange& bins,
                      const ShareColours& colours);

/// The same for columns from `first` on, in an image that is at least as wide as there are columns.
void drawColumns(QImage& image, const HistogramHistory& history, const BinRange& bins,
                 const ShareColours& colours, size_t first);

/// What a point of the picture means when it is stretched over `area`.
struct HistogramPlace {
    size_t column = 0;
    int bin = 0;
};
std::optional<HistogramPlace> placeAt(const QPoint& point, const QRect& area,
                                      const HistogramHistory& history, const BinRange& bins);

/// `2⁻⁷ … 2⁻⁶`, `−2⁻⁷ … −2⁻⁶`, `0 ± 2⁻³⁴`
QString binText(int bin);

}  // namespace vitrine::gui
