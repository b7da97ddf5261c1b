// SPDX-License-Identifier: Apache-2.0
// vitrine-cli train: a run from start, or from where it was left, to its end or to Ctrl-C.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "core/base/file.h"
#include "core/cli/commands.h"
#include "core/cli/ending.h"
#include "core/cli/run_options.h"
#include "core/cli/text.h"
#include "core/cli/train_report.h"
#include "core/io/project.h"
#include "core/io/settings.h"
#include "core/session/device_losses.h"

namespace vitrine::cli {

namespace {

struct TrainOptions {
    RunOptions run;
    std::optional<std::string> out, resume, checkpointEvery;
    bool json = false, fitsClasses = false;
};

/// How runs of a project are called: in `runs` beside its file, where the window keeps and finds
/// them; in the current folder where nothing may be written there (an example that is installed).
std::string folderStart(const std::string& project) {
    namespace fs = std::filesystem;
    const Result<std::string> file = projectFile(project);
    if (!file) return "runs/run";  // opening it tells why
    const fs::path path = *file, beside = path.parent_path();
    const bool mayWrite = access(beside.empty() ? "." : beside.c_str(), W_OK) == 0;
    return ((mayWrite ? beside : fs::path()) / "runs" / path.stem()).string();
}

bool isSameFolder(const std::string& a, const std::string& b) {
    std::error_code ignored;
    return a == b || std::filesystem::equivalent(a, b, ignored);
}

Result<RunRequest> requestOf(const TrainOptions& options) {
    auto request = options.run.request();
    if (!request) return request.error();
    for (const auto& [name, folder] : {std::pair("resume", &options.resume), {"out", &options.out}})
        if (*folder && (*folder)->empty())
            return Error{"L01",
                         fmt::format("--{} names no folder", name),
                         {},
                         "Nothing was done.",
                         "Name one, or leave the option out."};
    if (options.resume && options.out && !isSameFolder(*options.resume, *options.out))
        return Error{"L01",
                     "--resume and --out name two folders",
                     {},
                     "Nothing was done.",
                     "A resumed run goes on in its own folder: leave --out away."};
    if (options.resume && !request->weights.empty())
        return Error{"L01",
                     "--resume and --weights name two sets of weights",
                     {},
                     "Nothing was done.",
                     "A resumed run goes on with its own: leave --weights away."};
    if (options.resume && options.fitsClasses)
        return Error{"L01",
                     "--resume goes on with a network, and --fit-classes makes another",
                     {},
                     "Nothing was done.",
                     "Leave --fit-classes away: the run has been fitted."};
    request->fitsClasses = options.fitsClasses;
    request->resume = options.resume.has_value();
    request->folder = options.resume ? *options.resume
                      : options.out  ? *options.out
                                     : folderStart(options.run.project);
    if (!options.resume && !options.out) request->folderNumber = 1;
    if (options.checkpointEvery) {
        constexpr RealSetting everySetting{
            "U12", "checkpoint-every", 0, 86400, false, "seconds between two checkpoints"};
        auto seconds = settingFromText(everySetting, *options.checkpointEvery);
        if (!seconds) return seconds.error();
        request->checkpointEverySeconds = *seconds;
    }
    return request;
}

void showDataProgress(double share) {
    if (!isatty(STDERR_FILENO)) return;
    std::fputs(
        fmt::format("\r\033[Kpreparing data {:.0f} %{}", 100 * share, share >= 1 ? "\r\033[K" : "")
            .c_str(),
        stderr);
}

/// A run whose network was fitted goes on with its own copy of the project.
std::string wayOn(const RunRequest& request, const RunFolder& folder) {
    return fmt::format("vitrine-cli train {} --resume {}",
                       shellWord(request.fitsClasses ? folder.projectPath() : request.project),
                       shellWord(folder.path()));
}

int interruptedAt(TrainingRun& run, const RunRequest& request) {
    std::fprintf(stderr, "Interrupted after step %lld; the run is saved. Go on with:\n  %s\n",
                 static_cast<long long>(run.trainer().position().step),
                 wayOn(request, run.folder()).c_str());
    return interrupted;
}

int interruptedBefore(const RunRequest& request) {
    if (request.resume)
        std::fprintf(stderr,
                     "Interrupted before the first step; the run is as it was. Go on with:\n"
                     "  %s\n",
                     fmt::format("vitrine-cli train {} --resume {}", shellWord(request.project),
                                 shellWord(request.folder))
                         .c_str());
    else
        std::fprintf(stderr, "Interrupted before the first step; nothing was made.\n");
    return interrupted;
}

int doneBefore(TrainingRun& run) {
    for (const Error& remark : run.remarks()) std::fprintf(stderr, "%s\n", remark.text().c_str());
    std::fprintf(stderr, "This run is done: all its %lld steps were made. Its weights are in %s\n",
                 static_cast<long long>(run.resumedAtStep()),
                 printable(run.folder().weightsPath()).c_str());
    return done;
}

/// Checkpoint, log or weights cannot be written. A full disk is waited for, and so are rights and
/// shares that are gone for a while; a folder that has been deleted ends the program.
class Trouble {
  public:
    Trouble(TrainingRun& run, TrainReport& reporter) : m_run(run), m_reporter(reporter) {}

    /// Looked at while the trainer is paused. False where the program is to end.
    bool waits() {
        const bool isInTrouble = m_run.writer().isInTrouble();
        const Error error = isInTrouble ? m_run.writer().trouble() : m_run.trainer().failure();
        if (error.code == "G01") return false;
        say(error);
        if (isInTrouble || std::chrono::steady_clock::now() < m_nextTry) return true;
        m_nextTry = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
        m_run.trainer().post({Command::Kind::Continue});
        return true;
    }

  private:
    /// Once for each step that it stands still at.
    void say(Error error) {
        const int64_t step = m_run.trainer().position().step;
        if (step == m_saidAt) return;
        m_saidAt = step;
        error.kept = error.code == "C09"
                         ? "The run is paused; it goes on by itself when there is room."
                         : "The run is paused; it goes on by itself when that has been mended.";
        error.next += " Ctrl-C ends it; what came after the last checkpoint is lost then.";
        m_reporter.say(error);
    }

    TrainingRun& m_run;
    TrainReport& m_reporter;
    int64_t m_saidAt = -1;
    std::chrono::steady_clock::time_point m_nextTry{};
};

/// Until the trainer is done, stopped, failed or cannot write its record.
void follow(TrainingRun& run, TrainReport& reporter, Trouble& trouble) {
    constexpr int longestWaitMs = 50;
    Trainer& trainer = run.trainer();
    bool isStopping = false;
    int failuresBefore = 0;
    for (;;) {
        if (isEnding() && !isStopping) {
            failuresBefore = trainer.failedSaves();
            trainer.post({Command::Kind::Stop});
            isStopping = true;
        }
        reporter.update();
        const TrainerState state = trainer.state();
        const auto waits = [&] {  // paused: until there is room, or the stop has been tried
            return isStopping ? trainer.failedSaves() == failuresBefore : trouble.waits();
        };
        const bool goesOn = state == TrainerState::Idle || state == TrainerState::Running ||
                            (state == TrainerState::Paused && waits());
        if (!goesOn) return;
        run.writer().waitForNews(longestWaitMs);
    }
}

Error notSaved(TrainingRun& run, const RunRequest& request) {
    Error error = run.writer().isInTrouble() ? run.writer().trouble() : run.trainer().failure();
    if (error.code != "G01") {
        error.kept = "What came after the last checkpoint is not saved.";
        error.next = fmt::format("When that has been mended, go on from there with: {}",
                                 wayOn(request, run.folder()));
    }
    return error;
}

/// What the data have that the network has not: one more word makes it follow them.
Error withWayToFit(Error error, const TrainOptions& options) {
    const bool isOfEnds = (error.code == "U06" && error.place.field == "classes") ||
                          (error.code == "U05" && error.place.field == "shape");
    if (isOfEnds && !options.fitsClasses && !options.resume && !options.run.data.empty())
        error.next = fmt::format(
            "Let the network follow the data, by the same command with --fit-classes: "
            "vitrine-cli train {} --data {} --fit-classes",
            shellWord(options.run.project), shellWord(options.run.data));
    return error;
}

/// The exit status; nothing where its device was lost and it is to go on with another.
std::optional<Result<int>> runToEnd(TrainingRun& run, const RunRequest& request, bool json,
                                    DeviceLosses& losses) {
    TrainReport reporter(run, json);
    if (run.isDone()) return doneBefore(run);
    Trouble trouble(run, reporter);
    reporter.begin();
    run.trainer().post({Command::Kind::Start});
    follow(run, reporter, trouble);
    reporter.finish();
    const TrainerState state = run.trainer().state();
    if (state == TrainerState::Finished) return done;
    if (state == TrainerState::Stopped) return interruptedAt(run, request);
    if (!reporter.failure()) return notSaved(run, request);
    Error failure = run.failureOf(*reporter.failure());
    if (!losses.isToGoOn(run)) return Result<int>(failure);
    failure.kept = "The run goes on from its last checkpoint, with the device opened anew.";
    failure.next.clear();
    reporter.say(failure);
    return std::nullopt;
}

Result<int> train(const TrainOptions& options) {
    auto request = requestOf(options);
    if (!request) return request.error();
    listenForEnding();
    request->stop = endingToken();
    auto opened = TrainingRun::open(*request, showDataProgress);
    if (!opened) {
        if (opened.error().code == stoppedCode) return interruptedBefore(*request);
        return withWayToFit(opened.error(), options);
    }
    DeviceLosses losses;
    for (;;) {
        const std::optional<Result<int>> status =
            runToEnd(**opened, *request, options.json, losses);
        if (status) return *status;
        opened = openAfterLoss(std::move(*opened), *request);
        if (!opened) return opened.error();
    }
}

}  // namespace

void addTrain(CLI::App& program, Action& action) {
    CLI::App* command =
        program.add_subcommand("train", "Train a project; Ctrl-C saves and says how to go on");
    auto options = std::make_shared<TrainOptions>();
    options->run.addProject(*command);
    options->run.addData(*command);
    options->run.addWeights(*command);
    options->run.addTransforms(*command);
    options->run.addTraining(*command);
    options->run.addMachineWithGpu(*command);
    command->add_option("--checkpoint-every", options->checkpointEvery,
                        "Seconds between checkpoints (30); 0: after every step");
    command
        ->add_flag("--fit-classes", options->fitsClasses,
                   "The network takes the data as import does: the layer that answers gives as "
                   "many classes as they have, and starts anew; the project stays as it is")
        ->needs("--data");
    command->add_option("--out", options->out,
                        "Run folder to make (runs/<project>-<number> beside the project)");
    command->add_option("--resume", options->resume, "Run folder to go on with");
    command->add_flag("--json", options->json, "One JSON object a line on standard output");
    command->callback([options, &action] { action = [options] { return train(*options); }; });
}

}  // namespace vitrine::cli
