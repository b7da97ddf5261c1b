// SPDX-License-Identifier: Apache-2.0
// Unsaved work after a session that ended badly: a child process that kills itself in the middle.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QLabel>
#include <QTemporaryDir>
#include <QtTest>

#include "gui/document/document.h"
#include "gui/shell/recovery.h"
#include "gui/shell/recovery_banner.h"
#include "tests/gui/support/small_project.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestRecovery : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir m_folder;

    /// Edits a project in another process and lets it die without a word.
    void dieWhileEditing(const QString& file) {
        const pid_t child = fork();
        if (child == 0) {
            Document document;
            Recovery recovery(document, m_folder.filePath("recovery"));
            if (!document.open(file)) _exit(1);
            static_cast<void>(document.edit("title", {edit::SetTitle{"fc", "lost"}}));
            recovery.writeNow();
            kill(getpid(), SIGKILL);
        }
        int status = 0;
        waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status));
    }

  private Q_SLOTS:
    void offersWhatADeadSessionLeft() {
        const QString file = saveInto(m_folder.path(), "small", smallProject(smallNetwork));
        dieWhileEditing(file);
        Document document;
        Recovery recovery(document, m_folder.filePath("recovery"));
        const auto lost = recovery.lostWork();
        QCOMPARE(lost.size(), size_t{1});
        QCOMPARE(lost[0].file, file);
        QCOMPARE(lost[0].title, QString("small"));
        QVERIFY(!lost[0].wasAsked);
        QVERIFY(document.recover(recovery.textOf(lost[0]), lost[0].file).ok());
        QCOMPARE(document.graph().find("fc")->title, std::string("lost"));
        QVERIFY(document.isModified());
        recovery.discard(lost[0]);
        QVERIFY(recovery.lostWork().empty());
    }

    void tellsASessionThatWasToldToEndFromOneThatDied() {
        const QString folder = m_folder.filePath("ends");
        const QString file = saveInto(m_folder.path(), "small", smallProject(smallNetwork));
        {
            Document document;
            Recovery recovery(document, folder);
            QVERIFY(document.open(file).ok());
            QVERIFY(document.edit("title", {edit::SetTitle{"fc", "kept"}}).ok());
            recovery.leaveCopy();
        }
        Document document;
        Recovery recovery(document, folder);
        const auto lost = recovery.lostWork();
        QCOMPARE(lost.size(), size_t{1});
        QVERIFY(lost[0].wasAsked);
        RecoveryBanner banner(recovery, nullptr);
        banner.offer();
        const auto* why = banner.findChild<QLabel*>(QStringLiteral("recovery.sentence"));
        QVERIFY2(why->text().contains("told to end"), qPrintable(why->text()));
        recovery.discard(lost[0]);
        QCOMPARE(QDir(folder).entryList({"*.asked", "*.of", "*.vitrine"}).size(), 0);
    }

    void leavesLivingSessionsAndSavedWorkAlone() {
        Document first;
        Recovery living(first, m_folder.filePath("recovery"));
        QVERIFY(first.open(saveInto(m_folder.path(), "small", smallProject(smallNetwork))).ok());
        QVERIFY(first.edit("title", {edit::SetTitle{"fc", "mine"}}).ok());
        living.writeNow();
        Document second;
        Recovery other(second, m_folder.filePath("recovery"));
        QVERIFY(other.lostWork().empty());
        QVERIFY(first.save().ok());
        living.writeNow();
        QVERIFY(QDir(m_folder.filePath("recovery")).entryList({"*.vitrine"}).isEmpty());
    }

    void writesByItselfSoonAfterAChange() {
        Document document;
        Recovery recovery(document, m_folder.filePath("later"));
        QVERIFY(document.open(saveInto(m_folder.path(), "small", smallProject(smallNetwork))).ok());
        QVERIFY(document.edit("title", {edit::SetTitle{"fc", "soon"}}).ok());
        QTRY_COMPARE_WITH_TIMEOUT(QDir(m_folder.filePath("later")).entryList({"*.vitrine"}).size(),
                                  1, 10'000);
    }
};

QTEST_MAIN(TestRecovery)
#include "tst_recovery.moc"
