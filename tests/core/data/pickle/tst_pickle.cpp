// SPDX-License-Identifier: Apache-2.0
// Pickles as data: what Python writes in every protocol, and what is refused. Truth: files that
// Python wrote (files/README.md), and pickles written out here.
#include <QtTest/QtTest>

#include <fstream>
#include <iterator>

#include "core/data/pickle/pickle.h"
#include "core/data/pickle/pickle_text.h"
#include "tests/support/data_format.h"
#include "tests/support/mutator.h"

using namespace vitrine;
using test::bytesOf;
using test::problemOf;

namespace {

std::string fileNamed(const std::string& name) {
    std::ifstream file(VITRINE_SOURCE_DIR "/tests/core/data/pickle/files/" + name,
                       std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

class PickleTest : public QObject {
    Q_OBJECT

  private slots:
    void readsEveryProtocol_data() {
        QTest::addColumn<int>("protocol");
        for (int protocol = 0; protocol < 6; ++protocol)
            QTest::addRow("protocol %d", protocol) << protocol;
    }
    void readsEveryProtocol() {
        QFETCH(int, protocol);
        const std::string bytes = fileNamed(fmt::format("protocol{}.pkl", protocol));
        const auto pickle = readPickle("p", bytesOf(bytes));
        QVERIFY2(pickle.ok(), qPrintable(problemOf(pickle)));
        const auto valueOf = [&](const char* key) { return pickle->find(pickle->root(), key); };
        QCOMPARE(*pickle->integers(*valueOf("labels")),
                 (std::vector<int64_t>{0, 255, 65535, -1, 2147483647, -1099511627776}));
        const auto& flags = valueOf("flags")->items;
        QCOMPARE(flags.size(), size_t{3});
        QCOMPARE(pickle->at(flags[0]).integer, int64_t{1});
        QVERIFY(pickle->at(flags[1]).kind == PickleKind::Bool);
        QVERIFY(pickle->at(flags[2]).kind == PickleKind::None);
        QCOMPARE(valueOf("real")->real, 0.1);
        QCOMPARE(pickle->find(*valueOf("order"), "a")->integer, int64_t{1});
        QVERIFY(!valueOf("nothing"));
        if (protocol > 1) QCOMPARE(valueOf("text")->text, std::string_view("Gr\xC3\xBCn"));
    }

    void readsArrays_data() {
        QTest::addColumn<int>("protocol");
        for (int protocol = 2; protocol < 6; ++protocol)
            QTest::addRow("protocol %d", protocol) << protocol;
    }
    void readsArrays() {
        QFETCH(int, protocol);
        const std::string bytes = fileNamed(fmt::format("protocol{}.pkl", protocol));
        const auto pickle = readPickle("p", bytesOf(bytes));
        QVERIFY2(pickle.ok(), qPrintable(problemOf(pickle)));
        const auto valueOf = [&](const char* key) { return pickle->find(pickle->root(), key); };
        QCOMPARE(*pickle->integers(*valueOf("data")), (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
        QCOMPARE(valueOf("data")->array.extents, (std::vector<int64_t>{2, 3}));
        QCOMPARE(*pickle->integers(*valueOf("fortran")), (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
        QCOMPARE(floatsOf(valueOf("floats")->array), (std::vector<float>{1.5f, -2}));
        const auto& scalars = valueOf("scalars")->items;
        QCOMPARE(pickle->at(scalars[0]).integer, int64_t{7});
        QCOMPARE(pickle->at(scalars[1]).real, 0.5);
        QCOMPARE(valueOf("bytes")->text, std::string_view("\0\x80\xFF'\\\n", 6));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& bytes, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << says;
        };
        row("a program", fileNamed("runs_code.pkl"), "F03: p: it wants Python's 'os.system'");
        row("an expression", fileNamed("evaluates.pkl"),
            "F03: p: it wants Python's 'builtins.eval'");
        row("another class of NumPy's", "cnumpy\nload\n.",
            "F03: p: it wants Python's 'numpy.load'");
        row("an object's class", "(cos\nsystem\no.", "F03: p: it wants Python's 'os.system'");
        row("an instance", "(ios\nsystem\n.", "F03: p: it has an instruction 0x69 ('i')");
        row("an object kept elsewhere", "Px\n.", "F03: p: it has an instruction 0x50 ('P')");
        row("an extension", "\x80\2\x82\1.", "F03: p: it has an instruction 0x82 that");
        row("a new object", "\x80\2cnumpy\nndarray\n)\x81.", "F03: p: it has an instruction 0x81");
        row("a protocol to come", "\x80\6N.", "F03: p: it is a pickle of protocol 6");
        row("an array of objects",
            "\x80\2cnumpy.core.multiarray\n_reconstruct\n)R(K\1K\1\x85"
            "cnumpy\ndtype\nU\2O8\x85R\x89" +
                std::string("U\0tb.", 5),
            "F03: p: it holds an array of 'O8'");
        row("nothing", "", "G09: p: the file ends in the middle");
        row("cut", "\x80\2}U\5ab", "G09: p: text of 5 bytes passes the end");
        row("a line without end", "I12", "G09: p: a line has no end");
        row("no value", ".", "G09: p: a value is missing");
        row("no mark", "t.", "G09: p: a mark is missing");
        row("below a mark", "K\1(0t.", "G09: p: a value is missing");
        row("half a pair", "}(K\1u.", "G09: p: values are put into something else");
        row("into a number", "K\1K\2a.", "G09: p: values are put into something else");
        row("not kept", "h\7.", "G09: p: a value is asked for that was not kept");
        row("no number", "Iabc\n.", "G09: p: a number is none of 64 bits");
        row("too long a number",
            "\x8a\x09"
            "123456789.",
            "G09: p: a number has more than 64 bits");
        row("no quotes", "Sabc\n.", "G09: p: text has no quotes");
        row("calls text", "U\1a)R.", "G09: p: something else than a class is to be made");
        const std::string state =
            "cnumpy.core.multiarray\n_reconstruct\n)R(K\1K\3K\2\x86"
            "cnumpy\ndtype\nU\2u1\x85R\x89U\5abcdetb.";
        row("bytes that are no array", state,
            "G09: p: an array uint8 [3, 2] should have 6 bytes and has 5");
    }
    void refuses() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        const std::string text = bytes.toStdString();
        const auto pickle = readPickle("p", bytesOf(text));
        QVERIFY(!pickle.ok());
        QVERIFY2(problemOf(pickle).startsWith(says), qPrintable(problemOf(pickle)));
        QVERIFY(pickle.error().kept.starts_with("Nothing was imported"));
    }

    void anArrayWithoutItsStateIsEmpty() {
        const std::string bytes = "\x80\2cnumpy.core.multiarray\n_reconstruct\n)R.";
        const auto pickle = readPickle("p", bytesOf(bytes));
        QVERIFY2(pickle.ok(), qPrintable(problemOf(pickle)));
        QCOMPARE(pickle->integers(pickle->root())->size(), size_t{0});
    }

    /// A short pickle cannot ask for much memory.
    void makesNoMoreTextThanItHolds() {
        std::string bytes = "\x80\2(c_codecs\nencode\nq\1X";
        const std::string text(100'000, 'x');
        for (int shift = 0; shift < 32; shift += 8)
            bytes += static_cast<char>(text.size() >> shift);
        bytes += text + "\x85q\2";
        for (int i = 0; i < 10'000; ++i) bytes += "h\1h\2R";
        bytes += "t.";
        const auto pickle = readPickle("p", bytesOf(bytes));
        QVERIFY2(problemOf(pickle).contains("makes more text than it holds"),
                 qPrintable(problemOf(pickle)));
    }

    void readsTextOfPython2_data() {
        QTest::addColumn<QString>("literal");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("plain") << "'abc'" << QByteArray("abc");
        QTest::newRow("escapes") << "'a\\n\\x41\\\\\\''" << QByteArray("a\nA\\'");
        QTest::newRow("double quotes") << "\"it's\"" << QByteArray("it's");
        QTest::newRow("open") << "'abc" << QByteArray();
        QTest::newRow("half an escape") << "'\\x4'" << QByteArray();
        QTest::newRow("unknown escape") << "'\\q'" << QByteArray();
    }
    void readsTextOfPython2() {
        QFETCH(QString, literal);
        QFETCH(QByteArray, text);
        const auto read = unquoted(literal.toStdString());
        QCOMPARE(read.has_value(), !text.isNull());
        if (read) QCOMPARE(QByteArray::fromStdString(*read), text);
    }

    void survivesDamage() {
        std::vector<std::string> seeds;
        for (int protocol = 0; protocol < 6; ++protocol)
            seeds.push_back(fileNamed(fmt::format("protocol{}.pkl", protocol)));
        test::Mutator mutator(seeds);
        int accepted = 0;
        for (int i = test::executions(); i > 0; --i) {
            const std::string bytes = mutator.next();
            const auto pickle = readPickle("p", bytesOf(bytes));
            if (!pickle) {
                QVERIFY(pickle.error().code == "F03" || pickle.error().code == "G09");
                continue;
            }
            ++accepted;
            for (const char* key : {"data", "labels", "fortran", "floats"})
                if (const PickleValue* value = pickle->find(pickle->root(), key))
                    pickle->integers(*value);
        }
        QVERIFY(accepted > 100);
    }
};

QTEST_APPLESS_MAIN(PickleTest)
#include "tst_pickle.moc"
