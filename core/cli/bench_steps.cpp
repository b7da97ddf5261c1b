// SPDX-License-Identifier: Apache-2.0
// bench --suite train and infer: networks on random numbers, alone or beside other programs.
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "core/cli/bench.h"
#include "core/cli/text.h"
#include "core/session/bench_compare.h"

namespace vitrine::cli {

namespace {

std::string milliseconds(double seconds) { return fmt::format("{:.3f}", seconds * 1e3); }

std::string rateOf(const BenchTimes& times, double seconds) {
    return fmt::format("{:.0f}", static_cast<double>(times.config.step.batch) / seconds);
}

std::string ratioText(const MedianEstimate& ratio) {
    return fmt::format("{:.2f} ({:.2f} to {:.2f})", ratio.median, ratio.low, ratio.high);
}

using Cells = std::vector<std::string>;

Cells cellsOf(const BenchTimes& times) {
    const BenchConfig& config = times.config;
    Cells cells{std::string(config.network->id),
                std::to_string(config.step.batch),
                "vitrine",
                milliseconds(times.median()),
                milliseconds(quantile(times.seconds, 0.9)),
                rateOf(times, times.median()),
                fmt::format("{:.0f} %", 100 * times.shareOfPeak()),
                bytesText(static_cast<double>(times.arenaBytes)),
                ""};
    if (config.scaling) cells.push_back(times.scaling.median > 0 ? ratioText(times.scaling) : "1");
    return cells;
}

Cells cellsOf(const BenchTimes& times, const PeerTimes& peer) {
    const double seconds = median(peer.seconds);
    Cells cells{"",
                "",
                peer.variant == peer.program ? std::string(peer.program)
                                             : fmt::format("{} {}", peer.program, peer.variant),
                milliseconds(seconds),
                milliseconds(quantile(peer.seconds, 0.9)),
                rateOf(times, seconds),
                fmt::format("{:.0f} %", 100 * times.flops / seconds / times.peak),
                "",
                ratioText(peer.ratio)};
    if (times.config.scaling) cells.push_back("");
    return cells;
}

/// A row for us, one for each that it was compared with.
void addRows(Table& table, const BenchTimes& times) {
    table.add(cellsOf(times));
    for (const PeerTimes& peer : times.peers)
        if (!peer.seconds.empty()) table.add(cellsOf(times, peer));
}

/// What each form of each program took where one of several was chosen.
std::string triedText(const std::vector<BenchTimes>& rows) {
    std::string out;
    for (const BenchTimes& times : rows)
        for (const PeerTimes& peer : times.peers) {
            if (peer.tried.size() < 2 && !peer.seconds.empty()) continue;
            out += fmt::format("{} {}, {}:", times.config.network->id, times.config.step.batch,
                               peer.program);
            for (const PeerTry& tried : peer.tried)
                out += tried.failure.empty()
                           ? fmt::format(" {} {} ms;", tried.variant, milliseconds(tried.seconds))
                           : fmt::format(" {} failed: {};", tried.variant, tried.failure);
            out.back() = '\n';
        }
    return out.empty() ? out : "\nForms that were tried:\n" + out;
}

/// Of all programs that we were compared with.
std::string versionsOf(const std::vector<BenchTimes>& rows) {
    std::string text;
    if (!rows.empty())
        for (const PeerTimes& peer : rows.front().peers)
            if (!peer.seconds.empty()) text += (text.empty() ? "" : "; ") + peer.versions;
    return text;
}

/// Over all networks, for each program that we were compared with.
std::string meansText(const std::vector<BenchTimes>& rows) {
    struct Sum {
        double logs = 0;
        int count = 0;
    };
    std::map<std::string_view, Sum> sums;
    for (const BenchTimes& times : rows)
        for (const PeerTimes& peer : times.peers) {
            if (peer.seconds.empty()) continue;
            Sum& sum = sums[peer.program];
            sum.logs += std::log(peer.ratio.median);
            ++sum.count;
        }
    std::string out;
    for (const auto& [program, sum] : sums)
        out += fmt::format("\n{:.2f} times as fast as {}: geometric mean of {}\n",
                           std::exp(sum.logs / sum.count), program, sum.count);
    return out;
}

std::string tableText(const std::vector<BenchTimes>& rows) {
    std::vector<Table::Column> columns{
        {"network"},           {"batch", true},    {"program"},
        {"ms, median", true},  {"ms, 90 %", true}, {"images/s", true},
        {"of the peak", true}, {"arena", true},    {"times as fast (95 %)", true}};
    if (!rows.empty() && rows.front().config.scaling)
        columns.push_back(
            {fmt::format("1 → {} threads (95 %)", rows.front().config.step.threads), true});
    Table table(std::move(columns));
    for (const BenchTimes& times : rows) addRows(table, times);
    std::string out = table.text() + meansText(rows) + triedText(rows);
    if (!rows.empty())
        out += fmt::format(
            "\nThe peak of multiply-adds was {:.0f} GFLOP/s; products that faster "
            "algorithms save count as done.\n",
            rows.back().peak * 1e-9);
    return out;
}

nlohmann::ordered_json rowJson(const BenchTimes& times, std::string_view program,
                               const std::vector<double>& seconds) {
    const BenchStep::Options& step = times.config.step;
    const double middle = median(seconds);
    return {{"event", step.trains ? "train" : "infer"},
            {"network", times.config.network->id},
            {"batch", step.batch},
            {"threads", step.threads},
            {"program", program},
            {"ms_p50", middle * 1e3},
            {"ms_p90", quantile(seconds, 0.9) * 1e3},
            {"images_per_s", static_cast<double>(step.batch) / middle},
            {"gflop", times.flops * 1e-9},
            {"share_of_peak", times.flops / middle / times.peak},
            {"peak_gflops", times.peak * 1e-9}};
}

nlohmann::ordered_json failedJson(const BenchTimes& times, std::string_view program) {
    const BenchStep::Options& step = times.config.step;
    return {{"event", step.trains ? "train" : "infer"},
            {"network", times.config.network->id},
            {"batch", step.batch},
            {"program", program}};
}

nlohmann::ordered_json tryJson(const PeerTry& tried) {
    nlohmann::ordered_json json{{"variant", tried.variant}};
    if (tried.failure.empty())
        json["ms"] = tried.seconds * 1e3;
    else
        json["error"] = tried.failure;
    return json;
}

std::string rowsJson(const BenchTimes& times) {
    auto ours = rowJson(times, "vitrine", times.seconds);
    ours["arena_bytes"] = times.arenaBytes;
    if (times.scaling.median > 0) {
        ours["scaling"] = times.scaling.median;
        ours["scaling_low"] = times.scaling.low;
        ours["scaling_high"] = times.scaling.high;
    }
    std::string out = ours.dump() + "\n";
    for (const PeerTimes& peer : times.peers) {
        auto row = peer.seconds.empty() ? failedJson(times, peer.program)
                                        : rowJson(times, peer.program, peer.seconds);
        if (!peer.seconds.empty()) {
            row["variant"] = peer.variant;
            row["versions"] = peer.versions;
            row["ratio"] = peer.ratio.median;
            row["ratio_low"] = peer.ratio.low;
            row["ratio_high"] = peer.ratio.high;
        }
        for (const PeerTry& tried : peer.tried) row["tried"].push_back(tryJson(tried));
        out += row.dump() + "\n";
    }
    return out;
}

Result<void> benchSteps(const BenchRequest& request, bool trains) {
    std::vector<BenchTimes> rows;
    for (const BenchNetwork* network : request.networks) {
        const auto usual = trains ? network->trainingBatches : network->inferenceBatches;
        for (const int64_t batch : batchesOf(request, usual)) {
            tellProgress(fmt::format("{}, batch {}", network->id, batch));
            const auto times = compareBench({.network = network,
                                             .step = {.trains = trains,
                                                      .batch = batch,
                                                      .threads = request.threads,
                                                      .math = request.math,
                                                      .device = request.device,
                                                      .scalesLoss = request.scalesLoss},
                                             .pairs = request.pairs,
                                             .python = request.peers,
                                             .isCapped = !request.cap.empty(),
                                             .scaling = request.scaling});
            if (!times) return times.error();
            if (request.json) printNow((rows.empty() ? benchHead(request) : "") + rowsJson(*times));
            rows.push_back(*times);
        }
    }
    if (!request.json) print(benchHead(request, versionsOf(rows)) + "\n" + tableText(rows));
    return {};
}

}  // namespace

Result<void> benchTraining(const BenchRequest& request) { return benchSteps(request, true); }
Result<void> benchInference(const BenchRequest& request) { return benchSteps(request, false); }

}  // namespace vitrine::cli
