// SPDX-License-Identifier: Apache-2.0
// Every instruction by its rule; then names, ends, and what nobody reads goes.
#include "core/onnx/export/model_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/onnx/export/write_context.h"
#include "core/onnx/export/write_rule.h"
#include "core/onnx/tensor_numbers.h"
#include "core/onnx/value.h"
#include "core/opdef/shape_rules.h"
#include "core/tensor/element.h"

namespace vitrine::onnx {

namespace {

Numbers listOf(DType type, const Shape& shape, std::span<const double> values) {
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, shape.elements())));
    for (size_t i = 0; i < values.size(); ++i)
        writeElement(bytes.data(), type, static_cast<int64_t>(i), values[i]);
    return TensorData::of(type, shape, std::move(bytes));
}

std::string nodeOf(const Instr& instr) {
    return instr.origins.empty() ? std::string(instr.op->id) : instr.origins.front();
}

}  // namespace

const WriteRule* anyWriteRuleFor(std::string_view op) {
    static const std::map<std::string_view, const WriteRule*> rules = [] {
        std::map<std::string_view, const WriteRule*> all;
        for (const WriteRules* family : allWriteRules())
            for (const WriteRule& rule : family->rules) all.emplace(rule.op, &rule);
        return all;
    }();
    const auto found = rules.find(op);
    return found == rules.end() ? nullptr : found->second;
}

const WriteRule* writeRuleFor(const OpQuery& query, int64_t opset) {
    const WriteRule* rule = anyWriteRuleFor(query.instr.op->id);
    const bool fits = rule && opset >= rule->since && (!rule->takes || rule->takes(query, opset));
    return fits ? rule : nullptr;
}

ModelWriter::ModelWriter(const WriteInput& input)
    : m_input(input), m_names(program().values.size()), m_isRead(program().values.size(), false) {
    m_model.name = input.name;
    m_model.opset = input.opset;
    for (const StateBinding& state : program().states) m_states[state.in] = &state;
    for (const Instr& instr : program().instrs)
        for (const ValueId value : instr.operands()) m_isRead[static_cast<size_t>(value)] = true;
    for (const WrittenEnd& end : input.outputs) {
        m_isRead[static_cast<size_t>(end.value)] = true;
        m_taken.insert(end.name);
    }
}

Result<OutModel> ModelWriter::write() {
    for (const WrittenEnd& end : m_input.inputs) m_taken.insert(end.name);
    for (const WrittenEnd& end : m_input.inputs) addInput(end);
    for (const Instr& instr : program().instrs) {
        m_current = &instr;
        try {
            writeInstr(instr);
        } catch (const WriteRefusal& refusal) {
            Error error{"E01",
                        fmt::format("{} '{}': {}", instr.op->id, nodeOf(instr), refusal.why),
                        {},
                        "Nothing was written.",
                        "Replace the node, or export the network up to it."};
            error.place.node = nodeOf(instr);
            return error;
        }
    }
    nameOutputs();
    prune();
    return std::move(m_model);
}

/// As the end says that it comes in; what is computed with may be another type.
void ModelWriter::addInput(const WrittenEnd& end) {
    const ElementType taken = elementFor(typeOf(end.value));
    const ElementType declared = end.type ? elementFor(*end.type) : taken;
    std::string& name = m_names[static_cast<size_t>(end.value)];
    name = end.name;
    m_model.inputs.push_back({end.name, declared, dimsOf(end.value)});
    if (declared != taken)
        name = add("Cast", {end.name}, {{"to", static_cast<int64_t>(taken)}}, 1).front();
}

void ModelWriter::writeInstr(const Instr& instr) {
    std::vector<ValueShape> in, out;
    for (const ValueId value : instr.in) in.push_back(program().shapeOf(value));
    for (const ValueId value : instr.out) out.push_back(program().shapeOf(value));
    const WriteRule* rule = writeRuleFor({instr, in, out}, opset());
    if (!rule) {
        const WriteRule* newer = anyWriteRuleFor(instr.op->id);
        throw WriteRefusal{
            newer && newer->since > opset()
                ? fmt::format("ONNX has it from operator set {} on, and {} was chosen",
                              newer->since, opset())
                : "ONNX has no operator for it"};
    }
    const size_t firstNode = m_model.nodes.size();
    m_results.assign(instr.out.size(), {});
    WriteContext context(*this, instr);
    rule->write(context);
    nameResults(instr, firstNode);
}

/// Results of nodes that the instruction made are called as its values are.
void ModelWriter::nameResults(const Instr& instr, size_t firstNode) {
    for (size_t k = 0; k < instr.out.size(); ++k) {
        std::string name = m_results[k];
        if (name.empty()) continue;  // nobody reads it
        const auto isMade = [&](const OutNode& node) {
            return std::ranges::find(node.outputs, name) != node.outputs.end();
        };
        const bool isOwn =
            std::any_of(m_model.nodes.begin() + static_cast<std::ptrdiff_t>(firstNode),
                        m_model.nodes.end(), isMade);
        const std::string& wanted = program().value(instr.out[k]).name;
        if (isOwn && !wanted.empty() && !m_taken.contains(wanted)) {
            callOtherwise(name, wanted, firstNode);
            m_taken.insert(wanted);
            name = wanted;
        }
        m_names[static_cast<size_t>(instr.out[k])] = name;
    }
}

void ModelWriter::callOtherwise(const std::string& from, const std::string& to, size_t firstNode) {
    for (size_t i = firstNode; i < m_model.nodes.size(); ++i) {
        std::ranges::replace(m_model.nodes[i].inputs, from, to);
        std::ranges::replace(m_model.nodes[i].outputs, from, to);
    }
}

/// The output as the file says that it is.
std::string ModelWriter::casted(const WrittenEnd& end, const std::string& own) {
    if (!end.type || elementFor(*end.type) == elementFor(typeOf(end.value))) return own;
    m_current = nullptr;
    return add("Cast", {own}, {{"to", static_cast<int64_t>(elementOf(*end.type))}}, 1).front();
}

/// A value that one node makes and one end is called by gets that name; others are passed on.
void ModelWriter::nameOutputs() {
    std::set<std::string> named;
    for (const WrittenEnd& end : m_input.outputs) {
        const std::vector<OutDim> dims = dimsOf(end.value);
        const std::string own = casted(end, nameOf(end.value));
        const bool isMade = std::ranges::any_of(m_model.nodes, [&](const OutNode& node) {
            return std::ranges::find(node.outputs, own) != node.outputs.end();
        });
        if (isMade && named.insert(own).second) {
            callOtherwise(own, end.name, 0);
            std::ranges::replace(m_names, own, end.name);
            named.insert(end.name);
        } else {
            m_model.nodes.push_back({"Identity", {own}, {end.name}, {}, end.name});
        }
        const DType type = end.type ? *end.type : typeOf(end.value);
        m_model.outputs.push_back({end.name, elementFor(type), dims});
    }
}

void ModelWriter::prune() {
    std::set<std::string> wanted;
    for (const OutValue& output : m_model.outputs) wanted.insert(output.name);
    std::vector<OutNode> kept;
    for (auto node = m_model.nodes.rbegin(); node != m_model.nodes.rend(); ++node) {
        if (std::ranges::none_of(node->outputs, [&](const auto& y) { return wanted.contains(y); }))
            continue;
        wanted.insert(node->inputs.begin(), node->inputs.end());
        kept.push_back(std::move(*node));
    }
    std::ranges::reverse(kept);
    m_model.nodes = std::move(kept);
    std::erase_if(m_model.weights, [&](const OutTensor& w) { return !wanted.contains(w.name); });
}

std::string ModelWriter::freeName(const std::string& base) {
    if (m_taken.insert(base).second) return base;
    for (int64_t number = 2;; ++number) {
        std::string name = fmt::format("{}_{}", base, number);
        if (m_taken.insert(name).second) return name;
    }
}

ElementType ModelWriter::elementFor(DType type) const {
    return elementOf(type == DType::F32 ? m_input.floats : type);
}

Numbers ModelWriter::numbersOf(ValueId id) const {
    const auto state = id == noValue ? m_states.end() : m_states.find(id);
    if (state == m_states.end()) return nullptr;
    const auto found = m_input.weights.find(state->second->name);
    return found == m_input.weights.end() ? nullptr : found->second;
}

std::string ModelWriter::nameOf(ValueId id) {
    std::string& name = m_names[static_cast<size_t>(id)];
    if (!name.empty()) return name;
    const auto state = m_states.find(id);
    if (state == m_states.end()) throw WriteRefusal{"nothing gives one of its operands"};
    const Numbers numbers = numbersOf(id);
    if (!numbers)
        throw WriteRefusal{fmt::format("'{}' has no numbers", printable(state->second->name))};
    name = freeName(state->second->name);
    const DType type = numbers->dtype == DType::F32 ? m_input.floats : numbers->dtype;
    m_model.weights.push_back(
        {name, elementOf(type), type == numbers->dtype ? numbers : converted(*numbers, type)});
    return name;
}

std::vector<std::string> ModelWriter::add(std::string opType, std::vector<std::string> inputs,
                                          std::vector<OutAttribute> attributes, size_t outputs) {
    const std::string source = m_current ? nodeOf(*m_current) : std::string("as_declared");
    std::vector<std::string> names;
    for (size_t k = 0; k < outputs; ++k)
        names.push_back(freeName(fmt::format("{}/{}", source, opType)));
    while (!inputs.empty() && inputs.back().empty()) inputs.pop_back();
    m_model.nodes.push_back(
        {std::move(opType), std::move(inputs), names, std::move(attributes), source});
    return names;
}

std::string ModelWriter::constant(Numbers numbers) {
    if (numbers->dtype == DType::F32 && m_input.floats != DType::F32)
        numbers = converted(*numbers, m_input.floats);
    return exactly(std::move(numbers));
}

std::string ModelWriter::exactly(Numbers numbers) {
    std::string key = fmt::format("{} {} ", name(numbers->dtype), numbers->shape.text());
    key.append(reinterpret_cast<const char*>(numbers->bytes.data()), numbers->bytes.size());
    const auto [entry, isNew] = m_constants.try_emplace(std::move(key));
    if (isNew) {
        entry->second = freeName(fmt::format("constant_{}", m_constants.size()));
        m_model.weights.push_back({entry->second, elementOf(numbers->dtype), std::move(numbers)});
    }
    return entry->second;
}

std::string ModelWriter::integers(const std::vector<int64_t>& list) {
    std::vector<std::byte> bytes(list.size() * sizeof(int64_t));
    std::ranges::copy(std::as_bytes(std::span(list)), bytes.begin());
    return constant(TensorData::of(DType::I64, Shape{std::ssize(list)}, std::move(bytes)));
}

std::string ModelWriter::integer(int64_t number) {
    std::vector<std::byte> bytes(sizeof(number));
    std::ranges::copy(std::as_bytes(std::span(&number, 1)), bytes.begin());
    return constant(TensorData::of(DType::I64, Shape{}, std::move(bytes)));
}

std::string ModelWriter::number(double value, DType type) {
    return constant(listOf(type, Shape{}, std::span(&value, 1)));
}

void ModelWriter::setResult(ValueId id, std::string name) {
    const auto at = std::ranges::find(m_current->out, id) - m_current->out.begin();
    m_results[static_cast<size_t>(at)] = std::move(name);
}

}  // namespace vitrine::onnx
