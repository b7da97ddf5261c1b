// SPDX-License-Identifier: Apache-2.0
// Data format "table": how tables are understood, and what is refused. Truth: small tables written
// out here, read by eye.
#include <QtTest/QtTest>

#include <fmt/ranges.h>
#include <zlib.h>

#include "tests/support/data_format.h"
#include "tests/support/example_sets.h"
#include "tests/support/mutator.h"

using namespace vitrine;
using test::openAs;
using test::problemOf;

namespace {

struct Table {
    explicit Table(const std::string& text, const QString& name = "t.csv")
        : path(folder.filePath(name)) {
        test::put(path, text);
    }
    Result<Dataset> open(test::FieldTexts fields = {}) const {
        fields.emplace_back("test_share", "0");
        return openAs("table", path, fields, {.memoryBytes = 1 << 30});
    }
    QTemporaryDir folder;
    QString path;
};

/// `name dtype shape` of each column, classes in brackets.
QString columnsText(const Dataset& set) {
    std::string text;
    for (const Column& column : set.columns) {
        text += fmt::format("{}{} {} {}", text.empty() ? "" : "; ", column.name, name(column.dtype),
                            column.shape.text());
        if (column.hasClasses()) text += fmt::format(" {{{}}}", fmt::join(column.classes, " "));
    }
    return QString::fromStdString(text);
}

std::string digits(int count, bool isNamed) {
    std::string text;
    if (isNamed) {
        text = "label";
        for (int y = 1; y <= 28; ++y)
            for (int x = 1; x <= 28; ++x) text += fmt::format(",{}x{}", y, x);
        text += "\n";
    }
    for (int i = 0; i < count; ++i) {
        text += std::to_string(i % 10);
        for (int pixel = 0; pixel < 784; ++pixel) text += fmt::format(",{}", (pixel + i) % 256);
        text += "\n";
    }
    return text;
}

}  // namespace

class TableTest : public QObject {
    Q_OBJECT

  private slots:
    void pixelsBehindALabelArePictures_data() {
        QTest::addColumn<bool>("isNamed");
        QTest::newRow("named") << true;
        QTest::newRow("without names") << false;
    }
    void pixelsBehindALabelArePictures() {
        QFETCH(bool, isNamed);
        const Table table(digits(40, isNamed));
        const auto set = table.open();
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(columnsText(*set),
                 QString("image u8 [1, 28, 28]; label i32 [] {0 1 2 3 4 5 6 7 8 9}"));
        QCOMPARE(set->train.count, int64_t{40});
        QCOMPARE(int{set->train.pixels(0, 3)[5]}, 8);
        QCOMPARE(set->train.number(1, 13), 3);
    }

    void isUnderstood_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("fields");
        QTest::addColumn<QString>("columns");
        QTest::addColumn<QString>("remark");
        const auto row = [](const char* name, const char* text, const char* fields,
                            const char* columns, const char* remark) {
            QTest::newRow(name) << QByteArray(text) << fields << columns << remark;
        };
        row("iris", "5.1,3.5,setosa\n4.9,3.0,virginica\n4.7,3.2,setosa\n", "",
            "input f32 [2]; label i32 [] {setosa virginica}",
            "',' between cells, decimal points, no line of names; the label is 'column 3'");
        row("German", "Länge;Breite;Art\r\n5,1;3,5;a\r\n4,9;3,0;b\r\n", "",
            "input f32 [2]; label i32 [] {a b}",
            "';' between cells, decimal commas, names in the first line; the label is 'Art'");
        row("tabs", "x\ty\n1\t2.5\n2\t3.5\n", "", "input f32 [1]; target f32 []", "tabs between");
        row("bars", "1|2.5\n2|3.5\n", "", "input f32 [1]; target f32 []", "'|' between");
        row("mark of UTF-8",
            "\xEF\xBB\xBF"
            "label,x\na,1\nb,2\n",
            "", "input f32 [1]; label i32 [] {a b}", "the label is 'label'");
        row("label by name", "a,b,c\n1,2,3\n1,5,7\n2,6,8\n2,6,8\n", "label=a",
            "input f32 [2]; label i32 [] {1 2}", "the label is 'a'");
        row("label by number", "1,2,3\n1,5,7\n2,6,8\n2,6,8\n", "label=1",
            "input f32 [2]; label i32 [] {1 2}", "the label is 'column 1'");
        row("several numbers", "a,b,c\n1,2,3\n4,5,6\n", "label=b,c",
            "input f32 [1]; target f32 [2]", "the label is 'b', 'c'");
        row("numbers by choice", "a,label\n1,2\n4,2\n1,2\n4,2\n", "labels=numbers",
            "input f32 [1]; target f32 []", "");
        row("classes by choice", "a,b\n1,7\n4,-2\n", "labels=classes",
            "input f32 [1]; label i32 [] {-2 7}", "");
        row("numbers of rows", "id,x,label\n1,2,a\n2,3,b\n", "",
            "input f32 [1]; label i32 [] {a b}", "; without 'id'");
        row("left out", "x,y,label\n1,2,a\n2,3,b\n", "leave_out=x",
            "input f32 [1]; label i32 [] {a b}", "without 'x'");
        row("pictures by size", "a,b,c,d,e,f,label\n1,2,3,4,5,6,x\n1,2,3,4,5,6,y\n",
            "height=2,width=3", "image u8 [1, 2, 3]; label i32 [] {x y}", "");
        row("numbers stay numbers", "1,2,x\n3,4,y\n", "header=no",
            "input f32 [2]; label i32 [] {x y}", "no line of names");
    }
    void isUnderstood() {
        QFETCH(QByteArray, text);
        QFETCH(QString, fields);
        QFETCH(QString, columns);
        QFETCH(QString, remark);
        test::FieldTexts texts;
        if (fields == "height=2,width=3")
            texts = {{"height", "2"}, {"width", "3"}};
        else if (!fields.isEmpty())
            texts = {
                {fields.section('=', 0, 0).toStdString(), fields.section('=', 1).toStdString()}};
        const Table table(text.toStdString());
        const auto set = table.open(texts);
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(columnsText(*set), columns);
        const QString told = QString::fromStdString(set->remarks.at(0).message);
        QVERIFY2(told.contains(remark), qPrintable(told));
    }

    void numbersAreAsTheyStand() {
        const Table table("x,y,target\n1.5,-2,0.25\n300,1e3,7.5\n");
        const auto set = table.open();
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(test::floatsOf(set->train, 0), (std::vector<float>{1.5f, -2, 300, 1000}));
        QCOMPARE(test::floatsOf(set->train, 1), (std::vector<float>{0.25f, 7.5f}));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& text, const char* field,
                            const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << field << says;
        };
        row("unlike rows", "a,b\n1,2\n1,2,3\n", "separator=comma",
            "V01: t.csv: line 3 has 3 cells, the first line has 2");
        row("text for a number", "a,b,label\n1,2,x\n1,zwei,y\n", "label=label",
            "V02: t.csv: line 3 has 'zwei' in column 'b', where numbers stand");
        row("decimal comma in quotes", "a,label\n1,x\n\"1,5\",y\n", "label=label",
            "V02: t.csv: line 3 has '1,5' in column 'a'");
        row("hexadecimal", "a,label\n1,x\n0x10,y\n", "label=label",
            "V02: t.csv: line 3 has '0x10' in column 'a'");
        row("empty cell", "a,label\n1,x\n,y\n", "",
            "V03: t.csv: line 3 has an empty cell in column 'a'");
        row("empty label", "a,label\n1,x\n2,\n", "",
            "V03: t.csv: line 3 has an empty cell in column 'label'");
        row("nan", "a,label\n1,x\nnan,y\n", "",
            "V04: t.csv: line 3 has 'nan' in column 'a', which is no finite number");
        row("too large", "a,label\n1,x\n1e999,y\n", "", "V04: t.csv: line 3 has '1e999'");
        row("one column", "a\n1\n2\n", "", "V05: t.csv: a single column was found");
        row("other separator", "a,b\n1,2\n", "separator=tab", "V05: t.csv: a single column");
        row("quote", "a,label\n1,\"x\n", "", "V06: t.csv: line 2 has a quote that is never closed");
        row("UTF-16",
            {"\xFF\xFE"
             "a\0,\0b\0\n\0",
             10},
            "", "V07: t.csv: it is text in UTF-16");
        row("UTF-16 without a mark", {"a\0,\0b\0\n\0", 8}, "", "V07: t.csv: it is text in UTF-16");
        row("NUL", {"a,label\n1,x\n2\0,y\n", 17}, "", "V11: t.csv: line 3 has a NUL byte");
        row("no such column", "a,label\n1,x\n", "label=labels",
            "V10: t.csv: no column is called 'labels'; nearest there is 'label'");
        row("number of no column", "a,label\n1,x\n", "label=3",
            "V10: t.csv: no column is called '3'");
        row("not whole", "a,b\n1,0.5\n2,1\n", "labels=classes",
            "V10: t.csv: its label has numbers that are not whole");
        row("no inputs", "a,label\n1,x\n", "leave_out=a",
            "V10: t.csv: no column is left as input beside the label 'label'");
        row("labels alone", "id,label\n1,x\n", "",
            "V10: t.csv: it holds labels alone ('label'), and no column of inputs");
        row("labels of several kinds alone", "a,b\n1,2\n", "label=a, b",
            "V10: t.csv: it holds labels alone ('a', 'b'), and no column of inputs");
        row("no picture", "a,b,c,label\n1,2,3,x\n", "height=2",
            "V10: t.csv: 3 inputs make no picture");
        row("names twice", "a,a\n1,2\n", "", "V12: t.csv: two columns are called 'a'");
        row("header again", "a,label\n1,x\na,label\n2,y\n", "",
            "V12: t.csv: line 3 repeats the names of the columns");
        row("names alone", "a,label\n", "header=yes", "V03: t.csv: no line is left");
        row("empty lines", "\n\n\n", "", "G04: t.csv: it has no line with cells");
        row("a path as test file", "a,label\n1,x\n", "test_file=../t.csv",
            "P08: test_file: '../t.csv'");
        row("no test file", "a,label\n1,x\n", "test_file=other.csv", "G01: cannot read");
    }
    void refuses() {
        QFETCH(QByteArray, text);
        QFETCH(QString, field);
        QFETCH(QString, says);
        test::FieldTexts texts;
        if (!field.isEmpty())
            texts = {{field.section('=', 0, 0).toStdString(), field.section('=', 1).toStdString()}};
        const Table table(text.toStdString());
        const auto set = table.open(texts);
        QVERIFY(!set.ok());
        QVERIFY2(problemOf(set).startsWith(says), qPrintable(problemOf(set)));
        QCOMPARE(set.error().kept, std::string("Nothing was imported."));
        QVERIFY(!set.error().next.empty());
    }

    void tooManyClassesAreRefused() {
        std::string text = "x,label\n";
        for (int i = 0; i < 65'537; ++i) text += fmt::format("1,c{}\n", i);
        const auto set = Table(text).open();
        QVERIFY2(
            problemOf(set).startsWith("V10: t.csv: line 65538 brings more than 65,536 classes"),
            qPrintable(problemOf(set)));
    }

    void badLinesAreLeftOutByChoice() {
        const Table table("a,label\n1,x\n,y\nnan,y\n4,y\n");
        const auto set = table.open({{"bad_rows", "skip"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(test::floatsOf(set->train, 0), (std::vector<float>{1, 4}));
        QCOMPARE(test::labelsOf(set->train), (std::vector<int32_t>{0, 1}));
        QCOMPARE(
            set->remarks.at(1).message,
            std::string("2 of 4 lines cannot be read, the first: t.csv: line 3 has an empty cell "
                        "in column 'a'"));
    }

    void latinLettersAreToldOf() {
        const Table table("a,label\n1,Gr\xFCn\n2,Rot\n");
        const auto set = table.open();
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->remarks.at(1).code, std::string("V07"));
        QCOMPARE(set->columns[1].classes[0], std::string("Gr\\xFCn"));
    }

    void trainAndTestLieBesideEachOther() {
        const Table train("a,label\n1,x\n2,y\n", "some_train.csv");
        test::put(train.folder.filePath("some_test.csv"), "a,label\n3,z\n");
        const DataFormatDescriptor* format = findDataFormat("table");
        for (const QString& path : {train.path, train.folder.path()}) {
            Attrs attrs(format->fields);
            QVERIFY(format->recognise(path.toStdString(), attrs));
            QCOMPARE(attrs.text("test_file"), std::string("some_test.csv"));
            const auto set = format->open(attrs, {.folder = path.toStdString()});
            QVERIFY2(set.ok(), qPrintable(problemOf(set)));
            QCOMPARE(set->train.count, int64_t{2});
            QCOMPARE(set->test.count, int64_t{1});
            QCOMPARE(set->columns[1].classes.size(), size_t{3});
            QCOMPARE(set->test.number(1, 0), 2);
        }
        test::put(train.folder.filePath("some_test.csv"), "a,b,label\n3,4,z\n");
        const auto unlike = train.open({{"test_file", "some_test.csv"}});
        QVERIFY2(problemOf(unlike).startsWith("V01: some_test.csv has other columns than"),
                 qPrintable(problemOf(unlike)));
    }

    /// A test table without labels, as competitions give it away.
    void aTestTableWithoutLabelsIsNone() {
        const Table train("label,a\nx,1\ny,2\n", "train.csv");
        test::put(train.folder.filePath("test.csv"), "a\n1\n");
        const DataFormatDescriptor* format = findDataFormat("table");
        Attrs attrs(format->fields);
        QVERIFY(format->recognise(train.path.toStdString(), attrs));
        QCOMPARE(attrs.text("test_file"), std::string());
        test::put(train.folder.filePath("test.csv"), "\xEF\xBB\xBFlabel,a\ny,4\n");
        QVERIFY(format->recognise(train.path.toStdString(), attrs));
        QCOMPARE(attrs.text("test_file"), std::string("test.csv"));
        const auto set = format->open(attrs, {.folder = train.path.toStdString()});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(test::labelsOf(set->test), std::vector<int32_t>{1});
    }

    void whatIsChosenForOtherTablesDoesNotStay() {
        const DataFormatDescriptor* format = findDataFormat("table");
        Attrs attrs(format->fields);
        attrs.with("label", std::string("b")).with("test_file", std::string("gone.csv"));
        const Table other("x,y\n1,2\n"), same("a,b\n1,2\n");
        QVERIFY(format->recognise(same.path.toStdString(), attrs));
        QCOMPARE(attrs.text("label"), std::string("b"));
        QCOMPARE(attrs.text("test_file"), std::string());
        QVERIFY(format->recognise(other.path.toStdString(), attrs));
        QCOMPARE(attrs.text("label"), std::string());
    }

    void listsOfPicturesAreNoTables() {
        const DataFormatDescriptor* format = findDataFormat("table");
        Attrs attrs(format->fields);
        const Table list("file,label\na.png,x\nb.png,y\n"), binary({"a,b\n\0", 5}),
            other("a,b\n1,2\n", "t.png");
        for (const Table* table : {&list, &binary, &other})
            QVERIFY(!format->recognise(table->path.toStdString(), attrs));
        const Table good("a,b\n1,2\n");
        QVERIFY(format->recognise(good.path.toStdString(), attrs));
        QVERIFY(format->recognise(good.folder.path().toStdString(), attrs));
    }

    void opensPackedTables() {
        QTemporaryDir folder;
        const QString path = folder.filePath("t.csv.gz");
        gzFile file = gzopen(QFile::encodeName(path), "wb");
        gzputs(file, "a,label\n1,x\n2,y\n");
        gzclose(file);
        const auto set = openAs("table", path, {{"test_share", "0"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(test::floatsOf(set->train, 0), (std::vector<float>{1, 2}));
    }

    /// Damage gives data that are whole, or an Error.
    void survivesDamage() {
        test::Mutator mutator({"a,b,label\n1,2,x\n3,4,y\n", "1;2,5\n3;4,5\n", digits(2, false)});
        const Table table("");
        int accepted = 0;
        for (int i = test::executions() / 100; i > 0; --i) {
            test::put(table.path, mutator.next());
            const auto set = table.open();
            if (!set) {
                QVERIFY(!set.error().message.empty());
                continue;
            }
            ++accepted;
            for (size_t column = 0; column < set->columns.size(); ++column)
                for (int64_t row = 0; row < set->train.count; ++row)
                    QCOMPARE(std::ssize(set->train.value(column, row)),
                             set->columns[column].bytes());
        }
        QVERIFY(accepted > 10);
    }
};

QTEST_APPLESS_MAIN(TableTest)
#include "tst_table.moc"
