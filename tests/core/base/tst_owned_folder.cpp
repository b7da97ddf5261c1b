// SPDX-License-Identifier: Apache-2.0
// A folder with one owner: who may have it, where it is, and what stays when the owner has gone.
#include "core/base/owned_folder.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <set>
#include <thread>

#include "tests/support/cli_fixtures.h"

using namespace vitrine;
namespace fs = std::filesystem;

class OwnedFolderTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_temporary;
    std::string place(const char* name) { return m_temporary->filePath(name).toStdString(); }

    /// An owner that is killed while it holds the folder.
    static void haveAnOwnerKilled(const std::string& path, const std::string& leaves) {
        const pid_t child = fork();
        if (child == 0) {
            auto folder = OwnedFolder::make(path);
            if (!leaves.empty()) test::writeBytes(path + "/" + leaves, "something");
            kill(getpid(), SIGKILL);
        }
        int status = 0;
        waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status));
        QVERIFY(fs::exists(path + "/" + std::string(OwnedFolder::ownerFile)));
    }

  private slots:
    void init() { m_temporary = std::make_unique<QTemporaryDir>(); }

    void isMadeWithItsParentsAndGoesAgainUnlessKept() {
        {
            const auto folder = OwnedFolder::make(place("a/b/c"));
            QVERIFY(folder.ok());
            QVERIFY(fs::is_directory(place("a/b/c")));
        }
        QVERIFY(!fs::exists(place("a")));
        OwnedFolder::make(place("a/b"))->keep();
        QVERIFY(fs::is_empty(place("a/b")));
    }

    void oneThatIsThereMustBeEmpty() {
        fs::create_directories(place("empty"));
        { QVERIFY(OwnedFolder::make(place("empty") + "//").ok()); }
        QVERIFY(fs::is_directory(place("empty")));  // it was not ours to take away
        for (const char* name : {"b.txt", "a.txt", "d", "c"})
            test::writeBytes(place("full/") + name, "x");
        const auto before = fs::last_write_time(place("full"));
        const auto refused = OwnedFolder::make(place("full"));
        QVERIFY(!refused.ok());
        QCOMPARE(QString::fromStdString(refused.error().code), QString("U10"));
        QVERIFY(refused.error().message.find("'a.txt', 'b.txt', 'c' and 1 more") !=
                std::string::npos);
        QCOMPARE(test::pathsBelow(place("full")).size(), size_t{4});
        QVERIFY(fs::last_write_time(place("full")) == before);
    }

    void aSecondOwnerIsRefusedByName() {
        const auto first = OwnedFolder::make(place("run"));
        QVERIFY(first.ok());
        for (const auto& second :
             {OwnedFolder::make(place("run")), OwnedFolder::take(place("run"))}) {
            QVERIFY(!second.ok());
            QCOMPARE(QString::fromStdString(second.error().code), QString("P12"));
            const QRegularExpression words(
                QString(R"(process %1 \(\S+\) since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
                    .arg(getpid()));
            const QString message = QString::fromStdString(second.error().message);
            QVERIFY2(words.match(message).hasMatch(), qPrintable(message));
        }
        QVERIFY(fs::exists(place("run/in-use.json")));
    }

    void aNoteThatIsNoFileHoldsNobodyUp() {
        fs::create_directories(place("run"));
        QCOMPARE(mkfifo(place("run/in-use.json").c_str(), 0600), 0);
        const auto first = OwnedFolder::take(place("run"));
        QVERIFY(first.ok());
        const auto second = OwnedFolder::take(place("run"));
        QVERIFY(!second.ok());
        QVERIFY(second.error().message.ends_with("is being written to by another process"));
    }

    void whatADeadOwnerHadIsTakenOver() {
        haveAnOwnerKilled(place("dead"), "");
        QVERIFY(OwnedFolder::take(place("dead")).ok());
        haveAnOwnerKilled(place("begun"), "start.txt");
        QVERIFY(!OwnedFolder::make(place("begun")).ok());
        QCOMPARE(test::readBytes(place("begun/start.txt")), std::string("something"));
        constexpr std::string_view leftovers[] = {"start.txt"};
        QVERIFY(OwnedFolder::make(place("begun"), leftovers).ok());
        QVERIFY(!fs::exists(place("begun/start.txt")));
        // The same name where no owner was: somebody else's.
        test::writeBytes(place("theirs/start.txt"), "theirs");
        QVERIFY(!OwnedFolder::make(place("theirs"), leftovers).ok());
        QCOMPARE(test::readBytes(place("theirs/start.txt")), std::string("theirs"));
    }

    void knowsWhereItIs() {
        auto folder = OwnedFolder::make(place("here"));
        QCOMPARE(*folder->place(), place("here"));
        fs::rename(place("here"), place("there"));
        fs::create_directories(place("here"));  // another one
        QCOMPARE(*folder->place(), place("there"));
        QCOMPARE(folder->path(), place("there"));
    }

    void saysThatItIsGone_data() {
        QTest::addColumn<bool>("replaced");
        QTest::addRow("deleted") << false;
        QTest::addRow("replaced") << true;
    }
    void saysThatItIsGone() {
        QFETCH(bool, replaced);
        auto folder = OwnedFolder::make(place("here"));
        fs::remove_all(place("here"));
        if (replaced) fs::create_directories(place("here"));
        const auto found = folder->place();
        QVERIFY(!found.ok());
        QCOMPARE(QString::fromStdString(found.error().code), QString("G01"));
        QVERIFY(found.error().message.find("has been deleted") != std::string::npos);
        QCOMPARE(found.error().message.find("another one stands in its place") != std::string::npos,
                 replaced);
    }

    void twoAtTheSameMomentGetTwo() {
        constexpr int owners = 16;
        std::vector<std::thread> threads;
        std::mutex mutex;
        std::vector<OwnedFolder> made;
        for (int i = 0; i < owners; ++i)
            threads.emplace_back([&] {
                auto folder = OwnedFolder::makeFirstFree(place("runs/x"), 1);
                const std::lock_guard lock(mutex);
                if (folder) made.push_back(std::move(folder).value());
            });
        for (std::thread& thread : threads) thread.join();
        std::set<std::string> names;
        for (const OwnedFolder& folder : made) names.insert(folder.path());
        QCOMPARE(names.size(), size_t{owners});
        QVERIFY(names.contains(place("runs/x-1")) && names.contains(place("runs/x-16")));
    }

    void startsWithTheNameAloneWhereAsked() {
        auto first = OwnedFolder::makeFirstFree(place("t"), 0);
        auto second = OwnedFolder::makeFirstFree(place("t"), 0);
        QCOMPARE(first->path(), place("t"));
        QCOMPARE(second->path(), place("t-2"));
    }

    void refusesWhatCannotBe_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("code");
        QTest::addRow("file in the way") << "file/run"
                                         << "G02";
        QTest::addRow("long") << QString("a").repeated(300) << "G12";
        QTest::addRow("missing folder to take") << "nowhere"
                                                << "G01";
    }
    void refusesWhatCannotBe() {
        QFETCH(QString, path);
        QFETCH(QString, code);
        test::writeBytes(place("file"), "x");
        const std::string full = place(qPrintable(path));
        const auto folder = code == "G01" ? OwnedFolder::take(full) : OwnedFolder::make(full);
        QVERIFY(!folder.ok());
        QCOMPARE(QString::fromStdString(folder.error().code), code);
    }
};

QTEST_GUILESS_MAIN(OwnedFolderTest)
#include "tst_owned_folder.moc"
