// SPDX-License-Identifier: GPL-3.0-or-later
// ResultsModel: a row for each example: what the data say of it, and what the network gives.
#pragma once

#include <QAbstractTableModel>

#include <memory>
#include <vector>

#include "core/session/predictor.h"

namespace vitrine::gui {

/// A column of the data that a network takes, under the name of the node that takes it.
struct TakenColumn {
    QString node;
    size_t column = 0;
    bool operator==(const TakenColumn&) const = default;
};

/// Window thread. Images are pictures (Qt::DecorationRole), all else is words.
class ResultsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    using QAbstractTableModel::QAbstractTableModel;

    /// The first `count` test examples. `data` may be null.
    void setExamples(std::shared_ptr<const Dataset> data, int count,
                     std::vector<TakenColumn> taken);
    /// What the network gives for them.
    void setOutputs(std::vector<PredictedOutput> outputs);
    void setPictureSide(int pixels);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    int givenAt(int column) const { return column - static_cast<int>(m_taken.size()); }
    QImage pictureAt(const QModelIndex& index) const;
    QString textAt(const QModelIndex& index) const;

    std::shared_ptr<const Dataset> m_data;
    int m_count = 0, m_side = 56;
    std::vector<TakenColumn> m_taken;
    std::vector<PredictedOutput> m_outputs;
};

}  // namespace vitrine::gui
