// SPDX-License-Identifier: GPL-3.0-or-later
// Entries of the processor have a number of threads behind them, those of GPUs a name.
#include "gui/shell/device_box.h"

#include <QAbstractItemView>
#include <QStandardItemModel>
#include <QStyleOptionComboBox>
#include <QStylePainter>

#include <algorithm>
#include <thread>

#include "gui/bridge/run_controller.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

constexpr int NameRole = Qt::UserRole + 1;

}  // namespace

DeviceBox::DeviceBox(RunController& run, QWidget* parent) : QComboBox(parent), m_run(run) {
    setObjectName(QStringLiteral("train.device"));
    setAccessibleName(tr("Device"));
    setToolTip(
        tr("Where the next run computes. Results do not depend on the threads; a GPU has "
           "kernels, and so last digits, of its own."));
    constexpr int shownCharacters = 14;
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(shownCharacters);
    const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    for (int threads = 1; threads <= cores; ++threads)
        addItem(threads == 1 ? tr("CPU, 1 thread") : tr("CPU, %1 threads").arg(threads), threads);
    connect(this, &QComboBox::activated, this, &DeviceBox::take);
    connect(&run, &RunController::optionsChanged, this, &DeviceBox::showChosen);
    connect(&m_search, &BackgroundWork::finished, this, [this] {
        const Result<GpuList> found = m_search.take();
        show(found ? *found : GpuList{.gpus = {}, .reason = found.error().message});
    });
    showChosen();
}

void DeviceBox::showEvent(QShowEvent* event) {
    QComboBox::showEvent(event);
    if (!std::exchange(m_hasSearched, true)) search();
}

void DeviceBox::showPopup() {
    search();
    constexpr int margins = 40;
    view()->setMinimumWidth(view()->sizeHintForColumn(0) + margins);
    QComboBox::showPopup();
}

void DeviceBox::paintEvent(QPaintEvent*) {
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    const int width =
        style()
            ->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this)
            .width();
    option.currentText = fontMetrics().elidedText(shownText(), Qt::ElideRight, width);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

/// Without what is free.
QString DeviceBox::shownText() const {
    if (currentIndex() < 0) return placeholderText();
    const QVariant name = currentData(NameRole);
    return name.isValid() ? name.toString() : currentText();
}

void DeviceBox::search() {
    if (!m_isGiven && !m_search.isRunning())
        m_search.run("looking for GPUs", [] { return findGpus(); });
}

void DeviceBox::showGpus(const GpuList& list) {
    m_isGiven = true;
    show(list);
}

/// Entries of what is there still stay where they are: a list that is open does not jump.
void DeviceBox::show(const GpuList& list) {
    const auto isThere = [&](const QString& id) {
        return std::ranges::find(list.gpus, id.toStdString(), &Gpu::id) != list.gpus.end();
    };
    for (int index = count() - 1; index >= 0; --index)
        if (itemData(index).typeId() != QMetaType::Int && !isThere(itemData(index).toString()))
            removeItem(index);
    for (const Gpu& gpu : list.gpus) put(gpu);
    if (list.gpus.empty()) putNone(list.reason);
    showChosen();
}

void DeviceBox::put(const Gpu& gpu) {
    const QString id = QString::fromStdString(gpu.id), name = QString::fromStdString(gpu.name);
    const QString free = bytesText(static_cast<double>(gpu.freeBytes));
    if (findData(id) < 0) addItem(QString(), id);
    const int index = findData(id);
    setItemText(index, tr("GPU %1, %2 free").arg(name, free));
    setItemData(index, tr("GPU %1").arg(name), NameRole);
    setItemData(index,
                tr("%1, %2: %3 of %4 free")
                    .arg(name, id, free, bytesText(static_cast<double>(gpu.memoryBytes))),
                Qt::ToolTipRole);
}

void DeviceBox::putNone(const std::string& reason) {
    constexpr int widest = 70;  // letters of a list's line
    const QString why = QString::fromStdString(reason);
    const QString line =
        fontMetrics().elidedText(why, Qt::ElideRight, widest * fontMetrics().averageCharWidth());
    addItem(why.isEmpty() ? tr("No GPU") : tr("No GPU") + QLatin1Char('\n') + line, QString());
    setItemData(count() - 1, why, Qt::ToolTipRole);
    auto* const entries = qobject_cast<QStandardItemModel*>(model());
    entries->item(count() - 1)->setEnabled(false);
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
    setPlaceholderText(tr("GPU %1").arg(device));  // until it is found
    setCurrentIndex(device.isEmpty() ? findData(m_run.threads()) : findData(device));
}

}  // namespace vitrine::gui
