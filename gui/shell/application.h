// SPDX-License-Identifier: GPL-3.0-or-later
// Application: QApplication whose event loop no exception ends, and whose C library keeps to "." in
// numbers.
#pragma once

#include <QApplication>

#include <functional>

#include "core/base/result.h"

namespace vitrine::gui {

/// Window thread.
class Application : public QApplication {
    Q_OBJECT
  public:
    Application(int& argc, char** argv);
    /// Whom to tell what was thrown while an event was handled; until then it goes to standard
    /// error.
    void setTrouble(std::function<void(const Error&)> tell) { m_tell = std::move(tell); }
    /// What a slot throws ends the handling of that event, is told, and the program goes on. Where
    /// a check has failed while a view handled it, that view is closed with a sentence: see
    /// ViewHost.
    bool notify(QObject* receiver, QEvent* event) override;

  private:
    void tell(const Error& error);
    std::function<void(const Error&)> m_tell;
};

}  // namespace vitrine::gui
