// SPDX-License-Identifier: Apache-2.0
// bench --suite memory: what a training step needs beside weights and slots.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "core/cli/bench.h"
#include "core/cli/text.h"
#include "core/session/bench_peer.h"
#include "core/session/bench_step.h"

namespace vitrine::cli {

namespace {

struct MemoryRow {
    const BenchNetwork* network = nullptr;
    int64_t batch = 0;
    MemoryExtent extent = {};
    int64_t peerBytes = 0;  ///< 0: not compared
    std::string versions = {};

    double overBound() const {
        return static_cast<double>(extent.peakBytes) / static_cast<double>(extent.lowerBoundBytes);
    }
    double overPeer() const {
        return static_cast<double>(extent.peakBytes) / static_cast<double>(peerBytes);
    }
};

Result<MemoryRow> rowOf(const BenchNetwork& network, int64_t batch, const BenchRequest& request) {
    const auto project = benchProject(network);
    if (!project) return project.error();
    const auto tape =
        benchTape(*project, {.batch = batch, .threads = request.threads, .math = request.math});
    if (!tape) return tape.error();
    MemoryRow row{.network = &network, .batch = batch, .extent = tape->extent};
    if (request.peers.empty()) return row;
    const auto peer = BenchPeer::start({.python = request.peers,
                                        .suite = "memory",
                                        .what = std::string(network.id),
                                        .batch = batch,
                                        .threads = request.threads,
                                        .variant = "channels_last"});
    if (!peer) return peer.error();
    row.peerBytes = (*peer)->facts().savedBytes;
    row.versions = (*peer)->facts().versions;
    return row;
}

std::string rowJson(const MemoryRow& row) {
    nlohmann::ordered_json json{{"event", "memory"},
                                {"network", row.network->id},
                                {"batch", row.batch},
                                {"step_bytes", row.extent.peakBytes},
                                {"least_step_bytes", row.extent.lowerBoundBytes},
                                {"over_least", row.overBound()}};
    if (row.peerBytes > 0) {
        json["saved_bytes"] = row.peerBytes;
        json["ratio"] = row.overPeer();
        json["versions"] = row.versions;
    }
    return json.dump() + "\n";
}

void addRow(Table& table, const MemoryRow& row) {
    const auto bytes = [](int64_t count) { return bytesText(static_cast<double>(count)); };
    table.add({std::string(row.network->id), std::to_string(row.batch), bytes(row.extent.peakBytes),
               bytes(row.extent.lowerBoundBytes), fmt::format("{:.3f}", row.overBound()),
               row.peerBytes > 0 ? bytes(row.peerBytes) : "",
               row.peerBytes > 0 ? fmt::format("{:.2f}", row.overPeer()) : ""});
}

}  // namespace

Result<void> benchMemory(const BenchRequest& request) {
    Table table({{"network"},
                 {"batch", true},
                 {"step", true},
                 {"least possible", true},
                 {"step / least", true},
                 {"saved by torch", true},
                 {"step / saved", true}});
    bool isFirst = true;
    std::string versions;
    for (const BenchNetwork* network : request.networks) {
        for (const int64_t batch : batchesOf(request, network->trainingBatches)) {
            tellProgress(fmt::format("{}, batch {}", network->id, batch));
            const auto row = rowOf(*network, batch, request);
            if (!row) return row.error();
            if (request.json) printNow((isFirst ? benchHead(request) : "") + rowJson(*row));
            isFirst = false;
            versions = row->versions;
            addRow(table, *row);
        }
    }
    if (request.json) return {};
    print(benchHead(request, versions) + "\n" + table.text() +
          "\nA step: activations, gradients and workspaces in the arena, without weights and "
          "slots.\nSaved by torch: what autograd keeps for the backward pass, each storage once, "
          "without parameters.\n");
    return {};
}

}  // namespace vitrine::cli
