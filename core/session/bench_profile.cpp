// SPDX-License-Identifier: Apache-2.0
// A clock around each entry, and medians.
#include "core/session/bench_profile.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/session/bench_statistics.h"

namespace vitrine {

namespace {

std::string operatorText(const TapeEntry& entry) {
    std::string text;
    for (const FusedOp& load : entry.instr.loads) text += fmt::format("{} + ", load.op->id);
    text += entry.instr.op->id;
    for (const FusedOp& fused : entry.instr.epilogue) text += fmt::format(" + {}", fused.op->id);
    return text;
}

std::string shapesText(const Tape& tape, const Instr& instr) {
    constexpr size_t mostShown = 3;
    std::vector<std::string> shapes;
    for (const ValueId v : instr.operands())
        if (shapes.size() < mostShown) shapes.push_back(tape.value(v).type.shape.text());
    return fmt::format("{} → {}", fmt::join(shapes, " "),
                       tape.value(instr.out[0]).type.shape.text());
}

}  // namespace

std::vector<ProfileRow> profileEntries(BenchStep& step, int rounds) {
    using Clock = std::chrono::steady_clock;
    const Tape& tape = step.tape();
    std::vector<std::vector<double>> times(tape.entries.size());
    for (int round = 0; round < rounds; ++round) {
        step.prepare();
        for (int i = 0; i < step.executor().entries(); ++i) {
            const auto start = Clock::now();
            step.executor().runEntry(i);
            const std::chrono::duration<double> taken = Clock::now() - start;
            times[static_cast<size_t>(i)].push_back(taken.count());
        }
    }
    std::vector<ProfileRow> rows;
    for (size_t i = 0; i < times.size(); ++i) {
        const TapeEntry& entry = tape.entries[i];
        if (entry.instr.op->isView() || entry.once) continue;
        rows.push_back({.op = operatorText(entry),
                        .kernel = entry.kernel.name,
                        .node = fmt::format("{}", fmt::join(entry.instr.origins, " ")),
                        .shapes = shapesText(tape, entry.instr),
                        .seconds = median(std::move(times[i])),
                        .flops = entry.flops,
                        .bytes = entry.bytes});
    }
    return rows;
}

std::vector<ProfileRow> byKernel(const std::vector<ProfileRow>& entries) {
    std::map<std::pair<std::string, std::string>, ProfileRow> sums;
    for (const ProfileRow& entry : entries) {
        ProfileRow& sum = sums[{entry.op, entry.kernel}];
        if (sum.op.empty()) sum.entries = 0;
        sum.op = entry.op;
        sum.kernel = entry.kernel;
        sum.entries += entry.entries;
        sum.seconds += entry.seconds;
        sum.flops += entry.flops;
        sum.bytes += entry.bytes;
    }
    std::vector<ProfileRow> rows;
    for (auto& [key, sum] : sums) rows.push_back(std::move(sum));
    std::ranges::stable_sort(rows, std::ranges::greater(), &ProfileRow::seconds);
    return rows;
}

}  // namespace vitrine
