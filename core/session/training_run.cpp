// SPDX-License-Identifier: Apache-2.0
// Opens, compiles, resumes and finishes runs.
#include "core/session/training_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/file.h"
#include "core/io/project_data.h"
#include "core/io/settings.h"
#include "core/session/data_fingerprint.h"
#include "core/session/setup_check.h"
#include "kernels/dispatch/machine.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr const char* initialWeights = "initial.safetensors";

Error settingsDiffer(const char* option, const std::string& asked, const std::string& had) {
    return {"U11",
            fmt::format("--{} is {}, but the run was started with {}", option, asked, had),
            {},
            "Nothing was changed.",
            "Leave the option out to go on, or start a new run with another --out."};
}

/// The settings that must not change when a run goes on, as text by option.
std::vector<std::pair<const char*, std::string>> fixedSettings(const Project& project,
                                                               const RunRequest& request) {
    const TrainingSettings& training = project.training;
    return {{"epochs", std::to_string(training.epochs)},
            {"batch", std::to_string(training.batch)},
            {"seed", std::to_string(training.seed)},
            {"lr", fmt::format("{}", training.learningRate)},
            {"precision", request.precision}};
}

nlohmann::ordered_json settingsJson(const Project& project, const RunRequest& request,
                                    const std::string& fingerprint) {
    nlohmann::ordered_json json{
        {"version", 1}, {"program", "vitrine 0.1.0"}, {"project", project.name}};
    json["data_folder"] = request.data;
    json["data_fingerprint"] = fingerprint;
    for (const auto& [option, value] : fixedSettings(project, request))
        json["settings"][option] = value;
    json["settings"]["math"] = request.math;
    json["settings"]["checkpoint_every"] = request.checkpointEverySeconds;
    if (request.overfitOneBatch) json["settings"]["overfit_one_batch"] = true;
    if (request.startFrom) json["started_from"] = initialWeights;
    json["numerics"] = numericsClass(request.precision);
    json["machine"] = {{"instruction_set", kernels::instructionSet().name},
                       {"cores", std::thread::hardware_concurrency()},
                       {"threads", request.threads}};
    return json;
}

Error otherData(const std::string& found, const std::string& had) {
    return {
        "P06",
        fmt::format("the data are not the ones this run was trained on (fingerprint {}, was {})",
                    found, had),
        {},
        "Nothing was changed.",
        "Name the same data with --data, or start a new run."};
}

std::string dataFolderOf(const Project& project) {
    if (project.data.folder.empty()) return {};
    return (fs::path(project.file).parent_path() / project.data.folder).string();
}

/// Empty where there is no text of that name: the file may be anybody's.
std::string textIn(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Error damagedSettings(const RunFolder& folder) {
    return {"P01",
            fmt::format("'{}/run.json' is damaged", printable(folder.path())),
            {},
            "Nothing was changed.",
            "Start a new run with another --out."};
}

}  // namespace

std::string numericsClass(const std::string& precision) {
    if (precision == "fp64") return "cpu/reference/fp64";
    return fmt::format("cpu/{}/{}/direct", kernels::instructionSet().name, precision);
}

TapeOptions tapeOptions(const RunRequest& request) {
    TapeOptions options;
    if (request.precision == "fp64") options.precision = kernels::Precision::F64;
    return options;
}

ModelOptions modelOptions(const Project& project, const RunRequest& request) {
    const TrainingSettings& training = project.training;
    ModelOptions options{.batch = training.batch,
                         .trainCount = 0,
                         .testCount = 0,
                         .recipe = {},
                         .tape = tapeOptions(request)};
    options.recipe.optimizer = findOptimizer(training.optimizer.id);
    options.recipe.optimizerFields = training.optimizer.attrs;
    options.recipe.clipNorm = training.clipNorm;
    return options;
}

Result<Project> projectWith(Project project, const RunRequest& request) {
    TrainingSettings& training = project.training;
    const auto whole = [](const WholeSetting& setting, const std::optional<int64_t>& asked,
                          int64_t& value) -> Result<void> {
        if (!asked) return {};
        auto checked = checkSetting(setting, *asked);
        if (!checked) return checked.error();
        value = *checked;
        return {};
    };
    VITRINE_TRY(whole(epochsSetting, request.epochs, training.epochs));
    VITRINE_TRY(whole(batchSetting, request.batch, training.batch));
    VITRINE_TRY(whole(seedSetting, request.seed, training.seed));
    if (request.learningRate) {
        auto checked = checkSetting(learningRateSetting, *request.learningRate);
        if (!checked) return checked.error();
        training.learningRate = *checked;
    }
    if (auto threads = checkSetting(threadsSetting, request.threads); !threads)
        return threads.error();
    return project;
}

Result<std::unique_ptr<TrainingRun>> TrainingRun::create(RunRequest& request) {
    auto loaded = loadProject(request.project);
    if (!loaded) return loaded.error();
    auto project = projectWith(std::move(loaded).value(), request);
    if (!project) return project.error();
    if (request.data.empty()) request.data = dataFolderOf(*project);
    auto folder = RunFolder::planned(request.folder);
    if (!folder) return folder.error();
    std::unique_ptr<TrainingRun> run(new TrainingRun(std::move(folder).value()));
    run->m_project = std::move(project).value();
    return run;
}

/// The project is the copy that the run was started with; what has been edited since does not reach
/// into it.
Result<std::unique_ptr<TrainingRun>> TrainingRun::reopen(RunRequest& request) {
    auto folder = RunFolder::open(request.folder);
    if (!folder) return folder.error();
    auto text = folder->readSettings();
    if (!text) return text.error();
    const auto settings = nlohmann::json::parse(*text, nullptr, false);
    if (!settings.is_object() || !settings.contains("settings") ||
        !settings["settings"].is_object())
        return damagedSettings(*folder);
    auto project = loadProject(folder->path() + "/project.vitrine");
    if (!project) return project.error();
    auto asked = projectWith(*project, request);
    if (!asked) return asked.error();
    for (const auto& [option, value] : fixedSettings(*asked, request)) {
        const std::string had = textIn(settings["settings"], option);
        if (value != had) return settingsDiffer(option, value, had);
    }
    if (request.data.empty()) request.data = textIn(settings, "data_folder");
    const auto overfits = settings["settings"].find("overfit_one_batch");
    request.overfitOneBatch =
        overfits != settings["settings"].end() && overfits->is_boolean() && overfits->get<bool>();
    std::unique_ptr<TrainingRun> run(new TrainingRun(std::move(folder).value()));
    run->m_project = std::move(project).value();
    run->m_dataFingerprint = textIn(settings, "data_fingerprint");
    const std::string numerics = vitrine::numericsClass(request.precision),
                      had = textIn(settings, "numerics");
    if (numerics != had)
        run->m_remarks.push_back(
            {"C04",
             fmt::format("the run was started in numerics class {}, this is {}", had, numerics),
             {},
             "It goes on; its result will not have the same bits.",
             {}});
    return run;
}

Result<void> TrainingRun::compile(const RunRequest& request) {
    m_threads = request.threads;
    m_numerics = vitrine::numericsClass(request.precision);
    const TrainingSettings& training = m_project.training;
    auto warnings = setupWarnings(m_project, factsOf(*m_data));
    if (!warnings) return warnings.error();
    for (Error& warning : *warnings) m_remarks.push_back(std::move(warning));
    ModelOptions options = modelOptions(m_project, request);
    options.trainCount = m_data->train.count;
    options.testCount = m_data->test.count;
    auto model = Model::compile(m_project.graph, options);
    if (!model) return model.error();
    m_model = std::move(model).value();
    TrainSettings settings;
    settings.epochs = training.epochs;
    settings.seed = static_cast<uint64_t>(training.seed);
    settings.threads = request.threads;
    settings.learningRate = training.learningRate;
    settings.schedule = findSchedule(training.schedule.id);
    settings.scheduleFields = training.schedule.attrs;
    settings.normalisation = m_project.data.normalisation;
    settings.checkpointEverySeconds = request.checkpointEverySeconds;
    settings.overfitOneBatch = request.overfitOneBatch;
    m_trainer = std::make_unique<Trainer>(
        *m_model, *m_data, settings,
        [this](const Snapshot& snapshot) {
            waitForLog();
            return m_folder.saveCheckpoint(snapshot, m_numerics);
        },
        [this] { return saveFinalWeights(); });
    return {};
}

void TrainingRun::quit() {
    logIsLevel(std::numeric_limits<int64_t>::max());
    m_trainer->quit();
}

/// On the trainer's thread. A log that nobody writes must not stop a run.
void TrainingRun::waitForLog() {
    constexpr auto longest = std::chrono::seconds(1);
    const int64_t mark = m_logAsked.fetch_add(1, std::memory_order_acq_rel) + 1;
    const auto giveUp = std::chrono::steady_clock::now() + longest;
    while (m_logLevel.load(std::memory_order_acquire) < mark &&
           std::chrono::steady_clock::now() < giveUp)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

Result<void> TrainingRun::restoreNewest() {
    auto found = m_folder.newestCheckpoint();
    if (!found) return found.error();
    for (Error& remark : found->remarks) m_remarks.push_back(std::move(remark));
    if (!found->snapshot.tensors.empty()) VITRINE_TRY(m_trainer->restore(found->snapshot));
    m_resumedAt = found->snapshot.position.step;
    return {};
}

Result<std::unique_ptr<TrainingRun>> TrainingRun::open(RunRequest request, Progress dataProgress,
                                                       std::stop_token stop) {
    std::error_code ignored;
    const bool again = request.resume && fs::exists(request.folder + "/run.json", ignored);
    auto opened = again ? reopen(request) : create(request);
    if (!opened) return opened.error();
    TrainingRun& run = **opened;
    auto data =
        openProjectData(run.m_project, {.folder = request.data,
                                        .seed = static_cast<uint64_t>(run.m_project.training.seed),
                                        .threads = request.threads,
                                        .progress = std::move(dataProgress),
                                        .stop = std::move(stop)});
    if (!data) return data.error();
    run.m_data = std::make_shared<const Dataset>(std::move(data).value());
    const std::string fingerprint = dataFingerprint(*run.m_data);
    if (again && fingerprint != run.m_dataFingerprint)
        return otherData(fingerprint, run.m_dataFingerprint);
    VITRINE_TRY(run.compile(request));
    VITRINE_TRY(run.m_folder.make());
    if (again)
        VITRINE_TRY(run.restoreNewest());
    else
        VITRINE_TRY(run.writeStart(request, fingerprint));
    VITRINE_TRY(run.m_folder.openLog(run.m_resumedAt));
    return opened;
}

Result<std::unique_ptr<TrainingRun>> TrainingRun::openInMemory(Project project,
                                                               std::shared_ptr<const Dataset> data,
                                                               RunRequest request) {
    auto changed = projectWith(std::move(project), request);
    if (!changed) return changed.error();
    auto folder = RunFolder::planned(request.folder);
    if (!folder) return folder.error();
    std::unique_ptr<TrainingRun> run(new TrainingRun(std::move(folder).value()));
    run->m_project = std::move(changed).value();
    run->m_data = std::move(data);
    request.data = dataFolderOf(run->m_project);
    VITRINE_TRY(run->compile(request));
    VITRINE_TRY(run->m_folder.make());
    VITRINE_TRY(run->writeStart(request, dataFingerprint(*run->m_data)));
    VITRINE_TRY(run->m_folder.openLog(0));
    return run;
}

/// What a new run is started with: its project, its settings, its weights where they are not fresh.
Result<void> TrainingRun::writeStart(const RunRequest& request, const std::string& fingerprint) {
    VITRINE_TRY(saveAtomically(m_folder.path() + "/project.vitrine", projectText(m_project)));
    if (request.startFrom) VITRINE_TRY(startFrom(*request.startFrom));
    constexpr auto replace = nlohmann::ordered_json::error_handler_t::replace;
    const auto settings = settingsJson(m_project, request, fingerprint);
    // The data folder's name need not be UTF-8.
    return m_folder.writeSettings(settings.dump(2, ' ', false, replace) + "\n");
}

/// The checkpoint of step 0 is for whoever goes on with the run before it has made another.
Result<void> TrainingRun::startFrom(const Snapshot& snapshot) {
    m_statesTakenOver = m_trainer->takeOver(snapshot);
    VITRINE_TRY(m_folder.saveCheckpoint(m_trainer->snapshot(), m_numerics));
    return saveWeights(m_folder.path() + "/" + initialWeights, m_model->states(),
                       m_model->stateBase());
}

Result<void> TrainingRun::saveFinalWeights() const {
    return saveWeights(m_folder.weightsPath(), m_model->states(), m_model->stateBase());
}

}  // namespace vitrine
