// SPDX-License-Identifier: GPL-3.0-or-later
// Words for entries and values.
#include "gui/models/tape_text.h"

#include <QCoreApplication>
#include <QStringList>

#include "core/tensor/channels_last.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString tr(const char* text) { return QCoreApplication::translate("TapeText", text); }

QString valueText(const Tape& tape, ValueId value) {
    return valueName(tape, value) + QLatin1Char(' ') + shapeText(tape.value(value).type.shape);
}

}  // namespace

QString operatorText(const TapeEntry& entry) {
    QString text;
    for (const FusedOp& load : entry.instr.loads)
        text += fromView(load.op->id) + QStringLiteral(" + ");
    text += fromView(entry.instr.op->id);
    for (size_t k = entry.instr.loads.size(); k < entry.instr.foldedCount(); ++k)
        text += QStringLiteral(" + ") + fromView(entry.instr.folded(k).op->id);
    return text;
}

QString phaseText(Phase phase) { return fromView(name(phase)); }

QString nodesText(const TapeEntry& entry) {
    QStringList nodes;
    for (const std::string& origin : entry.instr.origins) nodes << QString::fromStdString(origin);
    return nodes.join(QStringLiteral(", "));
}

QString operandsText(const Tape& tape, const TapeEntry& entry, int most) {
    QStringList in, out;
    for (ValueId value : entry.instr.operands()) {
        if (most > 0 && in.size() == most) {
            const auto more =
                static_cast<qsizetype>(std::ranges::distance(entry.instr.operands())) - in.size();
            in << tr("… %1 more").arg(exactText(more));
            break;
        }
        in << valueText(tape, value);
    }
    for (ValueId value : entry.instr.out) out << valueText(tape, value);
    return in.join(QStringLiteral(", ")) +
           (in.isEmpty() ? QStringLiteral("→ ") : QStringLiteral(" → ")) +
           out.join(QStringLiteral(", "));
}

QString stridesText(const TensorType& type) {
    if (type.layout.kind != LayoutKind::RowMajor) return {};
    QStringList strides;
    for (int64_t stride : type.strides.dims()) strides << QString::number(stride);
    const QString text = QLatin1Char('(') + strides.join(QStringLiteral(", ")) + QLatin1Char(')');
    return type.offset == 0 ? text : text + QStringLiteral(" + %1").arg(type.offset);
}

QString layoutText(const TensorType& type) {
    return QString::fromStdString(text(type));
}

QString dtypeText(DType type) { return fromView(name(type)); }

QString valueName(const Tape& tape, ValueId value) {
    const std::string& name = tape.value(value).name;
    return name.empty() ? QStringLiteral("%%1").arg(value) : QString::fromStdString(name);
}

QString offsetText(const Tape& tape, ValueId value) {
    const int storage = tape.value(value).storage;
    if (storage < 0) return {};
    const TapeStorage& memory = tape.storages[static_cast<size_t>(storage)];
    return (memory.isState ? tr("state %1") : tr("step %1")).arg(exactText(memory.block.offset));
}

QString kernelText(const TapeEntry& entry) {
    if (entry.instr.op->isView()) return tr("view: nothing runs");
    QString text = QString::fromStdString(entry.kernel.name);
    text += QLatin1Char('\n') + QString::fromStdString(entry.reasons.whyTaken());
    for (const std::string& reason : entry.reasons.whyNotOthers())
        text += QLatin1Char('\n') + tr("not %1").arg(QString::fromStdString(reason));
    for (const std::string& reason : entry.kernel.refused)
        text += QLatin1Char('\n') + tr("not %1").arg(QString::fromStdString(reason));
    return text;
}

ValueId firstResult(const TapeEntry& entry) {
    return entry.instr.out.empty() ? noValue : entry.instr.out[0];
}

std::optional<Breakpoint> breakpointOf(const TapeEntry& entry) {
    const Phase phase = entry.instr.phase;
    const bool hasPart =
        phase == Phase::Forward || phase == Phase::Loss || phase == Phase::Backward;
    if (!hasPart || entry.instr.origins.empty()) return {};
    return Breakpoint{entry.instr.origins[0], phase == Phase::Backward};
}

int64_t bytesOf(const Tape& tape, ValueId value) { return tape.value(value).type.storageBytes(); }

int64_t paddingOf(const Tape& tape, ValueId value) {
    const TensorType& type = tape.value(value).type;
    return type.storageBytes() - bytesOf(type.dtype, type.shape.elements());
}

}  // namespace vitrine::gui
