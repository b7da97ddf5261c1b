// SPDX-License-Identifier: GPL-3.0-or-later
// Command palette: every action by name, found while typing.
#pragma once

#include <QFrame>

class QLineEdit;
class QListView;
class QSortFilterProxyModel;
class QStandardItemModel;

namespace vitrine::gui {

class ActionBook;

/// A popup over the window's upper third. Enter or a click carries out, Esc closes.
class CommandPalette : public QFrame {
    Q_OBJECT
  public:
    CommandPalette(const ActionBook& actions, QWidget* window);
    /// Fills the list, what cannot be done now in quiet letters with the reason, and shows it.
    void open();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void fill();
    void filter(const QString& words);
    void carryOut();

    const ActionBook& m_actions;
    QLineEdit* m_words;
    QListView* m_list;
    QStandardItemModel* m_model;
    QSortFilterProxyModel* m_found;
    QStringList m_recent;  ///< names of actions, the last first
};

}  // namespace vitrine::gui
