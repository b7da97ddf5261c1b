// SPDX-License-Identifier: Apache-2.0
// Tensors of safetensors files as what parameters start with.
#include "core/io/parameter_file.h"

#include <filesystem>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/names.h"
#include "core/io/project_path.h"
#include "core/io/safetensors.h"

namespace vitrine {

Parameter withNumbersOfFile(Parameter parameter) {
    if (!parameter.file) return parameter;
    parameter.data = nullptr;
    const std::string& path = parameter.file->path;
    const auto file = loadSafetensors(path);
    const TensorView* tensor = file ? file->find(parameter.file->tensor) : nullptr;
    if (!tensor) {
        parameter.trouble = file ? fmt::format("'{}' holds no tensor {}", printable(path),
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

void readNumbersOfFiles(Graph& graph, const std::string& projectFile) {
    std::vector<Parameter> read;
    for (const auto& [id, parameter] : graph.parameters()) {
        if (!parameter.file) continue;
        Parameter found = parameter;
        std::error_code trouble;
        const std::string path = resolvedFolder(found.file->path, projectFile);
        found.file->path = std::filesystem::absolute(path, trouble).lexically_normal().string();
        read.push_back(withNumbersOfFile(std::move(found)));
    }
    for (Parameter& parameter : read) {
        const std::string id = parameter.id;
        Parameter before = *graph.findParameter(id);
        const Result<void> put = graph.putParameter(id, std::move(parameter));
        if (put) continue;
        before.trouble = put.error().message;
        VITRINE_CHECK(graph.putParameter(id, std::move(before)).ok(), "it stood there before");
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
