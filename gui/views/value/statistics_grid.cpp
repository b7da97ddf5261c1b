// SPDX-License-Identifier: GPL-3.0-or-later
// Labels of the statistics.
#include "gui/views/value/statistics_grid.h"

#include <QGridLayout>
#include <QLabel>
#include <QStyle>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

void setBad(QLabel* label, bool isBad) {
    if (label->property("bad").toBool() == isBad) return;
    label->setProperty("bad", isBad);
    label->style()->polish(label);
}

void setNumber(QLabel* label, const TensorStatistics& of, double number) {
    const bool isNothing = of.count > 0 && of.nonFinite == of.count;
    label->setText(statisticText(of, number));
    label->setToolTip(isNothing ? StatisticsGrid::tr("No element is finite") : editText(number));
}

}  // namespace

StatisticsGrid::StatisticsGrid(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("valueStatistics"));
    setAccessibleName(tr("Statistics over all elements"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(2 * space);
    grid->setVerticalSpacing(space / 2);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    m_minimum = addPair(tr("min"), tr("Smallest finite element"), 0, 0);
    m_mean = addPair(tr("mean"), tr("Mean of the finite elements"), 1, 0);
    m_maximum = addPair(tr("max"), tr("Largest finite element"), 2, 0);
    m_norm = addPair(tr("norm"), tr("Euclidean norm of the finite elements"), 3, 0);
    m_count = addPair(tr("elements"), tr("All elements"), 0, 2);
    m_zeros = addPair(tr("zeros"), tr("Elements that are exactly zero"), 1, 2);
    m_nonFinite = addPair(tr("not finite"), tr("Elements that are infinite or no number"), 2, 2);
}

QLabel* StatisticsGrid::addPair(const QString& name, const QString& tip, int row, int column) {
    auto* title = new QLabel(name, this);
    title->setProperty("quiet", true);
    title->setToolTip(tip);
    auto* number = new QLabel(this);
    number->setFont(m_theme.mono());
    number->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    number->setTextInteractionFlags(Qt::TextSelectableByMouse);
    number->setAccessibleName(name);
    auto* grid = static_cast<QGridLayout*>(layout());
    grid->addWidget(title, row, column);
    grid->addWidget(number, row, column + 1);
    return number;
}

void StatisticsGrid::setStatistics(const TensorStatistics& statistics) {
    setNumber(m_minimum, statistics, statistics.minimum);
    setNumber(m_mean, statistics, statistics.mean);
    setNumber(m_maximum, statistics, statistics.maximum);
    setNumber(m_norm, statistics, statistics.norm);
    m_count->setText(exactText(statistics.count));
    m_zeros->setText(exactText(statistics.zeros));
    m_nonFinite->setText(exactText(statistics.nonFinite));
    setBad(m_nonFinite, statistics.nonFinite > 0);
}

}  // namespace vitrine::gui
