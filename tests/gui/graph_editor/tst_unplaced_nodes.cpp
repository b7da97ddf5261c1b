// SPDX-License-Identifier: Apache-2.0
// Projects whose nodes have no places are laid out when they open, and that is no change. Truth:
// rectangles that do not meet; the file's bytes.
#include <QTemporaryDir>

#include "gui/graph_editor/unplaced_nodes.h"
#include "tests/gui/support/canvas_bench.h"
#include "tests/gui/support/small_project.h"

namespace vitrine::gui {

class TestUnplacedNodes : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    /// The small project without the places of all nodes but those of `placed`.
    QString without(const QStringList& placed) {
        Project project = test::smallProject(test::smallNetwork);
        double x = 3000;
        for (const QString& node : placed)
            if (!project.graph.setPosition(node.toStdString(), {x += 200, 500}))
                qFatal("the node is there");
        QString text = QString::fromStdString(projectText(project));
        QStringList lines = text.split(u'\n');
        for (QString& line : lines) {
            const auto named = [&](const QString& id) {
                return line.contains(QStringLiteral("{\"id\": \"%1\"").arg(id));
            };
            if (std::none_of(placed.begin(), placed.end(), named))
                line.remove(QRegularExpression(QStringLiteral(R"(, "position": \[[^\]]*\])")));
        }
        QFile file(m_folder.filePath(QStringLiteral("unplaced.vitrine")));
        if (!file.open(QIODevice::WriteOnly)) qFatal("a test can write its folder");
        file.write(lines.join(u'\n').toUtf8());
        return file.fileName();
    }

    static bool anyMeet(const Graph& graph) {
        for (const Node& a : graph.nodes())
            for (const Node& b : graph.nodes())
                if (&a != &b && nodeRect(a).intersects(nodeRect(b))) return true;
        return false;
    }

  private Q_SLOTS:
    void areLaidOutWhenAProjectOpens_data() {
        QTest::addColumn<QStringList>("placed");
        QTest::newRow("none has a place") << QStringList{};
        QTest::newRow("two have") << QStringList{"conv1", "fc"};
        QTest::newRow("all but one have")
            << QStringList{"x", "conv1", "relu1", "flat", "fc", "loss"};
    }
    void areLaidOutWhenAProjectOpens() {
        QFETCH(QStringList, placed);
        test::CanvasBench bench("x[1,28,28] -> relu as r");
        QVERIFY(bench.document.open(without(placed)).ok());
        const size_t nodes = bench.graph().nodes().size();
        QCOMPARE(bench.document.project().unplaced.size(),
                 nodes - static_cast<size_t>(placed.size()));
        QTRY_VERIFY(bench.document.project().unplaced.empty());
        QVERIFY(!anyMeet(bench.graph()));
        QVERIFY(!bench.document.isModified());
        QVERIFY(!bench.document.undoStack().canUndo());
        double x = 3000;
        for (const QString& node : placed) {
            const Node& there =
                bench.graph()
                    .nodes()[static_cast<size_t>(bench.graph().indexOf(node.toStdString()))];
            QVERIFY((there.position == Position{x += 200, 500}));
        }
    }

    /// What was wanted of one project is not done to the next.
    void aLayoutOfTheLastProjectIsDropped() {
        test::CanvasBench bench("x[1,28,28] -> relu as r");
        QVERIFY(bench.document.open(without({})).ok());
        const QString placed =
            test::saveInto(m_folder.path(), "placed", test::smallProject(test::smallNetwork));
        QVERIFY(bench.document.open(placed).ok());
        const Graph before = bench.graph();
        QTest::qWait(300);
        QVERIFY(bench.graph() == before);
        QVERIFY(!bench.document.isModified());
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestUnplacedNodes)
#include "tst_unplaced_nodes.moc"
