// SPDX-License-Identifier: GPL-3.0-or-later
// Counts become levels once; levels become pixels for each view.
#include "gui/views/data/confusion_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int fullLevel = 127;
constexpr double rightStrength = 0.6;

/// Any share that is not 0 can be seen.
int8_t levelOf(double strength) {
    return static_cast<int8_t>(
        std::clamp(static_cast<int>(std::lround(strength * fullLevel)), 1, fullLevel));
}

QRgb colourOf(int level, const Theme& theme) {
    if (level == 0) return theme.tokens().panel.rgb();
    return theme.diverging(static_cast<double>(level) / fullLevel);
}

/// Cells that begin at `from` and end before `to` for one pixel; none where it lies in a gap.
struct Span {
    int from = 0, to = 0;
};

std::vector<Span> spansOf(double first, double extent, int pixels, int gap, int count) {
    std::vector<Span> spans(static_cast<size_t>(pixels));
    const double step = extent / pixels;  // cells a pixel
    for (int i = 0; i < pixels; ++i) {
        const double begin = first + i * step, end = first + (i + 1) * step;
        const int from = std::clamp(static_cast<int>(begin), 0, count - 1);
        const int to = std::clamp(static_cast<int>(std::ceil(end)), from + 1, count);
        Span& span = spans[static_cast<size_t>(i)];
        span = step < 1 ? Span{from, from + 1} : Span{from, to};
        const double pixelsToEnd = (from + 1 - begin) / step;
        if (gap > 0 && pixelsToEnd <= gap) span = {};
    }
    return spans;
}

}  // namespace

ConfusionPicture::ConfusionPicture(const ConfusionMatrix& matrix, bool byRow)
    : m_rows(matrix.classes()),
      m_columns(matrix.columns()),
      m_levels(static_cast<size_t>(m_rows) * static_cast<size_t>(m_columns)) {
    const double worst = static_cast<double>(std::max<int64_t>(1, matrix.worst()));
    size_t at = 0;
    for (int truth = 0; truth < m_rows; ++truth) {
        const double ofClass = static_cast<double>(std::max<int64_t>(1, matrix.ofClass(truth)));
        const std::span<const int64_t> counts = matrix.row(truth);
        for (int column = 0; column < m_columns; ++column, ++at) {
            const auto count = static_cast<double>(counts[static_cast<size_t>(column)]);
            if (count == 0) continue;
            if (truth == column)
                m_levels[at] = static_cast<int8_t>(-levelOf(rightStrength * count / ofClass));
            else
                m_levels[at] = levelOf(std::sqrt(count / (byRow ? ofClass : worst)));
        }
    }
}

QRgb ConfusionPicture::colourOf(int truth, int column, const Theme& theme) const {
    const auto at = static_cast<size_t>(truth) * static_cast<size_t>(m_columns);
    return gui::colourOf(m_levels[at + static_cast<size_t>(column)], theme);
}

QImage ConfusionPicture::paint(const View& view, const Theme& theme) const {
    QImage image(view.pixels, QImage::Format_RGB32);
    if (image.isNull() || m_levels.empty()) return image;
    std::array<QRgb, 2 * fullLevel + 1> colours{};
    for (int level = -fullLevel; level <= fullLevel; ++level)
        colours[static_cast<size_t>(level + fullLevel)] = gui::colourOf(level, theme);
    const QRgb empty = theme.tokens().window.rgb();
    const auto rows =
        spansOf(view.cells.top(), view.cells.height(), image.height(), view.gap, m_rows);
    const auto columns =
        spansOf(view.cells.left(), view.cells.width(), image.width(), view.gap, m_columns);
    // First over the rows of a pixel, then over its columns: each cell is looked at once.
    std::vector<int8_t> strongest(static_cast<size_t>(m_columns));
    Span done{-1, -1};
    const auto stronger = [](int8_t a, int8_t b) { return std::abs(b) > std::abs(a) ? b : a; };
    for (int y = 0; y < image.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        const Span& row = rows[static_cast<size_t>(y)];
        if (row.from == row.to) {
            std::fill_n(line, image.width(), empty);
            continue;
        }
        if (row.from == done.from && row.to == done.to) {
            const auto* above = reinterpret_cast<const QRgb*>(image.constScanLine(y - 1));
            std::copy_n(above, image.width(), line);
            continue;
        }
        done = row;
        const auto* cells = m_levels.data() + static_cast<ptrdiff_t>(row.from) * m_columns;
        std::copy_n(cells, m_columns, strongest.begin());
        for (int r = row.from + 1; r < row.to; ++r) {
            cells += m_columns;
            for (int c = 0; c < m_columns; ++c)
                strongest[static_cast<size_t>(c)] =
                    stronger(strongest[static_cast<size_t>(c)], cells[c]);
        }
        for (int x = 0; x < image.width(); ++x) {
            const Span& span = columns[static_cast<size_t>(x)];
            if (span.from == span.to) {
                line[x] = empty;
                continue;
            }
            int8_t level = strongest[static_cast<size_t>(span.from)];
            for (int c = span.from + 1; c < span.to; ++c)
                level = stronger(level, strongest[static_cast<size_t>(c)]);
            line[x] = colours[static_cast<size_t>(level + fullLevel)];
        }
    }
    return image;
}

}  // namespace vitrine::gui
