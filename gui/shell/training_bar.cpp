// SPDX-License-Identifier: GPL-3.0-or-later
// Fields and progress of the training bar.
#include "gui/shell/training_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>

#include <thread>

#include "gui/bridge/run_controller.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

TrainingBar::TrainingBar(const ViewContext& context, QWidget* parent)
    : QToolBar(tr("Training"), parent), m_context(context) {
    setObjectName(QStringLiteral("trainingBar"));
    setAccessibleName(tr("Training"));
    setMovable(false);
    setIconSize({20, 20});
}

void TrainingBar::build() {
    buildFields();
    buildProgress();
    RunController& run = m_context.run;
    connect(&m_context.document, &Document::settingsChanged, this, &TrainingBar::updateFields);
    connect(&run, &RunController::optionsChanged, this, &TrainingBar::updateFields);
    connect(&run, &RunController::stopsChanged, this, &TrainingBar::updateFields);
    connect(&run, &RunController::recordsArrived, this, &TrainingBar::takeRecords);
    connect(&run, &RunController::phaseChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::stopPointChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::differsChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::openingProgress, this, &TrainingBar::showOpening);
    connect(&run, &RunController::dataChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::runOpened, this, [this] {
        m_step = 0;
        m_seconds = m_secondsPerStep = 0;
    });
    updateFields();
    updateProgress();
}

TypedLine* TrainingBar::addField(const QString& label, const char* name, const QString& tip,
                                 int digits, TypedLine::Commit commit) {
    auto* text = new QLabel(label, this);
    text->setProperty("quiet", true);
    text->setContentsMargins(2 * space, 0, space, 0);
    auto* field = new TypedLine(std::move(commit), this);
    connect(field, &TypedLine::refused, field, &TypedLine::tell);
    field->setObjectName(QString::fromLatin1(name));
    field->setAccessibleName(label);
    field->setToolTip(tip);
    field->setFixedWidth(field->fontMetrics().horizontalAdvance(QString(digits, '0')) + 5 * space);
    text->setBuddy(field);
    addWidget(text);
    addWidget(field);
    return field;
}

void TrainingBar::buildFields() {
    addSeparator();
    m_device = new QComboBox(this);
    m_device->setObjectName(QStringLiteral("train.device"));
    m_device->setAccessibleName(tr("Device"));
    m_device->setToolTip(tr("Where the next run computes. Results do not depend on the threads."));
    const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    for (int threads = 1; threads <= cores; ++threads)
        m_device->addItem(threads == 1 ? tr("CPU, 1 thread") : tr("CPU, %1 threads").arg(threads),
                          threads);
    addWidget(m_device);
    m_watch = new QComboBox(this);
    m_watch->setObjectName(QStringLiteral("train.non_finite"));
    m_watch->setAccessibleName(tr("Stop at values that are not finite"));
    m_watch->setToolTip(
        tr("Stop at the entry that makes the first value that is not finite.\n"
           "NaN in loss: found at the step's end, then traced; almost free.\n"
           "NaN anywhere: every result is looked at as it is made."));
    m_watch->addItem(tr("NaN: ignore"), static_cast<int>(NonFiniteWatch::Off));
    m_watch->addItem(tr("NaN in loss"), static_cast<int>(NonFiniteWatch::Loss));
    m_watch->addItem(tr("NaN anywhere"), static_cast<int>(NonFiniteWatch::EveryValue));
    addWidget(m_watch);
    m_batch = addField(
        tr("Batch"), "train.batch", tr("Images in one step"), 7, [this](const QString& typed) {
            return commit(typed, batchSetting, &TrainingSettings::batch, tr("Change batch"));
        });
    m_seed =
        addField(tr("Seed"), "train.seed", tr("The same seed gives the same run"), 5,
                 [this](const QString& typed) {
                     return commit(typed, seedSetting, &TrainingSettings::seed, tr("Change seed"));
                 });
    m_rate = addField(tr("Rate"), "train.rate",
                      tr("Learning rate. While a run goes on it changes at the next step."), 7,
                      [this](const QString& typed) { return commitRate(typed); });
    connect(m_device, &QComboBox::activated, this,
            [this] { m_context.run.setThreads(m_device->currentData().toInt()); });
    connect(m_watch, &QComboBox::activated, this, [this] {
        m_context.run.setNonFiniteWatch(
            static_cast<NonFiniteWatch>(m_watch->currentData().toInt()));
    });
}

void TrainingBar::buildProgress() {
    auto* spacer = new QWidget(this);
    spacer->setFixedWidth(3 * space);
    addWidget(spacer);
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(QStringLiteral("train.progress"));
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_progress->setRange(0, 1000);
    m_progress->setMinimumWidth(120);
    m_progress->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    addWidget(m_progress);
}

void TrainingBar::updateFields() {
    const TrainingSettings& training = m_context.document.project().training;
    m_batch->showUsed(QString::number(training.batch));
    m_seed->showUsed(QString::number(training.seed));
    m_rate->showUsed(editText(training.learningRate));
    m_device->setCurrentIndex(m_device->findData(m_context.run.threads()));
    m_watch->setCurrentIndex(m_watch->findData(static_cast<int>(m_context.run.stops().nonFinite)));
}

Result<void> TrainingBar::commit(const QString& typed, const WholeSetting& setting,
                                 int64_t TrainingSettings::*member, const QString& text) {
    const auto value = settingFromText(setting, typed.trimmed().toStdString());
    if (!value) return value.error();
    TrainingSettings training = m_context.document.project().training;
    if (training.*member == *value) {
        updateFields();
        return {};
    }
    training.*member = *value;
    m_context.document.setTraining(text, training);
    return {};
}

Result<void> TrainingBar::commitRate(const QString& typed) {
    const auto value = settingFromText(learningRateSetting, typedNumber(typed));
    if (!value) return value.error();
    m_context.run.setLearningRate(*value);
    TrainingSettings training = m_context.document.project().training;
    if (training.learningRate != *value) {
        training.learningRate = *value;
        m_context.document.setTraining(tr("Change learning rate"), training);
    }
    updateFields();
    return {};
}

void TrainingBar::takeRecords(const std::vector<StepRecord>& records) {
    const StepRecord& last = records.back();
    const int64_t steps = last.step - m_step;
    if (steps > 0 && m_step > 0) {
        const double each = (last.secondsSinceStart - m_seconds) / static_cast<double>(steps);
        constexpr double inertia = 0.95;
        m_secondsPerStep =
            m_secondsPerStep == 0 ? each : inertia * m_secondsPerStep + (1 - inertia) * each;
    }
    m_step = last.step;
    m_seconds = last.secondsSinceStart;
    updateProgress();
}

void TrainingBar::showOpening(double share) {
    if (m_context.run.phase() != RunPhase::Opening && m_context.run.phase() != RunPhase::None)
        return;
    m_progress->setValue(static_cast<int>(share * 1000));
    m_progress->setFormat(
        tr("making data %p %").replace(QStringLiteral("%p "), QStringLiteral("%p\u202f")));
}

void TrainingBar::updateProgress() {
    const RunController& run = m_context.run;
    const LiveRun* live = run.run();
    if (!live || run.phase() == RunPhase::Opening) {
        m_progress->setValue(0);
        m_progress->setFormat(run.phase() == RunPhase::Opening ? tr("compiling …")
                              : run.dataError()                ? tr("no data")
                              : run.data()                     ? tr("ready")
                                                               : tr("making data …"));
        return;
    }
    const double total = static_cast<double>(std::max<int64_t>(1, live->totalSteps()));
    const auto perEpoch = static_cast<double>(std::max<int64_t>(1, live->stepsPerEpoch()));
    m_progress->setValue(static_cast<int>(1000.0 * static_cast<double>(m_step) / total));
    const int64_t epochs = live->project().training.epochs;
    const auto epoch =
        std::min<int64_t>(epochs, 1 + static_cast<int64_t>(static_cast<double>(m_step) / perEpoch));
    QString text = tr("epoch %1/%2").arg(epoch).arg(epochs);
    if (run.phase() == RunPhase::Paused)
        text =
            run.stopPoint().insideStep
                ? tr("step %1, entry %2").arg(run.stopPoint().step + 1).arg(run.stopPoint().entry)
                : tr("paused after step %1").arg(m_step);
    if (run.phase() == RunPhase::Finished) text = tr("finished");
    if (run.phase() == RunPhase::Stopped) text = tr("stopped at step %1").arg(m_step);
    if (run.phase() == RunPhase::Failed) text = tr("failed at step %1").arg(m_step);
    if (m_secondsPerStep > 0 && run.phase() == RunPhase::Running) {
        const auto batch = static_cast<double>(live->project().training.batch);
        const double left = (total - static_cast<double>(m_step)) * m_secondsPerStep;
        text += tr(" · %1 images/s · %2 left")
                    .arg(countText(batch / m_secondsPerStep), clockText(left));
    }
    m_progress->setFormat(text);
    m_progress->setToolTip(text);
}

}  // namespace vitrine::gui
