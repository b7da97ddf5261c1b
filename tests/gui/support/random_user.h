// SPDX-License-Identifier: Apache-2.0
// A person without intent: clicks, drags, wheels, types and resizes at random, goes to every page
// of every view, fills every field and answers every dialog; reproducibly.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QSet>
#include <QStringList>
#include <QTimer>

#include "core/base/rng.h"

class QDialog;
class QLineEdit;
class QWidget;

namespace vitrine::test {

class RandomUser : public QObject {
    Q_OBJECT
  public:
    /// Uses `window`, its menus and dialogs. The same seed makes the same choices; how far the
    /// engine has come meanwhile is not part of it.
    RandomUser(QWidget& window, uint64_t seed);
    /// Where projects are opened from, each a file, and where they are saved to. Nothing else is
    /// written to.
    void setFiles(const QStringList& projects, const QString& saveTo);
    /// One gesture. Gives the number of events that it sent.
    int act();
    /// What the last gestures were, newest last.
    QString history() const { return m_history.join('\n'); }
    /// Pages, fields and actions that have been used so far.
    const QSet<QString>& visited() const { return m_visited; }

  private:
    // Gestures with an aim; 0 where there was nothing to do.
    int edit();
    int goToAPage();
    int fillAField();
    int choose();
    int pushAButton();
    int slide();
    int useATable();
    int draw();
    int trigger();
    int moveADock();
    int selectANode();
    int typeInto(QLineEdit& field, const QString& text);
    void answer(QDialog& dialog);
    bool bringUp(QWidget& widget);
    void note(const QString& what);
    template <class Widget>
    Widget* any();
    template <class T>
    const T& oneOf(const QList<T>& list) {
        return list[below(static_cast<int>(list.size()))];
    }

    int below(int limit) { return static_cast<int>(m_rng.below(static_cast<uint32_t>(limit))); }
    QPoint anyPointIn(const QWidget& widget);
    QWidget* anyWidget();
    int click(QWidget* widget);
    int drag(QWidget* widget);
    int wheel(QWidget* widget);
    int type(QWidget* widget);
    int press(QWidget* widget);
    int resize();
    void freeWhatIsStuck();

    QWidget& m_window;
    Rng m_rng;
    QTimer m_watch;
    QElapsedTimer m_since;  ///< when the gesture that goes on was begun
    bool m_acting = false;
    QStringList m_history, m_projects;
    QSet<QString> m_visited;
    QString m_saveTo;
};

}  // namespace vitrine::test
