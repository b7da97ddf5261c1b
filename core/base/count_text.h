// SPDX-License-Identifier: Apache-2.0
// A number of things, as English counts them.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <string>
#include <string_view>

namespace vitrine {

/// `1 step`, `0 steps`, `12,000 images`: `many` is for words that take more than an s.
template <std::integral Number>
std::string countOf(Number count, std::string_view one, std::string_view many = {}) {
    const std::string number = fmt::format("{}", fmt::group_digits(count));
    if (count == 1) return fmt::format("{} {}", number, one);
    return many.empty() ? fmt::format("{} {}s", number, one) : fmt::format("{} {}", number, many);
}

}  // namespace vitrine
