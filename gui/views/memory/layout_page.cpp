// SPDX-License-Identifier: GPL-3.0-or-later
// Heading and cells of a value's physical layout.
#include "gui/views/memory/layout_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "gui/models/number_text.h"
#include "gui/models/physical_layout.h"
#include "gui/models/tape_text.h"
#include "gui/theme/theme.h"
#include "gui/views/memory/layout_widget.h"

namespace vitrine::gui {

LayoutPage::LayoutPage(Theme& theme, QWidget* parent) : QWidget(parent) {
    m_cells = new LayoutWidget(theme, this);
    m_empty = new QLabel(tr("Select a value in the arena map or in the tape:\nits memory is drawn "
                            "here, one cache line a row."),
                         this);
    m_empty->setObjectName(QStringLiteral("layoutEmpty"));
    m_empty->setProperty("quiet", true);
    m_empty->setAlignment(Qt::AlignCenter);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    buildHead();
    column->addWidget(m_cells, 1);
    column->addWidget(m_empty, 1);
    m_pointer = new QLabel(this);
    m_pointer->setObjectName(QStringLiteral("layoutPointer"));
    m_pointer->setProperty("quiet", true);
    m_pointer->setContentsMargins(2 * space, space, 2 * space, space);
    column->addWidget(m_pointer);
    connect(m_cells, &LayoutWidget::hovered, m_pointer, &QLabel::setText);
    show(nullptr, noValue);
}

void LayoutPage::buildHead() {
    auto* head = new QWidget(this);
    m_title = new QLabel(head);
    m_title->setObjectName(QStringLiteral("layoutTitle"));
    m_title->setAccessibleName(tr("Layout shown"));
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setWordWrap(true);
    m_colour = new QComboBox(head);
    m_colour->setObjectName(QStringLiteral("layoutColour"));
    m_colour->setAccessibleName(tr("Colour of the cells"));
    m_colour->setToolTip(tr("What the colour of a cell says"));
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(2 * space, space, 2 * space, space);
    row->setSpacing(2 * space);
    row->addWidget(m_title, 1);
    row->addWidget(m_colour);
    static_cast<QVBoxLayout*>(layout())->addWidget(head);
    connect(m_colour, &QComboBox::currentIndexChanged, this,
            [this](int) { m_cells->setColourAxis(m_colour->currentData().toInt()); });
}

void LayoutPage::fillColours(const TensorType& type) {
    const QSignalBlocker quietly(m_colour);
    const int before = m_colour->currentIndex() < 0 ? 1 : m_colour->currentData().toInt();
    m_colour->clear();
    const bool isImage = type.shape.rank() == 4;
    for (int axis = 0; axis < type.shape.rank(); ++axis) {
        const QString name =
            isImage ? QStringList{tr("image"), tr("channel"), tr("row"), tr("column")}[axis]
                    : tr("axis %1").arg(axis);
        m_colour->addItem(tr("Colour: %1").arg(name), axis);
    }
    if (m_colour->count() == 0) m_colour->addItem(tr("Colour: one"), 0);
    m_colour->setCurrentIndex(std::min(before, m_colour->count() - 1));
    m_cells->setColourAxis(m_colour->currentData().toInt());
}

void LayoutPage::show(std::shared_ptr<const Tape> tape, ValueId value) {
    if (tape && tape == m_tape && value == m_value) return;
    m_tape = std::move(tape);
    m_value = value;
    const bool isThere = m_tape && value >= 0 && m_tape->value(value).storage >= 0;
    m_cells->setVisible(isThere);
    m_pointer->setVisible(isThere);
    m_colour->setVisible(isThere);
    m_empty->setVisible(!isThere);
    m_title->setText(QString());
    if (!isThere) return;
    const TapeValue& of = m_tape->value(value);
    const auto& storage = m_tape->storages[static_cast<size_t>(of.storage)];
    const PhysicalLayout layout(of.type, of.isView ? storage.block.bytes : 0);
    fillColours(of.type);
    m_cells->setLayoutOf(layout);
    const QString text = QStringLiteral("%1   %2 %3   ·   %4 = %5")
                             .arg(valueName(*m_tape, value), shapeText(of.type.shape),
                                  dtypeText(of.type.dtype), layout.formula(), layout.extents());
    m_title->setText(text);
    m_pointer->setText(tr("%1, %2 of it halo and padding")
                           .arg(bytesText(static_cast<double>(bytesOf(*m_tape, value))),
                                bytesText(static_cast<double>(paddingOf(*m_tape, value)))));
}

}  // namespace vitrine::gui
