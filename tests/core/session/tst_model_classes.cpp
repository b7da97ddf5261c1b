// SPDX-License-Identifier: Apache-2.0
// Names of classes in the metadata of models, as programs write them: lists of JSON, tables of
// Python (what ultralytics puts under `names`), lines. Truth: the names.
#include <QtTest>

#include "core/session/model_classes.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

class TestModelClasses : public QObject {
    Q_OBJECT

    static QString joined(const std::vector<std::string>& names) {
        QStringList list;
        for (const std::string& name : names) list << QString::fromStdString(name);
        return list.join('|');
    }

  private Q_SLOTS:
    void readsNames_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* title, const char* text, const char* names) {
            QTest::newRow(title) << QByteArray(text) << QString::fromUtf8(names);
        };
        row("list", "[\"cat\", \"dog\"]", "cat|dog");
        row("list of Python", "['cat', 'dog',]", "cat|dog");
        row("table of Python", "{0: 'cat', 1: 'dog'}", "cat|dog");
        row("table in another order", "{1: 'dog', 0: 'cat'}", "cat|dog");
        row("table with a gap", "{0: 'cat', 2: 'bird'}", "cat||bird");
        row("table of JSON", "{\"0\": \"cat\", \"1\": \"dog\"}", "cat|dog");
        row("quotes inside", "{0: \"crow's nest\", 1: 'a \\'b\\''}", "crow's nest|a 'b'");
        row("commas inside", "[\"tench, Tinca tinca\", \"goldfish\"]",
            "tench, Tinca tinca|goldfish");
        row("lines", "cat\r\ndog\nbird", "cat|dog|bird");
        row("commas", "cat, dog,bird", "cat|dog|bird");
        row("letters", "['Füchse', '猫']", "Füchse|猫");
        row("nothing", "", "");
        row("one word", "imagenet", "");
        row("empty list", "[]", "");
        row("cut short", "['cat', 'do", "");
        row("numbers", "[1, 2]", "");
        row("no keys", "{'cat', 'dog'}", "");
        row("far too many", "{999999999999: 'cat'}", "");
    }
    void readsNames() {
        QFETCH(QByteArray, text);
        QFETCH(QString, names);
        QCOMPARE(joined(classNamesFrom(text.toStdString())), names);
    }

    void findsThemInAModel() {
        QTemporaryDir folder;
        const std::string path = folder.filePath("net.onnx").toStdString();
        const std::string graph = onnxGraph({.nodes = {onnxNode("Relu", {"x"}, {"y"})},
                                             .inputs = {onnxValue("x", OnnxFloat, {"N", 2})},
                                             .outputs = {onnxValue("y", OnnxFloat, {"N", 2})}});
        const std::string bytes = onnxModel(
            {.graph = graph, .metadata = {{"author", "a, b"}, {"names", "{0: 'cat', 1: 'dog'}"}}});
        QFile file(QString::fromStdString(path));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes.data(), qint64(bytes.size()));
        file.close();
        QCOMPARE(joined(classNamesOfModel(path)), QStringLiteral("cat|dog"));
        QVERIFY(classNamesOfModel(path + ".gone").empty());
    }
};

QTEST_MAIN(TestModelClasses)
#include "tst_model_classes.moc"
