// SPDX-License-Identifier: Apache-2.0
// Records and events as JSON, and back.
#include "core/session/run_log.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "core/io/json_reader.h"
#include "core/session/training_run.h"

namespace vitrine {

namespace {

constexpr const char *lossesBegin = ",\"losses\":[", *testLossName = "test_loss",
                     *testLossesName = "test_losses";

/// A folder's name may not be UTF-8.
std::string jsonText(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json epochJson(const RunEvent& event, const Channels& channels, bool tested) {
    Json json{{"event", "epoch"},
              {"epoch", event.epoch},
              {"step", event.step},
              {"train_loss", event.trainLoss}};
    if (tested) {
        // No metric means anything beside a loss that is no number.
        for (const auto& [name, value] : namedScores(event, channels))
            json[name] = std::isfinite(event.testLoss) ? Json(value) : Json();
        for (size_t i = 0; i < static_cast<size_t>(event.lossCount); ++i)
            json[testLossesName][channels.losses[i]] = event.testLosses[i];
    }
    json["images_per_s"] = event.imagesPerSecond;
    return json;
}

Json editJson(const RunEvent& event, const Tape& tape) {
    const bool isUndone = event.kind == EventKind::EditUndone;
    return {{"event", isUndone ? "edit_undone" : "edit"},
            {"step", event.step},
            {"entry", event.entry},
            {"value", tape.value(event.value).name},
            {"element", event.element},
            {"number", event.number}};
}

bool isTested(TrainingRun& run) { return run.data().test.count > 0; }

Json failedJson(TrainingRun& run, const RunEvent& event) {
    Json json{{"event", "failed"}, {"step", event.step}};
    json["error"] = run.failureOf(event).message;
    return json;
}

/// One piece after another into a fixed text.
class LineWriter {
  public:
    explicit LineWriter(std::span<char, longestStepLine> text)
        : m_at(text.data()), m_begin(text.data()), m_end(text.data() + text.size()) {}

    LineWriter& words(std::string_view text) {
        std::memcpy(m_at, text.data(), text.size());
        m_at += text.size();
        return *this;
    }
    LineWriter& whole(int64_t number) {
        m_at = std::to_chars(m_at, m_end, number).ptr;
        return *this;
    }
    /// The shortest digits that give the same number again; JSON has no NaN.
    LineWriter& real(double number) {
        if (!std::isfinite(number)) return words("null");
        const char* begin = m_at;
        m_at = std::to_chars(m_at, m_end, number).ptr;
        const std::string_view digits(begin, static_cast<size_t>(m_at - begin));
        return digits.find_first_of(".e") == std::string_view::npos ? words(".0") : *this;
    }
    size_t size() const { return static_cast<size_t>(m_at - m_begin); }

  private:
    char *m_at, *m_begin, *m_end;
};

/// Takes pieces from the front of a line; once one does not fit, all later ones fail.
class LineReader {
  public:
    explicit LineReader(std::string_view line) : m_rest(line) {}

    LineReader& words(std::string_view text) {
        m_isGood = m_isGood && m_rest.starts_with(text);
        if (m_isGood) m_rest.remove_prefix(text.size());
        return *this;
    }
    template <class Number>
    LineReader& number(Number& value) {
        if constexpr (std::is_floating_point_v<Number>) {
            if (m_isGood && m_rest.starts_with("null")) {
                value = std::numeric_limits<Number>::quiet_NaN();
                return words("null");
            }
        }
        if (!m_isGood) return *this;
        const auto [end, failure] =
            std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), value);
        m_isGood = failure == std::errc();
        m_rest.remove_prefix(static_cast<size_t>(end - m_rest.data()));
        return *this;
    }
    bool isGood() const { return m_isGood; }

  private:
    std::string_view m_rest;
    bool m_isGood = true;
};

double numberOf(const Json& line, const char* key) {
    const auto found = line.find(key);
    return found != line.end() && found->is_number() ? found->get<double>()
                                                     : std::numeric_limits<double>::quiet_NaN();
}

int64_t wholeOf(const Json& line, const char* key) {
    const auto found = line.find(key);
    return found != line.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

void readLosses(const Json& json, StepRecord& record) {
    const auto found = json.find("losses");
    if (found == json.end() || !found->is_array()) return;
    for (const Json& loss : *found) {
        if (record.lossCount == static_cast<int>(mostChannels)) return;
        record.losses[static_cast<size_t>(record.lossCount++)] =
            loss.is_number() ? loss.get<double>() : std::numeric_limits<double>::quiet_NaN();
    }
}

/// Metrics stand in their order, each under its name with `test_` in front.
void readScores(const Json& json, RunEvent& event, ChannelNames* names) {
    constexpr std::string_view prefix = "test_";
    if (names) *names = {};
    for (const auto& [key, value] : json.items()) {
        if (!key.starts_with(prefix) || key == testLossName) continue;
        if (key == testLossesName && value.is_object()) {
            for (const auto& [loss, number] : value.items()) {
                if (event.lossCount == static_cast<int>(mostChannels)) break;
                event.testLosses[static_cast<size_t>(event.lossCount++)] =
                    numberOf(value, loss.c_str());
                if (names) names->losses.push_back(loss);
            }
        } else if (event.metricCount < static_cast<int>(mostChannels)) {
            event.metrics[static_cast<size_t>(event.metricCount++)] = numberOf(json, key.c_str());
            if (names) names->metrics.push_back(key.substr(prefix.size()));
        }
    }
}

/// Null where the line is no object that says it is this event.
Json parsed(std::string_view line, const char* event) {
    if (line.find(event) == std::string_view::npos) return nullptr;
    const Json json = jsonFromText(line);
    const auto found = json.is_object() ? json.find("event") : json.end();
    return found != json.end() && *found == event ? json : Json(nullptr);
}

}  // namespace

std::vector<std::pair<std::string, double>> namedScores(const RunEvent& event,
                                                        const Channels& channels) {
    std::vector<std::pair<std::string, double>> scores{{testLossName, event.testLoss}};
    for (size_t i = 0; i < static_cast<size_t>(event.metricCount); ++i)
        scores.emplace_back("test_" + channels.metrics[i].name, event.metrics[i]);
    return scores;
}

std::string scoreText(const RunEvent& event, const Channels& channels, std::string_view between) {
    const auto loss = [](double number) {
        return std::isnan(number) ? std::string("nan") : fmt::format("{:.4f}", number);
    };
    std::string text = loss(event.testLoss);
    for (size_t i = 0; i < static_cast<size_t>(event.lossCount); ++i)
        text += fmt::format("{}{} {}", i == 0 ? " (" : ", ", channels.losses[i],
                            loss(event.testLosses[i]));
    if (event.lossCount > 0) text += ")";
    if (!std::isfinite(event.testLoss)) return text;  // metrics would be of nothing
    for (size_t i = 0; i < static_cast<size_t>(event.metricCount); ++i)
        text += fmt::format("{}{} {}", between, channels.metrics[i].name,
                            metricText(*channels.metrics[i].metric, event.metrics[i]));
    return text;
}

std::string endedEarlyText(const TrainingSettings& training, const RunEvent& event) {
    const std::string& watched = training.stopping.text("watch");
    return fmt::format(
        "ended after epoch {}: none of the last {} was better than epoch {} ({} {:.6g})",
        event.epoch, training.stopping.integer("patience"), event.bestEpoch, watched, event.number);
}

std::string lossScaleText(const RunEvent& event) {
    if (event.kind == EventKind::LossScaleRaised)
        return fmt::format("step {}: the loss is scaled by {:.6g} from now on", event.step,
                           event.number);
    return fmt::format(
        "step {}: gradients of the scaled loss do not fit into fp16, so its update was left out; "
        "the loss is scaled by {:.6g} from now on",
        event.step, event.number);
}

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

size_t writeStepLine(const StepRecord& record, std::span<char, longestStepLine> text) {
    LineWriter line(text);
    line.words("{\"event\":\"step\",\"step\":")
        .whole(record.step)
        .words(",\"epoch\":")
        .whole(record.epoch + 1)
        .words(",\"loss\":")
        .real(record.loss)
        .words(",\"lr\":")
        .real(record.learningRate)
        .words(",\"grad_norm\":")
        .real(record.gradNorm);
    for (int i = 0; i < record.lossCount; ++i)
        line.words(i == 0 ? lossesBegin : ",").real(record.losses[static_cast<size_t>(i)]);
    return line.words(record.lossCount > 0 ? "]}" : "}").size();
}

std::string stepLine(const StepRecord& record) {
    std::array<char, longestStepLine> text;
    return {text.data(), writeStepLine(record, text)};
}

std::string eventLine(TrainingRun& run, const RunEvent& event) {
    switch (event.kind) {
        case EventKind::EpochDone:
            return jsonText(epochJson(event, run.channels(), isTested(run)));
        case EventKind::LearningRateChanged:
            return jsonText(
                {{"event", "learning_rate"}, {"step", event.step}, {"lr", event.learningRate}});
        case EventKind::CheckpointSaved:
            return jsonText({{"event", "checkpoint"}, {"step", event.step}});
        case EventKind::ValueEdited:
        case EventKind::EditUndone:
            return jsonText(editJson(event, run.tapeOf(event)));
        case EventKind::UpdateLeftOut:
            return jsonText(
                {{"event", "update_left_out"}, {"step", event.step}, {"loss_scale", event.number}});
        case EventKind::LossScaleRaised:
            return jsonText(
                {{"event", "loss_scale"}, {"step", event.step}, {"loss_scale", event.number}});
        case EventKind::LossHasGrown:
            return jsonText({{"event", "loss_has_grown"},
                             {"step", event.step},
                             {"loss", event.trainLoss},
                             {"first_loss", event.number}});
        case EventKind::NonFiniteLoss:
        case EventKind::NonFiniteState:
        case EventKind::NonFiniteTest:
        case EventKind::Broken:
            return jsonText(failedJson(run, event));
        case EventKind::EndedEarly:
            return jsonText({{"event", "ended_early"},
                             {"step", event.step},
                             {"best_epoch", event.bestEpoch},
                             {"best", event.number}});
        case EventKind::Stopped:
            return jsonText({{"event", "stopped"}, {"step", event.step}});
        default:
            return {};
    }
}

std::string remarkLine(const Error& remark) {
    return jsonText({{"event", "remark"}, {"code", remark.code}, {"message", remark.message}});
}

std::string doneLine(TrainingRun& run, const StepRecord& last, const RunEvent& lastEpoch) {
    Json json{{"event", "done"}, {"step", last.step}, {"seconds", last.secondsSinceStart}};
    if (lastEpoch.epoch > 0 && isTested(run))
        for (const auto& [name, value] : namedScores(lastEpoch, run.channels()))
            if (name != testLossName) json[name] = value;
    json["weights"] = run.folder().weightsPath();
    return jsonText(json);
}

bool readStepLine(std::string_view line, StepRecord& record) {
    LineReader reader(line);
    const bool isOurs = reader.words("{\"event\":\"step\",\"step\":")
                            .number(record.step)
                            .words(",\"epoch\":")
                            .number(record.epoch)
                            .words(",\"loss\":")
                            .number(record.loss)
                            .words(",\"lr\":")
                            .number(record.learningRate)
                            .words(",\"grad_norm\":")
                            .number(record.gradNorm)
                            .isGood();
    record.lossCount = 0;
    if (isOurs) {
        reader.words(lossesBegin);
        while (reader.isGood() && record.lossCount < static_cast<int>(mostChannels)) {
            reader.number(record.losses[static_cast<size_t>(record.lossCount)]);
            record.lossCount += reader.isGood();
            reader.words(",");
        }
    } else {
        const Json json = parsed(line, "step");
        if (json.is_null() || !json.contains("step") || !json["step"].is_number_integer())
            return false;
        record.step = wholeOf(json, "step");
        record.epoch = wholeOf(json, "epoch");
        record.loss = numberOf(json, "loss");
        record.learningRate = numberOf(json, "lr");
        record.gradNorm = numberOf(json, "grad_norm");
        readLosses(json, record);
    }
    --record.epoch;
    return true;
}

bool readEpochLine(std::string_view line, RunEvent& event, ChannelNames* names) {
    const Json json = parsed(line, "epoch");
    if (json.is_null()) return false;
    event = {};
    event.kind = EventKind::EpochDone;
    event.step = wholeOf(json, "step");
    event.epoch = wholeOf(json, "epoch");
    event.trainLoss = numberOf(json, "train_loss");
    event.testLoss = numberOf(json, "test_loss");
    readScores(json, event, names);
    event.imagesPerSecond = numberOf(json, "images_per_s");
    return true;
}

}  // namespace vitrine
