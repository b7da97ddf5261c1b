// SPDX-License-Identifier: Apache-2.0
// The arena map under mouse, wheel and keys. Truth: the map's own rectangles and lists.
#include "gui/views/memory/arena_widget.h"

#include <QtTest>

#include "gui/theme/theme.h"
#include "tests/gui/support/made_tapes.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestArenaWidget : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void clickChoosesTheValueThatLiesThere();
    void clickOnStatesChoosesAParameter();
    void clickOnTheGroundChoosesNothing();
    void doubleClickOpens();
    void draggingPansAndChoosesNothing();
    void wheelZoomsAroundThePointer();
    void controlZoomsTimeAndShiftAddresses();
    void doubleClickOnTheGroundFits();
    void tipTellsWhatLiesThere();
    void hoverTellsTheEntry();
    void aPlanOfTheSameSizeKeepsTheZoom();
    void dimsWhatIsNotMarked();
    void stepsAreRound_data();
    void stepsAreRound();

  private:
    QPointF middleOf(ValueId value) const;
    void turnWheel(const QPointF& at, int degrees, Qt::KeyboardModifiers modifiers = {});
    static std::string_view noCategory(const std::string&) { return {}; }

    Theme m_theme{ThemeKind::Dark};
    std::shared_ptr<const Tape> m_tape = tapeOfProject("digits_lenet");
    std::unique_ptr<ArenaWidget> m_widget;
    ValueId m_pool = noValue;
};

void TestArenaWidget::init() {
    m_widget = std::make_unique<ArenaWidget>(m_theme);
    m_widget->resize(800, 400);
    m_widget->setMap(ArenaMap(m_tape, noCategory));
    m_widget->show();
    m_pool = valueNamed(*m_tape, "pool1");
}

QPointF TestArenaWidget::middleOf(ValueId value) const {
    const ArenaBlock& block = m_widget->map().block(m_widget->map().blockOf(value));
    return m_widget->viewport().rectOf(block.first, block.last, block.offset, block.bytes).center();
}

void TestArenaWidget::turnWheel(const QPointF& at, int degrees, Qt::KeyboardModifiers modifiers) {
    QWheelEvent event(at, m_widget->mapToGlobal(at), {}, {0, degrees * 8}, Qt::NoButton, modifiers,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(m_widget.get(), &event);
}

void TestArenaWidget::clickChoosesTheValueThatLiesThere() {
    QSignalSpy chosen(m_widget.get(), &ArenaWidget::valueChosen);
    QTest::mouseClick(m_widget.get(), Qt::LeftButton, {}, middleOf(m_pool).toPoint());
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen[0][0].value<ValueId>(), m_pool);
}

void TestArenaWidget::clickOnStatesChoosesAParameter() {
    QSignalSpy chosen(m_widget.get(), &ArenaWidget::valueChosen);
    // fc1.weight takes the most of the states and is the fifth of them.
    const QPoint inBand(static_cast<int>(m_widget->viewport().room().center().x() * 0.6),
                        static_cast<int>(m_widget->viewport().room().bottom()) + 12);
    QTest::mouseClick(m_widget.get(), Qt::LeftButton, {}, inBand);
    QCOMPARE(chosen.count(), 1);
    const ValueId value = chosen[0][0].value<ValueId>();
    QVERIFY(m_widget->map().block(m_widget->map().blockOf(value)).isState);
}

void TestArenaWidget::clickOnTheGroundChoosesNothing() {
    QSignalSpy chosen(m_widget.get(), &ArenaWidget::valueChosen);
    const QPointF corner = m_widget->viewport().room().topRight() + QPointF(-2, 2);
    QCOMPARE(m_widget->blockAt(corner), -1);
    QTest::mouseClick(m_widget.get(), Qt::LeftButton, {}, corner.toPoint());
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen[0][0].value<ValueId>(), noValue);
}

void TestArenaWidget::doubleClickOpens() {
    QSignalSpy opened(m_widget.get(), &ArenaWidget::valueOpened);
    QTest::mouseDClick(m_widget.get(), Qt::LeftButton, {}, middleOf(m_pool).toPoint());
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened[0][0].value<ValueId>(), m_pool);
}

void TestArenaWidget::draggingPansAndChoosesNothing() {
    const QPointF middle = m_widget->viewport().room().center();
    turnWheel(middle, 60);
    QSignalSpy chosen(m_widget.get(), &ArenaWidget::valueChosen);
    const double before = m_widget->viewport().firstEntry();
    QTest::mousePress(m_widget.get(), Qt::LeftButton, {}, middle.toPoint());
    QTest::mouseMove(m_widget.get(), middle.toPoint() - QPoint(60, 0));
    QTest::mouseRelease(m_widget.get(), Qt::LeftButton, {}, middle.toPoint() - QPoint(60, 0));
    QVERIFY(m_widget->viewport().firstEntry() > before);
    QCOMPARE(chosen.count(), 0);
}

void TestArenaWidget::wheelZoomsAroundThePointer() {
    const QPointF at = middleOf(m_pool);
    const int entry = m_widget->viewport().entryAt(at.x());
    const int block = m_widget->blockAt(at);
    turnWheel(at, 45);
    QVERIFY(!m_widget->viewport().isFitted());
    QCOMPARE(m_widget->viewport().entryAt(at.x()), entry);
    QCOMPARE(m_widget->blockAt(at), block);
    turnWheel(at, -360);
    QVERIFY(m_widget->viewport().isFitted());
}

void TestArenaWidget::controlZoomsTimeAndShiftAddresses() {
    const QPointF middle = m_widget->viewport().room().center();
    turnWheel(middle, 45, Qt::ControlModifier);
    QVERIFY(m_widget->viewport().firstEntry() > 0);
    QCOMPARE(m_widget->viewport().lowestAddress(), 0.0);
    m_widget->fit();
    turnWheel(middle, 45, Qt::ShiftModifier);
    QCOMPARE(m_widget->viewport().firstEntry(), 0.0);
    QVERIFY(m_widget->viewport().lowestAddress() > 0);
}

void TestArenaWidget::doubleClickOnTheGroundFits() {
    const QPointF corner = m_widget->viewport().room().topRight() + QPointF(-2, 2);
    turnWheel(corner, 30);
    QCOMPARE(m_widget->blockAt(corner), -1);
    QTest::mouseDClick(m_widget.get(), Qt::LeftButton, {}, corner.toPoint());
    QVERIFY(m_widget->viewport().isFitted());
}

void TestArenaWidget::tipTellsWhatLiesThere() {
    const QString tip = m_widget->tipAt(middleOf(m_pool));
    const QString life =
        QStringLiteral("alive in entries %1–").arg(firstEntryWith(*m_tape, "conv2d"));
    for (const QString& words :
         {QStringLiteral("pool1"), QStringLiteral("64 × 6 × 14 × 14 f32, lanes"),
          QStringLiteral("contiguous"), life, QStringLiteral("offset")})
        QVERIFY2(tip.contains(words), qPrintable(tip));
    const QString ground = m_widget->tipAt(m_widget->viewport().room().topRight() + QPointF(-2, 2));
    const QString last = QStringLiteral("entry %1").arg(m_tape->entries.size() - 1);
    QVERIFY2(ground.contains(last), qPrintable(ground));
}

void TestArenaWidget::hoverTellsTheEntry() {
    QSignalSpy hovered(m_widget.get(), &ArenaWidget::entryHovered);
    const QPointF at = middleOf(m_pool);
    QMouseEvent move(QEvent::MouseMove, at, m_widget->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                     Qt::NoModifier);
    QApplication::sendEvent(m_widget.get(), &move);
    QCOMPARE(hovered.count(), 1);
    QCOMPARE(hovered[0][0].toInt(), m_widget->viewport().entryAt(at.x()));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(m_widget.get(), &leave);
    QCOMPARE(hovered[1][0].toInt(), -1);
}

void TestArenaWidget::aPlanOfTheSameSizeKeepsTheZoom() {
    turnWheel(m_widget->viewport().room().center(), 45);
    const double first = m_widget->viewport().firstEntry();
    m_widget->setMap(ArenaMap(m_tape, noCategory));
    QCOMPARE(m_widget->viewport().firstEntry(), first);
    m_widget->setMap(ArenaMap(tapeOfProject("cifar_small_resnet"), noCategory));
    QVERIFY(m_widget->viewport().isFitted());
}

void TestArenaWidget::dimsWhatIsNotMarked() {
    const QPoint inside = middleOf(valueNamed(*m_tape, "input.lanes")).toPoint() + QPoint(8, 12);
    const QColor before = m_widget->grab().toImage().pixelColor(inside);
    m_widget->setMarked({m_widget->map().blockOf(m_pool)});
    QVERIFY(m_widget->grab().toImage().pixelColor(inside) != before);
    const QPoint marked = middleOf(m_pool).toPoint() + QPoint(8, 12);
    const QColor kept = m_widget->grab().toImage().pixelColor(marked);
    m_widget->setMarked({});
    QCOMPARE(m_widget->grab().toImage().pixelColor(marked), kept);
}

void TestArenaWidget::stepsAreRound_data() {
    QTest::addColumn<double>("range");
    QTest::addColumn<int>("most");
    QTest::addColumn<double>("step");
    QTest::newRow("ten of a hundred") << 100.0 << 10 << 10.0;
    QTest::newRow("not more than asked for") << 101.0 << 10 << 20.0;
    QTest::newRow("megabytes") << 3.7e6 << 8 << 5e5;
    QTest::newRow("nothing") << 0.0 << 8 << 1.0;
}

void TestArenaWidget::stepsAreRound() {
    QFETCH(double, range);
    QFETCH(int, most);
    QFETCH(double, step);
    QCOMPARE(roundStep(range, most), step);
}

QTEST_MAIN(TestArenaWidget)
#include "tst_arena_widget.moc"
