// SPDX-License-Identifier: Apache-2.0
// Networks built as a person builds them: Tab, a few letters, Return, in the whole window.
#include <QtTest>
#include <QtWidgets>

#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_editor.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/node_item.h"
#include "tests/gui/support/window_fixture.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestChainsByKeys : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<WindowFixture> m_fixture;

    Document& document() { return m_fixture->bench().document; }
    const Graph& graph() { return document().graph(); }
    Selection& selection() { return m_fixture->bench().selection; }
    CanvasView* canvas() { return m_fixture->window().findChild<CanvasView*>(); }
    GraphScene* scene() { return static_cast<GraphScene*>(canvas()->scene()); }
    QPointF placeOf(const std::string& id) { return toPoint(graph().find(id)->position); }
    std::string fedBy(const std::string& id, const char* port = "x") {
        const Edge* edge = graph().edgeInto({id, port});
        return edge ? edge->from.node : "";
    }
    void click(const char* id) {
        canvas()->reveal(scene()->rectOf({id}));
        QTest::mouseClick(canvas()->viewport(), Qt::LeftButton, {},
                          canvas()->mapFromScene(scene()->node(id)->sceneBody().center()));
        QCOMPARE(selection().nodes(), QStringList(id));
    }
    void search(const char* letters) {
        auto* field = m_fixture->find<QLineEdit>("nodeSearchField");
        QVERIFY(field->hasFocus());
        QTest::keyClicks(field, letters);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(canvas()->hasFocus());
    }
    /// Tab, letters, Return; gives the new node, which is selected and in sight.
    std::string add(const char* letters) {
        const size_t before = graph().nodes().size();
        QTest::keyClick(canvas(), Qt::Key_Tab);
        search(letters);
        if (graph().nodes().size() != before + 1) qFatal("'%s' added nothing", letters);
        const std::string id = graph().nodes().back().id;
        if (selection().nodes() != QStringList(id.c_str()))
            qFatal("%s is not selected", id.c_str());
        if (scene()->focusNode() != id) qFatal("the keyboard is elsewhere than at %s", id.c_str());
        if (!isInSight(id)) qFatal("%s is out of sight", id.c_str());
        return id;
    }
    bool isInSight(const std::string& id) {
        const QRect body = canvas()->mapFromScene(scene()->node(id)->sceneBody()).boundingRect();
        return canvas()->viewport()->rect().contains(body);
    }
    void open(const char* project) {
        QVERIFY(m_fixture->window().open(
            QStringLiteral(VITRINE_SOURCE_DIR "/projects/%1/%1.vitrine").arg(project)));
        QCoreApplication::processEvents();
        canvas()->setFocus();
    }
    bool nothingOverlaps() {
        for (const Node& a : graph().nodes())
            for (const Node& b : graph().nodes())
                if (a.id < b.id && nodeRect(a).intersects(nodeRect(b))) {
                    qWarning("%s on %s", a.id.c_str(), b.id.c_str());
                    return false;
                }
        return true;
    }
    void undoAll() {
        while (document().undoStack().canUndo())
            QTest::keyClick(canvas(), Qt::Key_Z, Qt::ControlModifier);
    }
    /// Each below the one before it and fed by it.
    void verifyStraight(const std::vector<std::string>& chain) {
        for (size_t i = 1; i < chain.size(); ++i) {
            QCOMPARE(placeOf(chain[i]), placeOf(chain[i - 1]) + QPointF(0, rowPitch));
            QCOMPARE(fedBy(chain[i]), chain[i - 1]);
        }
    }

  private Q_SLOTS:
    void init() {
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show({1360, 860});
        canvas()->setFocus();
    }
    void cleanup() { m_fixture.reset(); }

    void fromAnEmptyCanvas() {
        QTest::mouseDClick(canvas()->viewport(), Qt::LeftButton, {},
                           canvas()->viewport()->rect().center());
        search("in");
        QCOMPARE(graph().nodes().size(), size_t{1});
        std::vector<std::string> chain{graph().nodes()[0].id};
        for (const char* letters : {"conv", "relu", "maxpool", "conv", "relu", "flatten", "fc"})
            chain.push_back(add(letters));
        verifyStraight(chain);
        QCOMPARE(document().undoStack().count(), 8);
        undoAll();
        QVERIFY(graph().nodes().empty());
    }

    void intoTheMiddle() {
        QTest::keyClick(canvas(), Qt::Key_Tab);
        search("in");
        std::vector<std::string> chain{graph().nodes()[0].id};
        for (const char* letters : {"conv", "relu", "maxpool"}) chain.push_back(add(letters));
        const Graph before = graph();
        click("conv1");
        chain.insert(chain.begin() + 2, {add("batch"), add("dropout")});
        verifyStraight(chain);
        QTest::keyClick(canvas(), Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(canvas(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(graph() == before);
    }

    /// The chain goes on at the top of the next column: that one stays where it is.
    void belowTheEndOfAColumn() {
        open("digits_lenet");
        const Graph before = graph();
        click("conv2");
        std::vector<std::string> chain{"conv2"};
        for (int i = 0; i < 25; ++i) chain.push_back(add("relu"));
        verifyStraight(chain);
        QCOMPARE(fedBy("relu2"), chain.back());
        for (const Node& node : before.nodes()) QCOMPARE(placeOf(node.id), toPoint(node.position));
        QVERIFY(nothingOverlaps());
        undoAll();
        QVERIFY(graph() == before);
    }

    void beforeTheLossAndItsLabels() {
        open("digits_lenet");
        const Graph before = graph();
        const QPointF apart = placeOf("target") - placeOf("loss");
        click("fc3");
        std::vector<std::string> chain{"fc3"};
        for (int i = 0; i < 25; ++i) chain.push_back(add("relu"));
        verifyStraight(chain);
        QCOMPARE(fedBy("loss", "logits"), chain.back());
        QCOMPARE(placeOf("loss").y(), placeOf(chain.back()).y() + rowPitch);
        QCOMPARE(placeOf("target") - placeOf("loss"), apart);
        QVERIFY(nothingOverlaps());
        undoAll();
        QVERIFY(graph() == before);
    }

    void byDoubleClickInThePalette() {
        open("digits_lenet");
        click("conv2");
        auto* tree = m_fixture->find<QTreeWidget>("paletteTree");
        const auto items = tree->findItems(QStringLiteral("Tanh"), Qt::MatchRecursive);
        QCOMPARE(items.size(), 1);
        tree->scrollToItem(items[0]);
        const QPoint at = tree->visualItemRect(items[0]).center();
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(tree->viewport(), Qt::LeftButton, {}, at);
        verifyStraight({"conv2", "tanh1"});
        QCOMPARE(fedBy("relu2"), std::string("tanh1"));
        QVERIFY(isInSight("tanh1"));
        QCOMPARE(document().undoStack().count(), 1);
    }

    void whatCannotBeWiredSaysWhy() {
        QTest::keyClick(canvas(), Qt::Key_Tab);
        search("in");
        add("flatten");
        QSignalSpy hints(&m_fixture->window().editor(), &GraphEditor::hint);
        const std::string id = add("conv");
        QVERIFY(graph().edgesOf(id).empty());
        QCOMPARE(placeOf(id), placeOf("flatten") + QPointF(0, rowPitch));
        QVERIFY(!hints.isEmpty());
        const QString said = hints.back().front().toString();
        QVERIFY2(said.contains("conv1") && said.contains("[N, 784]"), qPrintable(said));
    }
};

QTEST_MAIN(TestChainsByKeys)
#include "tst_chains_by_keys.moc"
