// SPDX-License-Identifier: GPL-3.0-or-later
// An event filter of the application. A wheel event that is ignored goes on to the parent.
#include "gui/widgets/wheel_guard.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QFocusEvent>
#include <QScrollBar>
#include <QTabBar>

namespace vitrine::gui {

namespace {

/// Would it change its value by the wheel?
bool turnsWithWheel(const QWidget* widget) {
    if (qobject_cast<const QScrollBar*>(widget)) return false;
    return qobject_cast<const QComboBox*>(widget) ||
           qobject_cast<const QAbstractSpinBox*>(widget) ||
           qobject_cast<const QAbstractSlider*>(widget) || qobject_cast<const QTabBar*>(widget);
}

void refuseFocusByWheel(QWidget* widget) {
    if (widget->focusPolicy() == Qt::WheelFocus) widget->setFocusPolicy(Qt::StrongFocus);
}

}  // namespace

WheelGuard::WheelGuard(QObject* parent) : QObject(parent) {
    for (QWidget* widget : QApplication::allWidgets()) refuseFocusByWheel(widget);
    QCoreApplication::instance()->installEventFilter(this);
}

bool WheelGuard::eventFilter(QObject* watched, QEvent* event) {
    const QEvent::Type type = event->type();
    if (type != QEvent::Wheel && type != QEvent::FocusIn && type != QEvent::Polish) return false;
    auto* widget = qobject_cast<QWidget*>(watched);
    if (!widget) return false;
    if (type == QEvent::Polish) refuseFocusByWheel(widget);
    if (type == QEvent::FocusIn) noteFocus(widget, static_cast<QFocusEvent*>(event)->reason());
    if (type != QEvent::Wheel || !turnsWithWheel(widget)) return false;
    if (widget->hasFocus() && widget == m_chosen) return false;
    event->ignore();
    return true;
}

/// A window that becomes active, and a popup that closes, give the focus back to who had it.
void WheelGuard::noteFocus(QWidget* widget, Qt::FocusReason reason) {
    switch (reason) {
        case Qt::MouseFocusReason:
        case Qt::TabFocusReason:
        case Qt::BacktabFocusReason:
        case Qt::ShortcutFocusReason:
            m_chosen = widget;
            break;
        case Qt::ActiveWindowFocusReason:
        case Qt::PopupFocusReason:
        case Qt::MenuBarFocusReason:
            break;
        default:
            m_chosen = nullptr;
    }
}

}  // namespace vitrine::gui
