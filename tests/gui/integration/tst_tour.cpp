// SPDX-License-Identifier: Apache-2.0
// The end of the README's tour: finding the planted fault of projects/digits_exploding by stepping,
// and mending it. Fewer images than the project has, so that it takes seconds.
#include <QtTest>
#include <QtWidgets>

#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_editor.h"
#include "gui/shell/dock_layout.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestTour : public QObject {
    Q_OBJECT

  private:
    static constexpr int patienceMs = 60'000 * slowness;

  private Q_SLOTS:
    void theFaultIsFoundByStepping() {
        WindowFixture fixture;
        fixture.show();
        Workbench& bench = fixture.bench();
        QVERIFY(fixture.window().open(VITRINE_SOURCE_DIR "/projects/digits_exploding"));
        DataSettings data = bench.document.project().data;
        data.fields = {{"train", int64_t{4096}}, {"test", int64_t{512}}};
        bench.document.setData("fewer images", data);
        TrainingSettings training = bench.document.project().training;
        training.epochs = 3;
        bench.document.setTraining("fewer epochs", training);
        auto* problems = fixture.find<QListView>("problems.list");
        const auto newest = [problems] { return problems->model()->index(0, 0).data().toString(); };

        bench.run.train();
        QTRY_COMPARE_WITH_TIMEOUT(bench.run.phase(), RunPhase::Failed, patienceMs);
        // The plan of what was opened may come later than so short a run has failed.
        QTRY_VERIFY2(newest().contains("not finite"), qPrintable(newest()));

        fixture.trigger("train.reset");
        bench.run.setNonFiniteWatch(NonFiniteWatch::Loss);
        bench.run.train();
        QTRY_VERIFY_WITH_TIMEOUT(bench.run.phase() == RunPhase::Paused, patienceMs);
        QTRY_VERIFY2(newest().contains("square2"), qPrintable(newest()));
        QCOMPARE(bench.selection.nodes(), QStringList{"square2"});
        const int entry = bench.run.stopPoint().entry - 1;
        const Instr& instr = bench.run.tape()->entries[static_cast<size_t>(entry)].instr;
        QVERIFY(std::ranges::find(instr.origins, "square2") != instr.origins.end());

        // Before that entry: its operand is finite, and large.
        fixture.trigger("train.step_back");
        QTRY_COMPARE_WITH_TIMEOUT(bench.run.stopPoint().entry, entry, patienceMs);
        ValueSnapshot seen;
        QObject watcher;
        connect(&bench.run, &RunController::valueArrived, &watcher,
                [&](const ValueSnapshot& snapshot) { seen = snapshot; });
        bench.run.ask({.value = instr.in[0], .image = 0, .channel = -1});
        QTRY_VERIFY_WITH_TIMEOUT(seen.query.value == instr.in[0] && seen.isAlive, patienceMs);
        QCOMPARE(seen.statistics.nonFinite, int64_t{0});
        QVERIFY(std::max(-seen.statistics.minimum, seen.statistics.maximum) > 1.8e19);

        // Mended, it learns.
        bench.selection.selectNodes({"square1", "square2"});
        fixture.find<CanvasView>("canvasView")->setFocus();
        QTest::keyClick(fixture.find<CanvasView>("canvasView"), Qt::Key_Delete,
                        Qt::ControlModifier);
        QVERIFY(!bench.document.graph().find("square1"));
        QVERIFY2(bench.document.shapes().ok(), "the chain is mended");
        fixture.trigger("train.reset");
        double accuracy = 0;
        connect(&bench.run, &RunController::eventArrived, &watcher, [&](const RunEvent& event) {
            if (event.kind == EventKind::EpochDone) accuracy = event.metrics[0];
        });
        bench.run.train();
        QTRY_COMPARE_WITH_TIMEOUT(bench.run.phase(), RunPhase::Finished, patienceMs);
        QVERIFY2(accuracy > 0.6, qPrintable(QString::number(accuracy)));
    }
};

QTEST_MAIN(TestTour)
#include "tst_tour.moc"
