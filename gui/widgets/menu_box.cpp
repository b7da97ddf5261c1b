// SPDX-License-Identifier: GPL-3.0-or-later
// A combo box of one entry, with a menu in its list's place.
#include "gui/widgets/menu_box.h"

#include <QMenu>

namespace vitrine::gui {

MenuBox::MenuBox(QWidget* parent) : QComboBox(parent), m_menu(new QMenu(this)) {
    addItem({});
    // However long its words are, a form stays as wide as it is.
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void MenuBox::setText(const QString& words) {
    setItemText(0, words);
    setToolTip(words);
    setAccessibleDescription(words);
}

void MenuBox::showPopup() { m_menu->popup(mapToGlobal(QPoint(0, height()))); }

}  // namespace vitrine::gui
