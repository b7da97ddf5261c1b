// SPDX-License-Identifier: Apache-2.0
// The decoder as a process: what it may not do, how its end, silence or nonsense reads, and that
// the program goes on. Files that make outside libraries fail are not needed for that: what stands
// in for a decoder here is a shell script that does what is to be looked at.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>

#include <atomic>
#include <cstring>
#include <thread>

#include "core/base/file.h"
#include "core/decode/array_list.h"
#include "core/decode/decoder_pool.h"

using namespace vitrine;
using namespace vitrine::decode;

namespace {

/// An uncompressed TIFF of one bit a pixel, all 0, in one strip (TIFF 6.0, section 2).
std::vector<std::byte> blackTiff(uint32_t width, uint32_t height) {
    const uint32_t rowBytes = (width + 7) / 8, start = 8 + 2 + 8 * 12 + 4;
    std::vector<std::byte> file(start + size_t{rowBytes} * height);
    size_t at = 0;
    const auto put = [&](uint32_t value, size_t bytes) {
        std::memcpy(&file[at], &value, bytes);
        at += bytes;
    };
    put('I' | 'I' << 8 | 42 << 16, 4);
    put(8, 4);
    put(8, 2);
    const uint32_t tags[8][2] = {
        {256, width}, {257, height}, {258, 1},      {259, 1},
        {262, 1},     {273, start},  {278, height}, {279, rowBytes * height}};
    for (const auto& [tag, value] : tags) {
        put(tag, 2);
        put(4, 2);  // a long
        put(1, 4);
        put(value, 4);
    }
    return file;
}

Question pictureOf(std::span<const std::byte> file) {
    return {.task = Task::DecodePicture, .kind = Kind::Tiff, .bytes = file};
}

std::unique_ptr<Decoder> started(const DecoderLimits& limits = {}) {
    auto decoder = Decoder::start(decoderPaths(), limits);
    if (!decoder) qFatal("%s", decoder.error().text().c_str());
    return std::move(decoder).value();
}

QByteArray contentsOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// One that nobody has waited for yet is gone all the same.
bool isGone(pid_t process) {
    const QByteArray stat = contentsOf(QString("/proc/%1/stat").arg(process));
    return stat.isEmpty() || stat.mid(stat.lastIndexOf(')')).startsWith(") Z");
}

/// A program that does what a line of shell says; its descriptor 0 is the socket.
class Script {
  public:
    explicit Script(const QString& line) {
        QFile file(m_folder.filePath("decoder"));
        if (!file.open(QIODevice::WriteOnly)) qFatal("no script");
        file.write("#!/bin/sh\n" + line.toUtf8() + "\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    std::unique_ptr<Decoder> start(std::chrono::milliseconds patience) const {
        auto decoder =
            Decoder::start({m_folder.filePath("decoder").toStdString()}, {.patience = patience});
        if (!decoder) qFatal("%s", decoder.error().text().c_str());
        return std::move(decoder).value();
    }

  private:
    QTemporaryDir m_folder;
};

}  // namespace

class DecoderTest : public QObject {
    Q_OBJECT

  private slots:
    void isConfinedFromItsFirstFileOn() {
        const auto decoder = started();
        const auto file = blackTiff(8, 8);
        QVERIFY(decoder->ask(pictureOf(file), "it").ok());
        const QString folder = QString("/proc/%1/").arg(decoder->process());
        const QByteArray status = contentsOf(folder + "status"),
                         limits = contentsOf(folder + "limits");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        if (prctl(PR_GET_SECCOMP) >= 0) {
            QVERIFY2(status.contains("NoNewPrivs:\t1"), status.constData());
            QVERIFY2(status.contains("Seccomp:\t2"), status.constData());
        }
        QVERIFY(QRegularExpression("Max address space +3221225472 +3221225472")
                    .match(limits)
                    .hasMatch());
#endif
        QVERIFY(QRegularExpression("Max file size +0 +0").match(limits).hasMatch());
        QVERIFY(QRegularExpression("Max core file size +0 +0").match(limits).hasMatch());
        // The socket, twice nothing, the lifeline.
        QCOMPARE(QDir(folder + "fd")
                     .entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot)
                     .size(),
                 4);
        QCOMPARE(contentsOf(folder + "environ"), QByteArray());
    }

    void oneDecoderAnswersManyFiles() {
        const auto decoder = started();
        for (uint32_t side = 1; side < 100; ++side) {
            const auto given = decoder->ask(pictureOf(blackTiff(side, 2 * side)), "it");
            QVERIFY(given.ok());
            QCOMPARE(given->answer.width, side);
            QVERIFY(given->bytes == std::vector<std::byte>(size_t{2} * side * side));
        }
    }

    void damageIsASentenceAndItGoesOn() {
        const auto decoder = started();
        auto file = blackTiff(100, 100);
        file.resize(300);
        const auto cut = decoder->ask(pictureOf(file), "a.tif");
        QVERIFY(!cut.ok());
        QCOMPARE(cut.error().code, std::string("M02"));
        QVERIFY(cut.error().message.starts_with("a.tif: its TIFF data are damaged: "));
        QVERIFY(!decoder->hasEnded());
        QVERIFY(decoder->ask(pictureOf(blackTiff(3, 3)), "b.tif").ok());
    }

    void itsEndIsOneSentence() {
        const auto decoder = started();
        kill(decoder->process(), SIGSEGV);
        const auto given = decoder->ask(pictureOf(blackTiff(9, 9)), "a.tif");
        QVERIFY(!given.ok());
        QCOMPARE(given.error().code, std::string("M02"));
        QCOMPARE(given.error().message, std::string("a.tif: the decoder ended while reading it: "
                                                    "signal 11 (Segmentation fault)"));
        QVERIFY(decoder->hasEnded());
        QVERIFY(isGone(decoder->process()));
    }

    void whatItMayNotDoToUs_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("words");
        QTest::newRow("ends") << "exit 3"
                              << "M02"
                              << "ended while reading it: exit status 3";
        QTest::newRow("ends after a part of an answer") << "printf 1CDV >&0; exit 0"
                                                        << "M02"
                                                        << "exit status 0";
        QTest::newRow("nonsense") << "head -c 200 /dev/zero >&0; sleep 9"
                                  << "M02"
                                  << "the decoder's answer is none";
        QTest::newRow("much nonsense") << "cat /dev/zero >&0"
                                       << "M02"
                                       << "answer is none";
        QTest::newRow("silence") << "exec sleep 9"
                                 << "M13"
                                 << "took longer than 1 s";
    }
    void whatItMayNotDoToUs() {
        QFETCH(QString, line);
        QFETCH(QString, code);
        QFETCH(QString, words);
        const Script script(line);
        const auto decoder = script.start(std::chrono::milliseconds(600));
        const auto given = decoder->ask(pictureOf(blackTiff(9, 9)), "a.tif");
        QVERIFY(!given.ok());
        QCOMPARE(QString::fromStdString(given.error().code), code);
        const QString message = QString::fromStdString(given.error().message);
        QVERIFY2(message.startsWith("a.tif: ") && message.contains(words), qPrintable(message));
        QVERIFY(decoder->hasEnded());
    }

    void aStopEndsWaiting() {
        const Script script("exec sleep 60");
        const auto decoder = script.start(std::chrono::minutes(1));
        std::stop_source source;
        std::thread stopping([&] {
            usleep(50'000);
            source.request_stop();
        });
        QElapsedTimer since;
        since.start();
        const auto given = decoder->ask(pictureOf(blackTiff(9, 9)), "a.tif", source.get_token());
        stopping.join();
        QCOMPARE(given.error().code, std::string(stoppedCode));
        QVERIFY(since.elapsed() < 10'000);
        QVERIFY(isGone(decoder->process()));
    }

    /// It names more bytes than an answer may have: nothing is allocated for them.
    void sizesAreLookedAtBeforeMemoryIsTaken() {
        QTemporaryDir folder;
        const Answer answer{.task = Task::DecodePicture, .bytes = uint64_t{1} << 60};
        QFile file(folder.filePath("answer"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(reinterpret_cast<const char*>(&answer), sizeof answer);
        file.close();
        const Script script(QString("cat %1 >&0; sleep 9").arg(file.fileName()));
        const auto decoder = script.start(std::chrono::seconds(5));
        const auto given = decoder->ask(pictureOf(blackTiff(9, 9)), "a.tif");
        QVERIFY(!given.ok());
        QCOMPARE(given.error().message, std::string("a.tif: the decoder's answer is none"));
    }

    void moreMemoryThanThereIsIsASentence() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("sanitizers map more than any limit");
#endif
        const auto decoder = started({.memoryBytes = int64_t{96} << 20});
        const auto given = decoder->ask(pictureOf(blackTiff(16384, 8192)), "a.tif");
        QVERIFY(!given.ok());
        QCOMPARE(given.error().code, std::string("M13"));
        QVERIFY(given.error().message.find("more memory") != std::string::npos);
        QVERIFY(decoder->ask(pictureOf(blackTiff(3, 3)), "b.tif").ok());
        // Not even the file finds room.
        QVERIFY(!decoder->ask(pictureOf(std::vector<std::byte>(size_t{200} << 20)), "c.tif").ok());
        QVERIFY(decoder->ask(pictureOf(blackTiff(3, 3)), "d.tif").ok());
    }

    /// The program is killed while its decoder computes for a long while.
    void itEndsWithTheProgram() {
#if defined(__SANITIZE_THREAD__)
        QSKIP("the thread sanitizer does not follow children of programs with threads");
#endif
        int ends[2];
        QCOMPARE(pipe(ends), 0);
        const auto large = blackTiff(16384, 8192);
        const pid_t program = fork();
        if (program == 0) {
            auto decoder = Decoder::start(decoderPaths(), {}).value();
            const pid_t process = decoder->process();
            (void)!write(ends[1], &process, sizeof process);
            (void)decoder->ask(pictureOf(large), "it");
            _exit(0);
        }
        pid_t process = 0;
        QCOMPARE(read(ends[0], &process, sizeof process), ssize_t{sizeof process});
        usleep(150'000);
        const bool wasThere = !isGone(process);
        kill(program, SIGKILL);
        int status = 0;
        waitpid(program, &status, 0);
        QElapsedTimer since;
        since.start();
        while (!isGone(process) && since.elapsed() < 5000) usleep(1000);
        qInfo("it went %lld ms after the program", since.elapsed());
        QVERIFY(wasThere);
        QVERIFY(isGone(process));
        close(ends[0]);
        close(ends[1]);
    }

    void aMissingProgramIsASentence() {
        DecoderPool pool({"/nowhere/vitrine-decode"});
        const auto given = pool.ask(pictureOf(blackTiff(3, 3)), "a.tif");
        QVERIFY(!given.ok());
        QCOMPARE(given.error().code, std::string("L05"));
        QVERIFY(given.error().message.starts_with("a.tif: the program vitrine-decode"));
    }

    void threadsDecodeSideBySide() {
        DecoderPool pool;
        std::atomic<int> right{0};
        std::vector<std::thread> threads;
        for (uint32_t t = 0; t < 6; ++t)
            threads.emplace_back([&, t] {
                for (uint32_t i = 1; i <= 40; ++i) {
                    const uint32_t side = 1 + (7 * i + t) % 50;
                    const auto given = pool.ask(pictureOf(blackTiff(side, i)), "it");
                    if (given && given->answer.width == side && given->answer.height == i) ++right;
                }
            });
        for (std::thread& thread : threads) thread.join();
        QCOMPARE(right.load(), 240);
        QVERIFY(pool.started() <= 6);
        QCOMPARE(pool.failed(), 0);
    }

    void oneThatFailedIsReplaced() {
        DecoderPool pool;
        QVERIFY(pool.ask(pictureOf(blackTiff(3, 3)), "a.tif").ok());
        QCOMPARE(pool.started(), 1);
        const QByteArray children = contentsOf(QString("/proc/%1/task/%1/children").arg(getpid()));
        for (const QByteArray& child : children.split(' '))
            if (contentsOf("/proc/" + child + "/comm").startsWith("vitrine-decode"))
                kill(child.toInt(), SIGKILL);
        const auto failed = pool.ask(pictureOf(blackTiff(3, 3)), "b.tif");
        QVERIFY(!failed.ok());
        QVERIFY(failed.error().message.ends_with("signal 9 (Killed)"));
        QVERIFY(pool.ask(pictureOf(blackTiff(3, 3)), "c.tif").ok());
        QCOMPARE(pool.started(), 2);
        QCOMPARE(pool.failed(), 1);
    }

    void listsOfArraysComeBack() {
        const std::vector<ArrayInfo> arrays{
            {.name = "train/images", .number = Number::U8, .shape = {60000, 28, 28}},
            {.name = "x", .number = Number::F64, .shape = {}, .whyNot = "holds text"},
            {.name = "", .number = Number::I16, .shape = {0, 5}}};
        const auto back = unpacked(packed(arrays));
        QVERIFY(back.has_value());
        QCOMPARE(back->size(), size_t{3});
        for (size_t i = 0; i < 3; ++i) {
            QCOMPARE((*back)[i].name, arrays[i].name);
            QVERIFY((*back)[i].number == arrays[i].number);
            QCOMPARE((*back)[i].shape, arrays[i].shape);
            QCOMPARE((*back)[i].whyNot, arrays[i].whyNot);
        }
        QCOMPARE((*back)[0].itemBytes(), 28 * 28);
    }

    void listsThatCannotBeAreNone() {
        const std::vector<std::vector<ArrayInfo>> wrong{
            {{.name = "negative", .shape = {-1}}},
            {{.name = "overflow", .number = Number::F64, .shape = {1 << 30, 1 << 30, 1 << 30}}},
            {{.name = std::string(5000, 'n'), .shape = {1}}},
            {{.name = "rank", .shape = std::vector<int64_t>(9, 1)}}};
        for (const auto& list : wrong) QVERIFY2(!unpacked(packed(list)), list[0].name.c_str());
        auto bytes = packed(std::vector<ArrayInfo>{{.name = "a", .shape = {2, 3}}});
        for (size_t length = 1; length < bytes.size(); ++length)
            QVERIFY(!unpacked(std::span(bytes).first(length)));
        bytes[4 + 1 + 4] = std::byte{13};  // a type that there is not
        QVERIFY(!unpacked(bytes));
    }
};

QTEST_GUILESS_MAIN(DecoderTest)
#include "tst_decoder.moc"
