// SPDX-License-Identifier: Apache-2.0
// vitrine-cli tune: measures the kernels that a project's operators could take on this machine, and
// keeps the table beside it.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/cli/commands.h"
#include "core/cli/ending.h"
#include "core/cli/run_options.h"
#include "core/cli/text.h"
#include "core/session/kernel_tuning.h"
#include "core/session/machine_text.h"
#include "core/session/tune_table.h"

namespace vitrine::cli {

namespace {

struct TuneCommand {
    RunOptions run;
    bool json = false;
};

std::string milliseconds(double seconds) { return fmt::format("{:.4f}", seconds * 1e3); }

/// Those whose best way is another than by the estimate.
std::string differencesText(const Tuning& tuning) {
    Table table(
        {{"operator", false, 90}, {"by estimate"}, {"ms", true}, {"measured best"}, {"ms", true}});
    bool isAny = false;
    for (const TunedOperator& of : tuning.operators) {
        const TunedOperator::Way &estimated = of.bestEstimated(), &measured = of.bestMeasured();
        if (estimated.name == measured.name) continue;
        table.add({of.text, estimated.name, milliseconds(estimated.measured), measured.name,
                   milliseconds(measured.measured)});
        isAny = true;
    }
    return isAny ? table.text() + "\n" : std::string();
}

size_t measuredWays(const Tuning& tuning) {
    size_t count = 0;
    for (const TunedOperator& of : tuning.operators)
        for (const TunedOperator::Way& way : of.ways) count += way.measured > 0 ? 1 : 0;
    return count;
}

std::string summaryText(const Tuning& tuning, int64_t batch, double seconds) {
    const std::string busy = busyText(tuning.ways->threads);
    return fmt::format(
        "{} of {} measured with {} in {}{}.\n"
        "A training step of {}: {} ms by estimates, {} ms by what was measured ({:.3f} times as "
        "fast); {}.\n",
        countOf(measuredWays(tuning), "way", "ways"),
        countOf(tuning.operators.size(), "operator", "operators"),
        countOf(tuning.ways->threads, "thread"), durationText(seconds),
        busy.empty() ? "" : "; " + busy, batch, milliseconds(tuning.estimatedStep),
        milliseconds(tuning.tunedStep), tuning.estimatedStep / tuning.tunedStep,
        tuning.otherChoices == 0
            ? "it has the same kernels"
            : countOf(static_cast<size_t>(tuning.otherChoices), "entry has another kernel",
                      "entries have other kernels"));
}

std::string tuningJson(const Tuning& tuning) {
    std::string out;
    for (const TunedOperator& of : tuning.operators)
        for (const TunedOperator::Way& way : of.ways) {
            nlohmann::ordered_json line{{"event", "way"},
                                        {"operator", of.text},
                                        {"way", way.name},
                                        {"estimated_ms", way.estimated * 1e3}};
            if (way.measured > 0) line["measured_ms"] = way.measured * 1e3;
            out += line.dump() + "\n";
        }
    const nlohmann::ordered_json end{{"event", "tuned"},
                                     {"batch", tuning.batch},
                                     {"threads", tuning.ways->threads},
                                     {"estimated_step_ms", tuning.estimatedStep * 1e3},
                                     {"tuned_step_ms", tuning.tunedStep * 1e3},
                                     {"other_kernels", tuning.otherChoices},
                                     {"load", systemLoad()},
                                     {"kept", tuning.isWorthKeeping()}};
    return out + end.dump() + "\n";
}

void showProgress(double share) {
    std::fputs(fmt::format("\r\033[Kmeasuring kernels {:.0f} %", 100 * share).c_str(), stderr);
}

/// A table that makes steps slower is none to keep; one that was there before stays then.
Result<void> keep(const Tuning& tuning, const Project& project, bool says) {
    const std::string file = printable(tuneFileOf(project.file));
    if (!tuning.isWorthKeeping()) {
        if (says) print("Estimates choose better here: no table was kept.\n");
        return {};
    }
    VITRINE_TRY(saveTuning(*tuning.ways, tuning.batch, project.file));
    if (says)
        print(fmt::format("Kept in '{}'; steps of {} go by it from now on.\n", file,
                          countOf(tuning.batch, "example")));
    return {};
}

/// Before minutes are spent on what cannot be kept.
Result<void> checkPlaceOfTable(const std::string& projectFile) {
    const std::string file = tuneFileOf(projectFile);
    if (access(folderOf(file).c_str(), W_OK) == 0) return {};
    return fileError({file, "save", "Nothing was measured."}, errno);
}

Result<int> tune(const TuneCommand& options) {
    auto request = options.run.request();
    if (!request) return request.error();
    auto loaded = loadProject(request->project);
    if (!loaded) return loaded.error();
    auto project = projectWith(std::move(loaded).value(), *request);
    if (!project) return project.error();
    VITRINE_TRY(checkPlaceOfTable(project->file));
    listenForEnding();
    const bool isWatched = isatty(STDERR_FILENO) != 0;
    const auto start = std::chrono::steady_clock::now();
    auto tuning = tuneKernels(*project, {.threads = request->threads,
                                         .progress = isWatched ? showProgress : nullptr,
                                         .stop = endingToken()});
    if (isWatched) std::fputs("\r\033[K", stderr);
    if (!tuning && isEnding()) return interrupted;
    if (!tuning) return tuning.error();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    print(options.json ? tuningJson(*tuning)
                       : differencesText(*tuning) +
                             summaryText(*tuning, project->training.batch, taken.count()));
    const auto kept = keep(*tuning, *project, !options.json);
    return statusOf(kept);
}

}  // namespace

void addTune(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand(
        "tune", "Measure a project's kernels on this machine, and choose by that from now on");
    auto options = std::make_shared<TuneCommand>();
    options->run.addProject(*command);
    command->add_option("--batch", options->run.batch,
                        "Examples a step; the project's unless given");
    command->add_option("--threads", options->run.threads,
                        "Threads; as many as cores unless given");
    command->add_flag("--json", options->json, "One JSON object a way, then one for the step");
    command->callback([options, &action] { action = [options] { return tune(*options); }; });
}

}  // namespace vitrine::cli
