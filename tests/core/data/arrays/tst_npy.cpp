// SPDX-License-Identifier: Apache-2.0
// The NPY parser and the numbers that come out. Truth: the format's description (numpy.lib.format),
// headers written out here by hand.
#include <QtTest/QtTest>

#include "core/data/arrays/array_store.h"
#include "core/data/arrays/npy.h"
#include "tests/support/data_format.h"
#include "tests/support/mutator.h"

using namespace vitrine;
using test::bytesOf;

namespace {

std::string npyOf(const std::string& header, const std::string& elements, char version = 1) {
    std::string out = "\x93NUMPY";
    out += version;
    out += '\0';
    for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
        out += static_cast<char>(header.size() >> (8 * i));
    return out + header + elements;
}

std::string headerOf(const std::string& descr, const std::string& shape, bool isFortran = false) {
    return "{'descr': '" + descr + "', 'fortran_order': " + (isFortran ? "True" : "False") +
           ", 'shape': " + shape + ", }\n";
}

std::string counting(size_t size) {
    std::string out(size, '\0');
    for (size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i);
    return out;
}

const std::string six = npyOf(headerOf("|u1", "(2, 3)"), counting(6));

}  // namespace

class NpyTest : public QObject {
    Q_OBJECT

  private slots:
    void readsEveryType_data() {
        QTest::addColumn<QString>("descr");
        QTest::addColumn<QByteArray>("element");
        QTest::addColumn<float>("number");
        const auto row = [](const char* descr, const std::string& bytes, float number) {
            QTest::newRow(descr) << descr << QByteArray::fromStdString(bytes) << number;
        };
        row("|b1", "\1", 1);
        row("|u1", "\xFE", 254);
        row("|i1", "\xFE", -2);
        row("<u2", {"\x01\xFF", 2}, 65281);
        row(">u2", {"\xFF\x01", 2}, 65281);
        row("<i2", {"\x00\x80", 2}, -32768);
        row(">i2", {"\x80\x00", 2}, -32768);
        row("<u4", {"\x00\x00\x00\x80", 4}, 2147483648.0f);
        row(">i4", {"\xFF\xFF\xFF\xFE", 4}, -2);
        row("=i4", {"\x07\x00\x00\x00", 4}, 7);
        row("<u8", {"\x00\x00\x00\x00\x00\x00\x00\x80", 8}, 9223372036854775808.0f);
        row(">i8", {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFD", 8}, -3);
        row("<f2", {"\x00\x3E", 2}, 1.5f);
        row(">f2", {"\x3E\x00", 2}, 1.5f);
        row("<f4", {"\x00\x00\xC0\xBF", 4}, -1.5f);
        row(">f4", {"\xBF\xC0\x00\x00", 4}, -1.5f);
        row("<f8", {"\x00\x00\x00\x00\x00\x00\xF8\x3F", 8}, 1.5f);
        row(">f8", {"\x3F\xF8\x00\x00\x00\x00\x00\x00", 8}, 1.5f);
    }
    void readsEveryType() {
        QFETCH(QString, descr);
        QFETCH(QByteArray, element);
        QFETCH(float, number);
        const std::string file =
            npyOf(headerOf(descr.toStdString(), "(1,)"), element.toStdString());
        const auto array = parseNpy("a.npy", bytesOf(file));
        QVERIFY2(array.ok(), qPrintable(test::problemOf(array)));
        QCOMPARE(floatsOf(*array), std::vector<float>{number});
    }

    void readsEveryVersionAndBothOrders() {
        const std::string c = headerOf("|u1", "(2, 3)"), f = headerOf("|u1", "(2, 3)", true);
        for (const char version : {1, 2, 3}) {
            const std::string plain = npyOf(c, counting(6), version),
                              fortran = npyOf(f, counting(6), version);
            const auto array = parseNpy("a.npy", bytesOf(plain)),
                       turned = parseNpy("a.npy", bytesOf(fortran));
            QVERIFY2(array.ok() && turned.ok(), qPrintable(test::problemOf(array)));
            QCOMPARE(floatsOf(*array), (std::vector<float>{0, 1, 2, 3, 4, 5}));
            QCOMPARE(floatsOf(*turned), (std::vector<float>{0, 2, 4, 1, 3, 5}));
            const size_t axes[] = {1, 0};
            QCOMPARE(floatsOf(*array, axes), (std::vector<float>{0, 3, 1, 4, 2, 5}));
        }
    }

    void takesHeadersAsTheyAreWritten_data() {
        QTest::addColumn<QString>("header");
        QTest::newRow("other order") << "{'shape': (2, 3), 'fortran_order': False, 'descr': '|u1'}";
        QTest::newRow("double quotes")
            << R"({"descr": "|u1", "fortran_order": False, "shape": (2,3)})";
        QTest::newRow("Python 2")
            << "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3L), }";
        QTest::newRow("blanks")
            << " { 'descr' : '|u1' ,\n 'fortran_order':False,'shape':( 2 , 3 , ) }  \n";
    }
    void takesHeadersAsTheyAreWritten() {
        QFETCH(QString, header);
        const std::string file = npyOf(header.toStdString(), counting(6));
        const auto array = parseNpy("a.npy", bytesOf(file));
        QVERIFY2(array.ok(), qPrintable(test::problemOf(array)));
        QCOMPARE(array->extents, (std::vector<int64_t>{2, 3}));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const std::string& file, const char* code,
                            const char* words) {
            QTest::newRow(name) << QByteArray::fromStdString(file) << code << words;
        };
        const auto shaped = [](const char* shape) {
            return npyOf(headerOf("|u1", shape), "123456");
        };
        const auto typed = [](const char* type) { return npyOf(headerOf(type, "(6,)"), "123456"); };
        row("magic", "PK\3\4 and more of it", "N01", "begins with the bytes 93 'NUMPY'");
        row("nothing", "", "N01", "this does not");
        row("short", "\x93NUMPY\1", "N01", "this has 7");
        row("version", "\x93NUMPY\x09" + std::string(20, '\0'), "N01", "version 9.0");
        row("header beyond file", six.substr(0, 30), "N02", "the file has 30 in all");
        row("length cut", "\x93NUMPY\2" + std::string(3, '\0'), "N02", "10 in all");
        row("expression",
            npyOf("{'descr': '|u1', 'fortran_order': False, 'shape': (2*3,)}", "123456"), "N03",
            "no dictionary of 'descr'");
        row("call", npyOf("__import__('os').system('true')", "x"), "N03", "no dictionary");
        row("other key",
            npyOf("{'descr': '|u1', 'fortran_order': False, 'shape': (6,), 'x': 1}", "123456"),
            "N03", "no dictionary");
        row("key twice", npyOf("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False}", "1"),
            "N03", "no dictionary");
        row("key missing", npyOf("{'descr': '|u1', 'shape': (6,)}", "123456"), "N03",
            "no dictionary");
        row("number as shape", shaped("6"), "N03", "no dictionary");
        row("number in brackets", shaped("(6)"), "N03", "no dictionary");
        row("text behind", npyOf(headerOf("|u1", "(6,)") + "; x", "123456"), "N03",
            "no dictionary");
        row("objects", typed("|O"), "N04", "Python objects, which can run code");
        row("objects in fields",
            npyOf("{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (6,)}", "123456"),
            "N04", "Python objects");
        row("claims the world", npyOf(headerOf("<f8", "(65536, 65536)"), "1"), "N05",
            "float64 [65536, 65536] = 34,359,738,368 bytes, 1 follow");
        row("negative", shaped("(-6,)"), "N06", "[-6]; no extent may be negative");
        row("overflow", shaped("(4611686018427387904, 4)"), "N06",
            "more bytes than a file can have");
        row("beyond 64 bits", shaped("(99999999999999999999, 2)"), "N06", "more bytes");
        row("structured",
            npyOf("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (6,)}", "123456"),
            "N07", "structured values");
        row("text", typed("<U5"), "N07", "text ('<U5')");
        row("bytes", typed("|S3"), "N07", "text");
        row("complex", typed("<c8"), "N07", "complex numbers");
        row("float of 16 bytes", typed("<f16"), "N07", "floats of an unusual size");
        // FACTS P16: what NumPy makes of the types of ml_dtypes, and does not read itself.
        row("float8", typed("<f1"), "N07", "floats of an unusual size");
        row("bfloat16 by ml_dtypes", typed("<V2"), "N07", "raw or structured values ('<V2')");
        row("raw", typed("|V2"), "N07", "raw or structured");
        row("dates", typed("<M8[s]"), "N07", "dates or times");
        row("no type", typed(""), "N07", "structured values ('')");
        row("more behind", six + "x", "N12", "6 bytes, 7 follow");
        row("pickle", "\x80\4\x95 and so on", "N14", "Python pickle");
    }
    void refuses() {
        QFETCH(QByteArray, file);
        QFETCH(QString, code);
        QFETCH(QString, words);
        const std::string bytes = file.toStdString();
        const auto array = parseNpy("x.npy", bytesOf(bytes));
        QVERIFY(!array.ok());
        QCOMPARE(QString::fromStdString(array.error().code), code);
        const QString message = QString::fromStdString(array.error().message);
        QVERIFY2(message.contains(words) && message.startsWith("x.npy: "), qPrintable(message));
        QCOMPARE(array.error().kept, std::string("Nothing was imported."));
        QVERIFY(!array.error().next.empty());
    }

    void floatsThatBecomeBytesAreClamped() {
        const float numbers[] = {-1, 0, 0.5f, 1, 2, std::numeric_limits<float>::quiet_NaN()};
        NumberArray array{.type = NumberType::F32, .extents = {6}};
        array.bytes = std::as_bytes(std::span(numbers));
        const auto bytes = pixelsOf(array, PixelScale::Unit);
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(bytes.data()), 6),
                 QByteArray("\0\0\x80\xFF\xFF\0", 6));
    }

    /// Rounded, so that all 65,536 values are used alike: 257 of them for each byte.
    void wideNumbersAreScaled() {
        std::vector<uint16_t> numbers(65536);
        for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<uint16_t>(i);
        NumberArray array{.type = NumberType::U16, .extents = {65536}};
        array.bytes = std::as_bytes(std::span(std::as_const(numbers)));
        const auto bytes = pixelsOf(array, PixelScale::Wide);
        for (size_t i = 0; i < bytes.size(); ++i)
            QCOMPARE(std::to_integer<size_t>(bytes[i]), (i + 128) / 257);
    }

    /// Random files against what NumPy reads (make_npz.py): 8 that are committed, or those of the
    /// folder VITRINE_NUMPY_FILES.
    void readsWhatNumPyReads() {
        const QDir folder(qEnvironmentVariable(
            "VITRINE_NUMPY_FILES", VITRINE_SOURCE_DIR "/tests/core/data/arrays/files/random"));
        const QStringList files = folder.entryList({"*.npy", "*.npz"}, QDir::Files, QDir::Name);
        QVERIFY(files.size() >= 8);
        for (const QString& file : files) {
            const auto store = ArrayStore::open(folder.filePath(file).toStdString());
            QVERIFY2(store.ok(), qPrintable(file + " " + test::problemOf(store)));
            std::vector<double> numbers;
            for (const std::string& name : store->names()) {
                const auto array = store->read(name, {});
                QVERIFY2(array.ok(), qPrintable(file + " " + test::problemOf(array)));
                const std::vector<double> some = doublesOf(array->array);
                numbers.insert(numbers.end(), some.begin(), some.end());
            }
            QFile expected(folder.filePath(QFileInfo(file).completeBaseName() + ".f8"));
            QVERIFY(expected.open(QFile::ReadOnly));
            const QByteArray bytes(reinterpret_cast<const char*>(numbers.data()),
                                   std::ssize(numbers) * 8);
            QVERIFY2(bytes == expected.readAll(), qPrintable(file));
        }
    }

    /// Damage must give an array that is whole, or an Error.
    void survivesDamage() {
        test::Mutator mutator({six, npyOf(headerOf(">f4", "(2, 1, 3)", true), counting(24), 2),
                               npyOf(headerOf("<i8", "()"), counting(8)),
                               npyOf(headerOf("|b1", "(0, 4)"), "")});
        int accepted = 0;
        for (int i = test::executions(); i > 0; --i) {
            const std::string file = mutator.next();
            const auto array = parseNpy("x", bytesOf(file));
            if (!array) {
                QVERIFY(array.error().code.starts_with('N'));
                continue;
            }
            ++accepted;
            QCOMPARE(static_cast<int64_t>(array->bytes.size()),
                     array->elements() * static_cast<int64_t>(sizeOf(array->type)));
            QCOMPARE(static_cast<int64_t>(floatsOf(*array).size()), array->elements());
            integersOf(*array);
            rangeOf(*array);
        }
        QVERIFY(accepted > 20);
    }
};

QTEST_APPLESS_MAIN(NpyTest)
#include "tst_npy.moc"
