// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows of the tape are seen, in which order, and the row that stands for many entries.
#include <QStringList>

#include <algorithm>

#include "gui/bridge/preparation.h"
#include "gui/models/number_text.h"
#include "gui/models/tape_filter.h"
#include "gui/models/tape_model.h"

namespace vitrine::gui {

TapeFilterModel::TapeFilterModel(QObject* parent) : QSortFilterProxyModel(parent) {
    setSortRole(TapeModel::SortRole);
}

const TapeModel& TapeFilterModel::tape() const {
    return *static_cast<const TapeModel*>(sourceModel());
}

/// Nobody hears of rows that are not seen, though the first stands for them.
void TapeFilterModel::setSourceModel(QAbstractItemModel* model) {
    QSortFilterProxyModel::setSourceModel(model);
    connect(model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& first) {
        if (first.row() < folded()) dataChanged(index(0, 0), index(0, columnCount() - 1));
    });
}

void TapeFilterModel::setFilter(const TapeFilter& filter) {
    m_filter = filter;
    invalidateFilter();
}

void TapeFilterModel::sort(int column, Qt::SortOrder order) {
    const int before = folded();
    QSortFilterProxyModel::sort(column, order);
    if (folded() != before) invalidateFilter();
}

void TapeFilterModel::setFolding(bool on) {
    if (on == m_isFolding) return;
    m_isFolding = on;
    invalidateFilter();
    if (rowCount() > 0) dataChanged(index(0, 0), index(0, columnCount() - 1));
}

int TapeFilterModel::folded() const {
    const bool isInOrder = sortColumn() < 0 ||
                           (sortColumn() == TapeModel::Number && sortOrder() == Qt::AscendingOrder);
    const bool folds = m_isFolding && m_filter.isEmpty() && isInOrder;
    return folds && sourceModel() && tape().tape() ? preparationOf(*tape().tape()) : 0;
}

int TapeFilterModel::entriesShown() const { return rowCount() + std::max(0, folded() - 1); }

QModelIndex TapeFilterModel::indexOf(int entry, int column) const {
    return mapFromSource(sourceModel()->index(entry < folded() ? 0 : entry, column));
}

/// In the tape's own order, which is asked for with every plan, no cell need be looked at.
bool TapeFilterModel::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    if (sortColumn() == TapeModel::Number) return left.row() < right.row();
    return QSortFilterProxyModel::lessThan(left, right);
}

bool TapeFilterModel::filterAcceptsRow(int row, const QModelIndex&) const {
    if (row > 0 && row < folded()) return false;
    return m_filter.isEmpty() || m_filter.matches(*tape().tape(), tape().entry(row));
}

QVariant TapeFilterModel::data(const QModelIndex& index, int role) const {
    const bool isFold = folded() > 0 && index.isValid() && mapToSource(index).row() == 0;
    return isFold ? dataOfFold(index.column(), role) : QSortFilterProxyModel::data(index, role);
}

QVariant TapeFilterModel::dataOfFold(int column, int role) const {
    const int entries = folded();
    const auto isSome = [&](int of) {
        for (int entry = 0; entry < entries; ++entry)
            if (tape().index(entry, 0).data(of).toBool()) return true;
        return false;
    };
    switch (role) {
        case Qt::DisplayRole:
            return foldText(column);
        case Qt::ToolTipRole:
            return tr("Weights are put in order for the kernels, once: %1 entries. A double click "
                      "or the right arrow key shows each, the left one folds them")
                .arg(exactText(entries));
        case TapeModel::CurrentRole:
        case TapeModel::BreakpointRole:
            return isSome(role);
        case TapeModel::ShareRole:
            return 0.0;
        default:
            return sourceModel()->index(0, column).data(role);
    }
}

QString TapeFilterModel::foldText(int column) const {
    const int entries = folded();
    QStringList operators;
    double seconds = 0, bytes = 0;
    for (int entry = 0; entry < entries; ++entry) {
        operators << tape().index(entry, TapeModel::Operator).data(Qt::DisplayRole).toString();
        seconds += tape().secondsOf(entry);
        bytes += tape().entry(entry).bytes;
    }
    operators.removeDuplicates();
    switch (column) {
        case TapeModel::Number:
            return QStringLiteral("0 … %1").arg(exactText(entries - 1));
        case TapeModel::PhaseName:
            return tape().index(0, column).data(Qt::DisplayRole).toString();
        case TapeModel::Operator:
            return tr("▸ %1 × %2")
                .arg(exactText(entries))
                .arg(operators.join(QStringLiteral(", ")));
        case TapeModel::Nodes:
            return tr("weights, put in order once");
        case TapeModel::Time:
            return seconds > 0 ? secondsText(seconds) : QString();
        case TapeModel::Bytes:
            return bytesText(bytes);
        default:
            return {};
    }
}

}  // namespace vitrine::gui
