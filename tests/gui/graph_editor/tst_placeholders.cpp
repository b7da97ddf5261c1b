// SPDX-License-Identifier: Apache-2.0
// A node of an operator that this program does not know, on the canvas: it looks like no other, and
// can be moved, connected, copied and deleted like every other. Truth: the document, and pixels
// along its outline beside those of an ordinary node.
#include <QAccessible>
#include <QClipboard>

#include "core/graph/placeholder.h"
#include "core/graph/special_nodes.h"
#include "gui/graph_editor/graph_commands.h"
#include "gui/graph_editor/insert_on_edge.h"
#include "gui/graph_editor/node_item.h"
#include "gui/models/node_hue.h"
#include "tests/gui/support/canvas_bench.h"

namespace vitrine::gui {

namespace {

const auto chain =
    "x[1,28,28] -> conv2d(out_channels=6 kernel=5) as c -> relu as r -> flatten as f";

Node warpNode() {
    const auto op = placeholderOp({.op = "warp",
                                   .inputs = {"x", "guide"},
                                   .outputs = {"y", "mask"},
                                   .fields = {{"angle", FieldType::Real}},
                                   .namesFields = true});
    if (!op) qFatal("%s", op.error().message.c_str());
    Node node;
    node.id = "w";
    node.op = *op;
    node.attrs = Attrs(node.op->fields);
    node.position = {220, rowPitch};
    return node;
}

/// The chain, and a placeholder beside it that conv2d feeds.
struct Bench : test::CanvasBench {
    Bench() : CanvasBench(chain) {
        const auto done = document.edit(
            QStringLiteral("add"),
            {edit::InsertNode{warpNode()}, edit::InsertEdge{{{"c", "y"}, {"w", "x"}}}});
        if (!done) qFatal("%s", done.error().message.c_str());
        document.undoStack().clear();
        QCoreApplication::processEvents();
    }
    QImage picture() const { return view->viewport()->grab().toImage(); }
    /// How often the colour changes along the lower outline of a node, between its corners.
    int changesAlongOutline(const char* node) const {
        const QImage seen = picture();
        const QRectF body = scene->node(node)->sceneBody();
        const QPoint left = pixel(body.bottomLeft() + QPointF(12, 0)),
                     right = pixel(body.bottomRight() - QPointF(12, 0));
        int changes = 0;
        for (int x = left.x() + 1; x <= right.x(); ++x) {
            const int before = qGray(seen.pixel(x - 1, left.y())),
                      now = qGray(seen.pixel(x, left.y()));
            changes += std::abs(now - before) > 8;
        }
        return changes;
    }
};

QStringList idsOf(const std::vector<PortLook>& ports) {
    QStringList ids;
    for (const PortLook& port : ports) ids << QString::fromStdString(port.id);
    return ids;
}

}  // namespace

class TestPlaceholders : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void showsWhatTheFileSays();
    void hasADashedOutline_data();
    void hasADashedOutline();
    void isReadOut();
    void canBeMoved();
    void canBeConnected();
    void canBeDeletedWithItsEdges();
    void canBeCopiedAlone();
    void standsInAnEdge();
    void isLaidOutWithTheOthers();
    void isNotAmongWhatCanBeAdded();
};

void TestPlaceholders::showsWhatTheFileSays() {
    const Bench bench;
    const NodeLook& look = bench.scene->node("w")->look();
    QCOMPARE(look.title, QStringLiteral("w"));
    QCOMPARE(look.op, QStringLiteral("warp"));
    QCOMPARE(idsOf(look.inputs), QStringList({"x", "guide"}));
    QCOMPARE(idsOf(look.outputs), QStringList({"y", "mask"}));
    QVERIFY(look.inputs[0].isConnected && !look.inputs[1].isConnected);
    QCOMPARE(look.foundWanted, QStringLiteral("this program does not know the operator 'warp'"));
}

void TestPlaceholders::hasADashedOutline_data() {
    QTest::addColumn<ThemeKind>("kind");
    QTest::newRow("dark") << ThemeKind::Dark;
    QTest::newRow("light") << ThemeKind::Light;
}

void TestPlaceholders::hasADashedOutline() {
    QFETCH(ThemeKind, kind);
    Bench bench;
    bench.theme.setKind(kind);
    bench.view->zoomAboutMiddle(2);
    bench.view->centerOn(bench.scene->node("w")->sceneBody().center());
    QCoreApplication::processEvents();
    QVERIFY2(bench.changesAlongOutline("w") >= 20,
             qPrintable(QString::number(bench.changesAlongOutline("w"))));
    bench.view->centerOn(bench.scene->node("r")->sceneBody().center());
    QCoreApplication::processEvents();
    // Where the edge leaves it.
    QVERIFY2(bench.changesAlongOutline("r") <= 8,
             qPrintable(QString::number(bench.changesAlongOutline("r"))));
    QVERIFY(bench.theme.category(placeholderCategory) != bench.theme.category("convolution"));
    QVERIFY(!bench.theme.categoryIcon(placeholderCategory).isNull());
    const auto look = [&](const char* node) { return bench.scene->node(node)->look().category; };
    QCOMPARE(look("w"), std::string(placeholderCategory));
    // What a node is counts, and not what its descriptor calls itself.
    OpDescriptor op = *findNodeOperator("relu");
    QCOMPARE(hueOf(op), std::string_view("activation"));
    op.kind = NodeKind::Loss;
    QCOMPARE(hueOf(op), hueOf(*findNodeOperator("mse")));
    op.kind = NodeKind::Output;
    QCOMPARE(hueOf(op), hueOf(*findNodeOperator("input")));
}

void TestPlaceholders::isReadOut() {
    const Bench bench;
    QAccessibleInterface* canvas = QAccessible::queryAccessibleInterface(bench.view);
    QCOMPARE(canvas->child(4)->text(QAccessible::Name), QStringLiteral("w"));
    QCOMPARE(canvas->child(4)->text(QAccessible::Description),
             QStringLiteral("w, warp, error: this program does not know the operator 'warp'"));
}

void TestPlaceholders::canBeMoved() {
    Bench bench;
    const Graph before = bench.graph();
    const QPoint from = bench.middleOf("w");
    bench.drag(from, from + QPoint(60, 40));
    QVERIFY(bench.graph().find("w")->position != before.find("w")->position);
    bench.verifyOneEntry(before);
}

void TestPlaceholders::canBeConnected() {
    Bench bench;
    const Graph before = bench.graph();
    bench.drag(bench.output("r"), bench.input("w", "guide"));
    QVERIFY(bench.hasEdge({{"r", "y"}, {"w", "guide"}}));
    bench.verifyOneEntry(before);
}

void TestPlaceholders::canBeDeletedWithItsEdges() {
    Bench bench;
    const Graph before = bench.graph();
    bench.selection.selectNodes({"w"});
    bench.key(Qt::Key_Delete);
    QVERIFY(!bench.graph().find("w"));
    QCOMPARE(bench.graph().edgesOf("c").size(), 2U);
    bench.verifyOneEntry(before);
}

/// Nothing in the copied part names its ports.
void TestPlaceholders::canBeCopiedAlone() {
    Bench bench;
    bench.selection.selectNodes({"w"});
    bench.key(Qt::Key_C, Qt::ControlModifier);
    const Graph before = bench.graph();
    bench.key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(bench.selection.nodes().size(), 1);
    const Node* copy = bench.graph().find(bench.selection.nodes().front().toStdString());
    QVERIFY(copy && copy->id != "w");
    QVERIFY(copy->op == bench.graph().find("w")->op);
    bench.verifyOneEntry(before);
}

void TestPlaceholders::standsInAnEdge() {
    Bench bench;
    const auto done =
        bench.document.edit(QStringLiteral("cut"), {edit::EraseEdge{{{"c", "y"}, {"w", "x"}}}});
    QVERIFY(done.ok());
    const auto insertion = insertionOf(bench.graph(), "w", {{"c", "y"}, {"r", "x"}});
    QVERIFY(insertion.ok());
    QVERIFY(bench.document.edit(QStringLiteral("insert"), *insertion).ok());
    QVERIFY(bench.hasEdge({{"c", "y"}, {"w", "x"}}));
    QVERIFY(bench.hasEdge({{"w", "y"}, {"r", "x"}}));
    QVERIFY(!bench.document.shapes().errorOf("r"));
}

void TestPlaceholders::isLaidOutWithTheOthers() {
    Bench bench;
    bench.actions.find("canvas.layout")->trigger();
    QTRY_VERIFY(bench.document.undoStack().count() == 1);
    const auto rectOf = [&](const char* node) { return bench.scene->node(node)->sceneBody(); };
    QVERIFY(rectOf("w").top() > rectOf("c").bottom());
    for (const char* other : {"x", "c", "r", "f"}) QVERIFY(!rectOf("w").intersects(rectOf(other)));
}

void TestPlaceholders::isNotAmongWhatCanBeAdded() {
    Bench bench;
    bench.key(Qt::Key_Tab);
    auto* field = bench.editor.findChild<QLineEdit*>("nodeSearchField");
    auto* list = bench.editor.findChild<QListWidget*>("nodeSearchList");
    QTest::keyClicks(field, "warp");
    for (int row = 0; row < list->count(); ++row)
        QVERIFY(list->item(row)->data(Qt::UserRole).toString() != QStringLiteral("warp"));
}

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestPlaceholders)
#include "tst_placeholders.moc"
