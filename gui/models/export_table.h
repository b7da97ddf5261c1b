// SPDX-License-Identifier: GPL-3.0-or-later
// ExportTable: what everybody who was asked made of an exported model, a row for each output.
#pragma once

#include <QAbstractTableModel>

#include <vector>

#include "core/session/export_model.h"
#include "gui/models/problem_model.h"

namespace vitrine::gui {

/// Window thread.
class ExportTable : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Runtime, Output, Difference, Largest, Verdict, columns };
    /// Of a row: whether it is as it should be.
    static constexpr int AgreesRole = Qt::UserRole + 1;
    using QAbstractTableModel::QAbstractTableModel;

    void set(const ExportProof& proof);
    void clear();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

  private:
    struct Row {
        QString runtime, verdict, help;
        OutputProof output = {};
        bool hasNumbers = false, agrees = true;
    };
    static Row rowOf(const RuntimeProof& proof);
    static Row rowOf(const RuntimeProof& proof, const OutputProof& output);
    QString wordsOf(const Row& row, int column) const;

    std::vector<Row> m_rows;
};

/// What a report says beside its numbers: where a runtime differs first, and why, and what was
/// written otherwise than drawn. A value that is called after a node leads to it.
std::vector<Problem> findingsOf(const ExportReport& report);

}  // namespace vitrine::gui
