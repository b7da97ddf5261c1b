// SPDX-License-Identifier: Apache-2.0
// Edit distance (Levenshtein, two rows) over short words.
#include "core/base/nearest_word.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrine {

namespace {

constexpr size_t longestWord = 64;

size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < a.size(); ++i) {
        size_t diagonal = std::exchange(row[0], i + 1);
        for (size_t j = 0; j < b.size(); ++j) {
            const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string_view nearestWord(std::string_view word, std::span<const std::string_view> candidates) {
    const std::string_view cut = word.substr(0, longestWord);
    std::string_view best;
    size_t bestDistance = longestWord;
    for (std::string_view candidate : candidates) {
        const std::string_view other = candidate.substr(0, longestWord);
        const size_t distance = editDistance(cut, other);
        if (distance * 3 > std::max(cut.size(), other.size()) || distance >= bestDistance) continue;
        best = candidate;
        bestDistance = distance;
    }
    return best;
}

std::string didYouMean(std::string_view word, std::span<const std::string_view> candidates) {
    const std::string_view nearest = nearestWord(word, candidates);
    return nearest.empty() ? std::string{} : fmt::format(", did you mean '{}'?", nearest);
}

std::string onlyThese(std::span<const std::string_view> names) {
    return names.empty() ? ", nor any other" : fmt::format(", only '{}'", fmt::join(names, "', '"));
}

}  // namespace vitrine
