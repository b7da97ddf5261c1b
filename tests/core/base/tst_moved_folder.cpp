// SPDX-License-Identifier: Apache-2.0
// Folders move with what is in them, never over what is there, and to other file systems.
#include <sys/stat.h>

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/moved_folder.h"

using namespace vitrine;

class TestMovedFolder : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir m_folder;
    std::string at(const QString& name) const { return m_folder.filePath(name).toStdString(); }

    static void fill(const QString& folder) {
        QVERIFY(QDir().mkpath(folder + "/checkpoints"));
        write(folder + "/run.json", "{}");
        write(folder + "/checkpoints/step-1.safetensors", "weights");
    }
    static void write(const QString& path, const QByteArray& bytes) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    static QByteArray read(const std::string& path) {
        QFile file(QString::fromStdString(path));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not there");
    }
    static dev_t deviceOf(const QString& path) {
        struct stat status {};
        return stat(qPrintable(path), &status) == 0 ? status.st_dev : 0;
    }

  private Q_SLOTS:
    void movesAndMakesParents() {
        fill(m_folder.filePath("a"));
        const auto moved = moveFolder(at("a"), at("new/runs/b"), true);
        QVERIFY2(moved.ok(), "renaming is fine while somebody writes to it");
        QCOMPARE(*moved, at("new/runs/b"));
        QCOMPARE(read(*moved + "/checkpoints/step-1.safetensors"), QByteArray("weights"));
        QVERIFY(!QDir(m_folder.filePath("a")).exists());
    }

    void takesTheFirstFreeName() {
        fill(m_folder.filePath("mine"));
        fill(m_folder.filePath("taken"));
        write(m_folder.filePath("taken-2"), "a file");
        const auto moved = moveFolder(at("mine"), at("taken"), false);
        QVERIFY(moved.ok());
        QCOMPARE(*moved, at("taken-3"));
        QCOMPARE(read(at("taken-2")), QByteArray("a file"));
        QCOMPARE(read(at("taken/run.json")), QByteArray("{}"));
    }

    void saysWhatIsNotThere() {
        const auto moved = moveFolder(at("nothing"), at("somewhere"), false);
        QVERIFY(!moved.ok());
        QCOMPARE(moved.error().code, std::string("G01"));
        QVERIFY2(moved.error().kept.find("stays") != std::string::npos, moved.error().kept.c_str());
    }

    void copiesToAnotherFileSystem() {
        QTemporaryDir other("/dev/shm/vitrine-XXXXXX");
        if (!other.isValid() || deviceOf(other.path()) == deviceOf(m_folder.path()))
            QSKIP("there is no second file system to write to");
        fill(m_folder.filePath("far"));
        const std::string there = other.filePath("runs/far").toStdString();
        const auto busy = moveFolder(at("far"), there, true);
        QVERIFY(!busy.ok());
        QCOMPARE(busy.error().code, std::string("P12"));
        QCOMPARE(read(at("far/run.json")), QByteArray("{}"));
        const auto moved = moveFolder(at("far"), there, false);
        QVERIFY2(moved.ok(), moved.ok() ? "" : moved.error().text().c_str());
        QCOMPARE(read(*moved + "/checkpoints/step-1.safetensors"), QByteArray("weights"));
        QVERIFY(!QDir(m_folder.filePath("far")).exists());
        QCOMPARE(QDir(other.filePath("runs")).entryList(QDir::Dirs | QDir::NoDotAndDotDot),
                 QStringList("far"));
    }
};

QTEST_APPLESS_MAIN(TestMovedFolder)
#include "tst_moved_folder.moc"
