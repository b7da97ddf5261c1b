// SPDX-License-Identifier: Apache-2.0
// Pairs, and pauses in which the other side's threads fall asleep.
#include "core/session/bench_compare.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <optional>
#include <thread>

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

Result<PeerTimes> comparedWith(const BenchConfig& config, BenchSide& ours, std::string_view program,
                               std::span<const std::string_view> variants) {
    const BenchStep::Options& step = config.step;
    auto chosen = fastestPeer({.python = config.python,
                               .suite = step.trains ? "train" : "infer",
                               .what = std::string(config.network->id),
                               .batch = step.batch,
                               .threads = step.threads,
                               .isCapped = config.isCapped},
                              variants);
    if (!chosen) return chosen.error();
    BenchSide theirs{.measure = [&](int64_t steps) { return chosen->process->seconds(steps); },
                     .secondsOfStep = chosen->seconds};
    const auto ratios = measureInTurn(ours, theirs, config.pairs);
    if (!ratios) return ratios.error();
    return PeerTimes{.program = program,
                     .variant = chosen->variant,
                     .versions = chosen->process->facts().versions,
                     .tried = std::move(chosen->tried),
                     .seconds = std::move(theirs.seconds),
                     .ratio = estimateMedian(*ratios)};
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

Result<ChosenPeer> fastestPeer(const PeerQuestion& question,
                               std::span<const std::string_view> variants) {
    ChosenPeer chosen;
    std::optional<Error> trouble;
    for (const std::string_view variant : variants) {
        PeerTry& tried = chosen.tried.emplace_back(PeerTry{std::string(variant)});
        PeerQuestion asked = question;
        asked.variant = variant;
        auto peer = BenchPeer::start(asked);
        const auto seconds = peer ? (*peer)->seconds(stepsOfTry) : peer.error();
        if (!seconds) {
            tried.failure = seconds.error().message;
            if (!trouble) trouble = seconds.error();
            continue;
        }
        tried.seconds = median(*seconds);
        if (chosen.process && chosen.seconds <= tried.seconds) continue;
        chosen.process = std::move(peer).value();
        chosen.variant = variant;
        chosen.seconds = tried.seconds;
    }
    if (!chosen.process) return *trouble;
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
        constexpr std::string_view onnx[] = {"onnxruntime"};
        const auto torch = comparedWith(config, ours, "torch", torchVariants);
        if (!torch) return torch.error();
        times.peers.push_back(*torch);
        const auto other = config.step.trains ? Result<PeerTimes>(PeerTimes{})
                                              : comparedWith(config, ours, "onnxruntime", onnx);
        if (!other) return other.error();
        if (!config.step.trains) times.peers.push_back(*other);
    }
    times.seconds = std::move(ours.seconds);
    times.peak = std::max(times.peak, multiplyAddPeak(step.team()));
    return times;
}

}  // namespace vitrine
