// SPDX-License-Identifier: Apache-2.0
// A log that only grows: what is cut when a run goes on, what a full disk leaves, and how long that
// takes for a very long one.
#include "core/session/log_file.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>
#include <cerrno>
#include <csignal>
#include <filesystem>

#include "core/base/file_error.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/patience.h"

using namespace vitrine;
namespace fs = std::filesystem;

namespace {

std::string step(int64_t number) {
    return fmt::format("{{\"event\":\"step\",\"step\":{},\"epoch\":1,\"loss\":0.5}}\n", number);
}
std::string eventLine(const char* name, int64_t number) {
    return fmt::format("{{\"event\":\"{}\",\"step\":{}}}\n", name, number);
}
std::string steps(int64_t first, int64_t last) {
    std::string text;
    for (int64_t i = first; i <= last; ++i) text += step(i);
    return text;
}

}  // namespace

class LogFileTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    int m_files = 0;
    std::string made(const std::string& text) {
        const std::string path =
            m_temporary.filePath(QString("log%1").arg(++m_files)).toStdString();
        test::writeBytes(path, text);
        return path;
    }

  private slots:
    void initTestCase() { std::signal(SIGXFSZ, SIG_IGN); }

    void keepsTheLinesUpToAStep_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("step");
        QTest::addColumn<QByteArray>("kept");
        QTest::addColumn<bool>("hasAHole");
        const auto row = [](const char* name, const std::string& text, qint64 at,
                            const std::string& kept, bool hasAHole = false) {
            QTest::addRow("%s", name) << QByteArray::fromStdString(text) << at
                                      << QByteArray::fromStdString(kept) << hasAHole;
        };
        const std::string start = eventLine("start", 0);
        row("nothing", "", 3, "", true);
        row("all", start + steps(1, 9), 9, start + steps(1, 9));
        row("none but the start", start + steps(1, 9), 0, start);
        row("some", start + steps(1, 9), 4, start + steps(1, 4));
        row("half a line", start + steps(1, 4) + step(5).substr(0, 20), 4, start + steps(1, 4));
        row("half a line of the step itself", start + steps(1, 4) + step(5).substr(0, 20), 5,
            start + steps(1, 4), true);
        row("zeros behind it", start + steps(1, 4) + std::string(100'000, '\0'), 4,
            start + steps(1, 4));
        row("events of the step",
            start + steps(1, 4) + eventLine("epoch", 4) + eventLine("checkpoint", 4) + steps(5, 6),
            4, start + steps(1, 4) + eventLine("epoch", 4) + eventLine("checkpoint", 4));
        row("late events, as version 1 wrote them",
            start + steps(1, 6) + eventLine("epoch", 4) + step(7) + eventLine("epoch", 6), 4,
            start + steps(1, 4) + eventLine("epoch", 4));
        row("two lives", start + steps(1, 4) + eventLine("start", 4) + steps(5, 9), 6,
            start + steps(1, 4) + eventLine("start", 4) + steps(5, 6));
        row("long, cut near its end", start + steps(1, 20'000), 19'990, start + steps(1, 19'990));
        row("long, cut near its start", start + steps(1, 20'000), 3, start + steps(1, 3));
        row("long, cut in the middle", start + steps(1, 20'000) + step(20'001).substr(0, 9), 7'777,
            start + steps(1, 7'777));
        row("long, none but the start", start + steps(1, 20'000), 0, start);
        row("too short", start + steps(1, 4), 9, start + steps(1, 4), true);
        row("blanks", "{\"event\": \"start\", \"step\": 0}\n" + steps(1, 3), 2,
            "{\"event\": \"start\", \"step\": 0}\n" + steps(1, 2));
    }
    void keepsTheLinesUpToAStep() {
        QFETCH(QByteArray, text);
        QFETCH(qint64, step);
        QFETCH(QByteArray, kept);
        QFETCH(bool, hasAHole);
        const std::string path = made(text.toStdString());
        struct stat before {
        }, after{};
        stat(path.c_str(), &before);
        std::optional<Error> remark;
        auto log = LogFile::open(path, step, remark);
        QVERIFY2(log.ok(), log.ok() ? "" : log.error().text().c_str());
        QCOMPARE(remark.has_value(), hasAHole);
        stat(path.c_str(), &after);
        QCOMPARE(after.st_ino, before.st_ino);  // cut in place, never replaced
        QCOMPARE(QByteArray::fromStdString(test::readBytes(path)), kept);
        QCOMPARE(log->size(), static_cast<int64_t>(kept.size()));
        int error = 0;
        log->append("more\n", error);
        QCOMPARE(QByteArray::fromStdString(test::readBytes(path)), kept + "more\n");
    }

    void setsAsideWhatIsNoLog_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addRow("words") << QByteArray("these are\nsome words\n");
        QTest::addRow("a picture") << QByteArray("\x89PNG\r\n\x1a\n", 8).repeated(9'000);
        QTest::addRow("zeros") << QByteArray(300'000, '\0');
        QTest::addRow("JSON of another kind") << QByteArray("[1, 2, 3]\n").repeated(50);
    }
    void setsAsideWhatIsNoLog() {
        QFETCH(QByteArray, text);
        const std::string path = made(text.toStdString());
        for (int i = 1; i <= 2; ++i) {
            test::writeBytes(path, text.toStdString());
            std::optional<Error> remark;
            const auto log = LogFile::open(path, 5, remark);
            QVERIFY(log.ok() && log->size() == 0);
            QVERIFY(remark && remark->code == "D01");
            const std::string aside = fmt::format("{}.unreadable-{}", path, i);
            QVERIFY(remark->kept.find(aside) != std::string::npos);
            QCOMPARE(QByteArray::fromStdString(test::readBytes(aside)), text);
        }
    }

    /// 6 GB that take no room: lines, a hole, and lines in the middle of it.
    void aVeryLongOneIsCutAtOnce() {
        const std::string path = made(eventLine("start", 0) + steps(1, 50'000));
        const auto whole = static_cast<int64_t>(fs::file_size(path));
        fs::resize_file(path, uint64_t{6} << 30);
        QElapsedTimer timer;
        timer.start();
        std::optional<Error> remark;
        const auto log = LogFile::open(path, 49'999, remark);
        QVERIFY(log.ok() && !remark);
        QCOMPARE(log->size(), whole - static_cast<int64_t>(step(50'000).size()));
        QVERIFY2(timer.elapsed() < 1000 * test::slowness,
                 qPrintable(QString::number(timer.elapsed())));
    }

    void neverHalfALineWhereThereIsNoRoom() {
        const std::string path = made("");
        std::optional<Error> remark;
        auto log = LogFile::open(path, 0, remark);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const rlimit small{1000, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        const std::string lines = steps(1, 100);
        int error = 0;
        const int64_t taken = log->append(lines, error);
        const std::string kept = test::readBytes(path);
        int again = 0;
        const int64_t more = log->append(std::string_view(lines).substr(size_t(taken)), again);
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(isNoSpace(error) && isNoSpace(again));
        QCOMPARE(more, int64_t{0});
        QVERIFY(taken > 0 && taken < 1000);
        QCOMPARE(kept, lines.substr(0, size_t(taken)));
        QVERIFY(kept.ends_with("}\n"));
        log->append(std::string_view(lines).substr(size_t(taken)), error);
        QCOMPARE(error, 0);
        QCOMPARE(test::readBytes(path), lines);
    }

    void refusesWhatIsNoFile() {
        const std::string path = m_temporary.filePath("folder").toStdString();
        fs::create_directories(path);
        std::optional<Error> remark;
        QVERIFY(!LogFile::open(path, 0, remark).ok());
    }
};

QTEST_GUILESS_MAIN(LogFileTest)
#include "tst_log_file.moc"
