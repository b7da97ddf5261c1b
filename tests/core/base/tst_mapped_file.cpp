// SPDX-License-Identifier: Apache-2.0
// Mapped files: what is refused, and what becomes of a file that is cut while it is mapped.
#include <QtTest/QtTest>

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <thread>

#include "core/base/mapped_bytes.h"
#include "core/base/mapped_file.h"

using namespace vitrine;

namespace {

std::string put(const QTemporaryDir& folder, const char* name, const std::string& bytes) {
    const std::string path = folder.filePath(name).toStdString();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

std::string codeOf(const std::string& path) {
    const auto file = MappedFile::open(path);
    return file ? std::string() : file.error().code;
}

}  // namespace

class MappedFileTest : public QObject {
    Q_OBJECT

  private slots:
    void hasTheBytesOfTheFile() {
        QTemporaryDir folder;
        const std::string text = std::string(10'000, 'x') + "end";
        const auto file = MappedFile::open(put(folder, "a", text));
        QVERIFY(file.ok());
        const auto bytes = (*file)->bytes();
        QCOMPARE(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), text);
        QVERIFY(!(*file)->trouble());
    }

    void refusesWhatIsNoFile() {
        QTemporaryDir folder;
        const std::string pipe = folder.filePath("pipe").toStdString();
        QVERIFY(mkfifo(pipe.c_str(), 0600) == 0);
        QCOMPARE(codeOf(pipe), std::string("G03"));
        QCOMPARE(codeOf(folder.path().toStdString()), std::string("G03"));
        QCOMPARE(codeOf(folder.filePath("none").toStdString()), std::string("G01"));
        QCOMPARE(codeOf(put(folder, "empty", "")), std::string("G04"));
    }

    /// Two threads look at pages that are gone: zeros, and one Error.
    void givesZerosWhereTheFileWasCut() {
        QTemporaryDir folder;
        const std::string path = put(folder, "a", std::string(100'000, 'x'));
        const auto file = MappedFile::open(path);
        QVERIFY(file.ok());
        QCOMPARE(truncate(path.c_str(), 5000), 0);
        const auto sumOf = [&](size_t from, size_t to) {
            size_t sum = 0;
            for (const std::byte byte : (*file)->bytes().subspan(from, to - from))
                sum += std::to_integer<size_t>(byte);
            return sum;
        };
        size_t other = 1;
        std::thread thread([&] { other = sumOf(50'000, 100'000); });
        QCOMPARE(sumOf(0, 5000), size_t{5000} * 'x');
        QCOMPARE(sumOf(8192, 60'000), size_t{0});
        thread.join();
        QCOMPARE(other, size_t{0});
        const auto trouble = (*file)->trouble();
        QVERIFY(trouble.has_value());
        QCOMPARE(trouble->code, std::string("G07"));
    }

    void tellsOfAFileThatWasWrittenAnew() {
        QTemporaryDir folder;
        const std::string path = put(folder, "a", "abc");
        const auto file = MappedFile::open(path);
        put(folder, "a", "abcd");
        QVERIFY((*file)->trouble().has_value());
        QCOMPARE((*file)->trouble()->code, std::string("G07"));
    }

    void tellsOfBytesWhoseFileChanged() {
        QTemporaryDir folder;
        const std::string first = put(folder, "a", std::string(10'000, 'x')),
                          second = put(folder, "b", std::string(10'000, 'y'));
        const auto a = MappedFile::open(first), b = MappedFile::open(second);
        QVERIFY(a.ok() && b.ok());
        const auto inA = (*a)->bytes().subspan(9'000, 10), inB = (*b)->bytes().subspan(9'000, 10);
        QVERIFY(!mappedTrouble(inA) && !mappedTrouble(inB));
        QCOMPARE(truncate(first.c_str(), 8'000), 0);
        QVERIFY(mappedTrouble(inA).has_value());
        QCOMPARE(mappedTrouble(inA)->code, std::string("G07"));
        QVERIFY(!mappedTrouble(inB));
        const std::array<std::byte, 3> ofNone{};
        QVERIFY(!mappedTrouble(ofNone));
    }

    void placesAreGivenBack() {
        QTemporaryDir folder;
        const std::string path = put(folder, "a", "abc");
        for (int i = 0; i < 2000; ++i) QVERIFY(MappedFile::open(path).ok());
        std::vector<std::shared_ptr<const MappedFile>> all;
        for (;;) {
            auto file = MappedFile::open(path);
            if (!file) {
                QCOMPARE(file.error().code, std::string("G06"));
                break;
            }
            all.push_back(*file);
            QVERIFY(all.size() < 1000);
        }
        all.clear();
        QVERIFY(MappedFile::open(path).ok());
    }
};

QTEST_APPLESS_MAIN(MappedFileTest)
#include "tst_mapped_file.moc"
