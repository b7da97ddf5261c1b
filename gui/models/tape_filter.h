// SPDX-License-Identifier: GPL-3.0-or-later
// Which entries of the tape a line of words asks for: `conv`, `op:relu phase:backward -node:fc1`.
#pragma once

#include <QSortFilterProxyModel>
#include <QString>

#include <vector>

#include "core/session/live_run.h"

namespace vitrine::gui {

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

/// A TapeModel filtered and sorted.
class TapeFilterModel : public QSortFilterProxyModel {
    Q_OBJECT
  public:
    explicit TapeFilterModel(QObject* parent = nullptr);
    void setFilter(const TapeFilter& filter);

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

  private:
    TapeFilter m_filter;
};

}  // namespace vitrine::gui
