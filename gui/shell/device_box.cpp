// SPDX-License-Identifier: GPL-3.0-or-later
// Entries of the processor have a number of threads behind them, those of GPUs a name.
#include "gui/shell/device_box.h"

#include <QStandardItemModel>

#include <algorithm>
#include <thread>

#include "gui/bridge/run_controller.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

DeviceBox::DeviceBox(RunController& run, QWidget* parent) : QComboBox(parent), m_run(run) {
    setObjectName(QStringLiteral("train.device"));
    setAccessibleName(tr("Device"));
    setToolTip(
        tr("Where the next run computes. Results do not depend on the threads; a GPU has "
           "kernels, and so last digits, of its own."));
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    for (int threads = 1; threads <= cores; ++threads)
        addItem(threads == 1 ? tr("CPU, 1 thread") : tr("CPU, %1 threads").arg(threads), threads);
    connect(this, &QComboBox::activated, this, &DeviceBox::take);
    connect(&run, &RunController::optionsChanged, this, &DeviceBox::showChosen);
    connect(&m_search, &BackgroundWork::finished, this, [this] {
        const Result<GpuList> found = m_search.take();
        showGpus(found ? *found : GpuList{.gpus = {}, .reason = found.error().message});
    });
    showChosen();
}

void DeviceBox::showEvent(QShowEvent* event) {
    QComboBox::showEvent(event);
    if (std::exchange(m_hasSearched, true)) return;
    m_search.run("looking for GPUs", [] { return findGpus(); });
}

void DeviceBox::showGpus(const GpuList& list) {
    m_hasSearched = true;
    for (int index = count() - 1; index >= 0; --index)
        if (itemData(index).typeId() != QMetaType::Int) removeItem(index);
    for (const Gpu& gpu : list.gpus) {
        addItem(tr("GPU %1").arg(QString::fromStdString(gpu.name)), QString::fromStdString(gpu.id));
        setItemData(
            count() - 1,
            tr("%1: %2 of %3 free")
                .arg(QString::fromStdString(gpu.id), bytesText(static_cast<double>(gpu.freeBytes)),
                     bytesText(static_cast<double>(gpu.memoryBytes))),
            Qt::ToolTipRole);
    }
    if (list.gpus.empty()) {
        addItem(tr("No GPU"), QString());
        setItemData(count() - 1, QString::fromStdString(list.reason), Qt::ToolTipRole);
        auto* const entries = qobject_cast<QStandardItemModel*>(model());
        entries->item(count() - 1)->setEnabled(false);
    }
    showChosen();
}

void DeviceBox::take(int index) {
    if (itemData(index).typeId() == QMetaType::Int) {
        m_run.setDevice({});
        m_run.setThreads(itemData(index).toInt());
    } else {
        m_run.setDevice(itemData(index).toString());
    }
}

void DeviceBox::showChosen() {
    const QString device = m_run.device();
    setCurrentIndex(device.isEmpty() ? findData(m_run.threads()) : findData(device));
}

}  // namespace vitrine::gui
