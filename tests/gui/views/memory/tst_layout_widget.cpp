// SPDX-License-Identifier: Apache-2.0
// Memory cells under mouse and wheel.
#include "gui/views/memory/layout_widget.h"

#include <QScrollBar>
#include <QtTest>

#include "gui/theme/theme.h"

using namespace vitrine;
using namespace vitrine::gui;

class TestLayoutWidget : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void pointsAndPlacesAgree();
    void hoverNamesElementAndByte();
    void wheelScrollsAndControlZooms();
    void largeTensorsScrollToTheirEnd();
    void lightsUpTheSameChannel();

  private:
    Theme m_theme{ThemeKind::Dark};
    std::unique_ptr<LayoutWidget> m_widget;
};

void TestLayoutWidget::init() {
    TensorType type = TensorType::rowMajor({20, 3, 4, 5}, DType::F32);
    type.layout = {LayoutKind::Lanes, 1};
    m_widget = std::make_unique<LayoutWidget>(m_theme);
    m_widget->resize(700, 300);
    m_widget->setLayoutOf(PhysicalLayout(type));
    m_widget->show();
    // A move to where the pointer already is would tell nothing.
    QTest::mouseMove(m_widget->viewport(), {1, 1});
}

void TestLayoutWidget::pointsAndPlacesAgree() {
    for (int64_t place : {0, 1, 15, 16, 17, 100})
        QCOMPARE(m_widget->placeAt(m_widget->rectOf(place).center()), place);
    m_widget->verticalScrollBar()->setValue(3);
    for (int64_t place : {60, 100})
        QCOMPARE(m_widget->placeAt(m_widget->rectOf(place).center()), place);
    QCOMPARE(m_widget->placeAt({0, 0}), int64_t{-1});  // the addresses
}

void TestLayoutWidget::hoverNamesElementAndByte() {
    QSignalSpy hovered(m_widget.get(), &LayoutWidget::hovered);
    // The first pixel behind the halo: row 1, column 1 of 7, image 2.
    const int64_t place = (7 + 1) * 16 + 2;
    QTest::mouseMove(m_widget->viewport(), m_widget->rectOf(place).center());
    QCOMPARE(hovered.count(), 1);
    QCOMPARE(hovered[0][0].toString(), QStringLiteral("byte 520 · n 2, c 0, y 0, x 0"));
    QVERIFY(m_widget->tipOf(0).contains(QStringLiteral("halo")));
}

void TestLayoutWidget::wheelScrollsAndControlZooms() {
    const auto turn = [&](int degrees, Qt::KeyboardModifiers modifiers) {
        const QPointF at(300, 100);
        QWheelEvent event(at, m_widget->viewport()->mapToGlobal(at), {}, {0, degrees * 8},
                          Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_widget->viewport(), &event);
    };
    const int size = m_widget->cellSize();
    turn(-30, {});
    QVERIFY(m_widget->verticalScrollBar()->value() > 0);
    QCOMPARE(m_widget->cellSize(), size);
    turn(15, Qt::ControlModifier);
    QVERIFY(m_widget->cellSize() > size);
    turn(-15, Qt::ControlModifier);
    turn(-15, Qt::ControlModifier);
    QVERIFY(m_widget->cellSize() < size);
}

void TestLayoutWidget::largeTensorsScrollToTheirEnd() {
    // 2 GB: only what is in sight can be looked at in reasonable time.
    const PhysicalLayout large(TensorType::rowMajor({512, 64, 128, 128}, DType::F32));
    m_widget->setLayoutOf(large);
    QTest::keyClick(m_widget.get(), Qt::Key_End);
    m_widget->grab();
    const QRect last = m_widget->rectOf(large.cells() - 1);
    QVERIFY(m_widget->viewport()->rect().contains(last.center()));
    QCOMPARE(m_widget->placeAt(last.center()), large.cells() - 1);
}

void TestLayoutWidget::lightsUpTheSameChannel() {
    m_widget->setColourAxis(0);  // image: the lanes of a line differ
    const int64_t line = int64_t{8} * 16;
    const auto colourOf = [&](int64_t place) {
        return m_widget->viewport()->grab().toImage().pixelColor(m_widget->rectOf(place).topLeft() +
                                                                 QPoint(3, 3));
    };
    const QColor same = colourOf(line + 16 + 2), other = colourOf(line + 16 + 3);
    QTest::mouseMove(m_widget->viewport(), m_widget->rectOf(line + 2).center());
    QCOMPARE(colourOf(line + 16 + 2), same);
    QVERIFY(colourOf(line + 16 + 3) != other);
}

QTEST_MAIN(TestLayoutWidget)
#include "tst_layout_widget.moc"
