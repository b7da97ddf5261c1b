// SPDX-License-Identifier: Apache-2.0
// The real window under a person without intent. In ./test a slice of a few thousand events; with
// VITRINE_LONG=1 a million, which tests/integration/random_events.sh runs under sanitizers.
#include <QElapsedTimer>
#include <QtTest>
#include <QtWidgets>

#include <csignal>
#include <cstdio>

#include "gui/shell/dock_layout.h"

#include "tests/gui/support/random_user.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

/// The projects that come with the program, where they can be saved over.
QStringList copiedProjects(const QString& folder) {
    QStringList files;
    const QDir from(QStringLiteral(VITRINE_SOURCE_DIR "/projects"));
    for (const QString& name : from.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QDir project(from.filePath(name));
        QDir(folder).mkpath(QStringLiteral("projects/") + name);
        for (const QString& file : project.entryList(QDir::Files)) {
            const QString copy = QStringLiteral("%1/projects/%2/%3").arg(folder, name, file);
            QFile::copy(project.filePath(file), copy);
            QFile(copy).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
            if (file.endsWith(QStringLiteral(".vitrine"))) files << copy;
        }
    }
    return files;
}

/// What stands in place of views in which a check has failed.
QString closedViews(WindowFixture& fixture) {
    QStringList closed;
    for (const auto* why : fixture.window().findChildren<QLabel*>(QStringLiteral("closedWhy")))
        closed << why->text();
    return closed.join(QLatin1Char('\n'));
}

/// While it lives, an abort says with which seed and after what.
class ToldOnAbort {
  public:
    ToldOnAbort(const RandomUser& user, uint64_t seed) {
        s_user = &user;
        s_seed = seed;
        m_before = std::signal(SIGABRT, tell);
    }
    ~ToldOnAbort() {
        std::signal(SIGABRT, m_before);
        s_user = nullptr;
    }

  private:
    static void tell(int) {
        std::signal(SIGABRT, SIG_DFL);
        if (s_user)
            std::fprintf(stderr, "seed %llu, the last gestures:\n%s\n",
                         static_cast<unsigned long long>(s_seed), qPrintable(s_user->history()));
        std::abort();
    }
    static inline const RandomUser* s_user = nullptr;
    static inline uint64_t s_seed = 0;
    void (*m_before)(int) = SIG_DFL;
};

/// A widget in the middle of it is clicked, its text replaced, Return pressed.
void retype(QLineEdit& field, const QString& text) {
    field.setFocus();
    field.selectAll();
    QTest::keyClicks(&field, text);
    QTest::keyClick(&field, Qt::Key_Return);
}

}  // namespace

class TestRandomEvents : public QObject {
    Q_OBJECT

  private:
    static constexpr qint64 freshEvery = 10'000;  ///< events with one project

  private Q_SLOTS:
    /// Draw is seen, then the network takes other images. The window ended with a failed check.
    void drawOutlivesOtherShapesAndProjects() {
        WindowFixture fixture;
        fixture.show();
        QVERIFY(fixture.window().open(QStringLiteral(VITRINE_SOURCE_DIR "/projects/digits_lenet")));
        fixture.window().docks().raise(QStringLiteral("data"));
        auto* tabs = fixture.find<QTabBar>("dataTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
        auto* canvas = fixture.find<QWidget>("drawCanvas");
        auto* note = fixture.find<QLabel>("drawNote");
        const auto answers = [&] {
            QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->rect().center());
            return QTest::qWaitFor([&] { return note->text().contains("Weights"); }, 20'000);
        };
        QVERIFY(answers());
        for (const QString& shape : {QStringLiteral("1,32,32"), QStringLiteral("1,24,24"),
                                     QStringLiteral("3,32,32"), QStringLiteral("1,28,28")}) {
            fixture.bench().selection.selectNodes({QStringLiteral("input")});
            QCoreApplication::processEvents();
            retype(*fixture.find<QLineEdit>("properties.field.shape"), shape);
            QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->rect().center());
            QTest::qWait(400);  // the network is made anew once the edit has come to rest
            QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->rect().center());
        }
        QVERIFY(answers());
        fixture.bench().document.undoStack().setClean();
        QVERIFY(fixture.window().open(
            QStringLiteral(VITRINE_SOURCE_DIR "/projects/cifar_small_resnet")));
        QVERIFY(answers());
        QCOMPARE(closedViews(fixture), QString());
    }

    void leaveNoErrorAndNoStuckRun() {
        bool isNumber = false;
        const qint64 asked = qEnvironmentVariable("VITRINE_EVENTS").toLongLong(&isNumber);
        const bool isLong = qEnvironmentVariableIntValue("VITRINE_LONG") > 0;
        const qint64 wanted = isNumber ? asked : isLong ? 1'000'000 : 4'000;
        const auto seed = static_cast<uint64_t>(
            qEnvironmentVariable("VITRINE_SEED", QStringLiteral("1")).toULongLong());
        WindowFixture fixture;
        fixture.show();
        const QStringList projects = copiedProjects(fixture.folder());
        const Project project = smallProject(smallNetwork, 20);
        RandomUser user(fixture.window(), seed);
        user.setFiles(projects, fixture.folder());
        const ToldOnAbort told(user, seed);
        QElapsedTimer clock;
        clock.start();
        qint64 sent = 0, reported = 0, opened = -freshEvery;
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
            if (const QString closed = closedViews(fixture); !closed.isEmpty())
                QFAIL(qPrintable(
                    QStringLiteral("seed %1: %2\n%3").arg(seed).arg(closed, user.history())));
            if (sent - reported > 100'000) {
                reported = sent;
                qInfo("%lld events, %lld s", sent, clock.elapsed() / 1000);
            }
        }
        qInfo("seed %llu: %lld events in %.1f s", static_cast<unsigned long long>(seed), sent,
              1e-3 * static_cast<double>(clock.elapsed()));
        qInfo("%lld pages, fields and actions were used", qint64{user.visited().size()});
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
