// SPDX-License-Identifier: Apache-2.0
// Looks names up in the model's graph, and in what is inside it.
#include "core/io/model_numbers.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/graph/names.h"
#include "core/onnx/nested_tensors.h"
#include "core/onnx/tensor_numbers.h"

namespace vitrine {

struct ModelNumbers::Parts {
    onnx::Model model;
    onnx::ExternalFiles files;
    std::map<std::string, const onnx::Tensor*, std::less<>> tensors;
    std::map<std::string, const onnx::SparseTensor*, std::less<>> sparse;
};

Result<ModelNumbers> ModelNumbers::open(const std::string& path) {
    Result<onnx::Model> model = onnx::readModel(path);
    if (!model) return model.error();
    auto parts =
        std::make_shared<Parts>(Parts{std::move(model).value(), onnx::ExternalFiles(path), {}, {}});
    const onnx::Graph& graph = *parts->model.graph;
    for (const onnx::Tensor& tensor : graph.initializers)
        parts->tensors.insert_or_assign(std::string(tensor.name), &tensor);
    for (const onnx::SparseTensor& tensor : graph.sparseInitializers)
        parts->sparse.emplace(tensor.values.name, &tensor);
    for (const onnx::Node& node : graph.nodes) {
        const onnx::Attribute* value = node.opType == "Constant" ? node.find("value") : nullptr;
        if (value && value->tensors.size() == 1 && node.outputs.size() == 1)
            parts->tensors.emplace(node.outputs.front(), &value->tensors.front());
    }
    for (const auto& [name, tensor] : onnx::nestedTensors(parts->model))
        parts->tensors.emplace(name, tensor);
    return ModelNumbers(std::move(parts));
}

Result<std::shared_ptr<const TensorData>> ModelNumbers::find(const std::string& name) {
    const auto found = m_parts->tensors.find(name);
    const auto sparse = m_parts->sparse.find(name);
    if (found == m_parts->tensors.end() && sparse != m_parts->sparse.end())
        return onnx::numbersOf(*sparse->second, m_parts->files, m_parts->model.file);
    if (found == m_parts->tensors.end())
        return Error{
            "C02",
            fmt::format("'{}' holds no weight {}", m_parts->model.path, vitrine::quoted(name)),
            {},
            {},
            {}};
    return onnx::numbersOf(*found->second, m_parts->files, m_parts->model.file);
}

}  // namespace vitrine
