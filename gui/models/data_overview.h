// SPDX-License-Identifier: GPL-3.0-or-later
// Data at a glance: for each class its name, how often it is there, and some of its pictures.
#pragma once

#include <QAbstractListModel>
#include <QImage>

#include <stop_token>
#include <vector>

#include "core/session/data_survey.h"

namespace vitrine::gui {

struct OverviewRow {
    QString name;
    int64_t train = 0, test = 0;
    std::vector<QImage> pictures = {};  ///< of the first examples in the training part
};

/// A row for each class; of data without classes one for each part. Pictures are looked for in the
/// rows that a person may scroll through, not in all of thousands. Any thread.
std::vector<OverviewRow> overviewOf(const Dataset& stored, const DataSurvey& survey,
                                    const std::stop_token& stop);

/// Window thread.
class DataOverviewModel : public QAbstractListModel {
    Q_OBJECT
  public:
    using QAbstractListModel::QAbstractListModel;
    void setRows(std::vector<OverviewRow> rows);
    const OverviewRow& at(const QModelIndex& index) const {
        return m_rows[static_cast<size_t>(index.row())];
    }
    /// Examples of the largest row.
    int64_t most() const { return m_most; }
    bool hasPictures() const { return m_hasPictures; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    std::vector<OverviewRow> m_rows;
    int64_t m_most = 0;
    bool m_hasPictures = false;
};

}  // namespace vitrine::gui
