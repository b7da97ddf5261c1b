// SPDX-License-Identifier: Apache-2.0
// Charts, gradients and data as docks of a run with a real engine behind them.
#include <QTemporaryDir>
#include <QtTest>
#include <QtWidgets>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/theme/theme.h"
#include "gui/views/charts/charts_panel.h"
#include "gui/views/data/data_panel.h"
#include "gui/views/data/draw_canvas.h"
#include "gui/views/data/draw_page.h"
#include "gui/views/data/mistakes_page.h"
#include "gui/views/data/probability_bars.h"
#include "gui/views/data/sample_grid.h"
#include "gui/views/data/samples_page.h"
#include "gui/views/data/scatter_page.h"
#include "gui/views/gradients/gradients_panel.h"
#include "gui/views/view.h"
#include "gui/widgets/action_book.h"
#include "gui/widgets/empty_state.h"
#include "tests/gui/support/small_project.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

namespace {

constexpr int patienceMs = 20'000 * test::slowness;

}  // namespace

class RunDocksTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        QDir(m_folder.filePath("runs")).removeRecursively();  // a project brings its last run along
        m_document = std::make_unique<Document>();
        m_run = std::make_unique<RunController>(*m_document);
        m_run->setFallbackFolder(m_folder.path(), true);
        m_run->setThreads(1);
        m_selection = std::make_unique<Selection>();
        m_actions = std::make_unique<ActionBook>(m_theme);
        const QString file = test::saveInto(m_folder.path(), QStringLiteral("small"),
                                            test::smallProject(test::smallNetwork));
        QVERIFY(m_document->open(file).ok());
    }
    void cleanup() {
        m_dock.reset();
        m_run.reset();
    }

    void chartsShowTheRunAndTheOneBefore() {
        auto* panel = qobject_cast<ChartsPanel*>(open("charts"));
        train();
        QTRY_COMPARE(panel->course().course().lastStep(), 32.0);
        QCOMPARE(panel->course().line(CourseGroup::Metrics, 0).size(), size_t{2});
        QVERIFY(!panel->hasGhost());
        train();
        QVERIFY(panel->hasGhost());
        QTRY_COMPARE(panel->course().course().lastStep(), 32.0);
    }

    void anotherProjectHasNoRunBefore() {
        auto* charts = qobject_cast<ChartsPanel*>(open("charts"));
        train();
        train();
        QVERIFY(charts->hasGhost());
        m_document->startNew();
        QVERIFY(!charts->hasGhost());
        QVERIFY(charts->course().course().isEmpty());
        QVERIFY(m_document->open(m_folder.filePath(QStringLiteral("small.vitrine"))).ok());
        train();
        QVERIFY2(!charts->hasGhost(), "its first run since it was opened");
        QTRY_COMPARE(charts->course().course().lastStep(), 32.0);
    }

    void anotherProjectHasNoGradients() {
        auto* panel = qobject_cast<GradientsPanel*>(open("gradients"));
        train();
        QTRY_COMPARE(panel->model().rowCount(), 4);
        m_document->startNew();
        QCOMPARE(panel->model().rowCount(), 0);
    }

    void gradientsAreSampledAndChooseTheirNode() {
        auto* panel = qobject_cast<GradientsPanel*>(open("gradients"));
        train();
        QTRY_COMPARE(panel->model().rowCount(), 4);
        QCOMPARE(panel->model().row(0).name, QStringLiteral("conv1.weight"));
        auto* rows = panel->findChild<QTableView*>(QStringLiteral("gradientRows"));
        const QRect row = rows->visualRect(panel->model().index(0, GradientModel::Name));
        QTest::mouseClick(rows->viewport(), Qt::LeftButton, {}, row.center());
        QCOMPARE(m_selection->nodes(), QStringList{QStringLiteral("conv1")});
        m_selection->selectNodes({QStringLiteral("fc")});
        QCOMPARE(rows->selectionModel()->selectedRows().size(), 2);
    }

    void whatWasNotWatchedIsThereAfterTheRun() {
        auto* panel = qobject_cast<GradientsPanel*>(open("gradients"));
        panel->hide();
        train();
        panel->show();
        QTRY_COMPARE(panel->model().rowCount(), 4);
        for (const char* kind : {"kindWeights", "kindActivations"}) {
            auto* button = panel->findChild<QToolButton*>(QLatin1String(kind));
            QTest::mouseClick(button, Qt::LeftButton);
            QVERIFY2(panel->model().rowCount() > 0, kind);
        }
    }

    /// Nobody watched: what the last weights are and do is worked out afterwards.
    void activationsAndWeightsAreThereAfterTheRun_data() {
        QTest::addColumn<QString>("button");
        QTest::addColumn<int>("rows");
        QTest::addRow("activations") << "kindActivations" << 4;
        QTest::addRow("weights") << "kindWeights" << 4;
    }
    void activationsAndWeightsAreThereAfterTheRun() {
        QFETCH(QString, button);
        QFETCH(int, rows);
        auto* panel = qobject_cast<GradientsPanel*>(open("gradients"));
        panel->hide();
        train();
        panel->show();
        QTest::mouseClick(panel->findChild<QToolButton*>(button), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(panel->model().rowCount(), rows, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(panel->model().row(0).history.latestStep(), 32, patienceMs);
        QVERIFY(panel->model().row(0).history.latest().count > 0);
        QCOMPARE(m_run->phase(), RunPhase::Finished);  // and no other run was begun for it
    }

    void nothingOfTheOldProjectStays() {
        auto* panel = qobject_cast<DataPanel*>(open("data"));
        panel->setCurrentWidget(&panel->draw());
        train();
        DrawCanvas& canvas = panel->draw().canvas();
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, canvas.rect().center());
        auto* note = panel->findChild<QLabel*>(QStringLiteral("drawNote"));
        QTRY_VERIFY_WITH_TIMEOUT(note->text().endsWith(QStringLiteral(" 32")), patienceMs);
        QVERIFY(panel->mistakes().grid().model().samples() > 0);
        m_document->startNew();
        QCOMPARE(note->text(), QString());
        QVERIFY(canvas.drawing().isBlank());
        QVERIFY(panel->draw().bars().probabilities().empty());
        QCOMPARE(panel->mistakes().grid().model().samples(), int64_t{0});
        for (const char* name : {"samplesEmpty"})
            QVERIFY(panel->findChild<EmptyState*>(QLatin1String(name))->isEmpty());
        // The same data again are shown again, without a word about other ones.
        QVERIFY(m_document->open(m_folder.filePath("small.vitrine")).ok());
        QTRY_VERIFY_WITH_TIMEOUT(
            !panel->findChild<EmptyState*>(QStringLiteral("samplesEmpty"))->isEmpty(), patienceMs);
        // And its last run comes along.
        QTRY_VERIFY_WITH_TIMEOUT(note->text().endsWith(QStringLiteral(" 32")), patienceMs);
    }

    void freshWeightsAreTriedOutAtOnce() {
        auto* panel = qobject_cast<DataPanel*>(open("data"));
        panel->setCurrentWidget(&panel->draw());
        train();
        auto* note = panel->findChild<QLabel*>(QStringLiteral("drawNote"));
        QTRY_VERIFY_WITH_TIMEOUT(note->text().endsWith(QStringLiteral(" 32")), patienceMs);
        m_run->resetWeights();
        QTRY_VERIFY_WITH_TIMEOUT(note->text().contains(QStringLiteral("not been trained")),
                                 patienceMs);
    }

    void everyPageOfDataIsAsNarrow() {
        auto* panel = qobject_cast<DataPanel*>(open("data"));
        const int before = panel->minimumSizeHint().width();
        train();
        for (int page : {0, 1, 2, 3, 1}) {
            panel->setCurrentIndex(page);
            QTest::qWait(20);
            QCOMPARE(panel->minimumSizeHint().width(), before);
        }
    }

    void mistakesOfTheTestSetAreShown() {
        auto* panel = qobject_cast<DataPanel*>(open("data"));
        panel->setCurrentWidget(&panel->mistakes());
        train();
        QTRY_VERIFY(panel->mistakes().grid().model().samples() > 0);
        QVERIFY(panel->mistakes().grid().model().samples() < 128);
    }

    void changedExamplesAreTrainedWithout() {
        auto* panel = qobject_cast<DataPanel*>(open("data"));
        train();
        auto* list = panel->findChild<QListView*>(QStringLiteral("samplesList"));
        SamplesModel& model = panel->samples().grid().model();
        QTRY_COMPARE_WITH_TIMEOUT(model.samples(), int64_t{512}, patienceMs);
        list->setCurrentIndex(model.index(3));
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(m_document->project().data.changes,
                 (std::vector<DataChange>{{.example = "train 3", .isExcluded = true}}));
        QVERIFY(m_run->differsFromDocument());
        m_document->undoStack().undo();
        QVERIFY(m_document->project().data.changes.empty());
        QVERIFY(!m_run->differsFromDocument());
        m_document->undoStack().redo();
        QTRY_VERIFY_WITH_TIMEOUT(m_run->data() && m_run->data()->train.count == 511, patienceMs);
        QCOMPARE(model.samples(), int64_t{512});  // what is left out can be seen and taken in
        QVERIFY(model.index(3).data(SamplesModel::ExcludedRole).toBool());
        train();
        QCOMPARE(m_run->run()->data()->train.count, int64_t{511});
        QTRY_COMPARE(panel->keeper().source().answers.epochOf(DataPart::Test), int64_t{2});
    }

    void theNetworkIsAskedAboutTrainingExamples() {
        auto* panel = qobject_cast<DataPanel*>(open("data"));
        train();
        QTRY_VERIFY_WITH_TIMEOUT(m_run->states(), patienceMs);
        const auto& answers = panel->keeper().source().answers;
        QVERIFY(!answers.has(DataPart::Training));
        QTest::mouseClick(panel->findChild<QToolButton*>(QStringLiteral("samplesAsk")),
                          Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(answers.has(DataPart::Training), patienceMs);
        QVERIFY(panel->samples().grid().model().index(0).data(SamplesModel::LossRole).isValid());
    }

    void numbersStandAgainstThoseOfTheNetwork() {
        QVERIFY(m_document->open(VITRINE_SOURCE_DIR "/projects/pointers_regression").ok());
        DataSettings data = m_document->project().data;
        for (DataSettings::Field& field : data.fields)
            if (field.id == "train" || field.id == "test") field.value = int64_t{64};
        m_document->setData(QStringLiteral("few"), data);
        auto* panel = qobject_cast<DataPanel*>(open("data"));
        const auto isTab = [&] { return panel->isTabVisible(panel->indexOf(&panel->scatter())); };
        QTRY_VERIFY_WITH_TIMEOUT(isTab(), patienceMs);
        panel->setCurrentWidget(&panel->scatter());
        auto* words = panel->findChild<QLabel*>(QStringLiteral("scatterWords"));
        QTRY_VERIFY_WITH_TIMEOUT(words->text().contains(QStringLiteral("64 test examples")),
                                 patienceMs);
    }

    void theCanvasAnswersWithTrainedWeights() {
        auto* panel = qobject_cast<DataPanel*>(open("data"));
        panel->setCurrentWidget(&panel->draw());
        DrawCanvas& canvas = panel->draw().canvas();
        QCOMPARE(canvas.drawing().extent(), (ImageExtent{1, 28, 28}));
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, canvas.rect().center());
        auto* note = panel->findChild<QLabel*>(QStringLiteral("drawNote"));
        QTRY_VERIFY_WITH_TIMEOUT(!note->text().isEmpty(), patienceMs);
        const std::vector<float> before = panel->draw().bars().probabilities();
        QCOMPARE(before.size(), size_t{10});
        train();
        QTRY_VERIFY_WITH_TIMEOUT(note->text().endsWith(QStringLiteral(" 32")), patienceMs);
        QVERIFY(panel->draw().bars().probabilities() != before);
    }

  private:
    QWidget* open(const char* id) {
        const ViewContext context{*m_document, *m_run, *m_selection, m_theme, *m_actions};
        for (const ViewDescriptor* view : allViews())
            if (std::string_view(view->id) == id) m_dock.reset(view->create(context, nullptr));
        m_dock->resize(700, 400);
        m_dock->show();
        return m_dock.get();
    }
    void train() {
        m_run->train();
        const auto isDone = [&] { return m_run->phase() == RunPhase::Finished; };
        QVERIFY(QTest::qWaitFor([&] { return m_run->isBusy(); }, patienceMs));
        QVERIFY(QTest::qWaitFor(isDone, patienceMs));
    }

    QTemporaryDir m_folder;
    Theme m_theme{ThemeKind::Dark};
    std::unique_ptr<Document> m_document;
    std::unique_ptr<RunController> m_run;
    std::unique_ptr<Selection> m_selection;
    std::unique_ptr<ActionBook> m_actions;
    std::unique_ptr<QWidget> m_dock;
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::RunDocksTest)
#include "tst_run_docks.moc"
