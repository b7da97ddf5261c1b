// SPDX-License-Identifier: GPL-3.0-or-later
// ActionBook: every action of the window with its place in the command palette, shortcut and tip.
#pragma once

#include <QAction>
#include <QObject>

#include <functional>
#include <vector>

namespace vitrine::gui {

class Theme;

struct ActionSpec {
    const char* id;         ///< `train.start`: object name, settings
    QString group = {};     ///< `Train`: heading in the palette
    QString text;           ///< `Start`, with & for menus
    const char* icon = "";  ///< of resources/icons; may be empty
    QKeySequence shortcut = {};
    QString tip = {};  ///< one sentence; the shortcut is appended
    bool checkable = false;
    /// Where the shortcut works: the whole window, or one widget with its children.
    Qt::ShortcutContext context = Qt::WindowShortcut;
};

/// Window thread. The book owns nothing but the list: actions are children of `parent`.
class ActionBook : public QObject {
    Q_OBJECT
  public:
    explicit ActionBook(Theme& theme, QObject* parent = nullptr);

    struct Entry {
        QAction* action;
        QString group;
        QString icon;
    };

    /// `owner` gets the action, so that its shortcut works there.
    QAction* add(QWidget* owner, const ActionSpec& spec, std::function<void()> triggered);
    QAction* find(const char* id) const;
    /// Those whose owner is still there.
    std::vector<Entry> entries() const;

  private:
    void restyle();
    Theme& m_theme;
    std::vector<Entry> m_entries;
};

}  // namespace vitrine::gui
