// SPDX-License-Identifier: Apache-2.0
// Turns step records and events into lines.
#include "core/cli/train_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/cli/ending.h"
#include "core/cli/text.h"
#include "core/session/run_log.h"

namespace vitrine::cli {

namespace {

constexpr double barEverySeconds = 0.1;
constexpr int barWidth = 28;

/// Without the sign that a NaN may have.
std::string fourPlaces(double number) {
    return std::isnan(number) ? "nan" : fmt::format("{:.4f}", number);
}

}  // namespace

TrainReport::TrainReport(TrainingRun& run, bool json)
    : m_run(run),
      m_feed(run.writer()),
      m_out(isEnding),
      m_json(json),
      m_bar(isatty(STDERR_FILENO)) {
    m_last.step = run.resumedAtStep();
}

void TrainReport::print(const std::string& line) { m_out.line(line); }

void TrainReport::say(const Error& error) {
    clearBar();
    std::fprintf(stderr, "%s\n", error.text().c_str());
    std::fflush(stderr);
}

void TrainReport::begin() {
    const Project& project = m_run.project();
    const Dataset& data = m_run.data();
    for (const Error& remark : m_run.remarks()) say(remark);
    if (m_json) {
        print(startLine(m_run));
    } else {
        print(fmt::format("{}: {}, {}, {} in batches of {}", project.name,
                          countOf(data.train.count, "training image"),
                          countOf(data.test.count, "test image"),
                          countOf(project.training.epochs, "epoch"), project.training.batch));
        print(fmt::format("seed {}, {}, {}, arena {}, run folder {}", project.training.seed,
                          countOf(m_run.threads(), "thread"), m_run.numericsClass(),
                          bytesText(static_cast<double>(m_run.model().arenaBytes())),
                          printable(m_run.folder().path())));
        if (m_run.resumedAtStep() > 0)
            print(fmt::format("going on after step {}", m_run.resumedAtStep()));
    }
    m_out.flush();
}

void TrainReport::update() {
    for (StepRecord record; m_feed.nextRecord(record);) step(record);
    for (RunEvent one; m_feed.nextEvent(one);) event(one);
    for (Error remark; m_run.writer().nextRemark(remark);) say(remark);
    m_out.flush();
    noteClosed();
    bar();
}

/// The log says that there is no output any more.
void TrainReport::noteClosed() {
    if (m_closedNoted || m_out.whyClosed().empty()) return;
    m_closedNoted = true;
    m_run.writer().note(fmt::format(R"({{"event":"output_closed","step":{},"why":"{}"}})",
                                    m_last.step, m_out.whyClosed()));
}

void TrainReport::step(const StepRecord& record) {
    m_smoothLoss = m_firstStep < 0 ? record.loss : 0.98 * m_smoothLoss + 0.02 * record.loss;
    if (m_firstStep < 0) {
        m_firstStep = record.step - 1;
        m_firstSeconds = 0;
    }
    const double seconds = std::max(m_last.secondsSinceStart, record.secondsSinceStart);
    m_last = record;
    m_last.secondsSinceStart = seconds;  // a record that was read again has no time
    if (m_json) print(stepLine(record));
}

void TrainReport::event(const RunEvent& event) {
    using enum EventKind;
    if (isFailure(event.kind)) m_failure = event;
    if (event.kind == EpochDone) epoch(event);
    if (event.kind == LossHasGrown)
        say({"H01",
             fmt::format("after {} the loss is {:.4g}, and it was {:.4g}",
                         countOf(event.step, "step"), event.trainLoss, event.number),
             {},
             "The run goes on.",
             "A lower learning rate (--lr), warm-up or --clip-norm may help."});
    if (event.kind == EndedEarly && !m_json) {
        clearBar();
        print(endedEarlyText(m_run.project().training, event));
    }
    if ((event.kind == UpdateLeftOut || event.kind == LossScaleRaised) && !m_json) {
        clearBar();
        print(lossScaleText(event));
    }
    const std::string line = m_json && event.kind != CheckpointSaved && event.kind != Stopped
                                 ? eventLine(m_run, event)
                                 : std::string();
    if (!line.empty()) print(line);
}

void TrainReport::epoch(const RunEvent& event) {
    m_lastEpoch = event;
    if (m_json) return;
    std::string tested;
    if (m_run.data().test.count > 0)
        tested = "  test loss " + scoreText(event, m_run.channels(), "  ");
    clearBar();
    print(fmt::format("epoch {}/{}  train loss {}{}  {:.0f} images/s", event.epoch,
                      m_run.project().training.epochs, fourPlaces(event.trainLoss), tested,
                      event.imagesPerSecond));
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
    const std::vector<MetricChannel>& metrics = m_run.channels().metrics;
    const std::string metric =
        m_lastEpoch.epoch > 0 && m_lastEpoch.metricCount > 0
            ? fmt::format("  {} {}", metrics[0].name,
                          metricText(*metrics[0].metric, m_lastEpoch.metrics[0]))
            : "";
    const std::string line = fmt::format(
        "{} {:3.0f} %  step {}/{}  loss {:.4f}{}  lr {:.2g}  {:.0f} images/s  {} left", filled,
        100 * share, m_last.step, total, m_smoothLoss, metric, m_last.learningRate,
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

void TrainReport::finish() {
    m_run.writer().flush();
    update();
    clearBar();
    if (m_run.trainer().state() != TrainerState::Finished) return;
    print(m_json
              ? doneLine(m_run, m_last, m_lastEpoch)
              : fmt::format("done after {}: weights in {}", durationText(m_last.secondsSinceStart),
                            printable(m_run.folder().weightsPath())));
    m_out.flush();
}

}  // namespace vitrine::cli
