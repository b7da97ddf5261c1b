// SPDX-License-Identifier: GPL-3.0-or-later
// Ticks of logarithmic axes, shares and steps.
#include "gui/widgets/plot_tickers.h"

#include <algorithm>
#include <cmath>

namespace vitrine::gui {

namespace {

constexpr int ticksWanted = 4;

}  // namespace

ValueTicker::ValueTicker(bool isLog, bool isShare) : m_isLog(isLog), m_isShare(isShare) {
    setTickCount(ticksWanted);
}

QVector<double> ValueTicker::createTickVector(double tickStep, const QCPRange& range) {
    constexpr double fewestDecades = 1.0 / 3, mostDecadesWithMore = 2;
    const double decades = m_isLog ? std::log10(range.upper / range.lower) : 0;
    if (!(decades >= fewestDecades)) return QCPAxisTicker::createTickVector(tickStep, range);
    const bool hasMore = decades <= mostDecadesWithMore;
    const int stride = std::max(1, static_cast<int>(std::ceil(decades / ticksWanted)));
    const int last = static_cast<int>(std::ceil(std::log10(range.upper)));
    QVector<double> ticks;
    for (int power = static_cast<int>(std::floor(std::log10(range.lower))); power <= last;
         ++power) {
        if (power % stride != 0) continue;
        const double one = std::pow(10.0, power);
        ticks << one;
        if (hasMore) ticks << 2 * one << 5 * one;
    }
    return ticks;
}

QString ValueTicker::getTickLabel(double tick, const QLocale& locale, QChar format, int precision) {
    if (!m_isShare) return QCPAxisTicker::getTickLabel(tick, locale, format, precision);
    return locale.toString(100 * tick, 'g', precision) + QStringLiteral("\u202f%");
}

double StepTicker::getTickStep(const QCPRange& range) {
    return std::max(1.0, std::round(QCPAxisTicker::getTickStep(range)));
}

QString StepTicker::getTickLabel(double tick, const QLocale& locale, QChar format, int precision) {
    const QString text = QCPAxisTicker::getTickLabel(tick, locale, format, precision);
    constexpr int mayReachBy = 6;
    const int half = QFontMetrics(m_axis.tickLabelFont()).horizontalAdvance(text) / 2;
    const double left = m_axis.axisRect()->left();
    return m_axis.coordToPixel(tick) - half < left - mayReachBy ? QString() : text;
}

}  // namespace vitrine::gui
