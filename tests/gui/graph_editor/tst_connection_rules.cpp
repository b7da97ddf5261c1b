// SPDX-License-Identifier: Apache-2.0
// Which connections are refused, with which words, and what comes of the others.
#include <QtTest>

#include "core/graph/graph_text.h"
#include "gui/graph_editor/connection_rules.h"
#include "gui/graph_editor/wiring_suggestion.h"

namespace vitrine::gui {

namespace {

Graph graphOf(std::string_view text) {
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().message.c_str());
    return std::move(graph).value();
}

}  // namespace

class TestConnectionRules : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void givesTheShapeThatComesOfIt();
    void refuses_data();
    void refuses();
    void leavesTheGraphAsItWas();
    void replacesWhatEndsAtThePort();
    void onlyShapesCanBeForced();
    void suggestsTheNextLayerAndLabels();
    void suggestsNothingThatDoesNotFit();
    void findsOperatorsForAnEnd();
};

const auto chain =
    "x[1,28,28] -> conv2d(out_channels=6 kernel=5) as c -> relu as r\n"
    "y[1,9,9] -> flatten as f -> linear(out_features=3) as l\n"
    "t<10\nl -> cross_entropy as loss";

void TestConnectionRules::givesTheShapeThatComesOfIt() {
    ConnectionRules rules(graphOf(chain));
    const auto shape = rules.attempt({{"r", "y"}, {"f", "x"}});
    QVERIFY(shape.ok());
    QCOMPARE(*shape, QStringLiteral("N × 3456"));
}

void TestConnectionRules::refuses_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("words");
    QTest::newRow("cycle") << "r.y"
                           << "c.x"
                           << "would close a cycle";
    QTest::newRow("kind") << "t.labels"
                          << "c.x"
                          << "takes f32 or f64, but t.labels gives class numbers";
    QTest::newRow("labels wanted") << "c.y"
                                   << "loss.labels"
                                   << "takes class numbers";
    QTest::newRow("shape") << "c.y"
                           << "l.x"
                           << "[N, ";
    QTest::newRow("parameter") << "c.y"
                               << "l.weight"
                               << "takes a parameter";
}

void TestConnectionRules::refuses() {
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, words);
    const auto port = [](const QString& text) {
        return PortRef{text.section('.', 0, 0).toStdString(), text.section('.', 1).toStdString()};
    };
    ConnectionRules rules(graphOf(chain));
    const auto attempt = rules.attempt({port(from), port(to)});
    QVERIFY(!attempt.ok());
    const QString message = QString::fromStdString(attempt.error().message);
    QVERIFY2(message.contains(words), qPrintable(message));
}

void TestConnectionRules::leavesTheGraphAsItWas() {
    const Graph before = graphOf(chain);
    ConnectionRules rules(before);
    (void)rules.attempt({{"r", "y"}, {"f", "x"}});
    (void)rules.attempt({{"c", "y"}, {"l", "x"}});
    QVERIFY(!rules.refusal({{"r", "y"}, {"f", "x"}}));
    QVERIFY(rules.graph() == before);
}

void TestConnectionRules::replacesWhatEndsAtThePort() {
    ConnectionRules rules(graphOf(chain));
    const auto shape = rules.attempt({{"y", "x"}, {"r", "x"}});
    QVERIFY(shape.ok());
    QCOMPARE(*shape, QStringLiteral("N × 1 × 9 × 9"));
}

void TestConnectionRules::onlyShapesCanBeForced() {
    ConnectionRules rules(graphOf(chain));
    QVERIFY(ConnectionRules::canBeForced(rules.attempt({{"c", "y"}, {"l", "x"}}).error()));
    QVERIFY(!ConnectionRules::canBeForced(rules.attempt({{"r", "y"}, {"c", "x"}}).error()));
}

void TestConnectionRules::suggestsTheNextLayerAndLabels() {
    Graph graph = graphOf("x[4] -> linear(out_features=10) as l\nt<10");
    QVERIFY(graph.insertNode(*makeNode("loss", "cross_entropy"), 0).ok());
    const std::vector<Edge> edges = suggestedEdges(graph, "loss", "l");
    const std::vector<Edge> wanted = {{{"l", "y"}, {"loss", "logits"}},
                                      {{"t", "labels"}, {"loss", "labels"}}};
    QVERIFY(edges == wanted);
}

void TestConnectionRules::suggestsNothingThatDoesNotFit() {
    Graph graph = graphOf("x[1,8,8] -> relu as r");
    QVERIFY(graph.insertNode(*makeNode("l", "linear"), 0).ok());
    QVERIFY(suggestedEdges(graph, "l", "r").empty());
}

void TestConnectionRules::findsOperatorsForAnEnd() {
    const Graph graph = graphOf("x[4] -> relu as r\nz[1,8,8] -> relu as s");
    const QStringList flat = operatorsFitting(graph, {{"r", "y"}, false});
    QVERIFY(flat.contains("linear") && !flat.contains("conv2d") && !flat.contains("input"));
    const QStringList image = operatorsFitting(graph, {{"s", "y"}, false});
    QVERIFY(image.contains("conv2d") && !image.contains("linear"));
}

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestConnectionRules)
#include "tst_connection_rules.moc"
