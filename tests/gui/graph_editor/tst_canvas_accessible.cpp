// SPDX-License-Identifier: Apache-2.0
// What a screen reader gets from the canvas.
#include <QAccessible>

#include "tests/gui/support/canvas_bench.h"

namespace vitrine::gui {

namespace {

const auto chain = "x[1,28,28] -> conv2d(out_channels=6 kernel=5) as c -> relu as r";

struct Reader : test::CanvasBench {
    using CanvasBench::CanvasBench;
    QAccessibleInterface* canvas = QAccessible::queryAccessibleInterface(view);

    QAccessibleInterface* childNamed(const char* name) const {
        for (int i = 0; i < canvas->childCount(); ++i)
            if (canvas->child(i)->text(QAccessible::Name) == QLatin1String(name))
                return canvas->child(i);
        return nullptr;
    }
};

}  // namespace

class TestCanvasAccessible : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void nodesAreChildren() {
        Reader reader(chain);
        QVERIFY(reader.canvas);
        QCOMPARE(reader.canvas->text(QAccessible::Name), reader.view->accessibleName());
        QCOMPARE(reader.canvas->childCount(), 3);
        for (int i = 0; i < 3; ++i) {
            QAccessibleInterface* node = reader.canvas->child(i);
            QVERIFY(node->isValid());
            QCOMPARE(reader.canvas->indexOfChild(node), i);
            QCOMPARE(node->parent(), reader.canvas);
            QCOMPARE(node, reader.canvas->child(i));
        }
        QCOMPARE(reader.canvas->child(3), nullptr);
        QCOMPARE(reader.canvas->child(-1), nullptr);
        QCOMPARE(reader.childNamed("c")->text(QAccessible::Description),
                 QString("c, Convolution 2D, output N × 6 × 24 × 24, connected to r"));
    }

    void placesAreThoseOfTheScreen() {
        Reader reader(chain);
        for (const double zoom : {1.0, 0.5}) {
            reader.view->zoomAboutMiddle(zoom);
            for (const char* name : {"c", "r"}) {
                const QRect place = reader.childNamed(name)->rect();
                QVERIFY(
                    place.contains(reader.view->viewport()->mapToGlobal(reader.middleOf(name))));
                QVERIFY(std::abs(place.width() - zoom * nodeWidth) <= 2);
                const QPoint middle = place.center();
                QCOMPARE(reader.canvas->childAt(middle.x(), middle.y()), reader.childNamed(name));
            }
        }
        QCOMPARE(reader.canvas->childAt(-500, -500), nullptr);
    }

    void followsSelectionAndFocus() {
        Reader reader(chain);
        QVERIFY(!reader.canvas->focusChild());
        reader.selection.selectNodes({"r"});
        QVERIFY(reader.childNamed("r")->state().selected);
        QVERIFY(!reader.childNamed("c")->state().selected);
        QCOMPARE(reader.canvas->focusChild(), reader.childNamed("r"));
        QVERIFY(reader.childNamed("r")->state().focused);
        reader.selection.selectNodes({"r", "c"});
        QVERIFY(!reader.canvas->focusChild());
    }

    void keyboardGoesFromNodeToNode() {
        Reader reader(chain);
        reader.key(Qt::Key_PageDown);
        QCOMPARE(reader.canvas->focusChild(), reader.childNamed("x"));
        reader.key(Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(reader.canvas->focusChild(), reader.childNamed("c"));
    }

    void pressingSelectsAndShows() {
        Reader reader(chain);
        reader.view->centerOn(5000, 5000);
        QAccessibleInterface* node = reader.childNamed("c");
        QVERIFY(node->state().offscreen);
        auto* action = node->actionInterface();
        QVERIFY(action &&
                action->actionNames().contains(QAccessibleActionInterface::pressAction()));
        action->doAction(QAccessibleActionInterface::pressAction());
        QCOMPARE(reader.selection.nodes(), QStringList({"c"}));
        QVERIFY(!node->state().offscreen);
    }

    void nodesThatGoAreInvalid() {
        Reader reader(chain);
        QAccessibleInterface* node = reader.childNamed("c");
        reader.selection.selectNodes({"c"});
        reader.key(Qt::Key_Delete);
        QVERIFY(!node->isValid());
        QVERIFY(node->state().invalid);
        QVERIFY(node->rect().isNull() && node->text(QAccessible::Name).isEmpty());
        QCOMPARE(reader.canvas->childCount(), 2);
        QVERIFY(!reader.childNamed("c"));
        // As it was, after an undo.
        reader.document.undoStack().undo();
        QVERIFY(reader.childNamed("c")->isValid());
        QCOMPARE(reader.canvas->childCount(), 3);
    }

    void errorsAreSaid() {
        Reader reader("x[1,8,8] -> relu as a\nz[4] -> linear(out_features=3) as l");
        reader.drag(reader.output("a"), reader.input("l"), Qt::AltModifier);
        const QString said = reader.childNamed("l")->text(QAccessible::Description);
        QVERIFY2(said.contains("error: ") && said.contains("[N, 1, 8, 8]"), qPrintable(said));
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestCanvasAccessible)
#include "tst_canvas_accessible.moc"
