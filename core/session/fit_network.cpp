// SPDX-License-Identifier: Apache-2.0
// Looks up columns, and goes back from losses to the layers that count classes.
#include "core/session/fit_network.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/wiring.h"

namespace vitrine {

namespace {

const Column* columnOfNode(const Node& node, std::span<const Column> columns) {
    const int place = columnNamed(columns, columnOf(node));
    return place < 0 ? nullptr : &columns[static_cast<size_t>(place)];
}

/// The field that says how many numbers or planes a layer gives; empty: it has none.
std::string_view widthField(const Node& node) {
    for (std::string_view field : {"out_features", "out_channels"})
        if (node.attrs.has(field)) return field;
    return {};
}

class Fitting {
  public:
    Fitting(const Graph& graph, std::span<const Column> columns)
        : m_graph(graph), m_columns(columns), m_wiring(wiringOf(graph)) {}

    Transaction edits() {
        for (const Node& node : m_graph.nodes())
            if (isInput(node)) fitInput(node);
        if (const auto roles = rolesOf(m_graph, m_wiring, true))
            for (const LossRole& loss : roles->losses) fitLayer(loss);
        return std::move(m_edits);
    }

  private:
    void set(const Node& node, std::string_view field, FieldValue value) {
        Attrs attrs = node.attrs;
        const bool isOther = node.attrs.get(field) != value;
        if (isOther && attrs.set(field, value))
            m_edits.push_back(edit::SetField{node.id, std::string(field), std::move(value)});
    }

    void fitInput(const Node& node) {
        const Column* column = columnOfNode(node, m_columns);
        if (!column) return;
        if (isClassInput(node)) {
            if (column->hasClasses()) set(node, "classes", std::ssize(column->classes));
            return;
        }
        const auto dims = column->shape.dims();
        if (!dims.empty()) set(node, "shape", std::vector<int64_t>(dims.begin(), dims.end()));
    }

    /// The last layer in front of the loss that has a width.
    void fitLayer(const LossRole& loss) {
        if (!loss.target.isConnected() || !loss.prediction.isConnected()) return;
        const Node& target = m_graph.nodes()[static_cast<size_t>(loss.target.node)];
        const Column* column = isClassInput(target) ? columnOfNode(target, m_columns) : nullptr;
        if (!column || !column->hasClasses()) return;
        int at = loss.prediction.node;
        constexpr int mostSteps = 8;
        for (int step = 0; step < mostSteps && at >= 0; ++step) {
            const Node& node = m_graph.nodes()[static_cast<size_t>(at)];
            if (const std::string_view field = widthField(node); !field.empty()) {
                set(node, field, std::ssize(column->classes));
                return;
            }
            at = onlyFeeder(at);
        }
    }

    /// The node that alone feeds another one; -1: none or several do.
    int onlyFeeder(int node) const {
        int feeder = -1;
        for (const Source& source : m_wiring.sources[static_cast<size_t>(node)]) {
            if (!source.isConnected()) continue;
            if (feeder >= 0) return -1;
            feeder = source.node;
        }
        return feeder;
    }

    const Graph& m_graph;
    const std::span<const Column> m_columns;
    const Wiring m_wiring;
    Transaction m_edits;
};

}  // namespace

Transaction fitting(const Graph& graph, std::span<const Column> columns) {
    return Fitting(graph, columns).edits();
}

Attrs fieldsFor(Attrs fields, std::span<const Column> columns) {
    const auto put = [&](std::string_view field, int64_t value) {
        Attrs tried = fields;
        if (fields.has(field) && tried.set(field, value)) fields = std::move(tried);
    };
    const auto image = std::ranges::find_if(
        columns, [](const Column& column) { return column.isImage() && !column.hasClasses(); });
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
