// SPDX-License-Identifier: Apache-2.0
// What of the network is in sight, as a person builds, resizes and drags: with real keys and mouse.
#include "tests/gui/support/canvas_bench.h"

namespace vitrine::gui {

using Bench = test::CanvasBench;

namespace {

std::string chainOf(int nodes) {
    std::string text = "x[1,28,28]";
    for (int i = 0; i < nodes; ++i) text += " -> relu as r" + std::to_string(i);
    return text;
}

/// All of it, or all that is not.
QStringList outOfSight(const Bench& bench) {
    QStringList hidden;
    const QRectF seen = bench.view->mapToScene(bench.view->viewport()->rect()).boundingRect();
    for (const Node& node : bench.graph().nodes())
        if (!seen.contains(nodeRect(node))) hidden << QString::fromStdString(node.id);
    return hidden;
}

}  // namespace

class TestCanvasSight : public QObject {
    Q_OBJECT

  private:
    static void build(Bench& bench, const char* words) {
        bench.key(Qt::Key_Tab);
        auto* field = bench.editor.findChild<QLineEdit*>("nodeSearchField");
        QTRY_VERIFY(field->isVisible());
        QTest::keyClicks(field, words);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(!field->isVisible());
    }

  private Q_SLOTS:
    void aChainIsBuiltWithKeysAndStaysInSight() {
        Bench bench("x[1,28,28]");
        bench.selection.selectNodes({"x"});
        std::string last = "x";
        for (const char* words : {"conv", "relu", "max", "conv", "relu", "conv", "relu", "conv"}) {
            build(bench, words);
            const Node& added = bench.graph().nodes().back();
            const Node& above = *bench.graph().find(last);
            QCOMPARE(toPoint(added.position), toPoint(above.position) + QPointF(0, rowPitch));
            QVERIFY2(!outOfSight(bench).contains(QString::fromStdString(added.id)),
                     added.id.c_str());
            last = added.id;
        }
        QCOMPARE(bench.graph().edges().size(), size_t{8});
    }

    void homeShowsAllOfALongColumn() {
        Bench bench(chainOf(1000));
        bench.key(Qt::Key_Home);
        QCOMPARE(outOfSight(bench), QStringList());
        QVERIFY(bench.view->zoom() < CanvasView::smallestZoom);
        // Something of it can be seen, and the wheel leads back to where one can read.
        const QImage picture = bench.view->grab().toImage();
        const QPoint first = bench.middleOf("r0"), last = bench.middleOf("r999");
        const auto isMarked = [&](const QPoint& at) {
            for (int dx = -2; dx <= 2; ++dx)
                for (int dy = -1; dy <= 1; ++dy)
                    if (picture.pixelColor(at + QPoint(dx, dy)) != bench.theme.tokens().window)
                        return true;
            return false;
        };
        QVERIFY(isMarked(first) && isMarked(last));
        bench.view->zoomAboutMiddle(0.5);
        QCOMPARE(bench.view->zoom(), 0.5);
        bench.view->zoomAboutMiddle(1e-9);
        QCOMPARE(outOfSight(bench), QStringList());
    }

    void homeShowsAllAndGoesOnDoingSo() {
        Bench bench(chainOf(5));
        bench.key(Qt::Key_Home);
        QCOMPARE(outOfSight(bench), QStringList());
        for (const QSize& size : {QSize(500, 360), QSize(1200, 900), QSize(700, 300)}) {
            bench.editor.resize(size);
            QCoreApplication::processEvents();
            QVERIFY2(outOfSight(bench).isEmpty(), qPrintable(outOfSight(bench).join(' ')));
        }
        // Until somebody looks elsewhere.
        bench.view->panBy({-600, 0});
        const double zoom = bench.view->zoom();
        bench.editor.resize(900, 700);
        QCoreApplication::processEvents();
        QCOMPARE(bench.view->zoom(), zoom);
        QVERIFY(!outOfSight(bench).isEmpty());
    }

    void homeSaysWhatHelpsWhereNothingCanBeRead() {
        Bench bench(chainOf(40));
        QString said;
        connect(&bench.editor, &GraphEditor::hint, this, [&](const QString& text) { said = text; });
        bench.key(Qt::Key_Home);
        QVERIFY2(said.contains("Ctrl+L"), qPrintable(said));
        const double before = bench.view->zoom();
        bench.key(Qt::Key_L, Qt::ControlModifier);
        QTRY_VERIFY(bench.view->zoom() > 2 * before);
        QCOMPARE(outOfSight(bench), QStringList());
    }

    void scrollingAtTheBorderEndsPastTheLastNode() {
        Bench bench("x[4] -> relu as a");
        const QPoint start = bench.middleOf("a");
        const QPoint border(bench.view->viewport()->width() - 3, start.y());
        bench.press(start);
        bench.moveTo((start + border) / 2);
        bench.moveTo(border);
        QTest::qWait(1500);  // at 16 pixels a time this would be thousands
        const QRectF seen = bench.view->mapToScene(bench.view->viewport()->rect()).boundingRect();
        bench.key(Qt::Key_Escape);
        bench.release(border);
        QVERIFY2(seen.right() < 1800, qPrintable(QString::number(seen.right())));
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestCanvasSight)
#include "tst_canvas_sight.moc"
