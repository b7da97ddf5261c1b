// SPDX-License-Identifier: Apache-2.0
// From the inputs to the layers that answer.
#include "core/session/network_fit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

class Fitting {
  public:
    Fitting(const Graph& graph, const std::vector<Column>& columns)
        : m_graph(graph), m_wiring(wiringOf(graph)), m_columns(columns) {}

    NetworkFit fit() {
        for (const Node& node : m_graph.nodes())
            if (isInput(node) && isBatched(node)) fitInput(node);
        if (const auto roles = rolesOf(m_graph, m_wiring, true))
            for (const LossRole& loss : roles->losses) fitAnswer(loss);
        return std::move(m_fit);
    }

  private:
    const Node& node(int index) const { return m_graph.nodes()[static_cast<size_t>(index)]; }

    void set(const Node& node, const char* field, FieldValue value, const std::string& words) {
        m_fit.edits.push_back(edit::SetField{node.id, field, std::move(value)});
        m_fit.words.push_back(fmt::format("{}: {}", node.text(), words));
    }

    /// The one that an input names, or the first that it could take; null: there is none.
    const Column* columnFor(const Node& input) {
        const int named = columnNamed(m_columns, columnOf(input));
        if (named >= 0) return &m_columns[static_cast<size_t>(named)];
        const bool wantsClasses = isClassInput(input);
        const auto found = std::ranges::find_if(m_columns, [&](const Column& column) {
            return wantsClasses ? column.hasClasses() && column.shape.rank() == 0
                                : column.isImage() && !column.hasClasses();
        });
        if (found == m_columns.end()) return nullptr;
        set(input, "column", found->name,
            fmt::format("column {} → {}", columnOf(input), found->name));
        return &*found;
    }

    void fitInput(const Node& input) {
        const Column* column = columnFor(input);
        if (!column) return;
        if (isClassInput(input)) return fitClasses(input, *column);
        if (column->dtype == DType::U8 && column->hasClasses() && scalingOf(input) != Scaling::Raw)
            set(input, "scaling", std::string("raw"), "class numbers as they are");
        const auto dims = column->shape.dims();
        std::vector<int64_t> wanted(dims.begin(), dims.end());
        if (wanted.empty()) wanted = {1};
        const std::vector<int64_t>& now = input.attrs.list("shape");
        if (now == wanted) return;
        const std::string words =
            fmt::format("{} → {}", fmt::join(now, " × "), fmt::join(wanted, " × "));
        set(input, "shape", std::move(wanted), words);
    }

    void fitClasses(const Node& target, const Column& column) {
        const int64_t now = target.attrs.integer("classes"), wanted = std::ssize(column.classes);
        if (wanted == 0 || now == wanted) return;
        set(target, "classes", wanted, fmt::format("{} → {} classes", now, wanted));
    }

    /// The classes that a loss will compare with, from those that its target has now.
    void fitAnswer(const LossRole& role) {
        if (!role.target.isConnected() || !isInput(node(role.target.node))) return;
        const Node& target = node(role.target.node);
        const int64_t wanted = newClasses(target);
        if (wanted == 0) return;
        const Node& loss = node(role.node);
        if (loss.attrs.has("class_weights") && !loss.attrs.text("class_weights").empty())
            set(loss, "class_weights", std::string(), "no class weights");
        for (Source at = role.prediction; at.isConnected();) {
            const Node& layer = node(at.node);
            for (const char* field : {"out_features", "out_channels"}) {
                if (!layer.attrs.has(field)) continue;
                const int64_t now = layer.attrs.integer(field);
                if (now == wanted) return;
                renew(layer);
                return set(layer, field, wanted, fmt::format("{} → {} outputs", now, wanted));
            }
            const auto& sources = m_wiring.sources[static_cast<size_t>(at.node)];
            at = sources.empty() ? Source() : sources.front();
        }
    }

    /// Given numbers are those of other answers: the layer starts anew.
    void renew(const Node& layer) {
        for (const PortSpec& port : layer.op->inputs) {
            if (port.role != PortRole::Parameter) continue;
            unwire(layer, port);
            const Parameter* entry = m_graph.findParameter(layer.parameterId(port.id));
            if (!entry || (!entry->type && !entry->data && !entry->file)) continue;
            m_fit.edits.push_back(edit::PutParameter{entry->id, Parameter{.id = entry->id}});
            m_fit.words.push_back(fmt::format("{}: new {}", layer.text(), port.id));
        }
    }

    /// Numbers of a file that nobody takes when a node has gone, and that do not go with it.
    bool isLeft(const std::string& node, const std::string& parameter) const {
        const Parameter* entry = m_graph.findParameter(parameter);
        int64_t uses = 0;
        for (const Node& each : m_graph.nodes())
            uses += std::ranges::count(each.parameters, parameter,
                                       [](const auto& feed) { return feed.second; });
        return uses == 1 && entry && (entry->file || entry->data) &&
               !parameter.starts_with(node + ".");
    }

    /// A weight that comes turned or in other extents from a parameter of the model's file: the
    /// node between them goes, and the layer has its own.
    void unwire(const Node& layer, const PortSpec& port) {
        const Edge* edge = m_graph.edgeInto({layer.id, std::string(port.id)});
        if (!edge) return;
        const std::string& between = edge->from.node;
        const auto touches = std::ranges::count_if(m_graph.edges(), [&](const Edge& each) {
            return each.from.node == between || each.to.node == between;
        });
        if (touches != 1) return;  // others read it, or it is computed from more than numbers
        std::ranges::move(removal(m_graph, {between}), std::back_inserter(m_fit.edits));
        for (const auto& [taken, id] : m_graph.find(between)->parameters)
            if (isLeft(between, id)) m_fit.edits.push_back(edit::PutParameter{id, {}});
        m_fit.edits.push_back(edit::SetFeed{layer.id, std::string(port.id)});
        m_fit.words.push_back(fmt::format("{}: new {}", layer.text(), port.id));
    }

    /// That a target is about to get; 0: it stays as it is.
    int64_t newClasses(const Node& target) const {
        for (const Edit& each : m_fit.edits)
            if (const auto* field = std::get_if<edit::SetField>(&each);
                field && field->node == target.id && field->field == "classes")
                return std::get<int64_t>(field->value);
        return 0;
    }

    const Graph& m_graph;
    const Wiring m_wiring;
    const std::vector<Column>& m_columns;
    NetworkFit m_fit;
};

}  // namespace

NetworkFit fitOf(const Graph& graph, const std::vector<Column>& columns) {
    return Fitting(graph, columns).fit();
}

Transaction columnEdits(const Graph& graph, const std::vector<Column>& columns) {
    Transaction edits = fitOf(graph, columns).edits;
    std::erase_if(edits, [](const Edit& each) {
        const auto* field = std::get_if<edit::SetField>(&each);
        return !field || (field->field != "column" && field->field != "scaling");
    });
    return edits;
}

Attrs fieldsFor(Attrs fields, std::span<const Column> columns) {
    const auto put = [&](std::string_view field, int64_t value) {
        Attrs tried = fields;
        if (fields.has(field) && tried.set(field, value)) fields = std::move(tried);
    };
    const auto image = std::ranges::find_if(columns, [](const Column& column) {
        return column.shape.rank() == 3 && !column.hasClasses();
    });
    if (image != columns.end()) {
        put("channels", image->shape[0]);
        put("height", image->shape[1]);
        put("width", image->shape[2]);
    }
    const auto classes = std::ranges::find_if(columns, &Column::hasClasses);
    if (classes != columns.end()) put("classes", std::ssize(classes->classes));
    return fields;
}

}  // namespace vitrine
