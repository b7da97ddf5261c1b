// SPDX-License-Identifier: GPL-3.0-or-later
// Bars and ticks of a signed logarithmic histogram.
#include "gui/views/value/histogram_bars.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int axisHeight = 18, sideMargin = 4;

/// Place of a number along the bins: the middle of the zero bin, or on the border of two bins for a
/// power of two.
double placeOf(double x) {
    const double middle = LogHistogram::zeroBin + 0.5;
    if (x == 0) return middle;
    const double beyond = std::log2(std::abs(x)) - LogHistogram::smallestExponent + 0.5;
    return x > 0 ? middle + beyond : middle - beyond;
}

}  // namespace

HistogramBars::HistogramBars(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("valueHistogram"));
    setAccessibleName(tr("Histogram over sign and magnitude"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void HistogramBars::setHistogram(const LogHistogram& histogram) {
    m_histogram = histogram;
    update();
}

double HistogramBars::barWidth() const {
    return std::max(1.0, (width() - 2.0 * sideMargin) / LogHistogram::bins);
}

QString HistogramBars::tipAt(double x) const {
    const int bin = static_cast<int>(std::floor((x - sideMargin) / barWidth()));
    if (bin < 0 || bin >= LogHistogram::bins) return {};
    const QString count = exactText(m_histogram.counts[static_cast<size_t>(bin)]);
    if (bin == LogHistogram::zeroBin)
        return tr("zero, or nearer to it than %1: %2 elements")
            .arg(realText(std::exp2(LogHistogram::smallestExponent)), count);
    const double sign = bin > LogHistogram::zeroBin ? 1 : -1;
    const double low = sign * std::exp2(LogHistogram::exponentOf(bin));
    return tr("%1 … %2: %3 elements").arg(realText(low), realText(2 * low), count);
}

void HistogramBars::paintTicks(QPainter& painter, double bottom) const {
    struct Tick {
        double number;
        const char* text;
    };
    static constexpr std::array ticks = {Tick{-1, "−1"}, Tick{-1e-3, "−10⁻³"}, Tick{-1e-6, "−10⁻⁶"},
                                         Tick{0, "0"},   Tick{1e-6, "10⁻⁶"},   Tick{1e-3, "10⁻³"},
                                         Tick{1, "1"}};
    // A factor of a thousand is ten bars wide.
    const bool hasRoom = 10 * barWidth() >= 48;
    for (const Tick& tick : ticks) {
        const double x = sideMargin + placeOf(tick.number) * barWidth();
        painter.setPen(m_theme.tokens().grid);
        painter.drawLine(QPointF(x, 0), QPointF(x, bottom));
        const double size = std::abs(tick.number);
        if (size > 0 && size < 1e-4 && !hasRoom) continue;
        painter.setPen(m_theme.tokens().quiet);
        painter.drawText(QRectF(x - 28, bottom + 1, 56, axisHeight - 1), Qt::AlignCenter,
                         QString::fromUtf8(tick.text));
    }
}

void HistogramBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setOpacity(isEnabled() ? 1 : 0.45);
    const double bottom = height() - axisHeight;
    paintTicks(painter, bottom);
    const uint32_t most = *std::max_element(m_histogram.counts.begin(), m_histogram.counts.end());
    if (most == 0) return;
    // log(1 + n): a handful of outliers must be seen beside a million others.
    const double scale = (bottom - 2) / std::log1p(most);
    for (int bin = 0; bin < LogHistogram::bins; ++bin) {
        const uint32_t count = m_histogram.counts[static_cast<size_t>(bin)];
        if (count == 0) continue;
        const double height = std::max(1.0, scale * std::log1p(count));
        const double place = (bin - LogHistogram::zeroBin) / double{LogHistogram::binsOfSign};
        const QColor colour = bin == LogHistogram::zeroBin
                                  ? m_theme.tokens().quiet
                                  : QColor(m_theme.diverging(place > 0 ? 0.8 : -0.8));
        painter.fillRect(QRectF(sideMargin + bin * barWidth(), bottom - height,
                                std::max(1.0, barWidth() - 0.5), height),
                         colour);
    }
    painter.setPen(m_theme.tokens().line);
    painter.drawLine(QPointF(sideMargin, bottom), QPointF(width() - sideMargin, bottom));
}

bool HistogramBars::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tipAt(help->pos().x()), this);
    return true;
}

}  // namespace vitrine::gui
