// SPDX-License-Identifier: Apache-2.0
// The real window under a person without intent. In ./test a slice of a few thousand events; with
// VITRINE_LONG=1 a million, which tests/integration/random_events.sh runs under sanitizers.
#include <QElapsedTimer>
#include <QtTest>

#include "tests/gui/support/random_user.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestRandomEvents : public QObject {
    Q_OBJECT

  private:
    static constexpr qint64 freshEvery = 10'000;  ///< events with one project

  private Q_SLOTS:
    void leaveNoErrorAndNoStuckRun() {
        bool isNumber = false;
        const qint64 asked = qEnvironmentVariable("VITRINE_EVENTS").toLongLong(&isNumber);
        const bool isLong = qEnvironmentVariableIntValue("VITRINE_LONG") > 0;
        const qint64 wanted = isNumber ? asked : isLong ? 1'000'000 : 4'000;
        const auto seed = static_cast<uint64_t>(
            qEnvironmentVariable("VITRINE_SEED", QStringLiteral("1")).toULongLong());
        WindowFixture fixture;
        fixture.show();
        const Project project = smallProject(smallNetwork, 20);
        RandomUser user(fixture.window(), seed);
        QElapsedTimer clock;
        clock.start();
        qint64 sent = 0, told = 0, opened = -freshEvery;
        while (sent < wanted) {
            // Copies of copies of all nodes would make the network larger and larger.
            if (sent - opened >= freshEvery) {
                opened = sent;
                fixture.bench().document.undoStack().setClean();
                // Written anew: the person may have saved over it.
                QVERIFY(fixture.window().open(saveInto(fixture.folder(), "small", project)));
            }
            sent += user.act();
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
            if (sent - told > 100'000) {
                told = sent;
                qInfo("%lld events, %lld s", sent, clock.elapsed() / 1000);
            }
        }
        qInfo("seed %llu: %lld events in %.1f s", static_cast<unsigned long long>(seed), sent,
              1e-3 * static_cast<double>(clock.elapsed()));
        // Still alive: a known network trains to its end.
        while (QApplication::activePopupWidget()) QApplication::activePopupWidget()->close();
        fixture.bench().run.stop();
        fixture.bench().document.undoStack().setClean();
        QVERIFY(fixture.window().open(
            saveInto(fixture.folder(), "after", smallProject(smallNetwork, 1))));
        fixture.bench().run.clearBreakpoints();
        fixture.bench().run.setNonFiniteWatch(NonFiniteWatch::Off);
        fixture.bench().run.train();
        QTRY_COMPARE_WITH_TIMEOUT(fixture.bench().run.phase(), RunPhase::Finished, 60'000);
    }
};

int main(int argc, char** argv) {
    // The long form takes far longer than Qt Test's patience of five minutes.
    qputenv("QTEST_FUNCTION_TIMEOUT", QByteArray::number(24 * 3600 * 1000));
    QApplication application(argc, argv);
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    QApplication::setQuitOnLastWindowClosed(false);
    TestRandomEvents test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_random_events.moc"
