// SPDX-License-Identifier: Apache-2.0
// What runs on disk say of themselves, from how their logs end.
#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

#include "core/session/past_runs.h"

using namespace vitrine;

class TestPastRuns : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir m_folder;

    static void write(const QString& path, const QByteArray& bytes) {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    static QByteArray json(QByteArray text) { return text.replace('\'', '"'); }
    /// A run of three epochs of four steps, up to a step, and how its log ends.
    QString make(const QString& name, int steps, const QByteArray& end, const char* project = "p") {
        const QString folder = m_folder.filePath("runs/" + name);
        write(folder + "/run.json",
              json("{'version': 2, 'project': 'PROJECT', 'settings': {'epochs': '3'}}")
                  .replace("PROJECT", project));
        QByteArray log = json("{'event':'start','project':'p','step':0}\n");
        for (int step = 1; step <= steps; ++step) {
            const QByteArray epoch = QByteArray::number((step + 3) / 4);
            log += json(
                       "{'event':'step','step':STEP,'epoch':EPOCH,'loss':0.5,'lr':0.1,"
                       "'grad_norm':1.0}\n")
                       .replace("STEP", QByteArray::number(step))
                       .replace("EPOCH", epoch);
            if (step % 4 == 0)
                log += json(
                           "{'event':'epoch','epoch':EPOCH,'step':STEP,'train_loss':0.5,"
                           "'test_loss':0.4,'test_accuracy':0.75}\n")
                           .replace("STEP", QByteArray::number(step))
                           .replace("EPOCH", epoch);
        }
        write(folder + "/log.jsonl", log + end);
        return folder;
    }

  private Q_SLOTS:
    void init() { QDir(m_folder.filePath("runs")).removeRecursively(); }

    void saysHowARunEnded_data() {
        QTest::addColumn<int>("steps");
        QTest::addColumn<QByteArray>("end");
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("epochs");
        const auto row = [](const char* name, int steps, const char* end, PastRunState state,
                            int epochs) {
            QTest::newRow(name) << steps << QByteArray(end) << static_cast<int>(state) << epochs;
        };
        row("finished", 12, "{\"event\":\"done\",\"step\":12}\n", PastRunState::Finished, 3);
        row("stopped", 6,
            "{\"event\":\"checkpoint\",\"step\":6}\n{\"event\":\"stopped\",\"step\":6}\n",
            PastRunState::Stopped, 1);
        row("failed", 5, "{\"event\":\"failed\",\"step\":6,\"error\":\"NaN\"}\n",
            PastRunState::Failed, 1);
        row("killed", 7, "", PastRunState::BrokenOff, 1);
        row("killed in a line", 7, "{\"event\":\"st", PastRunState::BrokenOff, 1);
        row("stopped, then gone on with and killed", 6,
            "{\"event\":\"stopped\",\"step\":6}\n{\"event\":\"start\",\"step\":6}\n",
            PastRunState::BrokenOff, 1);
        row("before the first epoch's end", 2, "", PastRunState::BrokenOff, 0);
    }
    void saysHowARunEnded() {
        QFETCH(int, steps);
        QFETCH(QByteArray, end);
        QFETCH(int, state);
        QFETCH(int, epochs);
        const auto run = pastRun(make("one", steps, end).toStdString());
        QVERIFY(run.ok());
        QCOMPARE(static_cast<int>(run->state), state);
        QCOMPARE(run->epochsDone, epochs);
        QCOMPARE(run->epochsWanted, 3);
        QCOMPARE(run->steps, steps);
        QCOMPARE(run->loss, 0.5);
        QCOMPARE(run->metric, std::string(epochs == 0 ? "" : "accuracy"));
        QCOMPARE(std::isnan(run->metricValue), epochs == 0);
        QVERIFY(!run->hasCheckpoint);
    }

    /// More steps after the last epoch's end than the first look takes in.
    void findsTheLastEpochFarFromTheEnd() {
        const QString folder = make("long", 4, "");
        QFile log(folder + "/log.jsonl");
        QVERIFY(log.open(QIODevice::Append));
        for (int step = 5; step < 5000; ++step)
            log.write("{\"event\":\"step\",\"step\":" + QByteArray::number(step) +
                      ",\"epoch\":2,\"loss\":0.25,\"lr\":0.1,\"grad_norm\":1.0}\n");
        log.close();
        const auto run = pastRun(folder.toStdString());
        QVERIFY(run.ok());
        QCOMPARE(run->epochsDone, 1);
        QCOMPARE(run->metric, std::string("accuracy"));
        QCOMPARE(run->metricValue, 0.75);
        QCOMPARE(run->steps, 4999);
        QCOMPARE(run->loss, 0.25);
    }

    void showsTheFirstOfSeveralMetrics() {
        const QString folder = make("heads", 6,
                                    json("{'event':'epoch','epoch':2,'step':6,'train_loss':0.5,"
                                         "'test_loss':0.4,'test_digit.accuracy':0.5,"
                                         "'test_steer.mae':0.125,'test_losses':{'digit':0.3,"
                                         "'steer':0.1},'images_per_s':7.0}\n"));
        const auto run = pastRun(folder.toStdString());
        QVERIFY(run.ok());
        QCOMPARE(run->epochsDone, 2);
        QCOMPARE(run->metric, std::string("digit.accuracy"));
        QCOMPARE(run->metricValue, 0.5);
    }

    void aRunWithoutMetricsHasNone() {
        const QString folder =
            make("drawing", 3, json("{'event':'epoch','epoch':1,'step':4,'test_loss':0.4}\n"));
        const auto run = pastRun(folder.toStdString());
        QVERIFY(run.ok());
        QCOMPARE(run->epochsDone, 1);
        QVERIFY(run->metric.empty() && std::isnan(run->metricValue));
    }

    void knowsWhoIsTrainingIt() {
        const QString folder = make("live", 6, "");
        const auto note = [](qint64 process) {
            return "{\"process\": \"" + QByteArray::number(process) + "\", \"program\": \"x\"}\n";
        };
        write(folder + "/in-use.json", note(QCoreApplication::applicationPid()));
        QCOMPARE(pastRun(folder.toStdString())->state, PastRunState::Running);
        constexpr qint64 nobody = 1 << 22;  // beyond the largest number that processes get
        write(folder + "/in-use.json", note(nobody));
        QCOMPARE(pastRun(folder.toStdString())->state, PastRunState::BrokenOff);
        write(folder + "/in-use.json", "not JSON");
        QCOMPARE(pastRun(folder.toStdString())->state, PastRunState::BrokenOff);
    }

    void listsRunsAloneNewestFirst() {
        QVERIFY(pastRuns(m_folder.filePath("nowhere").toStdString()).empty());
        make("old", 4, "");
        make("new", 8, "");
        write(m_folder.filePath("runs/no-run/log.jsonl"), "{}");
        write(m_folder.filePath("runs/damaged/run.json"), "{");
        write(m_folder.filePath("runs/newer/run.json"), json("{'version': 99}"));
        write(m_folder.filePath("runs/a file"), "");
        QFile old(m_folder.filePath("runs/old/log.jsonl"));
        QVERIFY(old.open(QIODevice::ReadWrite));
        QVERIFY(old.setFileTime(QDateTime::currentDateTime().addDays(-1),
                                QFileDevice::FileModificationTime));
        const auto runs = pastRuns(m_folder.filePath("runs").toStdString());
        QCOMPARE(runs.size(), size_t{2});
        QVERIFY(QString::fromStdString(runs[0].folder).endsWith("/new"));
        QVERIFY(QString::fromStdString(runs[1].folder).endsWith("/old"));
    }

    void readsCurvesWithoutAnOwner() {
        const QString folder = make("one", 10, "");
        const QStringList before = QDir(folder).entryList();
        const auto result = readPastRun(folder.toStdString());
        QVERIFY(result.ok());
        QCOMPARE(result->history.records.size(), size_t{10});
        QCOMPARE(result->history.epochs.size(), size_t{2});
        QVERIFY(!result->states);
        QCOMPARE(QDir(folder).entryList(), before);
        const auto none = readPastRun(m_folder.filePath("runs/none").toStdString());
        QVERIFY(!none.ok());
        QCOMPARE(none.error().code, std::string("G01"));
    }

    void belongsToAProject_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("title");
        QTest::addColumn<bool>("belongs");
        const auto row = [](const char* tag, const char* folder, const char* name,
                            const char* title, bool belongs) {
            QTest::newRow(tag) << folder << name << title << belongs;
        };
        row("by the project's name", "anything", "digits", "other", true);
        row("by the folder's", "net-20261128-101500-123", "new name", "net", true);
        row("with a number", "net-20261128-101500-123-2", "new name", "net", true);
        row("another that begins alike", "net-two-20261128-101500-123", "x", "net", false);
        row("another file, the same name", "net-20261128-101500-123", "digits", "copy", false);
        row("no time", "net-3", "x", "net", false);
        row("another", "other-20261128-101500-123", "x", "net", false);
        row("nothing is known", "-20261128-101500-123", "", "", false);
    }
    void belongsToAProject() {
        QFETCH(QString, folder);
        QFETCH(QString, name);
        QFETCH(QString, title);
        PastRun run;
        run.folder = "/runs/" + folder.toStdString();
        run.project = "digits";
        QTEST(isRunOf(run, name.toStdString(), title.toStdString()), "belongs");
    }
};

QTEST_GUILESS_MAIN(TestPastRuns)
#include "tst_past_runs.moc"
