// SPDX-License-Identifier: Apache-2.0
// Reasons as sentences.
#include "core/exec/kernel_reasons.h"

#include <fmt/format.h>

namespace vitrine {

namespace {

/// `0.52 ms`, `8.6 s`.
std::string text(double seconds) {
    if (seconds >= 1) return fmt::format("{:.2g} s", seconds);
    return seconds >= 1e-4 ? fmt::format("{:.2g} ms", seconds * 1e3)
                           : fmt::format("{:.2g} µs", seconds * 1e6);
}

/// `lanes: about 0.5 ms here`, `lanes: measured 0.5 ms on this machine with 2 threads`.
std::string timeText(const KernelWays& ways, size_t way) {
    const KernelWays::Way& of = ways.offered[way];
    if (of.measured == 0) return fmt::format("{}: about {} here", of.name, text(of.seconds));
    return fmt::format("{}: measured {} on this machine{}", of.name, text(of.measured),
                       ways.threads == 1 ? "" : fmt::format(" with {} threads", ways.threads));
}

}  // namespace

std::string KernelReasons::whyTaken() const {
    if (!reason.empty()) return std::string(reason);
    if (!ways) return {};
    const KernelWays::Way& way = ways->offered[taken];
    if (ways->offered.size() == 1) return fmt::format("{}: no other way is there", way.name);
    return timeText(*ways, taken) + ", the least together with what lies around it";
}

std::vector<std::string> KernelReasons::whyNotOthers() const {
    if (!ways) return {};
    std::vector<std::string> reasons;
    const double mine = ways->offered[taken].seconds;
    for (size_t i = 0; i < ways->offered.size(); ++i) {
        if (i == taken) continue;
        const double other = ways->offered[i].seconds;
        const std::string_view why = other > mine   ? ""
                                     : other < mine ? ", but values around it would be copied"
                                                    : ", the same; what lies around it decided";
        reasons.push_back(fmt::format("{}{}", timeText(*ways, i), why));
    }
    for (const kernels::Refusal& refusal : ways->refused)
        reasons.push_back(fmt::format("{}: {}", refusal.way, refusal.why));
    return reasons;
}

}  // namespace vitrine
