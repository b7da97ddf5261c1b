// SPDX-License-Identifier: Apache-2.0
// Compares two sentences number by number.
#include "core/graph/batch_text.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace vitrine {

namespace {

/// Takes what stands before the next number, or else that number.
std::string_view takePart(std::string_view& rest) {
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const bool number = isDigit(rest.front());
    const auto end =
        std::find_if(rest.begin(), rest.end(), [&](char c) { return isDigit(c) != number; });
    const std::string_view part = rest.substr(0, static_cast<size_t>(end - rest.begin()));
    rest.remove_prefix(part.size());
    return part;
}

std::optional<int64_t> numberOf(std::string_view text) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

/// How many times the batch two parts are; nothing where they are not.
std::optional<int64_t> timesBatch(const BatchText& a, const BatchText& b) {
    const auto first = numberOf(a.text), second = numberOf(b.text);
    if (!first || !second || *first % a.batch != 0 || *second % b.batch != 0) return {};
    if (*first / a.batch != *second / b.batch) return {};
    return *first / a.batch;
}

}  // namespace

std::string withBatchAsN(const BatchText& a, const BatchText& b) {
    std::string result;
    std::string_view restA = a.text, restB = b.text;
    while (!restA.empty() && !restB.empty()) {
        const std::string_view partA = takePart(restA), partB = takePart(restB);
        if (partA == partB) {
            result += partA;
            continue;
        }
        const auto times = timesBatch({partA, a.batch}, {partB, b.batch});
        if (!times) return std::string(a.text);
        result += *times == 1 ? "N" : fmt::format("{}·N", *times);
    }
    return restA.empty() && restB.empty() ? result : std::string(a.text);
}

}  // namespace vitrine
