// SPDX-License-Identifier: Apache-2.0
// Tensors of safetensors files as what parameters start with.
#include "core/io/parameter_file.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <ranges>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/names.h"
#include "core/graph/parameter_use.h"
#include "core/io/model_numbers.h"
#include "core/io/project_path.h"
#include "core/io/safetensors.h"
#include "core/onnx/onnx_content.h"
#include "core/onnx/tensor_numbers.h"

namespace vitrine {

namespace {

using LoadedFile = Result<SafetensorsFile>;

/// It is there, and what the project was made with is not in it.
std::string isAnother(const ParameterFile& file, std::string_view kind) {
    return fmt::format("'{}' is another file than the project was made with: it holds no {} {}",
                       printable(file.path), kind, vitrine::quoted(file.tensor));
}

Parameter withTensor(Parameter parameter, const LoadedFile& file) {
    parameter.data = nullptr;
    const TensorView* tensor = file ? file->find(parameter.file->tensor) : nullptr;
    if (!tensor) {
        parameter.trouble = file ? isAnother(*parameter.file, "tensor") : file.error().message;
        return parameter;
    }
    const ValueShape found{tensor->shape, tensor->dtype};
    if (parameter.type && *parameter.type != found) {
        parameter.trouble = fmt::format("the tensor is {} {} now, and was {} {}", name(found.dtype),
                                        found.shape.text(), name(parameter.type->dtype),
                                        parameter.type->shape.text());
        return parameter;
    }
    return withData(
        std::move(parameter),
        TensorData::of(tensor->dtype, tensor->shape, {tensor->bytes.begin(), tensor->bytes.end()}));
}

/// Numbers of a model as a layer sees them, which may count extents of 1 otherwise, or as a network
/// keeps them that no parameter has the type of. Null: they are of another shape or type.
std::shared_ptr<const TensorData> seenAs(const ValueShape& wanted,
                                         const std::shared_ptr<const TensorData>& numbers) {
    const auto isLong = [](int64_t extent) { return extent != 1; };
    const auto found = numbers->shape.dims(), dims = wanted.shape.dims();
    const bool isKept = numbers->dtype != wanted.dtype;
    if ((isKept && onnx::keptType(numbers->dtype) != wanted.dtype) ||
        !std::ranges::equal(found | std::views::filter(isLong), dims | std::views::filter(isLong)))
        return nullptr;
    if (!isKept && numbers->shape == wanted.shape) return numbers;
    TensorData seen = isKept ? *onnx::converted(*numbers, wanted.dtype) : *numbers;
    seen.shape = wanted.shape;
    return std::make_shared<const TensorData>(std::move(seen));
}

/// The same of a model's weights.
Parameter withWeight(Parameter parameter, Result<ModelNumbers>& model) {
    const auto numbers = model ? model->find(parameter.file->tensor) : model.error();
    parameter.data = nullptr;
    if (!numbers) {
        const bool isThere = model && numbers.error().code == "C02";
        parameter.trouble =
            isThere ? isAnother(*parameter.file, "weight") : numbers.error().message;
        return parameter;
    }
    if (!parameter.type) return withData(std::move(parameter), *numbers);
    if (auto seen = seenAs(*parameter.type, *numbers))
        return withData(std::move(parameter), std::move(seen));
    const ValueShape found{(*numbers)->shape, (*numbers)->dtype};
    parameter.trouble =
        fmt::format("the weight is {} {} now, and was {} {}", name(found.dtype), found.shape.text(),
                    name(parameter.type->dtype), parameter.type->shape.text());
    return parameter;
}

/// One that cannot be so says why, and has no numbers.
Parameter checked(Parameter parameter) {
    const Result<void> fits = checkParameter(parameter);
    if (fits) return parameter;
    parameter.data = nullptr;
    parameter.digest.clear();
    parameter.type.reset();
    parameter.trouble = fits.error().message;
    return parameter;
}

}  // namespace

bool isUnread(const Parameter& parameter) {
    return parameter.file && parameter.trouble == fileNotReadYet;
}

void nameFiles(Graph& graph, const std::string& projectFile) {
    const Graph::Parameters before = graph.parameters();
    for (const auto& [id, parameter] : before) {
        if (!parameter.file) continue;
        Parameter named = parameter;
        std::error_code trouble;
        const std::string path = resolvedFolder(named.file->path, projectFile);
        named.file->path = std::filesystem::absolute(path, trouble).lexically_normal().string();
        VITRINE_CHECK(graph.putParameter(id, std::move(named)).ok(), "it stood there before");
    }
}

std::vector<Parameter> withNumbersOfFiles(std::vector<Parameter> parameters) {
    std::map<std::string, std::vector<Parameter*>> byPath;
    for (Parameter& parameter : parameters)
        if (parameter.file) byPath[parameter.file->path].push_back(&parameter);
    for (auto& [path, named] : byPath) {
        if (isOnnxModel(path)) {
            Result<ModelNumbers> model = ModelNumbers::open(path);
            for (Parameter* parameter : named)
                *parameter = checked(withWeight(std::move(*parameter), model));
            continue;
        }
        const LoadedFile file = loadSafetensors(path);
        for (Parameter* parameter : named)
            *parameter = checked(withTensor(std::move(*parameter), file));
        if (const auto changed = file ? file->trouble() : std::nullopt)
            for (Parameter* parameter : named)
                *parameter = withTensor(std::move(*parameter), LoadedFile(*changed));
    }
    return parameters;
}

Parameter withNumbersOfFile(Parameter parameter) {
    return withNumbersOfFiles({std::move(parameter)}).front();
}

void readNumbersOfFiles(Graph& graph, const std::string& projectFile) {
    nameFiles(graph, projectFile);
    std::vector<Parameter> named;
    for (const auto& [id, parameter] : graph.parameters())
        if (parameter.file) named.push_back(parameter);
    for (Parameter& parameter : withNumbersOfFiles(std::move(named))) {
        const std::string id = parameter.id;
        VITRINE_CHECK(graph.putParameter(id, std::move(parameter)).ok(), "it has been checked");
    }
}

Result<std::vector<TensorName>> tensorsOfFile(const std::string& path) {
    const auto file = openSafetensors(path);
    if (!file) return file.error();
    std::vector<TensorName> names;
    for (const TensorView& tensor : file->tensors)
        names.push_back({tensor.name, {tensor.shape, tensor.dtype}});
    return names;
}

}  // namespace vitrine
