// SPDX-License-Identifier: Apache-2.0
// The charts with made-up runs, driven by mouse and wheel as a person does.
#include <QtTest>
#include <QtWidgets>

#include "gui/theme/theme.h"
#include "gui/views/charts/charts_panel.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/plot_export.h"
#include "gui/widgets/read_out.h"
#include "gui/widgets/step_plot.h"
#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/made_records.h"

namespace vitrine::gui {

namespace {

const ChannelNames names{.losses = {}, .metrics = {"accuracy"}};

void wheel(QWidget& widget, QPoint at, int notches, Qt::KeyboardModifiers modifiers = {}) {
    QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, modifiers,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &event);
}

}  // namespace

class ChartsPanelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        m_theme = std::make_unique<Theme>(ThemeKind::Dark);
        m_panel = std::make_unique<ChartsPanel>(*m_theme);
        m_panel->startRun({}, names);
        m_panel->resize(700, 500);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    }
    void cleanup() {
        m_panel.reset();
        m_theme.reset();
    }

    void saysWhatFillsIt() {
        auto* empty = m_panel->findChild<EmptyState*>();
        QVERIFY(empty->isEmpty());
        m_panel->add(test::madeSteps(1, 3));
        QVERIFY(!empty->isEmpty());
    }

    void followsWhatComes() {
        m_panel->add(test::madeSteps(1, 100));
        QTRY_VERIFY(reachesTo(100.0));
        m_panel->add(test::madeSteps(101, 100));
        QTRY_VERIFY(reachesTo(200.0));
    }

    void theFirstRunIsSmoothedAsTheSliderSays() {
        m_panel->add(madeRun(200, [](int i) { return i % 2 ? 1.0 : 3.0; }));
        const std::optional<double> smoothed = m_panel->course().smoothedLoss().valueAt(200);
        QVERIFY(smoothed && std::abs(*smoothed - 2) < 0.2);
    }

    void newDataNeverStealsTheZoom() {
        showRun(1000);
        wheel(plot(), centre(), 5);
        QVERIFY(!plot().isFollowing());
        const QCPRange zoomed = plot().shownSteps();
        QVERIFY(zoomed.size() < 600);
        m_panel->add(test::madeSteps(1001, 5000));
        plot().replot();
        QCOMPARE(plot().shownSteps(), zoomed);
    }

    void doubleClickShowsEverythingAndFollows() {
        showRun(1000);
        wheel(plot(), centre(), 5);
        QTest::mouseDClick(&plot(), Qt::LeftButton, {}, centre());
        QVERIFY(plot().isFollowing());
        m_panel->add(test::madeSteps(1001, 500));
        QTRY_VERIFY(reachesTo(1500.0));
    }

    void dragPansAllPanels() {
        showRun(1000);
        wheel(plot(), centre(), 5);
        const QCPRange before = plot().shownSteps();
        QTest::mousePress(&plot(), Qt::LeftButton, {}, centre());
        QTest::mouseMove(&plot(), centre() + QPoint(-20, 0));
        QTest::mouseMove(&plot(), centre() + QPoint(-60, 0));
        QTest::mouseRelease(&plot(), Qt::LeftButton, {}, centre() + QPoint(-60, 0));
        QVERIFY(plot().shownSteps().lower > before.lower);
        QVERIFY(qAbs(plot().shownSteps().size() - before.size()) < 1e-6);
        for (int panel = 0; panel < ChartsPanel::panels; ++panel)
            QCOMPARE(plot().panel(panel).rect()->axis(QCPAxis::atBottom)->range(),
                     plot().shownSteps());
    }

    void ctrlWheelZoomsOneAxisOfValues() {
        showRun(1000);
        QCPAxis* loss = plot().panel(ChartsPanel::Loss).rect()->axis(QCPAxis::atLeft);
        const double before = loss->range().size();
        wheel(plot(), plot().panel(ChartsPanel::Loss).rect()->center(), 3, Qt::ControlModifier);
        plot().replot();
        QVERIFY(loss->range().size() < 0.7 * before);
        QVERIFY(plot().isFollowing());
        plot().follow();
        plot().replot();
        QCOMPARE(loss->range().size(), before);
    }

    void cursorReadsAllSeries() {
        showRun(1000);
        QTest::mouseMove(&plot(), centre());
        auto* readOut = m_panel->findChild<ReadOut*>(QStringLiteral("chartsReadOut"));
        QTRY_VERIFY(!readOut->text().contains(QStringLiteral("step 1,000")));
        for (const char* name : {"step", "loss", "smoothed", "test", "accuracy", "rate"})
            QVERIFY2(readOut->text().contains(QLatin1String(name)), name);
    }

    void previousRunStaysAsGhost() {
        showRun(1000);
        m_panel->startRun(QStringLiteral("run 1"), names);
        QVERIFY(m_panel->hasGhost());
        QVERIFY(m_panel->course().course().isEmpty());
        m_panel->startRun(QStringLiteral("run 2"), names);
        QVERIFY2(m_panel->hasGhost(), "a run without steps does not take the ghost's place");
        m_panel->add(test::madeSteps(1, 10));
        QTRY_VERIFY(reachesTo(20.0));
    }

    void aRunThatIsGoneOnWithIsNotItsOwnGhost() {
        m_panel->startRun(QStringLiteral("from disk"), names);
        m_panel->add(test::madeSteps(1, 10));
        m_panel->startRun(QStringLiteral("from disk"), names);
        QVERIFY(!m_panel->hasGhost());
        m_panel->add(test::madeSteps(1, 10));
        m_panel->startRun(QStringLiteral("another"), names);
        QVERIFY(m_panel->hasGhost());
    }

    void ghostCanBeHidden() {
        showRun(1000);
        m_panel->startRun(QStringLiteral("run 3"), names);
        plot().replot();
        const auto drawn = [&] {
            int points = 0;
            for (int i = 0; i < plot().graphCount(); ++i) points += plot().graph(i)->dataCount();
            return points;
        };
        QVERIFY(drawn() > 0);
        action("chartsShow.previousRun")->trigger();
        plot().replot();
        QCOMPARE(drawn(), 0);
    }

    void panelsCanBeSwitchedOff() {
        showRun(100);
        const int before = areaOf(ChartsPanel::Loss);
        action("chartsShow.gradNorm")->trigger();
        action("chartsShow.learningRate")->trigger();
        plot().replot();
        QVERIFY(!plot().panel(ChartsPanel::GradNorm).isVisible());
        QVERIFY(areaOf(ChartsPanel::Loss) > before);
        action("chartsShow.gradNorm")->trigger();
        plot().replot();
        QCOMPARE(plot().plotLayout()->elementCount(), 3);
    }

    void lossAndGradientNormAreLogarithmicAtFirst() {
        showRun(100);
        QVERIFY(isLog(ChartsPanel::Loss) && isLog(ChartsPanel::GradNorm));
        QVERIFY(!isLog(ChartsPanel::Metrics) && !isLog(ChartsPanel::LearningRate));
        QVERIFY(action("chartsLog.loss")->isChecked());
        plot().replot();
        QVERIFY(values(ChartsPanel::Loss).lower > 0);
    }

    void logAxisForOneOrAll() {
        showRun(100);
        action("chartsLog.loss")->trigger();
        QVERIFY(!isLog(ChartsPanel::Loss));
        QVERIFY(isLog(ChartsPanel::GradNorm));
        action("chartsLog.all")->trigger();
        for (int panel = 0; panel < ChartsPanel::panels; ++panel) QVERIFY(isLog(panel));
        action("chartsLog.metrics")->trigger();
        QVERIFY2(!action("chartsLog.all")->isChecked(), "not all are");
    }

    void axesAndSmoothingAreRemembered() {
        action("chartsLog.loss")->trigger();
        action("chartsLog.metrics")->trigger();
        action("chartsShow.learningRate")->trigger();
        m_panel->findChild<QSlider*>(QStringLiteral("chartsSmoothing"))->setValue(42);
        ChartsPanel later(*m_theme);
        later.setProperty("viewState", m_panel->property("viewState"));
        QVERIFY(!later.plot().panel(ChartsPanel::Loss).isLogScale());
        QVERIFY(later.plot().panel(ChartsPanel::Metrics).isLogScale());
        QVERIFY(later.plot().panel(ChartsPanel::GradNorm).isLogScale());
        QVERIFY(!later.plot().panel(ChartsPanel::LearningRate).isVisible());
        QCOMPARE(later.findChild<QSlider*>(QStringLiteral("chartsSmoothing"))->value(), 42);
    }

    void sharesArePerCentOnEitherAxis_data() {
        QTest::addColumn<bool>("isLog");
        QTest::newRow("linear") << false;
        QTest::newRow("logarithmic") << true;
    }
    void sharesArePerCentOnEitherAxis() {
        QFETCH(bool, isLog);
        showRun(3000);
        action("chartsLog.metrics")->setChecked(isLog);
        plot().replot();
        const QStringList labels =
            plot().panel(ChartsPanel::Metrics).rect()->axis(QCPAxis::atLeft)->tickVectorLabels();
        QVERIFY(labels.size() >= 2);
        for (const QString& label : labels)
            QVERIFY2(label.endsWith(QStringLiteral("%")), qPrintable(label));
    }

    void aNarrowLogAxisHasNumbersToo() {
        std::vector<StepRecord> records = test::madeSteps(1, 300);
        for (StepRecord& record : records)
            record.loss = 0.31 + 1e-4 * static_cast<double>(record.step);
        m_panel->add(records);
        plot().replot();
        const QCPAxis* axis = plot().panel(ChartsPanel::Loss).rect()->axis(QCPAxis::atLeft);
        int inside = 0;
        for (double tick : axis->tickVector()) inside += axis->range().contains(tick);
        QVERIFY2(inside >= 2, qPrintable(QString::number(inside)));
    }

    void valuesThatALogAxisCannotShowAreMarked() {
        std::vector<StepRecord> records = test::madeSteps(1, 100);
        records[30].loss = 0;
        records[60].loss = -2;
        m_panel->add(records);
        plot().replot();
        QVERIFY(legendOf(ChartsPanel::Loss).contains(QStringLiteral("0 or less")));
        QVERIFY2(values(ChartsPanel::Loss).lower > 1e-3, "they do not set the axis");
        action("chartsLog.loss")->trigger();
        plot().replot();
        QVERIFY(!legendOf(ChartsPanel::Loss).contains(QStringLiteral("0 or less")));
        QVERIFY(values(ChartsPanel::Loss).lower < -2);
    }

    void theGhostNeverSetsAnAxis_data() {
        QTest::addColumn<bool>("isLog");
        QTest::newRow("linear") << false;
        QTest::newRow("logarithmic") << true;
    }
    void theGhostNeverSetsAnAxis() {
        QFETCH(bool, isLog);
        action("chartsLog.loss")->setChecked(isLog);
        action("chartsLog.gradNorm")->setChecked(isLog);
        m_panel->add(madeRun(40, [](int i) { return i < 20 ? 2.3 : 2e11; }));
        m_panel->startRun(QStringLiteral("run 4"), names);
        plot().replot();
        QVERIFY2(values(ChartsPanel::Loss).upper > 1e11, "alone it is seen whole");
        m_panel->add(madeRun(2000, [](int i) { return 0.1 + 2.2 / (1 + 0.01 * i); }));
        const auto isOfThisRun = [&] {
            plot().replot();
            for (const int panel : {ChartsPanel::Loss, ChartsPanel::GradNorm}) {
                const QCPRange range = values(panel);
                if (range.upper > 5 || range.lower > 0.2 || range.upper < 1) return false;
            }
            return true;
        };
        QVERIFY(isOfThisRun());
        wheel(plot(), plot().panel(ChartsPanel::Loss).rect()->center(), -3, Qt::ControlModifier);
        QTest::mouseDClick(&plot(), Qt::LeftButton, {}, centre());
        QVERIFY2(isOfThisRun(), "after everything has been fitted");
        // In drawings of one panel at a time as well.
        m_panel->add(test::madeSteps(2001, 20));
        QTRY_VERIFY(reachesTo(2020.0));
        QTest::qWait(100);
        QVERIFY(values(ChartsPanel::Loss).upper < 5);
    }

    void anEarlySpikeDoesNotFlattenTheRest() {
        m_panel->add(
            madeRun(2000, [](int i) { return i == 3 ? 1e6 : 0.1 + 2.2 / (1 + 0.01 * i); }));
        plot().replot();
        QVERIFY(values(ChartsPanel::Loss).upper < 5 && values(ChartsPanel::GradNorm).upper < 5);
        QVERIFY(values(ChartsPanel::Loss).upper > 2);
    }

    void theGhostStandsInTheLegend() {
        const QString name = QStringLiteral("run before");
        showRun(1000);
        plot().replot();
        for (int panel = 0; panel < ChartsPanel::panels; ++panel)
            QVERIFY(!legendOf(panel).contains(name));
        m_panel->startRun(QStringLiteral("run 5"), names);
        m_panel->add(test::madeSteps(1, 100));
        plot().replot();
        for (int panel = 0; panel < ChartsPanel::panels; ++panel)
            QCOMPARE(legendOf(panel).count(name), 1);
        // A click there hides all its lines of that panel.
        QTest::mouseClick(&plot(), Qt::LeftButton, {}, legendItem(ChartsPanel::Loss, name));
        plot().replot();
        for (const QCPGraph* graph : graphsOf(ChartsPanel::Loss))
            if (graph->data()->size() > 0) QVERIFY(graph->data()->at(0)->key <= 100);
    }

    void anotherProjectForgetsBothRuns() {
        showRun(1000);
        m_panel->startRun(QStringLiteral("run 6"), names);
        m_panel->add(test::madeSteps(1, 50));
        m_panel->forgetRuns();
        QVERIFY(!m_panel->hasGhost());
        QVERIFY(m_panel->findChild<EmptyState*>()->isEmpty());
        m_panel->add(test::madeSteps(1, 30));
        plot().replot();
        QVERIFY(reachesTo(30.0));
        QVERIFY(!legendOf(ChartsPanel::Loss).contains(QStringLiteral("run before")));
    }

    void whatFailedIsReadableUpToThen() {
        m_panel->add(madeRun(3, [](int i) { return std::pow(1e5, i) * 2.3; }));
        StepRecord broken = test::madeSteps(4, 1).front();
        broken.loss = broken.gradNorm = qQNaN();
        m_panel->add(std::vector{broken});
        plot().replot();
        const QCPAxis* axis = plot().panel(ChartsPanel::Loss).rect()->axis(QCPAxis::atLeft);
        QVERIFY(axis->range().contains(2.3) && axis->range().contains(2.3e10));
        QVERIFY(axis->coordToPixel(2.3) - axis->coordToPixel(2.3e5) > 20);
        QVERIFY(legendOf(ChartsPanel::Loss).contains(QStringLiteral("not finite")));
    }

    void theAxisOfStepsIsNamed() {
        showRun(100);
        int named = 0;
        for (int i = 0; i < plot().itemCount(); ++i)
            if (const auto* text = qobject_cast<QCPItemText*>(plot().item(i)))
                named += text->visible() && text->text() == QStringLiteral("step");
        QVERIFY(named >= 1);
    }

    void legendsFitBesideTheirTitles() {
        showRun(1000);
        m_panel->startRun(QStringLiteral("run 7"), names);
        m_panel->add(test::madeSteps(1, 100));
        for (const int width : {1200, 571, 490, 400}) {
            m_panel->resize(width, 260);
            QTRY_COMPARE(plot().width(), width);
            plot().replot();
            for (int panel = 0; panel < ChartsPanel::panels; ++panel)
                QVERIFY2(plot().panel(panel).frame()->outerRect().right() <= width,
                         qPrintable(QStringLiteral("panel %1 ends at %2 of %3")
                                        .arg(panel)
                                        .arg(plot().panel(panel).frame()->outerRect().right())
                                        .arg(width)));
        }
    }

    void onePanelIsDrawnInATurn() {
        showRun(1000);
        QTest::qWait(150);
        QSignalSpy whole(&plot(), &QCustomPlot::beforeReplot);
        m_panel->add(test::madeSteps(1001, 500));
        QTRY_VERIFY(reachesTo(1500.0));
        const auto isDrawn = [&](int panel) {
            for (const QCPGraph* graph : graphsOf(panel))
                if (graph->data()->size() > 0 && (graph->data()->constEnd() - 1)->key > 1490)
                    return true;
            return false;
        };
        for (const int panel :
             {ChartsPanel::Loss, ChartsPanel::LearningRate, ChartsPanel::GradNorm})
            QTRY_VERIFY(isDrawn(panel));
        QCOMPARE(whole.count(), 0);
    }

    void legendTogglesItsLine() {
        showRun(100);
        plot().replot();
        auto* item = plot().findChild<QCPPlottableLegendItem*>();
        QVERIFY(item);
        QCPAbstractPlottable* line = item->plottable();
        QTest::mouseClick(&plot(), Qt::LeftButton, {}, item->rect().center());
        QVERIFY(!line->visible());
        QTest::mouseClick(&plot(), Qt::LeftButton, {}, item->rect().center());
        QVERIFY(line->visible());
    }

    void nonFiniteLossesAreMarked() {
        showRun(100);
        plot().replot();
        StepRecord broken = test::madeSteps(101, 1).front();
        broken.loss = qQNaN();
        m_panel->add(std::vector{broken});
        QImage without = plot().grab().toImage();
        plot().replot();
        auto* readOut = m_panel->findChild<ReadOut*>(QStringLiteral("chartsReadOut"));
        QVERIFY(readOut->text().contains(QStringLiteral("nan")));
        bool isMarked = false;
        for (int i = 0; i < plot().graphCount(); ++i)
            isMarked = isMarked || (plot().graph(i)->dataCount() == 1 &&
                                    plot().graph(i)->data()->begin()->key == 101.0);
        QVERIFY(isMarked);
    }

    void linesHaveAGapWhereTheyAreNotFinite() {
        std::vector<StepRecord> records = test::madeSteps(1, 100);
        records[49].loss = qQNaN();
        m_panel->add(records);
        plot().replot();
        int gaps = 0;
        for (int i = 0; i < plot().graphCount(); ++i) {
            const auto data = plot().graph(i)->data();
            const auto at = data->findBegin(50, false);
            if (data->size() > 1 && at != data->end() && at->key == 50.0 && qIsNaN(at->value))
                ++gaps;
        }
        QCOMPARE(gaps, 1);
    }

    void longRunsAreDrawnFromFewPoints() {
        showRun(100'000);
        plot().replot();
        for (int i = 0; i < plot().graphCount(); ++i)
            QVERIFY(plot().graph(i)->dataCount() < 2 * plot().width() + 10);
    }

    void hiddenChartsDrawNothing() {
        showRun(100);
        m_panel->hide();
        m_panel->add(test::madeSteps(101, 100));
        QTest::qWait(150);
        QVERIFY(reachesTo(100.0));
        m_panel->show();
        QTRY_VERIFY(reachesTo(200.0));
    }

    void savesFromTheMenu() {
        showRun(50);
        QTemporaryDir folder;
        QSignalSpy saved(m_panel.get(), &ChartsPanel::saved);
        const auto save = [&](const char* entry, const QString& file, auto... more) {
            const test::DialogAnswers person({test::DialogAnswers::choose(QString::fromUtf8(entry)),
                                              test::DialogAnswers::type(file), more...});
            QContextMenuEvent event(QContextMenuEvent::Mouse, centre(),
                                    plot().mapToGlobal(centre()));
            QCoreApplication::sendEvent(&plot(), &event);
            QVERIFY(person.areAllGiven());
            QTRY_COMPARE(saved.count(), 1);
            saved.clear();
        };
        // The ending is added by the dialog, which asks before it writes over a file.
        save("Save numbers as CSV…", folder.filePath(QStringLiteral("run")));
        QFile csv(folder.filePath(QStringLiteral("run.csv")));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QCOMPARE(csv.readAll().count('\n'), 51);
        csv.close();
        save("Save picture as PNG…", folder.filePath(QStringLiteral("run")));
        QVERIFY(!QImage(folder.filePath(QStringLiteral("run.png"))).isNull());
        m_panel->add(test::madeSteps(51, 50));
        save("Save numbers as CSV…", folder.filePath(QStringLiteral("run")),
             test::DialogAnswers::press(QMessageBox::Yes));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QCOMPARE(csv.readAll().count('\n'), 101);
    }

    void menuShowsEverythingAgain() {
        showRun(1000);
        wheel(plot(), centre(), 5);
        QVERIFY(!plot().isFollowing());
        const test::DialogAnswers person({test::DialogAnswers::choose("Show everything")});
        QContextMenuEvent event(QContextMenuEvent::Mouse, centre(), plot().mapToGlobal(centre()));
        QCoreApplication::sendEvent(&plot(), &event);
        QVERIFY(person.areAllGiven());
        QVERIFY(plot().isFollowing());
    }

  private:
    StepPlot& plot() { return m_panel->plot(); }
    /// To a step and a hundredth more.
    bool reachesTo(double step) { return qAbs(plot().shownSteps().upper - 1.01 * step) < 1e-6; }
    QPoint centre() { return plot().panel(ChartsPanel::Loss).rect()->center(); }
    int areaOf(ChartsPanel::Panel panel) {
        const QSize size = plot().panel(panel).rect()->size();
        return size.width() * size.height();
    }
    bool isLog(int panel) { return plot().panel(panel).isLogScale(); }
    QCPRange values(int panel) {
        return plot().panel(panel).rect()->axis(QCPAxis::atLeft)->range();
    }
    QList<QCPGraph*> graphsOf(int panel) { return plot().panel(panel).rect()->graphs(); }
    QCPLegend* legend(int panel) {
        auto* heading = qobject_cast<QCPLayoutGrid*>(plot().panel(panel).frame()->element(0, 0));
        return qobject_cast<QCPLegend*>(heading->element(0, 1));
    }
    QStringList legendOf(int panel) {
        QStringList names;
        for (int i = 0; i < legend(panel)->itemCount(); ++i)
            names << qobject_cast<QCPPlottableLegendItem*>(legend(panel)->item(i))
                         ->plottable()
                         ->name();
        return names;
    }
    QPoint legendItem(int panel, const QString& name) {
        return legend(panel)
            ->item(static_cast<int>(legendOf(panel).indexOf(name)))
            ->rect()
            .center();
    }
    /// Steps from 1 whose loss and gradient norm are `value` of 0, 1, 2 …
    static std::vector<StepRecord> madeRun(int steps, const std::function<double(int)>& value) {
        std::vector<StepRecord> records = test::madeSteps(1, steps);
        for (int i = 0; i < steps; ++i)
            records[static_cast<size_t>(i)].loss = records[static_cast<size_t>(i)].gradNorm =
                value(i);
        return records;
    }
    QAction* action(const char* name) { return m_panel->findChild<QAction*>(QLatin1String(name)); }
    void showRun(int steps) {
        m_panel->add(test::madeSteps(1, steps));
        for (int epoch = 1; epoch <= steps / 500; ++epoch) m_panel->add(test::madeEpoch(epoch));
        QTRY_VERIFY(reachesTo(static_cast<double>(std::max(20, steps))));
    }

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<ChartsPanel> m_panel;
};

}  // namespace vitrine::gui

int main(int argc, char** argv) {
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    QApplication application(argc, argv);
    vitrine::gui::ChartsPanelTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_charts_panel.moc"
