// SPDX-License-Identifier: Apache-2.0
// A run as the window has it: opened from memory, stepped through, gone on with from its weights,
// and what it leaves on disk.
#include "core/session/live_run.h"

#include <QTemporaryDir>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "core/graph/graph_text.h"
#include "core/session/training_run.h"
#include "tests/support/cli_fixtures.h"

using namespace vitrine;
namespace fs = std::filesystem;

namespace {

Project project() {
    auto read = projectFromText(test::strokesProject());
    if (!read) qFatal("%s", read.error().text().c_str());
    return std::move(read).value();
}

const std::shared_ptr<const Dataset>& data() {
    static const std::shared_ptr<const Dataset> set = openData(project(), {}).value();
    return set;
}

/// Waits for the event with which the run stands still again; takes all records on the way, as
/// the window does.
RunEvent waitForRest(LiveRun& run, std::vector<StepRecord>* records = nullptr) {
    using enum EventKind;
    constexpr std::array rests{Paused,           BreakpointHit, NonFiniteValue, NonFiniteLoss,
                               CheckpointFailed, Finished,      Stopped};
    const auto takeRecords = [&] {
        for (StepRecord record; run.nextRecord(record);)
            if (records) records->push_back(record);
    };
    for (RunEvent event;; std::this_thread::yield()) {
        takeRecords();
        while (run.nextEvent(event)) {
            if (std::find(rests.begin(), rests.end(), event.kind) == rests.end()) continue;
            takeRecords();
            return event;
        }
    }
}

RunEvent waitForEvent(LiveRun& run, EventKind kind) {
    for (RunEvent event;;) {
        while (run.nextEvent(event))
            if (event.kind == kind) return event;
        std::this_thread::yield();
    }
}

std::shared_ptr<const Snapshot> statesOf(LiveRun& run) {
    run.askStates();
    for (;;) {
        if (auto states = run.takeStates()) return states;
        std::this_thread::yield();
    }
}

std::vector<nlohmann::json> logOf(const std::string& folder) {
    std::vector<nlohmann::json> lines;
    std::istringstream text(test::readBytes(folder + "/log.jsonl"));
    for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
}

int64_t countOf(const std::vector<nlohmann::json>& lines, const char* event) {
    return std::count_if(lines.begin(), lines.end(),
                         [&](const nlohmann::json& line) { return line["event"] == event; });
}

}  // namespace

class LiveRunTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    int m_runs = 0;

    std::unique_ptr<LiveRun> open(const Project& of, LiveOptions options = {}) {
        options.runFolder = m_temporary.filePath("run%1").arg(++m_runs).toStdString();
        auto run = LiveRun::open(of, data(), std::move(options));
        if (!run) qFatal("%s", run.error().text().c_str());
        return std::move(run).value();
    }

  private slots:
    void trainsToItsEnd() {
        auto run = open(project());
        const std::string folder = run->folder();
        QCOMPARE(run->state(), RunState::Ready);
        QCOMPARE(run->totalSteps(), int64_t{30});
        QCOMPARE(run->stepsPerEpoch(), int64_t{10});
        QVERIFY(run->data() == data());
        run->start();
        std::vector<StepRecord> records;
        QCOMPARE(waitForRest(*run, &records).kind, EventKind::Finished);
        QCOMPARE(records.size(), size_t{30});
        for (size_t i = 0; i < records.size(); ++i)
            QCOMPARE(records[i].step, static_cast<int64_t>(i) + 1);
        QTRY_COMPARE(run->state(), RunState::Finished);
        const auto predictions = run->takePredictions();
        QVERIFY(predictions);
        QCOMPARE(predictions->classes.size(), size_t{50});

        // A thread of its own writes the record.
        QTRY_COMPARE(countOf(logOf(folder), "done"), int64_t{1});
        const auto lines = logOf(folder);
        QCOMPARE(countOf(lines, "start"), int64_t{1});
        QCOMPARE(countOf(lines, "step"), int64_t{30});
        QCOMPARE(countOf(lines, "epoch"), int64_t{3});
        QCOMPARE(countOf(lines, "done"), int64_t{1});
        QVERIFY(fs::exists(folder + "/weights.safetensors"));
        QVERIFY(fs::exists(folder + "/project.vitrine"));
    }

    void endsWithTheBitsOfTheCommandLine() {
        const std::string file = m_temporary.filePath("small.vitrine").toStdString();
        test::writeBytes(file, test::strokesProject());
        RunRequest request;
        request.project = file;
        request.folder = m_temporary.filePath("plain").toStdString();
        auto plain = TrainingRun::open(request);
        QVERIFY(plain.ok());
        (*plain)->trainer().post({Command::Kind::Start});
        (*plain)->trainer().waitUntilIdle();

        auto run = open(project(), {.threads = 2});
        run->setStops({.record = true});
        run->stepEntry();
        waitForRest(*run);
        run->start();
        QCOMPARE(waitForRest(*run).kind, EventKind::Finished);
        QVERIFY(test::readBytes(run->folder() + "/weights.safetensors") ==
                test::readBytes(request.folder + "/weights.safetensors"));
    }

    void anotherMayGoOnWithARunThatIsOver() {
        auto run = open(project());
        run->stepBatch();
        waitForRest(*run);
        QCOMPARE(LiveRun::resume(run->folder(), {}).error().code, std::string("P12"));
        run->stop();
        waitForRest(*run);
        // The folder is let go of a moment after the event.
        auto next = LiveRun::resume(run->folder(), {});
        for (int tries = 0; !next && tries < 100; ++tries) {
            QTest::qWait(20);
            next = LiveRun::resume(run->folder(), {});
        }
        QVERIFY2(next.ok(), next.ok() ? "" : next.error().text().c_str());
        (*next)->start();
        QCOMPARE(waitForRest(**next).kind, EventKind::Finished);
    }

    void standsWhereItWasStopped() {
        auto run = open(project());
        run->stepBatch();
        waitForRest(*run);
        StopPoint at = run->stopPoint();
        QCOMPARE(at.step, int64_t{1});
        QVERIFY(!at.insideStep && !at.canStepBack);
        run->runTo(5);
        waitForRest(*run);
        at = run->stopPoint();
        QCOMPARE(at.entry, 5);
        QVERIFY(at.insideStep && at.canStepBack);
        run->stepBack();
        waitForRest(*run);
        QCOMPARE(run->stopPoint().entry, 4);
        const int entry = firstEntryOf(*run->tape(), "relu2", true);
        run->setStops({.breakpoints = {{"relu2", true}}});
        run->start();
        QCOMPARE(waitForRest(*run).kind, EventKind::BreakpointHit);
        QCOMPARE(run->stopPoint().entry, entry);
        run->stop();
        QCOMPARE(waitForRest(*run).kind, EventKind::Stopped);
        QTRY_COMPARE(run->state(), RunState::Stopped);
        QVERIFY(fs::exists(run->folder() + "/checkpoints/step-2.safetensors"));
    }

    void theLogTellsOfEdits() {
        auto run = open(project());
        run->runTo(3);
        waitForRest(*run);
        const ValueId weight = run->presentTape()->states[0].in;
        run->editValue(weight, 2, 0.75);
        waitForEvent(*run, EventKind::ValueEdited);
        run->ask({.value = weight});
        std::unique_ptr<ValueSnapshot> value;
        while (!(value = run->takeValue())) std::this_thread::yield();
        QCOMPARE(value->elements[2], 0.75f);
        for (const nlohmann::json& line : logOf(run->folder()))
            if (line["event"] == "edit") {
                QCOMPARE(line["value"].get<std::string>(), value->name);
                QCOMPARE(line["element"].get<int>(), 2);
                QCOMPARE(line["number"].get<double>(), 0.75);
                QCOMPARE(line["entry"].get<int>(), 3);
                return;
            }
        QFAIL("the log has no line for the edit");
    }

    void startsFromTheWeightsOfAnotherRun() {
        auto first = open(project());
        first->start();
        waitForRest(*first);
        const auto states = statesOf(*first);
        QCOMPARE(states->position.step, int64_t{30});

        LiveOptions options;
        options.startFrom = states;
        auto second = open(project(), options);
        QCOMPARE(second->statesTakenOver(), static_cast<int64_t>(second->parameters().size()));
        const auto begun = statesOf(*second);
        QCOMPARE(begun->position.step, int64_t{0});
        for (size_t i = 0; i < states->tensors.size(); ++i)
            QVERIFY(begun->tensors[i].bytes == states->tensors[i].bytes);
        QVERIFY(test::readBytes(second->folder() + "/initial.safetensors") ==
                test::readBytes(first->folder() + "/weights.safetensors"));
        const auto json = nlohmann::json::parse(test::readBytes(second->folder() + "/run.json"));
        QCOMPARE(json["started_from"].get<std::string>(), std::string("initial.safetensors"));
    }

    void keepsWhatFitsAnotherNetwork() {
        auto first = open(project());
        const auto states = statesOf(*first);
        Project wider = project();
        wider = projectFromText(test::replaced(test::strokesProject(), "\"out_channels\": 8",
                                               "\"out_channels\": 12"))
                    .value();
        LiveOptions options;
        options.startFrom = states;
        auto second = open(wider, options);
        // conv1.weight, conv1.bias and fc.bias fit; conv2 and fc.weight have other shapes.
        QCOMPARE(second->statesTakenOver(), int64_t{3});
        second->stepBatch();
        QCOMPARE(waitForRest(*second).kind, EventKind::Paused);
    }

    void aRunThatIsGoneOnWithBeginsWithItsWeights() {
        auto first = open(project());
        first->stepBatch();
        waitForRest(*first);
        LiveOptions options;
        options.startFrom = statesOf(*first);
        auto second = open(project(), options);
        RunRequest request;
        request.folder = second->folder();
        request.resume = true;
        second.reset();
        auto again = TrainingRun::open(request);
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().text().c_str());
        const Snapshot states = (*again)->trainer().snapshot();
        for (size_t i = 0; i < states.tensors.size(); ++i)
            QVERIFY(states.tensors[i].bytes == options.startFrom->tensors[i].bytes);
    }

    void overfitsOneBatch() {
        auto run = open(project(), {.overfitOneBatch = true});
        run->setLearningRate(0);
        run->start();
        std::vector<StepRecord> records;
        waitForRest(*run, &records);
        for (const StepRecord& record : records) QCOMPARE(record.loss, records[0].loss);
        const auto json = nlohmann::json::parse(test::readBytes(run->folder() + "/run.json"));
        QVERIFY(json["settings"]["overfit_one_batch"].get<bool>());
    }

    void canBeLetGoWhileItRuns() {
        std::string folder;
        {
            auto run = open(project());
            folder = run->folder();
            run->start();
            while (run->state() == RunState::Ready) std::this_thread::yield();
        }
        int64_t step = 0;
        for (const nlohmann::json& line : logOf(folder))
            if (line["event"] == "step") QCOMPARE(line["step"].get<int64_t>(), ++step);
        QVERIFY(step <= 30);
    }

    void thePlanIsWhatRuns() {
        const auto plan = planTraining(project());
        QVERIFY(plan.ok());
        auto run = open(project());
        const Tape &planned = **plan, &tape = *run->tape();
        QCOMPARE(planned.entries.size(), tape.entries.size());
        QCOMPARE(planned.arenaBytes(), tape.arenaBytes());
        for (size_t v = 0; v < tape.values.size(); ++v) {
            QCOMPARE(planned.values[v].name, tape.values[v].name);
            if (tape.values[v].storage >= 0)
                QCOMPARE(planned.offsetOf(static_cast<ValueId>(v)),
                         tape.offsetOf(static_cast<ValueId>(v)));
        }
    }

    void refusesImagesOfAnotherSize() {
        Project other =
            projectFromText(test::replaced(test::strokesProject(), "[1, 28, 28]", "[1, 32, 32]"))
                .value();
        LiveOptions options;
        options.runFolder = m_temporary.filePath("never").toStdString();
        const auto run = LiveRun::open(other, data(), options);
        QVERIFY(!run.ok());
        QCOMPARE(run.error().code, std::string("U05"));
        QVERIFY(!fs::exists(options.runFolder));
    }
};

QTEST_GUILESS_MAIN(LiveRunTest)
#include "tst_live_run.moc"
