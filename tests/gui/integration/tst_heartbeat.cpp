// SPDX-License-Identifier: Apache-2.0
// The window stays live while training runs on all cores and every kind of view is open: gaps
// between beats of the window thread, and CPU time of our slots. VITRINE_LONG=1: 60 s instead of 6.
#include <QDockWidget>
#include <QElapsedTimer>
#include <QtTest>

#include "gui/shell/dock_layout.h"
#include "tests/gui/support/measuring_application.h"
#include "tests/gui/support/window_fixture.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestHeartbeat : public QObject {
    Q_OBJECT

  private:
    static constexpr int beatMs = 5;
    static constexpr double highestP99Ms = 33, longestGapMs = 100, longestSlotMs = 5;
    const int m_seconds = qEnvironmentVariableIntValue("VITRINE_LONG") > 0 ? 60 : 6;

    /// Gaps between ticks of a timer, in milliseconds, sorted.
    std::vector<double> beats(QObject* owner) {
        std::vector<double> gaps;
        QTimer timer;
        timer.setTimerType(Qt::PreciseTimer);
        QElapsedTimer clock;
        clock.start();
        qint64 last = clock.nsecsElapsed();
        connect(&timer, &QTimer::timeout, owner, [&] {
            const qint64 now = clock.nsecsElapsed();
            gaps.push_back(1e-6 * static_cast<double>(now - last));
            last = now;
        });
        timer.start(beatMs);
        QTest::qWait(m_seconds * 1000);
        timer.stop();
        std::sort(gaps.begin(), gaps.end());
        return gaps;
    }

  private Q_SLOTS:
    void beatsOnWhileAllCoresTrain() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("sanitizers slow the window down: this measures the program as people have it");
#endif
        WindowFixture fixture;
        fixture.show();
        QVERIFY(fixture.window().open(VITRINE_SOURCE_DIR "/projects/digits_lenet"));
        // Side by side, so that each of them draws.
        for (const char* view : {"gradients", "tape", "memory", "layers"}) {
            QDockWidget* dock = fixture.window().docks().dock(view);
            dock->setFloating(true);
            dock->resize(500, 360);
            dock->show();
        }
        fixture.window().docks().raise("charts");
        auto training = fixture.bench().document.project().training;
        training.epochs = 1000;
        fixture.bench().document.setTraining("epochs", training);
        fixture.bench().run.train();
        QTRY_COMPARE_WITH_TIMEOUT(fixture.bench().run.phase(), RunPhase::Running, 120'000);
        QTest::qWait(1000);  // first paints, first samples
        // Other programs on the machine can only lengthen gaps: the best of three rounds counts.
        bool isLive = false;
        for (int round = 0; round < 3 && !isLive; ++round) isLive = measure(fixture);
        QVERIFY(isLive);
        fixture.bench().run.stop();
        QTRY_COMPARE_WITH_TIMEOUT(fixture.bench().run.phase(), RunPhase::Stopped, 20'000);
    }

  private:
    bool measure(WindowFixture& fixture) {
        auto& application = *static_cast<MeasuringApplication*>(qApp);
        application.startMeasuring();
        const std::vector<double> gaps = beats(this);
        if (fixture.bench().run.phase() != RunPhase::Running) return false;
        const double p99 = gaps[gaps.size() * 99 / 100], longest = gaps.back();
        const auto slotsRun = application.slotCosts();
        const auto paints = application.paintCosts();
        qInfo(
            "%zu beats, P99 %.1f ms, longest %.1f ms; slots: %zu, longest %.2f ms CPU (%s); "
            "other events: longest %.2f ms (%s)",
            gaps.size(), p99, longest, slotsRun.size(), 1e3 * slotsRun[0].seconds,
            qPrintable(slotsRun[0].what), 1e3 * paints[0].seconds, qPrintable(paints[0].what));
        return p99 <= highestP99Ms && longest <= longestGapMs &&
               1e3 * slotsRun[0].seconds <= longestSlotMs;
    }
};

int main(int argc, char** argv) {
    MeasuringApplication application(argc, argv);
    TestHeartbeat test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_heartbeat.moc"
