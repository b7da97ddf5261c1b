// SPDX-License-Identifier: Apache-2.0
// Going on with a run from its folder: the steps that it has made, the bits that it ends with, and
// folders that are damaged or somebody else's. Truth: the run that nobody stopped.
#include "core/session/run_history.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <filesystem>
#include <thread>

#include "core/session/live_run.h"
#include "tests/support/cli_fixtures.h"

using namespace vitrine;
namespace fs = std::filesystem;

namespace {

/// Takes records until the run stands still.
std::vector<StepRecord> finish(LiveRun& run) {
    std::vector<StepRecord> records;
    run.start();
    for (bool isOver = false; !isOver; std::this_thread::yield()) {
        for (StepRecord record; run.nextRecord(record);) records.push_back(record);
        for (RunEvent event; run.nextEvent(event);)
            isOver =
                isOver || event.kind == EventKind::Finished || event.kind == EventKind::Stopped;
    }
    for (StepRecord record; run.nextRecord(record);) records.push_back(record);
    return records;
}

}  // namespace

class RunHistoryTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    std::string place(const char* name) { return m_temporary.filePath(name).toStdString(); }

    std::unique_ptr<LiveRun> open(const std::string& folder) {
        auto project = projectFromText(test::strokesProject());
        if (!project) qFatal("%s", project.error().text().c_str());
        auto data = openData(*project, {});
        auto run = LiveRun::open(std::move(project).value(), data.value(), {.runFolder = folder});
        if (!run) qFatal("%s", run.error().text().c_str());
        return std::move(run).value();
    }

  private slots:
    void goesOnToTheSameBits() {
        finish(*open(place("whole")));
        {
            auto run = open(place("parts"));
            for (int64_t step = 1; step <= 13; ++step) {
                run->stepBatch();
                while (run->state() != RunState::Paused || run->stopPoint().step < step)
                    std::this_thread::yield();
            }
            run->stop();
            finish(*run);
        }
        auto again = LiveRun::resume(place("parts"), {});
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().text().c_str());
        const RunHistory& history = (*again)->history();
        QCOMPARE(history.records.size(), size_t{13});
        QCOMPARE(history.epochs.size(), size_t{1});
        QCOMPARE(history.epochs[0].step, int64_t{10});
        QCOMPARE((*again)->state(), RunState::Ready);
        const std::vector<StepRecord> rest = finish(**again);
        QCOMPARE(rest.front().step, int64_t{14});
        QCOMPARE(rest.back().step, int64_t{30});
        QVERIFY(test::readBytes(place("parts") + "/weights.safetensors") ==
                test::readBytes(place("whole") + "/weights.safetensors"));
        const auto whole = readRunHistory(place("whole")), parts = readRunHistory(place("parts"));
        QCOMPARE(parts->records.size(), whole->records.size());
        for (size_t i = 0; i < whole->records.size(); ++i)
            QCOMPARE(parts->records[i].loss, whole->records[i].loss);
    }

    void passesOverWhatItCannotRead() {
        fs::create_directories(place("log"));
        test::writeBytes(place("log") + "/log.jsonl",
                         "{\"event\":\"step\",\"step\":1,\"epoch\":1,\"loss\":2.5,\"lr\":0.1}\n"
                         "nonsense\n[1,2]\n{\"event\":7,\"step\":1}\n"
                         "{\"event\":\"step\",\"step\":\"two\"}\n"
                         "{\"event\":\"step\",\"step\":2,\"epoch\":1,\"loss\":null}\n"
                         "{\"event\":\"epoch\",\"step\":2,\"epoch\":1,\"test_accuracy\":0.5}\n"
                         "{\"event\":\"step\",\"step\":3");
        const auto history = readRunHistory(place("log"));
        QVERIFY(history.ok());
        QCOMPARE(history->records.size(), size_t{2});
        QCOMPARE(history->records[0].loss, 2.5);
        QCOMPARE(history->records[0].epoch, int64_t{0});
        QVERIFY(std::isnan(history->records[0].gradNorm));
        QVERIFY(std::isnan(history->records[1].loss));
        QCOMPARE(history->epochs.size(), size_t{1});
        QCOMPARE(history->epochs[0].metricCount, 1);
        QCOMPARE(history->epochs[0].metrics[0], 0.5);
        QCOMPARE(history->names, (ChannelNames{{}, {"accuracy"}}));
        QVERIFY(!readRunHistory(place("nowhere")).ok());
    }

    void refusesWhatIsNoRun_data() {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<QString>("code");
        QTest::addRow("nothing") << QByteArray() << "G01";
        QTest::addRow("no JSON") << QByteArray("run") << "P01";
        QTest::addRow("no settings") << QByteArray("{}") << "P01";
        QTest::addRow("no version") << QByteArray("{\"settings\":{}}") << "P01";
        QTest::addRow("newer") << QByteArray("{\"version\":9,\"settings\":{}}") << "P03";
        QTest::addRow("settings of another kind") << QByteArray("{\"settings\":3}") << "P01";
        QTest::addRow("numbers for texts")
            << QByteArray(
                   "{\"version\":1,\"settings\":{\"epochs\":3,\"batch\":[],\"overfit_one_batch\":"
                   "\"yes\"},"
                   "\"data_folder\":7,\"numerics\":{},\"data_fingerprint\":null}")
            << "P03";
    }
    void refusesWhatIsNoRun() {
        QFETCH(QByteArray, settings);
        QFETCH(QString, code);
        const std::string folder = place("other");
        fs::remove_all(folder);
        fs::create_directories(folder);
        test::writeBytes(folder + "/project.vitrine", test::strokesProject());
        if (!settings.isEmpty()) test::writeBytes(folder + "/run.json", settings.toStdString());
        const auto run = LiveRun::resume(folder, {});
        QVERIFY(!run.ok());
        QCOMPARE(QString::fromStdString(run.error().code), code);
    }

    /// Whatever else is wrong with the newest checkpoint, an older good one is used; what may not
    /// be looked at is not called gone.
    void usesAnOlderCheckpointOrSaysWhatIsWrong_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("code");
        QTest::addRow("folder") << "folder"
                                << "";
        QTest::addRow("hole of a terabyte") << "hole"
                                            << "";
        QTest::addRow("all gone") << "gone"
                                  << "C10";
        QTest::addRow("a file in their place") << "file"
                                               << "G12";
        QTest::addRow("of another run") << "foreign"
                                        << "C02";
        QTest::addRow("named after another step") << "renamed"
                                                  << "";
    }
    void usesAnOlderCheckpointOrSaysWhatIsWrong() {
        QFETCH(QString, what);
        QFETCH(QString, code);
        const std::string run = place(qPrintable("checkpoints-" + what));
        {
            auto live = open(run);
            for (int64_t step = 1; step <= 2; ++step) {
                live->stepBatch();
                while (live->state() != RunState::Paused || live->stopPoint().step < step)
                    std::this_thread::yield();
            }
            live->stop();
            while (live->state() != RunState::Stopped) std::this_thread::yield();
        }
        const std::string folder = run + "/checkpoints", newest = folder + "/step-9.safetensors";
        if (what == "folder") fs::create_directories(newest);
        if (what == "hole") {
            test::writeBytes(newest, std::string("\x08\0\0\0\0\0\0\0{}      ", 16));
            fs::resize_file(newest, uint64_t{1} << 40);
        }
        if (what == "gone") fs::remove(folder + "/step-2.safetensors");
        if (what == "renamed") fs::copy_file(folder + "/step-2.safetensors", newest);
        if (what == "file") {
            fs::remove_all(folder);
            test::writeBytes(folder, "x");
        }
        if (what == "foreign") {
            const std::string other = place("checkpoints-folder");
            fs::copy_file(other + "/checkpoints/step-2.safetensors", newest);
        }
        const std::string log = test::readBytes(run + "/log.jsonl");
        const auto resumed = LiveRun::resume(run, {});
        QCOMPARE(resumed.ok(), code.isEmpty());
        if (resumed.ok()) {
            QCOMPARE((*resumed)->remarks().size(), size_t{1});
            QCOMPARE((*resumed)->remarks()[0].code, std::string("C01"));
        } else {
            QCOMPARE(QString::fromStdString(resumed.error().code), code);
            QCOMPARE(test::readBytes(run + "/log.jsonl"), log);
        }
    }

    void stopsMakingDataWhenAsked() {
        finish(*open(place("stopped")));
        std::stop_source source;
        source.request_stop();
        DataRequest request;
        request.stop = source.get_token();
        const auto run = LiveRun::resume(place("stopped"), request);
        QVERIFY(!run.ok());
        QCOMPARE(run.error().code, std::string(stoppedCode));
    }
};

QTEST_GUILESS_MAIN(RunHistoryTest)
#include "tst_run_history.moc"
