// SPDX-License-Identifier: GPL-3.0-or-later
// Which entries of the tape a line of words asks for: `conv`, `op:relu phase:backward -node:fc1`.
#pragma once

#include <QSortFilterProxyModel>
#include <QString>

#include <vector>

#include "core/session/live_run.h"

namespace vitrine::gui {

class TapeModel;

/// All terms must hold. A term is a word, looked for in phase, operator, nodes and the names of
/// operands and results; or `op:`, `phase:`, `node:`, `value:`, `layout:`, `type:` with a word. `-`
/// in front: must not hold. Upper and lower case are the same.
class TapeFilter {
  public:
    static TapeFilter fromText(const QString& text);
    /// A key that there is not, as it was typed; empty: all are understood.
    const QString& unknownKey() const { return m_unknown; }
    bool isEmpty() const { return m_terms.empty(); }
    bool matches(const Tape& tape, const TapeEntry& entry) const;

  private:
    struct Term {
        QString key, word;
        bool negated = false;
    };
    std::vector<Term> m_terms;
    QString m_unknown;
};

/// A TapeModel filtered and sorted. Entries that only prepare weights (preparationOf) are one row,
/// unless they are asked for, or rows stand in another order.
class TapeFilterModel : public QSortFilterProxyModel {
    Q_OBJECT
  public:
    explicit TapeFilterModel(QObject* parent = nullptr);
    void setFilter(const TapeFilter& filter);
    void setSourceModel(QAbstractItemModel* model) override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    void setFolding(bool on);
    bool isFolding() const { return m_isFolding; }
    /// Entries of the first row; 0: each has a row of its own.
    int folded() const;
    /// Those that some row stands for.
    int entriesShown() const;
    /// Of the row that stands for an entry; invalid: none does.
    QModelIndex indexOf(int entry, int column) const;
    QVariant data(const QModelIndex& index, int role) const override;

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

  private:
    const TapeModel& tape() const;
    QVariant dataOfFold(int column, int role) const;
    QString foldText(int column) const;

    TapeFilter m_filter;
    bool m_isFolding = true;
};

}  // namespace vitrine::gui
