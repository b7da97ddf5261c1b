// SPDX-License-Identifier: Apache-2.0
// The shape pass: one node after the other in running order.
#include "core/graph/shapes.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/batch_text.h"
#include "core/graph/ports.h"
#include "core/graph/special_nodes.h"
#include "core/opdef/port_patterns.h"

namespace vitrine {

namespace {

/// What a parameter id stands for, as the first node that uses it needs it.
struct KnownParameter {
    Shape shape;
    PortRole role = PortRole::Parameter;
    const Node* node = nullptr;
};

class Pass {
  public:
    Pass(const Graph& graph, const Wiring& wiring, const ShapeOptions& options)
        : m_graph(graph), m_wiring(wiring), m_options(options) {
        m_report.batch = options.batch;
        m_report.nodes.resize(graph.nodes().size());
    }

    ShapeReport run() {
        for (int index : m_wiring.order) {
            const Result<void> result = visit(index);
            if (result) continue;
            Error error = result.error();
            const Node& node = nodeAt(index);
            if (error.place.node.empty())
                error = nodeError(node, error.message, std::move(error.code));
            if (error.next.empty())
                error.next = "Change the node's fields, or what its ports are connected to.";
            m_report.errors.push_back(std::move(error));
        }
        return std::move(m_report);
    }

  private:
    const Node& nodeAt(int index) const { return m_graph.nodes()[static_cast<size_t>(index)]; }
    NodeShapes& shapesAt(int index) { return m_report.nodes[static_cast<size_t>(index)]; }

    Result<void> visit(int index) {
        const Node& node = nodeAt(index);
        NodeShapes shapes;
        if (node.op == &inputNode || node.op == &targetNode) {
            shapes.outputs = {node.op == &inputNode ? imagesOf(node) : labelsOf()};
            VITRINE_TRY(checkSizes(node, shapes.outputs));
        } else {
            const std::vector<NodeOperand> operands =
                operandsOf(node, m_wiring.sources[static_cast<size_t>(index)]);
            for (const NodeOperand& operand : operands) {
                const Source& source = operand.source;
                if (operand.isThere && comesOverEdge(*operand.port) && !source.isConnected())
                    return notConnected(node, operand);
                if (source.isConnected() && !shapesAt(source.node).isKnown) return {};
                shapes.operands.push_back(
                    source.isConnected()
                        ? shapesAt(source.node).outputs[static_cast<size_t>(source.port)]
                        : missingShape);
            }
            // Behind every edit the window asks for float32, where the fields are the node's own.
            Attrs widened;
            const bool isWidened = m_options.floatType != DType::F32;
            if (isWidened) widened = node.attrsFor(m_options.floatType);
            const Attrs& attrs = isWidened ? widened : node.attrs;
            VITRINE_TRY(addParameters(node, attrs, operands, shapes));
            VITRINE_TRY(addOutputs(node, attrs, shapes));
            VITRINE_TRY(checkClasses(index, shapes));
        }
        shapes.isKnown = true;
        shapesAt(index) = std::move(shapes);
        return {};
    }

    static Error notConnected(const Node& node, const NodeOperand& operand) {
        Error error = nodeError(node, fmt::format("port '{}' is not connected",
                                                  nameOf(node.op->inputs, operand.place)));
        error.next = takesLabels(*operand.port)
                         ? "Add a target and connect its labels to the port."
                         : "Connect an output to the port, or delete the node.";
        return error;
    }

    ValueShape imagesOf(const Node& node) const {
        Shape shape{m_options.batch};
        for (int64_t extent : node.attrs.list("shape")) shape.push(extent);
        return {shape, m_options.floatType};
    }
    ValueShape labelsOf() const { return {Shape{m_options.batch}, DType::I32}; }

    Result<void> addParameters(const Node& node, const Attrs& attrs,
                               const std::vector<NodeOperand>& operands, NodeShapes& shapes) {
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

    static Result<void> addOutputs(const Node& node, const Attrs& attrs, NodeShapes& shapes) {
        Result<std::vector<ValueShape>> outputs = inferResults(*node.op, attrs, shapes.operands);
        if (!outputs) return outputs.error();
        VITRINE_TRY(checkSizes(node, *outputs));
        shapes.outputs = std::move(outputs).value();
        return {};
    }

    static Result<void> checkSizes(const Node& node, const std::vector<ValueShape>& outputs) {
        for (size_t i = 0; i < outputs.size(); ++i)
            if (checkedSize(outputs[i].shape) < 0)
                return tooLarge(
                    nameOf(node.op->outputs, placeOf(node.op->outputs, outputs.size(), i)),
                    outputs[i].shape);
        return {};
    }

    static int64_t checkedSize(const Shape& shape) {
        const int64_t elements = checkedElements(shape.dims());
        return elements > largestTensor ? -1 : elements;
    }
    static Error tooLarge(std::string_view port, const Shape& shape) {
        return shapeError(fmt::format("{} has shape {}, wanted at most {} elements", port,
                                      shape.text(), largestTensor));
    }

    /// Nodes that share a parameter need it in one shape and for one use.
    Result<void> checkShared(const Node& node, const PortSpec& port, const Shape& shape) {
        const std::string id = node.parameterId(port.id);
        const auto [entry, isNew] =
            m_parameters.try_emplace(id, KnownParameter{shape, port.role, &node});
        const KnownParameter& known = entry->second;
        if (isNew || (known.shape == shape && known.role == port.role)) return {};
        if (known.role != port.role)
            return shapeError(fmt::format(
                "{} shares '{}' with {}, where it is {}", port.id, id, known.node->text(),
                known.role == PortRole::Parameter ? "trained" : "a statistic"));
        return shapeError(fmt::format("{} shares '{}' of shape {} with {}, wanted {}", port.id, id,
                                      known.shape.text(), known.node->text(), shape.text()));
    }

    /// Class numbers index the second extent of the predictions.
    Result<void> checkClasses(int index, const NodeShapes& shapes) const {
        const Node& node = nodeAt(index);
        for (const NodeOperand& operand :
             operandsOf(node, m_wiring.sources[static_cast<size_t>(index)])) {
            if (!takesLabels(*operand.port) || !operand.source.isConnected()) continue;
            const Node& target = nodeAt(operand.source.node);
            const Shape& logits = shapes.operands.front().shape;
            if (target.op != &targetNode || logits.rank() < 2) continue;
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

    const Graph& m_graph;
    const Wiring& m_wiring;
    const ShapeOptions m_options;
    ShapeReport m_report;
    std::map<std::string, KnownParameter> m_parameters;
};

}  // namespace

const Error* ShapeReport::errorOf(std::string_view node) const {
    for (const Error& error : errors)
        if (error.place.node == node) return &error;
    return nullptr;
}

ShapeReport shapesOf(const Graph& graph, const Wiring& wiring, const ShapeOptions& options) {
    ShapeReport report = Pass(graph, wiring, options).run();
    if (report.ok()) return report;
    // Operators write numbers. Those that follow the batch are found by changing it.
    ShapeOptions other = options;
    ++other.batch;
    const ShapeReport changed = Pass(graph, wiring, other).run();
    for (Error& error : report.errors)
        if (const Error* twin = changed.errorOf(error.place.node))
            error.message =
                withBatchAsN({error.message, options.batch}, {twin->message, other.batch});
    return report;
}

ShapeReport shapesOf(const Graph& graph, const ShapeOptions& options) {
    return shapesOf(graph, wiringOf(graph), options);
}

Result<void> checkParametersAreFixed(const Graph& graph, const Wiring& wiring,
                                     const ShapeReport& report, const ShapeOptions& options) {
    ShapeOptions others = options;
    others.batch = options.batch + 1;
    const ShapeReport other = shapesOf(graph, wiring, others);
    for (const int index : wiring.order) {
        const auto i = static_cast<size_t>(index);
        const Node& node = graph.nodes()[i];
        const std::vector<ParamSpec>&here = report.nodes[i].parameters,
              &there = other.nodes[i].parameters;
        for (size_t p = 0; p < std::min(here.size(), there.size()); ++p) {
            if (here[p].shape == there[p].shape) continue;
            const PortSpec& port = node.op->inputs[static_cast<size_t>(here[p].port)];
            Error error = nodeError(
                node,
                fmt::format("the shape of {} depends on the batch: it would be {} for a batch of "
                            "{}, and {} for one of {}",
                            port.id, here[p].shape.text(), options.batch, there[p].shape.text(),
                            others.batch),
                "shape");
            error.next =
                "See to it that the batch comes in on the first axis alone, and choose "
                "other axes where the node takes them together.";
            return error;
        }
    }
    return {};
}

std::string batchShapeText(const Shape& shape, int64_t batch) {
    if (shape.rank() == 0 || shape[0] != batch) return shape.text();
    std::string text = "[N";
    for (int axis = 1; axis < shape.rank(); ++axis) text += fmt::format(", {}", shape[axis]);
    return text + "]";
}

}  // namespace vitrine
