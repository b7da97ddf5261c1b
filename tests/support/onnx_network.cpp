// SPDX-License-Identifier: Apache-2.0
// Import, compile, write, run, read, compare.
#include "tests/support/onnx_network.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "core/base/mapped_file.h"
#include "core/onnx/tensor_numbers.h"
#include "core/tensor/element.h"
#include "core/train/model.h"

namespace vitrine::test {

namespace {

using Kind = OnnxVerdict::Kind;
using Arrays = std::map<std::string, Numbers, std::less<>>;

void noteTypes(const std::vector<onnx::Node>& nodes, std::vector<std::string>& types) {
    for (const onnx::Node& node : nodes) {
        const std::string type = node.domain.empty()
                                     ? std::string(node.opType)
                                     : fmt::format("{}:{}", node.domain, node.opType);
        if (std::ranges::find(types, type) == types.end()) types.push_back(type);
        for (const onnx::Attribute& attribute : node.attributes)
            for (const auto& graph : attribute.graphs) noteTypes(graph->nodes, types);
    }
}

/// Old states of the suite keep the bits of bfloat16 as uint16.
Numbers asDeclared(Numbers array, onnx::ElementType element) {
    if (element != onnx::ElementType::Bfloat16 || array->dtype != DType::U16) return array;
    TensorData bits = *array;
    bits.dtype = DType::BF16;
    return std::make_shared<const TensorData>(std::move(bits));
}

/// The tensor of a file of test data, of what the model calls `element`.
Result<Numbers> arrayOf(const std::string& path, onnx::ElementType element) {
    Result<std::shared_ptr<const MappedFile>> file = MappedFile::open(path);
    if (!file.ok()) return file.error();
    Result<onnx::Tensor> tensor = onnx::tensorFromBytes((*file)->bytes(), path);
    if (!tensor.ok()) return tensor.error();
    onnx::ExternalFiles none(path);
    Result<Numbers> array = onnx::numbersOf(*tensor, none, *file);
    return array.ok() ? Result<Numbers>(asDeclared(*array, element)) : array;
}

std::vector<double> numbersOf(const TensorData& data) {
    std::vector<double> numbers(static_cast<size_t>(data.shape.elements()));
    for (size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = readElement(data.bytes.data(), data.dtype, static_cast<int64_t>(i));
    return numbers;
}

/// As the network takes it: 16-bit floats were widened by the reader.
std::vector<std::byte> asTaken(const TensorData& data, DType type) {
    const int64_t count = data.shape.elements();
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, count)));
    if (data.dtype == type) {
        std::ranges::copy(data.bytes, bytes.begin());
        return bytes;
    }
    for (int64_t i = 0; i < count; ++i)
        writeElement(bytes.data(), type, i, readElement(data.bytes.data(), data.dtype, i));
    return bytes;
}

/// In the precision that the file declares.
double rounded(double number, onnx::ElementType element) {
    const std::optional<DType> type = onnx::storedType(element);
    if (!type || !isFloat(*type)) return number;
    std::byte bytes[8];
    writeElement(bytes, *type, 0, number);
    return readElement(bytes, *type, 0);
}

bool agree(double ours, double theirs, const OnnxTolerance& tolerance) {
    if (std::isnan(ours) || std::isnan(theirs)) return std::isnan(ours) && std::isnan(theirs);
    if (ours == theirs) return true;
    return std::abs(ours - theirs) <= tolerance.absolute + tolerance.relative * std::abs(theirs);
}

/// Empty where they agree.
std::string difference(const std::vector<double>& ours, const TensorData& theirs,
                       const onnx::End& output, const OnnxTolerance& tolerance) {
    const std::vector<double> wanted = numbersOf(theirs);
    if (ours.size() != wanted.size() || (output.shape != theirs.shape && !wanted.empty()))
        return fmt::format("output {} has the shape {}, wanted {}", output.name,
                           output.shape.text(), theirs.shape.text());
    for (size_t i = 0; i < ours.size(); ++i) {
        const double mine = rounded(ours[i], output.element);
        if (!agree(mine, wanted[i], tolerance))
            return fmt::format("output {} has {} at {}, wanted {}", output.name, mine, i,
                               wanted[i]);
    }
    return {};
}

Result<Arrays> arraysOf(const onnx::Model& model, const std::string& set) {
    Arrays arrays;
    std::set<std::string_view> initialized;
    for (const onnx::Tensor& tensor : model.graph->initializers) initialized.insert(tensor.name);
    size_t k = 0;
    for (const onnx::ValueInfo& info : model.graph->inputs) {
        const std::string path = fmt::format("{}/input_{}.pb", set, k);
        // Files of sets may hold initializers too, where old ones are inputs.
        if (initialized.contains(info.name) && !std::filesystem::exists(path)) continue;
        if (info.type.kind == onnx::Type::Kind::Tensor && std::filesystem::exists(path)) {
            Result<Numbers> array = arrayOf(path, info.type.element);
            if (array.ok()) arrays.emplace(std::string(info.name), std::move(*array));
        }
        ++k;
    }
    return arrays;
}

OnnxVerdict judgeSet(const onnx::Model& model, const std::string& set,
                     const OnnxTolerance& tolerance) {
    const Result<Arrays> arrays = arraysOf(model, set);
    if (!arrays.ok()) return {Kind::Fails, arrays.error().text(), {}};
    onnx::Choices choices;
    choices.followsBatch = false;
    constexpr int64_t mostShapeNumbers = 4096;
    for (const auto& [name, array] : *arrays) {
        choices.shapes.emplace(name, array->shape);
        if (array->shape.elements() <= mostShapeNumbers) choices.numbers.emplace(name, array);
    }
    Result<onnx::Network> network = onnx::networkOf(model, choices);
    if (!network.ok()) return {Kind::Refused, network.error().text(), {}};
    if (!network->refused.empty())
        return {Kind::Refused,
                network->refused.front().code + ": " + network->refused.front().message,
                {}};
    const auto given = runOnnx(*network, *arrays);
    if (!given.ok()) return {Kind::Fails, given.error().text(), {}};
    if (network->outputs.size() != model.graph->outputs.size())
        return {Kind::Refused,
                network->remarks.empty() ? "an output is no tensor" : network->remarks.front(),
                {}};
    for (size_t k = 0; k < given->size(); ++k) {
        Result<Numbers> wanted =
            arrayOf(fmt::format("{}/output_{}.pb", set, k), network->outputs[k].element);
        if (!wanted.ok()) return {Kind::Fails, wanted.error().text(), {}};
        const std::string found = difference((*given)[k], **wanted, network->outputs[k], tolerance);
        if (!found.empty()) return {Kind::Differs, found, {}};
    }
    return {Kind::Agrees, {}, {}};
}

}  // namespace

Result<std::vector<std::vector<double>>> runOnnx(const onnx::Network& network,
                                                 const Arrays& inputs) {
    const auto isConstant = [](const onnx::End& output) { return output.numbers != nullptr; };
    if (std::ranges::all_of(network.outputs, isConstant)) {
        std::vector<std::vector<double>> results;
        for (const onnx::End& output : network.outputs)
            results.push_back(numbersOf(*output.numbers));
        return results;
    }
    ModelOptions options;
    options.batch = std::max<int64_t>(network.batch, 1);
    options.floatType = network.floatType;
    auto model = Model::compile(network.graph, {{Mode::Predict, options.batch}}, options);
    if (!model.ok()) return model.error();
    (*model)->initialise(0);
    Member& member = (*model)->member(Mode::Predict, options.batch);
    for (const DataSlot& slot : member.data) {
        const auto end = std::ranges::find(network.inputs, slot.node, &onnx::End::node);
        const auto array = inputs.find(end->name);
        if (array == inputs.end())
            return Error{"test", "no data for input " + end->name, {}, {}, {}};
        const DType type = member.tape->value(slot.value).type.dtype;
        VITRINE_TRY((*model)->memory().write(slot.at, asTaken(*array->second, type)));
    }
    VITRINE_TRY(member.executor->run(0, static_cast<int>(member.tape->entries.size())));
    std::vector<std::vector<double>> results;
    for (const onnx::End& output : network.outputs)
        results.push_back(output.numbers ? numbersOf(*output.numbers)
                                         : member.executor->contents(
                                               member.tape->output("output:" + output.node)));
    return results;
}

OnnxVerdict judgeLightOnnx(const std::string& path, const OnnxTolerance& tolerance) {
    const Result<onnx::Model> model = onnx::readModel(path);
    if (!model.ok()) return {Kind::Refused, model.error().text(), {}};
    onnx::Choices choices;
    choices.followsBatch = false;
    const Result<onnx::Network> network = onnx::networkOf(*model, choices);
    if (!network.ok()) return {Kind::Refused, network.error().text(), {}};
    if (!network->refused.empty()) return {Kind::Refused, network->refused.front().message, {}};
    Arrays arrays;
    for (const onnx::End& input : network->inputs) {
        const int64_t count = input.shape.elements();
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(DType::F32, count)));
        for (int64_t i = 0; i < count; ++i)
            writeElement(bytes.data(), DType::F32, i,
                         static_cast<double>(i) / static_cast<double>(count));
        arrays.emplace(input.name, TensorData::of(DType::F32, input.shape, std::move(bytes)));
    }
    const auto given = runOnnx(*network, arrays);
    if (!given.ok()) return {Kind::Fails, given.error().text(), {}};
    const std::string stem = path.substr(0, path.size() - std::string_view(".onnx").size());
    for (size_t k = 0; k < given->size(); ++k) {
        const Result<Numbers> wanted =
            arrayOf(fmt::format("{}_output_{}.pb", stem, k), network->outputs[k].element);
        if (!wanted.ok()) return {Kind::Fails, wanted.error().text(), {}};
        const std::string found = difference((*given)[k], **wanted, network->outputs[k], tolerance);
        if (!found.empty()) return {Kind::Differs, found, {}};
    }
    return {Kind::Agrees, {}, {}};
}

OnnxVerdict judgeOnnx(const std::string& path, const std::string& folder,
                      const OnnxTolerance& tolerance) {
    Result<onnx::Model> model = onnx::readModel(path);
    if (!model.ok()) return {Kind::Refused, model.error().text(), {}};
    OnnxVerdict verdict{Kind::Agrees, {}, {}};
    std::vector<std::string> types;
    noteTypes(model->graph->nodes, types);
    for (const onnx::Function& function : model->functions) noteTypes(function.nodes, types);
    for (int k = 0; verdict.kind == Kind::Agrees; ++k) {
        const std::string set = fmt::format("{}/test_data_set_{}", folder, k);
        if (!std::filesystem::exists(set)) break;
        verdict = judgeSet(*model, set, tolerance);
    }
    verdict.types = std::move(types);
    return verdict;
}

}  // namespace vitrine::test
