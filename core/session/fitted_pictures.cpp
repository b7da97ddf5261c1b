// SPDX-License-Identifier: Apache-2.0
// Fields of the format from the input's shape.
#include "core/session/fitted_pictures.h"

#include <algorithm>

#include "core/data/dataset.h"
#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

/// Extents of the first image that goes in; null: there is none.
const std::vector<int64_t>* imageExtents(const Graph& graph) {
    for (const Node& node : graph.nodes()) {
        if (!isInput(node) || isClassInput(node) || !isBatched(node)) continue;
        const std::vector<int64_t>& shape = node.attrs.list("shape");
        if (shape.size() == 3) return &shape;
    }
    return nullptr;
}

}  // namespace

DataSettings fittedPictures(DataSettings data, const Graph& graph) {
    const DataFormatDescriptor* format = findDataFormat(data.format);
    const std::vector<int64_t>* extents = imageExtents(graph);
    const bool isGiven = std::ranges::any_of(
        graph.parameters(), [](const auto& of) { return of.second.file || of.second.data; });
    if (!format || !extents || !isGiven) return data;
    Attrs attrs(format->fields);
    for (const DataSettings::Field& field : data.fields)
        static_cast<void>(attrs.set(field.id, field.value));
    const auto fill = [&](std::string_view field, const FieldValue& open, FieldValue value) {
        if (attrs.has(field) && attrs.get(field) == open)
            static_cast<void>(attrs.set(field, std::move(value)));
    };
    fill("height", int64_t{0}, (*extents)[1]);
    fill("width", int64_t{0}, (*extents)[2]);
    fill("fit", std::string("refuse"), std::string("crop"));
    if ((*extents)[0] == 1) fill("channels", std::string("as_they_are"), std::string("grey"));
    if ((*extents)[0] == 3) fill("channels", std::string("as_they_are"), std::string("colour"));
    data.fields = dataFields(attrs);
    return data;
}

}  // namespace vitrine
