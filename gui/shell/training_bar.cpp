// SPDX-License-Identifier: GPL-3.0-or-later
// Fields and progress of the training bar.
#include "gui/shell/training_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>

#include <utility>

#include "gui/bridge/run_channels.h"
#include "gui/bridge/run_controller.h"
#include "gui/models/metric_words.h"
#include "gui/models/number_text.h"
#include "gui/shell/device_box.h"
#include "gui/shell/precision_box.h"
#include "gui/theme/theme.h"
#include "gui/widgets/action_book.h"
#include "gui/widgets/choices_menu.h"
#include "gui/widgets/worded_progress.h"

namespace vitrine::gui {

TrainingBar::TrainingBar(const ViewContext& context, QWidget* parent)
    : QToolBar(tr("Training"), parent), m_context(context) {
    setObjectName(QStringLiteral("trainingBar"));
    setAccessibleName(tr("Training"));
    setMovable(false);
    setIconSize({20, 20});
}

void TrainingBar::build() {
    // In front of the fields: what has no room goes behind the arrow at the end, and that must not
    // be the progress.
    buildProgress();
    buildFields();
    RunController& run = m_context.run;
    connect(&m_context.document, &Document::settingsChanged, this, &TrainingBar::updateFields);
    connect(&run, &RunController::optionsChanged, this, &TrainingBar::updateFields);
    connect(&run, &RunController::stopsChanged, this, &TrainingBar::updateFields);
    connect(&run, &RunController::recordsArrived, this, &TrainingBar::takeRecords);
    connect(&run, &RunController::phaseChanged, this, [this] {
        m_hasStood = m_hasStood || m_context.run.phase() != RunPhase::Running;
        updateProgress();
    });
    connect(&run, &RunController::stopPointChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::predictionChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::differsChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::openingProgress, this, &TrainingBar::showOpening);
    connect(&run, &RunController::dataChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::refusalChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::planChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::cannotSaveChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::setupChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::endingChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::pastRunChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::loadingChanged, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::statesArrived, this, &TrainingBar::updateProgress);
    connect(&run, &RunController::eventArrived, this, &TrainingBar::takeEvent);
    connect(&run, &RunController::runOpened, this, &TrainingBar::forgetRun);
    connect(&m_context.document, &Document::replaced, this, &TrainingBar::forgetRun);
    connect(&m_context.document, &Document::graphChanged, this, &TrainingBar::updateProgress);
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
    buildDevice();
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
    connect(m_watch, &QComboBox::activated, this, [this] {
        m_context.run.setNonFiniteWatch(
            static_cast<NonFiniteWatch>(m_watch->currentData().toInt()));
    });
}

void TrainingBar::buildDevice() {
    m_device = new DeviceBox(m_context.run, this);
    addWidget(m_device);
    auto* precision = new PrecisionBox(m_context.run, this);
    m_precision = addWidget(precision);
    addChoice(*m_device, "train.choose_device", tr("Choose the device …"),
              QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_G));
    m_choosePrecision =
        addChoice(*precision, "train.choose_precision", tr("Choose the precision …"),
                  QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_F));
}

/// By its key too, and where the bar has no room for it.
QAction* TrainingBar::addChoice(QComboBox& box, const char* id, const QString& text,
                                const QKeySequence& keys) {
    return m_context.actions.add(
        window(),
        {.id = id, .group = tr("Train"), .text = text, .shortcut = keys, .tip = box.toolTip()},
        [this, &box] { popUpChoices(box, *this); });
}

void TrainingBar::buildProgress() {
    auto* spacer = new QWidget(this);
    spacer->setFixedWidth(2 * space);
    addWidget(spacer);
    m_progress = new WordedProgress(this);
    m_progress->setObjectName(QStringLiteral("train.progress"));
    m_progress->setAccessibleName(tr("Progress of the run"));
    addWidget(m_progress);
}

void TrainingBar::updateFields() {
    const TrainingSettings& training = m_context.document.project().training;
    m_batch->showUsed(QString::number(training.batch));
    m_seed->showUsed(QString::number(training.seed));
    m_rate->showUsed(editText(training.learningRate));
    const bool isOnGpu = !m_context.run.device().isEmpty();
    m_precision->setVisible(isOnGpu);
    m_choosePrecision->setEnabled(isOnGpu);
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
    // Who stands does not get slower.
    const bool hasStood = std::exchange(m_hasStood, m_context.run.phase() != RunPhase::Running);
    if (steps > 0 && m_step > 0 && !hasStood) {
        const double each = (last.secondsSinceStart - m_seconds) / static_cast<double>(steps);
        constexpr double inertia = 0.95;
        m_secondsPerStep =
            m_secondsPerStep == 0 ? each : inertia * m_secondsPerStep + (1 - inertia) * each;
    }
    m_step = last.step;
    m_seconds = last.secondsSinceStart;
    updateProgress();
}

void TrainingBar::takeEvent(const RunEvent& event) {
    const std::vector<std::string> metrics = channelNames(m_context.run).metrics;
    if (event.kind == EventKind::EpochDone && event.metricCount > 0 && !metrics.empty())
        m_metric = channelWords(metrics.front(), event.metrics.front());
    if (event.kind == EventKind::NonFiniteValue) m_nonFinite = event;
    updateProgress();
}

void TrainingBar::forgetRun() {
    m_step = 0;
    m_seconds = m_secondsPerStep = 0;
    m_metric.clear();
    m_nonFinite.reset();
    updateProgress();
}

void TrainingBar::showOpening(double share) {
    m_loaded = share;
    updateProgress();
}

RunSituation TrainingBar::situation() const {
    const RunController& run = m_context.run;
    const LiveRun* live = run.run();
    RunSituation now{.phase = run.phase(),
                     .hasNodes = !m_context.document.graph().nodes().empty(),
                     .hasData = run.data() != nullptr,
                     .dataFailed = run.dataError().has_value(),
                     .isLoading = run.isLoading(),
                     .isEnding = run.isEnding(),
                     .isAtFault = run.isAtFault(),
                     .loaded = m_loaded,
                     .refusal = run.refusal(),
                     .step = live ? m_step : run.trainedSteps(),
                     .secondsPerStep = m_secondsPerStep,
                     .seconds = m_seconds,
                     .metric = m_metric,
                     .isPast = !live && run.pastRun(),
                     .cannotSave = run.cannotSave().has_value(),
                     .stop = run.stopPoint(),
                     .tape = run.tape()};
    if (live) {
        now.totalSteps = live->totalSteps();
        now.stepsPerEpoch = live->stepsPerEpoch();
        now.epochs = live->project().training.epochs;
        now.batch = live->project().training.batch;
        now.accumulate = live->project().training.accumulate;
    }
    const bool isThere = m_nonFinite && m_nonFinite->step == now.stop.step &&
                         m_nonFinite->entry == now.stop.entry && now.stop.insideStep;
    if (isThere) now.nonFinite = m_nonFinite->value;
    if (run.isSteppingPrediction()) {
        now.isPrediction = true;
        now.stop = *run.standsAt();
        now.nonFinite = run.prediction().place().nonFinite;
    }
    return now;
}

void TrainingBar::updateProgress() {
    const RunSituation now = situation();
    m_progress->setState(runWords(now), runShare(now));
}

}  // namespace vitrine::gui
