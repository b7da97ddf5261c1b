// SPDX-License-Identifier: GPL-3.0-or-later
// Tries edges and takes them back.
#include "gui/graph_editor/connection_rules.h"

#include "core/graph/edit.h"
#include "core/graph/live_shapes.h"
#include "core/graph/ports.h"
#include "gui/graph_editor/node_look.h"

namespace vitrine::gui {

std::optional<Error> ConnectionRules::refusal(const Edge& edge) {
    auto inverse = perform(m_graph, connection(m_graph, edge));
    if (!inverse) return inverse.error();
    const auto restored = perform(m_graph, *inverse);
    VITRINE_CHECK(restored.ok(), "what was tried can be taken back");
    return std::nullopt;
}

Result<QString> ConnectionRules::attempt(const Edge& edge) {
    auto inverse = perform(m_graph, connection(m_graph, edge));
    if (!inverse) return inverse.error();
    LiveShapes live;
    live.reset(m_graph);
    const ShapeReport& report = live.report();
    const Node& node = *m_graph.find(edge.to.node);
    QString shape;
    if (!node.op->outputs.empty())
        shape = outputShapeText(m_graph, report, {node.id, outputsOf(node).front().id});
    const Error* error = report.errorOf(node.id);
    std::optional<Error> shapeError;
    if (error && error->code == "shape") shapeError = *error;
    const auto restored = perform(m_graph, *inverse);
    VITRINE_CHECK(restored.ok(), "what was tried can be taken back");
    if (shapeError) return *shapeError;
    return shape;
}

std::optional<Error> newShapeError(const Graph& before, const Graph& after,
                                   const std::vector<std::string>& nodes) {
    const ShapeReport old = shapesOf(before), now = shapesOf(after);
    for (const std::string& node : nodes) {
        const Error* error = now.errorOf(node);
        if (error && error->code == "shape" && !old.errorOf(node)) return *error;
    }
    return std::nullopt;
}

}  // namespace vitrine::gui
