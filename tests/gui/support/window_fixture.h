// SPDX-License-Identifier: Apache-2.0
// The real window with folders of its own, for tests that use it as a person does.
#pragma once

#include <QTemporaryDir>
#include <QTest>

#include "gui/shell/main_window.h"

namespace vitrine::test {

class WindowFixture {
  public:
    /// `runsApart`: none beside its project.
    explicit WindowFixture(gui::ThemeKind kind = gui::ThemeKind::Dark, bool runsApart = true)
        : m_theme(kind),
          m_bench(m_theme, {m_folder.filePath("settings.ini"), m_folder.path(), runsApart}),
          m_window(m_bench) {
        m_theme.applyTo(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    }

    void show(QSize size = {1440, 900}) {
        m_window.resize(size);
        m_window.show();
        m_window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&m_window));
        QCoreApplication::processEvents();
    }

    QString folder() const { return m_folder.path(); }
    gui::Theme& theme() { return m_theme; }
    gui::Workbench& bench() { return m_bench; }
    gui::MainWindow& window() { return m_window; }
    /// A widget or action by its object name; stops the test where there is none.
    template <class T>
    T* find(const char* name) {
        T* found = m_window.findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("there is no %s", name);
        return found;
    }
    void trigger(const char* action) {
        QAction* found = m_bench.actions.find(action);
        if (!found) qFatal("there is no action %s", action);
        found->trigger();
    }

  private:
    QTemporaryDir m_folder;
    gui::Theme m_theme;
    gui::Workbench m_bench;
    gui::MainWindow m_window;
};

}  // namespace vitrine::test
