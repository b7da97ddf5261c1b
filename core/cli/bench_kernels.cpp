// SPDX-License-Identifier: Apache-2.0
// bench --suite kernels: single operators, each with its share of what the machine could do.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/cli/bench.h"
#include "core/cli/text.h"
#include "core/session/bench_roofline.h"

namespace vitrine::cli {

namespace {

double gflops(const KernelTimes& times, double seconds) { return times.flops / seconds * 1e-9; }
double gbytes(const KernelTimes& times, double seconds) { return times.bytes / seconds * 1e-9; }

/// What moves memory more than it computes is told by bytes.
std::string speedText(const KernelTimes& times, double seconds) {
    constexpr double fewFlopsOfByte = 4;
    return times.flops >= fewFlopsOfByte * times.bytes
               ? fmt::format("{:.0f} GFLOP/s", gflops(times, seconds))
               : fmt::format("{:.1f} GB/s", gbytes(times, seconds));
}

std::vector<Table::Column> columnsOf(const BenchRequest& request) {
    std::vector<Table::Column> columns{
        {"operator"}, {"pass"}, {"ms", true}, {"speed", true}, {"of the roofline", true}};
    if (!request.peers.empty())
        columns.insert(columns.end(),
                       {{"torch", true}, {"its layout"}, {"times as fast (95 %)", true}});
    columns.push_back({"kernel", false, 50});
    return columns;
}

std::vector<std::string> cellsOf(const KernelTimes& times, const Roofline& roof,
                                 const BenchRequest& request) {
    const double seconds = times.median();
    std::vector<std::string> cells{std::string(times.of->name), times.pass,
                                   fmt::format("{:.4f}", seconds * 1e3), speedText(times, seconds),
                                   fmt::format("{:.0f} %", 100 * times.share(roof))};
    if (!request.peers.empty()) {
        const bool isCompared = times.failure.empty();
        cells.push_back(isCompared ? speedText(times, median(times.peerSeconds)) : "failed");
        cells.push_back(times.variant);
        cells.push_back(isCompared ? fmt::format("{:.2f} ({:.2f} to {:.2f})", times.ratio.median,
                                                 times.ratio.low, times.ratio.high)
                                   : "");
    }
    cells.push_back(times.kernel);
    return cells;
}

std::string tableText(const std::vector<KernelTimes>& all, const Roofline& roof,
                      const BenchRequest& request) {
    Table table(columnsOf(request));
    for (const KernelTimes& times : all) table.add(cellsOf(times, roof, request));
    return table.text();
}

std::string rowJson(const KernelTimes& times, const Roofline& roof) {
    const double seconds = times.median();
    nlohmann::ordered_json json{{"event", "kernel"},
                                {"operator", times.of->name},
                                {"pass", times.pass},
                                {"kernel", times.kernel},
                                {"ms", seconds * 1e3},
                                {"gflops", gflops(times, seconds)},
                                {"gbytes_per_s", gbytes(times, seconds)},
                                {"share_of_roofline", times.share(roof)},
                                {"peak_gflops", roof.flops * 1e-9},
                                {"peak_gbytes_per_s", roof.bytes * 1e-9}};
    if (!times.failure.empty()) json["error"] = times.failure;
    if (!times.peerSeconds.empty()) {
        json["peer_ms"] = median(times.peerSeconds) * 1e3;
        json["variant"] = times.variant;
        json["ratio"] = times.ratio.median;
        json["ratio_low"] = times.ratio.low;
        json["ratio_high"] = times.ratio.high;
    }
    return json.dump() + "\n";
}

std::string footOf(const Roofline& roof) {
    return fmt::format(
        "\nThe roofline: {:.0f} GFLOP/s of multiply-adds, {:.1f} GB/s of copying. Products that "
        "faster algorithms save count as done; bytes are operands and results, each once.\n",
        roof.flops * 1e-9, roof.bytes * 1e-9);
}

/// Those whose names have what is asked for in them.
Result<std::vector<const KernelCase*>> casesOf(const BenchRequest& request) {
    std::vector<const KernelCase*> found;
    for (const KernelCase& of : kernelCases())
        if (of.name.find(request.only) != of.name.npos) found.push_back(&of);
    if (!found.empty()) return found;
    return Error{"L06",
                 fmt::format("no operator that is measured has '{}' in its name",
                             printable(request.only, 60)),
                 {},
                 "Nothing was measured.",
                 "Leave --only out to see all of them."};
}

Result<std::unique_ptr<BenchPeer>> peerOf(const BenchRequest& request) {
    if (request.peers.empty()) return std::unique_ptr<BenchPeer>();
    return BenchPeer::start({.python = request.peers,
                             .suite = "kernel",
                             .what = "kernels",
                             .threads = request.threads,
                             .variant = "default",
                             .isCapped = !request.cap.empty()});
}

}  // namespace

Result<void> benchKernels(const BenchRequest& request) {
    const auto cases = casesOf(request);
    if (!cases) return cases.error();
    const auto started = peerOf(request);
    if (!started) return started.error();
    BenchPeer* const peer = started->get();
    const Roofline roof = measureRoofline(request.threads);
    std::vector<KernelTimes> all;
    if (request.json) printNow(benchHead(request));
    for (const KernelCase* of : *cases) {
        tellProgress(of->name);
        const auto rows = measureKernels(*of, {.threads = request.threads,
                                               .pairs = request.pairs,
                                               .math = request.math,
                                               .peer = peer});
        if (!rows) return rows.error();
        for (const KernelTimes& times : *rows) {
            if (request.json) printNow(rowJson(times, roof));
            all.push_back(times);
        }
    }
    if (request.json) return {};
    const Roofline best = bestOf(roof, measureRoofline(request.threads));
    print(benchHead(request, peer ? peer->facts().versions : "") + "\n" +
          tableText(all, best, request) + footOf(best));
    return {};
}

}  // namespace vitrine::cli
