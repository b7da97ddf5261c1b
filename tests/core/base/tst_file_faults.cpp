// SPDX-License-Identifier: Apache-2.0
// Atomic saves when the k-th file call fails, writes short or is the process's last. Truth:
// whatever happens, the file is wholly the old one or wholly the new one, and the answer says
// which.
#include <QtTest/QtTest>

#include <sys/wait.h>

#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "core/base/rng.h"
#include "tests/support/file_faults.h"

using namespace vitrine;
using test::armFault;
using test::disarmFault;
using test::FaultKind;
namespace fs = std::filesystem;

namespace {

const std::string oldText(5000, 'o'), newText(300'000, 'n');

std::string contents(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

int filesIn(const std::string& folder) {
    return static_cast<int>(std::distance(fs::directory_iterator(folder), {}));
}

/// Saves in three pieces, so that a fault can come between them.
Result<void> saveInPieces(const std::string& path, const std::string& text) {
    AtomicFile file(path);
    VITRINE_TRY(file.open(static_cast<int64_t>(text.size()) + 100));
    const size_t third = text.size() / 3;
    for (size_t at = 0; at < text.size(); at += third) {
        const size_t size = std::min(third, text.size() - at);
        VITRINE_TRY(file.write(text.data() + at, static_cast<int64_t>(size)));
    }
    return file.commit();
}

int waitFor(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace

class FileFaultsTest : public QObject {
    Q_OBJECT

  private slots:
    void init() {
        QVERIFY(m_dir.isValid());
        fs::remove_all(m_dir.path().toStdString());
        fs::create_directory(m_dir.path().toStdString());
        m_path = m_dir.filePath("weights").toStdString();
        QVERIFY(saveAtomically(m_path, oldText));
    }
    void cleanup() { disarmFault(); }

    void keepsTheOldFileWhateverCallFails_data() {
        QTest::addColumn<int>("error");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("disk full") << ENOSPC << "C09"
                                   << "Free some space";
        QTest::newRow("quota") << EDQUOT << "C09"
                               << "more than your quota on this disk leaves";
        QTest::newRow("size limit") << EFBIG << "C09"
                                    << "more than a file may have here";
        QTest::newRow("device") << EIO << "G08"
                                << "Check the disk";
        QTest::newRow("descriptors") << EMFILE << "G08"
                                     << "too many files are open";
        QTest::newRow("read-only") << EROFS << "G02"
                                   << "the file system is read-only";
    }
    void keepsTheOldFileWhateverCallFails() {
        QFETCH(int, error);
        QFETCH(QString, code);
        QFETCH(QString, says);
        int failures = 0;
        for (int k = 1;; ++k) {
            armFault({FaultKind::Errno, k, error});
            const auto saved = saveInPieces(m_path, newText);
            const bool reached = test::fileCalls >= k;
            disarmFault();
            QCOMPARE(filesIn(m_dir.path().toStdString()), 1);
            if (!reached) break;
            const bool kept = contents(m_path) == oldText;
            QVERIFY2(kept || contents(m_path) == newText, qPrintable(QString::number(k)));
            if (!saved) {
                ++failures;
                const bool durability =
                    saved.error().message.find("make durable") != std::string::npos;
                QCOMPARE(kept, !durability);
                const QString answer = QString::fromStdString(saved.error().text());
                QVERIFY2(durability || answer.startsWith(code + ": "), qPrintable(answer));
                QVERIFY2(durability || answer.contains(says), qPrintable(answer));
                QVERIFY(!saved.error().kept.empty() && !saved.error().next.empty());
            }
            QVERIFY(saveAtomically(m_path, oldText));
        }
        // open, 3 or 4 writes, truncate, mode, sync, rename, folder's open and sync; reserving may
        // fail without harm.
        QVERIFY(failures >= 9);
    }

    void tellsOfAnOldFileOnlyWhereThereIsOne() {
        const auto keptBy = [](const std::string& path) {
            armFault({FaultKind::Errno, 2, ENOSPC});
            const auto saved = saveInPieces(path, newText);
            disarmFault();
            return saved ? std::string("it was saved") : saved.error().kept;
        };
        QCOMPARE(keptBy(m_path), std::string("Nothing was changed: an older file is still there."));
        QCOMPARE(keptBy(m_dir.filePath("new").toStdString()), std::string("Nothing was saved."));
    }

    void goesOnAfterInterruptionsAndShortWrites_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("EINTR") << static_cast<int>(FaultKind::Errno);
        QTest::newRow("short write") << static_cast<int>(FaultKind::ShortWrite);
    }
    void goesOnAfterInterruptionsAndShortWrites() {
        QFETCH(int, kind);
        for (int k = 1;; ++k) {
            armFault({static_cast<FaultKind>(kind), k, EINTR});
            const auto saved = saveInPieces(m_path, newText);
            const bool reached = test::fileCalls >= k;
            disarmFault();
            if (!reached) break;
            // fchmod and rename are never interrupted by the system.
            if (!saved) {
                QCOMPARE(saved.error().code, std::string("G08"));
                QVERIFY(contents(m_path) == oldText);
            } else {
                QVERIFY(contents(m_path) == newText);
            }
            QVERIFY(saveAtomically(m_path, oldText));
        }
    }

    void survivesBeingKilledBeforeAnyCall() {
        int killed = 0;
        for (int k = 1;; ++k) {
            const pid_t child = fork();
            if (child == 0) {
                armFault({FaultKind::Kill, k, 0});
                _exit(saveInPieces(m_path, newText) ? 0 : 1);
            }
            const int status = waitFor(child);
            if (WIFEXITED(status)) {
                QCOMPARE(WEXITSTATUS(status), 0);
                break;
            }
            ++killed;
            const std::string found = contents(m_path);
            QVERIFY(found == oldText || found == newText);
            QVERIFY(filesIn(m_dir.path().toStdString()) <= 2);
            removeStrayTemporaries(m_path);
            QCOMPARE(filesIn(m_dir.path().toStdString()), 1);
            QVERIFY(saveAtomically(m_path, oldText));
        }
        QVERIFY(killed >= 10);
        QVERIFY(contents(m_path) == newText);
    }

    void survivesBeingKilledAtRandomMoments() {
        Rng rng(1, RngStream::Test);
        for (int round = 0; round < 40; ++round) {
            int pipe[2];
            QCOMPARE(::pipe(pipe), 0);
            const pid_t child = fork();
            if (child == 0) {
                for (int i = 0;; ++i) {
                    if (!saveInPieces(m_path, i % 2 ? oldText : newText)) _exit(1);
                    char byte = 0;
                    if (::write(pipe[1], &byte, 1) != 1) _exit(2);
                }
            }
            // After a random number of saves the kill falls somewhere into the next ones.
            char byte = 0;
            for (uint32_t left = 1 + rng.below(8); left > 0; --left)
                QCOMPARE(::read(pipe[0], &byte, 1), ssize_t{1});
            volatile uint32_t spin = rng.below(200'000);
            while (spin > 0) spin = spin - 1;
            QCOMPARE(kill(child, SIGKILL), 0);
            QVERIFY(WIFSIGNALED(waitFor(child)));
            close(pipe[0]);
            close(pipe[1]);
            const std::string found = contents(m_path);
            QVERIFY(found == oldText || found == newText);
            removeStrayTemporaries(m_path);
            QCOMPARE(filesIn(m_dir.path().toStdString()), 1);
        }
    }

    void leavesTheTemporaryOfAnotherSaveAlone() {
        AtomicFile writing(m_path);
        QVERIFY(writing.open(10));
        QVERIFY(writing.write("0123456789", 10));
        removeStrayTemporaries(m_path);
        QVERIFY(writing.commit());
        QCOMPARE(contents(m_path), std::string("0123456789"));
    }

  private:
    QTemporaryDir m_dir;
    std::string m_path;
};

QTEST_APPLESS_MAIN(FileFaultsTest)
#include "tst_file_faults.moc"
