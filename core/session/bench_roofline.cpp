// SPDX-License-Identifier: Apache-2.0
// Pairs of single operators.
#include "core/session/bench_roofline.h"

#include <optional>

#include "core/io/json_reader.h"
#include "core/session/bench_compare.h"
#include "core/session/bench_peak.h"

namespace vitrine {

namespace {

constexpr std::string_view layouts[] = {"default", "channels_last"};
constexpr int64_t timesOfTry = 5;

std::string questionOf(const KernelCase& of, const KernelPass& pass, std::string_view variant) {
    Json shapes = Json::array();
    for (const Shape& shape : shapesOf(of.peerShapes.empty() ? of.shapes : of.peerShapes)) {
        Json extents = Json::array();
        for (const int64_t extent : shape.dims()) extents.push_back(extent);
        shapes.push_back(extents);
    }
    return Json{{"op", of.peer},
                {"fields", jsonFromText(of.peerFields)},
                {"shapes", shapes},
                {"wanted", pass.wanted},
                {"variant", variant}}
        .dump();
}

/// Makes the faster layout what the peer computes. Gives its seconds.
Result<double> chooseLayout(const KernelCase& of, const KernelPass& pass, BenchPeer& peer,
                            KernelTimes& times) {
    std::optional<double> least;
    for (const std::string_view layout : layouts) {
        VITRINE_TRY(peer.choose(questionOf(of, pass, layout)));
        const auto seconds = peer.seconds(timesOfTry);
        if (!seconds) return seconds.error();
        if (const double middle = median(*seconds); !least || middle < *least) {
            least = middle;
            times.variant = layout;
        }
    }
    VITRINE_TRY(peer.choose(questionOf(of, pass, times.variant)));
    return *least;
}

Result<void> compare(const KernelPass& pass, BenchSide& ours, const KernelConfig& config,
                     KernelTimes& times) {
    const auto seconds = chooseLayout(*times.of, pass, *config.peer, times);
    if (!seconds) return seconds.error();
    BenchSide theirs{.measure = [&](int64_t steps) { return config.peer->seconds(steps); },
                     .secondsOfStep = *seconds};
    const auto ratios = measureInTurn(ours, theirs, config.pairs);
    if (!ratios) return ratios.error();
    times.peerSeconds = std::move(theirs.seconds);
    times.ratio = estimateMedian(*ratios);
    return {};
}

Result<KernelTimes> measured(const KernelCase& of, const KernelPass& pass, Math math,
                             const KernelConfig& config) {
    const auto run = KernelRun::create(of, pass, math, config.threads);
    if (!run) return run.error();
    KernelTimes times{.of = &of,
                      .pass = std::string(pass.name),
                      .kernel = (*run)->kernel(),
                      .isWinograd = (*run)->isWinograd(),
                      .flops = (*run)->flops(),
                      .bytes = (*run)->bytes()};
    BenchSide ours{.measure = [&](int64_t steps) -> Result<std::vector<double>> {
                       return (*run)->seconds(steps);
                   },
                   .secondsOfStep = median((*run)->seconds(3))};
    if (config.peer) {
        if (const auto compared = compare(pass, ours, config, times); !compared)
            times.failure = compared.error().message;
    }
    if (ours.seconds.empty()) VITRINE_TRY(measureAlone(ours, config.pairs));
    times.seconds = std::move(ours.seconds);
    return times;
}

}  // namespace

Roofline measureRoofline(int threads) {
    Team team(threads);
    return {.flops = multiplyAddPeak(team), .bytes = copyingPeak(team)};
}

Result<std::vector<KernelTimes>> measureKernels(const KernelCase& of, const KernelConfig& config) {
    std::vector<KernelTimes> rows;
    for (const KernelPass& pass : passesOf(of)) {
        const auto times = measured(of, pass, config.math, config);
        if (!times) return times.error();
        rows.push_back(*times);
        if (!times->isWinograd) continue;
        const auto direct = measured(of, pass, Math::Direct, config);
        if (!direct) return direct.error();
        rows.push_back(*direct);
    }
    return rows;
}

}  // namespace vitrine
