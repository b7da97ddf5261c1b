// SPDX-License-Identifier: Apache-2.0
// Runs on a device whose driver fails in the middle of a step: they go on by themselves in another
// process and end with the same bits. Truth: the same run without trouble.
#include "core/session/device_losses.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <filesystem>

#include "core/session/training_run.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/emulated_trouble.h"

using namespace vitrine;

class DeviceLossesTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    DeviceLibrary m_library;
    int m_runs = 0;

    std::string path(const char* name) { return m_folder.filePath(name).toStdString(); }
    RunRequest request() {
        RunRequest request;
        request.project = path("strokes.vitrine");
        request.device = "cuda";
        request.devices = &m_library;
        request.checkpointEverySeconds = 0;
        request.folder = m_folder.filePath(QStringLiteral("run%1").arg(++m_runs)).toStdString();
        return request;
    }
    static TrainerState ended(TrainingRun& run) {
        run.trainer().post({Command::Kind::Start});
        run.trainer().waitUntilIdle();
        run.writer().waitForNews(50);
        return run.trainer().state();
    }

  private slots:
    void initTestCase() {
        if (!std::filesystem::exists(test::besideProgram("libemulated_cuda.so")))
            QSKIP("this was built without CUDA");
        worker::useWorkersOf(
            worker::WorkerPlaces{.programs = {test::besideProgram("vitrine-device")},
                                 .libraries = {test::besideProgram("libemulated_cuda.so")}});
        m_library = worker::workerLibrary();
        QVERIFY(m_library.table);
        test::writeBytes(path("strokes.vitrine"), test::strokesProject());
    }
    void cleanup() { unsetenv("EMULATED_CUDA_TROUBLE"); }

    void aRunGoesOnWithTheSameBits() {
        const RunRequest plain = request();
        auto undisturbed = TrainingRun::open(plain);
        QVERIFY2(undisturbed.ok(), undisturbed.ok() ? "" : undisturbed.error().text().c_str());
        QCOMPARE(ended(**undisturbed), TrainerState::Finished);
        const std::string wanted = (*undisturbed)->folder().weightsPath();
        undisturbed->reset();

        int lost = 0;
        for (const int64_t call : {900, 4000}) {
            test::planTrouble(call, EmulatedTrouble::IllegalAddress);
            const RunRequest asked = request();
            auto run = TrainingRun::open(asked);
            QVERIFY2(run.ok(), run.ok() ? "" : run.error().text().c_str());
            unsetenv("EMULATED_CUDA_TROUBLE");
            DeviceLosses losses;
            TrainerState state = ended(**run);
            if (state == TrainerState::Failed) {
                ++lost;
                QVERIFY((*run)->trainer().failure().message.find("illegal memory access") !=
                        std::string::npos);
                QVERIFY(losses.isToGoOn(**run));
                QElapsedTimer timer;
                timer.start();
                run = openAfterLoss(std::move(*run), asked);
                QVERIFY2(run.ok(), run.ok() ? "" : run.error().text().c_str());
                QVERIFY(timer.elapsed() < 5000);
                state = ended(**run);
            }
            QCOMPARE(state, TrainerState::Finished);
            const std::string found = (*run)->folder().weightsPath();
            run->reset();
            QVERIFY(test::readBytes(found) == test::readBytes(wanted));
        }
        QVERIFY(lost >= 1);
    }

    void aDeviceThatIsLostAgainAndAgainIsGivenUp() {
        test::planTrouble(900, EmulatedTrouble::LaunchFailure);
        const RunRequest asked = request();
        auto run = TrainingRun::open(asked);
        DeviceLosses losses;
        int openings = 1;
        for (;; ++openings) {
            QVERIFY2(run.ok(), run.ok() ? "" : run.error().text().c_str());
            if (ended(**run) != TrainerState::Failed || !losses.isToGoOn(**run)) break;
            QVERIFY(openings < 40);
            run = openAfterLoss(std::move(*run), asked);
        }
        // It comes further each time, or it is given up.
        const TrainerState state = (*run)->trainer().state();
        QVERIFY(state == TrainerState::Finished || openings >= 3);
    }

    void troubleOfAnotherKindIsNoLoss() {
        const RunRequest asked = request();
        auto run = TrainingRun::open(asked);
        QVERIFY(run.ok());
        QVERIFY(!(*run)->hasLostDevice());
        DeviceLosses losses;
        QVERIFY(!losses.isToGoOn(**run));
    }
};

QTEST_GUILESS_MAIN(DeviceLossesTest)
#include "tst_device_losses.moc"
