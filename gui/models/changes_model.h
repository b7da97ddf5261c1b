// SPDX-License-Identifier: GPL-3.0-or-later
// ChangesModel: what a project changes of its examples, one row each.
#pragma once

#include <QAbstractTableModel>

#include <memory>
#include <vector>

#include "gui/models/sample_table.h"

namespace vitrine::gui {

/// Window thread.
class ChangesModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum ModelColumn { Example, InData, Change, columns };
    using QAbstractTableModel::QAbstractTableModel;

    /// `table` may be null, or without some of the examples.
    void setChanges(const std::vector<DataChange>& changes,
                    std::shared_ptr<const SampleTable> table);
    const std::vector<DataChange>& changes() const { return m_changes; }
    /// Of the example of a row; −1: the data have none of this name.
    int64_t placeAt(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<DataChange> m_changes;
    std::shared_ptr<const SampleTable> m_table;
};

}  // namespace vitrine::gui
