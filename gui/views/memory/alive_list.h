// SPDX-License-Identifier: GPL-3.0-or-later
// AliveList: what lies in the arena at one entry, largest first.
#pragma once

#include <QWidget>

#include "gui/views/memory/arena_painter.h"

class QLabel;
class QTreeView;

namespace vitrine::gui {

class AliveModel;

/// Window thread.
class AliveList : public QWidget {
    Q_OBJECT
  public:
    AliveList(const Theme& theme, QWidget* parent = nullptr);
    /// Before the map that was shown becomes another one.
    void forget();
    /// The map must be there until another one is shown. `title` says which entry it is: `peak,
    /// entry 26`.
    void show(const ArenaMap& map, int entry, const QString& title, ArenaColour colour);

  Q_SIGNALS:
    /// By a person.
    void valueChosen(vitrine::ValueId value);

  private:
    AliveModel* m_model;
    QLabel* m_title = nullptr;
    QTreeView* m_rows = nullptr;
};

}  // namespace vitrine::gui
