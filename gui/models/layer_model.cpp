// SPDX-License-Identifier: GPL-3.0-or-later
// Counting what each node costs.
#include "gui/models/layer_model.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

#include "core/graph/trained_part.h"
#include "core/graph/wiring.h"
#include "gui/document/document.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

/// FLOPs of a primitive from its own rule, for the batch of the shape pass.
double ownFlops(const Node& node, const NodeShapes& shapes) {
    Instr instr;
    instr.op = node.op;
    instr.attrs = node.attrs;
    if (node.op->isView() || shapes.outputs.empty()) return 0;
    return vitrine::flopsOf({instr, shapes.operands, shapes.outputs});
}

bool isNumber(int column) {
    return column >= LayerModel::Parameters && column <= LayerModel::Activation;
}

using FlopsByNode = std::unordered_map<std::string_view, double>;

/// Of the forward entries, by the node that they come from first.
FlopsByNode tapeFlops(const Tape* tape) {
    FlopsByNode sums;
    if (!tape) return sums;
    for (const TapeEntry& entry : tape->entries) {
        const bool forward =
            entry.instr.phase == Phase::Forward || entry.instr.phase == Phase::Loss;
        if (!forward) continue;
        const auto count = [&](const std::vector<std::string>& origins, double flops) {
            if (!origins.empty())
                sums[origins[0]] += flops / static_cast<double>(std::max<int64_t>(1, tape->batch));
        };
        double own = entry.flops;
        for (size_t k = 0; k < entry.fusedFlops.size(); ++k) {
            count(entry.instr.folded(k).origins, entry.fusedFlops[k]);
            own -= entry.fusedFlops[k];
        }
        count(entry.instr.origins, own);
    }
    return sums;
}

double flopsOf(const Node& node, const NodeShapes& shapes, int64_t batch,
               const FlopsByNode& ofTape) {
    if (node.op->kind == NodeKind::Input || node.op->kind == NodeKind::Output) return 0;
    if (!node.op->isComposite()) return ownFlops(node, shapes) / static_cast<double>(batch);
    const auto found = ofTape.find(node.id);
    return found == ofTape.end() ? 0 : found->second;
}

using Owners = std::unordered_map<std::string, int>;

/// Where parameters that several nodes use are counted: at the first of those that count, and at
/// the first of all where none does.
Owners ownersOf(const Graph& graph, const Wiring& wiring, const std::vector<bool>& counts) {
    Owners owners;
    for (const bool areCounted : {true, false})
        for (const int index : wiring.order) {
            const Node& node = graph.nodes()[static_cast<size_t>(index)];
            if (counts[static_cast<size_t>(index)] != areCounted) continue;
            for (const PortSpec& port : node.op->inputs)
                if (port.role != PortRole::Value) owners.emplace(node.parameterId(port.id), index);
            for (const auto& [port, parameter] : node.parameters) owners.emplace(parameter, index);
        }
    return owners;
}

/// What the sums leave out stands in brackets.
QString counted(const LayerRow& row, const QString& number) {
    return row.isCounted ? number : QLatin1Char('(') + number + QLatin1Char(')');
}

}  // namespace

std::vector<LayerRow> layerRows(const Graph& graph, const ShapeReport& shapes, const Tape* tape) {
    std::vector<LayerRow> rows;
    const bool shares = hasParameterObjects(graph);
    const FlopsByNode ofTape = tapeFlops(tape);
    const Wiring wiring = wiringOf(graph);
    const std::vector<bool> counts = countedNodes(graph, wiring, shapes);
    const Owners owners = shares ? ownersOf(graph, wiring, counts) : Owners();
    for (const int index : wiring.order) {
        const Node& node = graph.nodes()[static_cast<size_t>(index)];
        const NodeShapes& known = shapes.nodes[static_cast<size_t>(index)];
        LayerRow row;
        row.node = node.id;
        row.title =
            QString::fromUtf8(node.op->title.data(), static_cast<int>(node.op->title.size()));
        row.isKnown = known.isKnown && !known.outputs.empty();
        row.isCounted = counts[static_cast<size_t>(index)];
        for (const NodeParameter& parameter : known.parameters) {
            const bool isOwn = !shares || owners.at(parameter.id) == index;
            if (parameter.isTrained() && isOwn) row.parameters += parameter.type.shape.elements();
        }
        if (row.isKnown) {
            row.output = gui::batchShapeText(known, 0, shapes.batch);
            row.flops = flopsOf(node, known, shapes.batch, ofTape);
            for (const ValueShape& output : known.outputs)
                row.activationBytes += 4.0 * static_cast<double>(output.shape.elements()) /
                                       static_cast<double>(shapes.batch);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

void LayerModel::setRows(std::vector<LayerRow> rows) {
    if (!std::ranges::equal(rows, m_rows, {}, &LayerRow::node, &LayerRow::node)) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    for (size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] == m_rows[i]) continue;
        m_rows[i] = std::move(rows[i]);
        const int row = static_cast<int>(i);
        dataChanged(index(row, 0), index(row, columns - 1));
    }
}

int LayerModel::rowOf(const std::string& node) const {
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const auto& row) { return row.node == node; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

LayerRow LayerModel::sumOf(bool counted) const {
    LayerRow sum;
    for (const LayerRow& row : m_rows) {
        if (row.isCounted != counted) continue;
        sum.parameters += row.parameters;
        sum.flops += row.flops;
        sum.activationBytes += row.activationBytes;
    }
    return sum;
}

int LayerModel::layersLeftOut() const {
    return static_cast<int>(
        std::ranges::count_if(m_rows, [](const LayerRow& row) { return !row.isCounted; }));
}

int LayerModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int LayerModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QVariant LayerModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const LayerRow& row = m_rows[static_cast<size_t>(index.row())];
    const int column = index.column();
    const bool number = isNumber(column);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && number && !row.isCounted)
        return tr("Left out of the sums: it is not trained, since the loss does not need it");
    if (role == Qt::ToolTipRole) {
        if (column == Name) return QString::fromStdString(row.node);
        if (column == Parameters) return tr("%1 trained numbers").arg(exactText(row.parameters));
        if (column == Flops)
            return tr("%1 floating-point operations forward, one image")
                .arg(exactText(static_cast<int64_t>(row.flops)));
        if (column == Activation)
            return tr("%1 bytes of output, one image")
                .arg(exactText(static_cast<int64_t>(row.activationBytes)));
        return {};
    }
    if (role != Qt::DisplayRole) return {};
    switch (column) {
        case Name:
            return QString::fromStdString(row.node);
        case Operator:
            return row.title;
        case Output:
            return row.isKnown ? row.output : tr("?");
        case Parameters:
            return row.parameters > 0 ? counted(row, countText(static_cast<double>(row.parameters)))
                                      : QString();
        case Flops:
            return row.flops > 0 ? counted(row, countText(row.flops)) : QString();
        case Activation:
            return row.activationBytes > 0 ? counted(row, bytesText(row.activationBytes))
                                           : QString();
        default:
            return {};
    }
}

QVariant LayerModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    const QStringList titles{tr("Layer"), tr("Output"),     tr("Parameters"),
                             tr("FLOPs"), tr("Activation"), tr("Operator")};
    return titles.value(section);
}

}  // namespace vitrine::gui
