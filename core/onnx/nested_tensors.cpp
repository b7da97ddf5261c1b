// SPDX-License-Identifier: Apache-2.0
// Walks over what is inside. How deep messages lie in each other is limited by the reader of the
// file.
#include "core/onnx/nested_tensors.h"

#include <fmt/format.h>

namespace vitrine::onnx {

namespace {

class Walk {
  public:
    void goInto(const Graph& graph) {
        for (const Tensor& tensor : graph.initializers) note(tensor.name, tensor);
        for (const Node& node : graph.nodes) look(node);
    }
    void look(const Node& node) {
        const Attribute* value = node.opType == "Constant" ? node.find("value") : nullptr;
        if (value && value->tensors.size() == 1 && node.outputs.size() == 1)
            note(node.outputs.front(), value->tensors.front());
        goInside(node);
    }
    void goInside(const Node& node) {
        for (const Attribute& attribute : node.attributes)
            for (const auto& graph : attribute.graphs) goInto(*graph);
    }
    std::vector<std::pair<std::string, const Tensor*>> take() { return std::move(m_found); }

  private:
    void note(std::string_view name, const Tensor& tensor) {
        m_found.emplace_back(fmt::format("{}#{}", name, m_found.size() + 1), &tensor);
    }
    std::vector<std::pair<std::string, const Tensor*>> m_found;
};

}  // namespace

std::vector<std::pair<std::string, const Tensor*>> nestedTensors(const Model& model) {
    Walk walk;
    if (model.graph)
        for (const Node& node : model.graph->nodes) walk.goInside(node);
    for (const Function& function : model.functions)
        for (const Node& node : function.nodes) walk.look(node);
    return walk.take();
}

}  // namespace vitrine::onnx
