// SPDX-License-Identifier: GPL-3.0-or-later
// Changes become words.
#include "gui/models/changes_model.h"

namespace vitrine::gui {

void ChangesModel::setChanges(const std::vector<DataChange>& changes,
                              std::shared_ptr<const SampleTable> table) {
    if (changes == m_changes && table == m_table) return;
    beginResetModel();
    m_changes = changes;
    m_table = std::move(table);
    endResetModel();
}

int64_t ChangesModel::placeAt(int row) const {
    if (!m_table) return -1;
    const auto found = m_table->known().find(m_changes[static_cast<size_t>(row)].example);
    return found == m_table->known().end() ? -1 : found->second;
}

int ChangesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_changes.size());
}

int ChangesModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QVariant ChangesModel::data(const QModelIndex& index, int role) const {
    const bool isText = role == Qt::DisplayRole || role == Qt::ToolTipRole;
    if (!index.isValid() || index.row() >= rowCount() || !isText) return {};
    const DataChange& change = m_changes[static_cast<size_t>(index.row())];
    const int64_t place = placeAt(index.row());
    switch (index.column()) {
        case Example:
            return QString::fromStdString(change.example);
        case InData:
            if (place < 0) return tr("not there");
            return m_table->classColumn() < 0 ? QString()
                                              : m_table->className(m_table->ownClass(place));
        case Change:
            if (change.isExcluded && !change.label.empty())
                return tr("excluded, %1").arg(QString::fromStdString(change.label));
            return change.isExcluded ? tr("excluded") : QString::fromStdString(change.label);
        default:
            return {};
    }
}

QVariant ChangesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || orientation == Qt::Vertical) return {};
    switch (section) {
        case Example:
            return tr("Example");
        case InData:
            return tr("In the data");
        default:
            return tr("Changed to");
    }
}

}  // namespace vitrine::gui
