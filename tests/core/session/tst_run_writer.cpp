// SPDX-License-Identifier: Apache-2.0
// The record that the engine keeps: every step is in the log once at any speed, whoever watches
// misses none after a stall, a full disk pauses the run, a folder that is moved or deleted is told
// of, and recording allocates nothing while steps run.
#include "core/session/run_writer.h"

#include <sys/resource.h>

#include <QTemporaryDir>
#include <QtTest>
#include <csignal>
#include <filesystem>
#include <thread>

#include "core/session/run_feed.h"
#include "core/session/run_log.h"
#include "core/session/training_run.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/example_sets.h"
#include "tests/support/patience.h"
#include "tests/support/small_run.h"

using namespace vitrine;
namespace fs = std::filesystem;

namespace {

constexpr int64_t images = 128;

/// One image a step and a network of ten numbers: as many steps a second as there can be.
std::string fastProject() {
    std::string text = test::strokesProject();
    const size_t graph = text.find("\"graph\""), data = text.find("\"data\":");
    text.replace(graph, data - graph, R"("graph": {
    "nodes": [
      {"id": "input", "op": "input", "fields": {"shape": [1, 1, 1]}},
      {"id": "flatten", "op": "flatten"},
      {"id": "fc", "op": "linear", "fields": {"out_features": 2}},
      {"id": "target", "op": "target", "fields": {"classes": 2}},
      {"id": "loss", "op": "cross_entropy"}
    ],
    "edges": [
      {"from": "input.x", "to": "flatten.x"}, {"from": "flatten.y", "to": "fc.x"},
      {"from": "fc.y", "to": "loss.logits"}, {"from": "target.labels", "to": "loss.labels"}
    ]
  },
  )");
    return test::replaced(text, "\"batch\": 16", "\"batch\": 1");
}

std::shared_ptr<const Dataset> fastData() {
    std::vector<uint8_t> pixels;
    std::vector<int32_t> labels;
    for (int64_t i = 0; i < images; ++i) {
        pixels.push_back(static_cast<uint8_t>(2 * i));
        labels.push_back(static_cast<int32_t>(i % 2));
    }
    return std::make_shared<const Dataset>(
        Dataset{test::imageColumns({1, 1, 1}, 2), test::labelledImages(pixels, labels), {}, {}});
}

/// Loss and step of every line, and how many lines there are that are no JSON.
struct Log {
    std::vector<StepRecord> steps;
    int64_t epochs = 0, broken = 0;
};
Log logOf(const std::string& folder) {
    Log log;
    std::istringstream text(test::readBytes(folder + "/log.jsonl"));
    for (std::string line; std::getline(text, line);) {
        StepRecord record;
        RunEvent epoch;
        if (readStepLine(line, record))
            log.steps.push_back(record);
        else if (readEpochLine(line, epoch))
            ++log.epochs;
        log.broken += !line.starts_with('{') || !line.ends_with('}');
    }
    return log;
}

void stepBegin(void* context) {
    if ((*static_cast<int64_t*>(context))++ >= 1) test::armAllocationCounter();
}
void stepEnd(void*) { test::disarmAllocationCounter(); }

}  // namespace

class RunWriterTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    int m_runs = 0;

    std::unique_ptr<TrainingRun> open(int64_t epochs, double checkpointEvery = 1e9) {
        auto project = projectFromText(fastProject());
        if (!project) qFatal("%s", project.error().text().c_str());
        RunRequest request;
        request.epochs = epochs;
        request.checkpointEverySeconds = checkpointEvery;
        request.folder = m_temporary.filePath(QString("run%1").arg(++m_runs)).toStdString();
        auto run = TrainingRun::openInMemory(std::move(project).value(), fastData(), request);
        if (!run) qFatal("%s", run.error().text().c_str());
        return std::move(run).value();
    }
    static void compareSteps(const std::vector<StepRecord>& steps, int64_t count) {
        QCOMPARE(steps.size(), size_t(count));
        for (size_t i = 0; i < steps.size(); ++i)
            if (steps[i].step != static_cast<int64_t>(i) + 1)
                QFAIL(qPrintable(QString("step %1 stands at place %2").arg(steps[i].step).arg(i)));
    }
    static void trainToItsEnd(TrainingRun& run) {
        run.trainer().post({Command::Kind::Start});
        QTRY_COMPARE_WITH_TIMEOUT(run.trainer().state(), TrainerState::Finished,
                                  60000 * test::slowness);
    }

  private slots:
    void initTestCase() { std::signal(SIGXFSZ, SIG_IGN); }

    /// Far more steps than any ring holds, and nobody looks until the end.
    void whoeverWatchesMayStall() {
        constexpr int64_t epochs = 800;
        auto run = open(epochs);
        RunFeed feed(run->writer());
        trainToItsEnd(*run);
        run->writer().flush();
        const Log log = logOf(run->folder().path());
        compareSteps(log.steps, epochs * images);
        QCOMPARE(log.epochs, epochs);
        QCOMPARE(log.broken, int64_t{0});
        QVERIFY(run->writer().droppedEnd() > 0);  // else nothing is shown

        std::vector<StepRecord> seen;
        for (StepRecord record; feed.nextRecord(record);) seen.push_back(record);
        compareSteps(seen, epochs * images);
        for (size_t i = 0; i < seen.size(); ++i) {
            QVERIFY(seen[i].loss == log.steps[i].loss);  // the same digits give the same number
            QVERIFY(seen[i].epoch == log.steps[i].epoch);
        }
        int64_t epochsSeen = 0;
        EventKind last = EventKind::Paused;
        for (RunEvent event; feed.nextEvent(event); last = event.kind)
            epochsSeen += event.kind == EventKind::EpochDone;
        QCOMPARE(epochsSeen, epochs);
        QCOMPARE(last, EventKind::Finished);
    }

    void whoeverTakesNowAndThenMissesNothing() {
        constexpr int64_t epochs = 400;
        auto run = open(epochs);
        RunFeed feed(run->writer());
        run->trainer().post({Command::Kind::Start});
        std::vector<StepRecord> seen;
        const auto take = [&](size_t most) {
            StepRecord record;
            for (; most > 0 && feed.nextRecord(record); --most) seen.push_back(record);
        };
        for (size_t round = 1; run->trainer().state() != TrainerState::Finished; ++round) {
            take(round * 977 % 5000);
            run->writer().waitForNews(20);
        }
        run->writer().flush();
        take(size_t(epochs * images));
        compareSteps(seen, epochs * images);
    }

    void recordingAllocatesNothingWhileStepsRun() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        auto run = open(1);  // an epoch's end is told once, in JSON
        int64_t steps = 0;
        run->trainer().setHooks({&steps, stepBegin, stepEnd});
        const int64_t before = test::countedAllocations();
        run->trainer().post({Command::Kind::StepOne});
        run->trainer().waitUntilIdle();
        run->writer().flush();  // the start is told
        trainToItsEnd(*run);
        QCOMPARE(steps, images);
        QCOMPARE(test::countedAllocations() - before, int64_t{0});
    }

    void aFullDiskPausesAndNothingIsLost_data() {
        QTest::addColumn<double>("checkpointEvery");
        QTest::addColumn<int>("room");
        QTest::addRow("in the log") << 1e9 << 20'000;
        QTest::addRow("in a checkpoint") << 0.0 << 1'000;
    }
    void aFullDiskPausesAndNothingIsLost() {
        QFETCH(double, checkpointEvery);
        QFETCH(int, room);
        constexpr int64_t epochs = 3;
        auto run = open(epochs, checkpointEvery);
        RunFeed feed(run->writer());
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const rlimit small{static_cast<rlim_t>(room), before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        run->trainer().post({Command::Kind::Start});
        run->trainer().waitUntilIdle();
        const bool isPaused = run->trainer().state() == TrainerState::Paused;
        const Error failure = run->trainer().failure();
        run->trainer().post({Command::Kind::Continue});  // there is still no room
        run->writer().flush();
        run->trainer().waitUntilIdle();
        const bool isPausedStill = run->trainer().state() == TrainerState::Paused;
        const std::string log = test::readBytes(run->folder().logPath());
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(isPaused && isPausedStill);
        QCOMPARE(QString::fromStdString(failure.code), QString("C09"));
        QVERIFY(log.empty() || log.ends_with("}\n"));
        QTRY_VERIFY_WITH_TIMEOUT(!run->writer().isInTrouble(), 15000 * test::slowness);
        run->trainer().post({Command::Kind::Continue});
        QTRY_COMPARE_WITH_TIMEOUT(run->trainer().state(), TrainerState::Finished,
                                  15000 * test::slowness);
        run->writer().flush();
        compareSteps(logOf(run->folder().path()).steps, epochs * images);
        std::vector<StepRecord> seen;
        for (StepRecord record; feed.nextRecord(record);) seen.push_back(record);
        compareSteps(seen, epochs * images);
    }

    void aFolderThatIsMovedIsFollowed() {
        auto run = open(2, 0);
        const std::string before = run->folder().path(), after = before + "-moved";
        run->trainer().post({Command::Kind::StepOne});
        run->trainer().waitUntilIdle();
        run->writer().flush();
        fs::rename(before, after);
        trainToItsEnd(*run);
        run->writer().flush();
        QVERIFY(!fs::exists(before));
        QVERIFY(fs::exists(after + "/weights.safetensors"));
        compareSteps(logOf(after).steps, 2 * images);
        QCOMPARE(run->folder().path(), after);
        Error remark;
        QVERIFY(run->writer().nextRemark(remark));
        QVERIFY(remark.message.find("has been moved to '" + after) != std::string::npos);
    }

    void aLogThatIsTakenAwayIsWrittenAgain_data() {
        QTest::addColumn<bool>("replaced");
        QTest::addRow("deleted") << false;
        QTest::addRow("replaced") << true;
    }
    void aLogThatIsTakenAwayIsWrittenAgain() {
        QFETCH(bool, replaced);
        auto run = open(2);
        RunFeed feed(run->writer());
        const std::string path = run->folder().logPath();
        run->trainer().post({Command::Kind::StepOne});
        run->trainer().waitUntilIdle();
        run->writer().flush();
        fs::remove(path);
        if (replaced) test::writeBytes(path, "somebody's\n");
        Error remark;
        bool isTold = false;
        QTRY_VERIFY_WITH_TIMEOUT(isTold = isTold || run->writer().nextRemark(remark),
                                 15000 * test::slowness);
        QCOMPARE(QString::fromStdString(remark.code), QString("D01"));
        trainToItsEnd(*run);
        run->writer().flush();
        compareSteps(logOf(run->folder().path()).steps, 2 * images);
        QCOMPARE(fs::exists(path + ".unreadable-1"), replaced);
        if (replaced)
            QCOMPARE(test::readBytes(path + ".unreadable-1"), std::string("somebody's\n"));
    }

    void aFolderThatIsDeletedStopsTheRun() {
        auto run = open(100'000);
        run->trainer().post({Command::Kind::Start});
        QTRY_VERIFY(fs::exists(run->folder().logPath()));
        fs::remove_all(run->folder().path());
        fs::create_directories(run->folder().path());
        QTRY_COMPARE_WITH_TIMEOUT(run->trainer().state(), TrainerState::Paused,
                                  15000 * test::slowness);
        const Error failure = run->trainer().failure();
        QCOMPARE(QString::fromStdString(failure.code), QString("G01"));
        QVERIFY(failure.message.find("another one stands in its place") != std::string::npos);
        QVERIFY(fs::is_empty(run->folder().path()));
    }

    void aStepLineComesBackWithTheSameBits_data() {
        QTest::addColumn<double>("number");
        for (double number :
             {0.0, -0.0, 1.0, -2.0, 0.1, 1e-320, 1e300, 123456789.0, 1.0 / 3,
              std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min()})
            QTest::addRow("%a", number) << number;
    }
    void aStepLineComesBackWithTheSameBits() {
        QFETCH(double, number);
        StepRecord record{.step = 7,
                          .epoch = 2,
                          .loss = number,
                          .learningRate = number,
                          .gradNorm = -number,
                          .secondsSinceStart = 0};
        StepRecord back;
        QVERIFY(readStepLine(stepLine(record), back));
        QCOMPARE(back.step, record.step);
        QCOMPARE(back.epoch, record.epoch);
        QCOMPARE(std::bit_cast<uint64_t>(back.loss), std::bit_cast<uint64_t>(number));
        QCOMPARE(std::bit_cast<uint64_t>(back.gradNorm), std::bit_cast<uint64_t>(-number));
        const auto json = nlohmann::json::parse(stepLine(record));
        QVERIFY(json["loss"].is_number_float() && json["loss"].get<double>() == number);
    }
};

QTEST_GUILESS_MAIN(RunWriterTest)
#include "tst_run_writer.moc"
