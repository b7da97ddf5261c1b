// SPDX-License-Identifier: GPL-3.0-or-later
// DeviceBox: where the next run computes: threads of the processor, or a GPU.
#pragma once

#include <QComboBox>

#include "core/base/result.h"
#include "core/session/gpu_list.h"
#include "gui/bridge/background.h"

namespace vitrine::gui {

class RunController;

/// GPUs are looked for in the background when it is shown first, and again whenever somebody is
/// about to choose: what is free changes. Where there is none its last entry says so, and why in a
/// second line, which the tip has in full. The box itself says the name alone: the bar has little
/// room.
class DeviceBox : public QComboBox {
    Q_OBJECT
  public:
    DeviceBox(RunController& run, QWidget* parent);
    /// What is there, instead of what is found.
    void showGpus(const GpuList& list);
    void showPopup() override;

  protected:
    void showEvent(QShowEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void search();
    void show(const GpuList& list);
    void put(const Gpu& gpu);
    void putNone(const std::string& reason);
    QString shownText() const;
    void take(int index);
    void showChosen();

    RunController& m_run;
    Background<Result<GpuList>> m_search;
    bool m_hasSearched = false, m_isGiven = false;
};

}  // namespace vitrine::gui
