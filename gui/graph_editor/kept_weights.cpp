// SPDX-License-Identifier: GPL-3.0-or-later
// Ports of the new node look for an entry among the old one's.
#include "gui/graph_editor/kept_weights.h"

#include <algorithm>
#include <vector>

#include "core/graph/placeholder.h"
#include "core/graph/ports.h"
#include "core/graph/shapes.h"

namespace vitrine::gui {

namespace {

/// What fed a port of the old node without an edge.
struct Feed {
    std::string port, id;
    const Parameter* entry = nullptr;  ///< null: as its operator starts it
    bool isTaken = false;
    bool isOwn(const Node& node) const { return id == node.id + "." + port; }
};

/// Those that would be missed: with an entry, or shared.
std::vector<Feed> feedsOf(const Graph& graph, const Node& node) {
    std::vector<Feed> feeds;
    for (const PortSpec& port : node.op->inputs) {
        const std::string name(port.id), id = node.parameterId(port.id);
        const bool isParameter = port.role != PortRole::Value && portExists(port, node.attrs);
        const bool isFed =
            isParameter ? !comesOverEdge(node, port, name) : node.parameters.contains(name);
        Feed feed{name, id, graph.findParameter(id)};
        if (isFed && (feed.entry || !feed.isOwn(node))) feeds.push_back(std::move(feed));
    }
    return feeds;
}

/// Nothing where shapes are not known: then names must do.
std::optional<ValueShape> wantedBy(const ShapeReport& report, const Graph& graph, const Node& node,
                                   const std::string& port) {
    const NodeShapes& shapes = report.nodes[static_cast<size_t>(graph.indexOf(node.id))];
    for (const NodeParameter& parameter : shapes.parameters)
        if (nameOf(node.op->inputs, parameter.place) == port) return parameter.type;
    return {};
}

Feed* feedFor(std::vector<Feed>& feeds, const std::string& port,
              const std::optional<ValueShape>& wanted) {
    const auto fits = [&](const Feed& feed) {
        if (feed.isTaken) return false;
        const bool isTyped = feed.entry && feed.entry->type;
        return wanted && isTyped ? feed.entry->type->shape == wanted->shape : feed.port == port;
    };
    const auto named = std::ranges::find_if(
        feeds, [&](const Feed& feed) { return feed.port == port && fits(feed); });
    if (named != feeds.end()) return &*named;
    const auto first = std::ranges::find_if(feeds, fits);
    return first == feeds.end() ? nullptr : &*first;
}

/// A placeholder's numbers are constants where nobody knew what they are for.
Parameter asEntryOf(const PortSpec& port, const std::string& id, Parameter entry) {
    entry.id = id;
    if (entry.kind != ParameterKind::Frozen) entry.kind = usualKind(port);
    return entry;
}

}  // namespace

KeptWeights keptWeights(const Graph& before, const Node& old, const Graph& after,
                        const Node& standIn) {
    KeptWeights kept;
    std::vector<Feed> feeds = feedsOf(before, old);
    if (feeds.empty()) return kept;
    const ShapeReport report = shapesOf(after);
    for (const PortSpec& port : standIn.op->inputs) {
        if (port.role == PortRole::Value || !portExists(port, standIn.attrs)) continue;
        const std::string name(port.id);
        Feed* feed = feedFor(feeds, name, wantedBy(report, after, standIn, name));
        if (!feed) continue;
        feed->isTaken = true;
        if (!feed->isOwn(old) && after.findParameter(feed->id))
            kept.edits.push_back(edit::SetFeed{standIn.id, name, feed->id});
        else if (feed->entry)
            kept.edits.push_back(
                edit::PutParameter{standIn.parameterId(name),
                                   asEntryOf(port, standIn.parameterId(name), *feed->entry)});
    }
    kept.lost = static_cast<int>(
        std::ranges::count_if(feeds, [](const Feed& feed) { return !feed.isTaken; }));
    return kept;
}

Attrs keptFields(const Node& old, Attrs fields) {
    if (isPlaceholder(old)) return fields;
    for (const FieldSpec& spec : old.op->fields) {
        const auto same = std::ranges::find(fields.specs(), spec.id, &FieldSpec::id);
        if (same == fields.specs().end() || same->type != spec.type) continue;
        // A value that is out of the new one's range stays with the old node.
        static_cast<void>(fields.set(spec.id, old.attrs.get(spec.id)));
    }
    return fields;
}

}  // namespace vitrine::gui
