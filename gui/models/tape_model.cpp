// SPDX-License-Identifier: GPL-3.0-or-later
// Cells of the tape's table.
#include "gui/models/tape_model.h"

#include <QStringList>

#include <algorithm>
#include <array>
#include <numeric>

#include "gui/models/number_text.h"
#include "gui/models/tape_text.h"
#include "gui/models/value_words.h"

namespace vitrine::gui {

namespace {

struct ColumnText {
    const char *title, *tip;
    bool isNumber;
};
constexpr std::array<ColumnText, TapeModel::columns> columnTexts = {{
    {"", QT_TRANSLATE_NOOP("TapeModel", "Breakpoints; the arrow is at the entry that runs next"),
     false},
    {"#", QT_TRANSLATE_NOOP("TapeModel", "Place on the tape"), true},
    {QT_TRANSLATE_NOOP("TapeModel", "Phase"),
     QT_TRANSLATE_NOOP("TapeModel",
                       "Part of the step; once: not again before the weights have changed"),
     false},
    {QT_TRANSLATE_NOOP("TapeModel", "Operator"),
     QT_TRANSLATE_NOOP("TapeModel", "Operator, and what was fused into it"), false},
    {QT_TRANSLATE_NOOP("TapeModel", "Nodes"),
     QT_TRANSLATE_NOOP("TapeModel", "Nodes of the network that it comes from"), false},
    {QT_TRANSLATE_NOOP("TapeModel", "Time"),
     QT_TRANSLATE_NOOP("TapeModel", "Measured time; the bar is its share of the longest entry"),
     true},
    {"GFLOP/s", QT_TRANSLATE_NOOP("TapeModel", "Floating-point operations a second, in billions"),
     true},
    {QT_TRANSLATE_NOOP("TapeModel", "Operands → results"),
     QT_TRANSLATE_NOOP(
         "TapeModel",
         "Values with their shapes. d_ in front of a name: the gradient of the loss by it"),
     false},
    {QT_TRANSLATE_NOOP("TapeModel", "Layout"),
     QT_TRANSLATE_NOOP("TapeModel",
                       "Order in memory: operands → results, +1 is a border of 1 pixel"),
     false},
    {QT_TRANSLATE_NOOP("TapeModel", "Type"),
     QT_TRANSLATE_NOOP("TapeModel", "Element type of the results"), false},
    {QT_TRANSLATE_NOOP("TapeModel", "Strides"),
     QT_TRANSLATE_NOOP("TapeModel", "Strides of row-major results, in elements"), false},
    {QT_TRANSLATE_NOOP("TapeModel", "Offset"),
     QT_TRANSLATE_NOOP("TapeModel", "Where the result starts in the arena's section, in bytes"),
     true},
    {QT_TRANSLATE_NOOP("TapeModel", "Bytes"),
     QT_TRANSLATE_NOOP("TapeModel", "Bytes read and written"), true},
    {QT_TRANSLATE_NOOP("TapeModel", "FLOP"),
     QT_TRANSLATE_NOOP("TapeModel", "Floating-point operations"), true},
    {QT_TRANSLATE_NOOP("TapeModel", "Kernel"),
     QT_TRANSLATE_NOOP("TapeModel", "Kernel that was chosen; the tip says which others refused"),
     false},
}};

/// `lanes → row-major`: the first operand's and the first result's, once where they agree.
QString layoutsText(const Tape& tape, const TapeEntry& entry) {
    const QString out = layoutText(tape.value(firstResult(entry)).type);
    if (entry.instr.in.empty()) return out;
    const QString in = layoutText(tape.value(entry.instr.in[0]).type);
    return in == out ? out : in + QStringLiteral(" → ") + out;
}

QString layoutsTip(const Tape& tape, const TapeEntry& entry) {
    QStringList parts;
    if (!entry.instr.in.empty()) parts << layoutTip(tape.value(entry.instr.in[0]).type);
    parts << layoutTip(tape.value(firstResult(entry)).type);
    parts.removeDuplicates();
    return parts.join(QLatin1Char('\n'));
}

bool isViewEntry(const TapeEntry& entry) { return entry.instr.op->isView(); }

}  // namespace

void TapeModel::setTape(std::shared_ptr<const Tape> tape) {
    beginResetModel();
    m_tape = std::move(tape);
    m_seconds.assign(m_tape ? m_tape->entries.size() : 0, 0);
    m_stops.assign(m_seconds.size(), false);
    m_largest = 0;
    m_current = -1;
    endResetModel();
    const std::vector<Breakpoint> breakpoints = std::move(m_breakpoints);
    m_breakpoints.clear();
    setBreakpoints(breakpoints);
}

void TapeModel::setSeconds(std::vector<double> seconds) {
    if (!m_tape || seconds.size() != m_seconds.size() || seconds == m_seconds) return;
    m_seconds = std::move(seconds);
    m_largest = *std::max_element(m_seconds.begin(), m_seconds.end());
    dataChanged(index(0, Time), index(rowCount() - 1, Rate));
}

void TapeModel::setCurrentEntry(int entry) {
    if (entry == m_current) return;
    const int before = m_current;
    m_current = entry;
    rowChanged(before);
    rowChanged(m_current);
}

void TapeModel::rowChanged(int row) {
    if (row >= 0 && row < rowCount()) dataChanged(index(row, 0), index(row, columns - 1));
}

void TapeModel::setBreakpoints(const std::vector<Breakpoint>& breakpoints) {
    if (breakpoints == m_breakpoints) return;
    m_breakpoints = breakpoints;
    m_stops.assign(m_stops.size(), false);
    for (const Breakpoint& stop : breakpoints) {
        const int entry = m_tape ? firstEntryOf(*m_tape, stop.node, stop.backward) : -1;
        if (entry >= 0) m_stops[static_cast<size_t>(entry)] = true;
    }
    if (rowCount() > 0) dataChanged(index(0, Mark), index(rowCount() - 1, Mark));
}

bool TapeModel::isNumber(int column) const {
    return columnTexts[static_cast<size_t>(column)].isNumber;
}

double TapeModel::totalSeconds() const {
    return std::accumulate(m_seconds.begin(), m_seconds.end(), 0.0);
}

int TapeModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_tape ? 0 : static_cast<int>(m_tape->entries.size());
}

int TapeModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(columns);
}

QVariant TapeModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const int row = index.row(), column = index.column();
    const auto at = static_cast<size_t>(row);
    switch (role) {
        case Qt::DisplayRole:
            return display(row, column);
        case Qt::ToolTipRole:
            return toolTip(row, column);
        case Qt::TextAlignmentRole: {
            return QVariant(Qt::AlignVCenter | (isNumber(column) ? Qt::AlignRight : Qt::AlignLeft));
        }
        case SortRole:
            return sortKey(row, column);
        case ShareRole:
            return m_largest > 0 ? m_seconds[at] / m_largest : 0.0;
        case BreakpointRole:
            return static_cast<bool>(m_stops[at]);
        case CurrentRole:
            return row == m_current;
        default:
            return {};
    }
}

QVariant TapeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columns) return {};
    const ColumnText& text = columnTexts[static_cast<size_t>(section)];
    if (role == Qt::DisplayRole) return tr(text.title);
    if (role == Qt::ToolTipRole) return tr(text.tip);
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignVCenter | (text.isNumber ? Qt::AlignRight : Qt::AlignLeft));
    return {};
}

QString TapeModel::valuesText(int row, QString (*text)(const Tape&, ValueId)) const {
    QStringList texts;
    for (ValueId value : entry(row).instr.out) texts << text(*m_tape, value);
    texts.removeDuplicates();
    return texts.join(QStringLiteral(", "));
}

double TapeModel::rateOf(int row) const {
    const double seconds = secondsOf(row);
    return seconds > 0 ? entry(row).flops / seconds : 0;
}

QString TapeModel::display(int row, int column) const {
    const TapeEntry& at = entry(row);
    switch (column) {
        case Number:
            return exactText(row);
        case PhaseName:
            if (at.again) return tr("%1, again").arg(phaseText(at.instr.phase));
            return at.once ? tr("%1, once").arg(phaseText(at.instr.phase))
                           : phaseText(at.instr.phase);
        case Operator:
            return operatorText(at);
        case Nodes:
            return nodesText(at);
        case Time:
            return secondsOf(row) > 0 ? secondsText(secondsOf(row)) : QString();
        case Rate:
            return rateOf(row) > 0 ? decimalText(rateOf(row) / 1e9, 1) : QString();
        case Operands:
            return operandsText(*m_tape, at, 3);
        case LayoutName:
            return layoutsText(*m_tape, at);
        case Type:
            return valuesText(row, [](const Tape& tape, ValueId value) {
                return dtypeText(tape.value(value).type.dtype);
            });
        case Strides:
            return valuesText(row, [](const Tape& tape, ValueId value) {
                return stridesText(tape.value(value).type);
            });
        case Offset:
            return offsetText(*m_tape, firstResult(at));
        case Bytes:
            return isViewEntry(at) ? QString() : bytesText(at.bytes);
        case Flops:
            return at.flops > 0 ? countText(at.flops) : QString();
        case KernelName:
            return kernelText(at).section(QLatin1Char('\n'), 0, 0);
        default:
            return {};
    }
}

QString TapeModel::toolTip(int row, int column) const {
    const TapeEntry& at = entry(row);
    switch (column) {
        case Mark:
            return breakpointOf(at)
                       ? tr("Click: stop before the first entry of “%1”, %2 part")
                             .arg(QString::fromStdString(breakpointOf(at)->node))
                             .arg(breakpointOf(at)->backward ? tr("backward") : tr("forward"))
                       : tr("No node has made this entry: it takes no breakpoint");
        case Operands:
            return operandsText(*m_tape, at);
        case Operator:
            return operatorTip(at);
        case LayoutName:
            return layoutsTip(*m_tape, at);
        case Offset:
            return valuesText(row, [](const Tape& tape, ValueId value) {
                return valueName(tape, value) + QStringLiteral(": ") + offsetText(tape, value);
            });
        case Bytes:
            return tr("%1 bytes").arg(exactText(static_cast<int64_t>(at.bytes)));
        case Flops:
            return tr("%1 operations").arg(exactText(static_cast<int64_t>(at.flops)));
        case Time:
            return secondsOf(row) > 0
                       ? tr("%1 of %2 for the whole step")
                             .arg(secondsText(secondsOf(row)), secondsText(totalSeconds()))
                       : tr("Not measured yet: start training with this table in sight");
        case KernelName:
            return kernelText(at);
        default:
            return display(row, column);
    }
}

QVariant TapeModel::sortKey(int row, int column) const {
    const TapeEntry& at = entry(row);
    switch (column) {
        case Mark:
        case Number:
            return row;
        case PhaseName:
            return static_cast<int>(at.instr.phase);
        case Time:
            return secondsOf(row);
        case Rate:
            return rateOf(row);
        case Offset:
            return static_cast<qlonglong>(m_tape->offsetOf(firstResult(at)));
        case Bytes:
            return at.bytes;
        case Flops:
            return at.flops;
        default:
            return display(row, column);
    }
}

QString rowText(const TapeModel& model, int row) {
    QStringList cells;
    for (int column = TapeModel::Number; column < TapeModel::columns; ++column)
        cells << (column == TapeModel::Operands
                      ? operandsText(*model.tape(), model.entry(row))
                      : model.data(model.index(row, column), Qt::DisplayRole).toString());
    return cells.join(QLatin1Char('\t'));
}

}  // namespace vitrine::gui
