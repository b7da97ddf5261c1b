// SPDX-License-Identifier: GPL-3.0-or-later
// One line a row.
#include "gui/views/gradients/norms_plot.h"

#include <QVBoxLayout>

#include <cmath>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/read_out.h"
#include "gui/widgets/step_plot.h"

namespace vitrine::gui {

namespace {

/// Early layers dark, late ones bright (on white: not so bright that they fade).
QColor depthColour(const Theme& theme, double depth) {
    const double lowest = theme.isDark() ? 0.25 : 0, highest = theme.isDark() ? 1 : 0.8;
    return QColor::fromRgb(theme.sequential(lowest + depth * (highest - lowest)));
}

}  // namespace

NormsPlot::NormsPlot(const GradientModel& model, Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_model(model),
      m_theme(theme),
      m_plot(new StepPlot(theme)),
      m_readOut(new ReadOut(theme)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_plot, 1);
    column->addWidget(m_readOut);
    m_plot->setObjectName(QStringLiteral("normsPlot"));
    m_plot->setAccessibleName(tr("Root mean square of each layer over steps"));
    m_readOut->setObjectName(QStringLiteral("normsReadOut"));
    m_plot->addPanel(tr("Root mean square")).setLogScale(true);
    connect(m_plot, &StepPlot::cursorMoved, this, &NormsPlot::read);
    connect(&model, &QAbstractItemModel::modelReset, this, &NormsPlot::rebuild);
    connect(&model, &QAbstractItemModel::dataChanged, this, &NormsPlot::takeSamples);
    rebuild();
}

void NormsPlot::rebuild() {
    PlotPanel& panel = m_plot->panel(0);
    panel.clearLines();
    const int rows = m_model.rowCount();
    for (int row = 0; row < rows; ++row) {
        const double depth = rows > 1 ? static_cast<double>(row) / (rows - 1) : 0.5;
        const int line = panel.addLine({.name = {}, .colour = [depth](const Theme& theme) {
                                            return depthColour(theme, depth);
                                        }});
        panel.setSeries(line, &m_model.row(row).history.sizes());
    }
    panel.setEmphasis(emphasisedRow(), m_theme);
    takeSamples();
    read(std::nullopt);
}

void NormsPlot::takeSamples() {
    int64_t last = 0;
    for (int row = 0; row < m_model.rowCount(); ++row)
        last = std::max(last, m_model.row(row).history.latestStep());
    m_lastStep = static_cast<double>(last);
    m_plot->setCourse(m_lastStep, {});
    m_plot->refresh();
}

int NormsPlot::emphasisedRow() const {
    for (int row = 0; row < m_model.rowCount(); ++row)
        if (m_selected.contains(m_model.row(row).node)) return row;
    return -1;
}

void NormsPlot::setSelectedNodes(const QStringList& nodes) {
    m_selected = nodes;
    m_plot->panel(0).setEmphasis(emphasisedRow(), m_theme);
    m_plot->refresh();
    read(std::nullopt);
}

/// The selected row comes first: there may not be room for all.
void NormsPlot::read(std::optional<double> step) {
    const double at = std::round(step.value_or(m_lastStep));
    std::vector<ReadOut::Cell> cells = {
        {.name = tr("step"), .value = exactText(static_cast<int64_t>(at)), .characters = 7}};
    const int first = emphasisedRow();
    const auto add = [&](int row) {
        const auto value = m_model.row(row).history.sizes().valueAt(at);
        cells.push_back({.name = m_model.row(row).name,
                         .value = value ? realText(*value) : QStringLiteral("—")});
    };
    if (first >= 0) add(first);
    for (int row = 0; row < m_model.rowCount(); ++row)
        if (row != first) add(row);
    m_readOut->setCells(std::move(cells));
}

}  // namespace vitrine::gui
