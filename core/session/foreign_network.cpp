// SPDX-License-Identifier: Apache-2.0
// By what a file is, one reader or the other.
#include "core/session/foreign_network.h"

#include <algorithm>

#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/onnx/onnx_content.h"
#include "core/session/model_network.h"
#include "core/session/weights_project.h"

namespace vitrine {

const std::string& ForeignNetwork::nameOfParameter(const std::string& id) const {
    const auto found = parameterNames.find(id);
    return found == parameterNames.end() ? id : found->second;
}

namespace {

/// The title of an `output` node, where no other has it: a model that is imported may call it what
/// no id can spell, such as `400`.
std::string shownName(const Graph& graph, const OutputRole& output) {
    const Node* node = graph.find(output.name);
    if (!node || node->op != &outputNode || node->title.empty()) return output.name;
    const auto has = [&](const Node& other) {
        return other.title == node->title || other.id == node->title;
    };
    return std::ranges::count_if(graph.nodes(), has) == 1 ? node->title : output.name;
}

}  // namespace

Result<ForeignNetwork> networkOfProject(Project project) {
    ForeignNetwork network;
    const TrainedPart part(project.graph, {.batch = 1});
    if (!part.shapes().ok()) return part.shapes().errors.front();
    const auto roles = rolesOf(part.graph(), part.wiring(), false);
    if (!roles) return roles.error();
    const std::vector<bool> needed = neededForOutputs(part.graph(), part.wiring());
    for (const int index : roles->inputs) {
        const std::string& id = part.graph().nodes()[static_cast<size_t>(index)].id;
        if (needed[static_cast<size_t>(index)]) network.inputs.push_back({id, id});
    }
    for (const OutputRole& output : roles->outputs)
        network.outputs.push_back({output.name, shownName(part.graph(), output)});
    network.project = std::move(project);
    return network;
}

Result<ForeignNetwork> openNetwork(const std::string& path, const std::string& weights) {
    if (path.ends_with(".onnx") || isOnnxModel(path)) return networkOfModel(path);
    auto project = loadProject(path);
    if (!project) return project.error();
    if (!weights.empty()) forgoUnreadStarts(project->graph);
    return networkOfProject(std::move(project).value());
}

}  // namespace vitrine
