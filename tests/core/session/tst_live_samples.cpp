// SPDX-License-Identifier: Apache-2.0
// What a watched run streams while it trains: histograms, times of entries, predictions.
#include <QTemporaryDir>
#include <set>

#include "core/graph/graph_text.h"
#include "core/session/live_run.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

struct WatchedRun {
    QTemporaryDir folder;
    std::shared_ptr<const Dataset> data =
        std::make_shared<const Dataset>(test::barDataset(16 * 9 + 5, 40));
    std::unique_ptr<LiveRun> run;

    WatchedRun() {
        Project project;
        project.name = "bars";
        project.graph = std::move(graphFromText(test::lanesNetwork())).value();
        project.training.epochs = 3;
        project.training.batch = 16;
        project.training.optimizer = {"sgd", Attrs(findOptimizer("sgd")->fields)};
        project.training.schedule = {"constant", Attrs(findSchedule("constant")->fields)};
        LiveOptions options;
        options.runFolder = folder.path().toStdString() + "/run";
        auto opened = LiveRun::open(project, data, options);
        if (!opened) qFatal("%s", opened.error().text().c_str());
        run = std::move(opened).value();
    }
    void finish() {
        RunEvent event;
        StepRecord record;
        while (run->state() != RunState::Finished) {
            while (run->nextRecord(record)) continue;
            while (run->nextEvent(event)) continue;
            std::this_thread::yield();
        }
    }
};

}  // namespace

class LiveSamplesTest : public QObject {
    Q_OBJECT

  private slots:
    void streamsWhatIsAsked() {
        WatchedRun watched;
        LiveRun& run = *watched.run;
        run.setSamples({.gradients = true,
                        .weights = true,
                        .timings = true,
                        .activations = {"c1", "max_pool2d"},
                        .budget = 1e9});
        run.start();
        watched.finish();
        int activations = 0;
        std::set<std::string> gradients, weights;
        const int pool = run.project().graph.indexOf("max_pool2d");  // c1 is fused into it
        bool first = true;
        for (HistogramRecord record; run.nextHistogram(record); first = false) {
            if (first) QCOMPARE(record.step, int64_t{1});
            QVERIFY(record.statistics.count > 0);
            const auto subject = static_cast<size_t>(record.subject);
            if (record.kind == SampleKind::Activation) {
                QCOMPARE(record.subject, pool);
                ++activations;
                continue;
            }
            QVERIFY(subject < run.parameters().size());
            (record.kind == SampleKind::Gradient ? gradients : weights)
                .insert(run.parameters()[subject]);
        }
        QVERIFY(activations > 0);
        const std::set<std::string> all(run.parameters().begin(), run.parameters().end());
        QCOMPARE(all.size(), size_t{8});
        QVERIFY(gradients == all && weights == all);
        for (int entry = 0; entry < static_cast<int>(run.tape()->entries.size()); ++entry)
            QVERIFY(run.entrySeconds(entry) > 0);
        QCOMPARE(run.entrySeconds(-1), 0.0);
        QCOMPARE(run.entrySeconds(100'000), 0.0);
    }

    void streamsNothingUnasked() {
        WatchedRun watched;
        watched.run->start();
        watched.finish();
        HistogramRecord record;
        QVERIFY(!watched.run->nextHistogram(record));
        QCOMPARE(watched.run->entrySeconds(0), 0.0);
    }

    void everyEpochEndsWithPredictions() {
        WatchedRun watched;
        watched.run->start();
        watched.finish();
        const auto predictions = watched.run->takePredictions();
        QVERIFY(predictions != nullptr);
        QCOMPARE(predictions->epoch, int64_t{3});
        QCOMPARE(predictions->classes.size(), static_cast<size_t>(watched.data->test.count));
        QVERIFY(watched.run->takePredictions() == nullptr);
    }

    void stepsByHandAreAllSampled() {
        WatchedRun watched;
        LiveRun& run = *watched.run;
        SampleRequest request;
        request.weights = true;
        run.setSamples(request);
        std::set<int64_t> steps;
        for (int step = 1; step <= 3; ++step) {
            run.stepBatch();
            RunEvent event;
            bool paused = false;
            while (!paused) {
                while (run.nextEvent(event)) paused = paused || event.kind == EventKind::Paused;
                std::this_thread::yield();
            }
        }
        for (HistogramRecord record; run.nextHistogram(record);) steps.insert(record.step);
        QVERIFY((steps == std::set<int64_t>{1, 2, 3}));
    }
};

QTEST_GUILESS_MAIN(LiveSamplesTest)
#include "tst_live_samples.moc"
