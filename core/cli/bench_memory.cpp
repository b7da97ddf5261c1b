// SPDX-License-Identifier: Apache-2.0
// bench --suite memory: what a training step needs beside weights and slots.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/cli/bench.h"
#include "core/cli/text.h"
#include "core/session/bench_peer.h"
#include "core/session/bench_step.h"

namespace vitrine::cli {

namespace {

/// What is made again, in the order of the table; the first keeps everything.
constexpr Recompute modes[] = {Recompute::None, Recompute::Cheap, Recompute::Blocks,
                               Recompute::Budget};

struct MemoryRow {
    const BenchNetwork* network = nullptr;
    int64_t batch = 0;
    Recompute recompute = Recompute::None;
    MemoryExtent extent = {};
    double moreTime = 0;    ///< by the estimate, for what is made again
    int64_t peerBytes = 0;  ///< 0: not compared

    double overBound() const {
        return static_cast<double>(extent.peakBytes) / static_cast<double>(extent.lowerBoundBytes);
    }
    double overPeer() const {
        return static_cast<double>(extent.peakBytes) / static_cast<double>(peerBytes);
    }
};

Result<MemoryRow> rowOf(const BenchNetwork& network, const Project& project, int64_t batch,
                        Recompute recompute, const BenchRequest& request) {
    const auto tape = benchTape(
        project,
        {.batch = batch, .threads = request.threads, .math = request.math, .recompute = recompute});
    if (!tape) return tape.error();
    const double again = tape->recomputeSeconds();
    return MemoryRow{.network = &network,
                     .batch = batch,
                     .recompute = recompute,
                     .extent = tape->extent,
                     .moreTime = again / (tape->seconds() - again)};
}

Result<PeerFacts> peerFacts(const BenchNetwork& network, int64_t batch,
                            const BenchRequest& request) {
    if (request.peers.empty()) return PeerFacts();
    const auto peer = BenchPeer::start({.python = request.peers,
                                        .suite = "memory",
                                        .what = std::string(network.id),
                                        .batch = batch,
                                        .threads = request.threads,
                                        .variant = "channels_last",
                                        .isCapped = !request.cap.empty()});
    if (!peer) return peer.error();
    return (*peer)->facts();
}

std::string rowJson(const MemoryRow& row, const std::string& versions) {
    nlohmann::ordered_json json{{"event", "memory"},
                                {"network", row.network->id},
                                {"batch", row.batch},
                                {"recompute", recomputeId(row.recompute)},
                                {"step_bytes", row.extent.peakBytes},
                                {"least_step_bytes", row.extent.lowerBoundBytes},
                                {"over_least", row.overBound()},
                                {"more_time", row.moreTime}};
    if (row.peerBytes > 0) {
        json["saved_bytes"] = row.peerBytes;
        json["ratio"] = row.overPeer();
        json["versions"] = versions;
    }
    return json.dump() + "\n";
}

void addRow(Table& table, const MemoryRow& row) {
    const auto bytes = [](int64_t count) { return bytesText(static_cast<double>(count)); };
    const bool isFirst = row.recompute == Recompute::None;
    table.add({isFirst ? std::string(row.network->id) : "",
               isFirst ? std::to_string(row.batch) : "", std::string(recomputeId(row.recompute)),
               bytes(row.extent.peakBytes), bytes(row.extent.lowerBoundBytes),
               fmt::format("{:.3f}", row.overBound()), fmt::format("+{:.1f} %", 100 * row.moreTime),
               row.peerBytes > 0 ? bytes(row.peerBytes) : "",
               row.peerBytes > 0 ? fmt::format("{:.2f}", row.overPeer()) : ""});
}

/// All rows of one network; prints those that are JSON.
Result<std::string> measure(const BenchNetwork& network, int64_t batch, const BenchRequest& request,
                            Table& table) {
    const auto project = benchProject(network);
    if (!project) return project.error();
    const auto peer = peerFacts(network, batch, request);
    if (!peer) return peer.error();
    for (const Recompute mode : modes) {
        auto row = rowOf(network, *project, batch, mode, request);
        if (!row) return row.error();
        row->peerBytes = peer->savedBytes;
        if (request.json) printNow(rowJson(*row, peer->versions));
        addRow(table, *row);
    }
    return peer->versions;
}

}  // namespace

Result<void> benchMemory(const BenchRequest& request) {
    Table table({{"network"},
                 {"batch", true},
                 {"made again"},
                 {"step", true},
                 {"least possible", true},
                 {"step / least", true},
                 {"time", true},
                 {"saved by torch", true},
                 {"step / saved", true}});
    std::string versions;
    if (request.json) printNow(benchHead(request));
    for (const BenchNetwork* network : request.networks)
        for (const int64_t batch : batchesOf(request, network->trainingBatches)) {
            tellProgress(fmt::format("{}, batch {}", network->id, batch));
            auto found = measure(*network, batch, request, table);
            if (!found) return found.error();
            versions = std::move(found).value();
        }
    if (request.json) return {};
    print(benchHead(request, versions) + "\n" + table.text() +
          "\nA step: activations, gradients and workspaces in the arena, without weights and "
          "slots.\nBudget: the least that one can ask for.\nTime: what making values again is "
          "estimated to add.\nSaved by torch: what "
          "autograd keeps for the backward pass, each storage once, without parameters.\n");
    return {};
}

}  // namespace vitrine::cli
