// SPDX-License-Identifier: Apache-2.0
// bench --suite rest: what steps cost beside their kernels.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/cli/bench.h"
#include "core/cli/text.h"
#include "core/session/bench_rest.h"

namespace vitrine::cli {

namespace {

constexpr int dispatchRounds = 200;
constexpr int64_t faultSteps = 20;

struct RestRow {
    const BenchNetwork* network = nullptr;
    int64_t batch = 0;
    size_t entries = 0;
    double faults = 0;  ///< of a step
    WatchingCost watching = {};
};

Result<RestRow> rowOf(const BenchNetwork& network, int64_t batch, const BenchRequest& request) {
    const auto project = benchProject(network);
    if (!project) return project.error();
    const auto step = BenchStep::create(
        *project, {.batch = batch, .threads = request.threads, .math = request.math});
    if (!step) return step.error();
    RestRow row{.network = &network, .batch = batch, .entries = (*step)->tape().entries.size()};
    row.faults =
        static_cast<double>(pageFaults(**step, faultSteps)) / static_cast<double>(faultSteps);
    row.watching = watchingCost(**step, request.pairs);
    return row;
}

std::string rowJson(const RestRow& row) {
    const nlohmann::ordered_json json{{"event", "rest"},
                                      {"network", row.network->id},
                                      {"batch", row.batch},
                                      {"entries", row.entries},
                                      {"ms", row.watching.stepSeconds * 1e3},
                                      {"page_faults", row.faults},
                                      {"sample_ms", row.watching.sampleSeconds * 1e3},
                                      {"steps_of_sample", row.watching.stepsOfSample},
                                      {"share_of_instruments", row.watching.share()}};
    return json.dump() + "\n";
}

void addRow(Table& table, const RestRow& row) {
    table.add({std::string(row.network->id), std::to_string(row.batch), std::to_string(row.entries),
               fmt::format("{:.3f}", row.watching.stepSeconds * 1e3),
               fmt::format("{:.2f}", row.faults),
               fmt::format("{:.3f}", row.watching.sampleSeconds * 1e3),
               fmt::format("{:.0f}", row.watching.stepsOfSample),
               fmt::format("{:.2f} %", 100 * row.watching.share())});
}

std::string dispatchText(const BenchRequest& request) {
    const double seconds = dispatchSeconds(request.threads, dispatchRounds);
    if (!request.json)
        return fmt::format("\nCalling a kernel that has one number to compute takes {:.3f} µs.\n\n",
                           seconds * 1e6);
    const nlohmann::ordered_json json{{"event", "dispatch"}, {"us", seconds * 1e6}};
    return json.dump() + "\n";
}

}  // namespace

Result<void> benchRest(const BenchRequest& request) {
    Table table({{"network"},
                 {"batch", true},
                 {"entries", true},
                 {"ms", true},
                 {"page faults", true},
                 {"a sample, ms", true},
                 {"every n-th step", true},
                 {"instruments", true}});
    print(benchHead(request) + dispatchText(request));
    for (const BenchNetwork* network : request.networks)
        for (const int64_t batch : batchesOf(request, network->trainingBatches)) {
            tellProgress(fmt::format("{}, batch {}", network->id, batch));
            const auto row = rowOf(*network, batch, request);
            if (!row) return row.error();
            if (request.json) printNow(rowJson(*row));
            addRow(table, *row);
        }
    if (request.json) return {};
    print(table.text() +
          "\nA sample: histograms of all gradients, weights and nodes, and the time of each entry. "
          "Instruments: what samples take of the time of training, at the pace that training has. "
          "Page faults are those of a step, once the first is done.\n");
    return {};
}

}  // namespace vitrine::cli
