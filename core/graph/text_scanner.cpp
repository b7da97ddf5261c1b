// SPDX-License-Identifier: Apache-2.0
// Scanning graph text, letter by letter.
#include "core/graph/text_scanner.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/graph/names.h"

namespace vitrine {

namespace {

using Kind = TextToken::Kind;

constexpr std::string_view signs = "()[]<=@";

bool isWordLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.,-+/").find(c) != std::string_view::npos;
}

class Scanner {
  public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    Result<std::vector<TextToken>> run() {
        while (m_at < m_text.size()) VITRINE_TRY(next());
        push(Kind::End, {});
        return std::move(m_tokens);
    }

  private:
    bool startsWith(std::string_view what) const { return m_text.substr(m_at).starts_with(what); }
    void push(Kind kind, std::string text) {
        m_tokens.push_back({kind, std::move(text), m_line, column()});
    }
    int column() const { return static_cast<int>(m_at - m_lineStart) + 1; }
    Error trouble(std::string_view message) const {
        return textError({Kind::End, {}, m_line, column()}, message);
    }

    Result<void> next() {
        const char c = m_text[m_at];
        if (c == '\n') return endLine();
        if (c == ' ' || c == '\t' || c == '\r') return skip(1);
        if (c == '#') return skip(std::min(m_text.find('\n', m_at), m_text.size()) - m_at);
        if (c == '"') return quotedText();
        if (startsWith("->")) return take(Kind::Arrow, 2);
        if (c == ';') return take(Kind::Break, 1);
        if (signs.find(c) != std::string_view::npos) return take(Kind::Sign, 1);
        if (isWordLetter(c)) return take(Kind::Word, wordLength());
        return trouble(fmt::format("unexpected {}", quoted(m_text.substr(m_at, 1))));
    }

    Result<void> skip(size_t count) {
        m_at += count;
        return {};
    }
    Result<void> take(Kind kind, size_t length) {
        push(kind, std::string(m_text.substr(m_at, length)));
        return skip(length);
    }

    /// A word ends before `->`, although `-` may stand in one.
    size_t wordLength() const {
        size_t end = m_at;
        while (end < m_text.size() && isWordLetter(m_text[end]) &&
               !m_text.substr(end).starts_with("->"))
            ++end;
        return end - m_at;
    }

    Result<void> quotedText() {
        const size_t end = m_text.find_first_of("\"\n", m_at + 1);
        if (end == std::string_view::npos || m_text[end] != '"')
            return trouble("the quotation mark is never closed");
        push(Kind::Quoted, std::string(m_text.substr(m_at + 1, end - m_at - 1)));
        return skip(end + 1 - m_at);
    }

    /// A statement goes on inside parentheses, after `->` and before `->`.
    Result<void> endLine() {
        const size_t word = m_text.find_first_not_of(" \t\r\n", m_at);
        const bool goesOn =
            (word != std::string_view::npos && m_text.substr(word).starts_with("->")) ||
            (!m_tokens.empty() && m_tokens.back().is(Kind::Arrow)) || isInside();
        if (!goesOn) push(Kind::Break, {});
        ++m_at;
        ++m_line;
        m_lineStart = m_at;
        return {};
    }
    bool isInside() const {
        for (auto token = m_tokens.rbegin(); token != m_tokens.rend(); ++token) {
            if (token->isSign('(')) return true;
            if (token->isSign(')') || token->is(Kind::Break)) return false;
        }
        return false;
    }

    std::string_view m_text;
    size_t m_at = 0, m_lineStart = 0;
    int m_line = 1;
    std::vector<TextToken> m_tokens;
};

}  // namespace

Result<std::vector<TextToken>> scanGraphText(std::string_view text) { return Scanner(text).run(); }

Error textError(const TextToken& at, std::string_view message, std::string code) {
    Error error{std::move(code),
                fmt::format("line {}, column {}: {}", at.line, at.column, message),
                {},
                {},
                {}};
    error.place.line = at.line;
    return error;
}

}  // namespace vitrine
