// SPDX-License-Identifier: Apache-2.0
// A state machine over JSON events: { name: { "dtype": …, "shape": […], "data_offsets": […, …] } }
// and "__metadata__": { text: text }.
#include "core/io/safetensors_sax.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>

#include "core/base/file.h"
#include "core/base/plain_numbers.h"
#include "core/io/safetensors_header.h"

namespace vitrine {

namespace {

constexpr std::string_view metadataKey = "__metadata__";
constexpr size_t mostTensors = 100'000;
constexpr size_t mostExtents = 64;

class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
  public:
    bool start_object(size_t) override {
        if (m_where == Where::Outside) return enter(Where::Top);
        if (m_where == Where::Metadata && !m_inMetadata) return m_inMetadata = true;
        if (m_where == Where::Entry) return enter(Where::Tensor);
        return refuse("an object stands where none belongs");
    }

    bool key(std::string& text) override {
        if (m_where == Where::Top) return topKey(text);
        if (m_where == Where::Metadata) {
            m_key = text;
            return !m_out.metadata.contains(text) || refuse(doubled(text));
        }
        return tensorKey(text);
    }

    bool end_object() override {
        if (m_where == Where::Metadata) {
            m_inMetadata = false;
            return enter(Where::Top);
        }
        if (m_where == Where::Tensor) return finishTensor();
        return enter(Where::Outside);
    }

    bool string(std::string& text) override {
        if (m_where == Where::Metadata && m_inMetadata) {
            m_out.metadata.emplace(m_key, text);
            return true;
        }
        if (m_where == Where::Tensor && m_key == "dtype") {
            m_entry.dtype = text;
            return true;
        }
        return refuse("a text stands where none belongs");
    }

    bool start_array(size_t) override {
        if (m_where != Where::Tensor || m_key == "dtype")
            return refuse("a list stands where none belongs");
        return enter(m_key == "shape" ? Where::Shape : Where::Offsets);
    }

    bool end_array() override { return enter(Where::Tensor); }

    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
            return refuseNumber(fmt::format("{} is too large", value));
        return number(static_cast<int64_t>(value));
    }
    bool number_integer(number_integer_t value) override {
        return refuseNumber(fmt::format("{} is negative", value));
    }
    bool number_float(number_float_t, const std::string& text) override {
        return refuseNumber(
            fmt::format("{} is not a whole number of 63 bits", printable(text, 40)));
    }
    bool null() override { return refuse("null stands where it does not belong"); }
    bool boolean(bool) override { return refuse("a truth value stands where none belongs"); }
    bool binary(binary_t&) override { return refuse("bytes stand where none belong"); }

    bool parse_error(size_t position, const std::string&,
                     const nlohmann::detail::exception&) override {
        return refuse(
            fmt::format("the header is not JSON in UTF-8 (stops at its byte {})", position));
    }

    Result<RawSafetensorsHeader> result() && {
        if (m_error) return *m_error;
        return std::move(m_out);
    }

  private:
    enum class Where { Outside, Top, Metadata, Entry, Tensor, Shape, Offsets };

    bool enter(Where where) {
        m_where = where;
        return true;
    }

    bool refuse(std::string_view why) { return refuse("W03", why); }
    bool refuse(std::string code, std::string_view why) {
        if (!m_error) m_error = safetensorsError(std::move(code), m_entry.name, why);
        return false;
    }
    /// Nothing is wrong with the file, but it asks for more than this program does.
    bool overLimit(std::string code, std::string_view why) {
        if (!m_error)
            m_error = safetensorsUnsupported(std::move(code), m_entry.name, why,
                                             "Save the tensors that the network needs in a file "
                                             "of their own.");
        return false;
    }
    bool refuseNumber(std::string_view why) {
        if (m_where == Where::Shape) return refuse("W06", fmt::format("in its shape {}", why));
        if (m_where == Where::Offsets) return refuse("W04", fmt::format("in its offsets {}", why));
        return refuse("a number stands where none belongs");
    }
    static std::string doubled(std::string_view text) {
        return fmt::format("the key '{}' is there twice", printable(text, 80));
    }

    bool topKey(const std::string& text) {
        m_entry = {};
        if (!m_names.insert(text).second) return refuse(doubled(text));
        if (text == metadataKey) return enter(Where::Metadata);
        if (m_out.tensors.size() == mostTensors)
            return overLimit("W07", fmt::format("it has more than {} tensors", mostTensors));
        m_entry.name = text;
        m_seen = 0;
        m_offsets = 0;
        return enter(Where::Entry);
    }

    bool tensorKey(const std::string& text) {
        const unsigned bit = text == "dtype"          ? 1
                             : text == "shape"        ? 2
                             : text == "data_offsets" ? 4
                                                      : 0;
        if (bit == 0)
            return overLimit("W03", fmt::format("the key '{}' is unknown", printable(text, 80)));
        if (m_seen & bit) return refuse(doubled(text));
        m_seen |= bit;
        m_key = text;
        return true;
    }

    bool number(int64_t value) {
        if (m_where == Where::Shape) {
            if (m_entry.shape.size() == mostExtents)
                return overLimit("W06", fmt::format("has more than {} dimensions", mostExtents));
            m_entry.shape.push_back(value);
            return true;
        }
        if (m_where == Where::Offsets) {
            if (m_offsets == 2) return refuse("W04", "has more than two offsets");
            (m_offsets++ == 0 ? m_entry.begin : m_entry.end) = value;
            return true;
        }
        return refuse("a number stands where none belongs");
    }

    bool finishTensor() {
        if (m_seen != 7) return refuse("dtype, shape or data_offsets is missing");
        if (m_offsets != 2) return refuse("W04", "needs two offsets");
        m_out.tensors.push_back(std::move(m_entry));
        m_entry = {};
        return enter(Where::Top);
    }

    RawSafetensorsHeader m_out;
    std::optional<Error> m_error;
    std::unordered_set<std::string> m_names;
    Where m_where = Where::Outside;
    bool m_inMetadata = false;
    TensorEntry m_entry;
    std::string m_key;
    unsigned m_seen = 0;  ///< bits: dtype 1, shape 2, data_offsets 4
    int m_offsets = 0;
};

}  // namespace

Result<RawSafetensorsHeader> parseSafetensorsJson(std::string_view json) {
    const PlainNumbers plain;  // of the parser, which asks the C library for the decimal point
    HeaderReader reader;
    json.remove_prefix(std::min(json.find_first_not_of(" \t\r\n"), json.size()));
    if (json.find('\0') != std::string_view::npos)  // the parser takes it for the end
        return safetensorsError("W03", "", "the header holds bytes that are 0");
    if (!json.starts_with('{'))
        return safetensorsError("W03", "", "the header does not begin with '{'");
    nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
    return std::move(reader).result();
}

}  // namespace vitrine
