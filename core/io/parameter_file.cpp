// SPDX-License-Identifier: Apache-2.0
// Tensors of safetensors files as what parameters start with.
#include "core/io/parameter_file.h"

#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/names.h"
#include "core/io/project_path.h"
#include "core/io/safetensors.h"

namespace vitrine {

namespace {

using LoadedFile = Result<SafetensorsFile>;

Parameter withTensor(Parameter parameter, const LoadedFile& file) {
    parameter.data = nullptr;
    const TensorView* tensor = file ? file->find(parameter.file->tensor) : nullptr;
    if (!tensor) {
        parameter.trouble =
            file ? fmt::format("'{}' holds no tensor {}", printable(parameter.file->path),
                               vitrine::quoted(parameter.file->tensor))
                 : file.error().message;
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

/// In place of the entry that stands there; one that cannot stand there says why.
void replace(Graph& graph, Parameter parameter) {
    const std::string id = parameter.id;
    Parameter before = *graph.findParameter(id);
    const Result<void> put = graph.putParameter(id, std::move(parameter));
    if (put) return;
    before.trouble = put.error().message;
    VITRINE_CHECK(graph.putParameter(id, std::move(before)).ok(), "it stood there before");
}

}  // namespace

Parameter withNumbersOfFile(Parameter parameter) {
    if (!parameter.file) return parameter;
    const LoadedFile file = loadSafetensors(parameter.file->path);
    return withTensor(std::move(parameter), file);
}

void readNumbersOfFiles(Graph& graph, const std::string& projectFile) {
    std::map<std::string, std::vector<Parameter>> byPath;  // each file is read once
    for (const auto& [id, parameter] : graph.parameters()) {
        if (!parameter.file) continue;
        Parameter found = parameter;
        std::error_code trouble;
        const std::string path = resolvedFolder(found.file->path, projectFile);
        found.file->path = std::filesystem::absolute(path, trouble).lexically_normal().string();
        byPath[found.file->path].push_back(std::move(found));
    }
    for (auto& [path, parameters] : byPath) {
        const LoadedFile file = loadSafetensors(path);
        for (Parameter& parameter : parameters)
            replace(graph, withTensor(std::move(parameter), file));
    }
}

Result<std::vector<TensorName>> tensorsOfFile(const std::string& path) {
    const auto file = loadSafetensors(path);
    if (!file) return file.error();
    std::vector<TensorName> names;
    for (const TensorView& tensor : file->tensors)
        names.push_back({tensor.name, {tensor.shape, tensor.dtype}});
    return names;
}

}  // namespace vitrine
