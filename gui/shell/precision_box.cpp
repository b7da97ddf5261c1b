// SPDX-License-Identifier: GPL-3.0-or-later
// One entry for each precision that trains, and in plain words what it costs.
#include "gui/shell/precision_box.h"

#include "core/session/precision.h"
#include "gui/bridge/run_controller.h"

namespace vitrine::gui {

namespace {

/// One that this has no words for has none.
QString wordsFor(const QString& precision) {
    if (precision == QStringLiteral("fp32"))
        return PrecisionBox::tr("Nothing is rounded: 24 binary digits, as on the processor.");
    if (precision == QStringLiteral("tf32"))
        return PrecisionBox::tr(
            "Factors have 11 binary digits and the range of fp32; sums are fp32. "
            "Several times as fast where the GPU has tensor cores for it.");
    if (precision == QStringLiteral("bf16"))
        return PrecisionBox::tr(
            "Factors have 8 binary digits and the range of fp32; sums are fp32. The "
            "fastest; most networks train as well in it.");
    if (precision == QStringLiteral("fp16"))
        return PrecisionBox::tr(
            "Factors have 11 binary digits and a small range; sums are fp32. As fast as bf16; "
            "the loss is scaled, so that small gradients are not lost.");
    return {};
}

}  // namespace

PrecisionBox::PrecisionBox(RunController& run, QWidget* parent) : QComboBox(parent), m_run(run) {
    setObjectName(QStringLiteral("train.precision"));
    setAccessibleName(tr("Precision"));
    setToolTip(
        tr("To what the next run rounds the factors of products and convolutions on the GPU. "
           "Weights, gradients and sums stay fp32."));
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    for (const std::string& name : trainingPrecisions()) {
        const QString precision = QString::fromStdString(name);
        addItem(precision, precision);
        setItemData(count() - 1, wordsFor(precision), Qt::ToolTipRole);
    }
    connect(this, &QComboBox::activated, this,
            [this](int index) { m_run.setPrecision(itemData(index).toString()); });
    connect(&run, &RunController::optionsChanged, this, &PrecisionBox::showChosen);
    showChosen();
}

void PrecisionBox::showChosen() { setCurrentIndex(findData(m_run.precision())); }

}  // namespace vitrine::gui
