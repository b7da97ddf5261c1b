// SPDX-License-Identifier: GPL-3.0-or-later
// From a node and its shapes to the words on the canvas.
#include "gui/graph_editor/node_look.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

#include "core/graph/ports.h"
#include "gui/models/node_hue.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString tr(const char* text) { return QCoreApplication::translate("NodeLook", text); }

/// One of a port that repeats is told by its number.
PortLook lookOf(const NodePort& port, bool isConnected) {
    QString title = fromView(port.spec->title);
    if (port.spec->repeat.isRepeated())
        title += QLatin1Char(' ') + QString::fromStdString(port.id.substr(port.spec->id.size()));
    return {port.id, title, takesIndices(*port.spec), isConnected};
}

bool isDefault(const FieldSpec& spec, const FieldValue& value) {
    return Attrs(std::span(&spec, 1)).values().front() == value;
}

/// `5×5`, `1 × 28 × 28`, `0.5`.
QString valueText(const FieldValue& value, FieldType type) {
    if (const auto* list = std::get_if<std::vector<int64_t>>(&value)) {
        QStringList numbers;
        for (int64_t number : *list) numbers << QString::number(number);
        return numbers.join(type == FieldType::IntTuple ? QStringLiteral("×")
                                                        : QStringLiteral(" × "));
    }
    if (const double* real = std::get_if<double>(&value)) return realText(*real);
    return editText(value);
}

/// Whether training leaves the node's weights as they are.
QString frozenWord(const Graph& graph, const Node& node) {
    if (graph.parameters().empty()) return {};
    int weights = 0, frozen = 0;
    for (const PortSpec& port : node.op->inputs) {
        if (port.role != PortRole::Parameter || !portExists(port, node.attrs) ||
            comesOverEdge(node, port))
            continue;
        const Parameter* entry = graph.findParameter(node.parameterId(port.id));
        ++weights;
        frozen += entry && entry->kind != ParameterKind::Trained;
    }
    if (frozen == 0) return {};
    return QStringLiteral(" · ") + (frozen == weights ? tr("frozen") : tr("partly frozen"));
}

QString recomputeWord(const Node& node) {
    return node.isMadeAgain ? QStringLiteral(" · ") + tr("recomputed") : QString();
}

}  // namespace

QString summaryOf(const Node& node) {
    QStringList parts;
    for (size_t i = 0; i < node.op->fields.size(); ++i) {
        const FieldSpec& spec = node.op->fields[i];
        const FieldValue& value = node.attrs.values()[i];
        const QString text = valueText(value, spec.type), title = fromView(spec.title).toLower();
        if (spec.onNode == OnNode::Value && !text.isEmpty())
            parts << text;
        else if (spec.onNode == OnNode::Named && !isDefault(spec, value))
            parts << title + QLatin1Char(' ') + text;
        else if (spec.onNode == OnNode::Count)
            parts << text + QLatin1Char(' ') + title;
    }
    return parts.join(QStringLiteral(" · "));
}

QString titleOf(const Node& node) {
    return QString::fromStdString(node.title.empty() ? node.id : node.title);
}

QString outputShapeText(const Graph& graph, const ShapeReport& report, const PortRef& port) {
    const int index = graph.indexOf(port.node);
    if (index < 0) return {};
    const NodeShapes& shapes = report.nodes[static_cast<size_t>(index)];
    const int out = findOutput(graph.nodes()[static_cast<size_t>(index)], port.port);
    if (!shapes.isKnown || out < 0) return {};
    return gui::batchShapeText(shapes, static_cast<size_t>(out), report.batch);
}

NodeLooks::NodeLooks(const Graph& graph, const ShapeReport& report,
                     const std::set<std::string, std::less<>>& nodes)
    : m_graph(graph), m_report(report) {
    for (const std::string& id : nodes) m_links[id];
    const auto linksOf = [&](const std::string& id) {
        const auto found = m_links.find(id);
        return found == m_links.end() ? nullptr : &found->second;
    };
    for (const Edge& edge : graph.edges()) {
        if (Links* from = linksOf(edge.from.node)) from->out.push_back(&edge);
        if (Links* to = linksOf(edge.to.node)) to->in.push_back(&edge);
    }
}

NodeLook NodeLooks::of(const Node& node) const {
    const Links& links = m_links.at(node.id);
    NodeLook look;
    look.id = node.id;
    look.title = titleOf(node);
    look.op = fromView(node.op->title) + frozenWord(m_graph, node) + recomputeWord(node);
    look.summary = summaryOf(node);
    look.category = hueOf(*node.op);
    look.inputs = inputsOf(node, links);
    look.outputs = outputsOf(node, links);
    if (const Error* error = m_report.errorOf(node.id)) {
        look.trouble = QString::fromStdString(error->message);
        look.foundWanted = sentenceAt(*error, m_graph);
    }
    return look;
}

std::vector<PortLook> NodeLooks::inputsOf(const Node& node, const Links& links) const {
    std::vector<std::string_view> connected;
    for (const Edge* edge : links.in) connected.push_back(edge->to.port);
    std::vector<PortLook> ports;
    for (const NodePort& port : edgeInputs(node, connected))
        ports.push_back(lookOf(port, std::ranges::find(connected, port.id) != connected.end()));
    return ports;
}

std::vector<PortLook> NodeLooks::outputsOf(const Node& node, const Links& links) const {
    std::vector<PortLook> ports;
    for (const NodePort& port : vitrine::outputsOf(node)) {
        const bool connected = std::ranges::any_of(
            links.out, [&](const Edge* edge) { return edge->from.port == port.id; });
        ports.push_back(lookOf(port, connected));
    }
    return ports;
}

QString NodeLooks::spokenOf(const Node& node) const {
    QString text = titleOf(node) + QStringLiteral(", ") + fromView(node.op->title);
    if (!node.op->outputs.empty()) {
        const QString shape =
            outputShapeText(m_graph, m_report, {node.id, vitrine::outputsOf(node).front().id});
        if (!shape.isEmpty()) text += tr(", output %1").arg(shape);
    }
    QStringList next;
    for (const Edge* edge : m_links.at(node.id).out) next << QString::fromStdString(edge->to.node);
    if (!next.isEmpty()) text += tr(", connected to %1").arg(next.join(QStringLiteral(", ")));
    if (const Error* error = m_report.errorOf(node.id))
        text += tr(", error: %1").arg(sentenceAt(*error, m_graph));
    return text;
}

QString sentenceAt(const Error& error, const Graph& graph) {
    const QString text = QString::fromStdString(error.message);
    const Node* node = graph.find(error.place.node);
    const QString prefix =
        node ? QString::fromStdString(node->text()) + QStringLiteral(": ") : QString();
    return text.startsWith(prefix) ? text.mid(prefix.size()) : text;
}

}  // namespace vitrine::gui
