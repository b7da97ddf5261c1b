// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/choices_menu.h"

#include <QComboBox>
#include <QMenu>

namespace vitrine::gui {

namespace {

QAction* addChoice(QMenu& menu, QComboBox& box, int index) {
    QAction* action = menu.addAction(box.itemText(index), &box, [&box, index] {
        box.setCurrentIndex(index);
        Q_EMIT box.activated(index);
    });
    action->setCheckable(true);
    action->setChecked(index == box.currentIndex());
    action->setEnabled(box.model()->flags(box.model()->index(index, 0)) & Qt::ItemIsEnabled);
    action->setToolTip(box.itemData(index, Qt::ToolTipRole).toString());
    return action;
}

}  // namespace

void popUpChoices(QComboBox& box, QWidget& beside) {
    auto* menu = new QMenu(&beside);
    menu->setObjectName(QStringLiteral("choices"));
    menu->setAccessibleName(box.accessibleName());
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    QAction* chosen = nullptr;
    for (int i = 0; i < box.count(); ++i) {
        QAction* action = addChoice(*menu, box, i);
        if (i == box.currentIndex()) chosen = action;
    }
    const QWidget& window = *beside.window();
    const QPoint middle = window.rect().center() - menu->sizeHint().width() * QPoint(1, 0) / 2;
    menu->popup(box.isVisible() ? box.mapToGlobal(box.rect().bottomLeft())
                                : window.mapToGlobal(middle));
    if (chosen) menu->setActiveAction(chosen);
}

}  // namespace vitrine::gui
