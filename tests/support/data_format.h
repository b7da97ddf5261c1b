// SPDX-License-Identifier: Apache-2.0
// Opening data of a format with fields, and files to open.
#pragma once

#include <QtTest/QtTest>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/data/dataset.h"

namespace vitrine::test {

using FieldTexts = std::vector<std::pair<std::string, std::string>>;

inline void put(const QString& path, const std::string& bytes) {
    std::ofstream(path.toStdString(), std::ios::binary) << bytes;
}

inline std::span<const std::byte> bytesOf(const std::string& text) {
    return std::as_bytes(std::span(text));
}

/// The format with fields given as text.
inline Result<Dataset> openAs(const char* id, const QString& path, const FieldTexts& fields = {},
                              DataRequest request = {}) {
    const DataFormatDescriptor* format = findDataFormat(id);
    VITRINE_CHECK(format, "the format is there");
    Attrs attrs(format->fields);
    for (const auto& [field, text] : fields) {
        const auto spec = std::ranges::find(format->fields, field, &FieldSpec::id);
        VITRINE_CHECK(spec != format->fields.end(), "the field is there");
        auto value = fieldFromText(*spec, text);
        if (!value) return value.error();
        VITRINE_TRY(attrs.set(field, std::move(value).value()));
    }
    request.folder = path.toStdString();
    return format->open(attrs, request);
}

/// `CODE: message` of what went wrong; empty: nothing did.
template <class T>
QString problemOf(const Result<T>& result) {
    return result.ok()
               ? QString()
               : QString::fromStdString(result.error().code + ": " + result.error().message);
}

/// All numbers of a column of floats.
inline std::vector<float> floatsOf(const ExampleSet& set, size_t column) {
    std::vector<float> numbers;
    for (int64_t i = 0; i < set.count; ++i) {
        const auto bytes = set.value(column, i);
        const size_t before = numbers.size();
        numbers.resize(before + bytes.size() / sizeof(float));
        std::memcpy(&numbers[before], bytes.data(), bytes.size());
    }
    return numbers;
}

}  // namespace vitrine::test
