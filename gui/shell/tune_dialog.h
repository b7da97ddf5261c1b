// SPDX-License-Identifier: GPL-3.0-or-later
// TuneDialog: measures the kernels of the project on this machine, says what came of it, and keeps
// the table beside the project.
#pragma once

#include <QDialog>
#include <QTimer>

#include <atomic>
#include <memory>
#include <stop_token>

#include "core/session/kernel_tuning.h"
#include "gui/bridge/background.h"
#include "gui/bridge/view_context.h"

class QDialogButtonBox;
class QLabel;
class QProgressBar;

namespace vitrine::gui {

/// Window thread. The project is one that has a file. Closing it ends the measuring, and then
/// nothing is kept.
class TuneDialog : public QDialog {
    Q_OBJECT
  public:
    TuneDialog(const ViewContext& context, QWidget* parent);
    ~TuneDialog() override { m_stop.request_stop(); }

  public Q_SLOTS:
    void reject() override;

  private:
    void build();
    void measure();
    void showProgress();
    void isMeasured();
    QString keep(const Tuning& tuning);
    QString kept(const Tuning& tuning);

    ViewContext m_context;
    std::string m_file;  ///< of the project that is measured
    QLabel* m_text;
    QProgressBar* m_progress;
    QDialogButtonBox* m_buttons;
    QTimer m_look;
    std::stop_source m_stop;
    std::shared_ptr<std::atomic<double>> m_share = std::make_shared<std::atomic<double>>(0);
    Background<Result<Tuning>> m_measuring;
};

}  // namespace vitrine::gui
