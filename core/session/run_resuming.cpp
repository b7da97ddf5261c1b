// SPDX-License-Identifier: Apache-2.0
// Going on with a run: what was asked for is compared with what the folder holds, and refused by
// name where it is not the same.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "core/graph/fingerprint.h"
#include "core/io/project_data.h"
#include "core/session/data_fingerprint.h"
#include "core/session/precision.h"
#include "core/session/run_request.h"
#include "core/session/training_run.h"
#include "core/session/weights_project.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr const char* nothingChanged = "Nothing was changed.";

Error settingsDiffer(const char* option, const std::string& asked, const std::string& had) {
    return {"U11",
            fmt::format("--{} is {}, but the run was started with {}", option, asked, had),
            {},
            nothingChanged,
            "Leave the option out to go on, or start a new run with another --out."};
}

/// What a command may change beside the fixed settings; the first that is another.
Result<void> checkSameTraining(const Project& asked, const Project& had) {
    const std::string difference = settingsDifference(settingsOf(asked), settingsOf(had));
    if (difference.empty()) return {};
    return Error{"U11",
                 fmt::format("the run was started in another way: {}", difference),
                 {},
                 nothingChanged,
                 "Leave the option out to go on, or start a new run with another --out."};
}

Error noCopy(const std::string& path) {
    return {"G01",
            fmt::format("the run's own copy of its project, '{}', is gone", printable(path)),
            {},
            nothingChanged,
            "Put a copy of the project there again; it is compared with what the run was started "
            "with."};
}

Error otherNumerics(const char* what, const std::string& had, const std::string& now) {
    return {"C04",
            fmt::format("{} in numerics class {}, this is {}", what, had, now),
            {},
            "It goes on; its result will not have the same bits.",
            {}};
}

/// Where fingerprints differ.
std::string ending(const std::string& fingerprint) {
    constexpr size_t shown = 12;
    return fingerprint.size() <= shown ? fingerprint
                                       : "…" + fingerprint.substr(fingerprint.size() - shown);
}

Error otherData(const std::string& found, const std::string& had) {
    return {"P06",
            fmt::format("the data are not the ones this run was trained on (fingerprint {}, "
                        "was {})",
                        ending(found), ending(had)),
            {},
            nothingChanged,
            "Name the same data with --data, or start a new run."};
}

Error unknownPrecision(const std::string& file, const std::string& found) {
    return {"P03",
            fmt::format("'{}' asks for precision '{}', this program knows {}", printable(file),
                        printable(found, 40), fmt::join(precisionNames(true), ", ")),
            {},
            nothingChanged,
            "Go on with it in a newer Vitrine."};
}

/// What has no numbers to start with in `known` has none in the other graph, which may name them in
/// another place: they say nothing of whether both are the same network.
void forgetStartsAsIn(const Graph& known, Graph& graph) {
    for (const auto& [id, parameter] : known.parameters()) {
        const Parameter* other = graph.findParameter(id);
        if (!parameter.file || parameter.data || !other || !other->file) continue;
        Parameter same = *other;
        same.data = nullptr;
        same.digest = parameter.digest;
        VITRINE_CHECK(graph.putParameter(id, std::move(same)).ok(), "it stood there before");
    }
}

/// Runs of version 1 did not note that they had made one.
bool logTellsOfCheckpoint(const std::string& path) {
    constexpr std::streamoff end = 1 << 20;
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const std::streamoff size = file.tellg();
    if (size <= 0) return false;
    file.seekg(std::max<std::streamoff>(0, size - end));
    std::string text(static_cast<size_t>(std::min(size, end)), '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    return text.find("\"event\":\"checkpoint\"") != std::string::npos;
}

}  // namespace

/// The project is the copy that the run was started with; what has been edited since does not reach
/// into it.
TrainingRun::Opened TrainingRun::reopen(RunRequest& request) {
    auto folder = RunFolder::open(request.folder);
    if (!folder) return folder.error();
    std::unique_ptr<TrainingRun> run(new TrainingRun(std::move(folder).value()));
    auto text = run->m_folder.readSettings();
    if (!text) return text.error();
    auto settings = RunSettings::parse(*text, run->m_folder.settingsPath());
    if (!settings) return settings.error();
    run->m_settings = std::move(settings).value();
    auto project = loadProject(run->m_folder.projectPath());
    if (!project && project.error().code == "G01") return noCopy(run->m_folder.projectPath());
    if (!project) return project.error();
    run->m_project = std::move(project).value();
    VITRINE_TRY(run->forgoStarts());
    VITRINE_TRY(run->takeSettings(request));
    VITRINE_TRY(run->compareWithProject(request));
    VITRINE_TRY(run->findData(request));
    return run;
}

/// A checkpoint has all that is trained: what the network once started with may be gone by now.
Result<void> TrainingRun::forgoStarts() {
    std::optional<Error> why = forgoUnreadStarts(m_project.graph);
    if (!why) return {};
    m_hasForgone = true;
    if (!m_folder.hasCheckpoints()) {
        why->kept = nothingChanged;
        why->next =
            "Put the file back where the run's copy of the project names it: the run has "
            "no checkpoint to go on from.";
        return *why;
    }
    why->kept = "The run goes on from its checkpoint, which has all that is trained.";
    m_remarks.push_back(*std::move(why));
    return {};
}

/// What was not asked for is as the run was started; what was must be the same.
Result<void> TrainingRun::takeSettings(RunRequest& request) {
    if (!request.precision) request.precision = m_settings.setting("precision");
    if (!request.math) request.math = m_settings.setting("math");
    if (!request.device && !m_settings.setting("device").empty())
        request.device = m_settings.setting("device");
    if (!productFormatOf(*request.precision))
        return unknownPrecision(m_folder.settingsPath(), *request.precision);
    if (!request.checkpointEverySeconds)
        request.checkpointEverySeconds =
            m_settings.number("checkpoint_every", defaultCheckpointEverySeconds);
    request.overfitOneBatch = m_settings.flag("overfit_one_batch");
    VITRINE_TRY(checkCopy());
    RunRequest same = request;
    same.data.clear();  // data that lie elsewhere now are of the run's format
    const auto asked = projectWith(m_project, same);
    if (!asked) return asked.error();
    for (const auto& [option, value] : fixedSettings(*asked, request)) {
        const std::string had = m_settings.setting(option);
        if (value != had) return settingsDiffer(option, value, had);
    }
    VITRINE_TRY(checkSameTraining(*asked, m_project));
    // It changes memory and time, and no bit.
    m_project.training.recompute = asked->training.recompute;
    m_project.training.memoryBudget = asked->training.memoryBudget;
    // The processor rounds nothing that it multiplies.
    if (request.device == "cpu" && roundsProducts(*request.precision)) request.precision = "fp32";
    return {};
}

void TrainingRun::noteOtherNumerics() {
    const std::string had = m_settings.text("numerics");
    if (m_numerics != had)
        m_remarks.push_back(otherNumerics("the run was started", had, m_numerics));
}

/// The run's own copy of the project is as it was written. Runs of version 1 cannot tell.
Result<void> TrainingRun::checkCopy() const {
    SettingsText had = m_settings.projectSettings();
    if (!had.is_object()) return {};
    const SettingsText now = settingsOf(m_project);
    for (const SettingsText& keys : {now, SettingsText(had)})
        for (const auto& [key, value] : keys.items()) {  // the command may have changed it
            const std::string noted = m_settings.setting(key.c_str());
            if (noted == noSetting)
                had.erase(key);
            else if (!noted.empty())
                had[key] = noted;
        }
    std::string difference = settingsDifference(now, had);
    // Without the numbers that it started with the network cannot be told from what it was.
    if (!m_hasForgone && graphFingerprint(m_project.graph) != m_settings.text("graph_fingerprint"))
        difference = "its network is not the one that this run was started with";
    if (difference.empty()) return {};
    const auto& parameters = m_project.graph.parameters();
    const auto named = std::ranges::find_if(
        parameters, [](const auto& entry) { return entry.second.file.has_value(); });
    if (named != parameters.end() && difference.starts_with("its network"))
        difference +=
            fmt::format(", or a file of tensors that it names has other numbers now, such as '{}'",
                        printable(named->second.file->path));
    return Error{
        "C02",
        fmt::format("'{}' has been changed: {}", printable(m_folder.projectPath()), difference),
        {},
        nothingChanged,
        "Put the copy back as it was, or start a new run."};
}

/// With the project that was named.
Result<void> TrainingRun::compareWithProject(const RunRequest& request) {
    if (request.project.empty()) return {};
    auto named = loadProject(request.project);
    if (!named) return named.error();
    forgoUnreadStarts(named->graph);
    if (m_hasForgone) forgetStartsAsIn(m_project.graph, named->graph);
    if (graphFingerprint(named->graph) != graphFingerprint(m_project.graph))
        return Error{"C02",
                     fmt::format("'{}' is another network than that of this run: {}",
                                 printable(request.project),
                                 networkDifference(named->graph, m_project.graph)),
                     {},
                     nothingChanged,
                     fmt::format("Name the run's own copy to go on with it: {}",
                                 printable(m_folder.projectPath()))};
    SettingsText before = m_settings.projectSettings();
    if (before.is_null()) before = settingsOf(m_project);
    SettingsText now = settingsOf(*named);
    std::error_code ignored;
    if (fs::equivalent(named->file, m_folder.projectPath(), ignored)) return {};
    if (const std::string difference = settingsDifference(now, before); !difference.empty())
        m_remarks.push_back({"U11",
                             fmt::format("'{}' has been edited since the run was started: {}",
                                         printable(request.project), difference),
                             {},
                             "The run goes on with its own copy.",
                             {}});
    return {};
}

/// Where the data of a run are now: beside it, as it was started; beside the project that was
/// named; where they were.
Result<void> TrainingRun::findData(RunRequest& request) const {
    if (!request.data.empty()) return {};
    std::vector<std::string> places;
    const std::string fromRun = m_settings.text("data_folder_from_run"),
                      folder = m_settings.text("data_folder");
    if (folder.empty()) return {};
    if (!fromRun.empty()) places.push_back(m_folder.path() + "/" + fromRun);
    if (!request.project.empty()) {
        if (const auto named = loadProject(request.project)) {
            places.push_back(dataFolderOf(*named));
            places.push_back((fs::path(named->file).parent_path() / folder).string());
        }
    }
    places.push_back(folder);
    for (const std::string& place : places) {
        std::error_code ignored;
        if (place.empty() || !fs::is_directory(place, ignored)) continue;
        request.data = fs::path(place).lexically_normal().string();
        return {};
    }
    return Error{"P05",
                 fmt::format("the data of this run were in '{}', and there is no such folder any "
                             "more",
                             printable(folder)),
                 {{}, std::string(dataFolderField), folder, 0},
                 nothingChanged,
                 "Name them with --data."};
}

/// Runs of version 1 have a fingerprint over all pixels.
Result<void> TrainingRun::checkData() const {
    const std::string had = m_settings.text("data_fingerprint"),
                      found = m_settings.version() == 1 ? dataFingerprintOfVersion1(*m_data)
                                                        : fingerprintOf(*m_data);
    if (found != had) return otherData(found, had);
    return {};
}

/// Data that were found in another place are looked for there from now on.
Result<void> TrainingRun::moveDataTo(const std::string& folder) {
    std::error_code ignored;
    const std::string had = m_settings.text("data_folder");
    if (folder.empty() || had.empty() || fs::equivalent(folder, had, ignored)) return {};
    noteDataFolder(folder);
    m_project.data.folder = m_settings.text("data_folder");
    return m_folder.writeSettings(m_settings.text());
}

/// From the newest checkpoint; from step 0 only where none was ever made.
Result<void> TrainingRun::goOn(const RunRequest& request) {
    std::error_code ignored;
    const bool hasWeights = fs::exists(m_folder.weightsPath(), ignored);
    if (hasWeights && !fs::is_regular_file(m_folder.weightsPath(), ignored))
        return Error{"G03",
                     fmt::format("'{}' is in the way: the weights are to go there",
                                 printable(m_folder.weightsPath())),
                     {},
                     nothingChanged,
                     "Move it somewhere else."};
    m_folder.removeStrays();  // also of a life that was killed before its first checkpoint stood
    const bool wasMade = m_settings.hasHadCheckpoint() || hasWeights ||
                         (m_settings.version() == 1 && logTellsOfCheckpoint(m_folder.logPath()));
    FoundCheckpoint found;
    if (wasMade || m_folder.hasCheckpoints()) {
        auto newest = m_folder.newestCheckpoint(m_settings.identity());
        if (!newest) return newest.error();
        found = std::move(newest).value();
        VITRINE_TRY(checkFits(found.snapshot, m_model->states()));
    }
    for (Error& remark : found.remarks) m_remarks.push_back(std::move(remark));
    if (!found.numericsClass.empty() && found.numericsClass != m_numerics &&
        m_settings.text("numerics") == m_numerics)
        m_remarks.push_back(
            otherNumerics("the newest checkpoint was made", found.numericsClass, m_numerics));
    VITRINE_TRY(moveDataTo(request.data));
    m_resumedAt = found.snapshot.position.step;
    VITRINE_TRY(startRecord(request, m_resumedAt));
    if (!found.snapshot.tensors.empty()) VITRINE_TRY(m_trainer->restore(found.snapshot));
    m_isDone = hasWeights && m_trainer->isOver();
    return {};
}

}  // namespace vitrine
