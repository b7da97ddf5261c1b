// SPDX-License-Identifier: GPL-3.0-or-later
// RunSaver: what was trained is on disk before the window closes.
#pragma once

#include <QObject>
#include <QTimer>

#include "core/session/device_silence.h"
#include "gui/bridge/view_context.h"

namespace vitrine::gui {

class RunSaver : public QObject {
    Q_OBJECT
  public:
    RunSaver(const ViewContext& context, QWidget* window);

    /// Stops the run that goes on, and waits until it and those that were put away are saved: for
    /// `quietMs` without a question. True: all is saved, or somebody said to close all the same.
    bool mayClose();
    /// Something else takes the place of the run, which is saved behind it. True: it can be, or
    /// somebody said to lose it.
    bool mayReplace();
    /// A GPU that is silent for so long is waited for no longer: what was learnt since the last
    /// checkpoint is lost.
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

  Q_SIGNALS:
    void message(const QString& text);

  private:
    /// True: saved in time.
    bool waitQuietly();
    bool ask();
    QString whyItTakesLong() const;
    /// It could not be saved, and will not be.
    bool askToLose(const QString& loss, const QString& yes);
    bool askToLoseByClosing();

    ViewContext m_context;
    QWidget* m_window;
    QTimer m_look;  ///< at the GPU, while somebody waits
    std::chrono::milliseconds m_patience = usualDevicePatience;
};

}  // namespace vitrine::gui
