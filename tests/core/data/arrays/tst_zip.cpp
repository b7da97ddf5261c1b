// SPDX-License-Identifier: Apache-2.0
// The zip reader behind limits: what it takes, and every code it refuses with. Truth: PKWARE's
// description; archives are put together here byte by byte, and one is NumPy's.
#include <QtTest/QtTest>

#include <zlib.h>

#include <fstream>
#include <iterator>

#include "core/data/arrays/zip.h"
#include "tests/support/data_format.h"
#include "tests/support/mutator.h"

using namespace vitrine;
using test::bytesOf;

namespace {

std::string number(uint64_t value, size_t bytes) {
    std::string out;
    for (size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
    return out;
}

uint32_t crcOf(const std::string& text) {
    return static_cast<uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

std::string deflated(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    std::string out(text.size() + 100, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// An entry, and what it claims where that is not the truth.
struct Part {
    std::string name, content;
    uint16_t method = 0, flags = 0;
    std::string packed = content;
    uint64_t size = content.size(), localSize = size;
    uint32_t crc = crcOf(content);
    std::string extra = {}, localName = name;
    int64_t offset = -1;
};

struct Ending {
    int entries = -1;
    int64_t size = -1, offset = -1;
    uint16_t disk = 0;
};

std::string zipOf(const std::vector<Part>& parts, const Ending& ending = {}) {
    std::string out, directory;
    for (const Part& part : parts) {
        const auto offset = part.offset >= 0 ? static_cast<uint64_t>(part.offset) : out.size();
        const std::string head = number(20, 2) + number(part.flags, 2) + number(part.method, 2) +
                                 number(0, 4) + number(part.crc, 4) + number(part.packed.size(), 4);
        out += "PK\3\4" + head + number(part.localSize, 4) + number(part.localName.size(), 2) +
               number(0, 2) + part.localName + part.packed;
        directory += "PK\1\2" + number(20, 2) + head + number(part.size, 4) +
                     number(part.name.size(), 2) + number(part.extra.size(), 2) + number(0, 2) +
                     number(0, 4) + number(0, 4) + number(offset, 4) + part.name + part.extra;
    }
    const size_t begin = out.size();
    const auto entries =
        static_cast<uint64_t>(ending.entries < 0 ? std::ssize(parts) : ending.entries);
    const auto size = ending.size < 0 ? directory.size() : static_cast<uint64_t>(ending.size);
    const auto offset = ending.offset < 0 ? begin : static_cast<uint64_t>(ending.offset);
    return out + directory + "PK\5\6" + number(ending.disk, 2) + number(0, 2) + number(entries, 2) +
           number(entries, 2) + number(size, 4) + number(offset, 4) + number(0, 2);
}

std::string good() {
    const std::string text(1000, 'x');
    return zipOf({{.name = "plain.npy", .content = "abc"},
                  {.name = "packed.npy", .content = text, .method = 8, .packed = deflated(text)}});
}

std::string textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The first trouble of reading and unpacking everything.
std::optional<Error> troubleOf(const std::string& archive) {
    const auto entries = readZip("a.npz", bytesOf(archive));
    if (!entries) return entries.error();
    for (const ZipEntry& entry : *entries) {
        if (!entry.isPacked) {
            if (const auto checked = checkPlainEntry("a.npz", entry); !checked)
                return checked.error();
        } else if (const auto bytes = unpackEntry("a.npz", entry, {}); !bytes) {
            return bytes.error();
        }
    }
    return {};
}

}  // namespace

class ZipTest : public QObject {
    Q_OBJECT

  private slots:
    void readsPlainAndPackedEntries() {
        const std::string archive = good();
        const auto entries = readZip("a.npz", bytesOf(archive));
        QVERIFY2(entries.ok(), qPrintable(test::problemOf(entries)));
        QCOMPARE(entries->size(), size_t{2});
        QCOMPARE(entries->at(0).name, std::string("plain.npy"));
        QCOMPARE(textOf(entries->at(0).content), std::string("abc"));
        const auto bytes = unpackEntry("a.npz", entries->at(1), {});
        QVERIFY2(bytes.ok(), qPrintable(test::problemOf(bytes)));
        QCOMPARE(textOf(*bytes), std::string(1000, 'x'));
    }

    void readsSizesOf64Bits() {
        Part part{.name = "a", .content = "abc"};
        part.size = 0xFFFFFFFF;
        part.extra = number(1, 2) + number(8, 2) + number(3, 8);
        QVERIFY(!troubleOf(zipOf({part})));
    }

    /// Of an archive with 65,535 entries or more: a record of its own in front of the last one.
    void readsDirectoriesOf64Bits() {
        std::string archive = zipOf({{.name = "a", .content = "abc"}});
        const std::string end = archive.substr(archive.size() - 22);
        archive.resize(archive.size() - 22);
        const size_t record = archive.size(), directory = record - 47;
        archive += "PK\6\6" + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8) +
                   number(1, 8) + number(1, 8) + number(47, 8) + number(directory, 8);
        archive += "PK\6\7" + number(0, 4) + number(record, 8) + number(1, 4);
        archive += end.substr(0, 8) + number(0xFFFF, 2) + number(0xFFFF, 2) +
                   number(0xFFFFFFFF, 4) + number(0xFFFFFFFF, 4) + number(0, 2);
        const auto entries = readZip("a.npz", bytesOf(archive));
        QVERIFY2(entries.ok(), qPrintable(test::problemOf(entries)));
        QCOMPARE(textOf(entries->at(0).content), std::string("abc"));
        archive.replace(record, 4, "PK??");
        QVERIFY(test::problemOf(readZip("a.npz", bytesOf(archive))).startsWith("N08"));
    }

    void passesFoldersAndCommentsOver() {
        std::string archive =
            zipOf({{.name = "folder/", .content = ""}, {.name = "a", .content = "1"}});
        archive.replace(archive.size() - 2, 2, number(5, 2));
        archive += "hello";
        const auto entries = readZip("a.npz", bytesOf(archive));
        QVERIFY2(entries.ok(), qPrintable(test::problemOf(entries)));
        QCOMPARE(entries->size(), size_t{1});
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const std::string& file, const char* code,
                            const char* words) {
            QTest::newRow(name) << QByteArray::fromStdString(file) << code << words;
        };
        const auto named = [](const char* name) { return zipOf({{.name = name, .content = "1"}}); };
        row("no directory", good().substr(0, 60), "N08", "no directory at its end");
        row("empty", "", "N08", "no directory");
        row("entry count", zipOf({{.name = "a", .content = "1"}}, {.entries = 60000}), "N08",
            "said to have 60,000 entries, and its directory has room for 1");
        row("directory outside", zipOf({{.name = "a", .content = "1"}}, {.offset = 1 << 30}), "N08",
            "its directory is said to lie at byte 1073741824");
        row("directory elsewhere", zipOf({{.name = "a", .content = "1"}}, {.offset = 1}), "N08",
            "entry 0 of its directory is damaged");
        row("several parts", zipOf({{.name = "a", .content = "1"}}, {.disk = 1}), "N08",
            "one of several parts");
        row("overlap",
            zipOf({{.name = "a", .content = "1"},
                   {.name = "b", .content = "1", .localName = "b", .offset = 0}}),
            "N08", "another name or method");
        row("same bytes twice",
            zipOf({{.name = "a", .content = "123"}, {.name = "b", .content = "123", .offset = 0}}),
            "N08", "'b' has another name");
        row("encrypted", zipOf({{.name = "a", .content = "1", .flags = 1}}), "N08", "is encrypted");
        row("method", zipOf({{.name = "a", .content = "1", .method = 12}}), "N08",
            "packed by method 12; plain (0) and deflate (8)");
        row("deflate64", zipOf({{.name = "a", .content = "1", .method = 9}}), "N08", "method 9;");
        row("zstd", zipOf({{.name = "a", .content = "1", .method = 93}}), "N08", "method 93;");
        row("upwards", named("../x"), "N08", "leads out of the archive");
        row("upwards inside", named("a/../../x"), "N08", "leads out");
        row("absolute", named("/etc/passwd"), "N08", "leads out");
        row("doubled", zipOf({{.name = "a", .content = "1"}, {.name = "a", .content = "2"}}), "N08",
            "two entries are called 'a'");
        row("bomb by ratio",
            zipOf({{.name = "a", .content = "", .method = 8, .packed = "xy", .size = 1 << 30}}),
            "N09", "has 2 bytes and claims to hold 1,073,741,824");
        const std::string many(5000, 'x');
        row("more than it says",
            zipOf({{.name = "a",
                    .content = many,
                    .method = 8,
                    .packed = deflated(many),
                    .size = 100}}),
            "N09", "holds more than the archive says");
        row("less than it says",
            zipOf({{.name = "a",
                    .content = many,
                    .method = 8,
                    .packed = deflated(many),
                    .size = 5001}}),
            "N10", "ends after 5000 bytes, 5001 were promised");
        row("checksum", zipOf({{.name = "a", .content = "1", .crc = 7}}), "N10",
            "checksum is 83dcefb7, the archive says 00000007");
        row("checksum packed",
            zipOf(
                {{.name = "a", .content = many, .method = 8, .packed = deflated(many), .crc = 7}}),
            "N10", "checksum");
        row("damaged",
            zipOf({{.name = "a",
                    .content = many,
                    .method = 8,
                    .packed = "\xFF\xFF\xFF" + deflated(many)}}),
            "N10", "is damaged near its byte");
        row("sizes disagree", zipOf({{.name = "a", .content = "123", .localSize = 4}}), "N13",
            "3 bytes by its directory, and 4 by the record");
        row("sizes of 64 bits missing",
            zipOf({{.name = "a", .content = "123", .size = 0xFFFFFFFF, .localSize = 3}}), "N13",
            "sizes have 64 bits, and they are not there");
        row("sizes of 64 bits disagree",
            zipOf({{.name = "a",
                    .content = "123",
                    .size = 0xFFFFFFFF,
                    .localSize = 3,
                    .extra = number(1, 2) + number(8, 2) + number(4, 8)}}),
            "N13", "3 bytes there and 4 unpacked");
    }
    void refuses() {
        QFETCH(QByteArray, file);
        QFETCH(QString, code);
        QFETCH(QString, words);
        const auto trouble = troubleOf(file.toStdString());
        QVERIFY(trouble.has_value());
        const QString message = QString::fromStdString(trouble->message);
        QVERIFY2(message.contains(words) && message.startsWith("a.npz: "), qPrintable(message));
        QCOMPARE(QString::fromStdString(trouble->code), code);
        QCOMPARE(trouble->kept, std::string("Nothing was imported."));
    }

    /// Two names for one place: `overlap` needs local names that agree.
    void refusesEntriesThatOverlap() {
        std::string archive = zipOf({{.name = "a", .content = "PK\3\4 and more"}});
        // The second entry begins inside the content of the first, with a good record there.
        const std::string inner = zipOf({{.name = "b", .content = "1"}}).substr(0, 32);
        archive =
            zipOf({{.name = "a", .content = inner}, {.name = "b", .content = "1", .offset = 31}});
        const auto trouble = troubleOf(archive);
        QVERIFY(trouble.has_value());
        QVERIFY2(trouble->message.find("entries overlap at byte 31") != std::string::npos,
                 trouble->message.c_str());
    }

    void survivesDamage() {
        std::ifstream file(VITRINE_SOURCE_DIR "/tests/core/data/arrays/files/keras.npz",
                           std::ios::binary);
        const std::string keras{std::istreambuf_iterator<char>(file), {}};
        QVERIFY(keras.size() > 500);
        test::Mutator mutator({good(), zipOf({{.name = "a", .content = "1"}}), keras});
        int accepted = 0;
        for (int i = test::executions(); i > 0; --i) {
            const auto trouble = troubleOf(mutator.next());
            accepted += !trouble;
            if (trouble) QVERIFY(trouble->code.starts_with('N') || trouble->code == "G06");
        }
        QVERIFY(accepted > 100);
    }
};

QTEST_APPLESS_MAIN(ZipTest)
#include "tst_zip.moc"
