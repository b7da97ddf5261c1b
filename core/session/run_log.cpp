// SPDX-License-Identifier: Apache-2.0
// Records and events as JSON.
#include "core/session/run_log.h"

#include <nlohmann/json.hpp>

namespace vitrine {

namespace {

using Json = nlohmann::ordered_json;

/// A folder's name may not be UTF-8.
std::string jsonText(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json epochJson(const RunEvent& event, bool tested) {
    Json json{{"event", "epoch"},
              {"epoch", event.epoch},
              {"step", event.step},
              {"train_loss", event.trainLoss}};
    if (tested) {
        json["test_loss"] = event.testLoss;
        json["test_accuracy"] = event.testAccuracy;
    }
    json["images_per_s"] = event.imagesPerSecond;
    return json;
}

Json editJson(const RunEvent& event, const Tape& tape) {
    return {{"event", "edit"},          {"step", event.step},
            {"entry", event.entry},     {"value", tape.value(event.value).name},
            {"element", event.element}, {"number", event.number}};
}

bool isTested(TrainingRun& run) { return run.data().test.count > 0; }

}  // namespace

std::string startLine(TrainingRun& run) {
    return jsonText({{"event", "start"},
                     {"project", run.project().name},
                     {"step", run.resumedAtStep()},
                     {"steps", run.trainer().totalSteps()},
                     {"train_images", run.data().train.count},
                     {"test_images", run.data().test.count},
                     {"seed", run.project().training.seed},
                     {"threads", run.threads()},
                     {"numerics", run.numericsClass()},
                     {"run", run.folder().path()}});
}

std::string stepLine(const StepRecord& record) {
    return jsonText({{"event", "step"},
                     {"step", record.step},
                     {"epoch", record.epoch + 1},
                     {"loss", record.loss},
                     {"lr", record.learningRate},
                     {"grad_norm", record.gradNorm}});
}

std::string eventLine(TrainingRun& run, const RunEvent& event) {
    switch (event.kind) {
        case EventKind::EpochDone:
            return jsonText(epochJson(event, isTested(run)));
        case EventKind::LearningRateChanged:
            return jsonText(
                {{"event", "learning_rate"}, {"step", event.step}, {"lr", event.learningRate}});
        case EventKind::CheckpointSaved:
            return jsonText({{"event", "checkpoint"}, {"step", event.step}});
        case EventKind::ValueEdited:
            return jsonText(editJson(event, run.tapeOf(event.batch)));
        default:
            return {};
    }
}

std::string doneLine(TrainingRun& run, int64_t step, double seconds, const RunEvent& lastEpoch) {
    Json json{{"event", "done"}, {"step", step}, {"seconds", seconds}};
    if (lastEpoch.epoch > 0 && isTested(run)) json["test_accuracy"] = lastEpoch.testAccuracy;
    json["weights"] = run.folder().weightsPath();
    return jsonText(json);
}

RunLog::RunLog(TrainingRun& run) : m_run(run) { m_run.log(startLine(run)); }

void RunLog::takeMark() {
    if (m_hasMark) return;
    m_mark = m_run.logMark();
    m_hasMark = true;
    m_noRecords = m_noEvents = false;
}

void RunLog::noteEmpty(bool& ring) {
    ring = true;
    if (!m_noRecords || !m_noEvents) return;
    m_run.logIsLevel(m_mark);
    m_hasMark = false;
}

bool RunLog::nextRecord(StepRecord& record) {
    takeMark();
    if (!m_run.trainer().nextRecord(record)) {
        noteEmpty(m_noRecords);
        return false;
    }
    m_last = record;
    m_run.log(stepLine(record));
    return true;
}

bool RunLog::nextEvent(RunEvent& event) {
    takeMark();
    if (!m_run.trainer().nextEvent(event)) {
        noteEmpty(m_noEvents);
        return false;
    }
    if (event.kind == EventKind::EpochDone) m_lastEpoch = event;
    if (const std::string line = eventLine(m_run, event); !line.empty()) m_run.log(line);
    if (event.kind == EventKind::Finished)
        m_run.log(doneLine(m_run, m_last.step, m_last.secondsSinceStart, m_lastEpoch));
    return true;
}

void RunLog::drain() {
    for (StepRecord record; nextRecord(record);) continue;
    for (RunEvent event; nextEvent(event);) continue;
}

}  // namespace vitrine
