// SPDX-License-Identifier: GPL-3.0-or-later
// ChangesPage: the list of examples that the project gives another class or leaves out.
#pragma once

#include <QWidget>

#include <vector>

#include "gui/models/changes_model.h"

class QPushButton;
class QTableView;

namespace vitrine::gui {

class EmptyState;
class SampleKeeper;

/// Window thread. Knows no engine: it is told.
class ChangesPage : public QWidget {
    Q_OBJECT
  public:
    explicit ChangesPage(SampleKeeper& keeper, QWidget* parent = nullptr);

  Q_SIGNALS:
    /// The list is to be this one; `count` changes are taken back.
    void takeBackAsked(const std::vector<vitrine::DataChange>& left, int count);
    /// Somebody wants to see an example.
    void opened(qint64 place);

  private:
    QWidget* buildBar();
    void follow();
    void takeBack(bool isAll);

    SampleKeeper& m_keeper;
    ChangesModel m_model;
    QTableView* m_table;
    QPushButton *m_back = nullptr, *m_all = nullptr;
    EmptyState* m_empty;
};

}  // namespace vitrine::gui
