// SPDX-License-Identifier: Apache-2.0
// Checks of settings and the sentences that they give.
#include "core/io/settings.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/base/file.h"

namespace vitrine {

namespace {

Error outOfRange(std::string_view code, std::string_view id, std::string_view found,
                 const std::string& wanted, std::string_view reason) {
    Error error{std::string(code),
                fmt::format("{} is {}, wanted {}: {}", id, found, wanted, reason),
                {},
                "Nothing was started.",
                "Choose a value in this range."};
    error.place.field = id;
    return error;
}

/// Reads the whole of `text` as one number.
template <class T>
bool readNumber(std::string_view text, T& value) {
    const char* end = text.data() + text.size();
    const auto [stop, trouble] = std::from_chars(text.data(), end, value);
    return trouble == std::errc{} && stop == end;
}

std::string typed(std::string_view text) {
    return text.empty() ? "empty" : fmt::format("'{}'", printable(text, 60));
}

}  // namespace

Error settingError(const WholeSetting& s, std::string_view found) {
    const std::string wanted = fmt::format("a whole number from {} to {}", s.minimum, s.maximum);
    return outOfRange(s.code, s.id, found, wanted, s.reason);
}

Error settingError(const RealSetting& s, std::string_view found) {
    const std::string wanted =
        s.aboveMinimum ? fmt::format("a number above {} and up to {}", s.minimum, s.maximum)
                       : fmt::format("a number from {} to {}", s.minimum, s.maximum);
    return outOfRange(s.code, s.id, found, wanted, s.reason);
}

Result<int64_t> checkSetting(const WholeSetting& setting, int64_t value) {
    if (value >= setting.minimum && value <= setting.maximum) return value;
    return settingError(setting, std::to_string(value));
}

Result<double> checkSetting(const RealSetting& setting, double value) {
    const bool isAbove = setting.aboveMinimum ? value > setting.minimum : value >= setting.minimum;
    if (std::isfinite(value) && isAbove && value <= setting.maximum) return value;
    return settingError(setting, fmt::format("{}", value));
}

Result<int64_t> settingFromText(const WholeSetting& setting, std::string_view text) {
    int64_t value = 0;
    if (!readNumber(text, value)) return settingError(setting, typed(text));
    return checkSetting(setting, value);
}

Result<double> settingFromText(const RealSetting& setting, std::string_view text) {
    double value = 0;
    if (!readNumber(text, value)) return settingError(setting, typed(text));
    return checkSetting(setting, value);
}

Result<int64_t> bytesFromText(const WholeSetting& setting, std::string_view text) {
    struct Unit {
        std::string_view id;
        double bytes;
    };
    constexpr Unit units[] = {{"", 1},         {"b", 1},       {"k", 1e3},      {"kb", 1e3},
                              {"m", 1e6},      {"mb", 1e6},    {"g", 1e9},      {"gb", 1e9},
                              {"t", 1e12},     {"tb", 1e12},   {"kib", 0x1p10}, {"mib", 0x1p20},
                              {"gib", 0x1p30}, {"tib", 0x1p40}};
    double number = 0;
    const auto [stop, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string unit;
    for (const char* at = stop; at != text.data() + text.size(); ++at)
        if (*at != ' ') unit += static_cast<char>(*at | 0x20);
    const auto found = std::ranges::find(units, std::string_view(unit), &Unit::id);
    const double bytes = found == std::end(units) ? -1 : std::round(number * found->bytes);
    const bool isTooMuch = trouble == std::errc::result_out_of_range || bytes >= 0x1p62;
    if (trouble != std::errc{} || !(bytes >= 0) || isTooMuch) {
        Error error{
            std::string(setting.code),
            fmt::format("a budget is {}, wanted {}", typed(text),
                        isTooMuch ? "at most a million TB" : "bytes"),
            {},
            "Nothing was started.",
            isTooMuch ? "Choose a smaller budget." : "Write them with a unit: 200MB, 1.5GiB."};
        error.place.field = setting.id;
        return error;
    }
    return checkSetting(setting, static_cast<int64_t>(bytes));
}

Result<PerChannel> perChannelFromText(const RealSetting& setting, std::string_view text) {
    std::vector<double> each;
    for (bool isLast = false; !isLast;) {
        const size_t comma = text.find(',');
        isLast = comma == std::string_view::npos;
        std::string_view word = text.substr(0, comma);
        while (word.starts_with(' ')) word.remove_prefix(1);
        while (word.ends_with(' ')) word.remove_suffix(1);
        const Result<double> number = settingFromText(setting, word);
        if (!number) return number.error();
        if (each.size() == PerChannel::most) return settingError(setting, "of too many channels");
        each.push_back(*number);
        text.remove_prefix(isLast ? text.size() : comma + 1);
    }
    return PerChannel(std::move(each));
}

Result<void> checkBatchFits(int64_t batch, int64_t trainingImages) {
    if (batch <= trainingImages) return {};
    const std::string wanted = fmt::format("at most {}", trainingImages);
    return outOfRange("U02", "batch", std::to_string(batch), wanted,
                      "the training set has no more images");
}

}  // namespace vitrine
