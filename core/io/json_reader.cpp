// SPDX-License-Identifier: Apache-2.0
// A handler for the parser's events that builds the value and keeps track of where it is.
#include "core/io/json_reader.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/plain_numbers.h"

namespace vitrine {

namespace {

class Handler : public nlohmann::json_sax<Json> {
  public:
    Handler(std::string_view text, const JsonLimits& limits) : m_text(text), m_limits(limits) {}

    Json& root() { return m_root; }
    std::optional<Error>& error() { return m_error; }

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(value); }
    bool number_unsigned(number_unsigned_t value) override { return put(value); }
    bool number_float(number_float_t value, const string_t&) override { return put(value); }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return false; }  // not in text
    bool start_object(size_t) override { return open(Json::object()); }
    bool start_array(size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        Frame& frame = m_stack.back();
        frame.key = name;
        if (frame.value->contains(name))
            return fail("P01", fmt::format("{} is there twice", pathText()));
        if (frame.value->size() >= m_limits.members)
            return fail("P01",
                        fmt::format("{} has more than {} members", parentText(), m_limits.members));
        return true;
    }

    bool parse_error(size_t position, const std::string& token,
                     const nlohmann::detail::exception& trouble) override {
        m_position = position;
        const bool isOverflow = dynamic_cast<const Json::out_of_range*>(&trouble) != nullptr;
        const std::string_view word = wordAround(position);
        if (isOverflow || isNotFinite(word))
            return fail("P11",
                        fmt::format("{} is {}, wanted a finite number", pathText(),
                                    printable(isOverflow ? std::string_view(token) : word, 60)));
        return fail("P01", fmt::format("this is not JSON: {}", reason(trouble.what())));
    }

  private:
    struct Frame {
        Json* value = nullptr;
        std::string key;          ///< of an object's member that is being read
        size_t limit = SIZE_MAX;  ///< of entries
    };

    bool put(Json value) { return place(std::move(value)) != nullptr; }

    bool open(Json value) {
        if (m_stack.size() >= m_limits.depth)
            return fail("P01", fmt::format("nested deeper than {}", m_limits.depth));
        Json* placed = place(std::move(value));
        if (!placed) return false;
        Frame frame{placed, {}, SIZE_MAX};
        if (placed->is_array())
            if (const auto limit = m_limits.entries.find(pathText());
                limit != m_limits.entries.end())
                frame.limit = limit->second;
        m_stack.push_back(std::move(frame));
        return true;
    }
    bool close() {
        m_stack.pop_back();
        return true;
    }

    /// Puts a value where the document has come to. Null: too much.
    Json* place(Json value) {
        if (++m_values > m_limits.values) {
            fail("P01", fmt::format("more than {} values", m_limits.values));
            return nullptr;
        }
        if (m_stack.empty()) return &(m_root = std::move(value));
        Frame& frame = m_stack.back();
        if (frame.value->is_object()) return &((*frame.value)[frame.key] = std::move(value));
        if (frame.value->size() >= frame.limit) {
            fail("P10", fmt::format("{} has more than {} entries", parentText(), frame.limit));
            return nullptr;
        }
        frame.value->push_back(std::move(value));
        return &frame.value->back();
    }

    /// `graph.nodes[3].fields`: of the value that comes next, or of what holds it.
    std::string pathText() const { return pathOf(m_stack.size()); }
    std::string parentText() const { return pathOf(m_stack.size() - 1); }
    std::string pathOf(size_t frames) const {
        std::string path;
        for (size_t i = 0; i < frames; ++i) {
            const Frame& frame = m_stack[i];
            const size_t entry = frame.value->size() - (i + 1 < m_stack.size() ? 1 : 0);
            if (frame.value->is_array())
                path += fmt::format("[{}]", entry);
            else
                path += fmt::format("{}{}", path.empty() ? "" : ".", printable(frame.key, 60));
        }
        return path.empty() ? "the file" : path;
    }

    /// The word that the letter before `position` is part of.
    std::string_view wordAround(size_t position) const {
        constexpr std::string_view separators = " \t\r\n,:[]{}";
        const std::string_view read = m_text.substr(0, std::min(position, m_text.size()));
        const std::string_view word = m_text.substr(read.find_last_of(separators) + 1);
        return word.substr(0, word.find_first_of(separators));
    }
    static bool isNotFinite(std::string_view word) {
        if (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
        std::string lower(word.substr(0, 3));
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return lower == "nan" || lower == "inf";
    }
    /// The parser's own words without its numbers.
    static std::string reason(std::string_view what) {
        const size_t start = what.find("syntax error");
        return printable(start == std::string_view::npos ? what : what.substr(start), 300);
    }

    bool fail(std::string code, std::string_view message) {
        const auto read = m_text.substr(0, std::min(m_position, m_text.size()));
        Error error{std::move(code), std::string(message), {}, {}, {}};
        if (m_position > 0) {
            error.place.line = 1 + static_cast<int>(std::count(read.begin(), read.end(), '\n'));
            error.message = fmt::format("line {}: {}", error.place.line, message);
        }
        m_error = std::move(error);
        return false;
    }

    const std::string_view m_text;
    const JsonLimits& m_limits;
    Json m_root;
    std::vector<Frame> m_stack;
    size_t m_values = 0, m_position = 0;
    std::optional<Error> m_error;
};

}  // namespace

namespace {

/// The parser takes a NUL for the end of the text, and would not see what follows.
Result<void> checkNoNul(std::string_view text) {
    const size_t first = text.find('\0');
    if (first == std::string_view::npos) return {};
    const bool isTail = text.find_first_not_of('\0', first) == std::string_view::npos;
    Error error{"P01", {}, {}, {}, {}};
    error.place.line = 1 + static_cast<int>(std::count(
                               text.begin(), text.begin() + static_cast<ptrdiff_t>(first), '\n'));
    error.message =
        isTail ? fmt::format(
                     "line {}: {} NUL bytes at its end, as an interrupted copy or a full "
                     "disk leaves them, wanted text up to the last byte",
                     error.place.line, text.size() - first)
               : fmt::format("line {}: byte {} is NUL, wanted text", error.place.line, first);
    return error;
}

}  // namespace

Result<Json> readJson(std::string_view text, const JsonLimits& limits) {
    VITRINE_TRY(checkNoNul(text));
    const PlainNumbers plain;
    Handler handler(text, limits);
    if (Json::sax_parse(text, &handler)) return std::move(handler.root());
    VITRINE_CHECK(handler.error(), "a parser that stops says why");
    return *handler.error();
}

Json jsonFromText(std::string_view text) {
    const PlainNumbers plain;
    return Json::parse(text, nullptr, false);
}

}  // namespace vitrine
