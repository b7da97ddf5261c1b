// SPDX-License-Identifier: Apache-2.0
// Random gestures, and a watch that frees the user from dialogs, menus and drags that wait.
#include "tests/gui/support/random_user.h"

#include <QApplication>
#include <QDialog>
#include <QTest>
#include <QWheelEvent>
#include <QWidget>

#include <array>

namespace vitrine::test {

namespace {

constexpr int watchMs = 20, patienceMs = 60, mostHistory = 60;

constexpr std::array keys = {
    Qt::Key_Space,     Qt::Key_F10,   Qt::Key_F11,      Qt::Key_F9,   Qt::Key_Tab,   Qt::Key_Escape,
    Qt::Key_Return,    Qt::Key_Up,    Qt::Key_Down,     Qt::Key_Left, Qt::Key_Right, Qt::Key_Delete,
    Qt::Key_Home,      Qt::Key_End,   Qt::Key_PageDown, Qt::Key_A,    Qt::Key_C,     Qt::Key_V,
    Qt::Key_X,         Qt::Key_D,     Qt::Key_Z,        Qt::Key_Y,    Qt::Key_F,     Qt::Key_1,
    Qt::Key_2,         Qt::Key_3,     Qt::Key_4,        Qt::Key_5,    Qt::Key_6,     Qt::Key_7,
    Qt::Key_8,         Qt::Key_0,     Qt::Key_P,        Qt::Key_L,    Qt::Key_R,     Qt::Key_N,
    Qt::Key_Backspace, Qt::Key_Minus, Qt::Key_Period};

constexpr std::array<Qt::KeyboardModifiers::Int, 6> modifiers = {
    Qt::NoModifier,    Qt::NoModifier,
    Qt::ShiftModifier, Qt::ControlModifier,
    Qt::AltModifier,   static_cast<int>(Qt::ControlModifier) | static_cast<int>(Qt::ShiftModifier)};

}  // namespace

RandomUser::RandomUser(QWidget& window, uint64_t seed)
    : m_window(window), m_rng(seed, RngStream::Test) {
    connect(&m_watch, &QTimer::timeout, this, &RandomUser::freeWhatIsStuck);
    m_watch.start(watchMs);
}

/// A gesture that opened a loop of its own (dialog, menu, drag and drop) does not come back by
/// itself.
void RandomUser::freeWhatIsStuck() {
    if (!m_acting) return;
    if (auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget())) {
        answer(*dialog);
        return;
    }
    if (m_since.elapsed() < patienceMs) return;
    if (QWidget* popup = QApplication::activePopupWidget()) {
        popup->close();
        return;
    }
    // Drag and drop listens to the application.
    QKeyEvent escape(QEvent::KeyPress, Qt::Key_Escape, Qt::NoModifier);
    QCoreApplication::sendEvent(&m_window, &escape);
}

QPoint RandomUser::anyPointIn(const QWidget& widget) {
    return {below(std::max(1, widget.width())), below(std::max(1, widget.height()))};
}

/// Whatever lies under a random point of the window, or of what is open in front of it.
QWidget* RandomUser::anyWidget() {
    QWidget* top = QApplication::activePopupWidget();
    if (!top) top = QApplication::activeModalWidget();
    if (!top && below(8) == 0) {
        QWidgetList shown;
        for (QWidget* widget : QApplication::topLevelWidgets())
            if (widget->isVisible() && widget->windowType() != Qt::ToolTip) shown << widget;
        if (!shown.isEmpty()) top = shown[below(static_cast<int>(shown.size()))];
    }
    if (!top) top = &m_window;
    QWidget* child = top->childAt(anyPointIn(*top));
    return child ? child : top;
}

int RandomUser::click(QWidget* widget) {
    const QPoint at = anyPointIn(*widget);
    static constexpr Qt::MouseButton buttons[] = {Qt::LeftButton, Qt::LeftButton, Qt::LeftButton,
                                                  Qt::RightButton, Qt::MiddleButton};
    const Qt::KeyboardModifiers held(modifiers[static_cast<size_t>(below(5))]);
    if (below(5) == 0) {
        QTest::mouseDClick(widget, Qt::LeftButton, held, at);
        return 4;
    }
    QTest::mouseClick(widget, buttons[below(5)], held, at);
    return 2;
}

int RandomUser::drag(QWidget* widget) {
    const Qt::MouseButton button = below(4) == 0 ? Qt::MiddleButton : Qt::LeftButton;
    const Qt::KeyboardModifiers held(modifiers[static_cast<size_t>(below(5))]);
    const int moves = 2 + below(12);
    QPoint at = anyPointIn(*widget);
    QTest::mousePress(widget, button, held, at);
    for (int i = 0; i < moves; ++i) {
        at += QPoint(below(81) - 40, below(81) - 40);
        QMouseEvent move(QEvent::MouseMove, at, widget->mapToGlobal(QPointF(at)), Qt::NoButton,
                         button, held);
        QCoreApplication::sendEvent(widget, &move);
    }
    QTest::mouseRelease(widget, button, held, at);
    return moves + 2;
}

int RandomUser::wheel(QWidget* widget) {
    const QPointF at = anyPointIn(*widget);
    const Qt::KeyboardModifiers held(modifiers[static_cast<size_t>(below(5))]);
    const int turns = 1 + below(5), delta = below(2) ? 120 : -120;
    for (int i = 0; i < turns; ++i) {
        QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, held,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(widget, &event);
    }
    return turns;
}

int RandomUser::type(QWidget* widget) {
    static const QString letters = QStringLiteral("conv relu 0123456789.-e_x, äß");
    const int count = 1 + below(6);
    for (int i = 0; i < count; ++i)
        QTest::sendKeyEvent(QTest::Click, widget, static_cast<Qt::Key>(0),
                            letters.mid(below(static_cast<int>(letters.size())), 1),
                            Qt::NoModifier);
    return 2 * count;
}

int RandomUser::press(QWidget* widget) {
    const Qt::Key key = keys[static_cast<size_t>(below(static_cast<int>(keys.size())))];
    const Qt::KeyboardModifiers held(
        modifiers[static_cast<size_t>(below(static_cast<int>(modifiers.size())))]);
    QTest::keyClick(widget, key, held);
    return 2;
}

int RandomUser::resize() {
    m_window.resize(640 + below(1400), 480 + below(900));
    return 1;
}

int RandomUser::act() {
    m_acting = true;
    m_since.start();
    QWidget* widget = anyWidget();
    QWidget* focus = QApplication::focusWidget() ? QApplication::focusWidget() : &m_window;
    if (below(3) == 0) {
        const int sent = edit();
        m_acting = false;
        if (!m_window.isVisible()) m_window.show();
        return std::max(1, sent);
    }
    const int choice = below(100);
    m_history << QStringLiteral("%1 on %2(%3)")
                     .arg(choice)
                     .arg(QLatin1String(widget->metaObject()->className()), widget->objectName());
    if (m_history.size() > mostHistory) m_history.removeFirst();
    const int sent = choice < 40   ? click(widget)
                     : choice < 60 ? drag(widget)
                     : choice < 72 ? wheel(widget)
                     : choice < 80 ? type(focus)
                     : choice < 99 ? press(focus)
                                   : resize();
    m_acting = false;
    if (!m_window.isVisible()) m_window.show();
    return sent;
}

}  // namespace vitrine::test
