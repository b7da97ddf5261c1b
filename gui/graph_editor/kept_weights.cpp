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

/// What the model says, and an error tells where that does not fit.
Feed* feedAsRead(std::vector<Feed>& feeds, const std::string& port, const ReadPlaceholder& read) {
    const auto known = read.ports.find(port);
    if (known == read.ports.end()) return nullptr;
    const auto found = std::ranges::find_if(feeds, [&](const Feed& feed) {
        return feed.port == known->second && feed.entry && !feed.isTaken;
    });
    return found == feeds.end() ? nullptr : &*found;
}

/// A placeholder's numbers are constants where nobody knew what they are for.
Parameter asEntryOf(const PortSpec& port, const std::string& id, Parameter entry) {
    entry.id = id;
    if (entry.kind != ParameterKind::Frozen) entry.kind = usualKind(port);
    return entry;
}

Parameter turnedEntry(const PortSpec& port, const std::string& id,
                      std::shared_ptr<const TensorData> numbers) {
    return withData({.id = id, .kind = usualKind(port)}, std::move(numbers));
}

/// A port of values takes an entry of its own name, which it must name.
void feedValue(const Node& standIn, const std::string& port, const Parameter& entry,
               Transaction& edits) {
    Parameter constant = entry;
    constant.id = standIn.id + "_" + port;
    constant.kind = ParameterKind::Constant;
    edits.push_back(edit::PutParameter{constant.id, constant});
    edits.push_back(edit::SetFeed{standIn.id, port, constant.id});
}

}  // namespace

KeptWeights keptWeights(const Replaced& old, const Graph& after, const Node& standIn) {
    KeptWeights kept;
    std::vector<Feed> feeds = feedsOf(old.graph, old.node);
    if (feeds.empty()) return kept;
    const ShapeReport report = shapesOf(after);
    for (const PortSpec& port : standIn.op->inputs) {
        const std::string name(port.id), own = standIn.parameterId(name);
        const bool isValue = port.role == PortRole::Value;
        if ((isValue && !old.read) || !portExists(port, standIn.attrs)) continue;
        Feed* feed = old.read ? feedAsRead(feeds, name, *old.read)
                              : feedFor(feeds, name, wantedBy(report, after, standIn, name));
        if (!feed) continue;
        feed->isTaken = true;
        if (isValue)
            feedValue(standIn, name, *feed->entry, kept.edits);
        else if (old.read && old.read->turned.contains(name))
            kept.edits.push_back(edit::PutParameter{
                own, turnedEntry(port, own, old.read->turned.find(name)->second)});
        else if (!feed->isOwn(old.node) && after.findParameter(feed->id))
            kept.edits.push_back(edit::SetFeed{standIn.id, name, feed->id});
        else if (feed->entry)
            kept.edits.push_back(edit::PutParameter{own, asEntryOf(port, own, *feed->entry)});
    }
    const auto isLost = [&](const Feed& feed) {
        const bool isField =
            old.read && feed.entry && feed.entry->type && !isFloat(feed.entry->type->dtype);
        return !feed.isTaken && !isField;
    };
    kept.lost = static_cast<int>(std::ranges::count_if(feeds, isLost));
    return kept;
}

Attrs keptFields(const OpDescriptor& old, const Attrs& values, Attrs fields) {
    if (old.kind == NodeKind::Placeholder) return fields;
    for (const FieldSpec& spec : old.fields) {
        const auto same = std::ranges::find(fields.specs(), spec.id, &FieldSpec::id);
        if (same == fields.specs().end() || same->type != spec.type) continue;
        // A value that is out of the new one's range stays with the old node.
        static_cast<void>(fields.set(spec.id, values.get(spec.id)));
    }
    return fields;
}

}  // namespace vitrine::gui
