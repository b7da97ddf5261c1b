// SPDX-License-Identifier: Apache-2.0
// Which values of the forward phase the backward phase makes again instead of finding them kept.
#pragma once

#include <cstdint>
#include <string_view>

namespace vitrine {

/// The same kernels make them from the same operands: bits do not change.
enum class Recompute : uint8_t {
    None,
    Cheap,   ///< what costs next to nothing beside the step: see cheapShare
    Blocks,  ///< all but what crosses borders between blocks of the network, for the least peak
    Budget   ///< as little as the budget allows, or all that helps where it allows too little
};
/// So much longer than without it may a step with Recompute::Cheap take by the estimate.
inline constexpr double cheapShare = 0.03;

/// For people and files.
struct RecomputeWords {
    Recompute recompute;
    std::string_view id, title, summary;
};
inline constexpr RecomputeWords recomputeWords[] = {
    {Recompute::None, "none", "Nothing", "All that the backward phase needs is kept."},
    {Recompute::Cheap, "cheap", "What is cheap",
     "Values that cost next to nothing are made again: at most 3 % of a step's time by the "
     "estimate."},
    {Recompute::Blocks, "blocks", "Whole blocks",
     "Only what crosses borders between blocks of the network is kept: the rule of the square "
     "root, for about a quarter more time."},
    {Recompute::Budget, "budget", "What the budget asks for",
     "As little is made again as keeps a step's memory within its budget."}};

constexpr std::string_view recomputeId(Recompute recompute) {
    return recomputeWords[static_cast<int>(recompute)].id;
}
/// Null where there is none.
constexpr const RecomputeWords* findRecompute(std::string_view id) {
    for (const RecomputeWords& words : recomputeWords)
        if (words.id == id) return &words;
    return nullptr;
}

}  // namespace vitrine
