// SPDX-License-Identifier: Apache-2.0
// Data format "npy": which arrays are taken, what they become, what is refused. Truth: files that
// NumPy wrote (see files/README.md), and small arrays written out here.
#include <QtTest/QtTest>

#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "core/session/data_survey.h"
#include "tests/support/data_format.h"
#include "tests/support/example_sets.h"
#include "tests/support/mutator.h"

using namespace vitrine;
using test::openAs;
using test::problemOf;
using test::put;

namespace {

const QString files = VITRINE_SOURCE_DIR "/tests/core/data/arrays/files/";

std::string npyOf(const std::string& descr, const std::string& shape, const std::string& elements,
                  bool isFortran = false) {
    std::string header = "{'descr': '" + descr +
                         "', 'fortran_order': " + (isFortran ? "True" : "False") +
                         ", 'shape': " + shape + ", }";
    header.resize(63 - 10 + 64, ' ');
    header += '\n';
    std::string out = "\x93NUMPY\1";
    out += '\0';
    out += static_cast<char>(header.size());
    out += '\0';
    return out + header + elements;
}

template <class Number>
std::string bytesOf(const std::vector<Number>& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

std::string counting(size_t size) {
    std::string out(size, '\0');
    for (size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i);
    return out;
}

/// `count` of anything: a type, up to four more axes, numbers that are small, or any bytes.
std::string anyArray(uint32_t count, Rng& rng) {
    constexpr std::pair<const char*, size_t> types[] = {
        {"|b1", 1}, {"|u1", 1}, {"|i1", 1}, {"<u2", 2}, {">i2", 2}, {">u4", 4},
        {"<i4", 4}, {"<u8", 8}, {">i8", 8}, {"<f2", 2}, {"<f4", 4}, {">f8", 8}};
    const auto& [descr, size] = types[rng.below(std::size(types))];
    std::string shape = fmt::format("({},", count);
    size_t elements = count;
    for (uint32_t axis = rng.below(5); axis > 0; --axis) {
        const uint32_t extent = 1 + rng.below(4) - (rng.below(20) == 0);
        shape += fmt::format(" {},", extent);
        elements *= extent;
    }
    std::string bytes(elements * size, '\0');
    const bool isSmall = rng.below(2) == 0;
    for (size_t i = 0; i < bytes.size(); ++i)
        if (!isSmall || i % size == (descr[0] == '>' ? size - 1 : 0))
            bytes[i] = static_cast<char>(isSmall ? rng.below(3) : rng.next());
    return npyOf(descr, shape + ")", bytes, rng.below(2) == 0);
}

/// A folder with `images.npy` and `labels.npy`.
struct Pair {
    Pair(const std::string& images, const std::string& labels) {
        put(folder.filePath("images.npy"), images);
        if (!labels.empty()) put(folder.filePath("labels.npy"), labels);
    }
    QTemporaryDir folder;
};

std::string classesText(const Column& column) {
    std::string text;
    for (const std::string& name : column.classes) text += name + " ";
    return text;
}

}  // namespace

class NpyFormatTest : public QObject {
    Q_OBJECT

  private slots:
    void opensMedMnistAsItIs() {
        const auto set = openAs("npy", files + "medmnist_grey.npz");
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{7});
        QCOMPARE(set->test.count, int64_t{3});
        QCOMPARE(set->columns[0].shape, (Shape{1, 6, 5}));
        QVERIFY(set->columns[0].isImage());
        QCOMPARE(test::labelsOf(set->test), (std::vector<int32_t>{1, 0, 1}));
        QCOMPARE(classesText(set->columns[1]), std::string("0 1 "));
        QCOMPARE(set->remarks.size(), size_t{1});
        QVERIFY(set->remarks[0].message.find("'val_images' is neither") != std::string::npos);
        const auto other =
            openAs("npy", files + "medmnist_grey.npz", {{"tested_on", "validation"}});
        QCOMPARE(other->test.count, int64_t{2});
        QVERIFY(other->fingerprint != set->fingerprint);
    }

    void opensSeveralLabels() {
        const auto set = openAs("npy", files + "medmnist_several.npz");
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->columns[1].name, std::string("labels"));
        QCOMPARE(set->columns[1].shape, (Shape{14}));
        QVERIFY(set->columns[1].dtype == DType::F32);
        for (const float bit : test::floatsOf(set->train, 1)) QVERIFY(bit == 0 || bit == 1);
    }

    void opensKerasFiles() {
        const auto set = openAs("npy", files + "keras.npz");
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->columns[0].shape, (Shape{3, 6, 5}));
        QCOMPARE(set->train.count, int64_t{4});
        QCOMPARE(set->test.count, int64_t{2});
    }

    /// As Kuzushiji-49 comes: a file for each array, called after the set.
    void passesTheNameOfTheSetOver() {
        QTemporaryDir folder;
        const std::string one = npyOf("|u1", "(2, 2, 2)", counting(8)),
                          two = npyOf("|u1", "(2,)", "\1\2");
        for (const char* name : {"k49-train-imgs", "k49-test-imgs"})
            put(folder.filePath(QString(name) + ".npy"), one);
        for (const char* name : {"k49-train-labels", "k49-test-labels"})
            put(folder.filePath(QString(name) + ".npy"), two);
        const auto set = openAs("npy", folder.path());
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{2});
        QCOMPARE(set->test.count, int64_t{2});
    }

    void severalArchivesLieInOneFolder() {
        QTemporaryDir folder;
        for (const char* name : {"a.npz", "b.npz"})
            QVERIFY(QFile::copy(files + "keras.npz", folder.filePath(name)));
        const auto set = openAs("npy", folder.path(),
                                {{"train_images", "a/x_train"}, {"train_labels", "a/y_train"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{4});
        QCOMPARE(set->test.count, int64_t{2});
    }

    void recognisesByContent() {
        const DataFormatDescriptor* format = findDataFormat("npy");
        Attrs attrs(format->fields);
        const auto recognises = [&](const QString& path) {
            return format->recognise(path.toStdString(), attrs);
        };
        QVERIFY(recognises(files + "keras.npz"));
        QVERIFY(!recognises(files + "README.md"));
        const Pair pair(npyOf("|u1", "(2, 2, 2)", counting(8)), npyOf("|u1", "(2,)", "\1\2"));
        QVERIFY(recognises(pair.folder.path()));
        QVERIFY(recognises(pair.folder.filePath("images.npy")));
        attrs.with("train_images", std::string("labels")).with("test_images", std::string("gone"));
        QVERIFY(recognises(pair.folder.path()));
        QCOMPARE(attrs.text("train_images"), std::string("labels"));
        QCOMPARE(attrs.text("test_images"), std::string());
        attrs = Attrs(format->fields);
        QTemporaryDir archive;
        QVERIFY(!recognises(archive.path()));
        QVERIFY(QFile::copy(files + "keras.npz", archive.filePath("one.npz")));
        QVERIFY(recognises(archive.path()));
        QVERIFY(openAs("npy", archive.path()).ok());
    }

    /// The same picture in every layout, order and type gives the same pixels.
    void layoutsAreToldApart_data() {
        QTest::addColumn<QByteArray>("images");
        QTest::addColumn<QString>("layout");
        // [1, 3, 2, 4], the value of channel c, row y, column x is 100 c + 10 y + x.
        std::string planar, interleaved, fortran;
        for (int c = 0; c < 3; ++c)
            for (int y = 0; y < 2; ++y)
                for (int x = 0; x < 4; ++x) planar += static_cast<char>(60 * c + 10 * y + x);
        for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 4; ++x)
                for (int c = 0; c < 3; ++c) interleaved += static_cast<char>(60 * c + 10 * y + x);
        for (int x = 0; x < 4; ++x)
            for (int y = 0; y < 2; ++y)
                for (int c = 0; c < 3; ++c) fortran += static_cast<char>(60 * c + 10 * y + x);
        std::vector<float> unit;
        std::vector<uint16_t> wide;
        std::vector<int64_t> whole;
        for (const char c : interleaved) {
            const auto byte = static_cast<unsigned char>(c);
            unit.push_back(static_cast<float>(byte) / 255);
            wide.push_back(static_cast<uint16_t>(257 * byte));
            whole.push_back(byte);
        }
        const auto row = [](const char* name, const std::string& file, const char* layout) {
            QTest::newRow(name) << QByteArray::fromStdString(file) << layout;
        };
        row("planar", npyOf("|u1", "(1, 3, 2, 4)", planar), "channels_first");
        row("interleaved", npyOf("|u1", "(1, 2, 4, 3)", interleaved), "automatic");
        row("Fortran", npyOf("|u1", "(1, 3, 2, 4)", fortran, true), "channels_first");
        row("0 to 1", npyOf("<f4", "(1, 2, 4, 3)", bytesOf(unit)), "automatic");
        row("16 bits", npyOf("<u2", "(1, 2, 4, 3)", bytesOf(wide)), "channels_last");
        row("whole numbers", npyOf("<i8", "(1, 2, 4, 3)", bytesOf(whole)), "automatic");
    }
    void layoutsAreToldApart() {
        QFETCH(QByteArray, images);
        QFETCH(QString, layout);
        const Pair pair(images.toStdString(), {});
        const auto set = openAs("npy", pair.folder.path(), {{"layout", layout.toStdString()}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->columns[0].shape, (Shape{3, 2, 4}));
        const auto pixels = set->train.pixels(0, 0);
        for (size_t c = 0; c < 3; ++c)
            for (size_t y = 0; y < 2; ++y)
                for (size_t x = 0; x < 4; ++x)
                    QCOMPARE(size_t{pixels[8 * c + 4 * y + x]}, 60 * c + 10 * y + x);
    }

    void rowsOfNumbersAreNumbersOrPictures() {
        std::vector<double> numbers{-1.5, 2, 3, 4, 5, 6, 7, 8};
        const Pair pair(npyOf("<f8", "(2, 4)", bytesOf(numbers)),
                        npyOf("<f8", "(2,)", bytesOf(std::vector<double>{0.5, 2.5})));
        const auto set = openAs("npy", pair.folder.path(), {{"test_share", "0"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->columns[0].name, std::string("input"));
        QCOMPARE(set->columns[0].shape, (Shape{4}));
        QCOMPARE(test::floatsOf(set->train, 0), (std::vector<float>{-1.5, 2, 3, 4, 5, 6, 7, 8}));
        QCOMPARE(set->columns[1].name, std::string("target"));
        QCOMPARE(test::floatsOf(set->train, 1), (std::vector<float>{0.5, 2.5}));
        const auto picture = openAs("npy", pair.folder.path(), {{"height", "2"}, {"width", "2"}});
        QVERIFY2(picture.ok(), qPrintable(problemOf(picture)));
        QCOMPARE(picture->columns[0].shape, (Shape{1, 2, 2}));
        const auto wrong = openAs("npy", pair.folder.path(), {{"height", "3"}, {"width", "2"}});
        QVERIFY(
            problemOf(wrong).contains("4 numbers for each example, which make no picture of 3"));
    }

    void oneHotRowsAreClasses() {
        const Pair pair(npyOf("|u1", "(3, 2, 2)", counting(12)),
                        npyOf("<f4", "(3, 2)", bytesOf(std::vector<float>{0, 1, 1, 0, 0, 1})));
        const auto set = openAs("npy", pair.folder.path(), {{"test_share", "0"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(test::labelsOf(set->train), (std::vector<int32_t>{1, 0, 1}));
        QCOMPARE(set->columns[1].classes.size(), size_t{2});
    }

    void masksAreMasks() {
        const Pair pair(npyOf("|u1", "(2, 3, 3)", counting(18)),
                        npyOf("|u1", "(2, 3, 3)", std::string(17, '\0') + '\2'));
        const auto set = openAs("npy", pair.folder.path(), {{"test_share", "0"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->columns[1].name, std::string("mask"));
        QCOMPARE(set->columns[1].shape, (Shape{1, 3, 3}));
        QCOMPARE(set->columns[1].classes.size(), size_t{3});
        QCOMPARE(int{set->train.pixels(1, 1)[8]}, 2);
    }

    void numbersOfMasksAreCounted_data() {
        QTest::addColumn<QByteArray>("mask");
        QTest::addColumn<int>("classes");
        QTest::addColumn<QByteArray>("becomes");
        const auto row = [](const char* name, QByteArray mask, int classes, QByteArray becomes) {
            QTest::newRow(name) << mask << classes << becomes;
        };
        row("two classes", QByteArray("\0\1\1\0", 4), 2, QByteArray("\0\1\1\0", 4));
        row("black and white", QByteArray("\0\xFF\0\xFF", 4), 2, QByteArray("\0\1\0\1", 4));
        row("255 is none of three", QByteArray("\0\xFF\2\1", 4), 3, QByteArray("\0\xFF\2\1", 4));
        row("nothing but the background", QByteArray(4, '\0'), 2, QByteArray(4, '\0'));
    }
    void numbersOfMasksAreCounted() {
        QFETCH(QByteArray, mask);
        QFETCH(int, classes);
        QFETCH(QByteArray, becomes);
        const Pair pair(npyOf("|u1", "(1, 2, 2)", counting(4)),
                        npyOf("|u1", "(1, 2, 2)", mask.toStdString()));
        const auto set = openAs("npy", pair.folder.path(), {{"test_share", "0"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(std::ssize(set->columns[1].classes), std::ptrdiff_t{classes});
        const auto pixels = set->train.pixels(1, 0);
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(pixels.data()), 4), becomes);
    }

    /// Half of each class, whatever its size; the same for the same seed.
    void splitsEachClass() {
        std::string images, labels;
        for (int i = 0; i < 60; ++i) {
            images += static_cast<char>(i);
            labels += static_cast<char>(i % 3 == 0);
        }
        const Pair pair(npyOf("|u1", "(60, 1, 1)", images), npyOf("|u1", "(60,)", labels));
        const auto set = openAs("npy", pair.folder.path(), {{"test_share", "0.5"}}, {.seed = 3});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        const auto survey = surveyOf(*set);
        QCOMPARE(survey->classes[0].train, int64_t{20});
        QCOMPARE(survey->classes[0].test, int64_t{20});
        QCOMPARE(survey->classes[1].train, int64_t{10});
        QCOMPARE(survey->classes[1].test, int64_t{10});
        const auto again = openAs("npy", pair.folder.path(), {{"test_share", "0.5"}}, {.seed = 3});
        const auto other = openAs("npy", pair.folder.path(), {{"test_share", "0.5"}}, {.seed = 4});
        QCOMPARE(test::pixelsOf(again->train), test::pixelsOf(set->train));
        QVERIFY(test::pixelsOf(other->train) != test::pixelsOf(set->train));
        QVERIFY(other->fingerprint != set->fingerprint);
        // The first pixel of example n is n, in whichever part it stands.
        for (const Dataset* one : {&*set, &*other})
            for (const bool isTest : {false, true}) {
                const ExampleSet& part = isTest ? one->test : one->train;
                for (int64_t i = 0; i < part.count; ++i)
                    QCOMPARE(exampleName(*one, isTest, i),
                             fmt::format("example {}", part.pixels(0, i)[0]));
            }
        const auto train = test::pixelsOf(set->train), tested = test::pixelsOf(set->test);
        std::set<uint8_t> all(train.begin(), train.end());
        all.insert(tested.begin(), tested.end());
        QCOMPARE(all.size(), size_t{60});
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("images");
        QTest::addColumn<QByteArray>("labels");
        QTest::addColumn<QString>("fields");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& images, const std::string& labels,
                            const char* fields, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(images)
                                << QByteArray::fromStdString(labels) << fields << says;
        };
        const std::string images = npyOf("|u1", "(2, 2, 2)", counting(8)),
                          labels = npyOf("|u1", "(2,)", "\1\2");
        row("counts", images, npyOf("|u1", "(3,)", "123"), "",
            "N11: 'images' has 2 examples, 'labels' has 3 labels");
        row("no such array", images, labels, "train_images=other",
            "N11: no array is called 'other'; there are: images, labels");
        row("no examples", npyOf("|u1", "(0, 2, 2)", {}), npyOf("|u1", "(0,)", {}), "",
            "N11: 'images' is uint8 [0, 2, 2]: it holds no examples");
        row("layout", images, labels, "layout=channels_last",
            "N11: 'images' is uint8 [2, 2, 2]; pictures of layout 'channels_last' have 4 axes");
        row("negative", images, npyOf("|i1", "(2,)", "\1\xFF"), "labels=classes",
            "I07: 'labels' has label -1 at 1; classes are from 0 to 65535");
        row("negative by itself", images,
            npyOf("<i4", "(2,)", bytesOf(std::vector<int32_t>{1, -1})), "",
            "I07: 'labels' has label -1 at 1; classes are from 0 to 65535");
        row("large by itself", images,
            npyOf("<i4", "(2,)", bytesOf(std::vector<int32_t>{1, 300000})), "",
            "I07: 'labels' has label 300000 at 1; classes are from 0 to 65535");
        row("not whole", images, npyOf("<f4", "(2,)", bytesOf(std::vector<float>{0.5, 1})),
            "labels=classes", "I07: 'labels' has numbers that are not whole");
        row("no one", images, npyOf("|u1", "(2, 2)", {"\0\1\0\0", 4}), "labels=one_hot",
            "I07: 'labels' has no single 1 in row 1");
        row("rows as classes", images, npyOf("|u1", "(2, 2)", "1234"), "labels=classes",
            "N11: 'labels' is uint8 [2, 2]; class numbers are one for each example");
        row("objects", npyOf("|O", "(2,)", "12345678"), labels, "",
            "N04: images.npy: it holds Python objects");
    }
    void refuses() {
        QFETCH(QByteArray, images);
        QFETCH(QByteArray, labels);
        QFETCH(QString, fields);
        QFETCH(QString, says);
        const Pair pair(images.toStdString(), labels.toStdString());
        test::FieldTexts texts;
        if (!fields.isEmpty())
            texts.emplace_back(fields.section('=', 0, 0).toStdString(),
                               fields.section('=', 1).toStdString());
        const auto set = openAs("npy", pair.folder.path(), texts);
        QVERIFY2(problemOf(set).startsWith(says), qPrintable(problemOf(set)));
        QCOMPARE(set.error().kept, std::string("Nothing was imported."));
    }

    void numbersThatAreNoClassesAreLearntByChoice() {
        const Pair pair(npyOf("|u1", "(2, 2, 2)", counting(8)),
                        npyOf("<i4", "(2,)", bytesOf(std::vector<int32_t>{1, -1})));
        const auto set = openAs("npy", pair.folder.path(), {{"labels", "numbers"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QVERIFY(set->columns[1].dtype == DType::F32 && !set->columns[1].hasClasses());
    }

    void labelsAloneAreNoInputs_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        QTest::newRow("labels")
            << "labels.npy"
            << "N11: array 'labels' has the labels, and no array has the inputs";
        QTest::newRow("of a part") << "y_train.npy"
                                   << "N11: array 'y_train' has the labels, and no array has the";
    }
    void labelsAloneAreNoInputs() {
        QFETCH(QString, file);
        QFETCH(QString, says);
        QTemporaryDir folder;
        put(folder.filePath(file), npyOf("|u1", "(2,)", "\1\2"));
        for (const QString& path : {folder.path(), folder.filePath(file)}) {
            const auto set = openAs("npy", path);
            QVERIFY2(problemOf(set).startsWith(says), qPrintable(problemOf(set)));
        }
    }

    /// What the training part is found to be holds for the test part.
    void testLabelsAreOfTheSameKind_data() {
        QTest::addColumn<QByteArray>("train");
        QTest::addColumn<QByteArray>("test");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& train, const std::string& test,
                            const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(train)
                                << QByteArray::fromStdString(test) << says;
        };
        const std::string classes = npyOf("|u1", "(2,)", "\1\2");
        row("rows", classes, npyOf("|u1", "(2, 2)", "1234"),
            "N11: 'y_test' is uint8 [2, 2]; class numbers are one");
        row("no numbers", classes, npyOf("|u1", "(2, 0)", {}),
            "N11: 'y_test' is uint8 [2, 0]: it holds no labels");
        row("negative", classes, npyOf("|i1", "(2,)", "\1\xFF"), "I07: 'y_test' has label -1 at 1");
        row("masks", npyOf("|u1", "(2, 2, 2)", counting(8)),
            npyOf("<i2", "(2, 2, 2)", std::string(16, '\1')),
            "I07: 'y_test' has numbers that are no classes of a mask");
        row("widths", npyOf("<f4", "(2, 2)", std::string(16, '\1')),
            npyOf("<f4", "(2, 3)", std::string(24, '\1')),
            "N11: 'y_test' is float32 [2, 3], 'y_train'");
    }
    void testLabelsAreOfTheSameKind() {
        QFETCH(QByteArray, train);
        QFETCH(QByteArray, test);
        QFETCH(QString, says);
        QTemporaryDir folder;
        for (const char* inputs : {"x_train.npy", "x_test.npy"})
            put(folder.filePath(inputs), npyOf("|u1", "(2, 2, 2)", counting(8)));
        put(folder.filePath("y_train.npy"), train.toStdString());
        put(folder.filePath("y_test.npy"), test.toStdString());
        const auto set = openAs("npy", folder.path());
        QVERIFY2(problemOf(set).startsWith(says), qPrintable(problemOf(set)));
    }

    void testPartsMustFit() {
        QTemporaryDir folder;
        put(folder.filePath("x_train.npy"), npyOf("|u1", "(2, 2, 2)", counting(8)));
        put(folder.filePath("y_train.npy"), npyOf("|u1", "(2,)", "\2\1"));
        put(folder.filePath("x_test.npy"), npyOf("|u1", "(1, 2, 3)", counting(6)));
        const auto unlabelled = openAs("npy", folder.path());
        QVERIFY2(problemOf(unlabelled).startsWith("N11: no array is called as labels of the test"),
                 qPrintable(problemOf(unlabelled)));
        put(folder.filePath("y_test.npy"), npyOf("|u1", "(1,)", "\1"));
        const auto set = openAs("npy", folder.path());
        QVERIFY(problemOf(set).startsWith("N11: 'x_test' is uint8 [1, 2, 3], 'x_train' is uint8"));
    }

    void bytesAreTakenWhereTheyLie() {
        const Pair pair(npyOf("|u1", "(2, 2, 2)", counting(8)), npyOf("|u1", "(2,)", "\1\2"));
        QVERIFY(openAs("npy", pair.folder.path(), {}, {.memoryBytes = 1}).ok());
        const Pair other(npyOf("<i8", "(1, 2, 2)", std::string(32, '\1')), {});
        const auto refused = openAs("npy", other.folder.path(), {}, {.memoryBytes = 1});
        QVERIFY2(problemOf(refused).startsWith("H02: 'images' needs"),
                 qPrintable(problemOf(refused)));
    }

    /// A file that is cut while it is open gives zeros and an Error, not the end of the program.
    void aFileThatIsCutIsTold() {
        QTemporaryDir folder;
        const QString path = folder.filePath("images.npy");
        put(path, npyOf("|u1", "(100, 100, 100)", std::string(1'000'000, '\7')));
        const auto set = openAs("npy", path, {{"test_share", "0"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QVERIFY(!set->train.source->trouble());
        QCOMPARE(int{set->train.pixels(0, 99)[9999]}, 7);
        QCOMPARE(truncate(QFile::encodeName(path), 5000), 0);
        QCOMPARE(int{set->train.pixels(0, 99)[9999]}, 0);
        const auto trouble = set->train.source->trouble();
        QVERIFY(trouble.has_value());
        QCOMPARE(trouble->code, std::string("G07"));
    }

    /// Inputs and labels of any shape and type, with any numbers, give data that are whole, or an
    /// Error.
    void takesAnyArrays() {
        Rng rng(7, RngStream::Test);
        const QTemporaryDir folder;
        int accepted = 0;
        for (int i = test::executions() / 100; i > 0; --i) {
            const uint32_t count = rng.below(4);
            const std::string inputs = anyArray(count, rng), labels = anyArray(count, rng);
            put(folder.filePath("x_train.npy"), inputs);
            put(folder.filePath("y_train.npy"), labels);
            put(folder.filePath("x_test.npy"), rng.below(4) ? inputs : anyArray(count, rng));
            put(folder.filePath("y_test.npy"), rng.below(4) ? labels : anyArray(count, rng));
            if (rng.below(4) == 0) QVERIFY(QFile::remove(folder.filePath("x_test.npy")));
            const auto set = openAs("npy", folder.path(), {}, {.memoryBytes = 1 << 20});
            if (!set) {
                QVERIFY(!set.error().message.empty() &&
                        set.error().kept == "Nothing was imported.");
                continue;
            }
            ++accepted;
            for (const ExampleSet* part : {&set->train, &set->test})
                for (size_t column = 0; column < set->columns.size(); ++column)
                    for (int64_t row = 0; row < part->count; ++row)
                        QCOMPARE(std::ssize(part->value(column, row)),
                                 set->columns[column].bytes());
        }
        QVERIFY(accepted > test::executions() / 500);
    }

    void neverWaitsForAPipe() {
        QTemporaryDir folder;
        const QString pipe = folder.filePath("images.npy");
        QVERIFY(mkfifo(QFile::encodeName(pipe), 0600) == 0);
        QVERIFY(problemOf(openAs("npy", pipe)).startsWith("G03"));
        const DataFormatDescriptor* format = findDataFormat("npy");
        Attrs attrs(format->fields);
        QVERIFY(!format->recognise(pipe.toStdString(), attrs));
    }
};

QTEST_APPLESS_MAIN(NpyFormatTest)
#include "tst_npy.moc"
