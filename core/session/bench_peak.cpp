// SPDX-License-Identifier: Apache-2.0
// Bursts of multiply-adds, as a kernel that a team runs.
#include "core/session/bench_peak.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstddef>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/session/bench_statistics.h"
#include "kernels/api/fma_peak.h"
#include "kernels/dispatch/machine.h"

namespace vitrine {

namespace {

/// About a tenth of a millisecond.
constexpr int64_t rounds = 40'000;
/// So that a thread that comes late does not decide.
constexpr int64_t partsOfThread = 8;

void burst(const void*, void* const*, kernels::Workspace, int, int64_t) {
    kernels::fmaBurst(rounds);
}

/// Of each array.
constexpr int64_t copiedBytes = int64_t{1} << 26;
constexpr int64_t copiedParts = 64;

void copy(const void*, void* const* operands, kernels::Workspace, int, int64_t part) {
    constexpr int64_t bytes = copiedBytes / copiedParts;
    const auto* from = static_cast<const std::byte*>(operands[0]) + part * bytes;
    std::copy_n(from, bytes, static_cast<std::byte*>(operands[1]) + part * bytes);
}

/// The fastest tenth of some runs.
double secondsOf(const kernels::Kernel& kernel, Team& team, void* const* operands) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> seconds;
    for (int i = 0; i < 30; ++i) {
        const auto start = Clock::now();
        team.run(kernel, operands, nullptr);
        seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
    return quantile(std::move(seconds), 0.1);
}

bool isSame(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](unsigned char left, unsigned char right) {
        return std::tolower(left) == std::tolower(right);
    });
}

}  // namespace

double multiplyAddPeak(Team& team) {
    kernels::Kernel kernel;
    kernel.run = burst;
    kernel.parts[0] = partsOfThread * team.threads();
    const double flops = static_cast<double>(kernels::fmaBurst(1) * rounds * kernel.parts[0]);
    return flops / secondsOf(kernel, team, nullptr);
}

double copyingPeak(Team& team) {
    std::vector<std::byte> from(copiedBytes, std::byte{1}), to(copiedBytes);
    kernels::Kernel kernel;
    kernel.run = copy;
    kernel.parts[0] = copiedParts;
    void* const operands[] = {from.data(), to.data()};
    return 2 * static_cast<double>(copiedBytes) / secondsOf(kernel, team, operands);
}

Result<void> capInstructionSet(std::string_view name) {
    // As processors' makers call what Highway calls AVX3.
    for (const std::string_view usual : {"AVX512", "AVX-512"})
        if (isSame(usual, name)) name = "AVX3";
    std::vector<std::string_view> known;
    for (const kernels::InstructionSet& set : kernels::availableInstructionSets()) {
        if (isSame(set.name, name) && kernels::capInstructionSet(set.name)) return {};
        known.push_back(set.name);
    }
    return Error{"L06",
                 fmt::format("there is no instruction set '{}' here; this machine has {}",
                             printable(name, 60), fmt::join(known, ", ")),
                 {},
                 "Nothing was done.",
                 "Choose one of them, or leave it out."};
}

}  // namespace vitrine
