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

}  // namespace

std::string KernelReasons::whyTaken() const {
    if (!reason.empty()) return std::string(reason);
    if (!ways) return {};
    const KernelWays::Way& way = ways->offered[taken];
    if (ways->offered.size() == 1) return fmt::format("{}: no other way is there", way.name);
    return fmt::format("{}: about {} here, the least together with what lies around it", way.name,
                       text(way.seconds));
}

std::vector<std::string> KernelReasons::whyNotOthers() const {
    if (!ways) return {};
    std::vector<std::string> reasons;
    const double mine = ways->offered[taken].seconds;
    for (size_t i = 0; i < ways->offered.size(); ++i) {
        if (i == taken) continue;
        const auto& [name, other] = ways->offered[i];
        const std::string_view why = other > mine   ? ""
                                     : other < mine ? ", but values around it would be copied"
                                                    : ", the same; what lies around it decided";
        reasons.push_back(fmt::format("{}: about {} here{}", name, text(other), why));
    }
    for (const kernels::Refusal& refusal : ways->refused)
        reasons.push_back(fmt::format("{}: {}", refusal.way, refusal.why));
    return reasons;
}

}  // namespace vitrine
