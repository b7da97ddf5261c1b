// SPDX-License-Identifier: Apache-2.0
// One node's operands, parameters and outputs, and what may be wrong with them.
#include "core/graph/shape_pass.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/graph/input_extents.h"
#include "core/graph/parameter_use.h"
#include "core/graph/placeholder.h"
#include "core/graph/ports.h"
#include "core/graph/special_nodes.h"
#include "core/opdef/port_patterns.h"

namespace vitrine {

namespace {

int64_t checkedSize(const Shape& shape) {
    const int64_t elements = checkedElements(shape.dims());
    return elements > largestTensor ? -1 : elements;
}

Error tooLarge(std::string_view port, const Shape& shape) {
    return shapeError(fmt::format("{} has shape {}, wanted at most {} elements", port, shape.text(),
                                  largestTensor));
}

Result<void> checkSizes(const Node& node, const std::vector<ValueShape>& outputs) {
    for (size_t i = 0; i < outputs.size(); ++i)
        if (checkedSize(outputs[i].shape) < 0)
            return tooLarge(nameOf(node.op->outputs, placeOf(node.op->outputs, outputs.size(), i)),
                            outputs[i].shape);
    return {};
}

Result<void> addOutputs(const Node& node, const Attrs& attrs, NodeShapes& shapes) {
    if (node.op->kind == NodeKind::Output) return checkSizes(node, {});
    Result<std::vector<ValueShape>> outputs = inferResults(*node.op, attrs, shapes.operands);
    if (!outputs) return outputs.error();
    VITRINE_TRY(checkSizes(node, *outputs));
    shapes.outputs = std::move(outputs).value();
    return {};
}

Error notConnected(const Node& node, const NodeOperand& operand) {
    Error error = nodeError(
        node, fmt::format("port '{}' is not connected", nameOf(node.op->inputs, operand.place)));
    error.next = takesLabels(*operand.port) ? "Add a target and connect its labels to the port."
                                            : "Connect an output to the port, or delete the node.";
    return error;
}

/// `trained`, `a statistic`, …
std::string useOf(ParameterKind kind) {
    const bool isNoun = kind == ParameterKind::Statistic || kind == ParameterKind::Constant;
    return (isNoun ? "a " : "") + std::string(name(kind));
}

/// Whether an entry is something that a port of parameters can take.
Result<void> checkEntry(const Parameter& entry, const PortSpec& port, const Shape& wanted) {
    const bool isForOne =
        entry.kind == ParameterKind::Trained || entry.kind == ParameterKind::Statistic;
    if (isForOne && entry.kind != usualKind(port))
        return shapeError(fmt::format("{} is {}, and parameter '{}' is {}", port.id,
                                      useOf(usualKind(port)), entry.id, useOf(entry.kind)));
    if (!entry.type) return {};
    if (entry.type->shape != wanted)
        return shapeError(fmt::format("parameter '{}' is of shape {}, {} wants {}", entry.id,
                                      entry.type->shape.text(), port.id, wanted.text()));
    if (!isFloat(entry.type->dtype))
        return shapeError(fmt::format("parameter '{}' is of type {}, {} wants {}", entry.id,
                                      name(entry.type->dtype), port.id, port.types.text()));
    return {};
}

/// The operator's fans, where it has some.
Init startOf(InitKind kind, const ParamSpec& wanted) {
    const bool hasFans = wanted.init.fanIn > 1 || wanted.init.fanOut > 1;
    return hasFans ? Init{kind, wanted.init.fanIn, wanted.init.fanOut} : initOf(kind, wanted.shape);
}

Error numbersMissing(const Node& node, const Parameter& parameter) {
    const bool comes = parameter.trouble == fileNotReadYet;
    Error error = nodeError(node, fmt::format("parameter '{}' has no numbers{}: {}", parameter.id,
                                              comes ? " yet" : "", parameter.trouble));
    error.next = comes ? "Wait for it."
                       : "Put the file that it came from where the project names it, or give the "
                         "parameter other numbers.";
    return error;
}

/// A name that is mistyped must not make a parameter that nobody meant.
Error unknownParameter(const Node& node, const std::string& port, const std::string& id) {
    Error error = nodeError(
        node, fmt::format("port '{}' takes parameter '{}', which has no entry and is no node's own",
                          port, id));
    error.next = "Correct the name, or give the parameter an entry.";
    return error;
}

}  // namespace

bool hasParameterObjects(const Graph& graph) {
    return !graph.parameters().empty() || std::ranges::any_of(graph.nodes(), [](const Node& node) {
        return !node.parameters.empty();
    });
}

ShapePass::ShapePass(const Graph& graph, const Wiring& wiring, const ShapeOptions& options,
                     std::vector<NodeShapes>& nodes)
    : m_graph(graph),
      m_wiring(wiring),
      m_options(options),
      m_nodes(nodes),
      m_hasObjects(hasParameterObjects(graph)) {}

Result<void> ShapePass::visit(int index) {
    NodeShapes& place = m_nodes[static_cast<size_t>(index)];
    place = {};
    Result<NodeShapes> shapes = shapesAt(index);
    if (shapes) {
        place = std::move(shapes).value();
        return {};
    }
    Error error = shapes.error();
    const Node& node = nodeAt(index);
    if (error.place.node.empty()) {
        std::string next = std::move(error.next);
        error = nodeError(node, error.message, std::move(error.code));
        error.next = std::move(next);
    }
    if (error.next.empty())
        error.next = "Change the node's fields, or what its ports are connected to.";
    return error;
}

Result<NodeShapes> ShapePass::shapesAt(int index) {
    const Node& node = nodeAt(index);
    if (isPlaceholder(node)) return placeholderError(node);
    NodeShapes shapes;
    if (isInput(node)) {
        if (!isClassInput(node)) VITRINE_TRY(checkExtents(node));
        shapes.outputs = {isClassInput(node) ? labelsOf() : numbersOf(node)};
        VITRINE_TRY(checkSizes(node, shapes.outputs));
        shapes.isKnown = true;
        return shapes;
    }
    const std::vector<NodeOperand> operands =
        operandsOf(node, m_wiring.sources[static_cast<size_t>(index)]);
    shapes.operands.reserve(operands.size());
    bool isKnown = true;
    for (const NodeOperand& operand : operands) {
        const Source& source = operand.source;
        if (operand.isThere && operand.comesOverEdge && !source.isConnected())
            return notConnected(node, operand);
        if (!operand.comesOverEdge && operand.port->role == PortRole::Value && operand.isThere) {
            Result<ValueShape> type = typeOfFed(node, operand, shapes);
            if (!type) return type.error();
            shapes.operands.push_back(*type);
            continue;
        }
        if (!source.isConnected()) {
            shapes.operands.push_back(missingShape);
            continue;
        }
        const NodeShapes& giver = m_nodes[static_cast<size_t>(source.node)];
        isKnown = isKnown && giver.isKnown;
        if (isKnown) shapes.operands.push_back(giver.outputs[static_cast<size_t>(source.port)]);
    }
    if (!isKnown) return NodeShapes{};
    // Behind every edit the window asks for float32, where the fields are the node's own.
    Attrs widened;
    const bool isWidened = m_options.floatType != DType::F32;
    if (isWidened) widened = node.attrsFor(m_options.floatType);
    const Attrs& attrs = isWidened ? widened : node.attrs;
    VITRINE_TRY(addParameters(node, attrs, operands, shapes));
    VITRINE_TRY(addOutputs(node, attrs, shapes));
    VITRINE_TRY(checkClasses(index, shapes));
    shapes.isKnown = true;
    return shapes;
}

ValueShape ShapePass::numbersOf(const Node& node) const {
    Shape shape;
    if (isBatched(node)) shape.push(m_options.batch);
    for (int64_t extent : node.attrs.list("shape")) shape.push(extent);
    return {shape, givenType(node, m_options.floatType)};
}

ValueShape ShapePass::labelsOf() const { return {Shape{m_options.batch}, DType::I32}; }

/// A port for values that a parameter feeds: only the parameter knows of what type it is.
Result<ValueShape> ShapePass::typeOfFed(const Node& node, const NodeOperand& operand,
                                        NodeShapes& shapes) {
    const std::string port = nameOf(node.op->inputs, operand.place);
    const std::string id = node.parameterId(port);
    const Parameter* object = m_graph.findParameter(id);
    if (object && !object->trouble.empty()) return numbersMissing(node, *object);
    if (!object || !object->type) {
        Error error = nodeError(node, fmt::format("port '{}' takes parameter '{}', which has {}",
                                                  port, id, object ? "no shape" : "no entry"));
        error.next = "Give the parameter a shape or numbers, or connect an output to the port.";
        return error;
    }
    ValueShape type = *object->type;
    if (isFloat(type.dtype)) type.dtype = m_options.floatType;
    const InitKind start = object->init.value_or(InitKind::Zeros);
    NodeParameter parameter{operand.place, id, type, initOf(start, type.shape), object->kind};
    VITRINE_TRY(checkShared(node, parameter));
    shapes.parameters.push_back(std::move(parameter));
    return type;
}

Result<void> ShapePass::addParameters(const Node& node, const Attrs& attrs,
                                      const std::vector<NodeOperand>& operands,
                                      NodeShapes& shapes) {
    if (!node.op->parameters) return {};
    // The operator is asked by values alone; what edges bring instead of parameters is put aside.
    std::vector<ValueShape> values = shapes.operands;
    for (size_t k = 0; k < operands.size(); ++k)
        if (operands[k].port->role != PortRole::Value) values[k] = missingShape;
    VITRINE_TRY(checkOperands(node.op->inputs, attrs, values));
    Result<std::vector<ParamSpec>> parameters = node.op->parameters(attrs, values);
    if (!parameters) return parameters.error();
    for (const ParamSpec& wanted : *parameters) {
        const auto operand = std::ranges::find_if(
            operands, [&](const NodeOperand& each) { return each.place.port == wanted.port; });
        ValueShape& found = shapes.operands[static_cast<size_t>(operand - operands.begin())];
        if (operand->comesOverEdge) {
            if (found.shape == wanted.shape) continue;
            return shapeError(fmt::format("{} is {} over its edge, wanted {}", operand->port->id,
                                          found.shape.text(), wanted.shape.text()));
        }
        VITRINE_TRY(addParameter(node, wanted, shapes));
        found = {wanted.shape, m_options.floatType};
    }
    return {};
}

/// The parameter of a port that is there for one.
Result<void> ShapePass::addParameter(const Node& node, const ParamSpec& wanted,
                                     NodeShapes& shapes) {
    const PortSpec& port = node.op->inputs[static_cast<size_t>(wanted.port)];
    if (checkedSize(wanted.shape) < 0) return tooLarge(port.id, wanted.shape);
    NodeParameter parameter{{wanted.port, 0},
                            node.parameterId(port.id),
                            {wanted.shape, m_options.floatType},
                            wanted.init,
                            usualKind(port)};
    if (const Parameter* object = m_hasObjects ? m_graph.findParameter(parameter.id) : nullptr) {
        if (!object->trouble.empty()) return numbersMissing(node, *object);
        VITRINE_TRY(checkEntry(*object, port, wanted.shape));
        parameter.kind = object->kind;
        if (object->init) parameter.init = startOf(*object->init, wanted);
    } else if (node.parameters.contains(port.id) && !isKnownParameter(m_graph, parameter.id)) {
        return unknownParameter(node, std::string(port.id), parameter.id);
    }
    VITRINE_TRY(checkShared(node, parameter));
    shapes.parameters.push_back(std::move(parameter));
    return {};
}

/// Nodes that share a parameter need it in one shape and for one use.
Result<void> ShapePass::checkShared(const Node& node, const NodeParameter& parameter) {
    if (!m_hasObjects) return {};
    const auto [entry, isNew] = m_parameters.try_emplace(
        parameter.id, KnownParameter{parameter.type, parameter.kind, &node});
    const KnownParameter& known = entry->second;
    if (isNew || (known.type == parameter.type && known.kind == parameter.kind)) return {};
    const std::string port = nameOf(node.op->inputs, parameter.place);
    if (known.kind != parameter.kind)
        return shapeError(fmt::format("{} shares '{}' with {}, where it is {}", port, parameter.id,
                                      known.node->text(), useOf(known.kind)));
    return shapeError(fmt::format("{} shares '{}' of shape {} with {}, wanted {}", port,
                                  parameter.id, known.type.shape.text(), known.node->text(),
                                  parameter.type.shape.text()));
}

/// Class numbers index the second extent of the predictions.
Result<void> ShapePass::checkClasses(int index, const NodeShapes& shapes) const {
    const Node& node = nodeAt(index);
    if (std::ranges::none_of(node.op->inputs, takesLabels)) return {};
    for (const NodeOperand& operand :
         operandsOf(node, m_wiring.sources[static_cast<size_t>(index)])) {
        if (!takesLabels(*operand.port) || !operand.source.isConnected()) continue;
        const Node& target = nodeAt(operand.source.node);
        const Shape& logits = shapes.operands.front().shape;
        if (!isClassInput(target) || logits.rank() < 2) continue;
        const int64_t classes = target.attrs.integer("classes");
        if (logits[1] == classes) continue;
        Error error = nodeError(node,
                                fmt::format("the network gives {} an image, target '{}' has {}",
                                            countOf(logits[1], "number"), target.id,
                                            countOf(classes, "class", "classes")),
                                "U06");
        error.next = "Give the last layer as many outputs as there are classes.";
        return error;
    }
    return {};
}

}  // namespace vitrine
