// SPDX-License-Identifier: Apache-2.0
// Text to extents and back.
#include "core/graph/input_extents.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/graph/names.h"

namespace vitrine {

namespace {

constexpr size_t longestName = 40, longestPlace = 120;
constexpr std::string_view holds = " = ", because = " for ";

/// Names of files may have anything in them.
std::string plain(std::string_view name, size_t most) {
    std::string word = printable(name, most);
    std::ranges::replace(word, ',', ';');
    std::ranges::replace(word, '=', '-');
    return word;
}

std::string trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return std::string(text);
}

NamedExtent extentOf(std::string_view text) {
    const size_t sign = text.find('=');
    if (sign == std::string_view::npos) return {trimmed(text)};
    std::string_view rest = text.substr(sign + 1);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    int64_t number = 0;
    const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (failure != std::errc()) return {trimmed(text.substr(0, sign))};
    rest.remove_prefix(static_cast<size_t>(end - rest.data()));
    if (rest.starts_with(because)) rest.remove_prefix(because.size());
    return {trimmed(text.substr(0, sign)), number, trimmed(rest)};
}

}  // namespace

std::string extentsText(std::span<const NamedExtent> extents) {
    std::vector<std::string> words;
    for (const NamedExtent& extent : extents)
        words.push_back(extent.held
                            ? fmt::format("{}{}{}{}{}", plain(extent.name, longestName), holds,
                                          *extent.held, because, plain(extent.heldBy, longestPlace))
                            : plain(extent.name, longestName));
    return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<NamedExtent> extentsOf(const Node& input) {
    std::vector<NamedExtent> extents;
    if (!input.attrs.has("extents")) return extents;
    std::string_view text = input.attrs.text("extents");
    while (!text.empty()) {
        const size_t end = std::min(text.find(','), text.size());
        extents.push_back(extentOf(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return extents;
}

Result<void> checkExtents(const Node& input) {
    const std::vector<NamedExtent> extents = extentsOf(input);
    const std::vector<int64_t>& shape = input.attrs.list("shape");
    for (size_t k = 0; k < std::min(extents.size(), shape.size()); ++k) {
        const NamedExtent& extent = extents[k];
        if (!extent.held || *extent.held == shape[k]) continue;
        return Error{
            "shape",
            fmt::format("{} is {}, wanted {}: {} was made for that by the import",
                        quoted(extent.name), shape[k], *extent.held, quoted(extent.heldBy)),
            {},
            {},
            "Set it back, or import the model again for the other size."};
    }
    return {};
}

}  // namespace vitrine
