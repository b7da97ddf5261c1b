// SPDX-License-Identifier: Apache-2.0
// Undoes what Python did to bytes to put them into text.
#include "core/data/pickle/pickle_text.h"

#include <charconv>

namespace vitrine {

namespace {

/// The letter behind a backslash; 0: `x`, which takes digits; −1: none that is known.
int escaped(char letter) {
    switch (letter) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case '\\':
        case '\'':
        case '"':
            return letter;
        case 'x':
            return 0;
        default:
            return -1;
    }
}

}  // namespace

std::optional<std::string> unquoted(std::string_view literal) {
    if (literal.size() < 2 || literal.front() != literal.back() ||
        (literal.front() != '\'' && literal.front() != '"'))
        return {};
    literal = literal.substr(1, literal.size() - 2);
    std::string text;
    for (size_t i = 0; i < literal.size(); ++i) {
        if (literal[i] != '\\') {
            text += literal[i];
            continue;
        }
        if (++i == literal.size()) return {};
        const int letter = escaped(literal[i]);
        if (letter < 0) return {};
        if (letter > 0) {
            text += static_cast<char>(letter);
            continue;
        }
        unsigned byte = 0;
        const std::string_view digits = literal.substr(i + 1, 2);
        const auto [end, failure] =
            std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (failure != std::errc() || end != digits.data() + 2) return {};
        text += static_cast<char>(byte);
        i += 2;
    }
    return text;
}

std::optional<std::string> latinBytes(std::string_view utf8) {
    std::string bytes;
    bytes.reserve(utf8.size());
    for (size_t i = 0; i < utf8.size(); ++i) {
        const auto first = static_cast<unsigned char>(utf8[i]);
        if (first < 0x80) {
            bytes += utf8[i];
            continue;
        }
        if ((first != 0xC2 && first != 0xC3) || i + 1 == utf8.size()) return {};
        const auto second = static_cast<unsigned char>(utf8[++i]);
        if ((second & 0xC0) != 0x80) return {};
        bytes += static_cast<char>((first & 3) << 6 | (second & 0x3F));
    }
    return bytes;
}

}  // namespace vitrine
