// SPDX-License-Identifier: Apache-2.0
// Context menus of the canvas: what they offer for what is under the pointer, and what becomes of
// the document when an entry is chosen with the keyboard.
#include "tests/gui/support/canvas_bench.h"
#include "tests/gui/support/dialog_answers.h"

namespace vitrine::gui {

namespace {

class MenuBench : public test::CanvasBench {
  public:
    using CanvasBench::CanvasBench;

    /// The menu that a click with the right button opens there.
    QMenu* menuAt(const QPoint& at) {
        QTest::mouseMove(view->viewport(), at);
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, view->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(view->viewport(), &event);
        return openMenu();
    }
    /// The menu of the key for it.
    QMenu* menuByKey() {
        QContextMenuEvent event(QContextMenuEvent::Keyboard, {}, {});
        QCoreApplication::sendEvent(view->viewport(), &event);
        return openMenu();
    }
    QMenu* openMenu() const { return qobject_cast<QMenu*>(QApplication::activePopupWidget()); }
    static QStringList entriesOf(const QMenu& menu) {
        QStringList entries;
        for (const QAction* action : menu.actions())
            if (!action->isSeparator()) entries << action->text().remove(QLatin1Char('&'));
        return entries;
    }
    /// Walks to the entry with the arrow keys and presses Return.
    static void choose(QMenu& menu, const QString& entry) {
        QVERIFY2(test::walkTo(menu, entry), qPrintable(entry));
        QTest::keyClick(&menu, Qt::Key_Return);
    }
};

const auto chain = "x[1,28,28] -> conv2d(out_channels=6 kernel=5) as c -> relu as r";
const QPointF onTheEdge(80, 1.5 * rowPitch + nodeHeight / 2);  // from c to r

}  // namespace

class TestCanvasMenus : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void nodeIsSelectedFirst();
    void selectionStaysWhereTheNodeIsInIt();
    void deletesAndMendsFromTheMenu();
    void setsABreakpoint();
    void disconnectsAnEdge();
    void canvasOffersToAddHere();
    void pastesFromTheMenu();
    void keyOpensTheMenuOfTheSelectedNode();
    void escapeChangesNothing();
};

void TestCanvasMenus::nodeIsSelectedFirst() {
    MenuBench bench(chain);
    QMenu* menu = bench.menuAt(bench.middleOf("c"));
    QVERIFY(menu && menu->objectName() == "canvasMenu");
    QCOMPARE(bench.selection.nodes(), QStringList({"c"}));
    const QStringList entries = MenuBench::entriesOf(*menu);
    for (const char* wanted : {"Cut", "Copy", "Duplicate", "Delete"})
        QVERIFY2(entries.contains(QLatin1String(wanted)), qPrintable(entries.join(", ")));
    for (const QAction* action : menu->actions())
        QVERIFY2(action->isSeparator() || action->isEnabled(), qPrintable(action->text()));
    menu->close();
}

void TestCanvasMenus::selectionStaysWhereTheNodeIsInIt() {
    MenuBench bench(chain);
    bench.selection.selectNodes({"c", "r"});
    bench.menuAt(bench.middleOf("r"))->close();
    QCOMPARE(bench.selection.nodes(), QStringList({"c", "r"}));
    bench.menuAt(bench.middleOf("x"))->close();
    QCOMPARE(bench.selection.nodes(), QStringList({"x"}));
}

void TestCanvasMenus::deletesAndMendsFromTheMenu() {
    MenuBench bench(chain);
    const Graph before = bench.graph();
    QMenu* menu = bench.menuAt(bench.middleOf("c"));
    const QString entry =
        bench.actions.find("canvas.deleteAndMend")->text().remove(QLatin1Char('&'));
    MenuBench::choose(*menu, entry);
    QVERIFY(!bench.graph().find("c"));
    QVERIFY(bench.hasEdge({{"x", "x"}, {"r", "x"}}));
    bench.verifyOneEntry(before);
}

void TestCanvasMenus::setsABreakpoint() {
    MenuBench bench(chain);
    QMenu* menu = bench.menuAt(bench.middleOf("r"));
    MenuBench::choose(*menu,
                      bench.actions.find("canvas.breakBackward")->text().remove(QLatin1Char('&')));
    QVERIFY(bench.scene->node("r")->marks().stopsBackward);
    QVERIFY(!bench.scene->node("r")->marks().stopsForward);
}

void TestCanvasMenus::disconnectsAnEdge() {
    MenuBench bench(chain);
    const Graph before = bench.graph();
    QMenu* menu = bench.menuAt(bench.pixel(onTheEdge));
    QCOMPARE(bench.scene->selectedEdge(), std::optional(Edge{{"c", "y"}, {"r", "x"}}));
    MenuBench::choose(*menu, "Disconnect");
    QVERIFY(!bench.graph().edgeInto({"r", "x"}));
    bench.verifyOneEntry(before);
}

/// The new node comes where the menu was opened, not where the pointer went in it.
void TestCanvasMenus::canvasOffersToAddHere() {
    MenuBench bench(chain);
    const QPointF wanted(400, 150);
    QMenu* menu = bench.menuAt(bench.pixel(wanted));
    MenuBench::choose(*menu, bench.actions.find("canvas.add")->text().remove(QLatin1Char('&')));
    auto* field = bench.editor.findChild<QLineEdit*>("nodeSearchField");
    QVERIFY(field->isVisible());
    QTest::keyClicks(field, "relu");
    QTest::keyClick(field, Qt::Key_Return);
    const Node* added = bench.graph().find("relu1");
    QVERIFY(added);
    const QPointF middle = toPoint(added->position) + QPointF(nodeWidth / 2, nodeHeight / 2);
    QVERIFY2(QLineF(middle, wanted).length() < nodeWidth,
             qPrintable(QStringLiteral("%1, %2").arg(middle.x()).arg(middle.y())));
}

void TestCanvasMenus::pastesFromTheMenu() {
    MenuBench bench(chain);
    bench.selection.selectNodes({"c", "r"});
    bench.key(Qt::Key_C, Qt::ControlModifier);
    const Graph before = bench.graph();
    const QPointF wanted(420, 200);
    QMenu* menu = bench.menuAt(bench.pixel(wanted));
    MenuBench::choose(*menu, bench.actions.find("canvas.paste")->text().remove(QLatin1Char('&')));
    QCOMPARE(bench.graph().nodes().size(), before.nodes().size() + 2);
    QCOMPARE(bench.selection.nodes().size(), 2);
    const QRectF pasted = bench.scene->rectOf(bench.selection.nodes());
    QVERIFY(pasted.contains(wanted));
    bench.verifyOneEntry(before);
}

void TestCanvasMenus::keyOpensTheMenuOfTheSelectedNode() {
    MenuBench bench(chain);
    QTest::mouseMove(bench.view->viewport(), bench.pixel({500, 20}));
    bench.selection.selectNodes({"r"});
    QMenu* menu = bench.menuByKey();
    QVERIFY(menu);
    QVERIFY2(MenuBench::entriesOf(*menu).contains("Duplicate"),
             qPrintable(MenuBench::entriesOf(*menu).join(", ")));
    // At the node, not at the pointer.
    const QRect body(bench.view->viewport()->mapToGlobal(bench.middleOf("r")) - QPoint(90, 40),
                     QSize(180, 80));
    QVERIFY(body.contains(menu->pos()));
    menu->close();
    QCOMPARE(bench.selection.nodes(), QStringList({"r"}));
}

void TestCanvasMenus::escapeChangesNothing() {
    MenuBench bench(chain);
    const Graph before = bench.graph();
    QMenu* menu = bench.menuAt(bench.middleOf("c"));
    QTest::keyClick(menu, Qt::Key_Down);
    QTest::keyClick(menu, Qt::Key_Escape);
    QVERIFY(!bench.openMenu());
    QVERIFY(bench.graph() == before);
    // The next click is the canvas's again.
    QTest::mouseClick(bench.view->viewport(), Qt::LeftButton, {}, bench.middleOf("r"));
    QCOMPARE(bench.selection.nodes(), QStringList({"r"}));
}

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestCanvasMenus)
#include "tst_canvas_menus.moc"
