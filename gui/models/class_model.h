// SPDX-License-Identifier: GPL-3.0-or-later
// ClassModel: the classes of a data set with their counts in both parts.
#pragma once

#include <QAbstractListModel>

#include <memory>
#include <optional>

#include "gui/models/sample_table.h"

namespace vitrine::gui {

/// Window thread. The first row stands for all classes.
class ClassModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role {
        TrainRole = Qt::UserRole,  ///< examples; −1: not counted yet
        TestRole,
        LargestRole,  ///< of all classes in either part: what a whole bar stands for
        ClassRole     ///< its number; invalid: all
    };
    using QAbstractListModel::QAbstractListModel;

    /// `counts` are those of `table`, or empty where they have not been counted.
    void setTable(std::shared_ptr<const SampleTable> table, ClassCounts counts);
    std::optional<int32_t> classAt(int row) const;
    int rowOf(std::optional<int32_t> number) const { return number ? *number + 1 : 0; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    int64_t countAt(int row, DataPart part) const;

    std::shared_ptr<const SampleTable> m_table;
    ClassCounts m_counts;
};

}  // namespace vitrine::gui
