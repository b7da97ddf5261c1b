// SPDX-License-Identifier: Apache-2.0
// Checks what is given, derives a program for its batch, runs it once.
#include "core/session/derivatives.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/ports.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/opdef/registry.h"
#include "core/session/derivative_program.h"
#include "core/session/program_run.h"
#include "core/session/weights_project.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

Error refusal(std::string code, std::string message, std::string next) {
    return {std::move(code), std::move(message), {}, "Nothing was computed.", std::move(next)};
}

bool comparesLabels(const ChosenThing& loss) {
    return takesLabels(findOperator(loss.id)->inputs[1]);
}

/// Class numbers are below `classes`, or the one that the loss passes over.
Result<void> checkLabels(const std::string& title, const TensorData& labels, int64_t classes,
                         const Attrs& loss) {
    for (int64_t i = 0; i < labels.shape.elements(); ++i) {
        const auto label = static_cast<int64_t>(readElement(labels.bytes.data(), labels.dtype, i));
        const bool isIgnored = loss.has("ignore_index") && loss.integer("ignore_index") == label;
        if ((label < 0 || label >= classes) && !isIgnored)
            return refusal("P13",
                           fmt::format("'{}': element {} is {}, and classes are 0 to {}", title, i,
                                       label, classes - 1),
                           "Give numbers of classes, from 0.");
    }
    return {};
}

Result<SharedTensor> onlyTarget(const std::vector<NamedTensor>& targets) {
    if (targets.size() == 1) return targets.front().data;
    return refusal("U29", fmt::format("the loss takes one target, {} are given", targets.size()),
                   "Give the array that the output is compared with.");
}

Error noNumber(double loss) {
    return refusal("H01", fmt::format("the loss is {}", std::isnan(loss) ? "NaN" : "infinite"),
                   "Look at the arrays, and at what layers give for them.");
}

std::vector<Value> valuesOf(const DerivativeProgram& made) {
    std::vector<Value> values;
    for (const DerivedBy& each : made.derived) values.push_back(made.program.value(each.value));
    return values;
}

SharedTensor zerosOf(const Value& value) {
    const auto bytes = static_cast<size_t>(bytesOf(value.dtype, value.shape.elements()));
    return TensorData::of(value.dtype, value.shape, std::vector<std::byte>(bytes));
}

}  // namespace

Result<Differentiation> Differentiation::create(ForeignNetwork network, DerivativeRequest request) {
    Differentiation made(std::move(network), std::move(request));
    VITRINE_TRY(made.findEnds());
    return made;
}

Result<void> Differentiation::findEnds() {
    const TrainedPart part(m_network.project.graph, {.batch = 1, .floatType = m_request.floatType});
    if (!part.shapes().ok()) return part.shapes().errors.front();
    const bool hasOwn = !m_request.loss;
    const auto roles = rolesOf(part.graph(), part.wiring(), hasOwn);
    if (!roles && hasOwn)
        return refusal("U21",
                       m_network.isForeign
                           ? "a model of another program has no loss, and none is named"
                           : "the network has no loss of its own, and none is named",
                       "Name a loss, such as mse or cross_entropy, and give its target.");
    if (!roles) return roles.error();
    for (const NetworkEnd& end : m_network.inputs)
        if (const Node* node = part.graph().find(end.node))
            m_inputs.push_back(networkInput(*node, end, m_request.floatType));
    const size_t inputs = m_inputs.size();
    for (const int index : hasOwn ? roles->inputs : std::vector<int>()) {
        const Node& node = part.graph().nodes()[static_cast<size_t>(index)];
        if (std::ranges::find(m_network.inputs, node.id, &NetworkEnd::node) ==
            m_network.inputs.end())
            m_inputs.push_back(networkInput(node, {node.id, node.id}, m_request.floatType));
    }
    m_targets = m_inputs.size() - inputs;
    std::vector<std::string> names;
    for (const NetworkEnd& end : m_network.outputs) {
        names.push_back("'" + end.name + "'");
        if (m_output.empty() && (m_request.output.empty() || m_request.output == end.name))
            m_output = "output:" + end.node;
    }
    if (!m_output.empty()) return {};
    return refusal(
        "U21",
        fmt::format("there is no output '{}', only {}", m_request.output, fmt::join(names, ", ")),
        "Name one of these.");
}

std::vector<WeightType> Differentiation::weights() const {
    std::vector<WeightType> weights;
    const auto program =
        lower(m_network.project.graph, {.withLoss = false, .floatType = m_request.floatType});
    if (!program) return weights;
    for (const StateBinding& state : program->states) {
        const std::string& name = m_network.nameOfParameter(state.name);
        const bool isNew = std::ranges::find(weights, name, &WeightType::name) == weights.end();
        if (isNew && isDerived(m_network, state) && isFloat(program->value(state.in).dtype))
            weights.push_back({name, program->value(state.in).shape});
    }
    return weights;
}

namespace {

/// What goes in, checked, and the program that it goes into.
struct Prepared {
    DerivativePlan plan;
    std::vector<SharedTensor> arrays = {};  ///< one for each input
    SharedTensor target = {};               ///< of a loss that was named
};

/// Class numbers of the network's own losses.
Result<void> checkOwnLabels(const ForeignNetwork& network, std::span<const NetworkInput> inputs,
                            std::span<const SharedTensor> arrays) {
    const Graph& graph = network.project.graph;
    for (size_t i = 0; i < inputs.size(); ++i) {
        const Node& node = *graph.find(inputs[i].node);
        if (!isClassInput(node)) continue;
        for (const Edge& edge : graph.edges())
            if (edge.from.node == node.id)
                VITRINE_TRY(checkLabels(inputs[i].wish.name, *arrays[i],
                                        node.attrs.integer("classes"),
                                        graph.find(edge.to.node)->attrs));
    }
    return {};
}

/// One without a name is for the only input.
void nameOnly(std::vector<NamedTensor>& arrays, std::span<const NetworkInput> inputs) {
    for (NamedTensor& array : arrays)
        if (array.name.empty() && inputs.size() == 1) array.name = inputs.front().wish.name;
}

/// The target of a loss that was named, in the type that it takes.
Result<SharedTensor> namedTarget(const DerivativeRequest& request, SharedTensor target) {
    const DType type = comparesLabels(*request.loss) ? DType::I32 : request.floatType;
    return converted({.name = "target", .dtype = type}, std::move(target));
}

/// One for every parameter that the file has this weight for; others have zeros already.
Result<void> writeTangent(ProgramRun& run, const DerivativeProgram& made,
                          const NamedTensor& tangent) {
    bool isKnown = false;
    for (const DerivedBy& each : made.derived) {
        if (each.isInput || each.name != tangent.name) continue;
        isKnown = true;
        if (each.tangent == noValue) continue;
        const TensorType& type = run.tape().value(each.tangent).type;
        if (type.shape != tangent.data->shape)
            return refusal("P13",
                           fmt::format("weight '{}' is {}, its direction is {}", tangent.name,
                                       type.shape.text(), tangent.data->shape.text()),
                           "Give a direction of the weight's shape.");
        const auto array = converted({.name = tangent.name, .dtype = type.dtype}, tangent.data);
        if (!array) return array.error();
        VITRINE_TRY(run.write(each.tangent, (*array)->bytes));
    }
    if (isKnown) return {};
    return refusal("U29", fmt::format("there is no weight '{}'", tangent.name),
                   "Call the arrays of a vector as the gradients are called.");
}

/// Files may have one weight for several parameters, where those are equal: what it moves is their
/// sum.
void addWeight(std::vector<NamedTensor>& weights, const std::string& name, SharedTensor data) {
    const auto same = std::ranges::find_if(weights, [&](const NamedTensor& weight) {
        return weight.name == name && weight.data->shape == data->shape;
    });
    if (same == weights.end()) return weights.push_back({name, std::move(data)});
    std::vector<std::byte> sum(same->data->bytes.begin(), same->data->bytes.end());
    for (int64_t i = 0; i < data->shape.elements(); ++i)
        writeElement(sum.data(), data->dtype, i,
                     readElement(sum.data(), data->dtype, i) +
                         readElement(data->bytes.data(), data->dtype, i));
    same->data = TensorData::of(data->dtype, data->shape, std::move(sum));
}

Result<void> writeArrays(ProgramRun& run, const DerivativeProgram& made,
                         std::span<const NetworkInput> inputs, const Prepared& prepared) {
    for (size_t i = 0; i < inputs.size(); ++i) {
        const auto data = std::ranges::find(run.tape().data, inputs[i].node, &DataInput::node);
        if (data == run.tape().data.end()) continue;
        ArrayWish wish = inputs[i].wish;
        wish.dtype = run.tape().value(data->value).type.dtype;
        const auto array = converted(wish, prepared.arrays[i]);
        if (!array) return array.error();
        VITRINE_TRY(run.write(data->value, (*array)->bytes));
    }
    return made.target == noValue ? Result<void>() : run.write(made.target, prepared.target->bytes);
}

}  // namespace

Result<Derivatives> Differentiation::derive(std::vector<NamedTensor> arrays,
                                            std::vector<NamedTensor> targets,
                                            const std::vector<NamedTensor>* vector) const {
    Prepared prepared{
        .plan = {.loss = m_request.loss, .output = m_output, .withProducts = vector != nullptr}};
    nameOnly(arrays, inputs());
    if (m_request.loss) {
        auto target = onlyTarget(targets);
        if (target) target = namedTarget(m_request, *target);
        if (!target) return target.error();
        prepared.target = *target;
        prepared.plan.target = {prepared.target->shape, prepared.target->dtype};
    } else {
        nameOnly(targets, this->targets());
        arrays.insert(arrays.end(), targets.begin(), targets.end());
    }
    auto found = matched(m_inputs, arrays);
    if (!found) return found.error();
    prepared.arrays = std::move(found).value();
    const auto batch = batchOf(m_inputs, prepared.arrays);
    if (!batch) return batch.error();
    if (*batch == 0) return noExamples();
    auto columns = pixelColumns(m_inputs, prepared.arrays);
    if (!columns) return columns.error();
    VITRINE_TRY(checkOwnLabels(m_network, m_inputs, prepared.arrays));
    prepared.plan.lower = {.batch = *batch,
                           .training = m_request.training,
                           .withLoss = !m_request.loss,
                           .floatType = m_request.floatType,
                           .columns = std::move(columns).value(),
                           .normalisation = m_network.project.data.normalisation};
    auto made = derivativeProgram(m_network, prepared.plan);
    if (!made) return made.error();
    if (m_request.loss && comparesLabels(*m_request.loss)) {
        const Shape& logits = made->program.value(made->prediction).shape;
        VITRINE_TRY(checkLabels("target", *prepared.target, logits.rank() > 1 ? logits[1] : 1,
                                m_request.loss->attrs));
    }
    const std::vector<Value> weights = valuesOf(*made);
    auto run = ProgramRun::create(std::move(made->program),
                                  {.threads = m_request.threads,
                                   .seed = static_cast<uint64_t>(m_network.project.training.seed),
                                   .weights = m_request.weights,
                                   .wishes = wishesFor(m_network.project.graph, m_request.wishes)});
    if (!run) return run.error();
    VITRINE_TRY(writeArrays(**run, *made, m_inputs, prepared));
    if (vector)
        for (const NamedTensor& tangent : *vector) VITRINE_TRY(writeTangent(**run, *made, tangent));
    (*run)->run();
    return results(**run, *made, weights);
}

Result<Derivatives> Differentiation::results(const ProgramRun& run, const DerivativeProgram& made,
                                             const std::vector<Value>& values) const {
    Derivatives found;
    const SharedTensor loss = run.read(run.tape().output("loss"));
    found.loss = readElement(loss->bytes.data(), loss->dtype, 0);
    if (!std::isfinite(found.loss)) return noNumber(found.loss);
    for (size_t i = 0; i < made.derived.size(); ++i) {
        const DerivedBy& each = made.derived[i];
        if (each.gradient == noValue) continue;
        const ValueId output = run.tape().output("derived." + std::to_string(i));
        const SharedTensor data = output == noValue ? zerosOf(values[i]) : run.read(output);
        if (!each.isInput) addWeight(found.weights, each.name, data);
        if (!each.isInput || output == noValue) continue;
        const auto input = std::ranges::find(m_inputs, each.name, &NetworkInput::node);
        found.inputs.push_back({input->wish.name, data});
    }
    return found;
}

Result<Derivatives> Differentiation::gradients(std::vector<NamedTensor> arrays,
                                               std::vector<NamedTensor> targets) const {
    return derive(std::move(arrays), std::move(targets), nullptr);
}

Result<Derivatives> Differentiation::products(std::vector<NamedTensor> arrays,
                                              std::vector<NamedTensor> targets,
                                              const std::vector<NamedTensor>& vector) const {
    return derive(std::move(arrays), std::move(targets), &vector);
}

}  // namespace vitrine
