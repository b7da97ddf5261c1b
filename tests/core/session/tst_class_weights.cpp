// SPDX-License-Identifier: Apache-2.0
// Weights of classes come into losses. Truth: the fields afterwards, and the shape pass.
#include <QtTest>

#include "core/graph/graph_text.h"
#include "core/graph/shapes.h"
#include "core/session/class_weights.h"

using namespace vitrine;

class TestClassWeights : public QObject {
    Q_OBJECT

    static Graph graphOf(const char* loss) {
        auto graph =
            graphFromText(std::string("x[1,4,4] -> flatten -> linear(out_features=3) -> ") + loss);
        if (!graph) qFatal("%s", graph.error().message.c_str());
        if (!graph->setField("labels", "classes", int64_t{3})) qFatal("it has no classes");
        return *std::move(graph);
    }

  private Q_SLOTS:
    void theyStandInTheLoss() {
        Graph graph = graphOf("weighted_cross_entropy(labels) as loss");
        QVERIFY(hasClassWeights(graph));
        const auto edits = weighClasses(graph, "label", std::vector{1.0 / 3, 2.0, 0.0});
        QVERIFY2(edits.ok(), edits.ok() ? "" : edits.error().message.c_str());
        QVERIFY(perform(graph, *edits).ok());
        QCOMPARE(graph.find("loss")->attrs.text("class_weights"), std::string("0.3333,2,0"));
        QVERIFY(shapesOf(graph).ok());
    }

    void anotherNumberIsRefused() {
        const auto edits =
            weighClasses(graphOf("weighted_cross_entropy(labels)"), "label", std::vector{1.0, 2.0});
        QVERIFY(!edits.ok());
        QCOMPARE(edits.error().message,
                 std::string("target 'labels' has 3 classes, the data have 2 classes"));
    }

    void aLossWithoutThemSaysWhichHave() {
        const Graph graph = graphOf("cross_entropy(labels)");
        QVERIFY(!hasClassWeights(graph));
        const auto edits = weighClasses(graph, "label", std::vector{1.0, 2.0, 3.0});
        QVERIFY(!edits.ok());
        QVERIFY(edits.error().next.find("weighted cross-entropy") != std::string::npos);
    }

    void anotherColumnIsNotItsOwn() {
        QVERIFY(!weighClasses(graphOf("weighted_cross_entropy(labels)"), "breed",
                              std::vector{1.0, 2.0, 3.0})
                     .ok());
    }
};

QTEST_GUILESS_MAIN(TestClassWeights)
#include "tst_class_weights.moc"
