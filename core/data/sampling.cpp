// SPDX-License-Identifier: Apache-2.0
// Orders of examples.
#include "core/data/sampling.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "core/base/check.h"
#include "core/base/rng.h"

namespace vitrine {

namespace {

void shuffle(Rng& rng, std::span<int32_t> order) {
    for (size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[rng.below(static_cast<uint32_t>(i))]);
}

/// Examples by class; classes without any are left out.
std::vector<std::vector<int32_t>> byClass(std::span<const int32_t> classes) {
    std::vector<std::vector<int32_t>> members;
    for (size_t i = 0; i < classes.size(); ++i) {
        if (classes[i] < 0) continue;
        const auto number = static_cast<size_t>(classes[i]);
        if (number >= members.size()) members.resize(number + 1);
        members[number].push_back(static_cast<int32_t>(i));
    }
    std::erase_if(members, [](const auto& one) { return one.empty(); });
    return members;
}

}  // namespace

std::string_view samplingId(Sampling sampling) {
    return sampling == Sampling::Balanced ? "balanced" : "each_once";
}

void shuffledOrder(uint64_t seed, int64_t epoch, std::span<int32_t> order) {
    std::iota(order.begin(), order.end(), 0);
    Rng rng(seed, RngStream::Shuffle, static_cast<uint64_t>(epoch));
    shuffle(rng, order);
}

void balancedOrder(uint64_t seed, int64_t epoch, std::span<const int32_t> classes,
                   std::span<int32_t> order) {
    std::vector<std::vector<int32_t>> members = byClass(classes);
    VITRINE_CHECK(!members.empty(), "balanced draws need an example with a class");
    Rng rng(seed, RngStream::Shuffle, static_cast<uint64_t>(epoch));
    std::vector<size_t> taken(members.size());
    // Where draws do not divide evenly, which classes get one more changes from epoch to epoch.
    std::vector<int32_t> turns(members.size());
    std::iota(turns.begin(), turns.end(), 0);
    for (size_t i = 0; i < order.size(); ++i) {
        if (i % turns.size() == 0) shuffle(rng, turns);
        const auto turn = static_cast<size_t>(turns[i % turns.size()]);
        std::vector<int32_t>& own = members[turn];
        if (taken[turn] % own.size() == 0) shuffle(rng, own);
        order[i] = own[taken[turn]++ % own.size()];
    }
    shuffle(rng, order);
}

}  // namespace vitrine
