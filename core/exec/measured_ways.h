// SPDX-License-Identifier: Apache-2.0
// What kernels' ways of going took on a machine. With such a table the choice between them goes by
// what was measured instead of by estimates.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/ir/program.h"
#include "kernels/api/offer.h"

namespace vitrine {

/// A plain value.
struct MeasuredWays {
    /// Seconds of one run, by the name of a way.
    using Ways = std::map<std::string, double, std::less<>>;

    int threads = 1;                                          ///< so many ran it
    std::map<std::string, Ways, std::less<>> questions = {};  ///< see questionText

    /// Null where nothing was measured for it.
    const Ways* find(std::string_view question) const;
    bool operator==(const MeasuredWays&) const = default;
};

/// What an instruction asks of kernels: operator, fields, shapes and element types. What was fused
/// into it is left out: ways are chosen before that. `in`, `out`: of all operands and results.
std::string questionText(const Instr& instr, std::span<const ValueShape> in,
                         std::span<const ValueShape> out);

/// Puts what was measured in place of estimates, as seconds on one core: with several threads their
/// sum. A way that was not measured keeps its distance from the others by the estimate.
void takeMeasured(const MeasuredWays::Ways& ways, int threads, std::vector<kernels::Offer>& offers);

}  // namespace vitrine
