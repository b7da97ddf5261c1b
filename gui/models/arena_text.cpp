// SPDX-License-Identifier: GPL-3.0-or-later
// Words for the memory of a tape.
#include "gui/models/arena_text.h"

#include <QCoreApplication>
#include <QStringList>

#include "gui/models/number_text.h"
#include "gui/models/tape_text.h"

namespace vitrine::gui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("ArenaText", text); }

QString share(int64_t part, int64_t whole) {
    const double share = whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
    return percentText(share, share < 0.1 ? 1 : 0);
}

QString kindText(const ArenaMap& map, const ArenaBlock& block) {
    QStringList kinds;
    if (block.isView) kinds << tr("view");
    kinds << (map.tape()->value(block.value).type.isContiguous() ? tr("contiguous")
                                                                 : tr("strided"));
    if (block.isState) kinds << tr("state: lives from step to step");
    if (block.staysReadable) kinds << tr("stays readable until the step's end");
    return kinds.join(QStringLiteral(", "));
}

QString lifeText(const ArenaBlock& block) {
    if (block.isState) return tr("alive in every entry");
    return block.entry < 0 || block.entry == block.first
               ? tr("alive in entries %1–%2").arg(exactText(block.first), exactText(block.last))
               : tr("alive in entries %1–%2, made by %3")
                     .arg(exactText(block.first), exactText(block.last), exactText(block.entry));
}

QStringList typeLines(const ArenaMap& map, const ArenaBlock& block) {
    const TensorType& type = map.tape()->value(block.value).type;
    QStringList lines;
    lines << shapeText(type.shape) + QLatin1Char(' ') + dtypeText(type.dtype) +
                 QStringLiteral(", ") + layoutText(type);
    if (type.layout.kind == LayoutKind::RowMajor && type.shape.rank() > 0)
        lines << tr("strides %1").arg(stridesText(type));
    lines << kindText(map, block);
    return lines;
}

}  // namespace

QString blockName(const ArenaMap& map, const ArenaBlock& block) {
    if (block.value != noValue) return valueName(*map.tape(), block.value);
    if (block.entry < 0) return tr("workspace");
    return tr("workspace of %1")
        .arg(operatorText(map.tape()->entries[static_cast<size_t>(block.entry)]));
}

QString blockText(const ArenaMap& map, const ArenaBlock& block) {
    QStringList lines{blockName(map, block)};
    if (block.value != noValue) lines << typeLines(map, block);
    const auto bytes = static_cast<double>(block.bytes);
    lines << tr("%1 at offset %2").arg(bytesText(bytes), exactText(block.offset));
    if (block.paddingBytes > 0)
        lines << tr("%1 of it halo and padding (%2)")
                     .arg(bytesText(static_cast<double>(block.paddingBytes)),
                          share(block.paddingBytes, block.bytes));
    lines << lifeText(block);
    if (block.entry >= 0)
        lines << tr("made by %1")
                     .arg(operatorText(map.tape()->entries[static_cast<size_t>(block.entry)]));
    return lines.join(QLatin1Char('\n'));
}

QString figuresText(const ArenaMap& map) {
    if (!map.tape()) return {};
    const Tape& tape = *map.tape();
    const auto bytes = [](int64_t count) { return bytesText(static_cast<double>(count)); };
    return tr("arena %1 = states %2 + step %3  ·  peak of what is alive %4 (%5 of the step), "
              "entry %6")
        .arg(bytes(tape.arenaBytes()), bytes(tape.stateBytes), bytes(tape.extent.peakBytes),
             bytes(tape.extent.lowerBoundBytes),
             share(tape.extent.lowerBoundBytes, tape.extent.peakBytes))
        .arg(exactText(map.peakEntry()));
}

}  // namespace vitrine::gui
