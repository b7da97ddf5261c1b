// SPDX-License-Identifier: Apache-2.0
// The canvas follows edits node by node: after any of them it shows what a canvas shows that was
// made anew.
#include <QtTest>

#include "core/graph/graph_text.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/graph_scene.h"
#include "gui/theme/theme.h"
#include "tests/gui/support/small_project.h"
#include "tests/support/random_edits.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestSceneFollows : public QObject {
    Q_OBJECT

  private:
    static void compare(const GraphScene& scene, const GraphScene& fresh) {
        QCOMPARE(scene.nodes().size(), fresh.nodes().size());
        for (const auto& [id, item] : fresh.nodes()) {
            const NodeItem* here = scene.node(id);
            QVERIFY2(here, id.c_str());
            QVERIFY2(here->look() == item->look(), id.c_str());
            QVERIFY2(here->marks() == item->marks(), id.c_str());
            QCOMPARE(here->pos(), item->pos());
        }
        const auto& edges = fresh.document().graph().edges();
        for (const Edge& edge : edges) {
            const EdgeItem *here = scene.edge(edge), *wanted = fresh.edge(edge);
            QVERIFY(here && wanted);
            QCOMPARE(here->description(), wanted->description());
            QVERIFY2(here->route() == wanted->route(),
                     (edge.from.text() + " to " + edge.to.text()).c_str());
        }
        const auto edgeItems = [](const GraphScene& of) {
            const QList<QGraphicsItem*> all = of.items();
            return std::ranges::count_if(
                all, [](QGraphicsItem* item) { return item->type() == EdgeItem::Type; });
        };
        QCOMPARE(edgeItems(scene), static_cast<std::ptrdiff_t>(edges.size()));
        QCOMPARE(scene.sceneRect(), fresh.sceneRect());
    }

  private Q_SLOTS:
    void showsWhatAFreshOneShows_data() {
        QTest::addColumn<uint>("seed");
        for (uint seed = 1; seed <= 12; ++seed) QTest::addRow("seed %u", seed) << seed;
    }
    void showsWhatAFreshOneShows() {
        QFETCH(uint, seed);
        std::mt19937 random(seed);
        QTemporaryDir folder;
        Theme theme(ThemeKind::Dark);
        CanvasStyle style(theme);
        Document document;
        Selection selection;
        QVERIFY(document.open(saveInto(folder.path(), "small", smallProject(smallNetwork))).ok());
        GraphScene scene(document, selection, style);
        int done = 0;
        for (int i = 0; i < 120; ++i) {
            const uint what = random() % 12;
            const auto& there = document.graph().nodes();
            if (!there.empty() && random() % 3 == 0)
                selection.selectNodes({QString::fromStdString(there[random() % there.size()].id)});
            if (what == 0)
                document.undoStack().undo();
            else if (what == 1)
                document.undoStack().redo();
            else if (!document.edit("e", randomEdit(document.graph(), random)).ok())
                continue;
            ++done;
            if (random() % 4 == 0) {
                // As a drag does, which ends in an edit or in nothing.
                const auto& nodes = document.graph().nodes();
                if (nodes.empty()) continue;
                const std::string id = nodes[random() % nodes.size()].id;
                const QPointF by(static_cast<double>(random() % 600), 130);
                const Position place = document.graph().find(id)->position;
                scene.shiftNodes({QString::fromStdString(id)}, by);
                if (random() % 2 == 0)
                    scene.endShift();
                else
                    QVERIFY(
                        document
                            .edit("move", {edit::Move{id, {place.x + by.x(), place.y + by.y()}}})
                            .ok());
            }
            const GraphScene fresh(document, selection, style);
            compare(scene, fresh);
            if (QTest::currentTestFailed()) return;
        }
        QVERIFY2(done > 40, "hardly anything was edited");
    }
};

QTEST_MAIN(TestSceneFollows)
#include "tst_scene_follows.moc"
