// SPDX-License-Identifier: GPL-3.0-or-later
// WholeNumbers: a number that its cell is too narrow for is left out; half of one would be read as
// another.
#pragma once

#include <QStyledItemDelegate>

namespace vitrine::gui {

/// Takes the text away where it is wider than the cell without `margin` on both sides.
void leaveOutCutNumber(QStyleOptionViewItem& option, int margin);

/// Window thread. For tables of nothing but numbers.
class WholeNumbers : public QStyledItemDelegate {
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

  protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

}  // namespace vitrine::gui
