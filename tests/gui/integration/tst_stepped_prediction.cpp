// SPDX-License-Identifier: Apache-2.0
// A prediction that a person steps through in the real window, with mouse and keys: against the
// same one stepped without a window, and beside a run that nothing happens to.
#include <QtTest>
#include <QtWidgets>

#include "core/session/stepped_prediction.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_scene.h"
#include "gui/graph_editor/node_item.h"
#include "gui/models/output_view.h"
#include "gui/shell/dock_layout.h"
#include "gui/views/tape/tape_table.h"
#include "gui/widgets/worded_progress.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

constexpr int patienceMs = 30'000 * slowness;

}  // namespace

class TestSteppedPrediction : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> m_fixture;

    Workbench& bench() { return m_fixture->bench(); }
    RunController& run() { return bench().run; }
    CanvasView* canvas() { return m_fixture->find<CanvasView>("canvasView"); }
    QString label(const char* name) { return m_fixture->find<QLabel>(name)->text(); }
    QString banner() { return label("prediction.sentence"); }
    QString words() { return m_fixture->find<WordedProgress>("train.progress")->words(); }
    void key(Qt::Key key, Qt::KeyboardModifiers held = {}) {
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : canvas(), key,
                        held);
    }
    int entries() { return static_cast<int>(run().tape()->entries.size()); }
    int currentRow() {
        const auto* table = m_fixture->find<TapeTable>("tapeTable");
        for (int row = 0; row < table->model()->rowCount(); ++row)
            if (table->model()->index(row, 0).data(TapeModel::CurrentRole).toBool()) return row;
        return -1;
    }
    std::vector<QString> markedNodes() {
        std::vector<QString> marked;
        for (const Node& node : bench().document.graph().nodes())
            if (runMarks().current.contains(node.id))
                marked.push_back(QString::fromStdString(node.id));
        return marked;
    }
    RunMarks runMarks() {
        const auto here = run().standsAt();
        return runMarksOf(run().breakpoints(), run().tape().get(), here.value_or(StopPoint{}),
                          here.has_value());
    }
    void open(int64_t epochs) {
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show();
        const QString file = saveInto(m_fixture->folder(), QStringLiteral("small"),
                                      smallProject(smallNetwork, epochs));
        QVERIFY(m_fixture->window().open(file));
        run().setThreads(1);
        canvas()->setFocus();
        QTRY_VERIFY_WITH_TIMEOUT(run().tape() && run().data() && !run().planError(), patienceMs);
        key(Qt::Key_L, Qt::ControlModifier);  // the file has no places
        QCoreApplication::processEvents();
    }
    void trainToTheEnd() {
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::Finished && run().states() &&
                                     run().trainedSteps() == run().run()->totalSteps(),
                                 patienceMs);
    }
    /// As a person does: the command, a number, Return.
    void stepThrough(int example) {
        m_fixture->trigger("data.step_prediction");
        auto* number = m_fixture->find<QSpinBox>("resultsExample");
        QTRY_VERIFY(number->isVisible() && number->hasFocus());
        QTest::keyClicks(number, QString::number(example));
        QTest::keyClick(number, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(run().isSteppingPrediction(), patienceMs);
    }
    void stepTo(int entry) {
        while (run().prediction().place().entry < entry) {
            const int next = run().prediction().place().entry + 1;
            key(Qt::Key_F10);
            QTRY_COMPARE_WITH_TIMEOUT(run().prediction().place().entry, next, patienceMs);
        }
    }
    /// The same example and weights, without a window.
    std::unique_ptr<SteppedPrediction> judge(int example) {
        auto stepped = SteppedPrediction::create(bench().document.project(), {.batch = 1}).value();
        if (run().states()) stepped->setStates(*run().states());
        const Dataset& data = *run().data();
        (void)stepped->begin(valuesOfExample(stepped->inputs(), data.columns, data.test, example))
            .value();
        return stepped;
    }

  private Q_SLOTS:
    void cleanup() { m_fixture.reset(); }

    void everyEntryIsWhatItIsWithoutAWindow() {
        open(1);
        trainToTheEnd();
        const auto ofRun = run().tape();
        stepThrough(57);
        QVERIFY(run().tape() != ofRun);
        QCOMPARE(banner(), QStringLiteral("Stepping through the prediction for test example 57. "
                                          "Weights of step %1.")
                               .arg(run().trainedSteps()));
        QVERIFY(m_fixture->find<QWidget>("predictionBanner")->isVisible());
        QTRY_COMPARE(currentRow(), 0);
        QTRY_VERIFY(!m_fixture->find<QWidget>("valueView")->visibleRegion().isEmpty());

        std::optional<ValueSnapshot> seen;
        QObject watcher;
        connect(&run(), &RunController::valueArrived, &watcher,
                [&](const ValueSnapshot& snapshot) { seen = snapshot; });
        const auto expected = judge(57);
        QCOMPARE(entries(), expected->entries());
        for (int entry = 1; entry <= entries(); ++entry) {
            const ValueId made =
                run().tape()->entries[static_cast<size_t>(entry - 1)].instr.out.front();
            key(Qt::Key_F10);
            QTRY_COMPARE_WITH_TIMEOUT(run().prediction().place().entry, entry, patienceMs);
            expected->stepEntry();
            QTRY_VERIFY_WITH_TIMEOUT(
                seen && seen->query.value == made && seen->entry == entry && seen->isShown(),
                patienceMs);
            const ValueSnapshot there = expected->value(seen->query);
            QCOMPARE(seen->elements, there.elements);
            QCOMPARE(currentRow(), entry < entries() ? entry : -1);
            QCOMPARE(bench().selection.entry(), entry - 1);
            QTRY_COMPARE(label("valueNote").section('.', 0, 0),
                         QStringLiteral("Prediction, before entry %1").arg(entry));
        }
        const QString given = textOf(expected->outputs().at(0), 0, run().data().get());
        QVERIFY2(banner().contains(given), qPrintable(banner()));
        QCOMPARE(words(),
                 QStringLiteral("Prediction behind the last of %1 entries").arg(entries()));

        // The same as what the page has for it, where it has it.
        key(Qt::Key_F10, Qt::ShiftModifier);
        QTRY_COMPARE(run().prediction().place().entry, entries() - 1);
        QVERIFY(!banner().contains(given));
        QTest::mouseClick(m_fixture->find<QPushButton>("prediction.leave"), Qt::LeftButton);
        QCOMPARE(run().tape(), ofRun);
        QVERIFY(!run().standsAt() && !m_fixture->find<QWidget>("predictionBanner")->isVisible());
        QCOMPARE(currentRow(), -1);
        QCOMPARE(words().section(' ', 0, 0), QStringLiteral("Finished"));
    }

    void breakpointsStopItAndNoRun() {
        open(100'000);
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::Running, patienceMs);
        m_fixture->trigger("data.step_prediction");
        QTRY_VERIFY_WITH_TIMEOUT(run().trainedSteps() > 0, patienceMs);  // of which it will be
        stepThrough(3);
        QVERIFY2(banner().contains(QStringLiteral("Weights of step ")), qPrintable(banner()));
        m_fixture->find<TapeTable>("tapeTable")->setFocus();
        bench().selection.selectNodes({"fc"});
        canvas()->setFocus();
        key(Qt::Key_F9);
        QCOMPARE(run().breakpoints(), (std::vector<Breakpoint>{{"fc", false}}));
        QVERIFY(runMarks().stopsForward.contains("fc"));
        const int stop = firstEntryOf(*run().tape(), "fc", false);
        QVERIFY(stop > 1);
        key(Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(run().prediction().place().entry, stop, patienceMs);
        QCOMPARE(markedNodes(), std::vector<QString>{"fc"});
        QVERIFY2(words().contains(QStringLiteral("before entry %1 of").arg(stop)),
                 qPrintable(words()));
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(run().prediction().place().isAtEnd(), patienceMs);
        QVERIFY(!bench().actions.find("train.step_entry")->isEnabled());
        // Back to a node that has run, forward to one that has not.
        bench().selection.selectNodes({"conv1"});
        key(Qt::Key_F10, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(run().prediction().place().entry,
                                  firstEntryOf(*run().tape(), "conv1", false), patienceMs);
        QCOMPARE(run().phase(), RunPhase::Running);
        const int64_t step = run().trainedSteps();
        QTRY_VERIFY_WITH_TIMEOUT(run().trainedSteps() > step, patienceMs);  // it goes on
        key(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(!run().isSteppingPrediction());
        QCOMPARE(run().tape(), run().run()->tape());
        QVERIFY(run().breakpoints().empty());
        QCOMPARE(run().phase(), RunPhase::Running);
        key(Qt::Key_F5, Qt::ShiftModifier);
        QTRY_COMPARE_WITH_TIMEOUT(run().phase(), RunPhase::Stopped, patienceMs);
    }

    void aRunThatStandsInsideOfAStepStandsThereStill() {
        open(2);
        for (int entry = 1; entry <= 3; ++entry) {
            key(Qt::Key_F10);
            QTRY_VERIFY_WITH_TIMEOUT(run().standsAt() && run().standsAt()->entry == entry,
                                     patienceMs);
        }
        const auto tape = run().tape();
        const ValueId value = bench().selection.value();
        stepThrough(0);
        QVERIFY(banner().contains(QStringLiteral("have not been trained")));
        stepTo(2);
        run().editValue(bench().selection.value(), 0, 42);
        key(Qt::Key_F5, Qt::ShiftModifier);
        QCOMPARE(run().tape(), tape);
        QCOMPARE(run().standsAt()->entry, 3);
        QCOMPARE(currentRow(), 3);
        QCOMPARE(bench().selection.value(), value);
        key(Qt::Key_F10);
        QTRY_COMPARE_WITH_TIMEOUT(run().standsAt()->entry, 4, patienceMs);
    }

    void whatIsDrawnIsStepped() {
        open(1);
        m_fixture->trigger("view.data");
        auto* tabs = m_fixture->find<QTabBar>("dataTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
        auto* paper = m_fixture->find<QWidget>("drawCanvas");
        QTRY_VERIFY(paper->isVisible());
        QTest::mouseClick(paper, Qt::LeftButton, {}, paper->rect().center());
        QTest::mouseClick(m_fixture->find<QToolButton>("drawStep"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(run().isSteppingPrediction(), patienceMs);
        QVERIFY(banner().contains(QStringLiteral("for what is drawn")));
        std::optional<ValueSnapshot> seen;
        QObject watcher;
        connect(&run(), &RunController::valueArrived, &watcher,
                [&](const ValueSnapshot& snapshot) { seen = snapshot; });
        const ValueId pixels = run().tape()->data.front().value;
        run().ask({.value = pixels});
        QTRY_VERIFY_WITH_TIMEOUT(seen && seen->query.value == pixels, patienceMs);
        QCOMPARE(seen->elements.size(), size_t{28 * 28});
        QCOMPARE(std::ranges::max(seen->elements), 255.0F);
        QCOMPARE(seen->elements.front(), 0.0F);  // a corner
    }

    void aNumberIsChangedAndWhatIsNotFiniteIsFound() {
        open(1);
        run().setNonFiniteWatch(NonFiniteWatch::EveryValue);
        stepThrough(1);
        const auto& states = run().tape()->states;
        const auto weight = std::ranges::find(states, "conv1.weight", &TapeState::name);
        QVERIFY(weight != states.end());
        run().editValue(weight->in, 0, 3e38);  // times a bright pixel
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(run().prediction().place().nonFinite != noValue, patienceMs);
        QVERIFY(originsOf(*run().tape(), bench().selection.value()) ==
                std::vector<std::string>{"conv1"});
        QVERIFY2(words().startsWith(QStringLiteral("Not finite: conv1")), qPrintable(words()));
        QTRY_VERIFY(label("valueName").contains(QStringLiteral("conv1")));
        QTRY_VERIFY(m_fixture->find<QLabel>("valueNonFinite")->isVisible());
        // Another one is with the weights that were not changed.
        stepThrough(1);
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(run().prediction().place().isAtEnd(), patienceMs);
        run().setNonFiniteWatch(NonFiniteWatch::Off);
    }

    void anEditLeavesIt() {
        open(1);
        stepThrough(2);
        stepTo(2);
        bench().document.setTraining(QStringLiteral("Change learning rate"), [&] {
            TrainingSettings training = bench().document.project().training;
            training.learningRate /= 2;
            return training;
        }());
        QVERIFY(run().isSteppingPrediction());  // not of the network
        bench().selection.selectNodes({"relu1"});
        canvas()->setFocus();
        key(Qt::Key_Delete, Qt::ControlModifier);
        QTRY_VERIFY(!bench().document.graph().find("relu1"));
        QVERIFY(!run().isSteppingPrediction() && !run().standsAt());
        QVERIFY2(banner().contains(QStringLiteral("prediction for test example 2 has ended")),
                 qPrintable(banner()));
        QTRY_VERIFY_WITH_TIMEOUT(run().tape() && firstEntryOf(*run().tape(), "fc", true) >= 0,
                                 patienceMs);
        stepThrough(2);
        bench().document.startNew();
        QVERIFY(!run().isPredicting());
        QVERIFY(!m_fixture->find<QWidget>("predictionBanner")->isVisible());
    }

    /// Keys that stepped through it never train what was edited meanwhile.
    void behindAnEditItIsBegunAnew() {
        open(1);
        stepThrough(2);
        stepTo(2);
        std::vector<Error> told;
        QObject watcher;
        connect(&run(), &RunController::failed, &watcher,
                [&](const Error& error) { told.push_back(error); });
        bench().selection.selectNodes({"fc"});  // without it nothing fits the loss
        canvas()->setFocus();
        key(Qt::Key_Delete, Qt::ControlModifier);
        QVERIFY(run().hasPredictionEnded());
        auto* again = m_fixture->find<QPushButton>("prediction.again");
        QVERIFY(again->isVisible());
        QVERIFY(!bench().actions.find("train.step_batch")->isEnabled());
        key(Qt::Key_F10);
        QVERIFY(!again->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(told.size(), size_t{1}, patienceMs);
        QVERIFY(run().hasPredictionEnded() && again->isVisible());
        QCOMPARE(run().phase(), RunPhase::None);
        bench().document.undoStack().undo();
        key(Qt::Key_F10);
        QTRY_VERIFY_WITH_TIMEOUT(run().isSteppingPrediction(), patienceMs);
        QCOMPARE(run().prediction().place().entry, 0);
        QVERIFY(banner().startsWith(QStringLiteral("Stepping through")));
        stepTo(1);

        bench().selection.selectNodes({"relu1"});
        canvas()->setFocus();
        key(Qt::Key_Delete, Qt::ControlModifier);
        QVERIFY(run().hasPredictionEnded());
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(run().isSteppingPrediction(), patienceMs);
        QCOMPARE(firstEntryOf(*run().tape(), "relu1", false), -1);
        bench().document.undoStack().undo();
        QVERIFY(run().hasPredictionEnded());
        QTest::mouseClick(m_fixture->find<QPushButton>("prediction.leave"), Qt::LeftButton);
        QVERIFY(!run().isPredicting());
        QVERIFY(!m_fixture->find<QWidget>("predictionBanner")->isVisible());
        QVERIFY(bench().actions.find("train.step_batch")->isEnabled());
        QCOMPARE(run().phase(), RunPhase::None);
        QVERIFY(!run().run());
    }

    void whatCannotBePredictedIsTold() {
        open(1);
        std::vector<Error> told;
        QObject watcher;
        connect(&run(), &RunController::failed, &watcher,
                [&](const Error& error) { told.push_back(error); });
        const auto fails =
            [](const std::vector<PredictorInput>&) -> Result<std::vector<std::vector<std::byte>>> {
            return Error{"U05", "the data have no column 'image'", {}, {}, {}};
        };
        run().stepThroughPrediction({.subject = QStringLiteral("nothing"), .question = fails});
        QVERIFY(m_fixture->find<QWidget>("predictionBanner")->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(told.size(), size_t{1}, patienceMs);
        QCOMPARE(told.front().code, std::string("U05"));
        QVERIFY(!run().isSteppingPrediction());
        QVERIFY(!m_fixture->find<QWidget>("predictionBanner")->isVisible());
    }

    /// Nobody waits for what is still being computed; the next one comes all the same.
    void leftWhileItIsCompiled() {
        open(1);
        for (int round = 0; round < 5; ++round) {
            QVERIFY(run().data());
            m_fixture->trigger("data.step_prediction");
            QTest::keyClick(m_fixture->find<QSpinBox>("resultsExample"), Qt::Key_Return);
            QVERIFY(run().prediction().isCompiling());
            QTest::mouseClick(m_fixture->find<QPushButton>("prediction.leave"), Qt::LeftButton);
            QVERIFY(!run().prediction().isCompiling() && !run().isSteppingPrediction());
        }
        stepThrough(4);
        for (int i = 0; i < 20; ++i) key(i % 3 == 0 ? Qt::Key_F10 : Qt::Key_Space);
        run().leavePrediction();
        QVERIFY(!run().isSteppingPrediction());
        stepThrough(5);
        QVERIFY(banner().contains(QStringLiteral("test example 5")));
    }
};

QTEST_MAIN(TestSteppedPrediction)
#include "tst_stepped_prediction.moc"
