// SPDX-License-Identifier: Apache-2.0
// The run controller with a real engine behind it and no window.
#include <QTemporaryDir>
#include <QtTest>

#include <zlib.h>

#include "gui/bridge/run_controller.h"
#include "tests/gui/support/small_project.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestRunController : public QObject {
    Q_OBJECT

  private:
    static constexpr int patienceMs = 20'000 * slowness;
    QTemporaryDir m_folder;
    std::unique_ptr<Document> m_document;
    std::unique_ptr<RunController> m_run;
    std::vector<StepRecord> m_records;

    bool waitFor(RunPhase phase) {
        return QTest::qWaitFor([&] { return m_run->phase() == phase; }, patienceMs);
    }
    bool waitForStep(int64_t step, int entry) {
        return QTest::qWaitFor(
            [&] {
                return m_run->phase() == RunPhase::Paused && m_run->stopPoint().step == step &&
                       m_run->stopPoint().entry == entry;
            },
            patienceMs);
    }

    void setData(const char* format, const Attrs& fields, const QString& folder = {}) {
        DataSettings data = m_document->project().data;
        data.format = format;
        data.fields = dataFields(fields);
        data.folder = folder.toStdString();
        m_document->setData("Change data", data);
    }
    void setTrainingImages(int64_t count) {
        setData("strokes", Attrs(findDataFormat("strokes")->fields)
                               .with("train", count)
                               .with("test", int64_t{128}));
    }
    /// Data that take a second to read, and then are none: half a gigabyte of zeros, packed.
    void readForLong() {
        const QString folder = m_folder.filePath("slow");
        const QString path = folder + "/train-images-idx3-ubyte.gz";
        if (QDir().mkpath(folder) && !QFile::exists(path)) {
            const gzFile piece = gzopen(QFile::encodeName(path).constData(), "wb");
            const std::vector<char> zeros(size_t{1} << 24);
            gzwrite(piece, zeros.data(), static_cast<unsigned>(zeros.size()));
            gzclose(piece);
            QFile file(path);
            if (!file.open(QIODevice::ReadWrite)) qFatal("a test can write its folder");
            file.write(file.readAll().repeated(31));  // at the end, where reading has come to
        }
        setData("idx", Attrs(findDataFormat("idx")->fields), folder);
    }

  private Q_SLOTS:
    void init() {
        m_document = std::make_unique<Document>();
        m_run = std::make_unique<RunController>(*m_document);
        m_run->setFallbackFolder(m_folder.path(), true);
        m_run->setThreads(1);
        m_records.clear();
        connect(m_run.get(), &RunController::recordsArrived, this,
                [this](const std::vector<StepRecord>& records) {
                    m_records.insert(m_records.end(), records.begin(), records.end());
                });
        QVERIFY(
            m_document->open(saveInto(m_folder.path(), "small", smallProject(smallNetwork))).ok());
    }

    void cleanup() {
        m_run.reset();
        m_document.reset();
    }

    void showsThePlanBeforeARun() {
        QVERIFY(QTest::qWaitFor([&] { return m_run->tape() != nullptr; }, patienceMs));
        QVERIFY(!m_run->canAnswer());
        QVERIFY(!m_run->tape()->entries.empty());
    }

    /// Neither by the plan that is there nor by one that is being made.
    void anotherDocumentIsNotAtFaultForTheOldOne() {
        for (const bool waits : {true, false}) {
            m_document->startNew();
            if (waits) QTRY_VERIFY_WITH_TIMEOUT(m_run->planError(), patienceMs);
            if (!waits) QTest::qWait(125);  // about when planning begins
            QSignalSpy planned(m_run.get(), &RunController::planChanged);
            QVERIFY(m_document->open(m_folder.filePath("small.vitrine")).ok());
            QVERIFY(!m_run->planError() && !m_run->tape() && !m_run->isAtFault());
            while (!m_run->tape()) {
                QVERIFY(planned.wait(patienceMs));
                QVERIFY(!m_run->planError());
            }
        }
    }

    void trainsToTheEndAndTellsEveryStep() {
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
        QTRY_COMPARE(m_records.size(), size_t{2 * 512 / 32});
        for (size_t i = 0; i < m_records.size(); ++i)
            QCOMPARE(m_records[i].step, static_cast<int64_t>(i + 1));
        QVERIFY(m_records.back().loss < m_records.front().loss);
        QTRY_VERIFY(m_run->states() != nullptr);
    }

    void aFaultyNetworkFailsWithItsReason() {
        std::vector<Error> errors;
        connect(m_run.get(), &RunController::failed, this,
                [&](const Error& error) { errors.push_back(error); });
        QVERIFY(
            m_document
                ->edit("kernel", {edit::SetField{"conv1", "kernel", std::vector<int64_t>{40, 40}}})
                .ok());
        m_run->train();
        QTRY_COMPARE_WITH_TIMEOUT(errors.size(), size_t{1}, patienceMs);
        QCOMPARE(errors[0].place.node, std::string("conv1"));
        QCOMPARE(m_run->phase(), RunPhase::None);
        QVERIFY(m_run->refusal());
        m_document->undoStack().undo();
        QVERIFY2(!m_run->refusal(), "the edit may have mended it");
    }

    void setUpIsCheckedWithTheDataAndFollowsEdits() {
        const auto told = [&] {
            std::string codes;
            for (const SetupFinding& finding : m_run->setup())
                codes += finding.error.code + (finding.isFatal ? "! " : " ");
            return codes;
        };
        QTRY_VERIFY_WITH_TIMEOUT(m_run->data() != nullptr, patienceMs);
        QCOMPARE(told(), std::string());
        setTrainingImages(3);
        QTRY_COMPARE_WITH_TIMEOUT(told(), std::string("U02! "), patienceMs);
        setTrainingImages(512);
        QTRY_COMPARE_WITH_TIMEOUT(told(), std::string(), patienceMs);
        QVERIFY(m_document
                    ->edit("shape", {edit::SetField{"x", "shape", std::vector<int64_t>{1, 28, 27}}})
                    .ok());
        QTRY_COMPARE_WITH_TIMEOUT(told(), std::string("U05! "), patienceMs);
        m_document->startNew();
        QTRY_COMPARE_WITH_TIMEOUT(told(), std::string(), patienceMs);
    }

    void aWarningThatStandsIsNotToldOnceMoreAtTheStart() {
        std::vector<Error> told;
        for (const auto signal : {&RunController::failed, &RunController::remarked})
            connect(m_run.get(), signal, this, [&](const Error& error) { told.push_back(error); });
        TrainingSettings training = m_document->project().training;
        training.schedule = {"step", Attrs(findSchedule("step")->fields)};
        m_document->setTraining("schedule", training);
        QTRY_COMPARE_WITH_TIMEOUT(m_run->setup().size(), size_t{1}, patienceMs);
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
        QVERIFY(told.empty());
        QCOMPARE(m_run->run()->remarks().size(), size_t{1});
        QCOMPARE(m_run->run()->remarks()[0].code, std::string("U15"));
    }

    void aLossWithoutLabelsTrains() {
        const auto autoencoder =
            smallProject("x[1,28,28] -> conv2d(out_channels=1 kernel=3 padding=1) -> mse(x)");
        QVERIFY(m_document->open(saveInto(m_folder.path(), "auto", autoencoder)).ok());
        QTRY_VERIFY_WITH_TIMEOUT(m_run->tape() != nullptr, patienceMs);
        QVERIFY(!m_run->planError());
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
        const Channels& channels = m_run->run()->channels();
        QCOMPARE(channels.metrics.size(), size_t{1});
        QCOMPARE(channels.metrics[0].name, std::string("mae"));
    }

    void readingDataCanBeStoppedAndBegunAgain() {
        QTRY_VERIFY_WITH_TIMEOUT(m_run->data() != nullptr, patienceMs);
        readForLong();
        m_run->train();
        QCOMPARE(m_run->phase(), RunPhase::Opening);
        QTRY_VERIFY(m_run->isLoading());
        m_run->stop();
        QCOMPARE(m_run->phase(), RunPhase::None);  // at once
        QVERIFY(m_run->refusal() && m_run->refusal()->code == stoppedCode);
        QTRY_VERIFY_WITH_TIMEOUT(!m_run->isLoading(), 2'000);
        QVERIFY(m_run->dataError());
        QCOMPARE(m_run->dataError()->code, std::string(stoppedCode));
        // An edit that leaves the data alone does not begin anew; training does.
        QVERIFY(m_document->edit("move", {edit::Move{"conv1", {5, 5}}}).ok());
        QTest::qWait(400);
        QVERIFY(!m_run->isLoading());
        setTrainingImages(512);
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
    }

    /// A network of 600 MB: what was being made for it ends with the stop, and its folder is gone.
    void aStopWhileCompilingEndsTheWorkToo() {
        const auto wide = smallProject(
            "x[1,28,28] -> flatten -> linear(out_features=100000) -> linear(out_features=10)"
            " -> cross_entropy(labels)");
        QVERIFY(m_document->open(saveInto(m_folder.path(), "wide", wide)).ok());
        QTRY_VERIFY_WITH_TIMEOUT(m_run->data() != nullptr, patienceMs);
        const QDir runs(m_folder.filePath("runs"));
        const auto all = QDir::AllEntries | QDir::NoDotAndDotDot;
        const QStringList before = runs.entryList(all);
        m_run->train();
        QTest::qWait(200);
        QCOMPARE(m_run->phase(), RunPhase::Opening);
        m_run->stop();
        QElapsedTimer timer;
        timer.start();
        m_run->shutDown();
        QVERIFY2(timer.elapsed() < 300 * slowness, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(runs.entryList(all), before);
    }

    void aStartAnswersAStopAtOnceAndCanBeRepeated() {
        QTRY_VERIFY_WITH_TIMEOUT(m_run->data() != nullptr, patienceMs);
        for (int i = 0; i < 3; ++i) {
            m_run->train();
            QCOMPARE(m_run->phase(), RunPhase::Opening);
            QVERIFY(!m_run->refusal());
            m_run->stop();
            QCOMPARE(m_run->phase(), RunPhase::None);
            QCOMPARE(m_run->refusal()->code, std::string(stoppedCode));
        }
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
        QVERIFY(!m_run->refusal());
    }

    /// What is left to be done for an event is done before what follows from the next.
    void whoeverHearsOfAStartMayStopIt() {
        QTRY_VERIFY_WITH_TIMEOUT(m_run->data() != nullptr, patienceMs);
        std::vector<RunPhase> heard;
        QObject listener;
        connect(m_run.get(), &RunController::phaseChanged, &listener, [&] {
            heard.push_back(m_run->phase());
            if (heard.size() == 1) m_run->stop();
        });
        m_run->train();
        QCOMPARE(m_run->phase(), RunPhase::None);
        QCOMPARE(m_run->refusal()->code, std::string(stoppedCode));
        QVERIFY(heard == (std::vector{RunPhase::Opening, RunPhase::None}));
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
    }

    /// The engine takes nothing any more, but a person wants to go on.
    void aWishWhileTheRunEndsIsOfTheNextOne() {
        m_document->setTraining("epochs", [&] {
            TrainingSettings training = m_document->project().training;
            training.epochs = 400;
            return training;
        }());
        m_run->train();
        QTRY_VERIFY_WITH_TIMEOUT(m_records.size() > 20, patienceMs);
        const std::string folder = m_run->run()->folder();
        m_run->stop();
        m_run->stepBatch();
        QVERIFY(waitForStep(1, 0));
        QVERIFY(m_run->run()->folder() != folder);
        QVERIFY2(m_run->run()->statesTakenOver() > 0, "with the weights of the one that ended");
    }

    void newerDataTakeThePlaceOfALoadThatGoesOn() {
        QTRY_VERIFY_WITH_TIMEOUT(m_run->data() != nullptr, patienceMs);
        readForLong();
        QTRY_VERIFY(m_run->isLoading());
        setTrainingImages(600);
        QTRY_VERIFY_WITH_TIMEOUT(m_run->data() && m_run->data()->train.count == 600, 3'000);
        // There and back again: what was stopped on the way is begun anew.
        readForLong();
        QTRY_VERIFY(m_run->isLoading());
        m_run->train();
        setTrainingImages(700);
        m_document->undoStack().undo();
        m_document->undoStack().undo();
        QVERIFY(waitFor(RunPhase::Finished));
        QCOMPARE(m_run->data()->train.count, int64_t{600});
    }

    void quittingDoesNotWaitForData() {
        readForLong();
        QTRY_VERIFY(m_run->isLoading());
        QElapsedTimer clock;
        clock.start();
        m_run->shutDown();
        QVERIFY(clock.elapsed() < 2'000);
        // Whoever goes on all the same can.
        setTrainingImages(512);
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
    }

    void aRunOfAProjectThatHasGoneIsNotShown() {
        QTRY_VERIFY_WITH_TIMEOUT(m_run->data() != nullptr, patienceMs);
        m_run->train();
        m_document->startNew();
        QTest::qWait(500);
        QVERIFY(m_run->run() == nullptr);
        QCOMPARE(m_run->phase(), RunPhase::None);
    }

    void goesOnWithARunFromItsFolder() {
        m_document->setTraining("epochs", [&] {
            TrainingSettings training = m_document->project().training;
            training.epochs = 400;
            return training;
        }());
        m_run->train();
        QTRY_VERIFY_WITH_TIMEOUT(m_records.size() > 20, patienceMs);
        const QString folder = QString::fromStdString(m_run->run()->folder());
        QVERIFY(folder.startsWith(m_run->runsFolder()));
        m_run->stop();
        QVERIFY(waitFor(RunPhase::Stopped));
        QTest::qWait(100);  // its last records
        const size_t made = m_records.size();
        const std::vector<StepRecord> before = m_records;
        // Another document in between, as after a crash.
        m_document->startNew();
        QVERIFY(m_document->open(m_folder.filePath("small.vitrine")).ok());
        m_records.clear();
        m_run->resume(folder);
        QVERIFY(waitFor(RunPhase::Ready));
        QTRY_COMPARE_WITH_TIMEOUT(m_records.size(), made, patienceMs);
        for (size_t i = 0; i < made; ++i) {
            QCOMPARE(m_records[i].step, before[i].step);
            QCOMPARE(m_records[i].loss, before[i].loss);
        }
        QVERIFY2(m_run->differsFromDocument(), "the run has more epochs than the file");
        QTRY_VERIFY(m_run->states() != nullptr);
        QCOMPARE(m_run->states()->position.step, before.back().step);
        m_run->stepBatch();
        QTRY_COMPARE_WITH_TIMEOUT(m_records.size(), made + 1, patienceMs);
        QCOMPARE(m_records.back().step, before.back().step + 1);
    }

    void saysWhyThereIsNoRunToGoOnWith() {
        std::vector<Error> errors;
        connect(m_run.get(), &RunController::failed, this,
                [&](const Error& error) { errors.push_back(error); });
        m_run->resume(m_folder.path());
        QTRY_COMPARE_WITH_TIMEOUT(errors.size(), size_t{1}, patienceMs);
        QCOMPARE(errors[0].code, std::string("G01"));
        QCOMPARE(m_run->phase(), RunPhase::None);
    }

    void stepsForwardAndBackThroughAStep() {
        m_run->stepEntry();
        QVERIFY(waitForStep(0, 1));
        m_run->stepEntry();
        QVERIFY(waitForStep(0, 2));
        QVERIFY(m_run->stopPoint().canStepBack);
        m_run->stepBack();
        QVERIFY(waitForStep(0, 1));
        m_run->stepBatch();
        QVERIFY(QTest::qWaitFor(
            [&] { return m_run->stopPoint().step == 1 && m_run->phase() == RunPhase::Paused; },
            patienceMs));
    }

    void stopsAtABreakpointForwardAndBackward() {
        m_run->toggleBreakpoint("fc", false);
        m_run->toggleBreakpoint("conv1", true);
        m_run->train();
        QVERIFY(waitFor(RunPhase::Paused));
        const int forward = firstEntryOf(*m_run->tape(), "fc", false);
        QCOMPARE(m_run->stopPoint().entry, forward);
        m_run->train();
        const int backward = firstEntryOf(*m_run->tape(), "conv1", true);
        QVERIFY(backward > forward);
        QVERIFY(waitForStep(0, backward));
        m_run->clearBreakpoints();
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
    }

    void runsToANode() {
        m_run->runToNode("fc");
        QVERIFY(QTest::qWaitFor([&] { return m_run->phase() == RunPhase::Paused; }, patienceMs));
        QCOMPARE(m_run->stopPoint().entry, firstEntryOf(*m_run->tape(), "fc", false));
    }

    void editsAreMarkedAndKeepTheWeightsOfWhatStays() {
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
        QTRY_VERIFY(m_run->states() != nullptr);
        const auto trained = m_run->states();
        QVERIFY(!m_run->differsFromDocument());
        QVERIFY(
            m_document->edit("fc", {edit::Rename{"fc", "head"}, edit::Move{"conv1", {500, 500}}})
                .ok());
        QVERIFY(!m_run->differsFromDocument());
        QVERIFY(m_document->edit("more", {edit::InsertNode{*makeNode("more", "relu")}}).ok());
        QVERIFY(m_run->differsFromDocument());
        m_document->undoStack().undo();
        QVERIFY(!m_run->differsFromDocument());
        m_document->undoStack().redo();
        m_run->stepEntry();
        QVERIFY(waitForStep(0, 1));
        QVERIFY(!m_run->differsFromDocument());
        // Both layers have weight and bias, whatever they are called.
        QCOMPARE(m_run->run()->statesTakenOver(), int64_t{4});
        QCOMPARE(m_run->states(), trained);
    }

    void aNodeThatIsRenamedMeanwhileIsTheSameForTheRun() {
        m_run->toggleBreakpoint("fc", false);
        m_run->stepEntry();
        QVERIFY(waitForStep(0, 1));
        const LiveRun* run = m_run->run();
        const auto before = m_run->tape();
        const int forward = firstEntryOf(*before, "fc", false),
                  other = firstEntryOf(*before, "conv1", false);
        QVERIFY(m_document
                    ->edit("exchange", {edit::Rename{"fc", "t"}, edit::Rename{"conv1", "fc"},
                                        edit::Rename{"t", "conv1"}})
                    .ok());
        QVERIFY(!m_run->differsFromDocument());
        QVERIFY(m_run->tape() != before);
        QCOMPARE(firstEntryOf(*m_run->tape(), "conv1", false), forward);
        QCOMPARE(firstEntryOf(*m_run->tape(), "fc", false), other);
        QVERIFY(m_run->breakpoints() == (std::vector<Breakpoint>{{"conv1", false}}));
        m_run->train();
        QVERIFY(waitForStep(0, forward));
        QCOMPARE(m_run->run(), run);
        m_document->undoStack().undo();
        QCOMPARE(m_run->tape(), before);
        QVERIFY(m_run->breakpoints() == (std::vector<Breakpoint>{{"fc", false}}));
        m_run->train();
        QVERIFY(waitForStep(1, forward));
    }

    void anEditWhileItRunsNeverReachesIntoTheRun() {
        m_document->setTraining("epochs", [&] {
            TrainingSettings training = m_document->project().training;
            training.epochs = 200;
            return training;
        }());
        m_run->train();
        QVERIFY(waitFor(RunPhase::Running));
        const auto tape = m_run->run()->tape();
        QVERIFY(
            m_document->edit("more", {edit::SetField{"conv1", "out_channels", int64_t{9}}}).ok());
        QVERIFY(m_run->differsFromDocument());
        QCOMPARE(m_run->run()->tape(), tape);
        m_run->stop();
        QVERIFY(waitFor(RunPhase::Stopped));
    }

    void freshWeightsForgetTheRun() {
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
        m_run->resetWeights();
        QCOMPARE(m_run->phase(), RunPhase::None);
        QVERIFY(!m_run->states());
        m_run->stepEntry();
        QVERIFY(waitForStep(0, 1));
        QCOMPARE(m_run->run()->statesTakenOver(), int64_t{0});
    }

    void lookingChangesNoBits() {
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
        QTRY_VERIFY(m_run->states() != nullptr);
        const auto undisturbed = m_run->states();
        m_run->resetWeights();
        QObject viewer;
        m_run->setSamples(&viewer, {.gradients = true,
                                    .weights = true,
                                    .timings = true,
                                    .activations = {"relu1"},
                                    .budget = 0.5});
        m_run->setNonFiniteWatch(NonFiniteWatch::EveryValue);
        m_run->stepEntry();
        QVERIFY(waitForStep(0, 1));
        for (int entry = 2; entry < 8; ++entry) {
            m_run->stepEntry();
            QVERIFY(waitForStep(0, entry));
            m_run->ask(
                {.value = m_run->tape()->entries[0].instr.out[0], .image = 0, .channel = -1});
        }
        m_run->stepBack();
        QVERIFY(waitForStep(0, 6));
        m_run->train();
        QVERIFY(waitFor(RunPhase::Finished));
        QTRY_VERIFY(m_run->states() != nullptr);
        QCOMPARE(m_run->states()->tensors.size(), undisturbed->tensors.size());
        for (size_t i = 0; i < undisturbed->tensors.size(); ++i)
            QVERIFY(m_run->states()->tensors[i].bytes == undisturbed->tensors[i].bytes);
    }
};

QTEST_GUILESS_MAIN(TestRunController)
#include "tst_run_controller.moc"
