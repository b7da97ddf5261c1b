// SPDX-License-Identifier: Apache-2.0
// Whether data are what a network takes: columns that are there or not, of the right kind, extents
// and classes. Truth: the promises of data_check.h.
#include "core/session/data_check.h"

#include <QtTest/QtTest>

#include "core/graph/graph_text.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

Graph graphOf(const QString& text) {
    auto graph = graphFromText(text.toStdString());
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

/// Images, labels 0 to 9, a mask, a direction of two numbers, one number, and bytes without shape.
DataFacts facts() {
    DataFacts facts{.trainCount = 10, .testCount = 5, .columns = {}};
    for (Column& column : test::imageColumns({1, 8, 8}, 10)) facts.columns.push_back({column});
    facts.columns[1].largest = 9;
    facts.columns.push_back({{.name = "mask", .dtype = DType::U8, .shape = {1, 8, 8}}});
    facts.columns.push_back({{.name = "steer", .dtype = DType::F32, .shape = {2}}});
    facts.columns.push_back({{.name = "speed", .dtype = DType::F32}});
    facts.columns.push_back({{.name = "kind", .dtype = DType::U8}});
    return facts;
}

}  // namespace

class TestDataCheck : public QObject {
    Q_OBJECT

  private slots:
    void comparesInputsWithColumns_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");  // empty: it fits
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* text, const char* code = "",
                            const char* place = "", const char* says = "") {
            QTest::newRow(name) << text << code << place << says;
        };
        row("images and labels",
            "x[1,8,8] -> flatten -> linear(out_features=10) -> cross_entropy(labels)");
        row("more classes than there are", "t<12\nx[1,8,8]");
        row("fewer classes", "t<9\nx[1,8,8]", "U06", "t.classes",
            "target 't' has 9 classes, the data have labels up to 9");
        row("images of other extents", "x[1,8,9]", "U05", "x.shape",
            "input 'x' takes images of [1, 8, 9], the data have [1, 8, 8]");
        row("images as rows", "x[64]", "U05", "x.shape", "the data have [1, 8, 8]");
        row("an image and its mask", "x[1,8,8]\nm[1,8,8](column=mask scaling=unit)");
        row("no such column", "x[1,8,8](column=photo)", "U05", "x.column",
            "input 'x' takes column 'photo', the data have image, label, mask, steer, speed, kind");
        row("no such classes", "x[1,8,8]\nt<3(column=sign)", "U05", "t.column",
            "target 't' takes column 'sign'");
        row("numbers", "s[2](column=steer)");
        row("numbers of other extents", "s[3](column=steer)", "U05", "s.shape",
            "input 's' takes values of [3], the data have [2]");
        row("one number is a row of one", "v[1](column=speed)");
        row("one number is no row of two", "v[2](column=speed)", "U05", "v.shape",
            "the data have []");
        row("a label as a number", "l[1](column=label)");
        row("numbers for classes", "x[1,8,8]\nt<3(column=steer)", "U05", "t.column",
            "target 't' takes one class number of each example, column 'steer' has f32");
        row("one number for classes", "t<3(column=speed)", "U05", "t.column", "f32");
        row("an image for classes", "t<3(column=mask)", "U05", "t.column", "[1, 8, 8]");
        row("bytes for classes", "t<3(column=kind)");  // what the largest is, nobody knows
        row("numbers as they are", "x[1,8,8](type=u8)\nl[1](column=label type=i64)");
        row("floats for whole numbers", "s[2](column=steer type=i32)", "U05", "s.type",
            "input 's' takes i32, column 'steer' has f32");
        row("an array as it is", "x[1,8,8](batched=false)", "U05", "x.batched",
            "input 'x' takes one array as it is, and data are examples");
        row("the first that does not fit", "x[1,8,9]\nt<2\ny[3](column=photo)", "U05", "x.shape",
            "[1, 8, 9]");
    }
    void comparesInputsWithColumns() {
        QFETCH(QString, text);
        QFETCH(QString, code);
        QFETCH(QString, place);
        QFETCH(QString, says);
        const Result<void> fits = checkDataFit(graphOf(text), facts());
        QVERIFY2(fits.ok() == code.isEmpty(), fits.ok() ? "" : fits.error().text().c_str());
        if (fits.ok()) return;
        const Error& error = fits.error();
        QCOMPARE(QString::fromStdString(error.code), code);
        QCOMPARE(QString::fromStdString(error.place.node + "." + error.place.field), place);
        QVERIFY2(QString::fromStdString(error.message).contains(says), error.message.c_str());
        QVERIFY(!error.kept.empty() && error.next.ends_with('.'));
    }

    /// A transform mixes ten classes.
    void sharesOfClassesAreForCrossEntropyOfAsMany_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("place");  // empty: it fits
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* text, const char* place = "",
                            const char* says = "") {
            QTest::newRow(name) << text << place << says;
        };
        const char* net = "x[1,8,8] -> flatten -> linear(out_features=%1) -> ";
        const auto whole = [&](int classes, const char* loss) {
            return (QString("t<%1\n").arg(classes) + QString(net).arg(classes) + loss).toUtf8();
        };
        row("as many", whole(10, "cross_entropy(t)"));
        row("more", whole(12, "cross_entropy(t)"), "t.classes",
            "target 't' has 12 classes, the data have 10, and a transform mixes them");
        row("another loss", whole(10, "weighted_cross_entropy(t) as l"), "l.",
            "weighted_cross_entropy 'l' takes one class of each example");
        row("shares by an input",
            "s[10](column=label_shares)\n"
            "x[1,8,8] -> flatten -> linear(out_features=10) -> soft_cross_entropy(s)");
    }
    void sharesOfClassesAreForCrossEntropyOfAsMany() {
        QFETCH(QString, text);
        QFETCH(QString, place);
        QFETCH(QString, says);
        DataFacts mixed = facts();
        Column shares = mixed.columns[1].column;
        shares.name = "label_shares";
        shares.dtype = DType::F32;
        shares.shape = {10};
        mixed.columns.push_back({shares});
        const Result<void> fits = checkDataFit(graphOf(text), mixed);
        QVERIFY2(fits.ok() == place.isEmpty(), fits.ok() ? "" : fits.error().text().c_str());
        if (fits.ok()) return;
        QCOMPARE(fits.error().code, std::string("U05"));
        const Place& at = fits.error().place;
        QCOMPARE(QString::fromStdString(at.node + "." + at.field), place);
        QVERIFY2(fits.error().message.find(says.toStdString()) != std::string::npos,
                 fits.error().message.c_str());
    }

    /// Beside labels 0 to 9.
    void refusesClassesThatAreNone_data() {
        QTest::addColumn<int>("label");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");  // empty: it fits
        const auto row = [](const char* name, int label, const char* text, const char* says = "") {
            QTest::newRow(name) << label << text << says;
        };
        const char* plain =
            "t<10\nx[1,8,8] -> flatten -> linear(out_features=10) -> cross_entropy(t)";
        row("below 0", -1, plain,
            "target 't' has 10 classes, from 0: test example 3 has label -1, which is none of "
            "them");
        row("past the last", 10, plain, "test example 3 has label 10, which is none");
        row("without a name, and one of the target's", 10, "t<11\nx[1,8,8]");
        row("ignored", -1,
            "t<10\nx[1,8,8] -> flatten -> linear(out_features=10) -> "
            "weighted_cross_entropy(t ignore_index=-1)");
        row("another one ignored", -1,
            "t<10\nx[1,8,8] -> flatten -> linear(out_features=10) -> "
            "weighted_cross_entropy(t ignore_index=-2)",
            "test example 3 has label -1");
        row("ignored by one of two", -1,
            "t<10\nx[1,8,8] -> flatten -> linear(out_features=10) as fc\n"
            "fc -> weighted_cross_entropy(t ignore_index=-1)\nfc -> cross_entropy(t)",
            "test example 3 has label -1");
    }
    void refusesClassesThatAreNone() {
        QFETCH(int, label);
        QFETCH(QString, text);
        QFETCH(QString, says);
        DataFacts data = facts();
        data.columns[1].nameless = {{label, {true, 3}}};
        const Result<void> fits = checkDataFit(graphOf(text), data);
        QVERIFY2(fits.ok() == says.isEmpty(), fits.ok() ? "" : fits.error().text().c_str());
        if (fits.ok()) return;
        QCOMPARE(fits.error().code, std::string("U06"));
        QCOMPARE(fits.error().place.node, std::string("t"));
        QVERIFY2(QString::fromStdString(fits.error().message).contains(says),
                 fits.error().message.c_str());
    }

    void whatIsNotKnownFits() {
        const Graph graph = graphOf("x[3,9,9](column=photo)\nt<2");
        QVERIFY(checkDataFit(graph, DataFacts{}).ok());
        DataFacts some = facts();
        some.columns[1].largest = -1;
        QVERIFY(checkDataFit(graphOf("x[1,8,8]\nt<2"), some).ok());
    }

    void looksAtTheLabelsOfBothSets() {
        const std::vector<uint8_t> pixels(2 * 4);
        const auto set = [&](int32_t largest) {
            return test::labelledImages(pixels, std::vector<int32_t>{0, largest});
        };
        const Graph graph = graphOf("x[1,2,2]\nt<3");
        const auto fits = [&](int32_t train, int32_t test) {
            return checkDataFit(
                       graph, Dataset{test::imageColumns({1, 2, 2}, 5), set(train), set(test), {}})
                .ok();
        };
        QVERIFY(fits(2, 2));
        QVERIFY(!fits(3, 2));
        QVERIFY(!fits(2, 4));
    }
};

QTEST_APPLESS_MAIN(TestDataCheck)
#include "tst_data_check.moc"
