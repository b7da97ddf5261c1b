// SPDX-License-Identifier: GPL-3.0-or-later
// A bar that moves, then a sentence.
#include "gui/shell/tune_dialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/session/machine_text.h"
#include "core/session/tune_table.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/document/document.h"
#include "gui/models/count_words.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int positions = 1000;

QString millisecondsText(double seconds) {
    return QCoreApplication::translate("TuneDialog", "%1 ms").arg(seconds * 1e3, 0, 'g', 4);
}

}  // namespace

TuneDialog::TuneDialog(const ViewContext& context, QWidget* parent)
    : QDialog(parent), m_context(context), m_file(context.document.file().toStdString()) {
    setObjectName(QStringLiteral("tuneDialog"));
    setWindowTitle(tr("Measure kernels"));
    setAttribute(Qt::WA_DeleteOnClose);
    build();
    constexpr int lookMs = 100;
    m_look.setInterval(lookMs);
    connect(&m_look, &QTimer::timeout, this, &TuneDialog::showProgress);
    connect(&m_measuring, &BackgroundWork::finished, this, &TuneDialog::isMeasured);
    measure();
}

void TuneDialog::build() {
    m_text = new QLabel(tr("Every way in which this network's operators could be computed is tried "
                           "on this machine."),
                        this);
    m_text->setObjectName(QStringLiteral("tuneText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(QStringLiteral("tuneProgress"));
    m_progress->setAccessibleName(tr("How far the measuring is"));
    m_progress->setRange(0, positions);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &TuneDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(3 * space, 3 * space, 3 * space, 3 * space);
    column->setSpacing(3 * space);
    for (QWidget* part : std::initializer_list<QWidget*>{m_text, m_progress, m_buttons})
        column->addWidget(part);
    constexpr int wide = 420;
    setMinimumWidth(wide);
}

void TuneDialog::measure() {
    TuningOptions options{.threads = m_context.run.threads(), .stop = m_stop.get_token()};
    options.progress = [share = m_share](double now) { *share = now; };
    m_measuring.run("measuring kernels",
                    [project = m_context.document.project(), options = std::move(options)] {
                        return tuneKernels(project, options);
                    });
    m_look.start();
}

void TuneDialog::showProgress() {
    m_progress->setValue(static_cast<int>(m_share->load() * positions));
}

void TuneDialog::isMeasured() {
    m_look.stop();
    m_progress->hide();
    m_buttons->setStandardButtons(QDialogButtonBox::Close);
    m_buttons->button(QDialogButtonBox::Close)->setDefault(true);
    const Result<Tuning> tuning = m_measuring.take();
    m_text->setText(tuning ? keep(*tuning) : sentenceOf(tuning.error()));
}

/// What came of it. Another project may be open by now: the table goes to the one it is of.
QString TuneDialog::keep(const Tuning& tuning) {
    const QString text = kept(tuning);
    QString busy = QString::fromStdString(busyText(tuning.ways->threads));
    if (busy.isEmpty()) return text;
    busy[0] = busy[0].toUpper();
    return tr("%1\n\n%2.").arg(text, busy);
}

QString TuneDialog::kept(const Tuning& tuning) {
    const QString before = millisecondsText(tuning.estimatedStep),
                  after = millisecondsText(tuning.tunedStep);
    if (!tuning.isWorthKeeping())
        return tr("A training step took %1 with kernels chosen by estimates and %2 by what was "
                  "measured: the estimates stay.")
            .arg(before, after);
    const Result<void> saved = saveTuning(*tuning.ways, tuning.batch, m_file);
    if (!saved) return sentenceOf(saved.error());
    m_context.run.planAgain();
    if (tuning.otherChoices == 0)
        return tr("Estimates and measurements choose the same kernels: a training step took %1. "
                  "The table is kept beside the project.")
            .arg(before);
    return tr("A training step took %1 with kernels chosen by estimates, %2 by what was measured; "
              "%3. The table is kept beside the project, and steps of %4 go by it from now on.")
        .arg(before, after,
             countWords(tuning.otherChoices, tr("1 entry has another kernel"),
                        tr("%1 entries have other kernels")),
             countWords(tuning.batch, tr("1 example"), tr("%1 examples")));
}

void TuneDialog::reject() {
    m_stop.request_stop();
    QDialog::reject();
}

}  // namespace vitrine::gui
