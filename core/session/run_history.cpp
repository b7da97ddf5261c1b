// SPDX-License-Identifier: Apache-2.0
// JSON lines back to records and events.
#include "core/session/run_history.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/base/file.h"

namespace vitrine {

namespace {

using Json = nlohmann::json;

double number(const Json& line, const char* key) {
    const auto found = line.find(key);
    return found != line.end() && found->is_number() ? found->get<double>()
                                                     : std::numeric_limits<double>::quiet_NaN();
}

int64_t whole(const Json& line, const char* key) {
    const auto found = line.find(key);
    return found != line.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

StepRecord recordOf(const Json& line) {
    StepRecord record;
    record.step = whole(line, "step");
    record.epoch = whole(line, "epoch") - 1;
    record.loss = number(line, "loss");
    record.learningRate = number(line, "lr");
    record.gradNorm = number(line, "grad_norm");
    return record;
}

RunEvent epochOf(const Json& line) {
    RunEvent event;
    event.kind = EventKind::EpochDone;
    event.step = whole(line, "step");
    event.epoch = whole(line, "epoch");
    event.trainLoss = number(line, "train_loss");
    event.testLoss = number(line, "test_loss");
    event.testAccuracy = number(line, "test_accuracy");
    event.imagesPerSecond = number(line, "images_per_s");
    return event;
}

void add(const Json& line, RunHistory& history) {
    const auto kind = line.is_object() ? line.find("event") : line.end();
    if (kind == line.end() || !kind->is_string() || whole(line, "step") <= 0) return;
    if (*kind == "step") history.records.push_back(recordOf(line));
    if (*kind == "epoch") history.epochs.push_back(epochOf(line));
}

}  // namespace

Result<RunHistory> readRunHistory(const std::string& folder) {
    const auto bytes = readFile(folder + "/log.jsonl");
    if (!bytes) return bytes.error();
    RunHistory history;
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    for (size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1)
        add(Json::parse(text.substr(at, end - at), nullptr, false), history);
    return history;
}

}  // namespace vitrine
