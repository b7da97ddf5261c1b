// SPDX-License-Identifier: Apache-2.0
// Walks over the outermost fields.
#include "core/onnx/onnx_content.h"

#include <optional>

#include <protozero/pbf_reader.hpp>

#include "core/base/mapped_file.h"

namespace vitrine {

namespace {

using Wire = protozero::pbf_wire_type;
constexpr uint32_t irVersion = 1, modelVersion = 5, graph = 7;

/// The wire type that a field of ModelProto has; nothing for what is no field of it.
std::optional<Wire> wireTypeOf(uint32_t field) {
    switch (field) {
        case irVersion:
        case modelVersion:
            return Wire::varint;
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
            return Wire::length_delimited;
        default:
            return {};
    }
}

}  // namespace

bool isOnnxModel(const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file) return false;
    const auto bytes = (*file)->bytes();
    protozero::pbf_reader model(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    bool hasVersion = false, hasGraph = false;
    try {
        while (model.next()) {
            if (wireTypeOf(model.tag()) != model.wire_type()) return false;
            hasVersion |= model.tag() == irVersion;
            hasGraph |= model.tag() == graph;
            model.skip();
        }
    } catch (const protozero::exception&) {
        return false;
    }
    return hasVersion && hasGraph;
}

}  // namespace vitrine
