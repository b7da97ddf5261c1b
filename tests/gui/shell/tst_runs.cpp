// SPDX-License-Identifier: Apache-2.0
// What becomes of runs as a person works: they are saved, move along, come back, and are chosen
// from a list.
#include <QDir>
#include <QtTest>
#include <QtWidgets>

#include "core/session/past_runs.h"
#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

/// An answer to the dialog that asks about a run that cannot be saved.
auto press(const char* text) {
    return [text](QWidget& dialog) {
        QCOMPARE(dialog.objectName(), QString("cannotSaveRun"));
        for (QAbstractButton* button : dialog.findChildren<QAbstractButton*>())
            if (button->text().remove('&') == text) QTest::mouseClick(button, Qt::LeftButton);
    };
}

}  // namespace

class TestRuns : public QObject {
    Q_OBJECT

  private:
    static constexpr int patienceMs = 20'000 * slowness;
    static constexpr int64_t stepsOfRun = 2 * 512 / 32;
    std::unique_ptr<WindowFixture> m_fixture;
    QTemporaryDir m_folder;
    QString m_project;

    WindowFixture& fixture() { return *m_fixture; }
    RunController& run() { return m_fixture->bench().run; }
    Document& document() { return m_fixture->bench().document; }
    void openWindow() {
        m_fixture = std::make_unique<WindowFixture>(ThemeKind::Dark, false);
        fixture().show();
    }
    bool waitFor(RunPhase phase) {
        return QTest::qWaitFor([&] { return run().phase() == phase; }, patienceMs);
    }
    void key(Qt::Key key) {
        fixture().window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture().window()));
        QTest::keyClick(&fixture().window(), key);
    }
    std::vector<PastRun> runsIn(const QString& folder) const {
        return pastRuns((folder + "/runs").toStdString());
    }
    void trainToTheEnd() {
        key(Qt::Key_Space);
        QVERIFY(waitFor(RunPhase::Finished));
        QTRY_COMPARE_WITH_TIMEOUT(run().trainedSteps(), stepsOfRun, patienceMs);
    }
    /// Long enough to be in the middle of it.
    void trainForLong() {
        TrainingSettings training = document().project().training;
        training.epochs = 5000;
        document().setTraining("epochs", training);
        key(Qt::Key_Space);
        QVERIFY(waitFor(RunPhase::Running));
        QVERIFY(QTest::qWaitFor([&] { return m_steps > 20; }, patienceMs));
    }
    /// Somebody deletes it while the run goes on.
    void loseTheFolder() {
        trainForLong();
        QVERIFY(QDir(QString::fromStdString(run().run()->folder())).removeRecursively());
        QTRY_VERIFY_WITH_TIMEOUT(run().cannotSave().has_value(), patienceMs);
        QVERIFY(waitFor(RunPhase::Paused));  // the event comes before the state
        QTRY_VERIFY_WITH_TIMEOUT(run().trainedSteps() > 0, patienceMs);
    }
    int64_t m_steps = 0;
    void countSteps() {
        m_steps = 0;
        connect(&run(), &RunController::recordsArrived, this,
                [this](const std::vector<StepRecord>& records) {
                    if (!records.empty()) m_steps = records.back().step;
                });
    }
    static void give(std::vector<DialogAnswers::Answer> answers, const std::function<void()>& act) {
        const DialogAnswers person(std::move(answers));
        act();
        QVERIFY(person.areAllGiven());
    }

  private Q_SLOTS:
    void init() {
        QDir(m_folder.path()).removeRecursively();
        QVERIFY(QDir().mkpath(m_folder.path()));
        m_project = saveInto(m_folder.path(), "small", smallProject(smallNetwork));
        openWindow();
        countSteps();
        QVERIFY(fixture().window().open(m_project));
    }
    void cleanup() { m_fixture.reset(); }

    void aReopenedProjectBringsItsLastRun() {
        QVERIFY2(!run().pastRun(), "there is none yet");
        trainToTheEnd();
        const auto weights = run().states();
        m_fixture.reset();
        openWindow();
        countSteps();
        int64_t epochs = 0;
        connect(&run(), &RunController::eventArrived, this, [&](const RunEvent& event) {
            epochs += event.kind == EventKind::EpochDone ? 1 : 0;
        });
        QVERIFY(fixture().window().open(m_project));
        QTRY_COMPARE_WITH_TIMEOUT(m_steps, stepsOfRun, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(epochs, 2, patienceMs);
        QVERIFY(run().pastRun().has_value());
        QCOMPARE(run().phase(), RunPhase::None);
        QVERIFY(run().states());
        QCOMPARE(run().states()->tensors.size(), weights->tensors.size());
        for (size_t i = 0; i < weights->tensors.size(); ++i)
            QVERIFY(run().states()->tensors[i].bytes == weights->tensors[i].bytes);
    }

    void anotherProjectBringsNothing() {
        trainToTheEnd();
        const QString other = saveInto(m_folder.path(), "other", smallProject(smallNetwork));
        QVERIFY(fixture().window().open(other));
        QTest::qWait(300);
        QVERIFY(!run().pastRun());
        QVERIFY(!run().states());
    }

    void aStartFromTrainedWeightsAsks_data() {
        QTest::addColumn<QByteArray>("button");
        QTest::addColumn<bool>("starts");
        QTest::addColumn<bool>("keeps");
        QTest::newRow("keep") << QByteArray("start.keep") << true << true;
        QTest::newRow("fresh") << QByteArray("start.fresh") << true << false;
        QTest::newRow("neither") << QByteArray() << false << true;
    }
    void aStartFromTrainedWeightsAsks() {
        QFETCH(QByteArray, button);
        QFETCH(bool, starts);
        QFETCH(bool, keeps);
        trainToTheEnd();
        QStringList said;
        connect(&run(), &RunController::said, this, [&](const QString& words) { said << words; });
        const auto answer =
            button.isEmpty() ? DialogAnswers::escape() : DialogAnswers::click(button.constData());
        give({answer}, [&] { key(Qt::Key_F11); });
        if (!starts) {
            QCOMPARE(run().phase(), RunPhase::Finished);
            QCOMPARE(run().trainedSteps(), stepsOfRun);
            return;
        }
        QVERIFY(waitFor(RunPhase::Paused));
        QCOMPARE(run().run()->statesTakenOver() > 0, keeps);
        QVERIFY2(said.last().contains(keeps ? "trained" : "fresh"), qPrintable(said.last()));
        QCOMPARE(runsIn(m_folder.path()).size(), size_t{2});
    }

    void aStoppedRunIsGoneOnWith() {
        trainForLong();
        key(Qt::Key_Space);
        QVERIFY(waitFor(RunPhase::Paused));
        fixture().trigger("train.stop");
        QVERIFY(waitFor(RunPhase::Stopped));
        const int64_t at = m_steps;
        QTRY_COMPARE_WITH_TIMEOUT(run().trainedSteps(), at, patienceMs);
        give({DialogAnswers::click("start.go_on")}, [&] { key(Qt::Key_F11); });
        QVERIFY(waitFor(RunPhase::Paused));
        QTRY_COMPARE_WITH_TIMEOUT(m_steps, at + 1, patienceMs);
        QCOMPARE(runsIn(m_folder.path()).size(), size_t{1});
    }

    void closingWhileTrainingSaves() {
        trainForLong();
        QVERIFY(document().save().ok());
        fixture().window().close();
        QVERIFY(!fixture().window().isVisible());
        const auto runs = runsIn(m_folder.path());
        QCOMPARE(runs.size(), size_t{1});
        QCOMPARE(runs[0].state, PastRunState::Stopped);
        const auto result = readPastRun(runs[0].folder);
        QVERIFY(result.ok() && result->states);
        QCOMPARE(result->states->position.step, runs[0].steps);
    }

    void aRunWhoseFolderIsGoneGoesOnInANewOne() {
        loseTheFolder();
        const int64_t learnt = run().trainedSteps();
        QVERIFY(learnt > 0);
        key(Qt::Key_Space);
        QVERIFY(waitFor(RunPhase::Running));
        QVERIFY(QFileInfo(QString::fromStdString(run().run()->folder())).isDir());
        QVERIFY2(run().run()->statesTakenOver() > 0, "the weights are not lost");
    }

    void aRunWhoseFolderIsGoneIsStopped() {
        loseTheFolder();
        fixture().trigger("train.stop");
        QVERIFY(waitFor(RunPhase::None));
        QVERIFY(!run().isEnding() && !run().hasUnsavedRun());
        QVERIFY2(run().trainedSteps() > 0, "the next run can keep the weights");
        QVERIFY(document().save().ok());
        fixture().window().close();
        QVERIFY(!fixture().window().isVisible());
    }

    void closingWhereTheFolderIsGoneAsks() {
        loseTheFolder();
        QVERIFY(document().save().ok());
        give({press("Stay")}, [&] { fixture().window().close(); });
        QVERIFY(fixture().window().isVisible());
        give({press("Close all the same")}, [&] { fixture().window().close(); });
        QVERIFY(!fixture().window().isVisible());
    }

    void whatTakesItsPlaceIsAskedAboutWhereTheRunCannotBeSaved_data() {
        QTest::addColumn<QByteArray>("action");
        QTest::newRow("New") << QByteArray("file.new");
        QTest::newRow("fresh weights") << QByteArray("train.reset");
    }
    void whatTakesItsPlaceIsAskedAboutWhereTheRunCannotBeSaved() {
        QFETCH(QByteArray, action);
        loseTheFolder();
        QVERIFY(document().save().ok());
        give({press("Stay")}, [&] { fixture().trigger(action.constData()); });
        QVERIFY(run().run() && run().cannotSave());
        give({press("Lose it")}, [&] { fixture().trigger(action.constData()); });
        QVERIFY(!run().cannotSave());
    }

    void whatTakesItsPlaceSavesTheRun_data() {
        QTest::addColumn<QByteArray>("action");
        QTest::newRow("New") << QByteArray("file.new");
        QTest::newRow("fresh weights") << QByteArray("train.reset");
        QTest::newRow("another project") << QByteArray("");
    }
    void whatTakesItsPlaceSavesTheRun() {
        QFETCH(QByteArray, action);
        const QString other = saveInto(m_folder.path(), "other", smallProject(smallNetwork));
        trainForLong();
        QVERIFY(document().save().ok());
        if (action.isEmpty())
            QVERIFY(fixture().window().open(other));
        else
            fixture().trigger(action.constData());
        QVERIFY(run().isOver());
        QVERIFY2(run().hasUnsavedRun(), "it is being saved, and nobody waits for that");
        QVERIFY(QTest::qWaitFor([&] { return !run().hasUnsavedRun(); }, patienceMs));
        const auto runs = runsIn(m_folder.path());
        QCOMPARE(runs.size(), size_t{1});
        QCOMPARE(runs[0].state, PastRunState::Stopped);
        QVERIFY(runs[0].hasCheckpoint);
    }

    void runsGoAlongWithSaveAs() {
        fixture().trigger("file.new");
        QVERIFY(document().edit("net", {}).ok());
        const Project project = smallProject(smallNetwork);
        QVERIFY(document().recover(QByteArray::fromStdString(projectText(project)), {}).ok());
        trainForLong();
        const QString before = QString::fromStdString(run().run()->folder());
        QVERIFY2(before.startsWith(fixture().folder()), qPrintable(before));
        const QString there = m_folder.filePath("deep");
        QVERIFY(QDir().mkpath(there));
        give({DialogAnswers::type(there + "/mine")}, [&] { fixture().trigger("file.save_as"); });
        QTRY_VERIFY_WITH_TIMEOUT(!QDir(before).exists(), patienceMs);
        const auto runs = runsIn(there);
        QCOMPARE(runs.size(), size_t{1});
        QVERIFY2(QString::fromStdString(runs[0].folder).contains("/mine-"), runs[0].folder.c_str());
        const int64_t at = m_steps;
        QVERIFY2(QTest::qWaitFor([&] { return m_steps > at + 20; }, patienceMs), "it goes on");
        fixture().trigger("train.stop");
        QVERIFY(waitFor(RunPhase::Stopped));
        // The window may still be behind the engine's own record.
        QTRY_COMPARE_WITH_TIMEOUT(m_steps, runsIn(there)[0].steps, patienceMs);
        QVERIFY(!QDir(before).exists());
    }

    void aRunIsChosenFromAList() {
        trainToTheEnd();
        give({DialogAnswers::click("start.fresh")}, [&] { key(Qt::Key_Space); });
        QVERIFY(waitFor(RunPhase::Finished));
        QString listed;
        const auto look = [&](QWidget& dialog) {
            auto* table = dialog.findChild<QTreeView*>("runs");
            QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, patienceMs);
            for (int column = 0; column < table->model()->columnCount(); ++column)
                listed += table->model()->index(1, column).data().toString() + " | ";
            QTest::keyClick(table, Qt::Key_Down);
            QTest::keyClick(table, Qt::Key_Return);
        };
        give({look}, [&] { fixture().trigger("train.resume"); });
        QVERIFY(waitFor(RunPhase::Finished));
        QVERIFY2(listed.contains("2 of 2") && listed.contains("finished") &&
                     listed.contains("% of test"),
                 qPrintable(listed));
        QTRY_COMPARE_WITH_TIMEOUT(run().trainedSteps(), stepsOfRun, patienceMs);
    }

    void weightsOfAChosenRunAreTaken() {
        trainToTheEnd();
        QVERIFY(fixture().window().open(m_project));
        fixture().trigger("train.reset");
        QVERIFY(!run().states());
        const auto take = [&](QWidget& dialog) {
            auto* table = dialog.findChild<QTreeView*>("runs");
            QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 1, patienceMs);
            DialogAnswers::click("runs.take")(dialog);
        };
        give({take}, [&] { fixture().trigger("train.resume"); });
        QTRY_COMPARE_WITH_TIMEOUT(run().trainedSteps(), stepsOfRun, patienceMs);
    }

    void weightsOfAFileAreTaken() {
        trainToTheEnd();
        const QString file =
            QString::fromStdString(runsIn(QFileInfo(m_project).absolutePath())[0].folder) +
            "/weights.safetensors";
        QVERIFY(fixture().window().open(m_project));
        fixture().trigger("train.reset");
        QVERIFY(!run().states());
        QString told, table;
        const auto look = [&](QWidget& dialog) {
            QCOMPARE(dialog.objectName(), QString("weightsTaken"));
            auto& box = dynamic_cast<QMessageBox&>(dialog);
            told = box.informativeText();
            table = box.detailedText();
            DialogAnswers::press(QMessageBox::Ok)(dialog);
        };
        // Later: the file dialog waits for the next answer.
        const auto choose = [](QWidget& dialog) {
            auto* button = dialog.findChild<QAbstractButton*>("runs.file");
            QVERIFY(button);
            QTimer::singleShot(0, button, &QAbstractButton::click);
        };
        give({choose, DialogAnswers::type(file), look}, [&] {
            fixture().trigger("train.resume");
            QTRY_VERIFY_WITH_TIMEOUT(!told.isEmpty(), patienceMs);
        });
        QVERIFY2(told.contains("by name"), qPrintable(told));
        QVERIFY2(table.contains("conv1.weight"), qPrintable(table));
        QVERIFY(run().states());
    }
};

QTEST_MAIN(TestRuns)
#include "tst_runs.moc"
