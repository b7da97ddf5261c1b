// SPDX-License-Identifier: Apache-2.0
// Units, durations and aligned columns. Width counts UTF-8 characters, not bytes.
#include "core/cli/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace vitrine::cli {

namespace {

size_t width(std::string_view text) {
    return static_cast<size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string cut(const std::string& text, size_t widest) {
    if (width(text) <= widest) return text;
    std::string result;
    size_t characters = 0;
    for (char c : text) {
        if ((c & 0xC0) != 0x80 && ++characters == widest) break;
        result += c;
    }
    return result + "…";
}

std::string scaled(double value, const char* unit) {
    constexpr std::array prefixes{"", "K", "M", "G", "T"};
    size_t prefix = 0;
    for (; std::abs(value) >= 1000 && prefix + 1 < prefixes.size(); ++prefix) value /= 1000;
    const std::string space = prefix == 0 && *unit == 0 ? "" : " ";
    return prefix == 0 ? fmt::format("{:.0f}{}{}", value, space, unit)
                       : fmt::format("{:.1f} {}{}", value, prefixes[prefix], unit);
}

std::string padded(const std::string& text, size_t to, bool right) {
    const std::string space(to - std::min(to, width(text)), ' ');
    return right ? space + text : text + space;
}

std::string trimmed(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

}  // namespace

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void showWarning(const Error& warning) { print(fmt::format("\nWarning {}\n", warning.text())); }

std::string bytesText(double bytes) { return scaled(bytes, "B"); }
std::string countText(double count) { return scaled(count, ""); }

std::string durationText(double seconds) {
    const auto s = static_cast<int64_t>(std::llround(seconds));
    if (s < 60) return fmt::format("{} s", s);
    if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
    return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
}

std::string shellWord(std::string_view word) {
    const auto isPlain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("_-./+=:,@%").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), isPlain)) return std::string(word);
    const bool isVisible =
        std::all_of(word.begin(), word.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    std::string quoted = isVisible ? "'" : "$'";
    for (const char c : word) {
        if (isVisible && c == '\'')
            quoted += "'\\''";
        else if (!isVisible && (c == '\'' || c == '\\'))
            quoted += {'\\', c};
        else if (c >= 0x20 && c < 0x7F)
            quoted += c;
        else
            quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return quoted + "'";
}

std::string Table::text() const {
    std::vector<size_t> widths;
    for (size_t c = 0; c < m_columns.size(); ++c) {
        size_t widest = width(m_columns[c].title);
        for (const auto& row : m_rows)
            if (row.size() > 1)
                widest = std::max(widest, std::min(width(row[c]), m_columns[c].widest));
        widths.push_back(widest);
    }
    std::string line, rule;
    for (size_t c = 0; c < m_columns.size(); ++c) {
        line += padded(m_columns[c].title, widths[c], m_columns[c].right) + "  ";
        for (size_t i = 0; i < widths[c]; ++i) rule += "─";
        rule += "  ";
    }
    std::string out = trimmed(line) + trimmed(rule);
    for (const auto& row : m_rows) {
        if (row.size() == 1) {
            out += row[0] + "\n";
            continue;
        }
        line.clear();
        for (size_t c = 0; c < row.size(); ++c)
            line += padded(cut(row[c], m_columns[c].widest), widths[c], m_columns[c].right) + "  ";
        out += trimmed(line);
    }
    return out;
}

}  // namespace vitrine::cli
