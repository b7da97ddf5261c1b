// SPDX-License-Identifier: Apache-2.0
// Read-outs: numbers whole or not at all, in one line where short names make that possible.
#include <QtTest>
#include <QtWidgets>

#include "gui/theme/theme.h"
#include "gui/views/charts/chart_cells.h"
#include "gui/widgets/read_out.h"
#include "tests/gui/support/made_records.h"

namespace vitrine::gui {

class ReadOutTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void chartsNeedOneLine_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("lines");
        QTest::newRow("the dock of the first start") << 571 << 1;
        QTest::newRow("of the smallest window") << 403 << 2;
        QTest::newRow("wide") << 900 << 1;
    }
    void chartsNeedOneLine() {
        QFETCH(int, width);
        QFETCH(int, lines);
        ReadOut readOut(m_theme);
        readOut.resize(width, 20);
        CourseLines run({.losses = {}, .metrics = {"accuracy"}}, 0.9);
        run.add(test::madeSteps(1, 2500));
        run.add(test::madeEpoch(4));
        const std::vector<ReadOut::Cell> cells = chartCells(run, 2500, m_theme);
        readOut.setCells(cells);
        QCOMPARE(readOut.height(), 20 * lines);
        QCOMPARE(readOut.cellsShown(), static_cast<int>(cells.size()));
        QVERIFY2(readOut.text().contains(QStringLiteral("smoothed")), "whole names for readers");
    }

    void numbersThatDoNotFitAreLeftOutWhole() {
        ReadOut readOut(m_theme);
        readOut.resize(220, 20);
        std::vector<ReadOut::Cell> cells;
        for (int i = 0; i < 8; ++i)
            cells.push_back(
                {.name = QStringLiteral("layer%1").arg(i), .value = QStringLiteral("0.12345678")});
        readOut.setCells(cells);
        QCOMPARE(readOut.height(), 40);
        QVERIFY(readOut.cellsShown() >= 2 && readOut.cellsShown() < 8);
    }

    void aNumberLongerThanItsRoomGetsMore() {
        const auto inkRight = [&](const QString& value) {
            ReadOut readOut(m_theme);
            readOut.resize(400, 20);
            readOut.setCells({{.name = QStringLiteral("step"), .value = value, .characters = 4}});
            const QImage picture = readOut.grab().toImage();
            const QRgb ground = picture.pixel(399, 0);
            for (int x = 399; x >= 0; --x)
                for (int y = 0; y < picture.height(); ++y)
                    if (picture.pixel(x, y) != ground) return x;
            return 0;
        };
        const int digit = QFontMetrics(m_theme.mono()).horizontalAdvance(QLatin1Char('0'));
        QVERIFY(inkRight(QStringLiteral("1,000,000")) >= inkRight(QStringLiteral("1")) + 7 * digit);
    }

    void roomsDoNotShrink() {
        ReadOut readOut(m_theme);
        readOut.resize(210, 20);
        const auto show = [&](const QString& value) {
            readOut.setCells({{.name = QStringLiteral("loss"), .value = value},
                              {.name = QStringLiteral("rate"), .value = QStringLiteral("0.05")}});
            return readOut.height();
        };
        QCOMPARE(show(QStringLiteral("0.5")), 20);
        QCOMPARE(show(QStringLiteral("1.234567890e-05")), 40);
        QCOMPARE(show(QStringLiteral("0.5")), 40);
    }

    void longSentencesGoOn() {
        ReadOut readOut(m_theme);
        readOut.resize(200, 20);
        readOut.setHint(QStringLiteral("Point."));
        QCOMPARE(readOut.height(), 20);
        readOut.setHint(QStringLiteral("Point at a row to read it, click it to select its node."));
        QCOMPARE(readOut.height(), 40);
    }

  private:
    Theme m_theme{ThemeKind::Dark};
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::ReadOutTest)
#include "tst_read_out.moc"
