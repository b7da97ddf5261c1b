// SPDX-License-Identifier: Apache-2.0
// Which values belong to a node, and what is said about values. Truth: the tapes of the projects
// that come with the program.
#include "gui/models/node_values.h"

#include <QtTest>

#include <algorithm>
#include <set>

#include "core/graph/graph_text.h"
#include "core/session/project.h"
#include "gui/models/value_words.h"
#include "tests/gui/support/made_tapes.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

Project projectNamed(const char* name) {
    auto project = loadProject(std::string(VITRINE_SOURCE_DIR "/projects/") + name);
    if (!project) qFatal("%s", project.error().text().c_str());
    return std::move(project).value();
}

/// Of a training step of `digits_lenet` with another network.
std::shared_ptr<const Tape> tapeOfText(const char* network) {
    Project project = projectNamed("digits_lenet");
    auto graph = graphFromText(network);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    project.graph = std::move(graph).value();
    auto tape = planTraining(project);
    if (!tape) qFatal("%s", tape.error().text().c_str());
    return *tape;
}

}  // namespace

class TestNodeValues : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyNodeHasAResult_data() {
        QTest::addColumn<QByteArray>("project");
        QTest::newRow("digits_lenet") << QByteArray("digits_lenet");
        QTest::newRow("cifar_small_resnet") << QByteArray("cifar_small_resnet");
    }
    /// Of the shape that the document gives it, made by an entry that names the node.
    void everyNodeHasAResult() {
        QFETCH(QByteArray, project);
        const auto tape = tapeOfProject(project.toStdString());
        const Project of = projectNamed(project.constData());
        std::set<ValueId> known;
        for (const Node& node : of.graph.nodes()) {
            const ValueId result = resultOf(*tape, node);
            QVERIFY2(result != noValue, node.id.c_str());
            QVERIFY2(known.insert(result).second, node.id.c_str());
            const int entry = makingEntry(*tape, result);
            if (entry < 0) continue;
            const auto& origins = tape->entries[static_cast<size_t>(entry)].instr.origins;
            QVERIFY2(std::find(origins.begin(), origins.end(), node.id) != origins.end(),
                     node.id.c_str());
        }
    }

    void aFusedNodeHasWhatIsInside() {
        const auto tape = tapeOfProject("digits_lenet");
        const Project project = projectNamed("digits_lenet");
        const ValueId conv = resultOf(*tape, *project.graph.find("conv1"));
        const ValueId relu = resultOf(*tape, *project.graph.find("relu1"));
        QVERIFY(fusingEntry(*tape, conv) >= 0);
        QCOMPARE(fusingEntry(*tape, relu), fusingEntry(*tape, conv));
        QCOMPARE(statesOf(*tape, "conv1").size(), size_t{2});
        QVERIFY(statesOf(*tape, "flatten").empty());
        const TapeState* weight = stateOf(*tape, statesOf(*tape, "conv1")[0]);
        QVERIFY(weight);
        QCOMPARE(weight->name, std::string("conv1.weight"));
        QVERIFY(stateOf(*tape, weight->out) == weight);
        QVERIFY(!stateOf(*tape, relu) && !stateOf(*tape, noValue));
    }

    // The two convolutions read one packed weight, which came from the first one.
    void aWeightIsOfEveryNodeThatReadsIt() {
        const auto tape = tapeOfText(
            "x[1,28,28] -> conv2d(out_channels=1 kernel=3 padding=1 bias=false) as a"
            " -> conv2d(weight=@a.weight out_channels=1 kernel=3 padding=1 bias=false) as b"
            " -> flatten -> linear(out_features=10) -> cross_entropy(labels)");
        QCOMPARE(statesOf(*tape, "a").size(), size_t{1});
        QVERIFY(statesOf(*tape, "b") == statesOf(*tape, "a"));
    }

    void theFirstAxisIsNamed() {
        const auto tape = tapeOfProject("digits_lenet");
        const auto axisOf = [&](const char* name) {
            const ValueId value = valueNamed(*tape, name);
            if (value == noValue) qFatal("there is no %s", name);
            return firstAxisOf(*tape, value);
        };
        QVERIFY(axisOf("input") == FirstAxis::Images);
        QVERIFY(axisOf("conv1.weight") == FirstAxis::Filters);
        int packed = 0, gradients = 0;
        for (const TapeEntry& entry : tape->entries) {
            if (entry.instr.op->id != "conv_weights") continue;
            ++gradients;
            QVERIFY(firstAxisOf(*tape, entry.instr.out[0]) == FirstAxis::Filters);
        }
        QCOMPARE(gradients, 2);
        for (size_t i = 0; i < tape->values.size(); ++i) {
            if (tape->values[i].type.layout.kind != LayoutKind::Packed) continue;
            ++packed;
            QVERIFY(firstAxisOf(*tape, static_cast<ValueId>(i)) == FirstAxis::Filters);
        }
        QVERIFY(packed > 0);
        const auto moved = tapeOfText(
            "x[1,28,28] -> transpose(permutation=1,0,2,3) as t -> transpose(permutation=1,0,2,3)"
            " -> conv2d(out_channels=1 kernel=3) -> flatten -> linear(out_features=10)"
            " -> cross_entropy(labels)");
        for (size_t i = 0; i < moved->values.size(); ++i)
            if (moved->values[i].type.shape.rank() == 4 && moved->values[i].type.shape[0] == 1 &&
                moved->values[i].type.shape[1] == moved->batch)
                QVERIFY(firstAxisOf(*moved, static_cast<ValueId>(i)) == FirstAxis::Indices);
    }

    void endsOfScalesAreWhole_data() {
        QTest::addColumn<double>("number");
        QTest::addColumn<QString>("text");
        QTest::newRow("0") << 0.0 << "0";
        QTest::newRow("large") << 2.1e36 << "2.1·10³⁶";
        QTest::newRow("large, negative") << -2.14e36 << "−2.1·10³⁶";
        QTest::newRow("rounds up") << 9.97e8 << "1.0·10⁹";
        QTest::newRow("small") << 4.2e-7 << "4.2·10⁻⁷";
        QTest::newRow("640") << 640.2 << "640";
        QTest::newRow("thousands") << 12345.6 << "12,346";
        QTest::newRow("parts") << -0.1307 << "−0.131";
    }
    void endsOfScalesAreWhole() {
        QFETCH(double, number);
        QFETCH(QString, text);
        QCOMPARE(scaleText(number), text);
    }

    void theMomentIsSaid() {
        ValueSnapshot snapshot;
        snapshot.step = 1211;
        snapshot.entry = 5;
        QCOMPARE(momentText(snapshot, false), QStringLiteral("Step 1,212, before entry 5."));
        QCOMPARE(momentText(snapshot, true), QStringLiteral("Live, step 1,212."));
        snapshot.isBetweenSteps = true;
        QCOMPARE(momentText(snapshot, false), QStringLiteral("After step 1,211."));
        snapshot.step = 0;
        QCOMPARE(momentText(snapshot, false), QStringLiteral("Before the first step."));
    }
};

QTEST_GUILESS_MAIN(TestNodeValues)
#include "tst_node_values.moc"
