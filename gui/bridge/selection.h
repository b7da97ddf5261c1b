// SPDX-License-Identifier: GPL-3.0-or-later
// Selection: one for the whole window. Nodes of the canvas, an entry of the tape, a value of it.
#pragma once

#include <QObject>
#include <QRegularExpression>
#include <QStringList>

#include <memory>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// Window thread. Whoever selects calls a function; whoever shows listens and never selects back.
class Selection : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;

    const QStringList& nodes() const { return m_nodes; }
    bool has(const std::string& node) const {
        return !m_nodes.isEmpty() && m_nodes.contains(QString::fromStdString(node));
    }
    /// Of the tape that is shown; −1: none.
    int entry() const { return m_entry; }
    ValueId value() const { return m_value; }
    /// The node that is meant where only one can be shown: the one that is selected, or of an entry
    /// that was made of several, the one that the value comes from; empty where there is no such.
    QString subject() const;

    /// Chosen on the canvas or in a list of nodes: what they give is meant, no entry of the tape.
    void selectNodes(const QStringList& nodes);
    /// Chosen in the tape: selects the entry's nodes and its first result.
    void selectEntry(int entry);
    /// Chosen in the arena or among operands: selects the entry that makes it, or that hides it,
    /// and the nodes that the value comes from.
    void selectValue(ValueId value);

    /// Entries and values are indices into this; another one clears them.
    void setTape(std::shared_ptr<const Tape> tape);
    /// Nodes follow.
    void rename(const QString& from, const QString& to);

  Q_SIGNALS:
    /// One signal for all three, once a gesture.
    void changed();

  private:
    void set(const QStringList& nodes, int entry, ValueId value);
    QStringList nodesOf(int entry) const;

    std::shared_ptr<const Tape> m_tape;
    QStringList m_nodes;
    int m_entry = -1;
    ValueId m_value = noValue;
};

}  // namespace vitrine::gui
