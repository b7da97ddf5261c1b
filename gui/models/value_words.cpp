// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences about values.
#include "gui/models/value_words.h"

#include <QCoreApplication>
#include <QStringList>

#include <cmath>

#include "core/tensor/channels_last.h"
#include "gui/models/node_values.h"
#include "gui/models/number_text.h"
#include "gui/models/tape_text.h"

namespace vitrine::gui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("ValueWords", text); }

QString typeTip(DType type) {
    const QString bits = QString::number(bitsOf(type));
    const bool isReal = dtypeText(type).contains(QLatin1Char('f'));
    return (isReal ? tr("%1: numbers with a point, of %2 bits each.")
                   : tr("%1: whole numbers of %2 bits each."))
        .arg(dtypeText(type), bits);
}

QString nameTip(const QString& name) {
    QStringList parts;
    if (name.startsWith(QLatin1String("d_")))
        parts << tr("d_ in front of a name: the gradient of the loss by it.");
    const qsizetype dot = name.lastIndexOf(QLatin1Char('.'));
    bool isNumber = false;
    if (dot >= 0) name.mid(dot + 1).toInt(&isNumber);
    if (isNumber) parts << tr("The number at its end tells values of one name apart.");
    if (name.startsWith(QLatin1Char('%')))
        parts << tr("% and a number: a value in between, which has no name of its own.");
    return parts.join(QLatin1Char('\n'));
}

QString superscript(int number) {
    static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString text;
    for (const QChar c : QString::number(number))
        text += c == QLatin1Char('-') ? QStringLiteral("⁻") : QString(digits[c.digitValue()]);
    return text;
}

}  // namespace

QString operatorTip(const TapeEntry& entry) {
    const auto sentence = [](const OpDescriptor& op) {
        return QStringLiteral("%1: %2").arg(
            QString::fromUtf8(op.id.data(), std::ssize(op.id)),
            QString::fromUtf8(op.summary.data(), std::ssize(op.summary)));
    };
    QStringList parts{sentence(*entry.instr.op)};
    for (size_t k = 0; k < entry.instr.foldedCount(); ++k)
        parts << sentence(*entry.instr.folded(k).op);
    return parts.join(QLatin1Char('\n'));
}

QString makerText(const Tape& tape, ValueId value) {
    const int entry = makingEntry(tape, value);
    if (entry < 0)
        return stateOf(tape, value) ? tr("lives from step to step") : tr("an input of the step");
    const TapeEntry& maker = tape.entries[static_cast<size_t>(entry)];
    const QString pattern = fusingEntry(tape, value) >= 0 ? tr("inside entry %1: %2, %3")
                                                          : tr("made by entry %1: %2, %3");
    return pattern.arg(exactText(entry), operatorText(maker), phaseText(maker.instr.phase));
}

QString storageText(const Tape& tape, ValueId value) {
    const TensorType& type = tape.value(value).type;
    return QStringLiteral("%1  %2, %3")
        .arg(shapeText(type.shape), dtypeText(type.dtype), layoutText(type));
}

QString storageTip(const Tape& tape, ValueId value) {
    const TensorType& type = tape.value(value).type;
    QStringList parts{typeTip(type.dtype), layoutTip(type)};
    if (const int entry = makingEntry(tape, value); entry >= 0)
        parts << operatorTip(tape.entries[static_cast<size_t>(entry)]);
    if (const QString name = nameTip(valueName(tape, value)); !name.isEmpty()) parts << name;
    return parts.join(QLatin1Char('\n'));
}

QString momentText(const ValueSnapshot& snapshot, bool isLive) {
    if (snapshot.isBetweenSteps)
        return snapshot.step == 0 ? tr("Before the first step.")
                                  : tr("After step %1.").arg(exactText(snapshot.step));
    const QString step = exactText(snapshot.step + 1);
    return isLive ? tr("Live, step %1.").arg(step)
                  : tr("Step %1, before entry %2.").arg(step, exactText(snapshot.entry));
}

QString predictionMomentText(const ValueSnapshot& snapshot) {
    return tr("Prediction, before entry %1.").arg(exactText(snapshot.entry));
}

QString layoutTip(const TensorType& type) {
    const Layout& layout = type.layout;
    const QString name = layoutText(type);
    QString tip;
    if (isChannelsLast(type))
        return tr("%1: the channels of a pixel lie side by side, then its neighbours, as kernels "
                  "of "
                  "GPUs read images.")
            .arg(name);
    switch (layout.kind) {
        case LayoutKind::RowMajor:
            tip = tr("%1: element after element, the last index fastest.").arg(name);
            break;
        case LayoutKind::Lanes:
            tip = tr("%1: the same pixel of 16 images lies side by side, so that one instruction "
                     "computes all 16.")
                      .arg(name);
            break;
        case LayoutKind::Blocked:
            tip = tr("%1: 16 channels of a pixel lie side by side, so that one instruction "
                     "computes all 16.")
                      .arg(name);
            break;
        case LayoutKind::Packed:
            tip =
                (layout.packing.transposed
                     ? tr("%1: a weight in the order in which a kernel reads it on the way back, "
                          "up to %2 channels side by side.")
                     : tr("%1: a weight in the order in which a kernel reads it, up to %2 filters "
                          "side by side."))
                    .arg(name)
                    .arg(layout.packing.widest);
            break;
    }
    if (layout.halo > 0)
        tip += QLatin1Char(' ') +
               tr("+%1: with a border of zeros, %1 wide, around each image.").arg(layout.halo);
    return tip;
}

QString scaleText(double number) {
    const double size = std::abs(number);
    if (!std::isfinite(number) || size == 0 || (size >= 1e-3 && size < 99'999.5))
        return realText(number, size >= 999.5 && size < 99'999.5 ? 5 : 3);
    int exponent = static_cast<int>(std::floor(std::log10(size)));
    double figure = number / std::pow(10.0, exponent);
    if (std::abs(figure) >= 9.95) figure /= 10, ++exponent;
    return QStringLiteral("%1·10%2").arg(decimalText(figure, 1).replace('-', QChar(0x2212)),
                                         superscript(exponent));
}

}  // namespace vitrine::gui
