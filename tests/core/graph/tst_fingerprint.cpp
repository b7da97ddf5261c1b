// SPDX-License-Identifier: Apache-2.0
// What a network's fingerprint sees and what it does not.
#include "core/graph/fingerprint.h"

#include <QtTest>

#include "core/graph/graph_text.h"

using namespace vitrine;

namespace {

Graph graphOf(const QString& text) {
    auto graph = graphFromText(text.toStdString());
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

/// The same nodes and edges from the last to the first.
Graph reversed(const Graph& graph) {
    std::vector<Node> nodes(graph.nodes().rbegin(), graph.nodes().rend());
    std::vector<Edge> edges(graph.edges().rbegin(), graph.edges().rend());
    return Graph::fromParts(std::move(nodes), std::move(edges)).value();
}

const QString network =
    "x[1,8,8] -> conv2d(out_channels=4 kernel=3) as c -> relu as r -> flatten -> "
    "linear(out_features=3) as f -> cross_entropy(labels)";

}  // namespace

class FingerprintTest : public QObject {
    Q_OBJECT

  private slots:
    void doesNotSeeNamesPlacesAndOrder() {
        Graph graph = graphOf(network);
        const std::string before = graphFingerprint(graph);
        QCOMPARE(before.size(), size_t{64});
        QVERIFY(graph.rename("c", "another").ok());
        QVERIFY(graph.setTitle("another", "Title").ok());
        QVERIFY(graph.setPosition("another", {17, -3}).ok());
        QCOMPARE(graphFingerprint(graph), before);
        QCOMPARE(graphFingerprint(reversed(graph)), before);
    }

    void seesEverythingElse_data() {
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("other");
        const auto row = [](const char* name, QString from, const char* to) {
            QTest::addRow("%s", name) << network << QString(network).replace(from, to);
        };
        row("a field", "out_channels=4", "out_channels=5");
        row("an operator", "relu", "tanh");
        row("a node more", "relu as r", "relu as r -> relu");
        row("the input's shape", "[1,8,8]", "[1,9,8]");
        const QString twins =
            "x[1,8,8] -> conv2d(out_channels=2 kernel=3) as b\n"
            "x -> conv2d(out_channels=2 kernel=3) as a -> add(%1) -> flatten -> "
            "linear(out_features=3) -> cross_entropy(labels)";
        QTest::addRow("which of two that are fed alike") << twins.arg("a") << twins.arg("b");
    }
    void seesEverythingElse() {
        QFETCH(QString, one);
        QFETCH(QString, other);
        QVERIFY(graphFingerprint(graphOf(one)) != graphFingerprint(graphOf(other)));
    }

    void seesSharedWeights() {
        Graph graph = graphOf(
            "x[1,8,8] -> conv2d(out_channels=1 kernel=3 padding=1) as a -> "
            "conv2d(out_channels=1 kernel=3 padding=1) as b -> flatten -> "
            "linear(out_features=3) -> cross_entropy(labels)");
        const std::string apart = graphFingerprint(graph);
        QVERIFY(graph.setFeed("b", "weight", "a.weight").ok());
        const std::string shared = graphFingerprint(graph);
        QVERIFY(shared != apart);
        QVERIFY(graph.rename("a", "z").ok());
        QCOMPARE(graphFingerprint(graph), shared);
    }
};

QTEST_GUILESS_MAIN(FingerprintTest)
#include "tst_fingerprint.moc"
