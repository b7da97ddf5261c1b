// SPDX-License-Identifier: Apache-2.0
// The data that a project names: which reader takes them, where they are looked for, and whether a
// batch of them is there. Truth: the words stand here.
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include "core/io/project.h"
#include "core/io/project_data.h"
#include "core/io/settings.h"

using namespace vitrine;

namespace {

std::string folderOf(const char* project) {
    return std::string(VITRINE_SOURCE_DIR "/projects/") + project;
}

QString qt(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

class TestProjectData : public QObject {
    Q_OBJECT

  private slots:
    void dataWithoutAReaderSaySoWhenOpened();
    void dataWithoutAFolderSaySo();
    void dataFoldersAreLookedForWhereTheyAre_data();
    void dataFoldersAreLookedForWhereTheyAre();
    void aBatchLargerThanTheSetIsRefused();
};

void TestProjectData::dataWithoutAReaderSaySoWhenOpened() {
    Result<Project> project = loadProject(folderOf("digits_lenet"));
    QVERIFY(project.ok());
    project->data.format = "telepathy";
    const Result<Dataset> data = openProjectData(*project, {});
    QVERIFY(!data.ok());
    QCOMPARE(qt(data.error().code), QString("P05"));
    QStringList formats;
    for (const DataFormatDescriptor* format : allDataFormats())
        formats << qt(std::string(format->id));
    QVERIFY(formats.contains("idx") && formats.contains("strokes"));
    QVERIFY2(qt(data.error().message)
                 .contains("'telepathy', and this program has no reader of that name yet; it "
                           "reads " +
                           formats.join(", ")),
             data.error().message.c_str());
}

void TestProjectData::dataWithoutAFolderSaySo() {
    const Result<Project> project = loadProject(folderOf("mnist_lenet"));
    QVERIFY(project.ok());
    const Result<Dataset> data = openProjectData(*project, {});
    QVERIFY(!data.ok());
    QCOMPARE(qt(data.error().text()),
             QString("P05: data of format 'idx' lie in a folder, and none is named\n"
                     "The project itself is good.\nName it with --data."));
}

void TestProjectData::dataFoldersAreLookedForWhereTheyAre_data() {
    QTest::addColumn<QString>("stored");
    QTest::addColumn<QString>("code");  // empty: it opens
    QTest::newRow("inside") << "data"
                            << "";
    QTest::newRow("inside, with a detour") << "nowhere/../data"
                                           << "G01";
    QTest::newRow("beside") << "../beside"
                            << "";
    QTest::newRow("absolute") << "@/beside"
                              << "";
    QTest::newRow("missing") << "../gone"
                             << "G01";
    QTest::newRow("absolute and missing") << "@/gone"
                                          << "G01";
    QTest::newRow("a file") << "p.vitrine"
                            << "G03";
    QTest::newRow("a pipe") << "@/pipe"
                            << "G03";
    QTest::newRow("a device") << "/dev/null"
                              << "G03";
    QTest::newRow("a loop of links") << "@/loop"
                                     << "G12";
    QTest::newRow("empty folder") << "@"
                                  << "G01";
    QTest::newRow("a drive") << "C:\\data"
                             << "G01";
}

void TestProjectData::dataFoldersAreLookedForWhereTheyAre() {
    QFETCH(QString, stored);
    QFETCH(QString, code);
    QTemporaryDir folder;
    stored.replace("@", folder.path());
    for (const char* data : {"home/data", "beside"}) {
        QVERIFY(QDir(folder.path()).mkpath(data));
        for (const char* part : {"train", "t10k"}) {
            const std::string name = folder.filePath(data).toStdString() + "/" + part;
            std::ofstream(name + "-images-idx3-ubyte", std::ios::binary)
                << std::string("\0\0\x08\x03\0\0\0\1\0\0\0\1\0\0\0\1x", 17);
            std::ofstream(name + "-labels-idx1-ubyte", std::ios::binary)
                << std::string("\0\0\x08\x01\0\0\0\1\0", 9);
        }
    }
    QVERIFY(mkfifo(folder.filePath("pipe").toUtf8().constData(), 0600) == 0);
    QVERIFY(symlink("loop", folder.filePath("loop").toUtf8().constData()) == 0);
    Result<Project> project = loadProject(folderOf("mnist_lenet"));
    project->data.folder = stored.toStdString();
    const std::string file = folder.filePath("home/p.vitrine").toStdString();
    QVERIFY(saveProject(*project, file).ok());

    const Result<Project> opened = loadProject(file);
    QVERIFY2(opened.ok(), opened ? "" : opened.error().message.c_str());
    const Result<Dataset> data = openProjectData(*opened, {});
    QCOMPARE(data ? QString() : qt(data.error().code), code);
    if (data) return;
    QCOMPARE(qt(data.error().place.field), QString("data.folder"));
    QVERIFY2(data.error().next.find("--data") != std::string::npos, data.error().next.c_str());
}

void TestProjectData::aBatchLargerThanTheSetIsRefused() {
    QVERIFY(checkBatchFits(60000, 60000).ok());
    QCOMPARE(qt(checkBatchFits(60001, 60000).error().message),
             QString("batch is 60001, wanted at most 60000: the training set has no more images"));
}

QTEST_APPLESS_MAIN(TestProjectData)
#include "tst_project_data.moc"
