// SPDX-License-Identifier: Apache-2.0
// The canvas with real mouse and key events: what a person does, and what becomes of the document.
#include <QSignalSpy>
#include <QtTest>
#include <QtWidgets>

#include "gui/graph_editor/node_geometry.h"
#include "gui/views/view.h"
#include "tests/gui/support/canvas_bench.h"

namespace vitrine::gui {

namespace {

using Bench = test::CanvasBench;

const auto chain = "x[1,28,28] -> conv2d(out_channels=6 kernel=5) as c -> relu as r";

}  // namespace

class TestCanvasView : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void dragsFromOutputToInput();
    void dragsFromInputToOutput();
    void refusesWithAReason();
    void altConnectsInSpiteOfTheShape();
    void dragsAnEdgeOff();
    void movesAnEdgeToAnotherInput();
    void escapeEndsADrag();
    void dropInEmptySpaceSearches();
    void clickSelectsAndCtrlToggles();
    void clickSelectsAtEveryZoom();
    void boxSelectsAndShiftAdds();
    void movesOnTheGrid();
    void arrowKeysAreOneEntry();
    void dropsALooseNodeIntoAnEdge();
    void dropsAnOperatorIntoAnEdge();
    void deletesNodes();
    void deletesAndMends();
    void deletesTheSelectedEdge();
    void copiesAndPastes();
    void tabSearchesAndEnterAdds();
    void addsWiredToTheSelectedNode();
    void walksWithTheKeyboard();
    void wheelKeepsThePointUnderThePointer();
    void middleDragPans();
    void spacePansOrGoesToTheWindow();
    void laysOutInOneEntry();
    void breakpointsAreShown();
    void emptyCanvasTeaches();
    void paletteAdds();
};

void TestCanvasView::dragsFromOutputToInput() {
    Bench bench("x[1,28,28] -> relu as a\ny[1,9,9] -> relu as b");
    const Graph before = bench.graph();
    bench.drag(bench.output("a"), bench.input("b") + QPoint(5, 6));
    QVERIFY(bench.hasEdge({{"a", "y"}, {"b", "x"}}));
    QVERIFY(!bench.hasEdge({{"y", "x"}, {"b", "x"}}));
    bench.verifyOneEntry(before);
}

void TestCanvasView::dragsFromInputToOutput() {
    Bench bench("x[1,28,28] -> relu as a\nx -> add(a) as s");
    QVERIFY(bench.document.edit("cut", {edit::EraseEdge{{{"a", "y"}, {"s", "b"}}}}).ok());
    bench.drag(bench.input("s", "b"), bench.output("a"));
    QVERIFY(bench.hasEdge({{"a", "y"}, {"s", "b"}}));
}

void TestCanvasView::refusesWithAReason() {
    Bench bench("x[1,8,8] -> relu as a\nz[4] -> linear(out_features=3) as l");
    const Graph before = bench.graph();
    QSignalSpy hints(&bench.editor, &GraphEditor::hint);
    bench.drag(bench.output("a"), bench.input("l"));
    QVERIFY(bench.graph() == before);
    QCOMPARE(bench.document.undoStack().count(), 0);
    const QString said = hints.back().front().toString();
    QVERIFY2(said.contains("linear 'l'") && said.contains("[N, 1, 8, 8]"), qPrintable(said));
}

void TestCanvasView::altConnectsInSpiteOfTheShape() {
    Bench bench("x[1,8,8] -> relu as a\nz[4] -> linear(out_features=3) as l");
    bench.drag(bench.output("a"), bench.input("l"), Qt::AltModifier);
    QVERIFY(bench.hasEdge({{"a", "y"}, {"l", "x"}}));
    QVERIFY(!bench.scene->node("l")->look().trouble.isEmpty());
}

void TestCanvasView::dragsAnEdgeOff() {
    Bench bench(chain);
    const Graph before = bench.graph();
    bench.drag(bench.input("r"), bench.input("r") + QPoint(300, 40));
    QVERIFY(!bench.graph().edgeInto({"r", "x"}));
    bench.verifyOneEntry(before);
}

void TestCanvasView::movesAnEdgeToAnotherInput() {
    Bench bench("x[4] -> relu as a\ny[4] -> relu as b");
    const Graph before = bench.graph();
    bench.drag(bench.input("a"), bench.input("b"));
    QVERIFY(bench.hasEdge({{"x", "x"}, {"b", "x"}}));
    QCOMPARE(bench.graph().edges().size(), size_t{1});
    bench.verifyOneEntry(before);
}

void TestCanvasView::escapeEndsADrag() {
    Bench bench(chain);
    const Graph before = bench.graph();
    bench.press(bench.middleOf("c"));
    bench.moveTo(bench.middleOf("c") + QPoint(100, 50));
    bench.key(Qt::Key_Escape);
    bench.release(bench.middleOf("c") + QPoint(100, 50));
    QVERIFY(bench.graph() == before);
    QCOMPARE(bench.scene->node("c")->pos(), QPointF(0, rowPitch));
}

void TestCanvasView::dropInEmptySpaceSearches() {
    Bench bench(chain);
    const Graph before = bench.graph();
    bench.drag(bench.output("r"), bench.output("r") + QPoint(260, 60));
    auto* field = bench.editor.findChild<QLineEdit*>("nodeSearchField");
    auto* list = bench.editor.findChild<QListWidget*>("nodeSearchList");
    QTRY_VERIFY(field->isVisible());
    for (int row = 0; row < list->count(); ++row) {
        const QString op = list->item(row)->data(Qt::UserRole).toString();
        QVERIFY2(op != "linear" && op != "input" && op != "target", qPrintable(op));
    }
    QTest::keyClicks(field, "maxpool");
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(bench.hasEdge({{"r", "y"}, {"pool1", "x"}}));
    QVERIFY(!field->isVisible());
    bench.verifyOneEntry(before);
}

void TestCanvasView::clickSelectsAndCtrlToggles() {
    Bench bench(chain);
    QTest::mouseClick(bench.view->viewport(), Qt::LeftButton, {}, bench.middleOf("c"));
    QCOMPARE(bench.selection.nodes(), QStringList({"c"}));
    QTest::mouseClick(bench.view->viewport(), Qt::LeftButton, Qt::ControlModifier,
                      bench.middleOf("r"));
    QCOMPARE(bench.selection.nodes(), QStringList({"c", "r"}));
    QTest::mouseClick(bench.view->viewport(), Qt::LeftButton, Qt::ControlModifier,
                      bench.middleOf("c"));
    QCOMPARE(bench.selection.nodes(), QStringList({"r"}));
    QVERIFY(bench.scene->node("r")->marks().isSelected);
    bench.key(Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(bench.selection.nodes().size(), 3);
    bench.key(Qt::Key_Escape);
    QVERIFY(bench.selection.nodes().isEmpty());
}

void TestCanvasView::clickSelectsAtEveryZoom() {
    Bench bench(chain);
    for (const double zoom : {2.0, 0.5, 0.33, 0.2, 0.1}) {
        bench.view->zoomAboutMiddle(zoom);
        for (const char* node : {"c", "r"}) {
            QTest::mouseClick(bench.view->viewport(), Qt::LeftButton, {}, bench.middleOf(node));
            QCOMPARE(bench.selection.nodes(), QStringList(node));
        }
    }
}

void TestCanvasView::boxSelectsAndShiftAdds() {
    Bench bench(chain);
    const QPointF corner(-40, rowPitch - 10);
    bench.drag(bench.pixel(corner), bench.pixel({100, 2 * rowPitch - 20}));
    QCOMPARE(bench.selection.nodes(), QStringList({"c"}));
    bench.drag(bench.pixel({-40, 2 * rowPitch - 10}), bench.pixel({100, 3 * rowPitch - 20}),
               Qt::ShiftModifier);
    QCOMPARE(bench.selection.nodes(), QStringList({"c", "r"}));
    bench.drag(bench.pixel(corner), bench.pixel({100, 2 * rowPitch - 20}), Qt::ControlModifier);
    QCOMPARE(bench.selection.nodes(), QStringList({"r"}));
}

void TestCanvasView::movesOnTheGrid() {
    Bench bench(chain);
    const Graph before = bench.graph();
    bench.drag(bench.middleOf("c"), bench.middleOf("c") + QPoint(203, 48));
    QCOMPARE(toPoint(bench.graph().find("c")->position), QPointF(200, rowPitch + 50));
    bench.verifyOneEntry(before);
}

void TestCanvasView::arrowKeysAreOneEntry() {
    Bench bench(chain);
    const Graph before = bench.graph();
    bench.selection.selectNodes({"c"});
    for (int i = 0; i < 3; ++i) bench.key(Qt::Key_Right);
    bench.key(Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(toPoint(bench.graph().find("c")->position), QPointF(30, rowPitch + 80));
    bench.verifyOneEntry(before);
}

void TestCanvasView::dropsALooseNodeIntoAnEdge() {
    Bench bench(chain);
    Node loose = *makeNode("n", "batch_norm2d");
    loose.position = {300, 0};
    QVERIFY(bench.document.edit("add", {edit::InsertNode{loose}}).ok());
    bench.document.undoStack().clear();
    const Graph before = bench.graph();
    const QPointF edge(80, 1.5 * rowPitch + nodeHeight / 2);
    bench.drag(bench.middleOf("n"), bench.pixel(edge));
    QVERIFY(bench.hasEdge({{"c", "y"}, {"n", "x"}}));
    QVERIFY(bench.hasEdge({{"n", "y"}, {"r", "x"}}));
    QVERIFY(bench.graph().find("r")->position.y >= bench.graph().find("n")->position.y + rowPitch);
    bench.verifyOneEntry(before);
}

void TestCanvasView::dropsAnOperatorIntoAnEdge() {
    Bench bench(chain);
    const Graph before = bench.graph();
    QMimeData data;
    data.setData(QLatin1String(CanvasView::operatorMime), "batch_norm2d");
    const QPoint at = bench.pixel({80, 1.5 * rowPitch + nodeHeight / 2});
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(bench.view->viewport(), &enter);
    QDragMoveEvent over(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(bench.view->viewport(), &over);
    QVERIFY(bench.scene->edge({{"c", "y"}, {"r", "x"}})->isHighlighted());
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(bench.view->viewport(), &drop);
    QVERIFY(bench.hasEdge({{"c", "y"}, {"norm1", "x"}}));
    QCOMPARE(bench.scene->focusNode(), std::string("norm1"));
    QCOMPARE(bench.graph().find("r")->position.y, 3 * rowPitch);
    bench.verifyOneEntry(before);
}

void TestCanvasView::deletesNodes() {
    Bench bench(chain);
    const Graph before = bench.graph();
    bench.selection.selectNodes({"c"});
    bench.key(Qt::Key_Delete);
    QVERIFY(!bench.graph().find("c"));
    QVERIFY(bench.graph().edges().empty());
    bench.verifyOneEntry(before);
}

void TestCanvasView::deletesAndMends() {
    Bench bench(chain);
    const Graph before = bench.graph();
    bench.selection.selectNodes({"c"});
    bench.key(Qt::Key_Delete, Qt::ControlModifier);
    QVERIFY(bench.hasEdge({{"x", "x"}, {"r", "x"}}));
    bench.verifyOneEntry(before);
}

void TestCanvasView::deletesTheSelectedEdge() {
    Bench bench(chain);
    const Graph before = bench.graph();
    QTest::mouseClick(bench.view->viewport(), Qt::LeftButton, {},
                      bench.pixel({80, 1.5 * rowPitch + nodeHeight / 2}));
    QVERIFY(bench.scene->selectedEdge());
    bench.key(Qt::Key_Delete);
    QVERIFY(!bench.graph().edgeInto({"r", "x"}));
    bench.verifyOneEntry(before);
}

void TestCanvasView::copiesAndPastes() {
    Bench bench(chain);
    bench.selection.selectNodes({"c", "r"});
    bench.key(Qt::Key_C, Qt::ControlModifier);
    Bench other("x[1,9,9]");
    const Graph before = other.graph();
    other.key(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(other.hasEdge({{"c", "y"}, {"r", "x"}}));
    QCOMPARE(other.selection.nodes(), QStringList({"c", "r"}));
    other.verifyOneEntry(before);
}

void TestCanvasView::tabSearchesAndEnterAdds() {
    Bench bench(chain);
    bench.key(Qt::Key_Tab);
    auto* field = bench.editor.findChild<QLineEdit*>("nodeSearchField");
    QVERIFY(field->isVisible());
    QTest::keyClicks(field, "fc");
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(bench.graph().find("fc1"));
    QCOMPARE(bench.selection.nodes(), QStringList({"fc1"}));
    bench.key(Qt::Key_A, Qt::ShiftModifier);
    QVERIFY(field->isVisible());
    auto* list = bench.editor.findChild<QListWidget*>("nodeSearchList");
    QCOMPARE(list->item(0)->data(Qt::UserRole).toString(), QStringLiteral("linear"));
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!field->isVisible());
}

void TestCanvasView::addsWiredToTheSelectedNode() {
    Bench bench(chain);
    bench.selection.selectNodes({"r"});
    bench.editor.addOperator("max_pool2d");
    QVERIFY(bench.hasEdge({{"r", "y"}, {"pool1", "x"}}));
    QCOMPARE(toPoint(bench.graph().find("pool1")->position), QPointF(0, 3 * rowPitch));
}

void TestCanvasView::walksWithTheKeyboard() {
    Bench bench(chain);
    bench.key(Qt::Key_PageDown);
    QCOMPARE(bench.selection.nodes(), QStringList({"x"}));
    bench.key(Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(bench.selection.nodes(), QStringList({"c"}));
    bench.key(Qt::Key_PageUp);
    QCOMPARE(bench.selection.nodes(), QStringList({"x"}));
    QVERIFY(bench.view->accessibleDescription().startsWith("x, Input, output N × 1 × 28 × 28"));
}

void TestCanvasView::wheelKeepsThePointUnderThePointer() {
    Bench bench(chain);
    const QPoint at = bench.middleOf("c");
    const QPointF before = bench.view->mapToScene(at);
    for (int delta : {120, 120, -120, 360, -480}) {
        QWheelEvent event(at, bench.view->viewport()->mapToGlobal(at), {}, {0, delta}, {}, {},
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(bench.view->viewport(), &event);
        const QPointF gap = bench.view->mapToScene(at) - before;
        QVERIFY2(gap.manhattanLength() * bench.view->zoom() < 4,
                 qPrintable(QStringLiteral("%1 %2").arg(gap.x()).arg(gap.y())));
    }
    QVERIFY(bench.view->zoom() != 1);
    bench.key(Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(bench.view->zoom(), 1.0);
}

void TestCanvasView::middleDragPans() {
    Bench bench(chain);
    const QPoint from = bench.middleOf("c"), by(60, -40);
    QTest::mousePress(bench.view->viewport(), Qt::MiddleButton, {}, from);
    bench.moveTo(from + by);
    QTest::mouseRelease(bench.view->viewport(), Qt::MiddleButton, {}, from + by);
    QCOMPARE(bench.middleOf("c"), from + by);
    QCOMPARE(bench.document.undoStack().count(), 0);
}

void TestCanvasView::spacePansOrGoesToTheWindow() {
    Bench bench(chain);
    int played = 0;
    bench.actions.add(&bench.editor, {.id = "play", .text = "Play", .shortcut = Qt::Key_Space},
                      [&] { ++played; });
    bench.key(Qt::Key_Space);
    QCOMPARE(played, 1);
    const QPoint from = bench.middleOf("c"), by(30, 30);
    QTest::keyPress(bench.view, Qt::Key_Space);
    bench.drag(from, from + by);
    QTest::keyRelease(bench.view, Qt::Key_Space);
    QCOMPARE(played, 1);
    QCOMPARE(bench.middleOf("c"), from + by);
}

void TestCanvasView::laysOutInOneEntry() {
    Bench bench("x[4] -> relu as a\nx -> relu as b\na -> add(b) as s");
    const Graph before = bench.graph();
    bench.key(Qt::Key_L, Qt::ControlModifier);
    QTRY_VERIFY(!(bench.graph() == before));
    QCOMPARE(bench.graph().find("a")->position.y, bench.graph().find("b")->position.y);
    bench.verifyOneEntry(before);
}

void TestCanvasView::breakpointsAreShown() {
    Bench bench(chain);
    bench.selection.selectNodes({"c"});
    bench.key(Qt::Key_F9);
    bench.key(Qt::Key_F9, Qt::ShiftModifier);
    QVERIFY(bench.scene->node("c")->marks().stopsForward);
    QVERIFY(bench.scene->node("c")->marks().stopsBackward);
    bench.key(Qt::Key_F9);
    QVERIFY(!bench.scene->node("c")->marks().stopsForward);
}

void TestCanvasView::emptyCanvasTeaches() {
    Bench bench("x[4]");
    auto* words = bench.editor.findChild<QLabel*>("canvasTeaching");
    QVERIFY(!words->isVisible());
    bench.key(Qt::Key_A, Qt::ControlModifier);
    bench.key(Qt::Key_Delete);
    QVERIFY(words->isVisible());
    QTest::mouseDClick(bench.view->viewport(), Qt::LeftButton, {}, QPoint(300, 300));
    QVERIFY(bench.editor.findChild<QLineEdit*>("nodeSearchField")->isVisible());
}

void TestCanvasView::paletteAdds() {
    Bench bench("x[1,8,8]");
    bench.selection.selectNodes({"x"});
    const auto all = allViews();
    const auto found = std::ranges::find(all, std::string_view("palette"), [](const auto* view) {
        return std::string_view(view->id);
    });
    const ViewContext context{bench.document, bench.run, bench.selection, bench.theme,
                              bench.actions};
    const std::unique_ptr<QWidget> palette((*found)->create(context, nullptr));
    palette->show();
    auto* field = palette->findChild<QLineEdit*>("paletteSearch");
    QTest::keyClicks(field, "conv");
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(bench.hasEdge({{"x", "x"}, {"conv1", "x"}}));
}

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestCanvasView)
#include "tst_canvas_view.moc"
