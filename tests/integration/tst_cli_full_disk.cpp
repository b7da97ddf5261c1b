// SPDX-License-Identifier: Apache-2.0
// C09: a file system that fills up while a run writes its checkpoints. The run waits for room, and
// goes on by itself. Needs the right to mount a small tmpfs.
#include <QTemporaryDir>
#include <csignal>
#include <filesystem>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"
#include "tests/support/patience.h"

using namespace vitrine::test;
namespace fs = std::filesystem;

class TestCliFullDisk : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    QString m_disk;
    qint64 m_checkpoint = 0;
    bool m_isMounted = false;

    std::string path(const QString& name) const { return m_temporary.filePath(name).toStdString(); }
    bool mountDisk(const QString& options) {
        return runProgram("mount", {"-t", "tmpfs", "-o", options, "tmpfs", m_disk},
                          m_temporary.path())
                   .status == 0;
    }
    std::unique_ptr<QProcess> train() const {
        auto process = std::make_unique<QProcess>();
        process->setWorkingDirectory(m_temporary.path());
        process->setStandardInputFile(QProcess::nullDevice());
        process->setReadChannel(QProcess::StandardError);
        process->start(cliPath(),
                       {"train", "small.vitrine", "--out", "disk/run", "--checkpoint-every", "0"});
        return process;
    }
    /// What it has said until it waits for room.
    static QByteArray untilItWaits(QProcess& process) {
        QByteArray said;
        while (!said.contains("Ctrl-C") && process.waitForReadyRead(30'000 * slowness))
            said += process.readAllStandardError();
        return said;
    }
    bool isAsUndisturbed() const {
        return readBytes(path("disk/run/weights.safetensors")) ==
               readBytes(path("undisturbed/weights.safetensors"));
    }

  private slots:
    void initTestCase();
    void init();
    void cleanup() {
        if (m_isMounted) runProgram("umount", {m_disk}, m_temporary.path());
    }
    void waitsForRoomAndGoesOn();
    void isNotSavedWhereItEndsBefore();
};

void TestCliFullDisk::initTestCase() {
    writeBytes(path("small.vitrine"), strokesProject());
    QCOMPARE(runCli({"train", "small.vitrine", "--out", "undisturbed"}, m_temporary.path()).status,
             0);
    m_checkpoint =
        static_cast<qint64>(fs::file_size(path("undisturbed/checkpoints/step-30.safetensors")));
    m_disk = m_temporary.filePath("disk");
    fs::create_directories(m_disk.toStdString());
}

/// Room for two checkpoints, half of a third, and 24 KiB for the log and the copies of project and
/// settings.
void TestCliFullDisk::init() {
    m_isMounted = mountDisk(QString("size=%1").arg(m_checkpoint * 5 / 2 + 24 * 1024));
    if (!m_isMounted) QSKIP("no right to mount a small file system here");
}

void TestCliFullDisk::waitsForRoomAndGoesOn() {
    const auto process = train();
    QByteArray said = untilItWaits(*process);
    QVERIFY2(said.startsWith("C09: cannot save 'disk/run/checkpoints/step-3.safetensors': needs "),
             said);
    QVERIFY2(said.contains("it goes on by itself when there is room"), said);
    QVERIFY(!process->waitForFinished(1200));  // it waits, and says it once
    said += process->readAllStandardError();
    QCOMPARE(said.count("C09"), 1);
    for (const char* name : {"step-1.safetensors", "step-2.safetensors"})
        QCOMPARE(fs::file_size(path(QString("disk/run/checkpoints/") + name)),
                 static_cast<uintmax_t>(m_checkpoint));
    for (const std::string& left : pathsBelow(m_disk.toStdString()))
        QVERIFY2(left.find("vitrine-tmp") == std::string::npos, left.c_str());
    QVERIFY(mountDisk("remount,size=16m"));
    QVERIFY(process->waitForFinished(60'000 * slowness));
    QCOMPARE(process->exitCode(), 0);
    QVERIFY(isAsUndisturbed());
    const auto lines = jsonLines(QByteArray::fromStdString(readBytes(path("disk/run/log.jsonl"))));
    QCOMPARE(std::count_if(lines.begin(), lines.end(),
                           [](const auto& line) { return line.value("event", "") == "step"; }),
             30);
}

void TestCliFullDisk::isNotSavedWhereItEndsBefore() {
    const auto process = train();
    untilItWaits(*process);
    ::kill(static_cast<pid_t>(process->processId()), SIGINT);
    QVERIFY(process->waitForFinished(60'000 * slowness));
    QCOMPARE(process->exitCode(), 1);
    const QByteArray said = process->readAllStandardError();
    QVERIFY2(said.startsWith("C09: ") && said.contains("is not saved") &&
                 said.contains("--resume disk/run"),
             said);
    QVERIFY(mountDisk("remount,size=16m"));
    const CliResult resumed =
        runCli({"train", "small.vitrine", "--resume", "disk/run"}, m_temporary.path());
    QVERIFY2(resumed.status == 0, resumed.err);
    QVERIFY(isAsUndisturbed());
}

QTEST_GUILESS_MAIN(TestCliFullDisk)
#include "tst_cli_full_disk.moc"
