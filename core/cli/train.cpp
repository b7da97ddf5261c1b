// SPDX-License-Identifier: Apache-2.0
// vitrine-cli train: a run from start, or from where it was left, to its end or to Ctrl-C.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "core/base/file.h"
#include "core/cli/commands.h"
#include "core/cli/run_options.h"
#include "core/cli/text.h"
#include "core/cli/train_report.h"
#include "core/io/settings.h"

namespace vitrine::cli {

namespace {

struct TrainOptions {
    RunOptions run;
    std::string out, resume;
    std::optional<std::string> checkpointEvery;
    bool json = false;
};

volatile std::sig_atomic_t stopAsked = 0;

extern "C" void askToStop(int signal) {
    stopAsked = 1;
    std::signal(signal,
                SIG_DFL);  // a second Ctrl-C ends the program at once; the last checkpoint stays
}

/// A folder beside the present one that does not exist yet.
std::string freshFolder(const std::string& project) {
    std::filesystem::path path(project);
    if (!path.has_filename()) path = path.parent_path();
    const std::string name = path.stem().string();
    for (int number = 1;; ++number) {
        const std::string folder = fmt::format("runs/{}-{}", name.empty() ? "run" : name, number);
        if (!std::filesystem::exists(folder)) return folder;
    }
}

Result<RunRequest> requestOf(const TrainOptions& options) {
    auto request = options.run.request();
    if (!request) return request.error();
    if (!options.resume.empty() && !options.out.empty())
        return Error{"L01",
                     "--resume and --out cannot be given together",
                     {},
                     "Nothing was done.",
                     "A resumed run goes on in its own folder."};
    request->resume = !options.resume.empty();
    request->folder = request->resume       ? options.resume
                      : options.out.empty() ? freshFolder(options.run.project)
                                            : options.out;
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
    if (isatty(STDERR_FILENO))
        std::fprintf(stderr, "\r\033[Kpreparing data %.0f %%%s", 100 * share,
                     share >= 1 ? "\r\033[K" : "");
}

int interruptedAt(TrainingRun& run, const RunRequest& request) {
    std::fprintf(stderr,
                 "Interrupted after step %lld; the run is saved. Go on with:\n  vitrine-cli train "
                 "%s --resume %s\n",
                 static_cast<long long>(run.trainer().position().step),
                 shellWord(request.project).c_str(), shellWord(request.folder).c_str());
    return interrupted;
}

int notFinite(const RunRequest& request) {
    return report({"H01",
                   "the loss or the gradient is no longer finite",
                   {},
                   fmt::format("The run has stopped; its checkpoints in {} are from before.",
                               printable(request.folder)),
                   "Lower the learning rate (--lr), or set clip_norm in the project."});
}

Error checkpointFailed(Error error, const RunRequest& request) {
    error.next = fmt::format("Free space, then go on with: vitrine-cli train {} --resume {}",
                             shellWord(request.project), shellWord(request.folder));
    return error;
}

/// Until the trainer is done, stopped, failed or cannot write its checkpoint.
void follow(TrainingRun& run, TrainReport& reporter) {
    Trainer& trainer = run.trainer();
    bool stopping = false;
    for (TrainerState state = trainer.state();
         state == TrainerState::Idle || state == TrainerState::Running; state = trainer.state()) {
        if (stopAsked && !stopping) {
            trainer.post({Command::Kind::Stop});
            stopping = true;
        }
        reporter.update();
        usleep(20'000);
    }
}

int train(const TrainOptions& options) {
    auto request = requestOf(options);
    if (!request) return report(request.error());
    auto opened = TrainingRun::open(*request, showDataProgress);
    if (!opened) return report(opened.error());
    TrainingRun& run = **opened;
    std::signal(SIGINT, askToStop);
    std::signal(SIGTERM, askToStop);

    const auto started = std::chrono::steady_clock::now();
    TrainReport reporter(run, options.json);
    reporter.begin();
    run.trainer().post({Command::Kind::Start});
    follow(run, reporter);
    const TrainerState state = run.trainer().state();
    reporter.finish(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    if (state == TrainerState::Finished) return done;
    if (state == TrainerState::Stopped) return interruptedAt(run, *request);
    if (run.trainer().failure().code.empty()) return notFinite(*request);
    return report(checkpointFailed(run.trainer().failure(), *request));
}

}  // namespace

void addTrain(CLI::App& program, Action& action) {
    CLI::App* command =
        program.add_subcommand("train", "Train a project; Ctrl-C saves and says how to go on");
    auto options = std::make_shared<TrainOptions>();
    options->run.addProject(*command);
    options->run.addData(*command);
    options->run.addTraining(*command);
    options->run.addMachine(*command);
    command->add_option("--checkpoint-every", options->checkpointEvery,
                        "Seconds between checkpoints (30); one more ends every epoch");
    command->add_option("--out", options->out, "Run folder to make (runs/<project>-<number>)");
    command->add_option("--resume", options->resume, "Run folder to go on with");
    command->add_flag("--json", options->json, "One JSON object a line on standard output");
    command->callback([options, &action] { action = [options] { return train(*options); }; });
}

}  // namespace vitrine::cli
