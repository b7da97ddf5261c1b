// SPDX-License-Identifier: Apache-2.0
// A reader of strings, True, False and tuples of whole numbers; nothing else is understood.
#include "core/data/arrays/npy_header.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace vitrine {

namespace {

class HeaderReader {
  public:
    explicit HeaderReader(std::string_view text) : m_text(text) {}

    std::optional<NpyHeader> read() {
        if (!take('{')) return {};
        bool hasDescr = false, hasOrder = false, hasShape = false;
        while (!take('}')) {
            const auto key = readString();
            if (!key || !take(':')) return {};
            bool* const isKnown = *key == "descr"           ? &hasDescr
                                  : *key == "fortran_order" ? &hasOrder
                                  : *key == "shape"         ? &hasShape
                                                            : nullptr;
            if (!isKnown || *isKnown || !readValue(*key)) return {};
            *isKnown = true;
            if (!take(',') && !isNext('}')) return {};
        }
        skipBlanks();
        if (!m_text.empty() || !hasDescr || !hasOrder || !hasShape) return {};
        return std::move(m_header);
    }

  private:
    bool readValue(std::string_view key) {
        if (key == "descr") return readDescr();
        if (key == "shape") return readShape();
        m_header.isFortran = takeWord("True");
        return m_header.isFortran || takeWord("False");
    }

    bool readDescr() {
        if (isNext('[')) return readStructure();
        auto text = readString();
        if (text) m_header.descr = *std::move(text);
        return text.has_value();
    }

    /// A list of fields is only measured: up to the bracket that closes it, outside strings.
    bool readStructure() {
        int depth = 0;
        char quote = 0;
        for (size_t i = 0; i < m_text.size(); ++i) {
            const char c = m_text[i];
            if (quote)
                quote = c == quote ? char{0} : quote;
            else if (c == '\'' || c == '"')
                quote = c;
            else if (c == '[' || c == '(')
                ++depth;
            else if ((c == ']' || c == ')') && --depth == 0) {
                m_header.descr = m_text.substr(0, i + 1);
                m_header.isStructured = true;
                m_text.remove_prefix(i + 1);
                return true;
            }
        }
        return false;
    }

    bool readShape() {
        if (!take('(')) return false;
        bool hasComma = true;
        while (!take(')')) {
            const auto extent = hasComma ? readNumber() : std::nullopt;
            if (!extent || m_header.extents.size() == mostAxes) return false;
            m_header.extents.push_back(*extent);
            hasComma = take(',');
        }
        return hasComma || m_header.extents.size() > 1;  // (3) is a number, no tuple
    }

    std::optional<int64_t> readNumber() {
        skipBlanks();
        int64_t number = 0;
        const auto [end, failure] =
            std::from_chars(m_text.data(), m_text.data() + m_text.size(), number);
        if (failure == std::errc::invalid_argument) return {};
        if (failure == std::errc::result_out_of_range)
            number = m_text.front() == '-' ? std::numeric_limits<int64_t>::min()
                                           : std::numeric_limits<int64_t>::max();
        m_text.remove_prefix(static_cast<size_t>(end - m_text.data()));
        if (m_text.starts_with('L')) m_text.remove_prefix(1);  // Python 2 wrote long numbers so
        return number;
    }

    std::optional<std::string> readString() {
        skipBlanks();
        if (m_text.empty() || (m_text.front() != '\'' && m_text.front() != '"')) return {};
        const size_t end = m_text.find(m_text.front(), 1);
        if (end == std::string_view::npos) return {};
        const std::string_view text = m_text.substr(1, end - 1);
        if (text.find('\\') != std::string_view::npos) return {};
        m_text.remove_prefix(end + 1);
        return std::string(text);
    }

    void skipBlanks() {
        const size_t blanks = std::min(m_text.find_first_not_of(" \t\r\n"), m_text.size());
        m_text.remove_prefix(blanks);
    }
    bool isNext(char c) {
        skipBlanks();
        return m_text.starts_with(c);
    }
    bool take(char c) {
        if (!isNext(c)) return false;
        m_text.remove_prefix(1);
        return true;
    }
    bool takeWord(std::string_view word) {
        skipBlanks();
        if (!m_text.starts_with(word)) return false;
        m_text.remove_prefix(word.size());
        return true;
    }

    static constexpr size_t mostAxes = 64;
    std::string_view m_text;
    NpyHeader m_header;
};

}  // namespace

std::optional<NpyHeader> parseNpyHeader(std::string_view text) { return HeaderReader(text).read(); }

}  // namespace vitrine
