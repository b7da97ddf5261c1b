// SPDX-License-Identifier: GPL-3.0-or-later
// TapeModel: the tape as a table, one row an entry. Needs no window.
#pragma once

#include <QAbstractTableModel>

#include <memory>
#include <vector>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// Window thread.
class TapeModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column {
        Mark,  ///< breakpoint, and an arrow at the current entry
        Number,
        PhaseName,
        Operator,
        Nodes,
        Time,
        Rate,
        Operands,
        LayoutName,
        Type,
        Strides,
        Offset,
        Bytes,
        Flops,
        KernelName,
        columns
    };
    enum Role {
        SortRole = Qt::UserRole,  ///< what a column is sorted by
        ShareRole,                ///< 0 … 1: measured time as a share of the largest one
        BreakpointRole,           ///< bool: a run stops before this entry
        CurrentRole               ///< bool: this entry runs next
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setTape(std::shared_ptr<const Tape> tape);
    const std::shared_ptr<const Tape>& tape() const { return m_tape; }
    /// Seconds of every entry; 0 = never measured.
    void setSeconds(std::vector<double> seconds);
    /// −1: none.
    void setCurrentEntry(int entry);
    int currentEntry() const { return m_current; }
    void setBreakpoints(const std::vector<Breakpoint>& breakpoints);
    bool isNumber(int column) const;
    double totalSeconds() const;
    double secondsOf(int entry) const { return m_seconds[static_cast<size_t>(entry)]; }
    const TapeEntry& entry(int row) const { return m_tape->entries[static_cast<size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    QString display(int row, int column) const;
    QString toolTip(int row, int column) const;
    QVariant sortKey(int row, int column) const;
    QString valuesText(int row, QString (*text)(const Tape&, ValueId)) const;
    double rateOf(int row) const;
    void rowChanged(int row);

    std::shared_ptr<const Tape> m_tape;
    std::vector<double> m_seconds;
    double m_largest = 0;
    std::vector<bool> m_stops;  ///< of each entry
    std::vector<Breakpoint> m_breakpoints;
    int m_current = -1;
};

/// A row to be copied: every column as text,
/// separated by tabs.
QString rowText(const TapeModel& model, int row);

}  // namespace vitrine::gui
