// SPDX-License-Identifier: Apache-2.0
// Reads run.json, the end of the log and, when asked, the newest checkpoint.
#include "core/session/past_runs.h"

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>

#include "core/base/file.h"
#include "core/base/owned_folder.h"
#include "core/io/json_reader.h"
#include "core/session/run_folder.h"
#include "core/session/run_log.h"
#include "core/session/run_settings.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

/// Of a log: the first nearly always holds its last epoch, the second all but enormous ones.
constexpr std::streamoff shortEnd = 128 << 10, longEnd = 8 << 20;
constexpr int64_t mostSettingsBytes = 1 << 20;

int64_t wholeFrom(const std::string& text) {
    int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Whole lines at the end of a file; all of it where it is shorter.
std::string endOf(const std::string& path, std::streamoff most) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const std::streamoff size = file.tellg();
    if (size <= 0) return {};
    const std::streamoff from = std::max<std::streamoff>(0, size - most);
    std::string text(static_cast<size_t>(size - from), '\0');
    file.seekg(from);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(std::max<std::streamsize>(0, file.gcount())));
    text.resize(text.rfind('\n') + 1);
    return from == 0 ? text : text.substr(std::min(text.size(), text.find('\n') + 1));
}

std::string_view eventOf(std::string_view line) {
    constexpr std::string_view start = "{\"event\":\"";
    if (!line.starts_with(start)) return {};
    line.remove_prefix(start.size());
    return line.substr(0, line.find('"'));
}

PastRunState stateAfter(std::string_view event) {
    if (event == "done") return PastRunState::Finished;
    if (event == "stopped") return PastRunState::Stopped;
    return event == "failed" ? PastRunState::Failed : PastRunState::BrokenOff;
}

/// Lines that say how far a run is; the last of them says how it ended.
bool isMilestone(std::string_view event) {
    return event == "start" || event == "step" || event == "stopped" || event == "failed" ||
           event == "done";
}

/// What the lines say, from the last one on. False: no step or no epoch's end was among them, and
/// there may be one before.
bool takeEnd(std::string_view text, PastRun& run) {
    bool hasStep = false, hasEpoch = false, isDecided = false;
    while (!text.empty() && !(hasStep && hasEpoch)) {
        text.remove_suffix(1);
        const size_t begin = text.rfind('\n') + 1;
        const std::string_view line = text.substr(begin), event = eventOf(line);
        text = text.substr(0, begin);
        StepRecord record;
        RunEvent epoch;
        ChannelNames names;
        if (!isDecided && isMilestone(event)) run.state = stateAfter(event);
        isDecided = isDecided || isMilestone(event);
        if (!hasStep && event == "step" && readStepLine(line, record)) {
            hasStep = true;
            run.steps = record.step;
            run.loss = record.loss;
        }
        if (!hasEpoch && event == "epoch" && readEpochLine(line, epoch, &names)) {
            hasEpoch = true;
            run.epochsDone = epoch.epoch;
            if (epoch.metricCount > 0) {
                run.metric = names.metrics.front();
                run.metricValue = epoch.metrics.front();
            }
        }
    }
    return hasStep && hasEpoch;
}

void readEnd(const std::string& log, PastRun& run) {
    if (takeEnd(endOf(log, shortEnd), run)) return;
    std::error_code ignored;
    if (fs::file_size(log, ignored) > static_cast<uintmax_t>(shortEnd) && !ignored)
        takeEnd(endOf(log, longEnd), run);
}

/// The note of the process that writes it; one that is gone may have left it.
bool isInUse(const std::string& folder) {
    const auto bytes =
        readFile(folder + "/" + std::string(OwnedFolder::ownerFile), {.bytes = int64_t{1} << 12});
    if (!bytes) return false;
    const Json note = jsonFromText({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    if (!note.is_object() || !note.contains("process") || !note["process"].is_string())
        return false;
    const int64_t process = wholeFrom(note["process"].get<std::string>());
    return process > 0 && (kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM);
}

int64_t lastWriteOf(const std::string& log, const std::string& settings) {
    struct stat status {};
    if (stat(log.c_str(), &status) != 0 && stat(settings.c_str(), &status) != 0) return 0;
    return status.st_mtim.tv_sec;
}

bool hasCheckpoint(const std::string& folder) {
    std::error_code failure;
    for (fs::directory_iterator entry(folder + "/checkpoints", failure), end;
         !failure && entry != end; entry.increment(failure))
        if (entry->path().extension() == ".safetensors") return true;
    return false;
}

Result<RunSettings> settingsIn(const std::string& folder) {
    VITRINE_TRY(RunFolder::check(folder));
    const std::string path = folder + "/run.json";
    auto bytes = readFile(path, {.bytes = mostSettingsBytes});
    if (!bytes) return bytes.error();
    return RunSettings::parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, path);
}

PastRun summary(const std::string& folder, const RunSettings& settings) {
    PastRun run;
    run.folder = folder;
    run.project = settings.text("project");
    run.graph = settings.identity().graph;
    run.epochsWanted = wholeFrom(settings.setting("epochs"));
    run.lastWrite = lastWriteOf(folder + "/log.jsonl", folder + "/run.json");
    run.hasCheckpoint = hasCheckpoint(folder);
    readEnd(folder + "/log.jsonl", run);
    if (isInUse(folder)) run.state = PastRunState::Running;
    return run;
}

/// Of `title-20261128-101500-123`, as the window calls runs; nothing where it is another name.
std::optional<std::string> titleIn(const std::string& folder) {
    static const std::regex form(R"re((.+)-\d{8}-\d{6}-\d{3}(-\d+)?)re");
    const std::string name = fs::path(folder).filename().string();
    std::smatch match;
    if (!std::regex_match(name, match, form)) return {};
    return match[1].str();
}

}  // namespace

std::vector<PastRun> pastRuns(const std::string& folder, const std::stop_token& stop) {
    std::vector<PastRun> found;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end;
         !failure && entry != end && !stop.stop_requested(); entry.increment(failure)) {
        const std::string path = entry->path().string();
        if (const auto settings = settingsIn(path)) found.push_back(summary(path, *settings));
    }
    std::sort(found.begin(), found.end(), [](const PastRun& a, const PastRun& b) {
        return std::pair(a.lastWrite, a.folder) > std::pair(b.lastWrite, b.folder);
    });
    return found;
}

Result<PastRun> pastRun(const std::string& folder) {
    const auto settings = settingsIn(folder);
    if (!settings) return settings.error();
    return summary(folder, *settings);
}

Result<PastResult> readPastRun(const std::string& folder) {
    const auto settings = settingsIn(folder);
    if (!settings) return settings.error();
    PastResult result;
    result.run = summary(folder, *settings);
    if (auto history = readRunHistory(folder)) result.history = std::move(*history);
    if (auto newest = RunFolder::newestCheckpointIn(folder, settings->identity()))
        result.states = std::make_shared<const Snapshot>(std::move(newest->snapshot));
    return result;
}

bool isRunOf(const PastRun& run, std::string_view projectName, std::string_view title) {
    if (const auto named = titleIn(run.folder)) return *named == title;
    return !projectName.empty() && run.project == projectName;
}

}  // namespace vitrine
