// SPDX-License-Identifier: GPL-3.0-or-later
// Combo of values and boxes for image and channel.
#include "gui/views/value/value_chooser.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

#include "gui/models/node_values.h"
#include "gui/models/number_text.h"
#include "gui/models/tape_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

QString operandPattern(const Tape& tape, ValueId value) {
    const TapeState* state = stateOf(tape, value);
    if (!state) return ValueChooser::tr("operand: %1");
    switch (state->kind) {
        case StateKind::Parameter:
            return ValueChooser::tr("weights: %1");
        case StateKind::Frozen:
            return ValueChooser::tr("frozen weights: %1");
        case StateKind::Constant:
            return ValueChooser::tr("constant: %1");
        case StateKind::Statistic:
            return ValueChooser::tr("statistic: %1");
        case StateKind::Slot:
            break;
    }
    return ValueChooser::tr("optimiser: %1");
}

}  // namespace

ValueChooser::ValueChooser(QWidget* parent) : QWidget(parent) {
    m_values = new QComboBox(this);
    m_values->setObjectName(QStringLiteral("valueOperand"));
    m_values->setAccessibleName(tr("Operand or result"));
    m_values->setToolTip(tr("Results, operands and weights that belong to it"));
    m_values->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_values->setMinimumContentsLength(12);
    m_imageName = new QLabel(tr("image"), this);
    m_channelName = new QLabel(tr("channel"), this);
    m_image = new QSpinBox(this);
    m_image->setObjectName(QStringLiteral("valueImage"));
    m_image->setAccessibleName(tr("Image of the batch"));
    m_channel = new QSpinBox(this);
    m_channel->setObjectName(QStringLiteral("valueChannel"));
    m_channel->setAccessibleName(tr("Channel"));
    m_channel->setSpecialValueText(tr("all"));
    m_channel->setRange(-1, -1);
    for (QLabel* label : {m_imageName, m_channelName}) label->setProperty("quiet", true);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(space);
    grid->addWidget(m_values, 0, 0, 1, 4);
    grid->addWidget(m_imageName, 1, 0);
    grid->addWidget(m_image, 1, 1);
    grid->addWidget(m_channelName, 1, 2);
    grid->addWidget(m_channel, 1, 3);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    connect(m_values, &QComboBox::currentIndexChanged, this, &ValueChooser::valueChanged);
    connect(m_image, &QSpinBox::valueChanged, this, &ValueChooser::queryChanged);
    connect(m_channel, &QSpinBox::valueChanged, this, &ValueChooser::queryChanged);
}

void ValueChooser::clear(std::shared_ptr<const Tape> tape) {
    m_tape = std::move(tape);
    m_values->clear();
}

void ValueChooser::add(ValueId value, const QString& pattern) {
    if (value == noValue || m_values->findData(value) >= 0) return;
    m_values->addItem(pattern.arg(valueName(*m_tape, value)), value);
    // The closed box has no room for it, and half a shape is another shape.
    m_values->setItemData(m_values->count() - 1, shapeText(m_tape->value(value).type.shape),
                          Qt::ToolTipRole);
}

void ValueChooser::addEntry(int entry) {
    if (!m_tape || entry < 0 || static_cast<size_t>(entry) >= m_tape->entries.size()) return;
    const Instr& instr = m_tape->entries[static_cast<size_t>(entry)].instr;
    for (ValueId value : instr.out) add(value, tr("result: %1"));
    for (const FusedOp& fused : instr.epilogue) add(fused.hidden, tr("inside: %1"));
    for (const FusedOp& load : instr.loads) add(load.hidden, tr("loaded: %1"));
    for (ValueId value : instr.operands()) add(value, operandPattern(*m_tape, value));
}

void ValueChooser::offer(std::shared_ptr<const Tape> tape, int entry, ValueId value) {
    const QSignalBlocker quietly(m_values);
    clear(std::move(tape));
    addEntry(entry);
    if (m_tape) add(value, tr("%1"));
    finish(value);
}

void ValueChooser::offerNode(std::shared_ptr<const Tape> tape, const Node& node) {
    const QSignalBlocker quietly(m_values);
    clear(std::move(tape));
    const ValueId result = m_tape ? resultOf(*m_tape, node) : noValue;
    const std::vector<ValueId> states =
        m_tape ? statesOf(*m_tape, node.id) : std::vector<ValueId>();
    if (m_tape) add(result, tr("result: %1"));
    for (ValueId state : states) add(state, operandPattern(*m_tape, state));
    if (m_tape) addEntry(makingEntry(*m_tape, result));
    finish(m_prefersWeights && !states.empty() ? states[0] : result);
}

void ValueChooser::finish(ValueId value) {
    m_values->setCurrentIndex(std::max(0, m_values->findData(value)));
    m_values->setVisible(m_values->count() > 0);
    fitRanges();
}

void ValueChooser::keep(ValueId value) {
    const QSignalBlocker quietly(m_values);
    if (const int index = m_values->findData(value); index >= 0) m_values->setCurrentIndex(index);
    fitRanges();
}

void ValueChooser::nameFirstAxis(FirstAxis axis) {
    const bool isBatch = axis == FirstAxis::Images, isWeight = axis == FirstAxis::Filters;
    m_imageName->setText(isBatch ? tr("image") : isWeight ? tr("filter") : tr("index"));
    m_image->setAccessibleName(isBatch    ? tr("Image of the batch")
                               : isWeight ? tr("Filter")
                                          : tr("Index along the first axis"));
}

void ValueChooser::fitRanges() {
    const QSignalBlocker imageQuietly(m_image), channelQuietly(m_channel);
    const ValueId value = query().value;
    const Shape shape = value == noValue ? Shape() : m_tape->value(value).type.shape;
    const bool hasImages = shape.rank() >= 3 && shape[0] > 1, hasChannels = shape.rank() == 4;
    if (hasImages) nameFirstAxis(firstAxisOf(*m_tape, value));
    m_image->setRange(0, hasImages ? static_cast<int>(shape[0]) - 1 : 0);
    m_channel->setRange(-1, hasChannels ? static_cast<int>(shape[1]) - 1 : -1);
    for (QWidget* widget : {static_cast<QWidget*>(m_imageName), static_cast<QWidget*>(m_image)})
        widget->setVisible(hasImages);
    for (QWidget* widget : {static_cast<QWidget*>(m_channelName), static_cast<QWidget*>(m_channel)})
        widget->setVisible(hasChannels);
}

void ValueChooser::valueChanged() {
    const ValueId chosen = query().value;
    m_prefersWeights = m_tape && stateOf(*m_tape, chosen);
    fitRanges();
    queryChanged();
}

ValueQuery ValueChooser::query() const {
    const QVariant chosen = m_values->currentData();
    return {.value = chosen.isValid() ? chosen.toInt() : noValue,
            .image = m_image->value(),
            .channel = m_channel->value()};
}

void ValueChooser::setPlace(int64_t image, int64_t channel) {
    const QSignalBlocker imageQuietly(m_image), channelQuietly(m_channel);
    m_image->setValue(static_cast<int>(image));
    m_channel->setValue(static_cast<int>(channel));
}

}  // namespace vitrine::gui
