// SPDX-License-Identifier: Apache-2.0
// A run of the window whose device is lost in the middle of a step: it goes on by itself from its
// last checkpoint, in a new process or on the processor, and a sentence says so. The device is
// CUDA's run time as it is emulated on the host, where a call is made to fail.
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>

#include "gui/bridge/run_controller.h"
#include "tests/gui/support/small_project.h"
#include "tests/support/emulated_trouble.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class DeviceLossTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        if (!std::filesystem::exists(besideProgram("libemulated_cuda.so")))
            QSKIP("this was built without CUDA");
        worker::useWorkersOf(
            worker::WorkerPlaces{.programs = {besideProgram("vitrine-device")},
                                 .libraries = {besideProgram("libemulated_cuda.so")}});
    }
    void cleanup() { unsetenv("EMULATED_CUDA_TROUBLE"); }

    void aRunGoesOnByItself_data() {
        QTest::addColumn<QString>("precision");
        QTest::addColumn<QString>("chosenMeanwhile");
        QTest::addColumn<QString>("numerics");
        QTest::addColumn<QString>("words");
        QTest::newRow("in a new process") << "bf16"
                                          << "cuda:0"
                                          << "cuda/sm_90/bf16/"
                                          << "with the device opened anew";
        QTest::newRow("on the processor") << "fp32"
                                          << ""
                                          << "cpu/"
                                          << "on the processor";
        QTest::newRow("on the processor, which rounds nothing") << "bf16"
                                                                << ""
                                                                << "cpu/"
                                                                << "on the processor";
    }
    void aRunGoesOnByItself() {
        QFETCH(QString, precision);
        QFETCH(QString, chosenMeanwhile);
        QFETCH(QString, numerics);
        QFETCH(QString, words);
        QTemporaryDir folder;
        Document document;
        RunController run(document);
        run.setFallbackFolder(folder.path(), true);
        run.setThreads(1);
        run.setDevice(QStringLiteral("cuda:0"));
        run.setPrecision(precision);
        QVERIFY(document.open(saveInto(folder.path(), "small", smallProject(smallNetwork))).ok());
        std::vector<Error> told, failures;
        std::vector<int64_t> steps;
        QElapsedTimer sinceLoss;
        qint64 waited = -1;
        connect(&run, &RunController::failed, this,
                [&](const Error& error) { failures.push_back(error); });
        connect(&run, &RunController::remarked, this, [&](const Error& error) {
            told.push_back(error);
            if (error.code == "H04") sinceLoss.start();
        });
        connect(&run, &RunController::recordsArrived, this,
                [&](const std::vector<StepRecord>& records) {
                    for (const StepRecord& record : records) steps.push_back(record.step);
                });
        connect(&run, &RunController::runOpened, this, [&] { steps.clear(); });
        connect(&run, &RunController::phaseChanged, this, [&] {
            // A few steps may be over before anybody has seen them begin.
            const bool isGoingOn =
                run.phase() == RunPhase::Running || run.phase() == RunPhase::Finished;
            if (isGoingOn && sinceLoss.isValid() && waited < 0) waited = sinceLoss.elapsed();
            if (run.phase() != RunPhase::Running) return;
            unsetenv("EMULATED_CUDA_TROUBLE");  // its process has read it
            run.setDevice(chosenMeanwhile);
        });

        planTrouble(700, EmulatedTrouble::IllegalAddress);
        run.train();
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == RunPhase::Finished, 60'000 * slowness);
        QVERIFY2(failures.empty(), failures.empty() ? "" : failures[0].text().c_str());
        const auto lost = std::ranges::find(told, std::string("H04"), &Error::code);
        QVERIFY(lost != told.end());
        QVERIFY(lost->message.find("illegal memory access") != std::string::npos);
        QVERIFY2(lost->kept.find(words.toStdString()) != std::string::npos, lost->kept.c_str());
        QCOMPARE(std::ranges::count(told, std::string("H04"), &Error::code), 1);
        QVERIFY2(waited >= 0 && waited < 5000 * slowness, qPrintable(QString::number(waited)));
        QVERIFY(run.run()->numericsClass().starts_with(numerics.toStdString()));
        QFile settings(QString::fromStdString(run.run()->folder()) + "/run.json");
        QVERIFY(settings.open(QIODevice::ReadOnly));
        const QJsonObject saved = QJsonDocument::fromJson(settings.readAll()).object();
        QCOMPARE(saved["settings"]["precision"].toString(), precision);
        QTRY_COMPARE(steps.size(), size_t{2 * 512 / 32});
        for (size_t i = 0; i < steps.size(); ++i) QCOMPARE(steps[i], static_cast<int64_t>(i + 1));
        run.shutDown();
    }
};

QTEST_MAIN(DeviceLossTest)
#include "tst_device_loss.moc"
