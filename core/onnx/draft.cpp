// SPDX-License-Identifier: Apache-2.0
// Nodes, and the parameters that feed them.
#include "core/onnx/draft.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/graph/names.h"
#include "core/graph/placeholder.h"
#include "core/graph/ports.h"
#include "core/graph/special_nodes.h"
#include "core/onnx/placeholder_parts.h"
#include "core/onnx/tensor_numbers.h"
#include "core/opdef/registry.h"

namespace vitrine::onnx {

namespace {

constexpr size_t longestId = 90;
constexpr int64_t mostHashedBytes = int64_t{16} << 20;

Error trouble(std::string code, std::string message) {
    return {std::move(code), std::move(message), {}, {}, {}};
}

/// Letters, digits and `_`, not beginning with a digit; nothing of a path in front.
std::string wordOf(std::string_view text) {
    std::string word;
    for (char c : text) {
        const bool fits =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (fits)
            word += c;
        else if (!word.empty() && word.back() != '_')
            word += '_';
        if (word.size() == longestId) break;
    }
    while (!word.empty() && word.back() == '_') word.pop_back();
    if (word.empty()) return "node";
    if (word.front() >= '0' && word.front() <= '9') word.insert(0, "n");
    return word;
}

/// Of large numbers, where they come from: reading them all would take longer than everything else.
std::string digestOf(const Parameter& parameter, int64_t hashed) {
    if (!parameter.file || hashed <= mostHashedBytes) return sha256Hex(parameter.data->bytes);
    const std::string from =
        fmt::format("{}\n{}\n{}", parameter.file->path, parameter.file->tensor, parameter.id);
    return sha256Hex(std::as_bytes(std::span(from)));
}

/// Every element has the same bytes: what exporters make one tensor of, whoever uses it.
bool isUniform(const TensorData& data) {
    const auto size = static_cast<size_t>(sizeOf(data.dtype));
    if (isPacked(data.dtype) || data.bytes.size() < 2 * size) return true;
    return std::memcmp(data.bytes.data(), data.bytes.data() + size, data.bytes.size() - size) == 0;
}

/// What a node of this id gives.
std::vector<Value> resultsOf(const std::string& id, const OpDescriptor& op,
                             const std::vector<ValueShape>& results) {
    std::vector<Value> values;
    for (size_t k = 0; k < results.size(); ++k)
        values.push_back(
            {.type = results[k],
             .element = elementOf(results[k].dtype),
             .port = PortRef{id, nameOf(op.outputs, placeOf(op.outputs, results.size(), k))}});
    return values;
}

bool isStateType(DType type) {
    return type == DType::F32 || type == DType::F64 || type == DType::I32 || type == DType::I64;
}

}  // namespace

std::string Draft::numbered(const std::string& base) {
    int& number = m_numbers[base];
    number = std::max(number + 1, 2);
    return fmt::format("{}_{}", base, number);
}

std::string Draft::freeId(std::string_view word) {
    const std::string base = wordOf(word);
    std::string id = base;
    while (!m_ids.insert(id).second) id = numbered(base);
    return id;
}

std::string Draft::freeParameterId(std::string_view word) {
    const std::string base = wordOf(word);
    std::string id = base;
    while (m_parameters.contains(id) || m_ids.contains(id)) id = numbered(base);
    return id;
}

void Draft::takeNode(size_t operands) {
    if (m_room.takeNode(operands)) return;
    throw Error{"O26",
                fmt::format("{} has more nodes, functions and loops unrolled, than a file of its "
                            "size is read with",
                            m_file),
                {},
                "Nothing was opened.",
                ""};
}

Result<std::vector<Value>> Draft::add(const OpDescriptor& op, const Attrs& attrs,
                                      const std::vector<Value>& operands, const std::string& base) {
    takeNode(operands.size());
    std::vector<Value> ready;
    std::vector<ValueShape> types;
    for (const Value& operand : operands) {
        if (operand.isMissing()) {
            types.push_back(missingShape);
            ready.push_back(operand);
            continue;
        }
        if (!operand.type)
            return trouble("O05",
                           fmt::format("the shape of {} is not known", quoted(operand.name)));
        types.push_back(*operand.type);
        // Floating-point parameters have the network's type.
        const bool isWide = operand.type->dtype == DType::F64 && m_floatType == DType::F32;
        const bool needsCast = !operand.port && (isWide || !isStateType(operand.type->dtype));
        Result<Value> kept = needsCast ? stored(operand) : Result<Value>(operand);
        if (!kept.ok()) return kept.error();
        ready.push_back(std::move(*kept));
    }
    const Result<std::vector<ValueShape>> results = inferResults(op, attrs, types);
    if (!results.ok()) return results.error();
    if (m_room.isTrial()) return resultsOf("", op, *results);

    vitrine::Node node;
    node.id = freeId(base);
    node.op = &op;
    node.attrs = attrs;
    m_made.emplace(node.id, MadeBy{&op, {attrs, operands}});
    for (size_t k = 0; k < ready.size(); ++k) {
        if (ready[k].isMissing()) continue;
        const PortPlace place = placeOf(op.inputs, ready.size(), k);
        const PortSpec& port = op.inputs[static_cast<size_t>(place.port)];
        VITRINE_TRY(feed({node, port, nameOf(op.inputs, place)}, ready[k]));
    }
    std::vector<Value> values = resultsOf(node.id, op, *results);
    m_nodes.push_back({std::move(node), std::move(types), *results});
    return values;
}

Result<void> Draft::feed(const Feed& feed, const Value& value) {
    if (value.port) {
        m_edges.push_back({*value.port, {feed.node.id, feed.name}});
        if (feed.port.role != PortRole::Value) feed.node.wired.insert(feed.name);
        return {};
    }
    if (!value.numbers) return trouble("O05", fmt::format("nothing gives {}", quoted(value.name)));
    const std::string id = parameterFor(feed, value);
    if (feed.port.role == PortRole::Value || id != feed.node.parameterId(feed.name))
        feed.node.parameters[feed.name] = id;
    return {};
}

/// The parameter of a value: one of the node's own, or one that others use as well.
std::string Draft::parameterFor(const Feed& feed, const Value& value) {
    const bool isOwn = feed.port.role != PortRole::Value;
    const bool isStatistic = feed.port.role == PortRole::Statistic;
    const std::string own = defaultParameterId(feed.node.id, feed.name);
    const std::string user = fmt::format("{}.{}", feed.node.id, feed.name);
    const bool isShared = !value.name.empty() && !(isOwn && isUniform(*value.numbers));
    const auto known = m_shared.find(value.name);
    const bool isKnown =
        !value.name.empty() && known != m_shared.end() && known->second.isStatistic == isStatistic;
    if (isKnown && isShared) {
        known->second.users.push_back(user);
        return known->second.parameter;
    }
    m_unshared += known != m_shared.end() && !value.name.empty();
    const std::string word = value.name.empty() ? feed.node.id + "_" + feed.name : value.name;
    const std::string id = isOwn ? own : freeParameterId(word);
    m_parameters.emplace(id, parameterOf(id, value, feed.port));
    if (value.isWeight()) m_weights.emplace(id, value.weight);
    if (!value.name.empty()) m_shared.try_emplace(value.name, Use{id, isStatistic, {user}});
    return id;
}

bool Draft::isTrained(const Value& value, const PortSpec& port) const {
    if (!isFloat(value.type->dtype)) return false;
    if (port.role == PortRole::Parameter) return true;
    // Floats of 8 bits and less are kept as F32 and cast back: nothing trains them.
    return value.isWeight() &&
           isFloat(computedType(storedType(value.element).value_or(DType::F32))) &&
           (m_trainsSingleNumbers || value.type->shape.elements() > 1);
}

Parameter Draft::parameterOf(std::string id, const Value& value, const PortSpec& port) const {
    Parameter parameter;
    parameter.id = std::move(id);
    parameter.kind = port.role == PortRole::Statistic ? ParameterKind::Statistic
                     : isTrained(value, port)         ? ParameterKind::Trained
                                                      : ParameterKind::Constant;
    parameter.type = value.type;
    parameter.data = value.numbers;
    if (value.isWeight()) parameter.file = ParameterFile{m_file, value.weight};
    return parameter;
}

/// Numbers as another type, once for all places that use them.
Result<Numbers> Draft::asStored(const Numbers& numbers, DType type) {
    if (m_room.isTrial()) return numbers;
    Widened& kept = m_widened[{numbers->bytes.data(), numbers->dtype, numbers->shape.elements()}];
    if (!kept.numbers) {
        const int64_t bytes = bytesOf(type, numbers->shape.elements());
        if (!m_room.fits(bytes))
            return trouble("O20",
                           fmt::format("its numbers would need {} bytes; for a file of this size "
                                       "{} are left",
                                       fmt::group_digits(bytes), fmt::group_digits(m_room.left())));
        m_room.take(bytes);
        kept = {numbers, converted(*numbers, type)};
    }
    return std::make_shared<const TensorData>(
        TensorData{type, numbers->shape, kept.numbers->bytes, kept.numbers->owner});
}

Result<Value> Draft::stored(const Value& value) {
    if (!value.numbers) return trouble("O05", fmt::format("nothing gives {}", quoted(value.name)));
    const DType type = value.type->dtype, kept = keptType(type);
    const OpDescriptor& cast = operatorNamed("cast");
    Result<Numbers> numbers = asStored(value.numbers, kept);
    if (!numbers.ok()) return numbers.error();
    Value constant = value;
    constant.numbers = std::move(*numbers);
    constant.type = ValueShape{value.type->shape, kept};
    const Attrs back = Attrs(cast.fields).with("to", std::string(vitrine::name(type)));
    const std::string base = value.name.empty() ? "constant" : value.name;
    Result<std::vector<Value>> result = add(cast, back, {constant}, base);
    if (!result.ok()) return result.error();
    return result->front();
}

std::string Draft::addInput(const std::string& name, Attrs attrs, const std::string& column,
                            const ValueShape& type) {
    vitrine::Node node;
    node.id = freeId(name);
    node.op = &inputNode;
    node.attrs = std::move(attrs);
    node.attrs.with("column", column.empty() ? node.id : column);
    m_nodes.push_back({std::move(node), {}, {type}});
    return m_nodes.back().node.id;
}

Result<std::string> Draft::addOutput(const std::string& name, const Value& value) {
    takeNode(1);
    const std::string id = m_room.isTrial() ? name : freeId(name);
    Value given = value;
    if (!given.port) {  // an output takes an edge
        const Shape& shape = value.numbers->shape;
        const OpDescriptor& same = operatorNamed("reshape");
        const std::vector<int64_t> extents(shape.dims().begin(), shape.dims().end());
        Result<std::vector<Value>> made =
            add(same, Attrs(same.fields).with("shape", extents), {value}, id + "_value");
        if (!made.ok()) return made.error();
        given = made->front();
    }
    if (m_room.isTrial()) return id;
    vitrine::Node node;
    node.id = id;
    node.op = &outputNode;
    node.attrs = Attrs(outputNode.fields);
    if (id != name) node.title = printable(name, longestId);
    m_edges.push_back({*given.port, {id, "x"}});
    m_nodes.push_back({std::move(node), {}});
    return id;
}

Result<std::string> Draft::addPlaceholder(const Node& source, const std::vector<Value>& operands,
                                          int64_t opset, std::string_view why) {
    takeNode(operands.size());
    Result<const PlaceholderOp*> op = placeholderOp(partsOf(source, operands));
    if (!op.ok()) return op.error();
    if (m_room.isTrial()) return std::string();
    vitrine::Node node;
    node.id = freeId(source.name.empty() ? source.opType : source.name);
    node.op = *op;
    node.attrs = fieldsOf(**op, source, opset, why);
    for (size_t k = 0; k < operands.size() && k < mostPlaceholderPorts; ++k) {
        const std::string port = fmt::format("in{}", k);
        const auto spec = std::ranges::find((*op)->inputPorts, port, &PortSpec::id);
        if (operands[k].port)
            m_edges.push_back({*operands[k].port, {node.id, port}});
        else if (isKept(operands[k]))
            VITRINE_TRY(feed({node, *spec, port}, operands[k]));
    }
    const std::string id = node.id;
    m_nodes.push_back({std::move(node), {}});
    return id;
}

bool Draft::gives(const PortRef& result, std::string_view op, const PortRef& operand) const {
    static constexpr size_t lookedAt = 64;
    const auto last = [](const auto& list) {
        return std::span(list).last(std::min(lookedAt, list.size()));
    };
    const auto isIt = [&](const DraftNode& made) {
        return made.node.id == result.node && made.node.op->id == op;
    };
    const auto leadsThere = [&](const Edge& edge) {
        return edge.to.node == result.node && edge.from == operand;
    };
    return std::ranges::any_of(last(m_nodes), isIt) &&
           std::ranges::any_of(last(m_edges), leadsThere);
}

const Draft::Made* Draft::maker(const Value& value, std::string_view op) const {
    const auto found = value.port ? m_made.find(value.port->node) : m_made.end();
    return found != m_made.end() && found->second.op->id == op ? &found->second.made : nullptr;
}

void Draft::prune() {
    std::set<std::string, std::less<>> needed;
    std::map<std::string_view, std::vector<std::string_view>> feeders;
    for (const Edge& edge : m_edges) feeders[edge.to.node].push_back(edge.from.node);
    std::vector<std::string_view> open;
    for (const DraftNode& made : m_nodes)
        if (made.node.op->kind != NodeKind::Operator) open.push_back(made.node.id);
    while (!open.empty()) {
        const std::string_view id = open.back();
        open.pop_back();
        if (!needed.emplace(id).second) continue;
        const auto found = feeders.find(id);
        if (found != feeders.end())
            open.insert(open.end(), found->second.begin(), found->second.end());
    }
    const auto isGone = [&](std::string_view id) { return !needed.contains(id); };
    std::set<std::string> used;
    for (const DraftNode& made : m_nodes) {
        if (isGone(made.node.id)) continue;
        for (const auto& [port, id] : made.node.parameters) used.insert(id);
        for (const PortSpec& port : made.node.op->inputs)
            if (port.role != PortRole::Value) used.insert(made.node.parameterId(port.id));
    }
    std::erase_if(m_edges, [&](const Edge& edge) { return isGone(edge.to.node); });
    std::erase_if(m_nodes, [&](const DraftNode& made) { return isGone(made.node.id); });
    std::erase_if(m_parameters, [&](const auto& entry) { return !used.contains(entry.first); });
}

std::map<std::string, std::string> Draft::weights() const {
    std::map<std::string, std::string> kept;
    for (const auto& [id, weight] : m_weights)
        if (m_parameters.contains(id)) kept.emplace(id, weight);
    return kept;
}

std::vector<std::string> Draft::ties() const {
    std::set<std::string, std::less<>> nodes;
    for (const DraftNode& made : m_nodes) nodes.insert(made.node.id);
    const auto isGone = [&](const std::string& user) {
        return !nodes.contains(std::string_view(user).substr(0, user.find('.')));
    };
    std::vector<std::string> lines;
    for (auto [name, use] : m_shared) {
        std::erase_if(use.users, isGone);  // pruned since
        const auto found = m_parameters.find(use.parameter);
        const bool isTie = use.users.size() > 1 && found != m_parameters.end() &&
                           found->second.kind == ParameterKind::Trained &&
                           found->second.data->shape.elements() > 1;
        if (isTie)
            lines.push_back(
                fmt::format("{} is shared by {}", quoted(name), fmt::join(use.users, ", ")));
    }
    return lines;
}

Result<vitrine::Graph> Draft::finish() const {
    std::vector<vitrine::Node> nodes;
    for (const DraftNode& made : m_nodes) nodes.push_back(made.node);
    std::vector<Parameter> parameters;
    int64_t hashed = 0;
    for (const auto& [id, parameter] : m_parameters) {
        parameters.push_back(parameter);
        hashed += parameter.data ? std::ssize(parameter.data->bytes) : 0;
        if (parameter.digest.empty() && parameter.data)
            parameters.back().digest = digestOf(parameter, hashed);
    }
    return vitrine::Graph::fromParts(std::move(nodes), m_edges, std::move(parameters));
}

}  // namespace vitrine::onnx
