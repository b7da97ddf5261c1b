// SPDX-License-Identifier: Apache-2.0
#include "core/train/fitting_batch.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace vitrine {

namespace {

constexpr std::string_view batchKey = "batch=", accumulateKey = " accumulate=";

/// Takes a key with a number behind it from the start of a text.
std::optional<int64_t> takeNumber(std::string_view& text, std::string_view key) {
    if (!text.starts_with(key)) return std::nullopt;
    int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + key.size(), end, number);
    if (error != std::errc() || number < 1) return std::nullopt;
    text = {stopped, end};
    return number;
}

}  // namespace

FittingBatch batchOfAtMost(int64_t most, int64_t batch, int64_t accumulate) {
    int64_t parts = 1;
    while (batch / parts > most || batch % parts != 0) ++parts;
    return {.batch = batch / parts, .accumulate = parts * accumulate};
}

std::string fieldOf(const FittingBatch& fitting) {
    return fmt::format("{}{}{}{}", batchKey, fitting.batch, accumulateKey, fitting.accumulate);
}

std::optional<FittingBatch> fittingBatchOf(const Error& error) {
    std::string_view rest = error.place.field;
    const auto batch = takeNumber(rest, batchKey);
    const auto accumulate = takeNumber(rest, accumulateKey);
    if (!batch || !accumulate || !rest.empty()) return std::nullopt;
    return FittingBatch{.batch = *batch, .accumulate = *accumulate};
}

}  // namespace vitrine
