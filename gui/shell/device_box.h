// SPDX-License-Identifier: GPL-3.0-or-later
// DeviceBox: where the next run computes: threads of the processor, or a GPU.
#pragma once

#include <QComboBox>

#include "core/base/result.h"
#include "core/session/gpu_list.h"
#include "gui/bridge/background.h"

namespace vitrine::gui {

class RunController;

/// GPUs are looked for in the background when it is shown first. Where there is none its last entry
/// says so, and why when it is pointed at.
class DeviceBox : public QComboBox {
    Q_OBJECT
  public:
    DeviceBox(RunController& run, QWidget* parent);
    /// What is there, instead of what is found.
    void showGpus(const GpuList& list);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void take(int index);
    void showChosen();

    RunController& m_run;
    Background<Result<GpuList>> m_search;
    bool m_hasSearched = false;
};

}  // namespace vitrine::gui
