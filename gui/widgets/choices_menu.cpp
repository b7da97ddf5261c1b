// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/choices_menu.h"

#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QWidgetAction>

#include <utility>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

/// What nobody can choose, and everybody is to read: an entry that is off would be too pale.
void addWords(QMenu& menu, const QString& words) {
    constexpr int left = 26, right = 24;  // where entries of the style sheet have theirs
    auto* label = new QLabel(words, &menu);
    label->setProperty("quiet", true);
    label->setTextFormat(Qt::PlainText);
    label->setContentsMargins(left, 0, right, space);
    auto* action = new QWidgetAction(&menu);
    action->setDefaultWidget(label);
    action->setText(words);
    action->setEnabled(false);
    menu.addAction(action);
}

/// A menu's entry is one line: further ones stand below it, quietly.
QAction* addChoice(QMenu& menu, QComboBox& box, int index) {
    QStringList lines = box.itemText(index).split(QLatin1Char('\n'));
    QAction* action = menu.addAction(lines.takeFirst(), &box, [&box, index] {
        box.setCurrentIndex(index);
        Q_EMIT box.activated(index);
    });
    for (const QString& line : std::as_const(lines)) addWords(menu, line);
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
