// SPDX-License-Identifier: Apache-2.0
// Pairs, and pauses in which the other side's threads fall asleep.
#include "core/session/bench_compare.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <thread>

#include <fmt/format.h>

#include "core/session/bench_peak.h"

namespace vitrine {

namespace {

/// What a side is measured for in a pair, where its steps are shorter than that.
constexpr double secondsTogether = 0.03;
/// Threads that wait for work spin for some milliseconds, ours and those of others.
constexpr std::chrono::milliseconds pause{10};
constexpr int64_t stepsOfTry = 5;

int64_t stepsTogether(double secondsOfStep) {
    return std::clamp<int64_t>(static_cast<int64_t>(secondsTogether / secondsOfStep), 1, 10'000);
}

double mean(const std::vector<double>& numbers) {
    return std::reduce(numbers.begin(), numbers.end()) / static_cast<double>(numbers.size());
}

/// Mean seconds of a step. The first one warms caches that the other side has used, untimed.
Result<double> measureOnce(BenchSide& side) {
    std::this_thread::sleep_for(pause);
    if (const auto warm = side.measure(1); !warm) return warm.error();
    const auto seconds = side.measure(stepsTogether(side.secondsOfStep));
    if (!seconds) return seconds.error();
    side.seconds.insert(side.seconds.end(), seconds->begin(), seconds->end());
    return mean(*seconds);
}

Error otherNetwork(const BenchConfig& config, int64_t theirs, int64_t ours) {
    return {"L05",
            fmt::format("{} has {} parameters there and {} here: it is another network",
                        config.network->id, theirs, ours),
            {},
            "Nothing was compared.",
            "Measure the others alone, and report this: both sides must build the same."};
}

/// What one program takes; without times where none of its forms works.
struct PeerProgram {
    std::string_view name;
    std::span<const std::string_view> variants;
};
Result<PeerTimes> comparedWith(const BenchConfig& config, BenchSide& ours, int64_t parameters,
                               const PeerProgram& program, std::optional<Error>& trouble) {
    const BenchStep::Options& step = config.step;
    ChosenPeer chosen = fastestPeer({.python = config.python,
                                     .suite = step.trains ? "train" : "infer",
                                     .what = std::string(config.network->id),
                                     .batch = step.batch,
                                     .threads = step.threads,
                                     .isCapped = config.isCapped},
                                    program.variants);
    PeerTimes times{.program = program.name, .tried = std::move(chosen.tried)};
    if (!chosen.process) {
        if (!trouble) trouble = chosen.trouble;
        return times;
    }
    const PeerFacts& facts = chosen.process->facts();
    if (facts.parameters > 0 && facts.parameters != parameters)
        return otherNetwork(config, facts.parameters, parameters);
    BenchSide theirs{.measure = [&](int64_t steps) { return chosen.process->seconds(steps); },
                     .secondsOfStep = chosen.seconds};
    const auto ratios = measureInTurn(ours, theirs, config.pairs);
    if (!ratios) return ratios.error();
    times.variant = chosen.variant;
    times.versions = facts.versions;
    times.seconds = std::move(theirs.seconds);
    times.ratio = estimateMedian(*ratios);
    return times;
}

Result<std::vector<PeerTimes>> comparedWithAll(const BenchConfig& config, BenchSide& ours,
                                               int64_t parameters) {
    constexpr std::string_view onnx[] = {"onnxruntime"};
    std::vector<PeerProgram> programs{{"torch", torchVariants}};
    if (!config.step.trains) programs.push_back({"onnxruntime", onnx});
    std::vector<PeerTimes> peers;
    std::optional<Error> trouble;
    for (const PeerProgram& program : programs) {
        auto times = comparedWith(config, ours, parameters, program, trouble);
        if (!times) return times.error();
        peers.push_back(std::move(times).value());
    }
    const auto isMeasured = [](const PeerTimes& peer) { return !peer.seconds.empty(); };
    if (std::ranges::none_of(peers, isMeasured)) return *trouble;
    return peers;
}

/// The same on one thread, in turn with all of them.
Result<MedianEstimate> scalingOf(const BenchConfig& config, const Project& project,
                                 BenchSide& ours) {
    BenchStep::Options alone = config.step;
    alone.threads = 1;
    const auto made = BenchStep::create(project, alone);
    if (!made) return made.error();
    BenchStep& step = **made;
    step.seconds(1);
    BenchSide one{.measure = [&](int64_t steps) -> Result<std::vector<double>> {
                      return step.seconds(steps);
                  },
                  .secondsOfStep = median(step.seconds(2))};
    const auto ratios = measureInTurn(ours, one, config.pairs);
    if (!ratios) return ratios.error();
    return estimateMedian(*ratios);
}

}  // namespace

Result<std::vector<double>> measureInTurn(BenchSide& ours, BenchSide& theirs, int pairs) {
    std::vector<double> ratios;
    for (int pair = 0; pair < pairs; ++pair) {
        const bool isOursFirst = pair % 2 == 0;
        const auto first = measureOnce(isOursFirst ? ours : theirs);
        if (!first) return first.error();
        const auto second = measureOnce(isOursFirst ? theirs : ours);
        if (!second) return second.error();
        ratios.push_back(isOursFirst ? *second / *first : *first / *second);
    }
    return ratios;
}

Result<void> measureAlone(BenchSide& side, int times) {
    for (int i = 0; i < times; ++i)
        if (const auto measured = measureOnce(side); !measured) return measured.error();
    return {};
}

ChosenPeer fastestPeer(const PeerQuestion& question, std::span<const std::string_view> variants) {
    ChosenPeer chosen;
    for (const std::string_view variant : variants) {
        PeerTry& tried = chosen.tried.emplace_back(PeerTry{std::string(variant)});
        PeerQuestion asked = question;
        asked.variant = variant;
        auto peer = BenchPeer::start(asked);
        const auto seconds = peer ? (*peer)->seconds(stepsOfTry) : peer.error();
        if (!seconds) {
            tried.failure = seconds.error().message;
            if (!chosen.trouble) chosen.trouble = seconds.error();
            continue;
        }
        tried.seconds = median(*seconds);
        if (chosen.process && chosen.seconds <= tried.seconds) continue;
        chosen.process = std::move(peer).value();
        chosen.variant = variant;
        chosen.seconds = tried.seconds;
    }
    return chosen;
}

Result<BenchTimes> compareBench(const BenchConfig& config) {
    const auto project = benchProject(*config.network);
    if (!project) return project.error();
    const auto made = BenchStep::create(*project, config.step);
    if (!made) return made.error();
    BenchStep& step = **made;
    step.seconds(2);
    BenchTimes times{.config = config,
                     .arenaBytes = step.tape().arenaBytes(),
                     .flops = step.flops(),
                     .peak = multiplyAddPeak(step.team())};
    BenchSide ours{.measure = [&](int64_t steps) -> Result<std::vector<double>> {
                       return step.seconds(steps);
                   },
                   .secondsOfStep = median(step.seconds(3))};
    if (config.python.empty()) {
        VITRINE_TRY(measureAlone(ours, config.pairs));
    } else {
        auto peers = comparedWithAll(config, ours, step.parameters());
        if (!peers) return peers.error();
        times.peers = std::move(peers).value();
    }
    if (config.scaling && config.step.threads > 1) {
        const auto scaling = scalingOf(config, *project, ours);
        if (!scaling) return scaling.error();
        times.scaling = *scaling;
    }
    times.seconds = std::move(ours.seconds);
    times.peak = std::max(times.peak, multiplyAddPeak(step.team()));
    return times;
}

}  // namespace vitrine
