// SPDX-License-Identifier: Apache-2.0
// A picture of the screen shows what is open over the window. Truth: colours that fill each.
#include "gui/shell/screen_picture.h"

#include <QtTest>
#include <QtWidgets>

using namespace vitrine::gui;

namespace {

template <class Window>
void fill(Window& window, const QColor& colour, const QRect& place) {
    window.setPalette(QPalette(colour));
    window.setAutoFillBackground(true);
    window.setGeometry(place);
}

}  // namespace

class TestScreenPicture : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void showsDialogsOverTheWindow() {
        QWidget window;
        fill(window, Qt::blue, {100, 100, 400, 300});
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QDialog dialog(&window);
        fill(dialog, Qt::red, {200, 150, 100, 80});
        dialog.open();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        dialog.setGeometry(200, 150, 100, 80);
        const double scale = window.devicePixelRatioF();
        const QImage picture = screenPicture(window).toImage();
        QCOMPARE(picture.size(), (QSizeF(400, 300) * scale).toSize());
        const auto at = [&](int x, int y) {
            return QColor(picture.pixel(QPointF(x * scale, y * scale).toPoint()));
        };
        QCOMPARE(at(150, 90), QColor(Qt::red));
        QCOMPARE(at(50, 90), QColor(Qt::blue));
        dialog.close();
        QCOMPARE(QColor(screenPicture(window).toImage().pixel(150, 90)), QColor(Qt::blue));
    }

    void growsWithWhatStandsBesideTheWindow() {
        QWidget window;
        fill(window, Qt::blue, {100, 100, 200, 100});
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QDialog dialog(&window);
        fill(dialog, Qt::red, {280, 80, 100, 60});
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        dialog.setGeometry(280, 80, 100, 60);
        const QImage picture = screenPicture(window).toImage();
        QCOMPARE(picture.size(), (QSizeF(280, 120) * window.devicePixelRatioF()).toSize());
    }
};

QTEST_MAIN(TestScreenPicture)
#include "tst_screen_picture.moc"
