// SPDX-License-Identifier: Apache-2.0
// safetensors: round trips, a file made by Python, damage, and every way of lying in a header.
// Truth: the format's specification; headers written out by hand; tests/golden/python.safetensors
// (its note says which version wrote it).
#include <QtTest/QtTest>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/base/rng.h"
#include "core/io/safetensors.h"
#include "core/io/safetensors_header.h"
#include "tests/support/safetensors_bytes.h"

using namespace vitrine;
using test::littleEndian, test::quoted;

namespace {

std::string contents(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// A file from a header as text (' stands for ") and its data.
std::string file(const std::string& header, const std::string& data) {
    return test::safetensorsBytes(header, data);
}

template <class T>
std::vector<T> valuesOf(const TensorView& tensor) {
    std::vector<T> out(tensor.bytes.size() / sizeof(T));
    std::memcpy(out.data(), tensor.bytes.data(), tensor.bytes.size());
    return out;
}

template <class T>
TensorView view(std::string name, DType dtype, const Shape& shape, const std::vector<T>& values) {
    return {std::move(name), dtype, shape, std::as_bytes(std::span(values))};
}

}  // namespace

class SafetensorsTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        m_path = m_dir.filePath("weights.safetensors").toStdString();
    }

    void readsBackWhatItWrote() {
        const std::vector<float> weight{1, -2.5f, 3e-40f, 4};
        const std::vector<int64_t> step{123456789012345};
        const std::vector<uint8_t> mask{1, 0, 1};
        const std::vector<float> nothing;
        const std::map<std::string, std::string> metadata{{"epoch", "3"},
                                                          {"name", "größe \"x\"\n"}};
        const std::vector<TensorView> tensors{
            view("mask", DType::Bool, {3}, mask), view("conv1.weight", DType::F32, {2, 2}, weight),
            view("empty", DType::F32, {0, 5}, nothing), view("step/now", DType::I64, {}, step)};
        QVERIFY(saveSafetensors(m_path, tensors, metadata));
        const auto loaded = loadSafetensors(m_path);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(loaded->tensors.size(), size_t{4});
        for (const TensorView& tensor : tensors) {
            const TensorView* found = loaded->find(tensor.name);
            QVERIFY(found);
            QVERIFY(found->dtype == tensor.dtype && found->shape == tensor.shape);
            QVERIFY(std::ranges::equal(found->bytes, tensor.bytes));
        }
        // Larger elements first, else the given order.
        QCOMPARE(loaded->tensors[0].name, std::string("step/now"));
        QCOMPARE(loaded->tensors[3].name, std::string("mask"));
        QCOMPARE(loaded->metadata.at("name"), metadata.at("name"));
        QCOMPARE(loaded->metadata.at("vitrine.version"), std::string("1"));
        QCOMPARE(loaded->metadata.at("vitrine.sha256").size(), size_t{64});
        QVERIFY(!loaded->find("conv2.weight"));
    }

    void beginsItsDataAtAMultipleOf64() {
        const std::vector<float> value{1};
        for (size_t length = 1; length < 80; ++length) {
            const std::vector<TensorView> tensors{
                view(std::string(length, 'n'), DType::F32, {1}, value)};
            QVERIFY(saveSafetensors(m_path, tensors, {}));
            QCOMPARE((contents(m_path).size() - sizeof(float)) % 64, size_t{0});
            QVERIFY(loadSafetensors(m_path).ok());
        }
    }

    void writesTheSameBytesEachTime() {
        const std::vector<float> value{1, 2};
        const std::vector<TensorView> tensors{view("a", DType::F32, {2}, value)};
        QVERIFY(saveSafetensors(m_path, tensors, {{"k", "v"}}));
        const std::string first = contents(m_path);
        QVERIFY(saveSafetensors(m_path, tensors, {{"k", "v"}}));
        QVERIFY(contents(m_path) == first);
    }

    void readsAFileOfPython() {
        const auto loaded =
            loadSafetensors(std::string(VITRINE_SOURCE_DIR) + "/tests/golden/python.safetensors");
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(loaded->tensors.size(), size_t{7});
        const TensorView& weight = *loaded->find("conv1.weight");
        QVERIFY((weight.shape == Shape{2, 1, 2, 3}));
        for (size_t i = 0; i < 12; ++i)
            QCOMPARE(valuesOf<float>(weight)[i], static_cast<float>(i) / 4);
        QCOMPARE(valuesOf<int64_t>(*loaded->find("step")), std::vector<int64_t>{7});
        QCOMPARE(loaded->find("step")->shape.rank(), 0);
        QCOMPARE(valuesOf<uint8_t>(*loaded->find("mask")), (std::vector<uint8_t>{1, 0, 1}));
        QVERIFY((loaded->find("empty")->shape == Shape{0, 3}));
        QCOMPARE(valuesOf<uint16_t>(*loaded->find("half")),
                 (std::vector<uint16_t>{0x3E00, 0xC000}));
        QCOMPARE(valuesOf<uint16_t>(*loaded->find("brain")),
                 (std::vector<uint16_t>{0x3F80, 0x3F00}));
        QCOMPARE(valuesOf<int32_t>(*loaded->find("labels")), (std::vector<int32_t>{1, 2, 3, -4}));
        QCOMPARE(loaded->metadata.at("note"), std::string("größe"));
    }

    void seesEveryFlippedBit() {
        const std::string good = sample();
        Rng rng(1, RngStream::Test);
        for (int round = 0; round < 400; ++round) {
            const uint32_t byte = rng.below(static_cast<uint32_t>(good.size())), bit = rng.below(8);
            std::string bad = good;
            bad[byte] = static_cast<char>(bad[byte] ^ (1 << bit));
            QVERIFY2(refused(bad), qPrintable(QString("byte %1 bit %2").arg(byte).arg(bit)));
        }
    }

    void seesEveryCutAndLengthening() {
        const std::string good = sample();
        for (size_t size = 1; size < good.size(); size += 7) QVERIFY(refused(good.substr(0, size)));
        QVERIFY(refused(good + '\0'));
        QVERIFY(refused(good + good));
    }

    void seesZeroedAndSwappedBlocks() {
        const std::string good = sample();
        for (size_t at = 0; at + 64 <= good.size(); at += 64) {
            std::string zeroed = good;
            zeroed.replace(at, 64, 64, '\0');
            QVERIFY(refused(zeroed));
        }
        std::string swapped = good;
        const size_t data = good.size() - 256;
        std::swap_ranges(swapped.begin() + static_cast<ptrdiff_t>(data),
                         swapped.begin() + static_cast<ptrdiff_t>(data) + 64,
                         swapped.begin() + static_cast<ptrdiff_t>(data) + 64);
        put(m_path, swapped);
        const auto loaded = loadSafetensors(m_path);
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, std::string("C01"));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const std::string& bytes, const char* code,
                            const char* words) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << code << words;
        };
        const std::string four(4, '\0'), eight(8, '\0');
        const auto one = [](const std::string& dtype, const std::string& shape,
                            const std::string& offsets) {
            return "{'X':{'dtype':'" + dtype + "','shape':" + shape + ",'data_offsets':" + offsets +
                   "}}";
        };
        row("seven bytes", "1234567", "W01", "only 7 bytes");
        row("length 2^63", littleEndian(uint64_t{1} << 63) + "{}", "W01", "2 are there");
        row("length past the end", littleEndian(3) + "{}", "W01", "should have 3");
        row("length big-endian", std::string("\0\0\0\0\0\0\0\2{}", 10), "W13", "big-endian");
        row("cut, of a length that looks like a pickle's", littleEndian(640) + "{\"X\":", "W01",
            "should have 640 bytes, 5 are there: it is cut short");
        row("not an object", file("[]", ""), "W03", "does not begin with '{'");
        row("not JSON", file("{'X':", ""), "W03", "not JSON");
        row("not UTF-8", file("{'\xFF':1}", ""), "W03", "not JSON in UTF-8");
        row("rubbish behind", file("{} x", ""), "W03", "not JSON");
        row("doubled tensor",
            file("{'X':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'X':{}}", four), "W03",
            "'X' is there twice");
        row("doubled key",
            file("{'X':{'dtype':'F32','dtype':'F32','shape':[1],'data_offsets':[0,4]}}", four),
            "W03", "'dtype' is there twice");
        row("doubled metadata", file("{'__metadata__':{'a':'1','a':'2'}}", ""), "W03", "twice");
        row("metadata not text", file("{'__metadata__':{'a':1}}", ""), "W03", "number");
        row("metadata a list", file("{'__metadata__':['a']}", ""), "W03", "list");
        row("metadata nested", file("{'__metadata__':{'a':{}}}", ""), "W03", "object");
        row("unknown key", file("{'X':{'type':'F32'}}", ""), "W03", "'type' is unknown");
        row("missing key", file("{'X':{'dtype':'F32','shape':[1]}}", ""), "W03", "missing");
        row("tensor a number", file("{'X':1}", ""), "W03", "'X'");
        row("deep lists", file("{'X':{'dtype':'F32','shape':" + std::string(100'000, '['), ""),
            "W03", "list");
        row("deep objects", file(QString("{'a':").repeated(100'000).toStdString(), ""), "W03",
            "unknown");
        row("past the end", file(one("F32", "[2]", "[0,8]"), four), "W04",
            "at tensor 'X': says bytes 0–8, file has 4");
        row("backwards", file(one("F32", "[1]", "[4,0]"), four), "W04", "backwards");
        row("negative", file(one("F32", "[1]", "[-4,0]"), four), "W04", "negative");
        row("hole before", file(one("F32", "[1]", "[4,8]"), eight), "W04", "hole from 0");
        row("overlap",
            file("{'X':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                 "'Y':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
                 eight),
            "W04", "'Y': says bytes 4–8, which overlap");
        row("same bytes twice",
            file("{'X':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
                 "'Y':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
                 four),
            "W04", "overlap");
        row("three offsets", file(one("F32", "[1]", "[0,4,4]"), four), "W04", "two offsets");
        row("one offset", file(one("F32", "[1]", "[0]"), four), "W04", "two offsets");
        row("offset 2^64", file(one("F32", "[1]", "[0,18446744073709551616]"), four), "W04", "63");
        row("offset 2^63", file(one("F32", "[1]", "[0,9223372036854775808]"), four), "W04",
            "too large");
        row("bytes behind", file(one("F32", "[1]", "[0,4]"), eight), "W05",
            "should have 68 bytes, and 4 more follow");
        row("only bytes", file("{}", eight), "W05", "8 more follow");
        row("shape too large", file(one("F32", "[2]", "[0,4]"), four), "W06",
            "[2] of F32 takes 8 bytes, the header gives it 4");
        row("shape negative", file(one("F32", "[-1]", "[0,4]"), four), "W06", "negative");
        row("shape fraction", file(one("F32", "[1.5]", "[0,4]"), four), "W06", "1.5");
        row("product overflows", file(one("F32", "[4294967296,4294967296]", "[0,0]"), ""), "W06",
            "64 bits");
        row("bytes overflow", file(one("F64", "[2305843009213693952,2]", "[0,0]"), ""), "W06",
            "64 bits");
        row("many dimensions",
            file(one("F32", "[1" + QString(",1").repeated(99).toStdString() + "]", "[0,4]"), four),
            "W06", "more than 64");
        row("foreign type, wrong size", file(one("U8", "[5]", "[0,4]"), four), "W06",
            "[5] of U8 takes 5 bytes, the header gives it 4");
        row("foreign type of half bytes", file(one("F4", "[3]", "[0,1]"), "x"), "W06",
            "ends within a byte");
        row("foreign type, hole", file(one("F33", "[1]", "[4,8]"), eight), "W04", "hole from 0");
        row("foreign type, past the end", file(one("F33", "[1]", "[0,8]"), four), "W04",
            "says bytes 0–8, file has 4");
        row("foreign type, backwards", file(one("F33", "[1]", "[4,0]"), four), "W04", "backwards");
        row("name empty", file("{'':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", four),
            "W09", "empty name");
        row("name with newline",
            file("{'a\\nb':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", four), "W09",
            "'a\\nb'");
        row("name of 1 MB",
            file("{'" + std::string(1'000'000, 'n') +
                     "':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
                 four),
            "W09", "1000000 bytes");
        row("newer version", file("{'__metadata__':{'vitrine.version':'2'}}", ""), "W13",
            "version 2");
        row("our version, no hash", file("{'__metadata__':{'vitrine.version':'1'}}", ""), "C01",
            "header is damaged");
    }
    void refuses() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, code);
        QFETCH(QString, words);
        put(m_path, bytes.toStdString());
        const auto loaded = loadSafetensors(m_path);
        QVERIFY(!loaded.ok());
        const QString message = QString::fromStdString(loaded.error().message);
        QVERIFY2(QString::fromStdString(loaded.error().code) == code,
                 qPrintable(QString::fromStdString(loaded.error().code) + ": " + message));
        QVERIFY2(message.contains(words), qPrintable(message));
        QVERIFY(message.size() < 600);
        QCOMPARE(loaded.error().kept, std::string("Nothing was loaded."));
        QCOMPARE(loaded.error().place.file, m_path);
    }

    void saysWhatIsUnsupported_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("next");
        const auto row = [](const char* name, const std::string& bytes, const char* code,
                            const char* next) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << code << next;
        };
        row("many dimensions",
            file("{'X':{'dtype':'F32','shape':[1" + QString(",1").repeated(64).toStdString() +
                     "],'data_offsets':[0,4]}}",
                 "1234"),
            "W06", "in a file of their own");
        row("unknown key", file("{'X':{'dtype':'F32','note':'a'}}", ""), "W03",
            "in a file of their own");
        row("big-endian", std::string("\0\0\0\0\0\0\0\2{}", 10), "W13", "little-endian");
        row("newer", file("{'__metadata__':{'vitrine.version':'2'}}", ""), "W13", "newer Vitrine");
        row("name empty", file("{'':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", "1234"),
            "W09", "another name");
        row("zip archive", std::string("PK\3\4\24\0\0\0\10\0", 10), "G05", "save one");
        row("pickle", "\x80\2}q\0X\1\0\0\0wq\1K", "G05", "save one");
        row("gzip", std::string("\x1F\x8B\x08\0\1\2\3\4\5\6", 10), "G10", "gunzip");
        row("gzip without a time",
            std::string("\x1F\x8B\x08\0\0\0\0\0\0\3", 10) + std::string(600'000, 'z'), "G10",
            "gunzip");
        row("JSON", "{\"metadata\": {\"total_size\": 1}}", "G05", "save one");
        row("Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "G05",
            "save one");
    }
    void saysWhatIsUnsupported() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, code);
        QFETCH(QString, next);
        put(m_path, bytes.toStdString());
        const auto loaded = loadSafetensors(m_path);
        QVERIFY(!loaded.ok());
        const QString all = QString::fromStdString(loaded.error().text());
        QVERIFY2(QString::fromStdString(loaded.error().code) == code, qPrintable(all));
        QVERIFY2(QString::fromStdString(loaded.error().next).contains(next), qPrintable(all));
        QVERIFY2(!all.contains("damaged") && !all.contains("opy the file"), qPrintable(all));
        QCOMPARE(loaded.error().kept, std::string("Nothing was loaded."));
    }

    void readsTensorsOfAnyType_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("shape");
        QTest::addColumn<int>("size");
        const auto row = [](const char* type, const char* shape, int size) {
            QTest::newRow(qPrintable(QString("%1 %2").arg(type, shape))) << type << shape << size;
        };
        row("C64", "[2,1]", 16);
        row("F6_E2M3", "[4]", 3);
        row("POSIT16", "[3]", 5);  // nobody knows how large it is
        row("", "[0]", 0);
        row("F32", "[1,1,1,1,1,1,1,1,1]", 4);
        row("F64", "[1,1,1,1,1,1,1,1,2]", 16);
    }
    void readsTensorsOfAnyType() {
        QFETCH(QString, type);
        QFETCH(QString, shape);
        QFETCH(int, size);
        const QString header = QString(
                                   "{'odd':{'dtype':'%1','shape':%2,'data_offsets':[0,%3]},"
                                   "'w':{'dtype':'F32','shape':[1],'data_offsets':[%3,%4]}}")
                                   .arg(type, shape)
                                   .arg(size)
                                   .arg(size + 4);
        const float value = 1.5f;
        std::string data(static_cast<size_t>(size), 'o');
        data.append(reinterpret_cast<const char*>(&value), sizeof value);
        put(m_path, file(header.toStdString(), data));
        const auto loaded = loadSafetensors(m_path);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(loaded->foreign.size(), size_t{1});
        QCOMPARE(loaded->foreign[0].name, std::string("odd"));
        QCOMPARE(loaded->foreign[0].dtype, type.toStdString());
        QCOMPARE(loaded->tensors.size(), size_t{1});
        QCOMPARE(valuesOf<float>(*loaded->find("w")), std::vector<float>{value});
    }

    void readsEveryTypeThatCanBeStored() {
        for (DType type : allDTypes) {
            if (bitsOf(type) < 4 || type == DType::I4 || type == DType::U4) continue;  // not theirs
            const std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, 6)));
            const std::vector<TensorView> saved{view("w", type, {3, 2}, bytes)};
            QVERIFY(saveSafetensors(m_path, saved, {}).ok());
            const auto loaded = loadSafetensors(m_path);
            QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
            QCOMPARE(loaded->tensors.size(), size_t{1});
            QVERIFY(loaded->find("w")->dtype == type);
        }
    }

    void readsDataAtAnyByte_data() {
        QTest::addColumn<int>("blanks");
        for (int blanks = 0; blanks < 8; ++blanks)
            QTest::newRow(qPrintable(QString::number(blanks))) << blanks;
    }
    void readsDataAtAnyByte() {
        QFETCH(int, blanks);
        const std::vector<double> values{1.25, -3e200};
        std::string data(reinterpret_cast<const char*>(values.data()), 16);
        const std::string header = "{'w':{'dtype':'F64','shape':[2],'data_offsets':[0,16]}}" +
                                   std::string(static_cast<size_t>(blanks), ' ');
        put(m_path, test::safetensorsBytes(header, data, 1));
        const auto loaded = loadSafetensors(m_path);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(valuesOf<double>(*loaded->find("w")), values);
    }

    void refusesTooManyTensors() {
        std::string header = "{";
        for (int i = 0; i <= 100'000; ++i)
            header += (i ? ",'" : "'") + std::to_string(i) +
                      "':{'dtype':'F32','shape':[0],'data_offsets':[0,0]}";
        const auto parsed = parseSafetensorsHeader(quoted(header + "}"), 0, 0);
        QVERIFY(!parsed.ok());
        QCOMPARE(parsed.error().code, std::string("W07"));
    }

    void acceptsEmptyAndScalarTensors() {
        put(m_path, file("{'a':{'dtype':'F32','shape':[],'data_offsets':[0,4]},"
                         "'z':{'dtype':'F32','shape':[0,7],'data_offsets':[4,4]},"
                         "'b':{'dtype':'F32','shape':[3,0],'data_offsets':[0,0]}}",
                         std::string(4, '\0')));
        const auto loaded = loadSafetensors(m_path);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(loaded->tensors.size(), size_t{3});
        QCOMPARE(loaded->find("a")->shape.rank(), 0);
        put(m_path, file("{}", ""));
        QVERIFY(loadSafetensors(m_path).ok());
    }

    /// W11: zeros instead of the end of the program, and G07 once somebody asks.
    void survivesAFileThatIsCutWhileItIsOpen() {
        const std::vector<float> numbers(50'000, 1.5f);
        const std::vector<TensorView> tensors{view("w", DType::F32, {50'000}, numbers)};
        QVERIFY(saveSafetensors(m_path, tensors, {}));
        const auto opened = openSafetensors(m_path);
        QVERIFY(opened.ok() && !opened->trouble());
        std::filesystem::resize_file(m_path, 20'000);
        const std::vector<float> read = valuesOf<float>(*opened->find("w"));
        QCOMPARE(read.front(), 1.5f);
        QCOMPARE(read.back(), 0.0f);
        QCOMPARE(opened->trouble()->code, std::string("G07"));
        QCOMPARE(checkDataOf(*opened).error().code, std::string("G07"));
        QVERIFY(!loadSafetensors(m_path).ok());
    }

    /// W12: the old bytes stay where they are for whoever has them open.
    void canBeSavedOntoItselfWhileItIsOpen() {
        const std::vector<float> numbers{1, 2, 3};
        const std::vector<TensorView> tensors{view("w", DType::F32, {3}, numbers)};
        QVERIFY(saveSafetensors(m_path, tensors, {{"note", "old"}}));
        const auto opened = openSafetensors(m_path);
        QVERIFY(opened.ok());
        QVERIFY(saveSafetensors(m_path, opened->tensors, {{"note", "new"}}));
        QCOMPARE(valuesOf<float>(*opened->find("w")), numbers);
        QCOMPARE(opened->metadata.at("note"), std::string("old"));
        QVERIFY(!opened->trouble());
        QCOMPARE(loadSafetensors(m_path)->metadata.at("note"), std::string("new"));
    }

    void looksAtDamageOnlyWhereNumbersAreUsed() {
        std::string bytes = sample();
        bytes.back() = static_cast<char>(bytes.back() ^ 1);
        put(m_path, bytes);
        const auto opened = openSafetensors(m_path);
        QVERIFY2(opened.ok(), opened ? "" : opened.error().message.c_str());
        const auto checked = checkDataOf(*opened);
        QCOMPARE(checked.error().code, std::string("C01"));
        QCOMPARE(checked.error().place.file, m_path);
    }

    void replacesOneTensor() {
        const std::vector<float> weight{1, 2}, bias{3}, other{7, 8};
        const std::vector<TensorView> tensors{view("b", DType::F32, {1}, bias),
                                              view("w", DType::F32, {2}, weight)};
        QVERIFY(saveSafetensors(m_path, tensors, {{"note", "n"}}));
        QVERIFY(replaceTensor(m_path, view("w", DType::F32, {2}, other), m_path));
        const auto loaded = loadSafetensors(m_path);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(valuesOf<float>(*loaded->find("w")), other);
        QCOMPARE(valuesOf<float>(*loaded->find("b")), bias);
        QCOMPARE(loaded->metadata.at("note"), std::string("n"));
        const std::string before = contents(m_path);
        QCOMPARE(replaceTensor(m_path, view("v", DType::F32, {2}, other), m_path).error().code,
                 std::string("C02"));
        QCOMPARE(replaceTensor(m_path, view("w", DType::F32, {2, 1}, other), m_path).error().code,
                 std::string("C02"));
        QVERIFY(contents(m_path) == before);
    }

    /// Tensors of types that are not read stay as they are.
    void replacesBesideWhatItDoesNotRead() {
        put(m_path, file("{'c':{'dtype':'C64','shape':[1],'data_offsets':[0,8]},"
                         "'s':{'dtype':'F6_E2M3','shape':[4],'data_offsets':[8,11]},"
                         "'w':{'dtype':'F32','shape':[1],'data_offsets':[11,15]}}",
                         "complex!six1234"));
        const std::vector<float> value{2.5f};
        QVERIFY(replaceTensor(m_path, view("w", DType::F32, {1}, value), m_path));
        const auto loaded = loadSafetensors(m_path);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(valuesOf<float>(*loaded->find("w")), value);
        QCOMPARE(loaded->foreign.size(), size_t{2});
        for (const ForeignTensor& tensor : loaded->foreign) {
            const std::string data(reinterpret_cast<const char*>(tensor.bytes.data()),
                                   tensor.bytes.size());
            QCOMPARE(data, std::string(tensor.name == "c" ? "complex!" : "six"));
        }
    }

    /// Every name that safetensors 0.8.0's parser lists, with the bits of its elements.
    void knowsEveryTypeOfTheFormat_data() {
        QTest::addColumn<int>("bits");
        const std::pair<const char*, int> types[] = {
            {"BOOL", 8},        {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"U8", 8},
            {"I8", 8},          {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8},
            {"F8_E5M2FNUZ", 8}, {"I16", 16},    {"U16", 16},    {"F16", 16},    {"BF16", 16},
            {"I32", 32},        {"U32", 32},    {"F32", 32},    {"C64", 64},    {"F64", 64},
            {"I64", 64},        {"U64", 64}};
        for (const auto& [name, bits] : types) QTest::newRow(name) << bits;
    }
    void knowsEveryTypeOfTheFormat() {
        QFETCH(int, bits);
        const std::string type = QTest::currentDataTag();
        const auto size = static_cast<size_t>(bits);  // of 8 elements
        const auto header = [&](size_t bytes) {
            return fmt::format("{{'w':{{'dtype':'{}','shape':[8],'data_offsets':[0,{}]}}}}", type,
                               bytes);
        };
        put(m_path, file(header(size), std::string(size, '\0')));
        const auto loaded = loadSafetensors(m_path);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(loaded->tensors.size() + loaded->foreign.size(), size_t{1});
        put(m_path, file(header(size + 1), std::string(size + 1, '\0')));
        QCOMPARE(loadSafetensors(m_path).error().code, std::string("W06"));
    }

    /// What the format's own library accepts of a header beyond the plain form, and what not.
    void refusesToSaveUnderBadNames() {
        const std::vector<float> value{1};
        const std::vector<TensorView> tensors{view("bad\nname", DType::F32, {1}, value)};
        const auto saved = saveSafetensors(m_dir.filePath("never").toStdString(), tensors, {});
        QVERIFY(!saved.ok());
        QCOMPARE(saved.error().code, std::string("W09"));
        QVERIFY(!QFile::exists(m_dir.filePath("never")));
    }

    void survivesRandomHeaders() {
        const std::string good = quoted(
            "{'__metadata__':{'a':'b'},'X':{'dtype':'F32','shape':[1,2],'data_offsets':[0,8]},"
            "'Y':{'dtype':'F16','shape':[],'data_offsets':[8,10]}}");
        const std::string_view pieces = "{}[],:\"0123456789-.eE \\untrfalse\xC3\xA9_FXY";
        Rng rng(2, RngStream::Test);
        for (int round = 0; round < 20'000; ++round) {
            std::string header = good;
            for (uint32_t edits = 1 + rng.below(3); edits > 0; --edits) {
                const uint32_t at = rng.below(static_cast<uint32_t>(header.size()));
                const char piece = pieces[rng.below(static_cast<uint32_t>(pieces.size()))];
                if (rng.below(2))
                    header[at] = piece;
                else
                    header.insert(at, 1, piece);
            }
            const auto parsed = parseSafetensorsHeader(header, 64, 10);
            if (!parsed) {
                QVERIFY(parsed.error().code.starts_with('W'));
                continue;
            }
            int64_t at = 0;
            for (const TensorEntry& tensor : parsed->tensors) {
                QCOMPARE(tensor.begin, at);
                if (const auto dtype = dtypeFromSafetensors(tensor.dtype))
                    QCOMPARE(tensor.end - tensor.begin,
                             checkedElements(tensor.shape) * sizeOf(*dtype));
                at = tensor.end;
            }
            QCOMPARE(at, int64_t{10});
        }
    }

  private:
    /// A file of ours with two tensors and 512 bytes of data.
    std::string sample() const {
        std::vector<float> weight(120), bias(8);
        Rng rng(3, RngStream::Test);
        for (float& value : weight) value = rng.uniform();
        for (float& value : bias) value = rng.uniform();
        const std::vector<TensorView> tensors{view("conv1.weight", DType::F32, {120}, weight),
                                              view("conv1.bias", DType::F32, {8}, bias)};
        const std::string path = m_dir.filePath("sample").toStdString();
        if (!saveSafetensors(path, tensors, {{"epoch", "12"}})) return {};
        return contents(path);
    }

    bool refused(const std::string& bytes) const {
        put(m_path, bytes);
        return !loadSafetensors(m_path).ok();
    }

    QTemporaryDir m_dir;
    std::string m_path;
};

QTEST_APPLESS_MAIN(SafetensorsTest)
#include "tst_safetensors.moc"
