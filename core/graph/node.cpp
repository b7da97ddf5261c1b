// SPDX-License-Identifier: Apache-2.0
// Making single nodes, and what they are called in messages.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/nearest_word.h"
#include "core/graph/graph.h"
#include "core/graph/names.h"
#include "core/graph/special_nodes.h"

namespace vitrine {

std::string Node::parameterId(std::string_view port) const {
    const auto reference = parameters.find(port);
    return reference == parameters.end() ? defaultParameterId(id, port) : reference->second;
}

Attrs Node::attrsFor(DType floatType) const {
    Attrs result = attrs;
    if (floatType == DType::F32) return result;
    for (const FieldSpec& field : op->fields) {
        if (!field.isElementType) continue;
        const auto named = std::ranges::find(allDTypes, attrs.text(field.id),
                                             [](DType type) { return std::string(name(type)); });
        if (named != std::end(allDTypes) && isAnyFloat(*named))
            result.with(field.id, std::string(name(floatType)));
    }
    return result;
}

std::string Node::text() const { return fmt::format("{} '{}'", op->id, id); }

Error nodeError(const Node& node, std::string_view message, std::string code) {
    Error error{std::move(code), fmt::format("{}: {}", node.text(), message), {}, {}, {}};
    error.place.node = node.id;
    return error;
}

Result<Node> makeNode(std::string id, std::string_view op) {
    VITRINE_TRY(checkNodeId(id));
    const OpDescriptor* descriptor = findNodeOperator(op);
    if (!descriptor) {
        const std::vector<std::string_view> known = nodeOperatorIds();
        Error error{"P10",
                    fmt::format("node '{}': operator {} is unknown{}", id, quoted(op),
                                didYouMean(op, known)),
                    {},
                    {},
                    {}};
        error.place.node = std::move(id);
        return error;
    }
    Node node;
    node.id = std::move(id);
    node.op = descriptor;
    node.attrs = Attrs(descriptor->fields);
    return node;
}

}  // namespace vitrine
