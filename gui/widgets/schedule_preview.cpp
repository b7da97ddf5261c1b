// SPDX-License-Identifier: GPL-3.0-or-later
// One line over two axes, drawn anew when the settings change.
#include "gui/widgets/schedule_preview.h"

#include <algorithm>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

SchedulePreview::SchedulePreview(Theme& theme, QWidget* parent)
    : QCustomPlot(parent), m_theme(theme), m_line(addGraph()) {
    setAttribute(Qt::WA_NoMousePropagation, false);  // the wheel is the form's
    setObjectName(QStringLiteral("properties.schedule_preview"));
    setAccessibleName(tr("Learning rate over the run"));
    setToolTip(tr("The learning rate over the epochs of a run"));
    setFixedHeight(112);
    setInteractions({});
    setFocusPolicy(Qt::NoFocus);
    setPlottingHint(QCP::phFastPolylines);
    xAxis->ticker()->setTickCount(5);
    yAxis->ticker()->setTickCount(3);
    yAxis->setNumberFormat(QStringLiteral("g"));
    yAxis->setNumberPrecision(3);
    connect(&theme, &Theme::changed, this, &SchedulePreview::restyle);
    restyle();
}

void SchedulePreview::setCurve(const ScheduleCurve& curve, double epochs) {
    const auto list = [](const std::vector<double>& numbers) {
        return QVector<double>(numbers.begin(), numbers.end());
    };
    m_line->setData(list(curve.epochs), list(curve.rates), true);
    double highest = 0;
    for (double rate : curve.rates) highest = std::max(highest, rate);
    xAxis->setRange(0, std::max(1.0, epochs));
    yAxis->setRange(0, highest > 0 ? 1.08 * highest : 1);
    const auto number = [](double value) { return editText(value); };
    setAccessibleDescription(
        curve.rates.empty()
            ? QString()
            : tr("From %1 to %2, at most %3")
                  .arg(number(curve.rates.front()), number(curve.rates.back()), number(highest)));
    replot(QCustomPlot::rpQueuedReplot);
}

void SchedulePreview::restyle() {
    const Tokens& tokens = m_theme.tokens();
    QFont font = m_theme.font();
    font.setPointSizeF(8.5);
    setBackground(QBrush(tokens.panel));
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setBasePen(QPen(tokens.line));
        axis->setTickPen(QPen(tokens.line));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(tokens.quiet);
        axis->setTickLabelFont(font);
        axis->setLabelColor(tokens.quiet);
        axis->setLabelFont(font);
        axis->grid()->setPen(QPen(tokens.grid, 1));
        axis->grid()->setZeroLinePen(QPen(tokens.grid, 1));
    }
    xAxis->setLabel(tr("epoch"));
    m_line->setPen(QPen(m_theme.series(0), 1.75));
    replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace vitrine::gui
