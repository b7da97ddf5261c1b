// SPDX-License-Identifier: Apache-2.0
// The window stays live while training runs on all cores: gaps between beats of the window thread
// with every kind of view side by side, and CPU time of our slots with each view in front in turn,
// as a person sees them. VITRINE_LONG=1: 60 s of each instead of a few.
#include <QDockWidget>
#include <QElapsedTimer>
#include <QtTest>

#include <functional>

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
    const bool m_isLong = qEnvironmentVariableIntValue("VITRINE_LONG") > 0;
    std::unique_ptr<WindowFixture> m_fixture;

  private Q_SLOTS:
    void initTestCase() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("sanitizers slow the window down: this measures the program as people have it");
#endif
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show();
        QVERIFY(m_fixture->window().open(VITRINE_SOURCE_DIR "/projects/digits_lenet"));
        auto training = m_fixture->bench().document.project().training;
        training.epochs = 1000;
        m_fixture->bench().document.setTraining("epochs", training);
        m_fixture->bench().run.train();
        QTRY_COMPARE_WITH_TIMEOUT(m_fixture->bench().run.phase(), RunPhase::Running, 120'000);
    }
    void cleanupTestCase() {
        if (!m_fixture) return;
        m_fixture->bench().run.stop();
        QTRY_COMPARE_WITH_TIMEOUT(m_fixture->bench().run.phase(), RunPhase::Stopped, 20'000);
        m_fixture.reset();
    }

    void noSlotIsLongWithAViewInFront_data() {
        QTest::addColumn<QString>("view");
        for (const char* view :
             {"charts", "gradients", "data", "tape", "memory", "value", "layers"})
            QTest::newRow(view) << view;
    }
    void noSlotIsLongWithAViewInFront() {
        QFETCH(QString, view);
        m_fixture->window().docks().raise(view);
        QTest::qWait(300);  // first paints, first samples
        measure(m_isLong ? 60 : 1, qPrintable(view), [](const Beats&) { return true; });
    }

    void beatsOnWhileAllCoresTrain() {
        // Side by side, so that each of them draws.
        for (const char* view : {"gradients", "tape", "memory", "layers"}) {
            QDockWidget* dock = m_fixture->window().docks().dock(view);
            dock->setFloating(true);
            dock->resize(500, 360);
            dock->show();
        }
        m_fixture->window().docks().raise("charts");
        QTest::qWait(1000);
        measure(m_isLong ? 60 : 4, "all", [](const Beats& beats) {
            return beats.p99Ms <= highestP99Ms && beats.longestMs <= longestGapMs;
        });
    }

  private:
    /// Gaps between ticks of a timer of the window thread.
    struct Beats {
        size_t count = 0;
        double p99Ms = 0, longestMs = 0;
    };
    /// Other programs on the machine can only lengthen gaps and slots: the best of three rounds
    /// counts.
    void measure(double seconds, const char* what,
                 const std::function<bool(const Beats&)>& isGood) {
        bool isLive = false;
        for (int round = 0; round < 3 && !isLive; ++round) {
            auto& application = *static_cast<MeasuringApplication*>(qApp);
            application.startMeasuring();
            const Beats beats = beatsFor(seconds);
            isLive = noSlotIsLong(what, beats) && isGood(beats);
        }
        QCOMPARE(m_fixture->bench().run.phase(), RunPhase::Running);
        QVERIFY(isLive);
    }

    Beats beatsFor(double seconds) {
        std::vector<double> gaps;
        QTimer timer(this);
        timer.setObjectName(QStringLiteral("beat"));
        timer.setTimerType(Qt::PreciseTimer);
        QElapsedTimer clock;
        clock.start();
        qint64 last = clock.nsecsElapsed();
        connect(&timer, &QTimer::timeout, this, [&] {
            const qint64 now = clock.nsecsElapsed();
            gaps.push_back(1e-6 * static_cast<double>(now - last));
            last = now;
        });
        timer.start(beatMs);
        QTest::qWait(static_cast<int>(1000 * seconds));
        timer.stop();
        std::sort(gaps.begin(), gaps.end());
        return {gaps.size(), gaps[gaps.size() * 99 / 100], gaps.back()};
    }

    static bool noSlotIsLong(const char* what, const Beats& beats) {
        const auto& application = *static_cast<const MeasuringApplication*>(qApp);
        const auto slotsRun = application.slotCosts(), others = application.paintCosts();
        qInfo(
            "%s: %zu beats, P99 %.1f ms, longest %.1f ms; slots: %zu, longest %.2f ms CPU (%s); "
            "other events: %zu, longest %.2f ms (%s)",
            what, beats.count, beats.p99Ms, beats.longestMs, slotsRun.size(),
            1e3 * slotsRun[0].seconds, qPrintable(slotsRun[0].what), others.size(),
            1e3 * others[0].seconds, qPrintable(others[0].what));
        return 1e3 * slotsRun[0].seconds <= longestSlotMs;
    }
};

int main(int argc, char** argv) {
    MeasuringApplication application(argc, argv);
    TestHeartbeat test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_heartbeat.moc"
