// SPDX-License-Identifier: GPL-3.0-or-later
// Labels and columns.
#include "gui/widgets/dialog_parts.h"

#include "gui/theme/theme.h"

namespace vitrine::gui {

QLabel* wrappedLabel(const char* name, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QLabel* selectableLabel(const char* name, QWidget* parent) {
    QLabel* const label = wrappedLabel(name, parent);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QVBoxLayout* columnOf(QWidget* widget) {
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * space);
    return column;
}

}  // namespace vitrine::gui
