// SPDX-License-Identifier: GPL-3.0-or-later
// One line for each thing that counts.
#include "gui/bridge/project_essence.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/session/data_choice.h"

namespace vitrine::gui {

namespace {

std::string attrsText(const Attrs& attrs) {
    std::string text;
    for (const FieldValue& value : attrs.values()) text += fieldText(value) + "|";
    return text;
}

}  // namespace

std::string rawDataEssence(const Project& project) {
    const DataSettings& data = project.data;
    const std::filesystem::path folder = resolvedFolder(data.folder, project.file);
    std::string text = fmt::format("{}|{}|{}\n", data.format, folder.lexically_normal().string(),
                                   project.training.seed);
    for (const DataSettings::Field& field : data.fields)
        text += fmt::format("{}={}\n", field.id, fieldText(field.value));
    return text;
}

std::string dataEssence(const Project& project) {
    const DataSettings& data = project.data;
    std::string text = rawDataEssence(project);
    for (const ChosenThing& one : data.trainingTransforms)
        text += fmt::format("> {} {}\n", one.id, attrsText(one.attrs));
    for (const ChosenThing& one : data.evaluationTransforms)
        text += fmt::format(">> {} {}\n", one.id, attrsText(one.attrs));
    if (data.sampling != Sampling::EachOnce) text += std::string(samplingId(data.sampling)) + "\n";
    for (const DataChange& change : data.changes)
        text += fmt::format("{}|{}|{}\n", change.example, change.label, change.isExcluded);
    return text;
}

std::string runEssence(const Project& project) {
    const TrainingSettings& t = project.training;
    std::string text = dataEssence(project);
    text += fmt::format("{} {}\n", project.data.normalisation.mean.text(),
                        project.data.normalisation.std.text());
    text += fmt::format("{} {} {} {}\n", t.epochs, t.batch, t.seed, t.clipNorm);
    if (t.clipping != Clipping::Norm) text += fmt::format("{}\n", clippingId(t.clipping));
    text += fmt::format("{} {}\n", t.optimizer.id, attrsText(t.optimizer.attrs));
    text += fmt::format("{} {}\n", t.schedule.id, attrsText(t.schedule.attrs));
    text += fmt::format("{}\n", t.accumulate);
    text += fmt::format("{} {}\n", recomputeId(t.recompute), t.memoryBudget);
    for (const ChosenThing& extra : t.extras)
        text += fmt::format("{} {}\n", extra.id, attrsText(extra.attrs));
    for (const Attrs& group : t.groups) text += fmt::format("{}\n", attrsText(group));
    text += fmt::format("{}\n", attrsText(t.stopping));
    const Graph& graph = project.graph;
    const auto portText = [&](const PortRef& port) {
        return fmt::format("{}.{}", graph.find(port.node)->key, port.port);
    };
    for (const Node& node : graph.nodes()) {
        text += fmt::format("{} {} {}{}\n", node.key, node.op->id, attrsText(node.attrs),
                            node.isMadeAgain ? " again" : "");
        for (const auto& [port, parameter] : node.parameters)
            text += fmt::format("  {} {}\n", port, graph.parameterKey(parameter));
        for (const std::string& port : node.wired) text += fmt::format("  {} <\n", port);
    }
    for (const auto& [id, parameter] : graph.parameters())
        text += fmt::format("{} {}\n", graph.parameterKey(id), parameterEssence(parameter));
    for (const Edge& edge : graph.edges())
        text += fmt::format("{} -> {}\n", portText(edge.from), portText(edge.to));
    return text;
}

}  // namespace vitrine::gui
