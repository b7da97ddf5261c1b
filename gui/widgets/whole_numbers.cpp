// SPDX-License-Identifier: GPL-3.0-or-later
// Measures a cell's text.
#include "gui/widgets/whole_numbers.h"

namespace vitrine::gui {

void leaveOutCutNumber(QStyleOptionViewItem& option, int margin) {
    const int room = option.rect.width() - 2 * margin;
    if (option.fontMetrics.horizontalAdvance(option.text) > room) option.text.clear();
}

void WholeNumbers::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    constexpr int margin = 3;  // of the style
    // Without a place it is being measured.
    if (!option->rect.isEmpty()) leaveOutCutNumber(*option, margin);
}

}  // namespace vitrine::gui
