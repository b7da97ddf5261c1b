// SPDX-License-Identifier: Apache-2.0
// One node's operands, parameters and outputs, and what may be wrong with them.
#include "core/graph/shape_pass.h"

#include <algorithm>

#include <fmt/format.h>

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

}  // namespace

bool sharesParameters(const Graph& graph) {
    return std::ranges::any_of(graph.nodes(),
                               [](const Node& node) { return !node.parameters.empty(); });
}

ShapePass::ShapePass(const Graph& graph, const Wiring& wiring, const ShapeOptions& options,
                     std::vector<NodeShapes>& nodes)
    : m_graph(graph),
      m_wiring(wiring),
      m_options(options),
      m_nodes(nodes),
      m_shares(sharesParameters(graph)) {}

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
        if (operand.isThere && comesOverEdge(*operand.port) && !source.isConnected())
            return notConnected(node, operand);
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
    Shape shape{m_options.batch};
    for (int64_t extent : node.attrs.list("shape")) shape.push(extent);
    return {shape, m_options.floatType};
}

ValueShape ShapePass::labelsOf() const { return {Shape{m_options.batch}, DType::I32}; }

Result<void> ShapePass::addParameters(const Node& node, const Attrs& attrs,
                                      const std::vector<NodeOperand>& operands,
                                      NodeShapes& shapes) {
    if (!node.op->parameters) return {};
    VITRINE_TRY(checkOperands(node.op->inputs, attrs, shapes.operands));
    Result<std::vector<ParamSpec>> parameters = node.op->parameters(attrs, shapes.operands);
    if (!parameters) return parameters.error();
    for (const ParamSpec& parameter : *parameters) {
        const PortSpec& port = node.op->inputs[static_cast<size_t>(parameter.port)];
        if (checkedSize(parameter.shape) < 0) return tooLarge(port.id, parameter.shape);
        VITRINE_TRY(checkShared(node, port, parameter.shape));
        for (size_t k = 0; k < operands.size(); ++k)
            if (operands[k].place.port == parameter.port)
                shapes.operands[k] = {parameter.shape, m_options.floatType};
    }
    shapes.parameters = std::move(parameters).value();
    return {};
}

/// Nodes that share a parameter need it in one shape and for one use.
Result<void> ShapePass::checkShared(const Node& node, const PortSpec& port, const Shape& shape) {
    if (!m_shares) return {};
    const std::string id = node.parameterId(port.id);
    const auto [entry, isNew] =
        m_parameters.try_emplace(id, KnownParameter{shape, port.role, &node});
    const KnownParameter& known = entry->second;
    if (isNew || (known.shape == shape && known.role == port.role)) return {};
    if (known.role != port.role)
        return shapeError(
            fmt::format("{} shares '{}' with {}, where it is {}", port.id, id, known.node->text(),
                        known.role == PortRole::Parameter ? "trained" : "a statistic"));
    return shapeError(fmt::format("{} shares '{}' of shape {} with {}, wanted {}", port.id, id,
                                  known.shape.text(), known.node->text(), shape.text()));
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
        Error error = nodeError(
            node,
            fmt::format("the network gives {} numbers an image, target '{}' has {} classes",
                        logits[1], target.id, classes),
            "U06");
        error.next = "Give the last layer as many outputs as there are classes.";
        return error;
    }
    return {};
}

}  // namespace vitrine
