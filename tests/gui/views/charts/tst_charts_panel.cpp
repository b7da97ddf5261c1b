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
        m_panel->startRun();
        QVERIFY(m_panel->hasGhost());
        QVERIFY(m_panel->course().course().isEmpty());
        m_panel->startRun();
        QVERIFY2(m_panel->hasGhost(), "a run without steps does not take the ghost's place");
        m_panel->add(test::madeSteps(1, 10));
        QTRY_VERIFY(reachesTo(20.0));
    }

    void ghostCanBeHidden() {
        showRun(1000);
        m_panel->startRun();
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

    void logAxisForOneOrAll() {
        showRun(100);
        action("chartsLog.loss")->trigger();
        QVERIFY(plot().panel(ChartsPanel::Loss).isLogScale());
        QVERIFY(!plot().panel(ChartsPanel::GradNorm).isLogScale());
        action("chartsLog.all")->trigger();
        QVERIFY(plot().panel(ChartsPanel::GradNorm).isLogScale());
        plot().replot();
        QVERIFY(plot().panel(ChartsPanel::Loss).rect()->axis(QCPAxis::atLeft)->range().lower > 0);
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
        QSignalSpy drawings(&plot(), &QCustomPlot::afterReplot);
        m_panel->add(test::madeSteps(101, 100));
        QTest::qWait(150);
        QCOMPARE(drawings.count(), 0);
        m_panel->show();
        QTRY_VERIFY(reachesTo(200.0));
    }

    void exportsPictureAndNumbers() {
        showRun(50);
        QTemporaryDir folder;
        const auto table = [this] { return m_panel->course().course().csv(); };
        for (const char* name : {"a.png", "a.svg", "a.csv"})
            QVERIFY(exportPlot(plot(), table, folder.filePath(QLatin1String(name))).ok());
        QVERIFY(!QImage(folder.filePath(QStringLiteral("a.png"))).isNull());
        QFile svg(folder.filePath(QStringLiteral("a.svg"))),
            csv(folder.filePath(QStringLiteral("a.csv")));
        QVERIFY(svg.open(QIODevice::ReadOnly) && csv.open(QIODevice::ReadOnly));
        QVERIFY(svg.readAll().contains("<svg"));
        QCOMPARE(csv.readAll().count('\n'), 51);
        QVERIFY(!exportPlot(plot(), table, folder.filePath(QStringLiteral("no/such/a.csv"))).ok());
    }

    void savesFromTheMenu() {
        showRun(50);
        QTemporaryDir folder;
        const auto save = [&](const char* entry, const QString& file, auto... more) {
            const test::DialogAnswers person({test::DialogAnswers::choose(QString::fromUtf8(entry)),
                                              test::DialogAnswers::type(file), more...});
            QContextMenuEvent event(QContextMenuEvent::Mouse, centre(),
                                    plot().mapToGlobal(centre()));
            QCoreApplication::sendEvent(&plot(), &event);
            QVERIFY(person.areAllGiven());
        };
        // The ending is added by the dialog, which asks before it writes over a file.
        save("Save numbers as CSV…", folder.filePath(QStringLiteral("run")));
        QFile csv(folder.filePath(QStringLiteral("run.csv")));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QCOMPARE(csv.readAll().count('\n'), 51);
        csv.close();
        save("Save picture as PNG…", folder.filePath(QStringLiteral("run")));
        QVERIFY(!QImage(folder.filePath(QStringLiteral("run.png"))).isNull());
        auto* readOut = m_panel->findChild<ReadOut*>(QStringLiteral("chartsReadOut"));
        QVERIFY2(readOut->text().contains(QStringLiteral("run.png")), qPrintable(readOut->text()));
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
