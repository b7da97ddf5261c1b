// SPDX-License-Identifier: Apache-2.0
// Words and numbers of schedules that are written as text.
#include "core/optim/families/schedule_text.h"

#include <charconv>
#include <cmath>

namespace vitrine::schedules {

std::string_view trimmed(std::string_view text) {
    const size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::string_view takeUntil(std::string_view& text, char end) {
    const size_t at = text.find(end);
    const std::string_view taken = trimmed(text.substr(0, at));
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return taken;
}

std::optional<double> numberIn(std::string_view text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, trouble] = std::from_chars(text.data(), end, value);
    if (trouble != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
    return value;
}

}  // namespace vitrine::schedules
