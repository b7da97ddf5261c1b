// SPDX-License-Identifier: Apache-2.0
// Strokes of the soft brush.
#include <QtTest>

#include <algorithm>

#include "gui/models/drawing.h"

namespace vitrine::gui {

class DrawingTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void strokesAreFullInsideAndSoftAtTheEdge() {
        Drawing drawing({1, 20, 20});
        QVERIFY(drawing.isBlank());
        drawing.beginStroke({10.5, 10.5}, 3, whiteInk);
        const auto at = [&](int x, int y) {
            return drawing.pixels()[static_cast<size_t>(20 * y + x)];
        };
        QCOMPARE(at(10, 10), 1.0F);
        QCOMPARE(at(13, 10), 0.5F);
        QCOMPARE(at(16, 10), 0.0F);
        QCOMPARE(at(7, 10), at(13, 10));
    }

    void strokesReachFromPointToPoint() {
        Drawing drawing({1, 10, 30});
        drawing.beginStroke({2.5, 5}, 1, whiteInk);
        drawing.strokeTo({27.5, 5});
        for (int x = 2; x < 28; ++x)
            QVERIFY(drawing.pixels()[static_cast<size_t>(5 * 30 + x)] > 0.5F);
    }

    void goingOverAStrokeLeavesItsEdgeSoft() {
        Drawing once({1, 20, 20}), often({1, 20, 20});
        once.beginStroke({10, 10}, 3, whiteInk);
        often.beginStroke({10, 10}, 3, whiteInk);
        for (int i = 0; i < 50; ++i) often.strokeTo({10, 10});
        QCOMPARE(often.pixels(), once.pixels());
    }

    void erasingTakesAway() {
        Drawing drawing({1, 20, 20});
        drawing.beginStroke({10, 10}, 2, whiteInk);
        drawing.beginStroke({10, 10}, 6, noInk);
        QVERIFY(drawing.isBlank());
    }

    void inkHasAColour() {
        Drawing drawing({3, 8, 8});
        drawing.beginStroke({4, 4}, 2, {1, 0.5F, 0});
        const size_t middle = 4 * 8 + 4;
        QCOMPARE(drawing.pixels()[middle], 1.0F);
        QCOMPARE(drawing.pixels()[64 + middle], 0.5F);
        QCOMPARE(drawing.pixels()[128 + middle], 0.0F);
    }

    void furtherChannelsTakeTheFirstInk() {
        Drawing drawing({5, 8, 8});
        drawing.beginStroke({4, 4}, 2, whiteInk);
        QCOMPARE(drawing.pixels()[4 * 64 + 4 * 8 + 4], 1.0F);
    }

    void strokesOutsideAreCut() {
        Drawing drawing({1, 8, 8});
        drawing.beginStroke({-50, -50}, 2, whiteInk);
        drawing.strokeTo({60, 60});
        QVERIFY(std::all_of(drawing.pixels().begin(), drawing.pixels().end(),
                            [](float x) { return x >= 0 && x <= 1; }));
        QCOMPARE(drawing.pixels()[0], 1.0F);
    }

    void imagesOfAnotherSizeAreNotTaken() {
        Drawing drawing({1, 2, 2});
        drawing.setPixels({1, 1, 1});
        QVERIFY(drawing.isBlank());
        drawing.setPixels({1, 0, 0, 0});
        QVERIFY(!drawing.isBlank());
        drawing.clear();
        QVERIFY(drawing.isBlank());
    }
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::DrawingTest)
#include "tst_drawing.moc"
