// SPDX-License-Identifier: Apache-2.0
// Python's literals and JSON differ in quotes alone, as far as lists of names go.
#include "core/session/model_classes.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/file.h"
#include "core/onnx/model.h"

namespace vitrine {

namespace {

constexpr size_t mostNames = 100'000, longestName = 200;
constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Walks a literal: quoted texts, and what stands between them.
class Literal {
  public:
    explicit Literal(std::string_view text) : m_rest(text) {}
    bool isAtEnd() const { return m_rest.empty(); }
    char next() const { return m_rest.front(); }
    void skipBlanks() {
        m_rest.remove_prefix(std::min(m_rest.find_first_not_of(blanks), m_rest.size()));
    }
    bool take(char sign) {
        skipBlanks();
        if (isAtEnd() || next() != sign) return false;
        m_rest.remove_prefix(1);
        return true;
    }
    std::optional<size_t> number() {
        skipBlanks();
        size_t value = 0;
        const auto [end, failure] =
            std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), value);
        if (failure != std::errc()) return {};
        m_rest.remove_prefix(static_cast<size_t>(end - m_rest.data()));
        return value;
    }
    /// `'…'` or `"…"`; a backslash keeps the sign behind it.
    std::optional<std::string> quoted() {
        skipBlanks();
        if (isAtEnd() || (next() != '\'' && next() != '"')) return {};
        const char quote = next();
        std::string text;
        for (size_t i = 1; i < m_rest.size(); ++i) {
            if (m_rest[i] == quote) {
                m_rest.remove_prefix(i + 1);
                return text;
            }
            if (m_rest[i] == '\\' && i + 1 < m_rest.size()) ++i;
            text += m_rest[i];
        }
        return {};
    }

  private:
    std::string_view m_rest;
};

/// A key of a table: `7`, `'7'`.
std::optional<size_t> keyOf(Literal& literal) {
    if (const auto number = literal.number()) return number;
    const auto text = literal.quoted();
    if (!text) return {};
    Literal inside(*text);
    const auto number = inside.number();
    return inside.isAtEnd() ? number : std::nullopt;
}

std::vector<std::string> fromLiteral(std::string_view text, bool isTable) {
    Literal literal(text.substr(1));
    std::vector<std::string> names;
    const char end = isTable ? '}' : ']';
    while (!literal.take(end)) {
        size_t place = names.size();
        if (isTable) {
            const auto key = keyOf(literal);
            if (!key || *key >= mostNames || !literal.take(':')) return {};
            place = *key;
        }
        const auto name = literal.quoted();
        if (!name || place >= mostNames) return {};
        if (names.size() <= place) names.resize(place + 1);
        names[place] = printable(*name, longestName);
        if (!literal.take(',') && (literal.isAtEnd() || literal.next() != end)) return {};
    }
    return names;
}

std::vector<std::string> fromLines(std::string_view text, char apart) {
    std::vector<std::string> names;
    while (!text.empty() && names.size() < mostNames) {
        const size_t end = std::min(text.find(apart), text.size());
        names.push_back(printable(trimmed(text.substr(0, end)), longestName));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

}  // namespace

std::vector<std::string> classNamesFrom(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('[') || text.starts_with('{')) return fromLiteral(text, text[0] == '{');
    if (text.find('\n') != text.npos) return fromLines(text, '\n');
    return text.find(',') != text.npos ? fromLines(text, ',') : std::vector<std::string>();
}

std::vector<std::string> classNamesOfModel(const std::string& path) {
    const Result<onnx::Model> model = onnx::readModel(path);
    return model ? classNamesOfModel(*model) : std::vector<std::string>();
}

std::vector<std::string> classNamesOfModel(const onnx::Model& model) {
    for (const std::string_view key : {"names", "classes", "labels", "class_names", "id2label"})
        for (const onnx::Entry& entry : model.metadata)
            if (entry.key == key)
                if (auto names = classNamesFrom(entry.value); !names.empty()) return names;
    return {};
}

namespace {

/// `0.5`, `[0.485, 0.456, 0.406]`; nothing where something is no finite number.
std::optional<std::vector<double>> numbersFrom(std::string_view text) {
    constexpr size_t mostChannels = 64;
    text = trimmed(text);
    if (text.starts_with('[')) {
        if (!text.ends_with(']')) return {};
        text = text.substr(1, text.size() - 2);
    }
    std::vector<double> numbers;
    for (size_t end = 0; end != std::string_view::npos;) {
        end = text.find(',');
        const std::string_view word = trimmed(text.substr(0, end));
        double number = 0;
        const auto [rest, failure] =
            std::from_chars(word.data(), word.data() + word.size(), number);
        const bool isNumber = failure == std::errc() && rest == word.data() + word.size();
        if (!isNumber || !std::isfinite(number) || numbers.size() == mostChannels) return {};
        numbers.push_back(number);
        if (end != std::string_view::npos) text.remove_prefix(end + 1);
    }
    return numbers;
}

}  // namespace

std::optional<Normalisation> normalisationOfModel(const onnx::Model& model) {
    const auto numbersOf = [&](std::string_view key) -> std::optional<std::vector<double>> {
        for (const onnx::Entry& entry : model.metadata)
            if (entry.key == key) return numbersFrom(entry.value);
        return {};
    };
    auto mean = numbersOf("mean"), deviation = numbersOf("std");
    const auto isPositive = [](double x) { return x > 0; };
    if (!mean || !deviation || !std::ranges::all_of(*deviation, isPositive)) return {};
    return Normalisation{.mean = PerChannel(std::move(*mean)),
                         .std = PerChannel(std::move(*deviation))};
}

}  // namespace vitrine
