// SPDX-License-Identifier: Apache-2.0
// Labels in JSON, taken from the parser's events: nothing is built that grows with what a stranger
// nests.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/file.h"
#include "core/base/plain_numbers.h"
#include "core/data/pictures/label_rows.h"
#include "core/data/pictures/picture_listing.h"

namespace vitrine {

namespace {

using Json = nlohmann::json;

/// Rows are members of the outermost object, or objects of the outermost array.
class Handler : public nlohmann::json_sax<Json> {
  public:
    LabelRows rows;
    std::string trouble;
    size_t position = 0;

    bool null() override { return put({}); }
    bool boolean(bool value) override { return put(value ? "1" : "0"); }
    bool number_integer(number_integer_t value) override { return put(fmt::format("{}", value)); }
    bool number_unsigned(number_unsigned_t value) override { return put(fmt::format("{}", value)); }
    bool number_float(number_float_t, const string_t& text) override { return put(text); }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return false; }

    bool start_object(size_t) override {
        ++m_depth;
        if (m_depth == 1) m_isArray = false;
        if (m_depth == 2 && m_isArray) {
            m_row = {};
            return true;
        }
        return m_depth == 1 || fail("an object stands where a label was wanted");
    }
    bool key(string_t& name) override {
        m_key = std::move(name);
        if (m_depth != 1) return true;
        m_row = {.file = m_key, .labels = {}};
        return true;
    }
    bool end_object() override {
        if (m_depth-- != 2) return true;
        if (m_row.file.empty())
            return fail("an object names no file; wanted \"file\" and \"label\" in it");
        return finishRow();
    }
    bool start_array(size_t) override {
        ++m_depth;
        if (m_depth == 1) m_isArray = true;
        const int labels = m_isArray ? 3 : 2;
        return m_depth == 1 || m_depth == labels || fail("an array stands where none was wanted");
    }
    bool end_array() override {
        const int labels = m_isArray ? 3 : 2;
        const bool isOver = m_depth-- == labels && !m_isArray;
        return !isOver || finishRow();
    }
    bool parse_error(size_t at, const std::string&, const nlohmann::detail::exception&) override {
        position = at;
        trouble = "it is not JSON there";
        return false;
    }

  private:
    bool fail(std::string_view why) {
        trouble = why;
        return false;
    }
    bool put(std::string value) {
        if (m_depth == 0) return fail("a single value is no list of labels");
        if (!m_isArray) {
            m_row.labels.push_back(std::move(value));
            return m_depth == 2 || finishRow();
        }
        if (m_depth == 1) return fail("a value stands where an object was wanted");
        // A number of the picture may stand before its file.
        const bool isFile = isFileColumn(m_key) && (m_row.file.empty() || isPictureName(value));
        if (m_depth == 2 && isFile)
            m_row.file = std::move(value);
        else if (m_depth == 2 && isPartColumn(m_key))
            m_row.part = std::move(value);
        else if (isLabelColumn(m_key))
            m_row.labels.push_back(std::move(value));
        return true;
    }
    bool finishRow() {
        rows.rows.push_back(std::move(m_row));
        m_row = {};
        return true;
    }

    int m_depth = 0;
    bool m_isArray = false;
    std::string m_key;
    LabelRow m_row;
};

/// Several numbers are several columns, several words one cell.
void arrange(LabelRows& found) {
    size_t most = 1;
    bool areNumbers = true;
    for (const LabelRow& row : found.rows) {
        most = std::max(most, row.labels.size());
        for (const std::string& label : row.labels)
            areNumbers = areNumbers && label.find_first_not_of("0123456789+-.eE") == label.npos;
    }
    const bool isEven = std::ranges::all_of(
        found.rows, [&](const LabelRow& row) { return row.labels.size() == most; });
    if (!areNumbers || !isEven)
        for (LabelRow& row : found.rows) {
            std::string all;
            for (const std::string& label : row.labels) {
                if (!all.empty()) all += labelBar;
                all += label;
            }
            row.labels = {std::move(all)};
        }
    const size_t columns = areNumbers && isEven ? most : 1;
    for (size_t i = 0; i < columns; ++i)
        found.names.push_back(columns == 1 ? "label" : fmt::format("{}", i));
}

}  // namespace

Result<LabelRows> readLabelJson(const std::string& path) {
    const auto bytes = readFile(path, {.bytes = int64_t{1} << 28});
    if (!bytes) return bytes.error();
    const PlainNumbers plain;
    Handler handler;
    const auto* text = reinterpret_cast<const char*>(bytes->data());
    if (!Json::sax_parse(text, text + bytes->size(), &handler))
        return Error{
            "V01",
            handler.position > 0
                ? fmt::format("'{}', byte {}: {}", printable(path), handler.position,
                              handler.trouble)
                : fmt::format("'{}', behind {} labels: {}", printable(path),
                              fmt::group_digits(handler.rows.rows.size()), handler.trouble),
            {{}, {}, path, 0},
            "Nothing was imported.",
            "Wanted {\"a.png\": \"cat\", …} or [{\"file\": \"a.png\", \"label\": \"cat\"}, "
            "…]."};
    arrange(handler.rows);
    return std::move(handler.rows);
}

}  // namespace vitrine
