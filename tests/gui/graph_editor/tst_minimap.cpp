// SPDX-License-Identifier: Apache-2.0
// The overview in the canvas's corner, in the real window.
#include "gui/graph_editor/minimap.h"

#include <QtTest>

#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_scene.h"
#include "gui/graph_editor/node_item.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class MinimapTest : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<WindowFixture> m_fixture;
    CanvasView* m_view = nullptr;
    Minimap* m_map = nullptr;

    GraphScene& scene() { return m_view->tools().scene; }
    QPoint onMap(const char* node) {
        return m_map->pixelAt(scene().node(node)->sceneBody().center()).toPoint();
    }
    double awayFrom(const char* node) {
        return QLineF(m_view->middle(), scene().node(node)->sceneBody().center()).length();
    }

  private slots:
    void init() {
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show();
        Project project = smallProject(smallNetwork);
        double y = 0;
        for (const Node& node : std::vector<Node>(project.graph.nodes())) {
            QVERIFY(project.graph.setPosition(node.id, {y / 3, y}).ok());
            y += 160;
        }
        QVERIFY(m_fixture->window().open(saveInto(m_fixture->folder(), "map", project)));
        QTest::qWait(100);  // the window frames what it has opened
        m_view = m_fixture->find<CanvasView>("canvasView");
        m_map = m_fixture->find<Minimap>("canvasMinimap");
    }
    void cleanup() { m_fixture.reset(); }

    void isThereWhileSomethingIsOutOfSight() {
        m_view->fitAll();
        QVERIFY(!m_map->isVisible());
        m_view->zoomAboutMiddle(4);
        QVERIFY(m_map->isVisible());
        QVERIFY(m_view->rect().contains(m_map->geometry()));
        m_fixture->window().resize(1000, 650);
        QCoreApplication::processEvents();
        QVERIFY(m_view->rect().contains(m_map->geometry()));
        m_fixture->bench().document.startNew();
        QVERIFY(!m_map->isVisible());
    }

    void leavesMostOfASmallCanvasFree() {
        m_fixture->window().resize(960, 600);
        QCoreApplication::processEvents();
        m_view->zoomAboutMiddle(4);
        const auto areaOf = [](const QSize& size) { return size.width() * size.height(); };
        QVERIFY(!m_map->isVisible() || 10 * areaOf(m_map->size()) < areaOf(m_view->size()));
        m_view->resize(150, 120);
        QCoreApplication::processEvents();
        QVERIFY(!m_map->isVisible());
    }

    void goesOutOfTheWayOfWhatIsSelected() {
        m_view->zoomAboutMiddle(4);
        const QPoint usual = m_map->pos();
        const QPointF corner = m_view->mapToScene(m_map->geometry().center());
        const QRectF body = scene().node("conv1")->sceneBody();
        m_view->centerOn(m_view->middle() + body.center() - corner);
        const auto onScreen = [&] { return m_view->viewportTransform().mapRect(body).toRect(); };
        QVERIFY(QRect(usual, m_map->size()).intersects(onScreen()));
        QCOMPARE(m_map->pos(), usual);
        m_fixture->bench().selection.selectNodes({QStringLiteral("conv1")});
        QVERIFY(m_map->isVisible() && m_map->pos() != usual);
        QVERIFY(!m_map->geometry().intersects(onScreen()));
        QVERIFY(m_view->rect().contains(m_map->geometry()));
        m_fixture->bench().selection.selectNodes({});
        QCOMPARE(m_map->pos(), usual);
    }

    void showsEveryNodeAtItsPlace() {
        m_view->zoomAboutMiddle(4);
        const QImage picture = m_map->grab().toImage();
        for (const auto& [id, item] : scene().nodes()) {
            const QPointF at = m_map->pixelAt(item->sceneBody().center());
            QVERIFY(m_map->rect().contains(at.toPoint()));
            QVERIFY(QLineF(m_map->sceneAt(at), item->sceneBody().center()).length() < 1e-6);
        }
        const QColor ground = m_fixture->theme().tokens().panel;
        QVERIFY(picture.pixelColor(onMap("conv1")) != ground);
    }

    void pressingAndDraggingGoesThere() {
        m_view->zoomAboutMiddle(4);
        QTest::mouseClick(m_map, Qt::LeftButton, {}, onMap("conv1"));
        QVERIFY(awayFrom("conv1") < 40);
        QTest::mousePress(m_map, Qt::LeftButton, {}, onMap("conv1"));
        QMouseEvent move(QEvent::MouseMove, onMap("fc"), m_map->mapToGlobal(onMap("fc")),
                         Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(m_map, &move);
        QTest::mouseRelease(m_map, Qt::LeftButton, {}, onMap("fc"));
        QVERIFY(awayFrom("fc") < 40);
    }
};

QTEST_MAIN(MinimapTest)
#include "tst_minimap.moc"
