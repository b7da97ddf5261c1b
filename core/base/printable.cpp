// SPDX-License-Identifier: Apache-2.0
// Text from files and names for messages: what could hide or move text is escaped, what is too long
// is cut. Source for the byte ranges: Unicode 15, table 3-7 (well-formed UTF-8).
#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "core/base/file.h"

namespace vitrine {

namespace {

struct CodePoint {
    uint32_t value = 0;
    size_t bytes = 0;  ///< 0: not UTF-8
};

bool isContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

CodePoint firstCodePoint(std::string_view text) {
    const auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return {lead, 1};
    const size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
    uint32_t value = lead & (0x7Fu >> bytes);
    for (size_t i = 1; i < bytes; ++i) {
        if (!isContinuation(at(i))) return {};
        value = value << 6 | (at(i) & 0x3Fu);
    }
    constexpr std::array<uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < smallest[bytes] || value > 0x10FFFF || surrogate) return {};
    return {value, bytes};
}

/// Controls, and the marks that are invisible or change the direction of writing.
bool isHidden(uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

std::string escaped(uint32_t c) {
    switch (c) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return c < 0x80 ? fmt::format("\\x{:02X}", c) : fmt::format("\\u{{{:04X}}}", c);
    }
}

}  // namespace

std::string printable(std::string_view text, size_t limit) {
    std::string out;
    while (!text.empty()) {
        const CodePoint point = firstCodePoint(text);
        const size_t bytes = point.bytes == 0 ? 1 : point.bytes;
        const std::string piece =
            point.bytes == 0        ? fmt::format("\\x{:02X}", static_cast<unsigned char>(text[0]))
            : isHidden(point.value) ? escaped(point.value)
                                    : std::string(text.substr(0, bytes));
        if (out.size() + piece.size() > limit) return out + "…";
        out += piece;
        text.remove_prefix(bytes);
    }
    return out;
}

bool isUtf8(std::string_view text) {
    while (!text.empty()) {
        const size_t bytes = firstCodePoint(text).bytes;
        if (bytes == 0) return false;
        text.remove_prefix(bytes);
    }
    return true;
}

std::string sizeText(int64_t bytes) {
    if (bytes < 1000) return fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
    constexpr std::array<std::string_view, 6> units{"kB", "MB", "GB", "TB", "PB", "EB"};
    double value = static_cast<double>(bytes) / 1000;
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    return fmt::format("{:.{}f} {}", value, value < 9.95 ? 1 : 0, units[unit]);
}

}  // namespace vitrine
