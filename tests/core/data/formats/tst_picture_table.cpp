// SPDX-License-Identifier: Apache-2.0
// Pictures with labels in a table or JSON beside them: which columns are what, kinds of labels,
// parts, and what is refused. Truth: the grey values and labels that the files were made of.
#include <QtTest>

#include "core/session/data_choice.h"
#include "tests/support/example_sets.h"
#include "tests/support/picture_files.h"

using namespace vitrine;
using test::bytesOfText;
using test::flatPicture;
using Folder = test::PictureFolderFixture;

namespace {

/// JSON with ' for ".
QString json(QString text) { return text.replace('\'', '"'); }

/// Pictures a to d of 10, 20, 30, 40 in `in`, and a file with text.
void put(const Folder& folder, const std::string& in, const std::string& file,
         const std::string& text) {
    for (int i = 0; i < 4; ++i)
        folder.put(fmt::format("{}{}.pgm", in, static_cast<char>('a' + i)),
                   flatPicture(4, 5, 10 * (i + 1)));
    folder.put(file, bytesOfText(text));
}

Result<Dataset> open(const Folder& folder, Folder::Fields fields = {}) {
    fields.emplace_back("test_share", 0.0);
    return folder.open(fields, 2, 1, "picture_table");
}

std::vector<int> greysOf(const ExampleSet& set) {
    std::vector<int> greys;
    for (int64_t i = 0; i < set.count; ++i) greys.push_back(set.pixels(0, i)[0]);
    return greys;
}

std::vector<float> numbersOf(const ExampleSet& set) {
    std::vector<float> numbers;
    for (int64_t i = 0; i < set.count; ++i)
        for (const float number : test::numbersIn<float>(set.value(1, i)))
            numbers.push_back(number);
    return numbers;
}

}  // namespace

class PictureTableTest : public QObject {
    Q_OBJECT

  private slots:
    void classes_data() {
        QTest::addColumn<QString>("in");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        const QString rows = "a.pgm,dog\nb.pgm,cat\nc.pgm,dog\nd.pgm,cat\n";
        QTest::newRow("named columns") << ""
                                       << "labels.csv"
                                       << "file,label\n" + rows;
        QTest::newRow("no names") << "images/"
                                  << "any.csv" << rows;
        QTest::newRow("other columns beside")
            << "images/"
            << "train.csv"
            << "id,width,breed\na,1,dog\nb,1,cat\nc,1,dog\nd,1,cat\n";
        QTest::newRow("tabs, paths")
            << "all/"
            << "x.tsv"
            << "label\tpath\ndog\tall/a.pgm\ncat\t./all/b.pgm\ndog\tall/c.pgm\ncat\tall/d.pgm\n";
        QTest::newRow("JSON object")
            << ""
            << "labels.json"
            << json("{'a.pgm': 'dog', 'b.pgm': 'cat', 'c.pgm': 'dog', 'd.pgm': 'cat'}");
        QTest::newRow("JSON array") << "images/"
                                    << "labels.json"
                                    << json(
                                           "[{'file': 'a.pgm', 'label': 'dog'}, {'label': 'cat', "
                                           "'file': 'b.pgm', 'size': [3, 4]}, {'file': 'c.pgm', "
                                           "'label': 'dog'}, {'file': 'd.pgm', 'label': 'cat'}]");
    }
    void classes() {
        QFETCH(QString, in);
        QFETCH(QString, file);
        QFETCH(QString, text);
        const Folder folder;
        put(folder, in.toStdString(), file.toStdString(), text.toStdString());
        const auto data = open(folder);
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        QCOMPARE(greysOf(data->train), (std::vector<int>{10, 20, 30, 40}));
        QCOMPARE(data->columns[1].classes, (std::vector<std::string>{"cat", "dog"}));
        QCOMPARE(test::labelsOf(data->train), (std::vector<int32_t>{1, 0, 1, 0}));
        QVERIFY(data->remarks.empty());
        Project project;
        QCOMPARE(dataIn(folder.path(), project)->format, std::string("picture_table"));
        QCOMPARE(dataIn(folder.path() + "/" + file.toStdString(), project)->format,
                 std::string("picture_table"));
    }

    void wholeNumbersAreClassesInTheirOrder() {
        const Folder folder;
        put(folder, "", "l.csv", "file,label\na.pgm,10\nb.pgm,9\nc.pgm,10\nd.pgm,2\n");
        const auto data = open(folder);
        QCOMPARE(data->columns[1].classes, (std::vector<std::string>{"2", "9", "10"}));
        QCOMPARE(test::labelsOf(data->train), (std::vector<int32_t>{2, 1, 2, 0}));
        const auto numbers = open(folder, {{"labels", std::string("numbers")}});
        QCOMPARE(numbers->columns[1].shape, Shape());
        QCOMPARE(numbersOf(numbers->train), (std::vector<float>{10, 9, 10, 2}));
    }

    void numbers_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QList<float>>("wanted");
        QTest::addColumn<int>("columns");
        QTest::newRow("one") << "l.csv"
                             << "file,age\na.pgm,1.5\nb.pgm,-2\nc.pgm,3e2\nd.pgm,0\n"
                             << QList<float>{1.5f, -2, 300, 0} << 0;
        QTest::newRow("two") << "l.csv"
                             << "file,x,y\na.pgm,1,2\nb.pgm,3,4\nc.pgm,5,6\nd.pgm,7,8\n"
                             << QList<float>{1, 2, 3, 4, 5, 6, 7, 8} << 2;
        QTest::newRow("decimal commas")
            << "l.csv"
            << "file;x;y\na.pgm;0,5;2\nb.pgm;3,25;4\nc.pgm;5;6\nd.pgm;7;8\n"
            << QList<float>{0.5f, 2, 3.25f, 4, 5, 6, 7, 8} << 2;
        QTest::newRow("JSON")
            << "l.json"
            << json("{'a.pgm': [1, 2.5], 'b.pgm': [3, 4], 'c.pgm': [5, 6], 'd.pgm': [7, 8]}")
            << QList<float>{1, 2.5f, 3, 4, 5, 6, 7, 8} << 2;
    }
    void numbers() {
        QFETCH(QString, file);
        QFETCH(QString, text);
        QFETCH(QList<float>, wanted);
        QFETCH(int, columns);
        const Folder folder;
        put(folder, "", file.toStdString(), text.toStdString());
        // Of 1 and 2 columns; y alone is what a label is called.
        const auto data = open(folder, columns == 2 && file == "l.csv"
                                           ? Folder::Fields{{"label_column", std::string("x, y")}}
                                           : Folder::Fields{});
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        QCOMPARE(data->columns[1].dtype, DType::F32);
        QCOMPARE(data->columns[1].shape, columns == 0 ? Shape() : Shape({columns}));
        QCOMPARE(numbersOf(data->train), std::vector<float>(wanted.begin(), wanted.end()));
    }

    void severalClasses_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        QTest::newRow("bars") << "l.csv"
                              << "file,tags\na.pgm,sky|sea\nb.pgm,sea\nc.pgm,\nd.pgm,sky\n";
        QTest::newRow("columns") << "l.csv"
                                 << "file,sea,sky\na.pgm,1,1\nb.pgm,1,0\nc.pgm,0,0\nd.pgm,0,1\n";
        QTest::newRow("JSON")
            << "l.json"
            << json("{'a.pgm': ['sky', 'sea'], 'b.pgm': ['sea'], 'c.pgm': [], 'd.pgm': ['sky']}");
    }
    void severalClasses() {
        QFETCH(QString, file);
        QFETCH(QString, text);
        const Folder folder;
        put(folder, "", file.toStdString(), text.toStdString());
        const auto data = open(folder);
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        QCOMPARE(data->columns[1].dtype, DType::F32);
        QCOMPARE(data->columns[1].shape, Shape({2}));
        QCOMPARE(data->columns[1].classes, (std::vector<std::string>{"sea", "sky"}));
        QCOMPARE(numbersOf(data->train), (std::vector<float>{1, 1, 1, 0, 0, 0, 0, 1}));
    }

    void partsStandInAColumn() {
        const Folder folder;
        put(folder, "", "l.csv",
            "file,label,split\na.pgm,x,train\nb.pgm,y,val\nc.pgm,x,train\nd.pgm,y,test\n");
        const auto data = open(folder);
        QVERIFY(data.ok());
        QCOMPARE(greysOf(data->train), (std::vector<int>{10, 30}));
        QCOMPARE(greysOf(data->test), (std::vector<int>{20, 40}));
        QCOMPARE(test::labelsOf(data->test), (std::vector<int32_t>{1, 1}));
    }

    void tellsOfThoseThatAreAlone() {
        const Folder folder;
        put(folder, "", "l.csv", "file,label\na.pgm,x\nz.pgm,y\nc.pgm,x\ny.pgm,y\nb.pgm,y\n");
        const auto data = open(folder);
        QCOMPARE(data->train.count, 3);
        QCOMPARE(data->remarks.size(), size_t{2});
        QVERIFY(
            data->remarks[0].message.starts_with("2 lines name a picture that is not there, "
                                                 "the first: 'z.pgm'"));
        QVERIFY(data->remarks[1].message.starts_with("1 picture is in no line"));
    }

    void whoStandsInBringsHisNumbers() {
        const Folder folder;
        put(folder, "", "l.csv", "file,age\na.pgm,1.5\nb.pgm,2.5\nc.pgm,3.5\nd.pgm,4.5\n");
        folder.put("b.pgm", bytesOfText("P5 5 4 255\nabc"));
        const auto data = open(folder, {{"broken", std::string("skip")}});
        QCOMPARE(numbersOf(data->train), (std::vector<float>{1.5f, 3.5f, 3.5f, 4.5f}));
        QCOMPARE(greysOf(data->train), (std::vector<int>{10, 30, 30, 40}));
    }

    void refuses_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("column");
        QTest::addColumn<QString>("code");
        QTest::newRow("no pictures") << "l.csv"
                                     << "file,label\nx.pgm,1\n"
                                     << ""
                                     << "M01";
        QTest::newRow("cells that miss") << "l.csv"
                                         << "file,label,z\na.pgm,x,1\nb.pgm,y\n"
                                         << "label"
                                         << "V01";
        QTest::newRow("a picture twice") << "l.csv"
                                         << "file,label\na.pgm,x\na.pgm,y\n"
                                         << ""
                                         << "V10";
        QTest::newRow("no such column") << "l.csv"
                                        << "file,label\na.pgm,x\n"
                                        << "breed"
                                        << "V10";
        QTest::newRow("no label") << "l.csv"
                                  << "file,label\na.pgm,x\nb.pgm,\n"
                                  << ""
                                  << "V03";
        QTest::newRow("a quote that stays open") << "l.csv"
                                                 << "file,label\na.pgm,\"x\n"
                                                 << ""
                                                 << "V06";
        QTest::newRow("cut JSON") << "l.json" << json("{'a.pgm': 'x', 'b") << ""
                                  << "V01";
        QTest::newRow("JSON of objects") << "l.json" << json("{'a.pgm': {'x': 1}}") << ""
                                         << "V01";
        QTest::newRow("JSON without files") << "l.json" << json("[{'label': 'x'}]") << ""
                                            << "V01";
        QTest::newRow("one value") << "l.json"
                                   << "7"
                                   << ""
                                   << "V01";
        QTest::newRow("nested") << "l.json" << QString("[").repeated(100000) << ""
                                << "V01";
        QTest::newRow("no text") << "l.csv"
                                 << ""
                                 << ""
                                 << "G04";
    }
    void refuses() {
        QFETCH(QString, file);
        QFETCH(QString, text);
        QFETCH(QString, column);
        const Folder folder;
        put(folder, "", file.toStdString(), text.toStdString());
        const auto data = open(folder, {{"label_column", column.toStdString()}});
        QVERIFY(!data);
        QTEST(QString::fromStdString(data.error().code), "code");
    }
};

QTEST_GUILESS_MAIN(PictureTableTest)
#include "tst_picture_table.moc"
