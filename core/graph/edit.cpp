// SPDX-License-Identifier: Apache-2.0
// Applying edits and finding their inverses.
#include "core/graph/edit.h"

#include <algorithm>
#include <map>

#include "core/graph/parameter_use.h"
#include "core/graph/placeholder.h"
#include "core/graph/ports.h"

namespace vitrine {

namespace {

/// The inverse needs what was there before, so it is made first and given out after success.
Result<Edit> done(const Result<void>& result, Edit inverse) {
    if (!result) return result.error();
    return inverse;
}

struct Performer {
    Graph& graph;

    Node before(const std::string& id) const {
        const Node* node = graph.find(id);
        return node ? *node : Node{};
    }

    Result<Edit> operator()(const edit::InsertNode& e) const {
        return done(graph.insertNode(e.node, e.index), edit::EraseNode{e.node.id});
    }
    Result<Edit> operator()(const edit::EraseNode& e) const {
        edit::InsertNode inverse{before(e.node), static_cast<size_t>(graph.indexOf(e.node))};
        return done(graph.eraseNode(e.node), std::move(inverse));
    }
    Result<Edit> operator()(const edit::InsertEdge& e) const {
        return done(graph.insertEdge(e.edge, e.index), edit::EraseEdge{e.edge});
    }
    Result<Edit> operator()(const edit::EraseEdge& e) const {
        const auto& edges = graph.edges();
        const auto index = std::find(edges.begin(), edges.end(), e.edge) - edges.begin();
        return done(graph.eraseEdge(e.edge), edit::InsertEdge{e.edge, static_cast<size_t>(index)});
    }
    Result<Edit> operator()(const edit::SetField& e) const {
        const Attrs attrs = before(e.node).attrs;
        const FieldValue old = attrs.has(e.field) ? attrs.get(e.field) : FieldValue{};
        return done(graph.setField(e.node, e.field, e.value), edit::SetField{e.node, e.field, old});
    }
    Result<Edit> operator()(const edit::SetFeed& e) const {
        const Node node = before(e.node);
        const auto old = node.parameters.find(e.port);
        const std::string parameter = old == node.parameters.end() ? std::string{} : old->second;
        return done(graph.setFeed(e.node, e.port, e.parameter, e.byWire),
                    edit::SetFeed{e.node, e.port, parameter, node.wired.contains(e.port)});
    }
    Result<Edit> operator()(const edit::PutParameter& e) const {
        const Parameter* old = graph.findParameter(e.parameter);
        edit::PutParameter inverse{e.parameter, old ? std::optional(*old) : std::nullopt};
        return done(graph.putParameter(e.parameter, e.entry), std::move(inverse));
    }
    Result<Edit> operator()(const edit::Rename& e) const {
        return done(graph.rename(e.from, e.to), edit::Rename{e.to, e.from});
    }
    Result<Edit> operator()(const edit::SetTitle& e) const {
        const std::string old = before(e.node).title;
        return done(graph.setTitle(e.node, e.title), edit::SetTitle{e.node, old});
    }
    Result<Edit> operator()(const edit::SetMadeAgain& e) const {
        const bool old = before(e.node).isMadeAgain;
        return done(graph.setMadeAgain(e.node, e.isMadeAgain), edit::SetMadeAgain{e.node, old});
    }
    Result<Edit> operator()(const edit::Move& e) const {
        const Position old = before(e.node).position;
        return done(graph.setPosition(e.node, e.position), edit::Move{e.node, old});
    }
};

struct Toucher {
    Touched& touched;
    std::set<std::string_view>& parameters;

    void node(const std::string& id, bool changesWiring) const {
        touched.nodes.insert(id);
        touched.changesMeaning = true;
        touched.changesWiring = touched.changesWiring || changesWiring;
    }
    void ends(const Edge& edge) const {
        node(edge.from.node, true);
        node(edge.to.node, true);
    }

    void operator()(const edit::InsertNode& e) const { node(e.node.id, true); }
    void operator()(const edit::EraseNode& e) const { node(e.node, true); }
    void operator()(const edit::InsertEdge& e) const { ends(e.edge); }
    void operator()(const edit::EraseEdge& e) const { ends(e.edge); }
    void operator()(const edit::SetField& e) const { node(e.node, false); }
    void operator()(const edit::SetFeed& e) const { node(e.node, true); }
    void operator()(const edit::PutParameter& e) const {
        touched.changesMeaning = true;
        parameters.insert(e.parameter);
    }
    void operator()(const edit::Rename& e) const {
        node(e.from, true);
        node(e.to, true);
        touched.isWhole = true;
    }
    void operator()(const edit::SetTitle& e) const { touched.nodes.insert(e.node); }
    void operator()(const edit::SetMadeAgain& e) const { node(e.node, false); }
    void operator()(const edit::Move& e) const { touched.nodes.insert(e.node); }
};

/// Entries that the nodes own and no other uses, and those of nobody that only they use and that
/// say nothing that is not so without them.
std::vector<std::string> entriesThatGoWith(const Graph& graph,
                                           const std::set<std::string, std::less<>>& nodes) {
    std::set<std::string_view> used;
    std::map<std::string_view, const PortSpec*> ports;
    for (const Node& node : graph.nodes())
        for (const auto& [port, parameter] : node.parameters) {
            if (!nodes.contains(node.id)) used.insert(parameter);
            if (!isPlaceholder(node))
                ports[parameter] =
                    &node.op->inputs[static_cast<size_t>(findPort(node.op->inputs, port)->port)];
        }
    std::vector<std::string> going;
    for (const auto& [id, entry] : graph.parameters()) {
        const bool isOwned = nodes.contains(std::string_view(id).substr(0, id.find('.')));
        const auto port = ports.find(id);
        const bool saysNothing =
            port != ports.end() && isUsual(entry, *port->second) && !ownPortOf(graph, id);
        if (!used.contains(id) && (isOwned || saysNothing)) going.push_back(id);
    }
    return going;
}

}  // namespace

Touched touchedBy(const Graph& graph, const Transaction& transaction) {
    Touched touched;
    std::set<std::string_view> parameters;
    for (const Edit& edit : transaction) std::visit(Toucher{touched, parameters}, edit);
    if (parameters.empty()) return touched;
    for (const std::string_view id : parameters)
        if (const Node* owner = graph.find(id.substr(0, id.find('.'))))
            touched.nodes.insert(owner->id);
    for (const Node& node : graph.nodes())
        for (const auto& [port, parameter] : node.parameters)
            if (parameters.contains(parameter)) touched.nodes.insert(node.id);
    return touched;
}

Result<Edit> perform(Graph& graph, const Edit& edit) { return std::visit(Performer{graph}, edit); }

Result<Transaction> perform(Graph& graph, const Transaction& transaction) {
    Transaction inverse;
    for (const Edit& step : transaction) {
        Result<Edit> back = perform(graph, step);
        if (back) {
            inverse.push_back(std::move(back).value());
            continue;
        }
        for (auto undo = inverse.rbegin(); undo != inverse.rend(); ++undo)
            VITRINE_CHECK(perform(graph, *undo).ok(), "an edit's inverse always works");
        return back.error();
    }
    std::reverse(inverse.begin(), inverse.end());
    return inverse;
}

Transaction removal(const Graph& graph, const std::set<std::string, std::less<>>& nodes) {
    Transaction transaction;
    for (const Edge& edge : graph.edges())
        if (nodes.contains(edge.from.node) || nodes.contains(edge.to.node))
            transaction.push_back(edit::EraseEdge{edge});
    for (const std::string& id : nodes)
        if (graph.find(id)) transaction.push_back(edit::EraseNode{id});
    for (const std::string& id : entriesThatGoWith(graph, nodes))
        transaction.push_back(edit::PutParameter{id, {}});
    for (Parameter& entry : entriesLeftBy(graph, nodes))
        transaction.push_back(edit::PutParameter{entry.id, entry});
    return transaction;
}

Transaction freezing(const Graph& graph, const std::vector<std::string>& nodes, bool frozen) {
    Transaction transaction;
    std::set<std::string> done;
    for (const std::string& id : nodes) {
        const Node* node = graph.find(id);
        if (!node || isPlaceholder(*node)) continue;
        for (const PortSpec& port : node->op->inputs) {
            if (port.role == PortRole::Value || !portExists(port, node->attrs) ||
                comesOverEdge(*node, port))
                continue;
            const std::string parameter = node->parameterId(port.id);
            if (!done.insert(parameter).second) continue;
            const Parameter* found = graph.findParameter(parameter);
            Parameter entry = found ? *found : Parameter{.id = parameter, .kind = usualKind(port)};
            const ParameterKind from = frozen ? usualKind(port) : ParameterKind::Frozen;
            if (entry.kind != from) continue;
            entry.kind = frozen ? ParameterKind::Frozen : usualKind(port);
            const bool goes = isUsual(entry, port) && ownPortOf(graph, parameter);
            transaction.push_back(
                edit::PutParameter{parameter, goes ? std::nullopt : std::optional(entry)});
        }
    }
    return transaction;
}

Transaction makingAgain(const Graph& graph, const std::vector<std::string>& nodes, bool isAgain) {
    Transaction transaction;
    for (const std::string& id : nodes)
        if (const Node* node = graph.find(id); node && node->isMadeAgain != isAgain)
            transaction.push_back(edit::SetMadeAgain{id, isAgain});
    return transaction;
}

Transaction connection(const Graph& graph, const Edge& edge) {
    Transaction transaction;
    if (const Edge* other = graph.edgeInto(edge.to)) transaction.push_back(edit::EraseEdge{*other});
    transaction.push_back(edit::InsertEdge{edge});
    return transaction;
}

}  // namespace vitrine
