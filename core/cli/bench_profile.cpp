// SPDX-License-Identifier: Apache-2.0
// bench --profile: where a step of training or an answer goes.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/cli/bench.h"
#include "core/cli/text.h"
#include "core/session/bench_peak.h"
#include "core/session/bench_profile.h"
#include "core/session/bench_statistics.h"

namespace vitrine::cli {

namespace {

constexpr size_t entriesShown = 20;

struct Profile {
    const BenchNetwork& network;
    int64_t batch = 0;
    double peak = 0, stepSeconds = 0;  ///< of whole steps, with no clock between entries
    std::vector<ProfileRow> entries = {}, kernels = {};

    double entrySeconds() const {
        return std::accumulate(entries.begin(), entries.end(), 0.0,
                               [](double sum, const ProfileRow& row) { return sum + row.seconds; });
    }
};

Result<Profile> measured(const BenchNetwork& network, int64_t batch, const BenchRequest& request) {
    const auto project = benchProject(network);
    if (!project) return project.error();
    const auto step = BenchStep::create(*project, {.trains = request.trains,
                                                   .batch = batch,
                                                   .threads = request.threads,
                                                   .math = request.math});
    if (!step) return step.error();
    Profile profile{.network = network, .batch = batch};
    (*step)->seconds(2);
    const double once = median((*step)->seconds(3));
    const int rounds = std::max(request.pairs, static_cast<int>(std::min(1.0 / once, 1000.0)));
    profile.peak = multiplyAddPeak((*step)->team());
    profile.stepSeconds = median((*step)->seconds(rounds));
    profile.entries = profileEntries(**step, rounds);
    profile.kernels = byKernel(profile.entries);
    return profile;
}

std::vector<std::string> speeds(const ProfileRow& row, const Profile& profile) {
    const double nanoseconds = row.seconds * 1e9;
    const auto rate = [&](double count) {
        return count > 0 && nanoseconds > 0 ? fmt::format("{:.1f}", count / nanoseconds) : "";
    };
    const double share = row.flops / std::max(row.seconds, 1e-12) / profile.peak;
    return {fmt::format("{:.3f}", row.seconds * 1e3),
            fmt::format("{:.1f} %", 100 * row.seconds / profile.entrySeconds()), rate(row.flops),
            row.flops > 0 ? fmt::format("{:.0f} %", 100 * share) : "", rate(row.bytes)};
}

const std::vector<Table::Column> speedColumns{
    {"ms", true}, {"of the step", true}, {"GFLOP/s", true}, {"of the peak", true}, {"GB/s", true}};

std::vector<Table::Column> with(std::vector<Table::Column> front) {
    front.insert(front.begin() + 1, speedColumns.begin(), speedColumns.end());
    return front;
}

void addRow(Table& table, std::string first, const ProfileRow& row, const Profile& profile,
            const std::vector<std::string>& behind) {
    std::vector<std::string> cells{std::move(first)};
    for (std::string& cell : speeds(row, profile)) cells.push_back(std::move(cell));
    cells.insert(cells.end(), behind.begin(), behind.end());
    table.add(std::move(cells));
}

std::string profileText(const Profile& profile) {
    std::string out = fmt::format(
        "\n{}, batch {}: {:.3f} ms a step; {:.3f} ms entry by entry, with a clock around each\n\n",
        profile.network.id, profile.batch, profile.stepSeconds * 1e3, profile.entrySeconds() * 1e3);
    Table kernels(with({{"entries", true}, {"operator", false, 50}, {"kernel", false, 60}}));
    for (const ProfileRow& row : profile.kernels)
        addRow(kernels, std::to_string(row.entries), row, profile, {row.op, row.kernel});
    std::vector<ProfileRow> longest = profile.entries;
    std::ranges::stable_sort(longest, std::ranges::greater(), &ProfileRow::seconds);
    longest.resize(std::min(longest.size(), entriesShown));
    Table entries(with({{"node", false, 30}, {"operator", false, 40}, {"shapes", false, 70}}));
    for (const ProfileRow& row : longest)
        addRow(entries, row.node, row, profile, {row.op, row.shapes});
    return out + kernels.text() + "\nThe longest entries:\n\n" + entries.text();
}

nlohmann::ordered_json rowJson(const char* event, const ProfileRow& row, const Profile& profile) {
    return {{"event", event},
            {"network", profile.network.id},
            {"batch", profile.batch},
            {"operator", row.op},
            {"kernel", row.kernel},
            {"node", row.node},
            {"shapes", row.shapes},
            {"entries", row.entries},
            {"ms", row.seconds * 1e3},
            {"share", row.seconds / profile.entrySeconds()},
            {"gflops", row.flops / row.seconds * 1e-9},
            {"share_of_peak", row.flops / row.seconds / profile.peak},
            {"gbytes_per_s", row.bytes / row.seconds * 1e-9}};
}

std::string profileJson(const Profile& profile) {
    std::string out;
    for (const ProfileRow& row : profile.kernels)
        out += rowJson("kernel", row, profile).dump() + "\n";
    for (const ProfileRow& row : profile.entries)
        out += rowJson("entry", row, profile).dump() + "\n";
    return out;
}

}  // namespace

Result<void> benchProfile(const BenchRequest& request) {
    bool isFirst = true;
    for (const BenchNetwork* network : request.networks) {
        const auto batches = batchesOf(
            request, request.trains ? network->trainingBatches : network->inferenceBatches);
        if (batches.empty()) continue;
        // The usual one of training stands first, the large one of inference last.
        const int64_t batch = request.trains ? batches.front() : batches.back();
        tellProgress(fmt::format("{}, batch {}", network->id, batch));
        const auto profile = measured(*network, batch, request);
        if (!profile) return profile.error();
        if (isFirst) print(benchHead(request));
        isFirst = false;
        printNow(request.json ? profileJson(*profile) : profileText(*profile));
    }
    return {};
}

}  // namespace vitrine::cli
