// SPDX-License-Identifier: Apache-2.0
// C09: a file system that fills up while a run writes its checkpoints. Needs the right to mount a
// small tmpfs.
#include <QTemporaryDir>
#include <filesystem>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine::test;
namespace fs = std::filesystem;

class TestCliFullDisk : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    QString m_disk;
    bool m_isMounted = false;

    std::string path(const QString& name) const { return m_temporary.filePath(name).toStdString(); }
    bool mountDisk(const QString& options) {
        return runProgram("mount", {"-t", "tmpfs", "-o", options, "tmpfs", m_disk},
                          m_temporary.path())
                   .status == 0;
    }

  private slots:
    void keepsCheckpointsAndGoesOnWhenThereIsSpace();
    void cleanup() {
        if (m_isMounted) runProgram("umount", {m_disk}, m_temporary.path());
    }
};

void TestCliFullDisk::keepsCheckpointsAndGoesOnWhenThereIsSpace() {
    const QString folder = m_temporary.path();
    writeBytes(path("small.vitrine"), strokesProject());
    QCOMPARE(runCli({"train", "small.vitrine", "--out", "undisturbed"}, folder).status, 0);
    const auto checkpoint =
        static_cast<qint64>(fs::file_size(path("undisturbed/checkpoints/step-30.safetensors")));

    // Room for two checkpoints, half of a third, and 24 KiB for the log and the copies of project
    // and settings.
    m_disk = m_temporary.filePath("disk");
    fs::create_directories(m_disk.toStdString());
    m_isMounted = mountDisk(QString("size=%1").arg(checkpoint * 5 / 2 + 24 * 1024));
    if (!m_isMounted) QSKIP("no right to mount a small file system here");

    const CliResult full =
        runCli({"train", "small.vitrine", "--out", "disk/run", "--json"}, folder);
    QCOMPARE(full.status, 1);
    QVERIFY2(
        full.err.startsWith("C09: cannot save 'disk/run/checkpoints/step-30.safetensors': needs "),
        full.err);
    QVERIFY2(full.err.contains(" free\n") && full.err.contains("--resume disk/run"), full.err);
    for (const char* name : {"step-10.safetensors", "step-20.safetensors"})
        QVERIFY2(readBytes(path(QString("disk/run/checkpoints/") + name)).size() ==
                     static_cast<size_t>(checkpoint),
                 name);
    for (const std::string& left : pathsBelow(m_disk.toStdString()))
        QVERIFY2(left.find("vitrine-tmp") == std::string::npos &&
                     left.find("step-30") == std::string::npos,
                 left.c_str());

    QVERIFY(mountDisk("remount,size=16m"));
    const CliResult resumed = runCli({"train", "small.vitrine", "--resume", "disk/run"}, folder);
    QVERIFY2(resumed.status == 0, resumed.err);
    QVERIFY(readBytes(path("disk/run/weights.safetensors")) ==
            readBytes(path("undisturbed/weights.safetensors")));
}

QTEST_GUILESS_MAIN(TestCliFullDisk)
#include "tst_cli_full_disk.moc"
