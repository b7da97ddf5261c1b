// SPDX-License-Identifier: Apache-2.0
// A person without intent: clicks, drags, wheels, types and resizes at random, reproducibly.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "core/base/rng.h"

class QWidget;

namespace vitrine::test {

class RandomUser : public QObject {
    Q_OBJECT
  public:
    /// Uses `window`, its menus and dialogs. The same seed makes the same choices; how far the
    /// engine has come meanwhile is not part of it.
    RandomUser(QWidget& window, uint64_t seed);
    /// One gesture. Gives the number of events that it sent.
    int act();
    /// What the last gestures were, newest last.
    QString history() const { return m_history.join('\n'); }

  private:
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
    QStringList m_history;
};

}  // namespace vitrine::test
