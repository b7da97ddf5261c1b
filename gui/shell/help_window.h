// SPDX-License-Identifier: GPL-3.0-or-later
// One window beside the other: the tour, all shortcuts, and what the program is made of.
#pragma once

#include <QDialog>

class QLineEdit;
class QTabWidget;
class QTextBrowser;
class QUrl;

namespace vitrine::gui {

class ActionBook;
class Theme;

enum class HelpPage { Tour, Shortcuts, About };

/// Window thread. Made when it is first asked for; both must outlive it.
class HelpWindow : public QDialog {
    Q_OBJECT
  public:
    HelpWindow(const ActionBook& actions, Theme& theme, QWidget* parent);
    /// Brings the window and the page to the front; shortcuts are those of now.
    void open(HelpPage page);

  private:
    QWidget* buildTour();
    QWidget* buildShortcuts();
    QWidget* buildAbout();
    QTextBrowser* browser(const char* name, const QString& title);
    void fill();
    void fillShortcuts();
    void follow(const QUrl& link);

    const ActionBook& m_actions;
    Theme& m_theme;
    QTabWidget* m_pages = nullptr;
    QLineEdit* m_words = nullptr;
    QTextBrowser *m_tour = nullptr, *m_shortcuts = nullptr, *m_about = nullptr;
};

}  // namespace vitrine::gui
