// SPDX-License-Identifier: Apache-2.0
// A run of the real window on a GPU: what Tape, Memory and Value show of it, and a batch that has
// no room there. The device is CUDA's run time as it is emulated on the host. Truth: what the run
// says of itself, and values of the same run on the processor.
#include <QtTest>
#include <QtWidgets>

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "gui/models/node_values.h"
#include "gui/models/number_text.h"
#include "gui/models/tape_model.h"
#include "gui/shell/dock_layout.h"
#include "gui/shell/run_saver.h"
#include "gui/shell/silence_banner.h"
#include "gui/views/tape/tape_table.h"
#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/emulated_trouble.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

constexpr int patienceMs = 30'000 * slowness;

/// Those that this program has started.
std::vector<pid_t> deviceProcesses() {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream file(entry.path() / "stat");
        pid_t process = 0, parent = 0;
        std::string name, state;
        if (file >> process >> name >> state >> parent && parent == getpid() &&
            name == "(vitrine-device)")
            found.push_back(process);
    }
    return found;
}

}  // namespace

class TestGpuRun : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> m_fixture;

    Workbench& bench() { return m_fixture->bench(); }
    RunController& run() { return bench().run; }
    QString label(const char* name) { return m_fixture->find<QLabel>(name)->text(); }
    void open(int64_t epochs, int64_t batch) {
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show();
        const Project project = smallProject(smallNetwork, epochs, batch);
        QVERIFY(m_fixture->window().open(saveInto(m_fixture->folder(), "small", project)));
        run().setThreads(1);
        run().setDevice(QStringLiteral("cuda:0"));
        QTRY_VERIFY_WITH_TIMEOUT(run().tape() && run().data(), patienceMs);
    }
    bool isAt(RunPhase phase) { return run().phase() == phase; }
    /// Of what the Tape shows.
    QString cell(int row, TapeModel::Column column) {
        const auto* table = m_fixture->find<TapeTable>("tapeTable");
        return table->model()->index(row, column).data().toString();
    }
    /// What the rectifier gives of the first image in the first step.
    std::vector<float> valueOfFirstStep(const QString& device) {
        open(1, 32);
        run().setDevice(device);
        run().runToNode(QStringLiteral("fc"));
        [&] { QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Paused), patienceMs); }();
        ValueQuery query;
        query.value = resultOf(*run().tape(), *bench().document.graph().find("relu1"));
        std::vector<float> numbers;
        connect(&run(), &RunController::valueArrived, this, [&](const ValueSnapshot& value) {
            if (value.query == query && value.isShown()) numbers = value.elements;
        });
        run().ask(query);
        [&] { QTRY_VERIFY_WITH_TIMEOUT(!numbers.empty(), patienceMs); }();
        disconnect(&run(), nullptr, this, nullptr);
        return numbers;
    }

  private Q_SLOTS:
    void initTestCase() {
        if (!std::filesystem::exists(besideProgram("libemulated_cuda.so")))
            QSKIP("this was built without CUDA");
        worker::useWorkersOf(
            worker::WorkerPlaces{.programs = {besideProgram("vitrine-device")},
                                 .libraries = {besideProgram("libemulated_cuda.so")}});
    }
    void cleanup() {
        m_fixture.reset();
        unsetenv("EMULATED_CUDA_ROOM");
        worker::endIdleWorker();
    }

    void entriesHaveTheirTimesAndKernels() {
        open(200, 32);
        m_fixture->window().docks().raise(QStringLiteral("tape"));
        run().train();
        const auto isTimed = [&] {
            const LiveRun* live = run().run();
            if (!live || !run().isTapeOfRun()) return false;
            const auto& entries = run().tape()->entries;
            for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
                const TapeEntry& entry = entries[static_cast<size_t>(i)];
                const bool runs = !entry.instr.op->isView() && !entry.once;
                if (runs && cell(i, TapeModel::Time).isEmpty()) return false;
            }
            return true;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isTimed(), patienceMs);
        const auto& entries = run().tape()->entries;
        for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
            const TapeEntry& entry = entries[static_cast<size_t>(i)];
            if (entry.instr.op->isView()) continue;
            QVERIFY(!entry.kernel.name.empty());
            QCOMPARE(cell(i, TapeModel::KernelName), QString::fromStdString(entry.kernel.name));
            QCOMPARE(QString::fromStdString(entry.reasons.whyTaken()),
                     QStringLiteral("the first kernel of the device that takes it"));
        }
        run().stop();
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Stopped), patienceMs);
    }

    void memoryShowsTheCard() {
        open(1, 32);
        m_fixture->window().docks().raise(QStringLiteral("memory"));
        auto* card = m_fixture->find<QWidget>("cardBar");
        QTRY_VERIFY(label("memoryFigures").contains("planned for the processor"));
        QVERIFY(!card->isVisible());
        run().runToNode(QStringLiteral("relu1"));
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Paused), patienceMs);
        QTRY_VERIFY(card->isVisible());
        QVERIFY(!m_fixture->find<QWidget>("budgetBar")->isVisible());  // plans for the processor
        QVERIFY(!label("memoryFigures").contains("planned for the processor"));
        const auto device = run().run()->device();
        QVERIFY(device);
        const auto bytes = [](int64_t count) { return bytesText(static_cast<double>(count)); };
        const int64_t taken = device->arenaBytes + device->workspaceBytes;
        QVERIFY(device->arenaBytes >= run().tape()->arenaBytes());
        QVERIFY(taken < device->freeBytes && device->freeBytes <= device->memoryBytes);
        const QString words = label("cardBarWords");
        QVERIFY2(words.startsWith("emulated: arena " + bytes(device->arenaBytes)),
                 qPrintable(words));
        QVERIFY2(
            words.endsWith(bytes(device->freeBytes - taken) + " of " + bytes(device->memoryBytes)),
            qPrintable(words));
        run().setDevice({});  // of the next run: what is shown is this one's
        QVERIFY(card->isVisible());
        run().stop();
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Stopped), patienceMs);
    }

    void valuesAreThoseOfTheProcessor() {
        const std::vector<float> device = valueOfFirstStep(QStringLiteral("cuda:0"));
        const std::vector<float> processor = valueOfFirstStep({});
        QCOMPARE(device.size(), processor.size());
        QVERIFY(device.size() > 100);
        for (size_t i = 0; i < device.size(); ++i)
            QVERIFY2(std::abs(device[i] - processor[i]) <= 1e-5f * (1 + std::abs(processor[i])),
                     qPrintable(QString::number(i)));
    }

    /// A click trains in parts of it.
    void aBatchWithoutRoomIsTrainedInParts() {
        setenv("EMULATED_CUDA_ROOM", "3000000", 1);
        worker::endIdleWorker();
        open(1, 512);
        auto* banner = m_fixture->find<QWidget>("roomBanner");
        run().train();
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patienceMs);
        QCOMPARE(run().refusal()->code, std::string("H03"));
        const auto fitting = fittingBatchOf(*run().refusal());
        QVERIFY(fitting);
        QCOMPARE(fitting->batch * fitting->accumulate, int64_t{512});
        auto* button = m_fixture->find<QPushButton>("room.train");
        QVERIFY2(button->text().contains(QString::number(fitting->batch)),
                 qPrintable(button->text()));
        std::string trouble;
        connect(&run(), &RunController::failed, this,
                [&](const Error& error) { trouble = error.text(); });
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!banner->isVisible());
        QTRY_VERIFY2_WITH_TIMEOUT(isAt(RunPhase::Finished) || !trouble.empty(), "it trains",
                                  patienceMs);
        QCOMPARE(trouble, std::string());
        disconnect(&run(), nullptr, this, nullptr);
        const TrainingSettings& training = bench().document.project().training;
        QCOMPARE(training.batch, fitting->batch);
        QCOMPARE(training.accumulate, fitting->accumulate);
        QVERIFY(run().run()->numericsClass().starts_with("cuda/"));
        QCOMPARE(run().run()->totalSteps(), fitting->accumulate);  // one update of the whole
        bench().document.undoStack().undo();
        QCOMPARE(bench().document.project().training.batch, int64_t{512});
        QCOMPARE(bench().document.project().training.accumulate, int64_t{1});
    }

    /// Its process stands still, as in a driver that hangs: ended at a click, and the run goes on.
    void aGpuThatHangsIsEndedAtAClick() {
        open(200, 32);
        auto* banner = m_fixture->find<SilenceBanner>("silenceBanner");
        banner->setPatience(std::chrono::seconds(2));
        std::vector<Error> told;
        connect(&run(), &RunController::remarked, this,
                [&](const Error& error) { told.push_back(error); });
        run().train();
        QTRY_VERIFY_WITH_TIMEOUT(run().trainedSteps() > 0 || isAt(RunPhase::Running), patienceMs);
        QTest::qWait(1500);
        QVERIFY(!banner->isVisible());  // it answers
        const std::vector<pid_t> processes = deviceProcesses();
        QVERIFY(!processes.empty());
        for (const pid_t process : processes) kill(process, SIGSTOP);
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patienceMs);
        QVERIFY2(label("silence.sentence").contains("has not answered for"),
                 qPrintable(label("silence.sentence")));
        QTest::mouseClick(m_fixture->find<QPushButton>("silence.wait"), Qt::LeftButton);
        QVERIFY(!banner->isVisible());
        QTest::qWait(1500);
        QVERIFY(!banner->isVisible());  // somebody waits
        m_fixture->find<QPushButton>("silence.end")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!told.empty(), 5000 * slowness);
        QCOMPARE(told[0].code, std::string("H04"));
        QVERIFY2(told[0].message.find("its process was ended") != std::string::npos,
                 told[0].message.c_str());
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Running), patienceMs);
        const std::vector<pid_t> now = deviceProcesses();
        for (const pid_t process : processes) QVERIFY(std::ranges::count(now, process) == 0);
        disconnect(&run(), nullptr, this, nullptr);
        run().stop();
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Stopped), patienceMs);
    }

    /// Whoever quits is asked whether to wait for it, and waits no longer than a moment, or than a
    /// GPU may be silent; its process does not stay behind.
    void aGpuThatHangsKeepsNobodyFromQuitting_data() {
        QTest::addColumn<QString>("answer");
        QTest::newRow("at once") << "Close now";
        QTest::newRow("in the end") << "Close when saved";
    }
    void aGpuThatHangsKeepsNobodyFromQuitting() {
        QFETCH(QString, answer);
        open(200, 32);
        m_fixture->find<RunSaver>("runSaver")->setPatience(std::chrono::seconds(4));
        run().train();
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Running), patienceMs);
        QTest::qWait(500);  // in the middle of it
        const std::vector<pid_t> processes = deviceProcesses();
        QVERIFY(!processes.empty());
        for (const pid_t process : processes) kill(process, SIGSTOP);
        const DialogAnswers answers({[&](QWidget& dialog) {
            QCOMPARE(dialog.objectName(), QString("savingRun"));
            const QString why = qobject_cast<QMessageBox*>(&dialog)->text();
            QVERIFY2(why.contains("the GPU has not answered"), qPrintable(why));
            for (QAbstractButton* button : dialog.findChildren<QAbstractButton*>())
                if (button->text().remove('&') == answer) button->click();
        }});
        QElapsedTimer timer;
        timer.start();
        m_fixture->window().close();
        QVERIFY(!m_fixture->window().isVisible());
        QVERIFY2(timer.elapsed() < 20'000 * slowness, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(answers.areAllGiven());
        const std::vector<pid_t> now = deviceProcesses();
        for (const pid_t process : processes) QVERIFY(std::ranges::count(now, process) == 0);
    }
};

QTEST_MAIN(TestGpuRun)
#include "tst_gpu_run.moc"
