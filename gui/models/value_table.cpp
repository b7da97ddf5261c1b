// SPDX-License-Identifier: GPL-3.0-or-later
// Cells, and what a typed number means.
#include "gui/models/value_table.h"

#include "gui/models/number_text.h"

namespace vitrine::gui {

void ValueTable::setSnapshot(std::shared_ptr<const ValueSnapshot> snapshot) {
    const bool sameExtents = snapshot->planes == m_snapshot->planes &&
                             snapshot->rows == m_snapshot->rows &&
                             snapshot->columns == m_snapshot->columns &&
                             snapshot->query.channel == m_snapshot->query.channel;
    // The place that somebody looks at stays in sight where only numbers have changed.
    if (!sameExtents) beginResetModel();
    m_snapshot = std::move(snapshot);
    if (!sameExtents)
        endResetModel();
    else if (rowCount() > 0)
        dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

PicturePlace ValueTable::placeOf(const QModelIndex& index) const {
    return {index.row() / m_snapshot->rows, index.row() % m_snapshot->rows, index.column()};
}

QModelIndex ValueTable::indexOf(const PicturePlace& place) const {
    return index(static_cast<int>(place.plane * m_snapshot->rows + place.row),
                 static_cast<int>(place.column));
}

int ValueTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_snapshot->planes * m_snapshot->rows);
}

int ValueTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_snapshot->columns);
}

QVariant ValueTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const PicturePlace place = placeOf(index);
    const float number = elementAt(*m_snapshot, place);
    switch (role) {
        case Qt::DisplayRole:
            return realText(static_cast<double>(number));
        case Qt::EditRole:
            return editText(number);
        case NumberRole:
            return static_cast<double>(number);
        case Qt::TextAlignmentRole:
            return QVariant(Qt::AlignVCenter | Qt::AlignRight);
        case Qt::ToolTipRole:
            return QStringLiteral("%1 = %2").arg(elementText(*m_snapshot, place), editText(number));
        default:
            return {};
    }
}

QVariant ValueTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignVCenter | Qt::AlignRight);
    if (role != Qt::DisplayRole || m_snapshot->rows == 0) return {};
    if (orientation == Qt::Horizontal) return section;
    const int64_t row = section % m_snapshot->rows;
    if (m_snapshot->planes == 1) return static_cast<qlonglong>(row);
    return QStringLiteral("%1 · %2").arg(section / m_snapshot->rows).arg(row);
}

Qt::ItemFlags ValueTable::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return m_editable && index.isValid() ? flags | Qt::ItemIsEditable : flags;
}

bool ValueTable::setData(const QModelIndex& index, const QVariant& text, int role) {
    if (role != Qt::EditRole || !m_editable || !index.isValid()) return false;
    const std::optional<double> number = numberFromText(text.toString());
    if (!number) {
        refused(text.toString());
        return false;
    }
    edited(m_snapshot->query.value, elementIndex(*m_snapshot, placeOf(index)), *number);
    return true;
}

}  // namespace vitrine::gui
