// SPDX-License-Identifier: GPL-3.0-or-later
// Windows are painted one over the other, where they stand.
#include "gui/shell/screen_picture.h"

#include <QApplication>
#include <QPainter>
#include <QWidget>

#include <algorithm>

namespace vitrine::gui {

namespace {

/// Behind others first: popups are in front of dialogs, the active one is before both.
int heightOf(const QWidget& widget) {
    if (&widget == QApplication::activePopupWidget()) return 3;
    if (&widget == QApplication::activeModalWidget()) return 2;
    return widget.isActiveWindow() ? 1 : 0;
}

std::vector<QWidget*> windowsOver(const QWidget& window) {
    std::vector<QWidget*> list;
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (widget != &window && widget->isVisible() && !widget->isMinimized())
            list.push_back(widget);
    std::ranges::stable_sort(list, {}, [](const QWidget* widget) { return heightOf(*widget); });
    return list;
}

}  // namespace

QPixmap screenPicture(QWidget& window) {
    const std::vector<QWidget*> over = windowsOver(window);
    if (over.empty()) return window.grab();
    QRect bounds = window.geometry();
    for (const QWidget* widget : over) bounds |= widget->geometry();
    QPixmap picture(bounds.size() * window.devicePixelRatioF());
    picture.setDevicePixelRatio(window.devicePixelRatioF());
    picture.fill(window.palette().color(QPalette::Window));
    QPainter painter(&picture);
    painter.drawPixmap(window.geometry().topLeft() - bounds.topLeft(), window.grab());
    painter.setPen(window.palette().color(QPalette::Mid));
    for (QWidget* widget : over) {
        const QRect place = widget->geometry().translated(-bounds.topLeft());
        painter.drawPixmap(place.topLeft(), widget->grab());
        painter.drawRect(place.adjusted(0, 0, -1, -1));
    }
    return picture;
}

}  // namespace vitrine::gui
