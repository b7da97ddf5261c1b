// SPDX-License-Identifier: Apache-2.0
// A program of one instruction for each way, compiled so that it takes that way, with a clock
// around the entry that counts, and another around what brings operands into its layout.
#include "core/session/kernel_tuning.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/exec/open_questions.h"
#include "core/session/bench_statistics.h"
#include "core/session/bench_step.h"
#include "core/session/training_run.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

using Clock = std::chrono::steady_clock;

/// A way that is this much slower than the best by the estimate is not run.
constexpr double hopeless = 4;
/// Runs of a way: so many at least, and more while they take less than this.
constexpr int fewestRuns = 3, mostRuns = 25;
constexpr std::chrono::milliseconds enough{12};
constexpr int stepPairs = 7;
constexpr double turnSeconds = 0.04;
/// A slower step than this is no noise.
constexpr double slower = 1.02;

/// A table by which no other way can be chosen.
std::shared_ptr<const MeasuredWays> onlyThis(const OpenQuestion& question, size_t way) {
    constexpr double quick = 1e-9, never = 1e6;
    MeasuredWays table;
    for (size_t i = 0; i < question.ways.size(); ++i)
        table.questions[question.text][question.ways[i].name] = i == way ? quick : never;
    return std::make_shared<const MeasuredWays>(std::move(table));
}

/// Positive, as deviations and logarithms want it. Whole numbers are zeros: they may be places.
Result<void> fillInputs(const Tape& tape, Memory& memory) {
    Rng rng(1, RngStream::Test);
    for (const NamedValue& input : tape.inputs) {
        const TensorType& type = tape.value(input.value).type;
        const int64_t count = type.shape.elements();
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type.dtype, count)));
        for (int64_t i = 0; isFloat(type.dtype) && i < count; ++i)
            writeElement(bytes.data(), type.dtype, i, rng.uniform(0.25, 1));
        VITRINE_TRY(memory.write(tape.offsetOf(input.value), bytes));
    }
    return {};
}

int entryOf(const Tape& tape, const OpDescriptor* op) {
    for (size_t i = tape.entries.size(); i-- > 0;)
        if (tape.entries[i].instr.op == op && tape.entries[i].kernel.run)
            return static_cast<int>(i);
    return -1;
}

/// The least of a few: whatever disturbs a run makes it longer.
double secondsOf(Executor& executor, int entry, int runs) {
    double least = std::numeric_limits<double>::infinity();
    const auto begin = Clock::now();
    for (int run = 0; run < runs; ++run) {
        const auto start = Clock::now();
        if (run >= fewestRuns && start - begin > enough) break;
        executor.runEntry(entry);
        least = std::min(least, std::chrono::duration<double>(Clock::now() - start).count());
    }
    return least;
}

/// What was copied between layouts, and how long that took.
struct Copies {
    double bytes = 0, seconds = 0;
};

void addCopies(const Tape& tape, Executor& executor, Copies& copies) {
    for (size_t i = 0; i < tape.entries.size(); ++i) {
        const Instr& instr = tape.entries[i].instr;
        if (instr.op->id != "reorder") continue;
        for (const ValueId v : {instr.in[0], instr.out[0]})
            copies.bytes += static_cast<double>(tape.value(v).type.storageBytes());
        copies.seconds += secondsOf(executor, static_cast<int>(i), fewestRuns);
    }
}

Result<double> measure(const OpenQuestion& question, size_t way, Team& team, Copies& copies) {
    Program program = programOf(question);
    TapeOptions options{.math = Math::Fast, .measured = onlyThis(question, way)};
    for (const NamedValue& input : program.inputs) options.pinned.push_back(input.name);
    const StateLayout states;
    const Tape tape = compileTape(std::move(program), states, options);
    const int entry = entryOf(tape, question.instr.op);
    VITRINE_CHECK(entry >= 0, "a program of one instruction runs it");
    auto memory = HostMemory::allocate(tape.arenaBytes());
    if (!memory) return memory.error();
    VITRINE_TRY(fillInputs(tape, **memory));
    HostExecutor executor(tape, **memory, team);
    executor.runAll();
    addCopies(tape, executor, copies);
    return secondsOf(executor, entry, mostRuns);
}

/// Of a whole step of training and of an evaluation, each once.
Result<std::vector<OpenQuestion>> questionsOf(const Project& project, int64_t batch) {
    ModelOptions options = modelOptions(project, {});
    options.batch = batch;
    std::vector<OpenQuestion> all;
    std::set<std::string> known;
    for (const Mode mode : {Mode::Train, Mode::Evaluate}) {
        auto program = buildProgram(project.graph, {mode, batch}, options);
        if (!program) return program.error();
        for (OpenQuestion& question : openQuestions(std::move(program).value(), Math::Fast))
            if (known.insert(question.text).second) all.push_back(std::move(question));
    }
    return all;
}

Result<TunedOperator> measureWays(const OpenQuestion& question, Team& team, Copies& copies,
                                  const std::stop_token& stop) {
    TunedOperator tuned{.text = question.text};
    for (const KernelWays::Way& way : question.ways) tuned.ways.push_back({way.name, way.seconds});
    const double least = tuned.bestEstimated().estimated;
    for (size_t way = 0; way < tuned.ways.size(); ++way) {
        if (tuned.ways[way].estimated > hopeless * least) continue;
        if (stop.stop_requested()) return stoppedError();
        const Result<double> seconds = measure(question, way, team, copies);
        if (!seconds) return seconds.error();
        tuned.ways[way].measured = *seconds;
    }
    return tuned;
}

Result<void> measureAll(const std::vector<OpenQuestion>& questions, const TuningOptions& options,
                        Tuning& tuning) {
    Team team(options.threads);
    MeasuredWays table{.threads = options.threads};
    Copies copies;
    for (const OpenQuestion& question : questions) {
        auto tuned = measureWays(question, team, copies, options.stop);
        if (!tuned) return tuned.error();
        for (const TunedOperator::Way& way : tuned->ways)
            if (way.measured > 0) table.questions[tuned->text][way.name] = way.measured;
        tuning.operators.push_back(std::move(tuned).value());
        if (options.progress)
            options.progress(static_cast<double>(tuning.operators.size()) /
                             static_cast<double>(questions.size()));
    }
    if (copies.seconds > 0)
        table.questions[std::string(copyQuestion)][std::string(copyWay)] =
            copies.seconds / copies.bytes;
    tuning.ways = std::make_shared<const MeasuredWays>(std::move(table));
    return {};
}

int otherKernels(const Tape& a, const Tape& b) {
    std::multiset<std::string> names;
    for (const TapeEntry& entry : a.entries) names.insert(entry.kernel.name);
    int others = 0;
    for (const TapeEntry& entry : b.entries) {
        const auto found = names.find(entry.kernel.name);
        if (found == names.end())
            ++others;
        else
            names.erase(found);
    }
    return others;
}

/// Both in turn, so that both see the same minutes of the machine.
Result<void> compareSteps(const Project& project, int64_t batch, const TuningOptions& options,
                          Tuning& tuning) {
    BenchStep::Options step{.batch = batch, .threads = options.threads};
    auto estimated = BenchStep::create(project, step);
    if (!estimated) return estimated.error();
    step.measured = tuning.ways;
    auto tuned = BenchStep::create(project, step);
    if (!tuned) return tuned.error();
    tuning.otherChoices = otherKernels((*estimated)->tape(), (*tuned)->tape());
    // The first of each warms.
    const double once = (*estimated)->seconds(2).back() + (*tuned)->seconds(2).back();
    const auto steps = static_cast<int64_t>(std::clamp(turnSeconds / once, 1.0, 1000.0));
    std::vector<double> before, after;
    for (int pair = 0; pair < stepPairs; ++pair) {
        if (options.stop.stop_requested()) return stoppedError();
        before.push_back(median((*estimated)->seconds(steps)));
        after.push_back(median((*tuned)->seconds(steps)));
    }
    tuning.estimatedStep = std::ranges::min(before);
    tuning.tunedStep = std::ranges::min(after);
    return {};
}

}  // namespace

const TunedOperator::Way& TunedOperator::bestEstimated() const {
    return *std::ranges::min_element(ways, {}, &Way::estimated);
}

const TunedOperator::Way& TunedOperator::bestMeasured() const {
    return *std::ranges::min_element(ways, {}, [](const Way& way) {
        return way.measured > 0 ? way.measured : std::numeric_limits<double>::infinity();
    });
}

bool Tuning::isWorthKeeping() const {
    return otherChoices == 0 || tunedStep <= slower * estimatedStep;
}

Result<Tuning> tuneKernels(const Project& project, const TuningOptions& options) {
    const int64_t batch = options.batch > 0 ? options.batch : project.training.batch;
    const auto questions = questionsOf(project, batch);
    if (!questions) return questions.error();
    Tuning tuning{.batch = batch};
    VITRINE_TRY(measureAll(*questions, options, tuning));
    VITRINE_TRY(compareSteps(project, batch, options, tuning));
    return tuning;
}

}  // namespace vitrine
