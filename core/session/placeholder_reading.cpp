// SPDX-License-Identifier: Apache-2.0
// A model of the one node is made and read as any other.
#include "core/session/placeholder_reading.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/exec/evaluate.h"
#include "core/graph/placeholder.h"
#include "core/graph/ports.h"
#include "core/graph/shapes.h"
#include "core/onnx/network.h"
#include "core/onnx/rule.h"

namespace vitrine {

namespace {

/// `[0.5, 2]`, which is how a placeholder keeps a list of floats.
std::optional<std::vector<double>> floatsOf(std::string_view text) {
    if (!text.starts_with('[') || !text.ends_with(']')) return {};
    text = text.substr(1, text.size() - 2);
    std::vector<double> numbers;
    while (!text.empty()) {
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc()) return {};
        numbers.push_back(number);
        text.remove_prefix(static_cast<size_t>(end - text.data()));
        if (!text.empty() && !text.starts_with(", ")) return {};
        text.remove_prefix(std::min<size_t>(2, text.size()));
    }
    return numbers;
}

onnx::Attribute attributeOf(std::string_view name, const FieldValue& value) {
    using Kind = onnx::Attribute::Kind;
    onnx::Attribute attribute;
    attribute.name = name;
    if (const auto* integer = std::get_if<int64_t>(&value)) {
        attribute.kind = Kind::Int;
        attribute.integer = *integer;
    } else if (const auto* number = std::get_if<double>(&value)) {
        attribute.kind = Kind::Float;
        attribute.number = *number;
    } else if (const auto* list = std::get_if<std::vector<int64_t>>(&value)) {
        attribute.kind = Kind::Ints;
        attribute.integers = *list;
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        std::optional<std::vector<double>> floats = floatsOf(*text);
        attribute.kind = floats ? Kind::Floats : Kind::String;
        attribute.text = *text;
        attribute.numbers = std::move(floats).value_or(std::vector<double>());
    }
    return attribute;
}

std::vector<onnx::Attribute> attributesOf(const Node& placeholder) {
    std::vector<onnx::Attribute> list;
    for (const FieldSpec& spec : placeholder.op->fields)
        if (spec.id != whyRefused && spec.id != operatorSet)
            list.push_back(attributeOf(spec.id, placeholder.attrs.get(spec.id)));
    return list;
}

/// What stands at an input of the file's node.
struct Operand {
    std::string port;  ///< `in1`
    std::shared_ptr<const TensorData> numbers = {};
    std::optional<ValueShape> type = {};  ///< of an edge, where it is known
    bool isEdge = false;
};

std::optional<ValueShape> typeBefore(const Graph& graph, const ShapeReport& report,
                                     const PortRef& from) {
    const Node& node = *graph.find(from.node);
    const auto& outputs = report.nodes[static_cast<size_t>(graph.indexOf(from.node))].outputs;
    const auto place = static_cast<size_t>(findOutput(node, from.port));
    return place < outputs.size() ? std::optional(outputs[place]) : std::nullopt;
}

/// In the order of the file's inputs. Nothing where numbers have not come yet.
std::optional<std::vector<Operand>> operandsOf(const Graph& graph, const Node& placeholder) {
    const ShapeReport report = shapesOf(graph);
    std::vector<Operand> operands;
    for (size_t k = 0; k < placeholder.op->inputs.size(); ++k) {
        Operand operand{.port = fmt::format("in{}", k)};
        const auto spec = std::ranges::find(placeholder.op->inputs, operand.port, &PortSpec::id);
        if (spec == placeholder.op->inputs.end()) return {};  // of no import
        if (const Edge* edge = graph.edgeInto({placeholder.id, operand.port})) {
            operand.isEdge = true;
            operand.type = typeBefore(graph, report, edge->from);
        } else if (spec->role != PortRole::Value) {
            const Parameter* entry = graph.findParameter(placeholder.parameterId(operand.port));
            if (!entry || !entry->data) return {};
            operand.numbers = entry->data;
        }
        operands.push_back(std::move(operand));
    }
    return operands;
}

onnx::Tensor tensorOf(const std::string& name, const TensorData& numbers) {
    onnx::Tensor tensor;
    tensor.name = name;
    tensor.type = onnx::elementOf(numbers.dtype);
    tensor.dims.assign(numbers.shape.dims().begin(), numbers.shape.dims().end());
    tensor.hasRaw = true;
    tensor.raw = numbers.bytes;
    return tensor;
}

onnx::ValueInfo inputOf(const std::string& name, const ValueShape& type) {
    onnx::ValueInfo input{name, {}};
    input.type.kind = onnx::Type::Kind::Tensor;
    input.type.element = onnx::elementOf(type.dtype);
    input.type.shape.emplace();
    for (const int64_t extent : type.shape.dims()) input.type.shape->push_back({.value = extent});
    return input;
}

/// Views of the operands, which must outlive it.
onnx::Model modelOf(const onnx::Node& node, int64_t opset, const std::vector<Operand>& operands) {
    onnx::Model model;
    model.irVersion = onnx::newestIr;
    model.opsets.push_back({node.domain, opset});
    if (!node.domain.empty()) model.opsets.push_back({{}, onnx::newestOpset});
    onnx::Graph& graph = model.graph.emplace();
    graph.nodes.push_back(node);
    for (const Operand& operand : operands)
        if (operand.numbers)
            graph.initializers.push_back(tensorOf(operand.port, *operand.numbers));
        else if (operand.isEdge)
            graph.inputs.push_back(inputOf(operand.port, *operand.type));
    for (std::string_view output : node.outputs) graph.outputs.push_back({output, {}});
    return model;
}

/// The operator's node that is wanted; else the only one. Null: there is no such.
const Node* mainNode(const Graph& graph, std::string_view wanted) {
    const Node* only = nullptr;
    int count = 0;
    for (const Node& node : graph.nodes()) {
        if (node.op->kind != NodeKind::Operator) continue;
        if (node.op->id == wanted) return &node;
        only = &node;
        ++count;
    }
    return count == 1 ? only : nullptr;
}

/// The file's name for the numbers at a port that no edge feeds; empty: they are none of the file.
std::string weightAt(const onnx::Network& network, const Node& node, std::string_view port) {
    const auto weight = network.weights.find(node.parameterId(port));
    return weight == network.weights.end() ? std::string() : weight->second;
}

/// A matrix that is turned on its way to a port.
void addTurned(const onnx::Network& network, const Node& turn, const std::string& port,
               ReadPlaceholder& result) {
    const Parameter* matrix = network.graph.findParameter(turn.parameterId("x"));
    const std::string operand = weightAt(network, turn, "x");
    if (turn.op->id != "transpose" || !matrix || !matrix->data || operand.empty()) return;
    const TensorData& data = *matrix->data;
    if (data.shape.elements() > mostValuesInProject) return;
    const auto made = evaluate(*turn.op, turn.attrs, {matrix->data},
                               4 * bytesOf(data.dtype, data.shape.elements()) + (1 << 20));
    if (!made.ok()) return;
    result.ports.emplace(port, operand);
    result.turned.emplace(port, made->front());
}

void addFeed(const onnx::Network& network, const Node& node, const std::string& port,
             const std::vector<Operand>& operands, ReadPlaceholder& result) {
    if (const Edge* edge = network.graph.edgeInto({node.id, port})) {
        const auto input = std::ranges::find(network.inputs, edge->from.node, &onnx::End::node);
        if (input != network.inputs.end())
            result.ports.emplace(port, input->name);
        else
            addTurned(network, *network.graph.find(edge->from.node), port, result);
        return;
    }
    const Parameter* made = network.graph.findParameter(node.parameterId(port));
    const std::string weight = weightAt(network, node, port);
    const auto operand = std::ranges::find(operands, weight, &Operand::port);
    const bool isSame = made && made->type && operand != operands.end() && operand->numbers &&
                        operand->numbers->shape == made->type->shape;
    if (isSame) result.ports.emplace(port, weight);
}

std::optional<ReadPlaceholder> read(const onnx::Node& node, int64_t opset,
                                    const std::vector<Operand>& operands, std::string_view wanted) {
    const onnx::Model model = modelOf(node, opset, operands);
    const Result<onnx::Network> network = onnx::networkOf(
        model, {.followsBatch = false, .followsSizes = false, .trainsSingleNumbers = true});
    if (!network.ok() || !network->refused.empty()) return {};
    const Node* made = mainNode(network->graph, wanted);
    if (!made) return {};
    ReadPlaceholder result{made->op, made->attrs};
    for (const PortSpec& spec : made->op->inputs)
        addFeed(*network, *made, std::string(spec.id), operands, result);
    return result;
}

/// Its own, and those in its name, the longest first.
std::vector<const onnx::Rule*> rulesFor(std::string_view domain, std::string_view opType) {
    std::vector<const onnx::Rule*> named;
    for (const onnx::Rule* rule : onnx::allRules()) {
        if (rule->domain == domain && rule->opType == opType) return {rule};
        constexpr size_t shortest = 3;  // `If` and `Or` are in many words
        if (rule->domain.empty() && rule->opType.size() >= shortest &&
            opType.find(rule->opType) != opType.npos)
            named.push_back(rule);
    }
    std::ranges::stable_sort(named, std::ranges::greater{},
                             [](const onnx::Rule* rule) { return rule->opType.size(); });
    return named;
}

/// What a node of these weights can take: images for filters, rows for a matrix.
std::vector<Shape> triedShapes(const std::vector<Operand>& operands, int64_t groups,
                               int64_t extent) {
    const auto first = std::ranges::find_if(
        operands, [](const Operand& operand) { return operand.numbers != nullptr; });
    const Shape weight = first == operands.end() ? Shape{} : first->numbers->shape;
    std::vector<Shape> shapes;
    if (weight.rank() > 2) {
        for (const int64_t channels : {weight[1] * groups, weight[0]}) {
            Shape shape{2, channels};
            for (int k = 2; k < weight.rank(); ++k) shape.push(extent);
            shapes.push_back(shape);
        }
    } else if (weight.rank() == 2) {
        shapes = {{2, weight[0]}, {2, weight[1]}};
    } else {
        const int64_t channels = weight.rank() == 1 ? weight[0] : 8;
        shapes = {{2, channels, extent, extent}, {2, channels, extent}, {2, channels}};
    }
    return shapes;
}

/// Nothing where one says other fields than another.
std::optional<ReadPlaceholder> onWhichAllAgree(std::vector<ReadPlaceholder> readings,
                                               std::string_view wanted) {
    const auto isOther = [&](const ReadPlaceholder& reading) { return reading.op->id != wanted; };
    if (!std::ranges::all_of(readings, isOther)) std::erase_if(readings, isOther);
    const auto isFirst = [&](const ReadPlaceholder& reading) {
        return reading.op == readings.front().op && reading.attrs == readings.front().attrs;
    };
    if (readings.empty() || !std::ranges::all_of(readings, isFirst)) return {};
    return std::move(readings.front());
}

/// For every shape of one operand that the node's weights suit, where those make no difference.
std::optional<ReadPlaceholder> readByWeights(const onnx::Node& node, int64_t opset,
                                             std::vector<Operand> operands, size_t open,
                                             std::string_view wanted) {
    const onnx::Attribute* group = node.find("group");
    const int64_t groups = group ? std::clamp<int64_t>(group->integer, 1, 1 << 20) : 1;
    std::vector<ReadPlaceholder> readings;
    for (const int64_t extent : {64, 37})
        for (const Shape& shape : triedShapes(operands, groups, extent)) {
            operands[open].type = ValueShape{shape, DType::F32};
            if (auto reading = read(node, opset, operands, wanted))
                readings.push_back(std::move(*reading));
        }
    return onWhichAllAgree(std::move(readings), wanted);
}

/// With the types that are known; where one is not, or does not suit the weights, by those.
std::optional<ReadPlaceholder> readByTypes(const onnx::Node& node, int64_t opset,
                                           const std::vector<Operand>& operands,
                                           std::string_view wanted) {
    const auto isUnknown = [](const Operand& operand) { return operand.isEdge && !operand.type; };
    const auto unknown = std::ranges::count_if(operands, isUnknown);
    if (unknown == 0)
        if (auto known = read(node, opset, operands, wanted)) return known;
    const auto isOpen = [&](const Operand& operand) {
        return unknown == 0 ? operand.isEdge : isUnknown(operand);
    };
    if (std::ranges::count_if(operands, isOpen) != 1) return {};
    const auto open =
        static_cast<size_t>(std::ranges::find_if(operands, isOpen) - operands.begin());
    return readByWeights(node, opset, operands, open, wanted);
}

}  // namespace

std::optional<ReadPlaceholder> readPlaceholder(const Graph& graph, const Node& placeholder,
                                               std::string_view wanted) {
    // What a project's file keeps of another program's operators is no node of a model.
    if (!placeholder.attrs.has(whyRefused)) return {};
    const std::optional<std::vector<Operand>> operands = operandsOf(graph, placeholder);
    if (!operands) return {};
    const std::string_view name = placeholder.op->id;
    const size_t colon = name.rfind(':');
    const std::string_view domain = colon == name.npos ? std::string_view() : name.substr(0, colon);
    onnx::Node node;
    node.opType = colon == name.npos ? name : name.substr(colon + 1);
    node.attributes = attributesOf(placeholder);
    for (const Operand& operand : *operands)
        node.inputs.push_back(operand.isEdge || operand.numbers ? std::string_view(operand.port)
                                                                : std::string_view());
    for (const PortSpec& output : placeholder.op->outputs) node.outputs.push_back(output.id);
    const int64_t opset =
        placeholder.attrs.has(operatorSet) ? placeholder.attrs.integer(operatorSet) : 0;
    for (const onnx::Rule* rule : rulesFor(domain, node.opType)) {
        const bool isOwn = rule->domain == domain && opset > 0;
        node.opType = rule->opType;
        node.domain = rule->domain;
        auto result = readByTypes(node, isOwn ? opset : onnx::newestOpset, *operands, wanted);
        if (result) return result;
    }
    return {};
}

}  // namespace vitrine
