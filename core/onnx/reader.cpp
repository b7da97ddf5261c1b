// SPDX-License-Identifier: Apache-2.0
// Names, nodes, functions: what stands where in a model.
#include "core/onnx/reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/names.h"
#include "core/onnx/nested_tensors.h"
#include "core/onnx/placeholder_parts.h"
#include "core/onnx/rule.h"
#include "core/onnx/tensor_numbers.h"
#include "core/onnx/weight_check.h"

namespace vitrine::onnx {

namespace {

constexpr int deepest = 64;
/// Nodes that are read, those of functions and loops counted each time.
constexpr int64_t mostNodes = 200'000;
/// Inputs, and outputs, of one node.
constexpr size_t mostNames = 16'384;

const Rule* ruleFor(const Node& node) {
    static const std::map<std::pair<std::string_view, std::string_view>, const Rule*> rules = [] {
        std::map<std::pair<std::string_view, std::string_view>, const Rule*> map;
        for (const Rule* rule : allRules())
            map.emplace(std::pair(rule->domain, rule->opType), rule);
        return map;
    }();
    const auto found = rules.find({node.domain, node.opType});
    return found == rules.end() ? nullptr : found->second;
}

Place placeOf(const std::string& file) {
    Place place;
    place.file = file;
    return place;
}

int64_t bytesOf(const Tensor& tensor) {
    auto bytes = std::ssize(tensor.raw);
    for (const auto* field :
         {&tensor.floats, &tensor.doubles, &tensor.int32s, &tensor.int64s, &tensor.uint64s})
        for (const Bytes& piece : *field) bytes += std::ssize(piece);
    return bytes;
}

/// Of all tensors that the graph and its nodes have.
int64_t tensorBytes(const Model& model) {
    int64_t bytes = 0;
    if (!model.graph) return bytes;
    for (const Tensor& tensor : model.graph->initializers) bytes += bytesOf(tensor);
    for (const Node& node : model.graph->nodes)
        for (const Attribute& attribute : node.attributes)
            for (const Tensor& tensor : attribute.tensors) bytes += bytesOf(tensor);
    return bytes;
}

/// More numbers than a project's file takes, of any type: they are named there as weights are, and
/// stay in the model's.
bool staysInFile(const Value& value) {
    return value.numbers && value.numbers->shape.elements() > mostValuesInProject;
}

/// The tensor of a Constant node whose numbers stay in the file; null: it is none.
const Tensor* largeConstant(const Node& node, const Value& value) {
    const Attribute* given = node.opType == "Constant" ? node.find("value") : nullptr;
    return given && given->tensors.size() == 1 && staysInFile(value) ? &given->tensors.front()
                                                                     : nullptr;
}

/// Ends the reading of the whole model.
[[noreturn]] void fail(std::string code, std::string message) {
    throw Error{std::move(code), std::move(message), {}, "Nothing was opened.", ""};
}

}  // namespace

Reader::Reader(const Model& model, const Choices& choices, Batch batch, MemoryRoom::Kind room)
    : m_model(model),
      m_choices(choices),
      m_batch(batch),
      m_files(model.path),
      m_room(room),
      m_draft(model.path, choices.trainsSingleNumbers, m_room) {
    m_room.addFile(tensorBytes(model));
}

Result<void> Reader::checkModel() const {
    const auto refuse = [&](std::string_view what, int64_t found, int64_t oldest, int64_t newest) {
        return Error{
            "O03",
            fmt::format("{} has {} {}, wanted {} to {}", m_model.path, what, found, oldest, newest),
            placeOf(m_model.path), "Nothing was opened.",
            found > newest ? "Export it again for an older one." : ""};
    };
    // Later ones of the format itself add fields that this program passes over.
    if (m_model.irVersion < 1) return refuse("format version", m_model.irVersion, 1, newestIr);
    const auto own = std::ranges::find(m_model.opsets, std::string_view(), &OpsetImport::domain);
    if (own == m_model.opsets.end()) return {};
    if (own->version < 1 || own->version > newestOpset)
        return refuse("operator set", own->version, oldestOpset, newestOpset);
    return {};
}

Result<void> Reader::read() {
    VITRINE_TRY(checkModel());
    if (m_model.irVersion > newestIr)
        note(fmt::format("the file is of format version {}: what came after version {} is not read",
                         m_model.irVersion, newestIr));
    try {
        Scope scope = scopeOf(*m_model.graph, nullptr);
        scope.opsets = &m_model.opsets;
        addInputs(scope);
        readNodes(m_model.graph->nodes, scope);
        addOutputs(scope);
    } catch (const Error& error) {
        // What is cut away from a file reads as zeros, and nothing made of them is the model's
        // fault.
        if (const std::optional<Error> trouble = fileTrouble()) return *trouble;
        Error told = error;
        if (told.place.file.empty()) told.place.file = m_model.path;
        return told;
    }
    if (const std::optional<Error> trouble = fileTrouble()) return *trouble;
    m_draft.prune();
    return {};
}

/// "G07" once the model or a file beside it was cut or replaced.
std::optional<Error> Reader::fileTrouble() const {
    if (std::optional<Error> trouble = m_files.trouble()) return trouble;
    return m_model.file ? m_model.file->trouble() : std::nullopt;
}

Reader::Scope Reader::scopeOf(const Graph& graph, Scope* outer) {
    Scope scope;
    scope.outer = outer;
    if (outer) scope.prefix = fmt::format("{}:", ++m_scopes);
    if (outer) scope.opsets = outer->opsets;
    if (outer) scope.arguments = outer->arguments;
    for (const Tensor& tensor : graph.initializers)
        if (!scope.tensors.insert_or_assign(tensor.name, &tensor).second)
            remark(fmt::format("two tensors are called {}: the last counts", quoted(tensor.name)));
    for (const SparseTensor& tensor : graph.sparseInitializers)
        scope.sparse.emplace(tensor.values.name, &tensor);
    for (const auto* infos : {&graph.values, &graph.outputs})
        for (const ValueInfo& info : *infos) scope.declared.emplace(info.name, &info.type);
    return scope;
}

void Reader::readNodes(const std::vector<Node>& nodes, Scope& scope) {
    Scope* const around = std::exchange(m_scope, &scope);
    if (++m_depth > deepest)
        fail("O14", fmt::format("graphs and functions of {} are nested past {}: a recursion?",
                                m_model.path, deepest));
    for (const Node& node : nodes) readNode(node, scope);
    --m_depth;
    m_scope = around;
}

void Reader::readNode(const Node& node, Scope& scope) {
    if (++m_nodes > mostNodes)
        fail("O26", fmt::format("{} has more than {} nodes, functions and loops unrolled",
                                m_model.path, fmt::group_digits(mostNodes)));
    if (std::max(node.inputs.size(), node.outputs.size()) > mostNames)
        fail("O26",
             fmt::format("{} takes {} values and gives {}, wanted at most {}", nodeText(node),
                         node.inputs.size(), node.outputs.size(), fmt::group_digits(mostNames)));
    std::vector<Value> inputs;
    for (std::string_view name : node.inputs)
        inputs.push_back(name.empty() ? Value{} : lookUp(scope, name, node));
    m_base = baseFor(node, inputs);
    const auto isCalled = [&](const Function& f) {
        return f.name == node.opType && f.domain == node.domain && f.overload == node.overload;
    };
    const auto function = std::ranges::find_if(m_model.functions, isCalled);
    if (function != m_model.functions.end()) {
        readFunction(*function, node, std::move(inputs), scope);
        return;
    }
    readByRule(node, opsetOf(scope, node.domain), inputs, scope);
}

void Reader::readFunction(const Function& function, const Node& node, std::vector<Value> inputs,
                          Scope& scope) {
    Scope inside;
    inside.prefix = fmt::format("{}:", ++m_scopes);
    inside.opsets = function.opsets.empty() ? scope.opsets : &function.opsets;
    for (const Attribute& attribute : function.defaults)
        inside.arguments.emplace(attribute.name, &attribute);
    for (const Attribute& attribute : node.attributes)
        if (const Attribute* argument = resolved(attribute))
            inside.arguments.insert_or_assign(attribute.name, argument);
    for (size_t k = 0; k < function.inputs.size(); ++k)
        define(inside, function.inputs[k], k < inputs.size() ? std::move(inputs[k]) : Value{});
    readNodes(function.nodes, inside);
    for (size_t k = 0; k < function.outputs.size() && k < node.outputs.size(); ++k)
        if (!node.outputs[k].empty())
            define(scope, node.outputs[k], output(inside, function.outputs[k]));
    m_room.giveBackValues(inside.values.size());
}

void Reader::readByRule(const Node& node, int64_t opset, const std::vector<Value>& inputs,
                        Scope& scope) {
    const auto hasNoShape = [](const Value& input) {
        return !input.name.empty() && !input.type && !input.items && !input.texts;
    };
    const bool isAssumed = std::ranges::any_of(
        inputs, [&](const Value& input) { return m_assumed.contains(input.name); });
    const Rule* rule = ruleFor(node);
    try {
        if (!rule) throw Refusal{"O04", "this program has no such operator"};
        if (opset == 0) throw Refusal{"O04", "the model imports no operator set of this domain"};
        if (node.domain.empty() && opset < rule->since)
            throw Refusal{"O04", fmt::format("it is there since operator set {}", rule->since)};
        const auto unknown = std::ranges::find_if(inputs, hasNoShape);
        if (unknown != inputs.end())
            throw Refusal{"O04", fmt::format("the shape of {} is not known: it comes from a node "
                                             "that is not read",
                                             quoted(unknown->name))};
        const int64_t before = m_evaluated;
        Context context(*this, node, opset, inputs);
        rule->read(context);
        m_folded += m_evaluated > before;
        for (size_t k = 0; k < node.outputs.size(); ++k) {
            if (node.outputs[k].empty()) continue;
            if (k >= context.given().size() || context.given()[k].isMissing())
                throw Refusal{"O05", fmt::format("its output {} is not computed here", k + 1)};
            Value value = context.given()[k];
            if (const Tensor* large = largeConstant(node, value))
                value.weight = weightName(scope, node.outputs[k], large);
            if (isAssumed) m_assumed.insert(nameIn(scope, node.outputs[k]));
            define(scope, node.outputs[k], std::move(value));
        }
    } catch (const Refusal& why) {
        keep(node, opset, inputs, why, scope);
        if (!m_room.isTrial())
            m_refused.back().isFollower =
                rule && (isAssumed || std::ranges::any_of(inputs, hasNoShape));
    }
}

void Reader::define(Scope& scope, std::string_view name, Value value) {
    takeValue();
    if (value.name.empty() && !value.isMissing()) value.name = nameIn(scope, name);
    if (!scope.values.emplace(name, std::move(value)).second)
        fail("O13", fmt::format("two values of {} are called {}", m_model.path, quoted(name)));
}

void Reader::takeValue() {
    if (!m_room.takeValue())
        fail("O26", fmt::format("{} has more nodes, functions and loops unrolled, than a file of "
                                "its size is read with",
                                m_model.path));
}

/// On trial numbers that there is no room for are not made: only the type is known.
std::optional<Value> Reader::untried(ElementType type, const Integers& dims, int64_t bytes) const {
    const std::optional<DType> stored = storedType(type);
    const bool isShape =
        checkedElements(dims) >= 0 && dims.size() <= static_cast<size_t>(Shape::maxRank);
    if (!m_room.isTrial() || !stored || !isShape || m_room.fits(bytes)) return {};
    const Shape shape{std::span<const int64_t>(dims)};
    return Value{.type = ValueShape{shape, computedType(*stored)}, .port = PortRef{}};
}

Value Reader::valueOf(const Tensor& tensor) {
    if (tensor.type == ElementType::String)
        return {.texts = std::make_shared<const std::vector<std::string>>(tensor.strings.begin(),
                                                                          tensor.strings.end())};
    if (std::optional<Value> value = untried(tensor.type, tensor.dims, madeBytes(tensor)))
        return *value;
    const Numbers numbers = numbersOf(tensor);
    return {.type = ValueShape{numbers->shape, numbers->dtype}, .numbers = numbers};
}

Value Reader::valueOf(const SparseTensor& tensor) {
    const ElementType type = tensor.values.type;
    if (std::optional<Value> value = untried(type, tensor.dims, madeBytes(tensor))) return *value;
    const Numbers numbers = numbersOf(tensor);
    return {.type = ValueShape{numbers->shape, numbers->dtype}, .numbers = numbers};
}

/// What a tensor is called where it is looked for again (ModelNumbers); empty: nothing finds it.
std::string Reader::weightName(const Scope& scope, std::string_view name, const Tensor* tensor) {
    if (scope.prefix.empty()) return std::string(name);
    if (m_nested.empty())
        for (auto& [nested, inside] : nestedTensors(m_model)) m_nested.emplace(inside, nested);
    const auto found = m_nested.find(tensor);
    return found == m_nested.end() ? std::string() : found->second;
}

Value* Reader::find(Scope& scope, std::string_view name) {
    for (Scope* s = &scope; s; s = s->outer) {
        const auto found = s->values.find(name);
        if (found != s->values.end()) return &found->second;
        const auto tensor = s->tensors.find(name);
        const auto sparse = s->sparse.find(name);
        if (tensor == s->tensors.end() && sparse == s->sparse.end()) continue;
        takeValue();
        const bool isSparse = tensor == s->tensors.end();
        Value value = isSparse ? valueOf(*sparse->second) : valueOf(*tensor->second);
        value.element = isSparse ? sparse->second->values.type : tensor->second->type;
        value.name = s->prefix + std::string(name);
        if (value.numbers && (isFloat(value.numbers->dtype) || staysInFile(value)))
            value.weight = weightName(*s, name, isSparse ? nullptr : tensor->second);
        value.isFixed = !value.port;
        return &s->values.emplace(name, std::move(value)).first->second;
    }
    return nullptr;
}

const Value& Reader::lookUp(Scope& scope, std::string_view name, const Node& node) {
    if (const Value* value = find(scope, name)) return *value;
    fail("O13",
         fmt::format("{} takes {}, which nothing before it gives", nodeText(node), quoted(name)));
}

Value Reader::output(Scope& scope, std::string_view name) {
    if (const Value* value = find(scope, name)) return *value;
    fail("O13",
         fmt::format("nothing gives {}, which {} has as an output", quoted(name), m_model.path));
}

int64_t Reader::opsetOf(const Scope& scope, std::string_view domain) const {
    for (const OpsetImport& opset : *scope.opsets)
        if (opset.domain == domain) return opset.version;
    // Functions may leave out what the model says.
    for (const OpsetImport& opset : m_model.opsets)
        if (opset.domain == domain) return opset.version;
    return 0;
}

/// By the name of its weight, as the program spelt it that made the file; else by its own name.
std::string Reader::baseFor(const Node& node, const std::vector<Value>& inputs) const {
    for (const Value& input : inputs) {
        if (!input.isWeight()) continue;
        for (std::string_view ending : {".weight", "/weight", "_weight", "/kernel"})
            if (input.weight.ends_with(ending) && input.weight.size() > ending.size())
                return input.weight.substr(0, input.weight.size() - ending.size());
    }
    std::string name = node.name.empty() ? std::string(node.opType) : std::string(node.name);
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name;
}

const Attribute* Reader::resolved(const Attribute& attribute) const {
    if (attribute.reference.empty()) return &attribute;
    const auto found = m_scope->arguments.find(attribute.reference);
    return found == m_scope->arguments.end() ? nullptr : found->second;
}

std::vector<Value> Reader::readBody(const Graph& body, const std::vector<Value>& inputs) {
    Scope scope = scopeOf(body, m_scope);
    for (size_t k = 0; k < body.inputs.size() && k < inputs.size(); ++k)
        define(scope, body.inputs[k].name, inputs[k]);
    const std::string base = m_base;
    readNodes(body.nodes, scope);
    m_base = base;
    std::vector<Value> results;
    for (const ValueInfo& info : body.outputs) results.push_back(output(scope, info.name));
    m_room.giveBackValues(scope.values.size());
    return results;
}

void Reader::bind(const Value& value) {
    if (value.isFixed) return;
    for (const auto& [name, numbers] : m_choices.numbers) m_bound.insert(name);
}

Result<Network> Reader::network() {
    Result<vitrine::Graph> graph = m_draft.finish();
    if (!graph.ok()) return graph.error();
    Network network;
    network.graph = std::move(*graph);
    network.floatType = m_floatType;
    network.batch = m_followsBatch ? m_batch.extent : 0;
    network.inputs = std::move(m_inputs);
    for (End& input : network.inputs) input.isBound = m_bound.contains(input.name);
    network.outputs = std::move(m_outputs);
    network.weights = m_draft.weights();
    network.refused = std::move(m_refused);
    network.remarks.assign(m_remarks.begin(), m_remarks.end());
    for (std::string& broken : brokenWeights(m_draft)) network.remarks.push_back(std::move(broken));
    network.warnings = network.remarks;
    std::ranges::move(m_notes, std::back_inserter(network.remarks));
    for (std::string& tie : m_draft.ties()) network.remarks.push_back(std::move(tie));
    if (m_draft.unshared() > 0)
        network.remarks.push_back(fmt::format(
            "{} a tensor with others whose numbers are all the same; each "
            "has one of its "
            "own now",
            m_draft.unshared() == 1 ? "1 place uses"
                                    : fmt::format("{} places use", m_draft.unshared())));
    network.nodes = m_nodes;
    network.folded = m_folded;
    return network;
}

}  // namespace vitrine::onnx
