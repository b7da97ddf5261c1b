// SPDX-License-Identifier: Apache-2.0
// A prediction that is stepped, against the Predictor with the same states and values, which runs
// the same tape without a stop.
#include "core/session/stepped_prediction.h"

#include <algorithm>

#include "core/exec/tape_places.h"
#include "core/graph/graph_text.h"
#include "core/session/predictor.h"
#include "core/train/stop_point.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

using Values = std::vector<std::vector<std::byte>>;

Project projectOf(const std::string& network) {
    Project project;
    auto graph = graphFromText(network);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    project.graph = std::move(graph).value();
    project.data.format = "idx";  // its images are bytes
    project.data.normalisation = {0.3, 0.2};
    project.training.seed = 3;
    return project;
}

std::unique_ptr<SteppedPrediction> steppedOf(const Project& project, int64_t batch = 1) {
    auto stepped = SteppedPrediction::create(project, {.batch = batch, .threads = 2});
    if (!stepped) qFatal("%s", stepped.error().text().c_str());
    return std::move(stepped).value();
}

Values exampleOf(const SteppedPrediction& stepped, int64_t example) {
    const Dataset data = test::barDataset(0, 20);
    return valuesOfExample(stepped.inputs(), data.columns, data.test, example);
}

/// The states that a run with another seed would start with.
Snapshot otherStates(const Project& project) {
    auto model = Model::compile(project.graph, {{Mode::Predict, 1}}, {.batch = 1});
    if (!model) qFatal("%s", model.error().text().c_str());
    (*model)->initialise(99);
    Snapshot snapshot;
    snapshot.position.step = 17;
    for (const StateLayout::Item& item : (*model)->states().items()) {
        const auto view = (*model)->memory().view(item.offset, item.bytes());
        snapshot.tensors.push_back({item.name,
                                    item.dtype,
                                    item.shape,
                                    {view->bytes().begin(), view->bytes().end()},
                                    item.key});
    }
    return snapshot;
}

std::vector<float> predictorSays(const Project& project, const Snapshot& states, Values values) {
    auto predictor = std::move(Predictor::create(project)).value();
    predictor->setStates(std::make_shared<const Snapshot>(states));
    (void)predictor->ask(std::move(values)).value();
    for (;;) {
        if (const auto prediction = predictor->take()) return prediction->outputs.at(0).elements;
        std::this_thread::yield();
    }
}

std::vector<float> elementsAtEnd(SteppedPrediction& stepped) {
    while (!stepped.isAtEnd()) stepped.run();
    return stepped.outputs().at(0).elements;
}

}  // namespace

class SteppedPredictionTest : public QObject {
    Q_OBJECT

  private slots:
    void saysWhatThePredictorSays_data() {
        QTest::addColumn<std::string>("network");
        QTest::newRow("lanes") << test::lanesNetwork();
        QTest::newRow("residual") << test::residualNetwork();
        QTest::newRow("dropout") << test::dropoutNetwork();
    }
    void saysWhatThePredictorSays() {
        QFETCH(std::string, network);
        const Project project = projectOf(network);
        const auto stepped = steppedOf(project);
        const Snapshot states = otherStates(project);
        stepped->setStates(states);
        for (int64_t example = 0; example < 3; ++example) {
            const Values values = exampleOf(*stepped, example);
            const auto expected = predictorSays(project, states, values);
            QVERIFY(stepped->begin(values).ok());
            QVERIFY(elementsAtEnd(*stepped) == expected);
            // There and back, entry by entry, and forward again.
            while (stepped->stepBack()) continue;
            QCOMPARE(stepped->entry(), 0);
            while (!stepped->isAtEnd()) QCOMPARE(stepped->stepEntry().cause, StopCause::Entry);
            QVERIFY(stepped->outputs().at(0).elements == expected);
        }
    }

    void showsEveryNodeOnTheWayAndAfterwards() {
        const auto stepped = steppedOf(projectOf(test::residualNetwork()));
        QVERIFY(stepped->begin(exampleOf(*stepped, 0)).ok());
        std::vector<std::vector<float>> made;
        while (!stepped->isAtEnd()) {
            const auto entry = static_cast<size_t>(stepped->entry());
            stepped->stepEntry();
            const ValueSnapshot value =
                stepped->value({.value = stepped->tape().entries[entry].instr.out[0]});
            QVERIFY2(value.isAlive && value.statistics.nonFinite == 0, value.reason.c_str());
            made.push_back(value.elements);
        }
        for (size_t entry = 0; entry < made.size(); ++entry) {
            const Instr& instr = stepped->tape().entries[entry].instr;
            QVERIFY2(instr.epilogue.empty(), "nothing is fused");
            const ValueSnapshot value = stepped->value({.value = instr.out[0]});
            QVERIFY2(value.isShown() && value.elements == made[entry], value.name.c_str());
        }
    }

    void runsToNodesBothWays() {
        const Project project = projectOf(test::residualNetwork());
        const auto stepped = steppedOf(project);
        QVERIFY(stepped->begin(exampleOf(*stepped, 0)).ok());
        for (const char* node : {"f1", "c1", "r2", "c2"}) {
            QCOMPARE(stepped->runToNode(node).cause, StopCause::Entry);
            QCOMPARE(stepped->entry(), firstEntryOf(stepped->tape(), node, false));
            const ValueId value = stepped->valueOfNode(project.graph.indexOf(node));
            QVERIFY(!stepped->value({.value = value}).isShown());
            stepped->stepEntry();
            while (StepDebugger::placeBehind(stepped->tape(), value) > stepped->entry())
                stepped->stepEntry();
            QVERIFY(stepped->value({.value = value}).isAlive);
        }
        const int here = stepped->entry();
        QCOMPARE(stepped->runToNode("nowhere").cause, StopCause::None);
        QCOMPARE(stepped->entry(), here);
        QCOMPARE(stepped->runTo(here).cause, StopCause::Entry);
        QCOMPARE(stepped->runTo(1 << 20).cause, StopCause::Entry);
        QVERIFY(stepped->isAtEnd());
        stepped->setStops({.breakpoints = {{"r1", false}}});
        QCOMPARE(stepped->runTo(0).cause, StopCause::Entry);
        QCOMPARE(stepped->run().cause, StopCause::Breakpoint);
        QCOMPARE(stepped->entry(), firstEntryOf(stepped->tape(), "r1", false));
        QCOMPARE(stepped->run().cause, StopCause::End);
    }

    void stopsAtTheFirstThatIsNotFinite() {
        const Project project = projectOf(
            "x[1,12,12] -> flatten -> linear(out_features=10) as f\n"
            "f -> mul(f) as square -> mul(f) as cube -> linear(out_features=10) as g");
        const auto stepped = steppedOf(project);
        Snapshot states = otherStates(project);
        for (SnapshotTensor& tensor : states.tensors)
            if (tensor.name == "f.bias") reinterpret_cast<float*>(tensor.bytes.data())[4] = 1e25f;
        stepped->setStates(states);
        stepped->setStops({.nonFinite = NonFiniteWatch::EveryValue});
        const auto begun = stepped->begin(exampleOf(*stepped, 0));
        QVERIFY(begun.ok() && !*begun);
        const DebugStop stop = stepped->run();
        QCOMPARE(stop.cause, StopCause::NonFinite);
        QCOMPARE(stop.found.element, int64_t{4});
        QCOMPARE(originsOf(stepped->tape(), stop.found.value), std::vector<std::string>{"square"});
        QCOMPARE(stepped->entry() - 1, definingEntry(stepped->tape(), stop.found.value));
        QCOMPARE(stepped->run().cause, StopCause::End);
    }

    void anEditLastsUntilTheNextExample() {
        const Project project = projectOf(test::residualNetwork());
        const auto stepped = steppedOf(project);
        const Values values = exampleOf(*stepped, 1);
        QVERIFY(!stepped->edit(stepped->tape().states[0].in, 0, 4));  // none is going on
        QVERIFY(stepped->begin(values).ok());
        const auto expected = elementsAtEnd(*stepped);
        QVERIFY(stepped->runTo(0));
        QVERIFY(stepped->edit(stepped->tape().states[0].in, 0, 4));
        const auto edited = elementsAtEnd(*stepped);
        QVERIFY(edited != expected);
        QVERIFY(stepped->begin(values).ok());
        QVERIFY(elementsAtEnd(*stepped) == expected);
    }

    void newStatesAreUsedFromTheNextBeginOn() {
        const Project project = projectOf(test::lanesNetwork());
        const auto stepped = steppedOf(project);
        const Values values = exampleOf(*stepped, 2);
        QVERIFY(stepped->begin(values).ok());
        const auto fresh = elementsAtEnd(*stepped);
        const Snapshot states = otherStates(project);
        stepped->setStates(states);
        QVERIFY(!stepped->isGoingOn());
        QVERIFY(stepped->begin(values).ok());
        const auto expected = predictorSays(project, states, values);
        QVERIFY(expected != fresh);
        QVERIFY(elementsAtEnd(*stepped) == expected);
    }

    void severalExamplesAtOnce() {
        const Project project = projectOf(test::lanesNetwork());
        const auto one = steppedOf(project), three = steppedOf(project, 3);
        Values all(1);
        for (int64_t i = 0; i < 3; ++i) {
            const Values values = exampleOf(*one, i);
            all[0].insert(all[0].end(), values[0].begin(), values[0].end());
        }
        QVERIFY(three->begin(all).ok());
        elementsAtEnd(*three);
        const PredictedOutput together = three->outputs().at(0);
        QCOMPARE(together.shape, (Shape{3, 10}));
        for (int64_t i = 0; i < 3; ++i) {
            QVERIFY(one->begin(exampleOf(*one, i)).ok());
            const auto alone = elementsAtEnd(*one);
            const auto row = together.of(i);
            for (size_t k = 0; k < alone.size(); ++k)  // other kernels round otherwise
                QVERIFY(std::abs(alone[k] - row[k]) <= 1e-4 * std::max(1.0f, std::abs(row[k])));
        }
    }

    void refusesWhatDoesNotFit() {
        const auto stepped = steppedOf(projectOf(test::lanesNetwork()));
        const auto refused = stepped->begin(Values{std::vector<std::byte>(5)});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("P13"));
        QVERIFY(!stepped->isGoingOn());
        const auto missing = stepped->loadStates("/nowhere/weights.safetensors");
        QVERIFY(!missing.ok());
        Project wrong = projectOf(test::lanesNetwork());
        QVERIFY(wrong.graph.setField("c2", "kernel", std::vector<int64_t>{99, 99}).ok());
        const auto none = SteppedPrediction::create(wrong, {.batch = 1});
        QVERIFY(!none.ok());
        QCOMPARE(none.error().place.node, std::string("c2"));
    }
};

QTEST_GUILESS_MAIN(SteppedPredictionTest)
#include "tst_stepped_prediction.moc"
