// SPDX-License-Identifier: Apache-2.0
// Ports by their numbers, attributes as fields.
#include "core/onnx/placeholder_parts.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/names.h"

namespace vitrine::onnx {

namespace {

using Kind = Attribute::Kind;

std::string wordOf(std::string_view text, std::string_view otherwise) {
    return isPlaceholderWord(text) ? std::string(text) : std::string(otherwise);
}

FieldType typeOf(const Attribute& attribute) {
    switch (attribute.kind) {
        case Kind::Int:
            return FieldType::Int;
        case Kind::Float:
            return FieldType::Real;
        case Kind::Ints:
            return FieldType::IntList;
        default:
            return FieldType::Text;
    }
}

constexpr size_t longestText = 1000;

std::string textOf(const Attribute& attribute) {
    switch (attribute.kind) {
        case Kind::String:
            return printable(attribute.text.substr(0, longestText));
        case Kind::Floats:
            return fmt::format("[{}]", fmt::join(attribute.numbers, ", "));
        case Kind::Strings: {
            std::vector<std::string> texts;
            for (std::string_view text : attribute.texts) texts.push_back(printable(text));
            return fmt::format("[{}]", fmt::join(texts, ", ")).substr(0, longestText);
        }
        case Kind::Tensor:
            return "a tensor";
        case Kind::Graph:
            return "a graph";
        case Kind::Graphs:
            return fmt::format("{} graphs", attribute.graphs.size());
        default:
            return "a value that is not shown";
    }
}

FieldValue valueOf(const Attribute& attribute) {
    switch (attribute.kind) {
        case Kind::Int:
            return attribute.integer;
        case Kind::Float:
            return attribute.number;
        case Kind::Ints:
            return attribute.integers;
        default:
            return textOf(attribute);
    }
}

/// Attributes that can be fields, each name once.
std::vector<const Attribute*> shown(const Node& node) {
    std::vector<const Attribute*> list;
    std::set<std::string_view> names;
    for (const Attribute& attribute : node.attributes)
        if (isPlaceholderWord(attribute.name) && names.insert(attribute.name).second &&
            list.size() + 2 < mostPlaceholderFields)
            list.push_back(&attribute);
    return list;
}

}  // namespace

bool isKept(const Value& operand) {
    if (operand.port || !operand.numbers || operand.numbers->shape.elements() == 0) return false;
    const DType type = operand.numbers->dtype;
    return type == DType::F32 || type == DType::F64 || type == DType::I32 || type == DType::I64;
}

std::string nodeText(const Node& node) {
    return node.name.empty() ? fmt::format("{} node", printable(node.opType))
                             : fmt::format("{} node {}", printable(node.opType), quoted(node.name));
}

std::string placeholderName(const Node& node) {
    const std::string type = wordOf(node.opType, "unnamed");
    if (node.domain.empty()) return type;
    return wordOf(fmt::format("{}:{}", node.domain, node.opType), type);
}

PlaceholderParts partsOf(const Node& node, const std::vector<Value>& operands) {
    PlaceholderParts parts{.op = placeholderName(node)};
    for (size_t k = 0; k < operands.size() && k < mostPlaceholderPorts; ++k)
        (isKept(operands[k]) ? parts.parameters : parts.inputs).push_back(fmt::format("in{}", k));
    for (size_t k = 0; k < node.outputs.size() && k < mostPlaceholderPorts; ++k)
        parts.outputs.push_back(fmt::format("out{}", k));
    for (const Attribute* attribute : shown(node))
        parts.fields.push_back({std::string(attribute->name), typeOf(*attribute)});
    parts.fields.push_back({std::string(whyRefused)});
    parts.fields.push_back({std::string(operatorSet), FieldType::Int});
    parts.namesFields = true;
    return parts;
}

Attrs fieldsOf(const PlaceholderOp& op, const Node& node, int64_t opset, std::string_view why) {
    Attrs attrs(op.fields);
    attrs.with(whyRefused, std::string(why)).with(operatorSet, opset);
    for (const Attribute* attribute : shown(node)) attrs.with(attribute->name, valueOf(*attribute));
    return attrs;
}

}  // namespace vitrine::onnx
