// SPDX-License-Identifier: Apache-2.0
// The document: edits, undo, settings, files. Truth: the graph before and after, by value.
#include <QTemporaryDir>
#include <QtTest>

#include "gui/document/document.h"
#include "tests/gui/support/small_project.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestDocument : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir m_folder;
    QString saved() { return saveInto(m_folder.path(), "small", smallProject(smallNetwork)); }

  private Q_SLOTS:
    void startsEmptyAndUnmodified() {
        Document document;
        QVERIFY(document.graph().nodes().empty());
        QVERIFY(!document.isModified());
        QVERIFY(document.file().isEmpty());
    }

    void savedElsewhereItKeepsItsDataFolder() {
        Document document;
        QVERIFY(document.open(saved()).ok());
        DataSettings data = document.project().data;
        data.folder = "digits";
        document.setData("folder", data);
        data.folder = "../other digits";
        document.setData("folder", data);
        QVERIFY(QDir(m_folder.path()).mkpath("a/b/c"));
        QSignalSpy told(&document, &Document::settingsChanged);
        QVERIFY(document.saveAs(m_folder.filePath("a/copy.vitrine")).ok());
        QCOMPARE(told.size(), 1);
        const QString above = QFileInfo(QFileInfo(m_folder.path()).path()).canonicalFilePath();
        QCOMPARE(QString::fromStdString(document.project().data.folder), above + "/other digits");
        const auto again = loadProject(m_folder.filePath("a/copy.vitrine").toStdString());
        QCOMPARE(again->data.folder, document.project().data.folder);
        document.undoStack().undo();
        QCOMPARE(document.project().data.folder, std::string("../digits"));
        document.undoStack().redo();
        QCOMPARE(QString::fromStdString(document.project().data.folder), above + "/other digits");
    }

    void everyFileNameGivesAProjectThatOpens_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("plain") << "net";
        QTest::newRow("two lines") << "a\nb";
        QTest::newRow("nothing but the ending") << "";
        QTest::newRow("a comma, beyond ASCII") << "größer, 1,5";
    }
    void everyFileNameGivesAProjectThatOpens() {
        QFETCH(QString, name);
        Document document;
        const QString file = m_folder.filePath(name + ".vitrine");
        QVERIFY(document.saveAs(file).ok());
        const auto again = loadProject(file.toStdString());
        QVERIFY2(again.ok(), again ? "" : again.error().message.c_str());
        QCOMPARE(again->name, document.project().name);
        QVERIFY(again->data.fields == document.project().data.fields);
        QVERIFY(QFile::remove(file));
    }

    void undoAndRedoGiveBackEachGraph() {
        Document document;
        QVERIFY(document.open(saved()).ok());
        std::vector<Graph> states{document.graph()};
        const std::vector<Transaction> edits{
            {edit::SetField{"conv1", "out_channels", int64_t{8}}},
            {edit::Move{"relu1", {40, 50}}, edit::Move{"fc", {1, 2}}},
            {edit::Rename{"fc", "head"}},
            removal(document.graph(), {"relu1"}),
            {edit::SetTitle{"conv1", "stem"}},
            makingAgain(document.graph(), {"conv1", "head", "nobody"}, true)};
        for (const Transaction& transaction : edits) {
            QVERIFY(document.edit("edit", transaction).ok());
            states.push_back(document.graph());
        }
        for (size_t i = edits.size(); i-- > 0;) {
            document.undoStack().undo();
            QVERIFY(document.graph() == states[i]);
        }
        QVERIFY(!document.isModified());
        for (size_t i = 1; i < states.size(); ++i) {
            document.undoStack().redo();
            QVERIFY(document.graph() == states[i]);
        }
        QVERIFY(document.isModified());
    }

    void refusedEditsLeaveNoTrace() {
        Document document;
        QVERIFY(document.open(saved()).ok());
        const Graph before = document.graph();
        const auto refused =
            document.edit("edit", {edit::SetField{"conv1", "out_channels", int64_t{8}},
                                   edit::SetField{"conv1", "stride", std::vector<int64_t>{0, 0}}});
        QVERIFY(!refused.ok());
        QVERIFY(document.graph() == before);
        QCOMPARE(document.undoStack().count(), 0);
    }

    void mergedEditsAreOneEntry() {
        Document document;
        QVERIFY(document.open(saved()).ok());
        const Graph before = document.graph();
        for (const int64_t channels : {5, 6, 7})
            QVERIFY(
                document.edit("type", {edit::SetField{"conv1", "out_channels", channels}}, "key")
                    .ok());
        QCOMPARE(document.undoStack().count(), 1);
        document.undoStack().undo();
        QVERIFY(document.graph() == before);
    }

    void settingsAreUndone() {
        Document document;
        QSignalSpy changed(&document, &Document::settingsChanged);
        TrainingSettings training = document.project().training;
        training.batch = 17;
        document.setTraining("batch", training);
        QCOMPARE(document.project().training.batch, int64_t{17});
        document.undoStack().undo();
        QCOMPARE(document.project().training.batch, int64_t{64});
        document.undoStack().redo();
        QCOMPARE(document.project().training.batch, int64_t{17});
        QCOMPARE(changed.count(), 3);
    }

    void shapesFollowEveryChange() {
        Document document;
        QVERIFY(document.open(saved()).ok());
        QVERIFY(document.shapes().ok());
        QVERIFY(
            document
                .edit("kernel", {edit::SetField{"conv1", "kernel", std::vector<int64_t>{40, 40}}})
                .ok());
        QVERIFY(document.shapes().errorOf("conv1"));
        document.undoStack().undo();
        QVERIFY(document.shapes().ok());
    }

    void renamingIsToldBeforeTheGraphChanges() {
        Document document;
        QVERIFY(document.open(saved()).ok());
        QStringList told;
        connect(&document, &Document::nodeRenamed, this,
                [&](const QString& from, const QString& to) { told << from + ">" + to; });
        connect(&document, &Document::graphChanged, this, [&] { told << "changed"; });
        QVERIFY(document.edit("rename", {edit::Rename{"fc", "head"}}).ok());
        document.undoStack().undo();
        QCOMPARE(told, QStringList({"fc>head", "changed", "head>fc", "changed"}));
    }

    void savesAndOpensTheSameProject() {
        Document document;
        QVERIFY(document.open(saved()).ok());
        QVERIFY(document.edit("title", {edit::SetTitle{"fc", "head"}}).ok());
        const QString file = m_folder.filePath("other.vitrine");
        QVERIFY(document.saveAs(file).ok());
        QVERIFY(!document.isModified());
        QCOMPARE(document.title(), QString("other"));
        Document again;
        QVERIFY(again.open(file).ok());
        QVERIFY(again.graph() == document.graph());
    }

    void aMissingFileIsAnErrorAndChangesNothing() {
        Document document;
        QVERIFY(document.open(saved()).ok());
        const Graph before = document.graph();
        const auto opened = document.open(m_folder.filePath("none.vitrine"));
        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().code, std::string("G01"));
        QVERIFY(document.graph() == before);
    }

    void recoveredWorkCountsAsModified() {
        const Project project = smallProject(smallNetwork);
        Document document;
        QVERIFY(
            document.recover(QByteArray::fromStdString(projectText(project)), "/x/y.vitrine").ok());
        QVERIFY(document.isModified());
        QCOMPARE(document.file(), QString("/x/y.vitrine"));
        QVERIFY(document.graph() == project.graph);
    }
};

QTEST_GUILESS_MAIN(TestDocument)
#include "tst_document.moc"
