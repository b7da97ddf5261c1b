// SPDX-License-Identifier: Apache-2.0
// Walks over the outermost fields.
#include "core/session/onnx_content.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>

namespace vitrine {

namespace {

constexpr uint64_t varint = 0, lengthDelimited = 2;  // wire types
constexpr uint64_t irVersion = 1, modelVersion = 5, graph = 7;

/// The wire type that a field of ModelProto has; nothing for what is no field of it.
std::optional<uint64_t> wireTypeOf(uint64_t field) {
    switch (field) {
        case irVersion:
        case modelVersion:
            return varint;
        case 2:  // producer_name, producer_version, domain, doc_string
        case 3:
        case 4:
        case 6:
        case graph:
        case 8:   // opset_import
        case 14:  // metadata_props
        case 20:  // training_info
        case 25:  // functions
        case 26:  // configuration
            return lengthDelimited;
        default:
            return {};
    }
}

/// Seven bits a byte, the lowest first.
std::optional<uint64_t> readVarint(std::istream& file) {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const int byte = file.get();
        if (byte == std::char_traits<char>::eof()) return {};
        value |= static_cast<uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    return {};
}

/// Goes over one field. Gives its number, or nothing where it is none of ModelProto.
std::optional<uint64_t> skipField(std::istream& file, uint64_t size) {
    const auto tag = readVarint(file);
    if (!tag || wireTypeOf(*tag >> 3) != (*tag & 7)) return {};
    const auto value = readVarint(file);
    if (!value) return {};
    if ((*tag & 7) == lengthDelimited) {
        const auto at = static_cast<uint64_t>(file.tellg());
        if (*value > size - at) return {};
        file.seekg(static_cast<std::streamoff>(at + *value));
    }
    return *tag >> 3;
}

}  // namespace

bool isOnnxModel(const std::string& path) {
    std::error_code failure;
    if (!std::filesystem::is_regular_file(path, failure)) return false;
    const uint64_t size = std::filesystem::file_size(path, failure);
    std::ifstream file(path, std::ios::binary);
    if (failure || !file) return false;
    bool hasVersion = false, hasGraph = false;
    while (static_cast<uint64_t>(file.tellg()) < size) {
        const auto field = skipField(file, size);
        if (!field) return false;
        hasVersion |= *field == irVersion;
        hasGraph |= *field == graph;
    }
    return hasVersion && hasGraph;
}

}  // namespace vitrine
