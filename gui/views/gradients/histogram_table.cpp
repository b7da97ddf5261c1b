// SPDX-License-Identifier: GPL-3.0-or-later
// Selecting and reading of rows.
#include "gui/views/gradients/histogram_table.h"

#include <QHeaderView>
#include <QMouseEvent>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/views/gradients/histogram_delegate.h"

namespace vitrine::gui {

HistogramTable::HistogramTable(GradientModel& model, Theme& theme, QWidget* parent)
    : QTableView(parent), m_model(model) {
    setObjectName(QStringLiteral("gradientRows"));
    setAccessibleName(tr("Distributions over steps"));
    setModel(&model);
    auto* delegate = new HistogramDelegate(model, theme, this);
    setItemDelegate(delegate);
    connect(delegate, &HistogramDelegate::fellBehind, viewport(), qOverload<>(&QWidget::update));
    setMouseTracking(true);
    // The delegate shows the selection, so that the pictures keep their ground.
    QPalette colours = palette();
    colours.setColor(QPalette::Highlight, Qt::transparent);
    setPalette(colours);
    setShowGrid(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(2 * gui::rowHeight);
    QHeaderView* header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(GradientModel::Name, QHeaderView::Interactive);
    header->setSectionResizeMode(GradientModel::Distribution, QHeaderView::Stretch);
    header->setSectionResizeMode(GradientModel::Size, QHeaderView::Fixed);
    header->setSectionResizeMode(GradientModel::VerdictColumn, QHeaderView::Fixed);
    setColumnWidth(GradientModel::Name, 128);
    setColumnWidth(GradientModel::Size, 96);
    setColumnWidth(GradientModel::VerdictColumn, 152);
    const auto choose = [this](const QModelIndex& index) {
        nodeChosen(m_model.row(index.row()).node);
    };
    connect(this, &QTableView::clicked, this, choose);
    connect(this, &QTableView::activated, this, choose);
    connect(&model, &QAbstractItemModel::modelReset, this, &HistogramTable::selectRows);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void HistogramTable::setSelectedNodes(const QStringList& nodes) {
    m_selected = nodes;
    selectRows();
}

void HistogramTable::selectRows() {
    QItemSelection rows;
    for (int row = 0; row < m_model.rowCount(); ++row)
        if (m_selected.contains(m_model.row(row).node))
            rows.select(m_model.index(row, 0), m_model.index(row, GradientModel::columns - 1));
    selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
}

void HistogramTable::mouseMoveEvent(QMouseEvent* event) {
    QTableView::mouseMoveEvent(event);
    pointed(cellsAt(event->pos()));
}

void HistogramTable::leaveEvent(QEvent* event) {
    QTableView::leaveEvent(event);
    pointed({});
}

std::vector<ReadOut::Cell> HistogramTable::cellsAt(const QPoint& position) const {
    const QModelIndex index = indexAt(position);
    if (!index.isValid() || index.column() != GradientModel::Distribution) return {};
    const GradientModel::Row& row = m_model.row(index.row());
    const auto place = placeAt(position, HistogramDelegate::pictureArea(visualRect(index)),
                               row.history, m_model.bins());
    if (!place) return {};
    const HistogramColumn& column = row.history.columns()[place->column];
    const double share = static_cast<double>(column.shares[static_cast<size_t>(place->bin)]);
    QString steps = exactText(column.firstStep);
    if (column.lastStep != column.firstStep)
        steps += QStringLiteral("–") + exactText(column.lastStep);
    return {
        {.name = tr("step"), .value = steps, .characters = 11},
        {.name = {}, .value = binText(place->bin), .characters = 12},
        {.name = tr("share"), .value = percentText(share, 2), .characters = 8},
        {.name = tr("rms"),
         .value = statisticText(column.statistics, rootMeanSquare(column.statistics))},
        {.name = tr("mean"),
         .value = statisticText(column.statistics, column.statistics.mean),
         .characters = 11},
        {.name = tr("min"),
         .value = statisticText(column.statistics, column.statistics.minimum),
         .characters = 11},
        {.name = tr("max"),
         .value = statisticText(column.statistics, column.statistics.maximum),
         .characters = 11},
        {.name = tr("not finite"), .value = exactText(column.statistics.nonFinite)},
    };
}

}  // namespace vitrine::gui
