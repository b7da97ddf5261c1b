// SPDX-License-Identifier: Apache-2.0
// Opens, compiles, resumes and finishes runs.
#include "core/session/training_run.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <thread>

#include "core/base/file.h"
#include "core/base/guard.h"
#include "core/base/version.h"
#include "core/exec/value_reader.h"
#include "core/graph/fingerprint.h"
#include "core/io/model_marks.h"
#include "core/io/project_data.h"
#include "core/io/project_path.h"
#include "core/io/settings.h"
#include "core/session/class_names.h"
#include "core/session/data_check.h"
#include "core/session/data_fingerprint.h"
#include "core/session/first_look.h"
#include "core/session/import_model.h"
#include "core/session/run_request.h"
#include "core/session/setup_check.h"
#include "core/session/tune_table.h"
#include "core/session/weights.h"
#include "core/session/weights_project.h"
#include "kernels/dispatch/machine.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr int engineVersion = 9;
constexpr const char* initialWeights = "initial.safetensors";

std::string numberText(double number) {
    if (std::isnan(number)) return "NaN";
    return std::isinf(number) ? "infinite" : fmt::format("{:.6g}", number);
}

/// A state by its own name, not by that of the update's result.
std::string stateText(const Tape& tape, ValueId value) {
    const auto state = std::find_if(tape.states.begin(), tape.states.end(),
                                    [=](const TapeState& s) { return s.out == value; });
    return state == tape.states.end() ? valueText(tape, value) : fmt::format("'{}'", state->name);
}

std::string randomId() {
    std::array<uint64_t, 2> words{};
    if (getrandom(words.data(), sizeof words, 0) != static_cast<ssize_t>(sizeof words))
        words = {static_cast<uint64_t>(getpid()), static_cast<uint64_t>(std::time(nullptr))};
    return fmt::format("{:016x}{:016x}", words[0], words[1]);
}

std::string absolute(const std::string& path) {
    std::error_code ignored;
    return path.empty() ? path : fs::weakly_canonical(fs::absolute(path), ignored).string();
}

/// A project that opens has one average at most.
std::vector<Extra> extrasOf(const TrainingSettings& training) {
    std::vector<Extra> extras;
    for (const ChosenThing& chosen : training.extras)
        extras.push_back({findExtra(chosen.id), chosen.attrs});
    auto ordered = inOrder(std::move(extras));
    return ordered ? std::move(ordered).value() : std::vector<Extra>();
}

}  // namespace

Math mathOf(const RunRequest& request) {
    return request.math.value_or("fast") == "fast" ? Math::Fast : Math::Direct;
}

std::string numericsClass(const std::string& precision, Math math) {
    if (precision == "fp64") return fmt::format("cpu/reference/fp64/{}", engineVersion);
    return fmt::format("cpu/{}/{}/{}/{}", kernels::instructionSet().name, precision,
                       math == Math::Fast ? "fast" : "direct", engineVersion);
}

ModelOptions modelOptions(const Project& project, const RunRequest& request) {
    const TrainingSettings& training = project.training;
    ModelOptions options{.batch = training.batch,
                         .floatType = precisionOf(request) == "fp64" ? DType::F64 : DType::F32,
                         .columns = columnTypes(project.data),
                         .normalisation = project.data.normalisation,
                         .threads = request.threads};
    options.tape.math = mathOf(request);
    options.tape.recompute = training.recompute;
    options.tape.budgetBytes = training.memoryBudget;
    options.tape.madeAgain = project.graph.madeAgain();
    options.tape.measured = measuredFor(project.file, training.batch);
    options.recipe.optimizer = findOptimizer(training.optimizer.id);
    options.recipe.optimizerFields = training.optimizer.attrs;
    options.recipe.clipping = training.clipping;
    options.recipe.clipNorm = training.clipNorm;
    options.recipe.accumulate = training.accumulate;
    options.recipe.groups = training.groups;
    options.recipe.extras = extrasOf(training);
    options.recipe.scalesLoss = precisionOf(request) == "fp16";
    return options;
}

namespace {

/// What is wrong was typed with the command.
Error asOption(Error error) {
    error.code = "L07";
    if (error.kept.empty()) error.kept = "Nothing was started.";
    return error;
}

/// What somebody has found to be unreadable already would end the run at some later step.
Result<void> checkNoTrouble(const Dataset& data) {
    for (const ExampleSet* set : {&data.train, &data.test}) {
        if (set->count == 0) continue;
        auto trouble = set->source->trouble();
        if (!trouble) continue;
        trouble->kept = "Nothing was trained.";
        return *std::move(trouble);
    }
    return {};
}

}  // namespace

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
    if (Result<void> applied = apply(request.training, training); !applied)
        return asOption(applied.error());
    DataWishes wishes = request.wishes;
    wishes.path = request.data;
    if (Result<void> applied = apply(wishes, project); !applied) return asOption(applied.error());
    if (auto threads = checkSetting(threadsSetting, request.threads); !threads)
        return threads.error();
    return project;
}

TrainingRun::Opened TrainingRun::create(RunRequest& request) {
    auto loaded = loadProject(request.project);
    if (!loaded) return loaded.error();
    if (!request.weights.empty() && !request.weightWishes.onlyWhatFits)
        forgoUnreadStarts(loaded->graph);
    auto project = projectWith(*loaded, request);
    if (!project) return project.error();
    std::vector<std::string> words;
    if (request.fitsClasses) {
        auto fitted = takeData(*project, request.data);
        if (!fitted) return fitted.error();
        words = std::move(fitted).value();
    }
    if (request.data.empty()) request.data = dataFolderOf(*project);
    auto folder = request.folderNumber < 0
                      ? RunFolder::make(request.folder)
                      : RunFolder::makeFirstFree(request.folder, request.folderNumber);
    if (!folder) return folder.error();
    std::unique_ptr<TrainingRun> run(new TrainingRun(std::move(folder).value()));
    run->m_project = std::move(project).value();
    run->m_projectSettings = settingsOf(*loaded);
    if (request.weights.empty())
        for (Error& replaced : replacedModels(*loaded))
            run->m_remarks.push_back(std::move(replaced));
    for (std::string& word : words)
        run->m_remarks.push_back({"U06", std::move(word), {}, "The project stays as it was.", {}});
    return run;
}

std::string precisionOf(const RunRequest& request) { return request.precision.value_or("fp32"); }

std::vector<std::pair<const char*, std::string>> fixedSettings(const Project& project,
                                                               const RunRequest& request) {
    const TrainingSettings& training = project.training;
    return {{"epochs", std::to_string(training.epochs)},
            {"batch", std::to_string(training.batch)},
            {"seed", std::to_string(training.seed)},
            {"lr", fmt::format("{}", training.learningRate)},
            {"precision", precisionOf(request)},
            {"math", request.math.value_or("fast")}};
}

std::string dataFolderOf(const Project& project) {
    return resolvedFolder(project.data.folder, project.file);
}

std::string fingerprintOf(const Dataset& data) {
    return data.fingerprint.empty() ? dataFingerprint(data) : data.fingerprint;
}

Result<void> TrainingRun::compile(const RunRequest& request) {
    m_threads = request.threads;
    m_numerics = vitrine::numericsClass(precisionOf(request), mathOf(request));
    lookAtFirstOfEachClass(*m_data);
    VITRINE_TRY(checkNoTrouble(*m_data));
    auto warnings = setupWarnings(m_project, factsOf(*m_data));
    if (!warnings) return warnings.error();
    for (Error& warning : *warnings) m_remarks.push_back(std::move(warning));
    for (const Error& remark : m_data->remarks) m_remarks.push_back(remark);
    ModelOptions options = modelOptions(m_project, request);
    options.columns = columnTypes(m_data->columns);
    options.stop = request.stop;
    VITRINE_TRY(takeDevice(request, options));
    if (!options.device) VITRINE_TRY(takeTuning(options));
    auto model = Model::compile(m_project.graph,
                                Model::variantsOfRun(options.batch, m_data->train.count,
                                                     m_data->test.count, options.recipe.accumulate),
                                options);
    if (!model) return model.error();
    m_model = std::move(model).value();
    m_channels = channelsOf(TrainedPart(m_project.graph, {.batch = options.batch}),
                            m_project.training.metrics);
    auto stopping =
        earlyStoppingOf(m_project.training.stopping, m_channels, m_data->test.count > 0);
    if (!stopping) return stopping.error();
    m_stopping = *stopping;
    return {};
}

/// What was measured beside the project, and what it does to bits.
Result<void> TrainingRun::takeTuning(ModelOptions& options) {
    std::optional<Error> whyNot;
    options.tape.measured = measuredFor(m_project.file, options.batch, &whyNot);
    if (whyNot) m_remarks.push_back(*std::move(whyNot));
    m_measured = options.tape.measured;
    auto mark = tunedMark(m_project.graph, options);
    if (!mark) return mark.error();
    m_numerics += *mark;
    return {};
}

/// Everything that is in memory: the model with its states as they are to start from.
void TrainingRun::makeTrainer(const RunRequest& request) {
    const TrainingSettings& training = m_project.training;
    TrainSettings settings;
    settings.epochs = training.epochs;
    settings.seed = static_cast<uint64_t>(training.seed);
    settings.learningRate = training.learningRate;
    settings.schedule = findSchedule(training.schedule.id);
    settings.scheduleFields = training.schedule.attrs;
    settings.channels = m_channels;
    settings.stopping = m_stopping;
    settings.checkpointEverySeconds =
        request.checkpointEverySeconds.value_or(defaultCheckpointEverySeconds);
    settings.overfitOneBatch = request.overfitOneBatch;
    settings.stop = request.stop;
    m_trainer = std::make_unique<Trainer>(*m_model, *m_data, settings, *m_writer);
}

void TrainingRun::quit() { m_trainer->quit(); }

TrainingRun::~TrainingRun() {
    if (m_trainer) m_trainer->quit();
    m_writer.reset();  // what it still has to write tells of the trainer
}

TrainingRun::Opened TrainingRun::open(RunRequest request, Progress dataProgress) {
    return guarded("opening the run", [&]() -> Opened {
        auto opened = request.resume ? reopen(request) : create(request);
        if (!opened) return opened;
        TrainingRun& run = **opened;
        DataRequest wanted;
        wanted.folder = request.data;
        wanted.seed = static_cast<uint64_t>(run.m_project.training.seed);
        wanted.threads = request.threads;
        wanted.progress = dataProgress;
        wanted.stop = request.stop;
        auto data = openProjectData(run.m_project, std::move(wanted));
        if (!data) return data.error();
        run.m_data = std::make_shared<const Dataset>(std::move(data).value());
        if (!request.resume) VITRINE_TRY(checkTrainedClasses(run.m_project.graph, *run.m_data));
        VITRINE_TRY(run.prepare(request));
        return opened;
    });
}

TrainingRun::Opened TrainingRun::openInMemory(Project project, std::shared_ptr<const Dataset> data,
                                              RunRequest request) {
    return guarded("opening the run", [&]() -> Opened {
        auto changed = projectWith(project, request);
        if (!changed) return changed.error();
        auto folder = request.folderNumber < 0
                          ? RunFolder::make(request.folder)
                          : RunFolder::makeFirstFree(request.folder, request.folderNumber);
        if (!folder) return folder.error();
        std::unique_ptr<TrainingRun> run(new TrainingRun(std::move(folder).value()));
        run->m_project = std::move(changed).value();
        run->m_projectSettings = settingsOf(project);
        run->m_data = std::move(data);
        request.data = dataFolderOf(run->m_project);
        VITRINE_TRY(run->prepare(request));
        return run;
    });
}

/// With project and data there: compiles, and makes or reads the run's files.
Result<void> TrainingRun::prepare(const RunRequest& request) {
    if (request.resume) VITRINE_TRY(checkData());
    VITRINE_TRY(compile(request));
    if (request.resume) noteOtherNumerics();
    const Result<void> ready =
        guarded("opening the run", [&] { return request.resume ? goOn(request) : begin(request); });
    if (ready || request.resume) return ready;
    m_trainer.reset();
    m_writer.reset();
    m_folder.removeStart();
    return ready;
}

/// run.json comes last: with it the folder holds a run.
Result<void> TrainingRun::begin(const RunRequest& request) {
    m_settings.setIdentity({.run = randomId(),
                            .graph = graphFingerprint(m_project.graph),
                            .data = fingerprintOf(*m_data),
                            .seed = 0,
                            .numerics = {}});
    const auto states = statesToStartFrom(request);
    if (!states) return states.error();
    noteSettings(request);
    if (*states) m_settings.json()["started_from"] = initialWeights;
    VITRINE_TRY(saveProject(projectForFolder(), m_folder.projectPath()));
    if (m_measured)
        VITRINE_TRY(saveTuning(*m_measured, m_project.training.batch, m_folder.projectPath()));
    VITRINE_TRY(startRecord(request, 0));
    if (*states) VITRINE_TRY(startFrom(**states));
    VITRINE_TRY(m_folder.writeSettings(m_settings.text()));
    m_folder.keep();
    return {};
}

/// The copy that the run keeps; its data's folder counts from where the copy is.
Project TrainingRun::projectForFolder() const {
    Project copy = m_project;
    copy.file = absolute(m_folder.projectPath());
    copy.data.folder = movedFolder(m_project.data.folder, m_project.file, copy.file);
    return copy;
}

/// Where the data are looked for next time.
void TrainingRun::noteDataFolder(const std::string& folder) {
    nlohmann::ordered_json& json = m_settings.json();
    const std::string data = absolute(folder);
    json["data_folder"] = data;
    if (!data.empty())
        json["data_folder_from_run"] =
            fs::path(data).lexically_relative(absolute(m_folder.path())).string();
}

void TrainingRun::noteSettings(const RunRequest& request) {
    nlohmann::ordered_json& json = m_settings.json();
    json["program"] = fmt::format("vitrine {}", programVersion());
    json["project"] = m_project.name;
    noteDataFolder(request.data);
    for (const auto& [option, value] : fixedSettings(m_project, request))
        json["settings"][option] = value;
    noteChanges();
    json["settings"]["device"] = request.device.value_or("cpu");
    json["settings"]["checkpoint_every"] =
        request.checkpointEverySeconds.value_or(defaultCheckpointEverySeconds);
    if (request.overfitOneBatch) json["settings"]["overfit_one_batch"] = true;
    json["project_settings"] = m_projectSettings;
    if (auto names = classNamesOf(m_data->columns); !names.empty())
        json["classes"] = std::move(names);
    json["numerics"] = m_numerics;
    json["machine"] = {{"instruction_set", kernels::instructionSet().name},
                       {"cores", std::thread::hardware_concurrency()},
                       {"threads", request.threads}};
}

/// What the command has changed besides the fixed settings.
void TrainingRun::noteChanges() {
    nlohmann::ordered_json& settings = m_settings.json()["settings"];
    const SettingsText now = settingsOf(m_project);
    for (const auto& [key, value] : now.items())
        if (!m_projectSettings.contains(key) || m_projectSettings[key] != value)
            settings[key] = value;
    for (const auto& [key, value] : m_projectSettings.items())
        if (!now.contains(key)) settings[key] = noSetting;
}

/// Those of another run, or of a file; null where the run starts afresh.
Result<std::shared_ptr<const Snapshot>> TrainingRun::statesToStartFrom(const RunRequest& request) {
    if (request.weights.empty()) return request.startFrom;
    const WeightWishes wishes = wishesFor(m_project.graph, request.weightWishes);
    auto loaded = readWeightsFor(request.weights, m_model->states(), wishes);
    if (!loaded) return loaded.error();
    for (Error& remark : loaded->remarks) m_remarks.push_back(std::move(remark));
    m_settings.json()["weights"] = absolute(request.weights);
    return std::make_shared<const Snapshot>(std::move(loaded->states));
}

/// The checkpoint of step 0 is for whoever goes on with the run before it has made another.
Result<void> TrainingRun::startFrom(const Snapshot& snapshot) {
    m_statesTakenOver = m_trainer->takeOver(snapshot);
    RunIdentity identity = m_settings.identity();
    identity.numerics = m_numerics;
    VITRINE_TRY(m_folder.saveCheckpoint(m_trainer->snapshot(), identity));
    m_settings.json()["has_checkpoint"] = true;
    return saveWeights(m_folder.path() + "/" + initialWeights, m_model->states(),
                       m_model->memory());
}

/// Log, writer and trainer.
Result<void> TrainingRun::startRecord(const RunRequest& request, int64_t step) {
    std::optional<Error> remark;
    auto log = LogFile::open(m_folder.logPath(), step, remark);
    if (!log) return log.error();
    if (remark) m_remarks.push_back(std::move(*remark));
    RunIdentity identity = m_settings.identity();
    identity.numerics = m_numerics;
    m_writer = std::make_unique<RunWriter>(*this, std::move(log).value(), std::move(identity));
    makeTrainer(request);
    if (request.stop.stop_requested()) return stoppedError();
    return {};
}

Result<void> TrainingRun::saveCheckpoint(const Snapshot& snapshot, const RunIdentity& identity) {
    return m_folder.saveWhereItIs([&]() -> Result<void> {
        if (snapshot.isBest)
            VITRINE_TRY(saveWeights(m_folder.bestWeightsPath(), m_model->states(), snapshot));
        VITRINE_TRY(m_folder.saveCheckpoint(snapshot, identity));
        if (m_settings.hasHadCheckpoint()) return {};
        RunSettings noted = m_settings;
        noted.json()["has_checkpoint"] = true;
        VITRINE_TRY(m_folder.writeSettings(noted.text()));
        m_settings = std::move(noted);
        return {};
    });
}

Result<void> TrainingRun::saveFinalWeights() {
    return m_folder.saveWhereItIs([&] {
        return saveWeights(m_folder.weightsPath(), m_model->states(), m_model->memory(),
                           WeightsOf::Use);
    });
}

Error TrainingRun::failureOf(const RunEvent& event) {
    Error error{
        "H01", {}, {}, {}, "Start a new run with a lower learning rate, or with a clip limit."};
    const auto where = fmt::format("step {}", event.step);
    if (event.kind == EventKind::Broken) return m_trainer->failure();
    if (event.kind == EventKind::NonFiniteState && event.value >= 0) {
        error.message =
            fmt::format("the update of {} made {} infinite or not a number (element {})", where,
                        stateText(tapeOf(event), event.value), event.element);
        error.next =
            "Start a new run with a lower learning rate, or a larger eps of the optimiser.";
    } else if (event.kind == EventKind::NonFiniteTest) {
        error.message = fmt::format("the test loss after epoch {} is not finite: {}", event.epoch,
                                    numberText(event.testLoss));
    } else if (std::isfinite(event.trainLoss)) {
        error.message = fmt::format("the gradient of {} is not finite: its norm is {}, the loss {}",
                                    where, numberText(event.number), numberText(event.trainLoss));
    } else {
        error.message = fmt::format("the loss of {} is not finite: {}, with a gradient of norm {}",
                                    where, numberText(event.trainLoss), numberText(event.number));
    }
    error.kept = m_folder.hasCheckpoints()
                     ? fmt::format("The run has stopped; its checkpoints in {} are from before.",
                                   printable(m_folder.path()))
                     : "The run has stopped; it had made no checkpoint yet.";
    return error;
}

}  // namespace vitrine
