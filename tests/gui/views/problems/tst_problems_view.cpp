// SPDX-License-Identifier: Apache-2.0
// The list of problems as a dock: what is told of a set-up before anything is started.
#include <QTemporaryDir>
#include <QtTest>
#include <QtWidgets>

#include "core/graph/placeholder.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/theme/theme.h"
#include "gui/views/charts/charts_panel.h"
#include "gui/views/view.h"
#include "gui/widgets/action_book.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

namespace {

constexpr int patienceMs = 20'000 * test::slowness;

}  // namespace

class ProblemsViewTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void saysWhatAStartWouldMeet_data() {
        QTest::addColumn<std::string>("network");
        QTest::addColumn<QStringList>("rows");
        QTest::newRow("nothing") << std::string(test::smallNetwork) << QStringList{};
        QTest::newRow("a warning")
            << std::string(
                   "x[1,28,28] -> flatten -> linear(out_features=10) -> tanh as head -> "
                   "cross_entropy(labels)")
            << QStringList{"Warning: Tanh 'head' keeps logits between -1 and 1"};
        QTest::newRow("a refusal, said once")
            << std::string(
                   "x[1,28,28](column=ink) -> flatten -> linear(out_features=10) -> "
                   "cross_entropy(labels)")
            << QStringList{"Input 'x' takes column 'ink', the data have image, label, parity"};
        QTest::newRow("a stray and an unused layer")
            << std::string(test::smallNetwork) +
                   "\nconv2d as lost -> relu\nflat -> linear(out_features=3) as side"
            << QStringList{
                   "Warning: Conv2d 'lost': port 'x' is not connected: it is left out, and "
                   "the node behind it.",
                   "Warning: Linear 'side' feeds nothing, so that it does not count"};
        QTest::newRow("no loss")
            << std::string("x[1,28,28] -> flatten -> linear(out_features=10)")
            << QStringList{
                   "The graph has no loss, wanted at least one.\nPress Tab on the canvas: add a "
                   "loss (cross_entropy)"};
        QTest::newRow("images of other extents, with a warning")
            << std::string(
                   "x[1,28,27] -> flatten -> linear(out_features=10) -> relu as head -> "
                   "cross_entropy(labels)")
            << QStringList{"Input 'x' takes images of [1, 28, 27], the data have [1, 28, 28]",
                           "Warning: Relu 'head' keeps logits from being negative"};
    }
    void saysWhatAStartWouldMeet() {
        QFETCH(std::string, network);
        QFETCH(QStringList, rows);
        Document document;
        RunController run(document);
        run.setFallbackFolder(m_folder.path(), true);
        Selection selection;
        Theme theme{ThemeKind::Dark};
        ActionBook actions(theme);
        QVERIFY(document
                    .open(test::saveInto(m_folder.path(), QStringLiteral("small"),
                                         test::smallProject(network)))
                    .ok());
        const std::unique_ptr<QWidget> dock(
            open({document, run, selection, theme, actions}, "problems"));
        const auto* list = dock->findChild<QListView*>(QStringLiteral("problems.list"));
        QTRY_VERIFY_WITH_TIMEOUT(run.data() && (run.tape() || run.planError()), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), static_cast<int>(rows.size()),
                                  patienceMs);
        for (int row = 0; row < rows.size(); ++row) {
            const QString said = list->model()->index(row, 0).data().toString();
            QVERIFY2(said.startsWith(rows[row]), qPrintable(said));
        }
    }

    void tellsOfAnOperatorThatThisProgramDoesNotKnow() {
        Project project = test::smallProject(test::smallNetwork);
        const auto op = placeholderOp({.op = "warp", .inputs = {"x"}, .outputs = {"y"}});
        QVERIFY(op.ok());
        Node node;
        node.id = "w";
        node.op = *op;
        Transaction into{edit::InsertNode{node}};
        const Edge before = *project.graph.edgeInto({"flat", "x"});
        for (const Edit& step :
             {Edit(edit::EraseEdge{before}), Edit(edit::InsertEdge{{before.from, {"w", "x"}}}),
              Edit(edit::InsertEdge{{{"w", "y"}, before.to}})})
            into.push_back(step);
        QVERIFY(perform(project.graph, into).ok());
        Document document;
        RunController run(document);
        Selection selection;
        Theme theme{ThemeKind::Dark};
        ActionBook actions(theme);
        const std::unique_ptr<QWidget> dock(
            open({document, run, selection, theme, actions}, "problems"));
        QVERIFY(document.open(test::saveInto(m_folder.path(), QStringLiteral("foreign"), project))
                    .ok());
        const auto* list = dock->findChild<QListView*>(QStringLiteral("problems.list"));
        QCOMPARE(list->model()->rowCount(), 1);
        const QString said = list->model()->index(0, 0).data().toString();
        QVERIFY2(said.contains("this program does not know the operator 'warp'"), qPrintable(said));
        run.shutDown();
    }

    void everyRowIsTrueWhenItIsShown() {
        test::WindowFixture fixture;
        fixture.show();
        QVERIFY(fixture.window().open(
            test::saveInto(fixture.folder(), "small", test::smallProject(test::smallNetwork))));
        Document& document = fixture.bench().document;
        RunController& run = fixture.bench().run;
        auto* list = fixture.find<QListView>("problems.list");
        auto* dock = qobject_cast<QDockWidget*>(list->parentWidget()->parentWidget());
        QVERIFY(dock);
        const auto rows = [&] { return list->model()->rowCount(); };
        const auto titled = [&] {
            return dock->windowTitle() ==
                   (rows() ? QString("Problems (%1)").arg(rows()) : QString("Problems"));
        };
        QTRY_VERIFY_WITH_TIMEOUT(run.data(), patienceMs);
        QVERIFY(document
                    .edit("Change kernel",
                          {edit::SetField{"conv1", "kernel", std::vector<int64_t>{40, 40}}})
                    .ok());
        QCOMPARE(rows(), 1);  // at once
        QSignalSpy refused(&run, &RunController::startRefused);
        fixture.trigger("train.play");
        QTRY_COMPARE_WITH_TIMEOUT(refused.size(), 1, patienceMs);
        QCOMPARE(rows(), 1);
        QVERIFY(titled());
        QTest::qWait(400);  // plan and set-up check have had their say
        QCOMPARE(rows(), 1);
        document.undoStack().undo();
        QCOMPARE(rows(), 0);
        QVERIFY(titled());
        QTest::qWait(400);
        QCOMPARE(rows(), 0);
        QVERIFY(list->isHidden() || !list->isVisible());
    }

    void aWarningCountsInTheTabAndAFaultComesToTheFront() {
        test::WindowFixture fixture;
        fixture.show();
        QVERIFY(fixture.window().open(
            test::saveInto(fixture.folder(), "small", test::smallProject(test::smallNetwork))));
        RunController& run = fixture.bench().run;
        QTRY_VERIFY_WITH_TIMEOUT(run.data(), patienceMs);
        auto* list = fixture.find<QListView>("problems.list");
        auto* dock = qobject_cast<QDockWidget*>(list->parentWidget()->parentWidget());
        const auto beside = fixture.window().tabifiedDockWidgets(dock);
        QVERIFY(!beside.empty());
        beside.front()->raise();
        const auto isInFront = [&] { return !list->parentWidget()->visibleRegion().isEmpty(); };
        QTRY_VERIFY(!isInFront());
        run.eventArrived(
            {.kind = EventKind::LossHasGrown, .step = 10, .number = 2.3, .trainLoss = 60});
        QCOMPARE(dock->windowTitle(), QString("Problems (1)"));
        QTest::qWait(50);
        QVERIFY(!isInFront());
        run.failed({"C09", "the disk is full", {}, {}, {}});
        QTRY_VERIFY(isInFront());
    }

    /// However many there are, in one row; that the scale grows again is no problem.
    void updatesThatWereLeftOutAreToldInOneRow() {
        test::WindowFixture fixture;
        fixture.show();
        RunController& run = fixture.bench().run;
        const auto* list = fixture.find<QListView>("problems.list")->model();
        const auto text = [&] { return list->index(0, 0).data().toString(); };
        QSignalSpy said(&run, &RunController::said);
        run.eventArrived({.kind = EventKind::UpdateLeftOut, .step = 2, .number = 32768});
        QCOMPARE(list->rowCount(), 1);
        QVERIFY2(text().contains("The update of step 2 was left out"), qPrintable(text()));
        QVERIFY2(text().contains("32,768"), qPrintable(text()));
        run.eventArrived({.kind = EventKind::UpdateLeftOut, .step = 1203, .number = 16384});
        QCOMPARE(list->rowCount(), 1);
        QVERIFY2(text().contains("2 updates were left out, the last in step 1,203"),
                 qPrintable(text()));
        QCOMPARE(said.size(), 0);
        run.eventArrived({.kind = EventKind::LossScaleRaised, .step = 3204, .number = 32768});
        QCOMPARE(list->rowCount(), 1);
        QCOMPARE(said.size(), 1);
        QVERIFY(said[0][0].toString().contains("32,768"));
        run.runOpened();
        QCOMPARE(list->rowCount(), 0);
        run.eventArrived({.kind = EventKind::UpdateLeftOut, .step = 1, .number = 32768});
        QVERIFY2(text().contains("The update of step 1 was left out"), qPrintable(text()));
    }

    void aFailedExportIsToldUntilTheNextOneOrAnEdit() {
        test::WindowFixture fixture;
        fixture.show();
        QVERIFY(fixture.window().open(
            test::saveInto(fixture.folder(), "small", test::smallProject(test::smallNetwork))));
        auto* list = fixture.find<QListView>("problems.list");
        auto* charts = fixture.window().findChild<ChartsPanel*>();
        QVERIFY(charts);
        const auto fail = [&] {
            charts->saveFailed({"C08", "there is no folder 'no/such'", {}, {}, {}});
            return list->model()->rowCount() == 1;
        };
        QVERIFY(fail());
        QVERIFY(fail());  // again: said once
        charts->saved(QStringLiteral("curves.png"));
        QCOMPARE(list->model()->rowCount(), 0);
        QVERIFY(fail());
        QVERIFY(fixture.bench().document.edit("title", {edit::SetTitle{"fc", "t"}}).ok());
        QCOMPARE(list->model()->rowCount(), 0);
    }

    void imagesThatDoNotFitAreToldAtTheNodeWhileTyping() {
        test::WindowFixture fixture;
        fixture.show();
        QVERIFY(fixture.window().open(
            test::saveInto(fixture.folder(), "small", test::smallProject(test::smallNetwork))));
        fixture.bench().selection.selectNodes({"x"});
        auto* shape = fixture.find<QLineEdit>("properties.field.shape");
        shape->setFocus();
        shape->selectAll();
        QTest::keyClicks(shape, "1,30,30");
        QTest::keyClick(shape, Qt::Key_Return);  // the data may not be there yet
        const auto* error = fixture.find<QLabel>("properties.error");
        QTRY_VERIFY_WITH_TIMEOUT(error->isVisible(), 1000 * test::slowness);
        QVERIFY(error->text().contains("takes images of [1, 30, 30], the data have [1, 28, 28]"));
        const auto* list = fixture.find<QListView>("problems.list");
        QVERIFY(list->model()->index(0, 0).data().toString().contains("takes images of"));
    }

    void whatAFileMetGoesWithTheNextFile() {
        test::WindowFixture fixture;
        fixture.show();
        const QString good =
            test::saveInto(fixture.folder(), "small", test::smallProject(test::smallNetwork));
        auto* list = fixture.find<QListView>("problems.list");
        QVERIFY(!fixture.window().open(fixture.folder() + "/none.vitrine"));
        QCOMPARE(list->model()->rowCount(), 1);
        QVERIFY(!fixture.window().open(fixture.folder() + "/neither.vitrine"));
        QCOMPARE(list->model()->rowCount(), 1);
        QVERIFY(list->model()->index(0, 0).data().toString().contains("neither"));
        QTRY_VERIFY(list->isVisible());
        list->setCurrentIndex(list->model()->index(0, 0));
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(list->model()->rowCount(), 0);
        QVERIFY(!fixture.window().open(fixture.folder() + "/none.vitrine"));
        QVERIFY(fixture.window().open(good));
        QCOMPARE(list->model()->rowCount(), 0);
    }

    void aStepOverTheSameFaultIsOneRow_data() {
        QTest::addColumn<NonFiniteWatch>("watch");
        QTest::newRow("every value") << NonFiniteWatch::EveryValue;
        QTest::newRow("loss") << NonFiniteWatch::Loss;
    }
    void aStepOverTheSameFaultIsOneRow() {
        QFETCH(NonFiniteWatch, watch);
        test::WindowFixture fixture;
        fixture.show();
        Project project = test::smallProject(
            "x[1,28,28] -> conv2d(out_channels=4 kernel=5 stride=2) as c -> mul(c) as s1 -> "
            "mul(s1) "
            "as s2 -> mul(s2) as s3 -> flatten -> linear(out_features=10) -> "
            "cross_entropy(labels)");
        project.training.learningRate = 100;
        QVERIFY(fixture.window().open(test::saveInto(fixture.folder(), "small", project)));
        RunController& run = fixture.bench().run;
        auto* list = fixture.find<QListView>("problems.list");
        const auto told = [&] {
            int count = 0;
            for (int row = 0; row < list->model()->rowCount(); ++row)
                count += list->model()->index(row, 0).data().toString().contains("not finite");
            return count;
        };
        run.setNonFiniteWatch(watch);
        run.setRecordSteps(true);
        run.train();
        QTRY_COMPARE_WITH_TIMEOUT(told(), 1, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == RunPhase::Paused && run.stopPoint().canStepBack,
                                 patienceMs);
        run.stepBack();
        QTRY_COMPARE_WITH_TIMEOUT(told(), 0, patienceMs);
        run.stepEntry();
        QTRY_COMPARE_WITH_TIMEOUT(told(), 1, patienceMs);
        run.resetWeights();
        QCOMPARE(told(), 0);
    }

    void aRunThatEndsAtGuessingSaysSo() {
        test::WindowFixture fixture;
        fixture.show();
        Project project = test::smallProject(test::smallNetwork, 1);
        project.training.learningRate = 0.000'000'1;
        QVERIFY(fixture.window().open(test::saveInto(fixture.folder(), "small", project)));
        RunController& run = fixture.bench().run;
        const auto* list = fixture.find<QListView>("problems.list");
        double accuracy = 1;
        connect(&run, &RunController::eventArrived, this, [&](const RunEvent& event) {
            if (event.kind == EventKind::EpochDone) accuracy = event.metrics[0];
        });
        run.train();
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == RunPhase::Finished, patienceMs);
        QCoreApplication::processEvents();
        const QString said = list->model()->index(0, 0).data().toString();
        QCOMPARE(said.startsWith("Warning: The run has learnt nothing"), accuracy < 0.12);
        QVERIFY2(accuracy < 0.12, "the seed makes a run that learns");
    }

  private:
    static QWidget* open(const ViewContext& context, const char* id) {
        for (const ViewDescriptor* view : allViews())
            if (std::string_view(view->id) == id) return view->create(context, nullptr);
        qFatal("there is no view %s", id);
    }

    QTemporaryDir m_folder;
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::ProblemsViewTest)
#include "tst_problems_view.moc"
