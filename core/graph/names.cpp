// SPDX-License-Identifier: Apache-2.0
// Checks of names, letter by letter.
#include "core/graph/names.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/file.h"

namespace vitrine {

namespace {

constexpr size_t longestNodeId = 100, longestParameterId = 200;
constexpr std::string_view metadataKey = "__metadata__";  ///< what safetensors keep for themselves

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isWordLetter(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

Error nameError(std::string_view what, std::string_view found, std::string_view wanted) {
    return {"U10", fmt::format("{} is {}, wanted {}", what, quoted(found), wanted), {}, {}, {}};
}

Result<void> checkNodeWord(std::string_view what, std::string_view word) {
    const bool fits = !word.empty() && word.size() <= longestNodeId && !isDigit(word.front()) &&
                      std::all_of(word.begin(), word.end(), isWordLetter);
    if (fits) return {};
    return nameError(
        what, word,
        fmt::format("1 to {} letters, digits and '_', not starting with a digit", longestNodeId));
}

}  // namespace

Result<void> checkNodeId(std::string_view id) { return checkNodeWord("a node's id", id); }
Result<void> checkNodeKey(std::string_view key) { return checkNodeWord("a node's key", key); }

std::string nodeKey(std::string_view id, int number) {
    if (number == 1) return std::string(id);
    const std::string ending = fmt::format("_{}", number);
    return std::string(id.substr(0, longestNodeId - ending.size())) + ending;
}

Result<void> checkParameterId(std::string_view id) {
    const auto isAllowed = [](char c) { return isWordLetter(c) || c == '.' || c == '/'; };
    const bool fits = !id.empty() && id.size() <= longestParameterId && id != metadataKey &&
                      std::all_of(id.begin(), id.end(), isAllowed);
    if (fits) return {};
    return nameError("a parameter's id", id,
                     fmt::format("1 to {} letters, digits, '_', '.' and '/', other than {}",
                                 longestParameterId, metadataKey));
}

std::string defaultParameterId(std::string_view node, std::string_view port) {
    return fmt::format("{}.{}", node, port);
}

std::string quoted(std::string_view word) { return fmt::format("'{}'", printable(word, 60)); }

}  // namespace vitrine
