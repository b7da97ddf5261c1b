// SPDX-License-Identifier: Apache-2.0
// graphToText: chains as long as they go, one statement each.
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/graph_text.h"
#include "core/graph/ports.h"
#include "core/graph/special_nodes.h"
#include "core/graph/wiring.h"

namespace vitrine {

namespace {

class Writer {
  public:
    explicit Writer(const Graph& graph) : m_graph(graph), m_wiring(wiringOf(graph)) {}

    std::string run() {
        int before = -1;
        for (int index : m_wiring.order) {
            const Source chained = chainSource(index);
            const bool goesOn =
                chained.isConnected() && chained.node == before && chained.port == 0;
            if (goesOn)
                m_text += " -> ";
            else
                startStatement(chained);
            m_text += isSpecial(index) ? declaration(nodeAt(index)) : step(index, chained);
            before = index;
        }
        if (!m_text.empty()) m_text += "\n";
        return std::move(m_text);
    }

  private:
    const Node& nodeAt(int index) const { return m_graph.nodes()[static_cast<size_t>(index)]; }
    bool isSpecial(int index) const { return isInput(nodeAt(index)); }

    /// What feeds the first port that takes an edge: it may stand before the arrow.
    Source chainSource(int index) const {
        const std::vector<Source>& sources = m_wiring.sources[static_cast<size_t>(index)];
        const auto& ports = nodeAt(index).op->inputs;
        for (size_t k = 0; k < sources.size(); ++k)
            if (const PortSpec& port = portOf(ports, sources.size(), k);
                comesOverEdge(nodeAt(index), port) && portExists(port, nodeAt(index).attrs))
                return sources[k];
        return {};
    }

    void startStatement(const Source& chained) {
        if (!m_text.empty()) m_text += "\n";
        if (chained.isConnected()) m_text += reference(chained) + " -> ";
    }

    std::string reference(const Source& source) const {
        const Node& node = nodeAt(source.node);
        if (source.port == 0) return node.id;
        return fmt::format("{}.{}", node.id, outputsOf(node)[static_cast<size_t>(source.port)].id);
    }

    std::string declaration(const Node& node) {
        m_names.insert(node.id);
        const std::string value = fieldText(node.attrs.values().front());
        const std::string text = isClassInput(node) ? fmt::format("{}<{}", node.id, value)
                                                    : fmt::format("{}[{}]", node.id, value);
        std::vector<std::string> others = changedFields(node);
        if (value != fieldText(Attrs(node.op->fields).values().front()))
            others.erase(others.begin());
        return others.empty() ? text : fmt::format("{}({})", text, fmt::join(others, " "));
    }

    std::string step(int index, const Source& chained) {
        const Node& node = nodeAt(index);
        std::vector<std::string> arguments = changedFields(node);
        bool isFirst = chained.isConnected();
        const std::vector<Source>& sources = m_wiring.sources[static_cast<size_t>(index)];
        for (size_t k = 0; k < sources.size(); ++k) {
            if (!sources[k].isConnected()) continue;
            const PortPlace place = placeOf(node.op->inputs, sources.size(), k);
            if (!isFirst)
                arguments.push_back(
                    fmt::format("{}={}{}", nameOf(node.op->inputs, place),
                                node.wired.contains(nameOf(node.op->inputs, place)) ? "<" : "",
                                reference(sources[k])));
            isFirst = false;
        }
        for (const auto& [port, parameter] : node.parameters)
            arguments.push_back(fmt::format("{}=@{}", port, parameter));

        std::string text(node.op->id);
        // At a statement's start an operator's name alone could mean a node of that name.
        const bool isReference = !chained.isConnected() && m_names.contains(text);
        if (!arguments.empty() || isReference)
            text += fmt::format("({})", fmt::join(arguments, " "));
        if (node.id != freeName(node.op->id)) text += fmt::format(" as {}", node.id);
        m_names.insert(node.id);
        return text;
    }

    static std::vector<std::string> changedFields(const Node& node) {
        const Attrs defaults(node.op->fields);
        std::vector<std::string> changed;
        for (size_t i = 0; i < node.op->fields.size(); ++i) {
            const FieldValue& value = node.attrs.values()[i];
            if (value == defaults.values()[i]) continue;
            const std::string text = fieldText(value);
            const bool isText = node.op->fields[i].type == FieldType::Text;
            changed.push_back(
                fmt::format("{}={}", node.op->fields[i].id, isText ? '"' + text + '"' : text));
        }
        return changed;
    }

    /// The name that the reader would give to the next step of this operator.
    std::string freeName(std::string_view op) const {
        std::string name(op);
        for (int number = 2; m_names.contains(name); ++number)
            name = fmt::format("{}{}", op, number);
        return name;
    }

    const Graph& m_graph;
    const Wiring m_wiring;
    std::set<std::string> m_names;
    std::string m_text;
};

}  // namespace

std::string graphToText(const Graph& graph) { return Writer(graph).run(); }

}  // namespace vitrine
