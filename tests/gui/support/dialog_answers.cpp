// SPDX-License-Identifier: Apache-2.0
// Keys and clicks for whatever window waits.
#include "tests/gui/support/dialog_answers.h"

#include <QAbstractButton>
#include <QApplication>
#include <QLineEdit>
#include <QTest>

#include "tests/support/patience.h"

namespace vitrine::test {

namespace {

QWidget* waitingWindow() {
    if (auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget())) return menu;
    return QApplication::activeModalWidget();
}

/// Later: what Return opens may wait for the next answer, and the timer must go on meanwhile.
void pressReturn(QWidget& widget) {
    QTimer::singleShot(0, &widget, [&widget] { QTest::keyClick(&widget, Qt::Key_Return); });
}

}  // namespace

bool walkTo(QMenu& menu, const QString& entry) {
    for (qsizetype i = 0; i < menu.actions().size(); ++i) {
        QTest::keyClick(&menu, Qt::Key_Down);
        const QAction* at = menu.activeAction();
        if (at && at->text().remove(QLatin1Char('&')) == entry) return true;
    }
    menu.close();
    return false;
}

DialogAnswers::DialogAnswers(std::vector<Answer> answers) : m_answers(std::move(answers)) {
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { look(); });
    m_timer.start(10);
}

void DialogAnswers::look() {
    QWidget* window = waitingWindow();
    if (!window || window == m_last) return;
    if (window->isModal() && !window->isActiveWindow()) return window->activateWindow();
    m_last = window;
    const size_t next = m_given++;
    if (next < m_answers.size()) return m_answers[next](*window);
    const auto* box = qobject_cast<QMessageBox*>(window);
    qWarning("nobody answers: %s", qPrintable(box ? box->text() : window->windowTitle()));
    window->close();
}

DialogAnswers::Answer DialogAnswers::type(const QString& name) {
    return [name](QWidget& dialog) {
        auto* field = dialog.findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        QVERIFY2(field, qPrintable(dialog.windowTitle()));
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, name);
        pressReturn(*field);
    };
}

DialogAnswers::Answer DialogAnswers::press(QMessageBox::StandardButton button) {
    return [button](QWidget& dialog) {
        const auto* box = qobject_cast<QMessageBox*>(&dialog);
        QVERIFY2(box && box->button(button), qPrintable(dialog.windowTitle()));
        QTest::mouseClick(box->button(button), Qt::LeftButton);
    };
}

DialogAnswers::Answer DialogAnswers::click(const char* name) {
    return [name](QWidget& dialog) {
        auto* button = dialog.findChild<QAbstractButton*>(QString::fromLatin1(name));
        QVERIFY2(button && button->isEnabled(), name);
        QTest::mouseClick(button, Qt::LeftButton);
    };
}

DialogAnswers::Answer DialogAnswers::clickWhenReady(const char* name) {
    return [name](QWidget& dialog) {
        auto* button = dialog.findChild<QAbstractButton*>(QString::fromLatin1(name));
        QVERIFY2(button, name);
        QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), 20'000 * slowness);
        QTest::mouseClick(button, Qt::LeftButton);
    };
}

DialogAnswers::Answer DialogAnswers::choose(const QString& entry) {
    return [entry](QWidget& window) {
        auto* menu = qobject_cast<QMenu*>(&window);
        QVERIFY2(menu, qPrintable(window.windowTitle()));
        QVERIFY2(walkTo(*menu, entry), qPrintable(entry));
        pressReturn(*menu);
    };
}

DialogAnswers::Answer DialogAnswers::escape() {
    return [](QWidget& dialog) { QTest::keyClick(&dialog, Qt::Key_Escape); };
}

}  // namespace vitrine::test
