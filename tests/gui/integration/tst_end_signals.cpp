// SPDX-License-Identifier: Apache-2.0
// The real program, asked by signals to end while it trains: what it leaves behind. Truth: a run
// that was stopped has a checkpoint, and the program says 130; what was not saved is offered at the
// next start.
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "gui/shell/end_signals.h"
#include "gui/shell/workbench.h"
#include "tests/gui/support/small_project.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

namespace {

constexpr int patienceMs = 30'000 * test::slowness;

}  // namespace

class EndSignalsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        project = test::saveInto(m_folder->path(), QStringLiteral("small"),
                                 test::smallProject(test::smallNetwork, 10'000));
    }

    void signalSavesTheRun_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("INT") << SIGINT;
        QTest::newRow("TERM") << SIGTERM;
        QTest::newRow("HUP") << SIGHUP;
    }
    void signalSavesTheRun() {
        QFETCH(int, signal);
        QProcess program;
        startTraining(program);
        kill(static_cast<pid_t>(program.processId()), signal);
        QVERIFY(program.waitForFinished(patienceMs));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), EndSignals::interruptedStatus);
        const QStringList runs = filesBelow(QStringLiteral("runs"), QStringLiteral("step-*"));
        QVERIFY2(!runs.isEmpty(), "no checkpoint");
        const QByteArray said = program.readAllStandardError();
        QVERIFY2(said.contains("the run is saved"), said.constData());
        QVERIFY2(said.contains("/runs/"), said.constData());
    }

    void closedDescriptorsStayOutOfFiles() {
        QProcess program;
        program.setChildProcessModifier([] {
            for (int descriptor = 0; descriptor < 3; ++descriptor) close(descriptor);
        });
        startTraining(program);
        kill(static_cast<pid_t>(program.processId()), SIGTERM);
        QVERIFY(program.waitForFinished(patienceMs));
        QCOMPARE(program.exitCode(), EndSignals::interruptedStatus);
        for (const QString& log : filesBelow(QStringLiteral("runs"), QStringLiteral("log.jsonl"))) {
            QFile file(log);
            QVERIFY(file.open(QIODevice::ReadOnly));
            for (const QByteArray& line : file.readAll().split('\n'))
                QVERIFY2(line.isEmpty() || (line.startsWith('{') && line.endsWith('}')),
                         line.constData());
        }
    }

    void unsavedWorkIsOfferedAtTheNextStart() {
        Theme theme(ThemeKind::Dark);
        const UserFolders folders{m_folder->filePath("settings.ini"), m_folder->path(), true};
        {
            Workbench bench(theme, folders);
            QVERIFY(bench.document.open(project).ok());
            const EndSignals endSignals(bench);
            TrainingSettings training = bench.document.project().training;
            training.epochs = 7;
            bench.document.setTraining(QStringLiteral("Change epochs"), training);
            QTimer::singleShot(0, [] { raise(SIGTERM); });
            QCOMPARE(QCoreApplication::exec(), EndSignals::interruptedStatus);
        }
        const Workbench next(theme, folders);
        const std::vector<LostWork> lost = next.recovery.lostWork();
        QCOMPARE(lost.size(), size_t{1});
        QCOMPARE(lost[0].file, project);
        QVERIFY(next.recovery.textOf(lost[0]).contains("\"epochs\": 7"));
    }

    void wrongWordsAreRefused_data() {
        QTest::addColumn<QStringList>("words");
        QTest::newRow("comma") << QStringList{"--after", "2,5"};
        QTest::newRow("word") << QStringList{"--after", "soon"};
        QTest::newRow("negative") << QStringList{"--after", "-1"};
        QTest::newRow("size") << QStringList{"--size", "800"};
        QTest::newRow("theme") << QStringList{"--theme", "blue"};
    }
    void wrongWordsAreRefused() {
        QFETCH(QStringList, words);
        QProcess program;
        program.setProcessEnvironment(environment());
        program.start(programPath(), words);
        QVERIFY(program.waitForFinished(patienceMs));
        QCOMPARE(program.exitCode(), 2);
        const QByteArray said = program.readAllStandardError();
        QVERIFY2(said.contains("L01: "), said.constData());
    }

  private:
    static QString programPath() { return QStringLiteral(VITRINE_BINARY_DIR "/bin/vitrine"); }

    QProcessEnvironment environment() const {
        QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
        all.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        all.insert(QStringLiteral("XDG_DATA_HOME"), m_folder->filePath("data"));
        all.insert(QStringLiteral("XDG_CONFIG_HOME"), m_folder->filePath("config"));
        return all;
    }

    /// Waits until the log of a run has steps.
    void startTraining(QProcess& program) {
        program.setProcessEnvironment(environment());
        program.start(programPath(), {project, QStringLiteral("--train")});
        QVERIFY(program.waitForStarted(patienceMs));
        const auto hasSteps = [this] {
            for (const QString& path :
                 filesBelow(QStringLiteral("runs"), QStringLiteral("log.jsonl"))) {
                QFile log(path);
                if (log.open(QIODevice::ReadOnly) && log.readAll().contains("\"step\""))
                    return true;
            }
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasSteps(), patienceMs);
    }

    QStringList filesBelow(const QString& folder, const QString& pattern) const {
        QStringList found;
        QDirIterator at(m_folder->filePath(folder), {pattern}, QDir::Files,
                        QDirIterator::Subdirectories);
        while (at.hasNext()) found << at.next();
        return found;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString project;
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::EndSignalsTest)
#include "tst_end_signals.moc"
