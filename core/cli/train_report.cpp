// SPDX-License-Identifier: Apache-2.0
// Turns step records and events into lines.
#include "core/cli/train_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "core/base/file.h"
#include "core/cli/text.h"
#include "core/session/run_log.h"

namespace vitrine::cli {

namespace {

constexpr double barEverySeconds = 0.1;
constexpr int barWidth = 28;

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

}  // namespace

TrainReport::TrainReport(TrainingRun& run, bool json)
    : m_run(run), m_json(json), m_bar(isatty(STDERR_FILENO)) {
    m_last.step = run.resumedAtStep();
}

void TrainReport::emit(const std::string& line) {
    m_run.log(line);
    if (m_json) std::printf("%s\n", line.c_str());
}

void TrainReport::begin() {
    const Project& project = m_run.project();
    const Dataset& data = m_run.data();
    for (const Error& remark : m_run.remarks()) std::fprintf(stderr, "%s\n", remark.text().c_str());
    emit(startLine(m_run));
    if (m_json) return;
    std::printf("%s: %lld training images, %lld test images, %lld epochs in batches of %lld\n",
                project.name.c_str(), static_cast<long long>(data.train.count),
                static_cast<long long>(data.test.count),
                static_cast<long long>(project.training.epochs),
                static_cast<long long>(project.training.batch));
    std::printf("seed %lld, %d thread%s, %s, arena %s, run folder %s\n",
                static_cast<long long>(project.training.seed), m_run.threads(),
                m_run.threads() == 1 ? "" : "s", m_run.numericsClass().c_str(),
                bytesText(static_cast<double>(m_run.model().arenaBytes())).c_str(),
                printable(m_run.folder().path()).c_str());
    if (m_run.resumedAtStep() > 0)
        std::printf("going on after step %lld\n", static_cast<long long>(m_run.resumedAtStep()));
    std::fflush(stdout);
}

void TrainReport::update() {
    const int64_t mark = m_run.logMark();
    for (StepRecord record; m_run.trainer().nextRecord(record);) step(record);
    for (RunEvent one; m_run.trainer().nextEvent(one);) event(one);
    m_run.logIsLevel(mark);
    if (m_json) std::fflush(stdout);
    bar();
}

void TrainReport::step(const StepRecord& record) {
    m_smoothLoss = m_firstStep < 0 ? record.loss : 0.98 * m_smoothLoss + 0.02 * record.loss;
    if (m_firstStep < 0) {
        m_firstStep = record.step - 1;
        m_firstSeconds = 0;
    }
    m_last = record;
    emit(stepLine(record));
}

void TrainReport::event(const RunEvent& event) {
    const std::string line = eventLine(m_run, event);
    if (event.kind == EventKind::CheckpointSaved)
        m_run.log(line);
    else if (!line.empty())
        emit(line);
    if (event.kind != EventKind::EpochDone) return;
    m_lastEpoch = event;
    if (m_json) return;
    const bool tested = m_run.data().test.count > 0;
    clearBar();
    std::printf("epoch %lld/%lld  train loss %.4f", static_cast<long long>(event.epoch),
                static_cast<long long>(m_run.project().training.epochs), event.trainLoss);
    if (tested)
        std::printf("  test loss %.4f  accuracy %s", event.testLoss,
                    percent(event.testAccuracy).c_str());
    std::printf("  %.0f images/s\n", event.imagesPerSecond);
    std::fflush(stdout);
}

void TrainReport::bar() {
    if (!m_bar || m_firstStep < 0 || m_last.secondsSinceStart < m_barDrawn + barEverySeconds)
        return;
    m_barDrawn = m_last.secondsSinceStart;
    const int64_t total = m_run.trainer().totalSteps();
    const double share = static_cast<double>(m_last.step) / static_cast<double>(total);
    const double perStep = (m_last.secondsSinceStart - m_firstSeconds) /
                           static_cast<double>(m_last.step - m_firstStep);
    std::string filled;
    for (int i = 0; i < barWidth; ++i) filled += i < static_cast<int>(share * barWidth) ? "█" : "░";
    const std::string accuracy =
        m_lastEpoch.epoch > 0 && m_run.data().test.count > 0
            ? fmt::format("  accuracy {}", percent(m_lastEpoch.testAccuracy))
            : "";
    const std::string line = fmt::format(
        "{} {:3.0f} %  step {}/{}  loss {:.4f}{}  lr {:.2g}  {:.0f} images/s  {} left", filled,
        100 * share, m_last.step, total, m_smoothLoss, accuracy, m_last.learningRate,
        static_cast<double>(m_run.project().training.batch) / perStep,
        durationText(perStep * static_cast<double>(total - m_last.step)));
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
    std::fflush(stderr);
    m_barShown = true;
}

void TrainReport::clearBar() {
    if (m_barShown) std::fprintf(stderr, "\r\033[K");
    m_barShown = false;
}

void TrainReport::finish(double seconds) {
    update();
    clearBar();
    if (const int64_t dropped = m_run.trainer().droppedRecords(); dropped > 0)
        std::fprintf(stderr, "%lld step records came too fast and are missing in the log\n",
                     static_cast<long long>(dropped));
    if (m_run.trainer().state() != TrainerState::Finished) return;
    emit(doneLine(m_run, m_last.step, seconds, m_lastEpoch));
    if (!m_json)
        std::printf("done after %s: weights in %s\n", durationText(seconds).c_str(),
                    printable(m_run.folder().weightsPath()).c_str());
    std::fflush(stdout);
}

}  // namespace vitrine::cli
