// SPDX-License-Identifier: Apache-2.0
// Data format "hdf5": which arrays are taken and what they become. Truth: files that h5py wrote by
// a formula (make_hdf5.py).
#include <QtTest/QtTest>

#include "core/session/data_choice.h"
#include "tests/support/data_format.h"
#include "tests/support/example_sets.h"

using namespace vitrine;
using test::openAs;
using test::problemOf;

namespace {

const QString files = VITRINE_SOURCE_DIR "/tests/core/data/formats/files/";

std::vector<int32_t> counted(int64_t count, int32_t classes) {
    std::vector<int32_t> labels;
    for (int64_t i = 0; i < count; ++i) labels.push_back(static_cast<int32_t>(i) % classes);
    return labels;
}

}  // namespace

class Hdf5FormatTest : public QObject {
    Q_OBJECT

  private slots:
    /// Channels behind rows and columns; the network has them in front.
    void opensKerasNames() {
        const auto set = openAs("hdf5", files + "keras.h5");
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{10});
        QCOMPARE(set->test.count, int64_t{4});
        QCOMPARE(set->columns[0].shape, (Shape{3, 6, 5}));
        QVERIFY(set->columns[0].isImage());
        QCOMPARE(test::labelsOf(set->train), counted(10, 5));
        QCOMPARE(test::labelsOf(set->test), counted(4, 5));
        for (size_t n = 0; n < 10; ++n)
            for (size_t c = 0; c < 3; ++c)
                for (size_t i = 0; i < 30; ++i)
                    QCOMPARE(size_t{set->train.pixels(0, static_cast<int64_t>(n))[c * 30 + i]},
                             (n * 90 + i * 3 + c) * 7 % 251);
    }

    void opensGroupsAndOneHotLabels() {
        const auto set = openAs("hdf5", files + "groups.hdf5");
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->columns[0].shape, (Shape{3, 7, 6}));
        QCOMPARE(set->columns[1].classes.size(), size_t{3});
        QCOMPARE(test::labelsOf(set->train), counted(9, 3));
        QCOMPARE(set->train.pixels(0, 1)[5], (126 + 5) * 7 % 251);
    }

    /// A file for training and one for testing.
    void opensPairs() {
        const auto set = openAs("hdf5", files + "pair");
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{6});
        QCOMPARE(set->test.count, int64_t{4});
        QCOMPARE(set->columns[0].shape, (Shape{3, 8, 8}));
        QCOMPARE(test::labelsOf(set->test), counted(4, 2));
        QCOMPARE(set->columns[1].classes, (std::vector<std::string>{"non-cat", "cat"}));
    }

    /// Each array in a file of its own, the part in the file's name alone.
    void opensFoursWhoseFilesSayThePart() {
        const auto set = openAs("hdf5", files + "four");
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{6});
        QCOMPARE(set->test.count, int64_t{4});
        QCOMPARE(test::labelsOf(set->train), counted(6, 2));
    }

    /// 16 bits are scaled to 8, high byte first or not; a share of each class is tested on.
    void onePartIsShared() {
        const auto set =
            openAs("hdf5", files + "one_part.h5", {{"test_share", "0.4"}, {"values", "bytes"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{12});
        QCOMPARE(set->test.count, int64_t{8});
        std::vector<int> counts(4);
        for (const int32_t label : test::labelsOf(set->test)) ++counts[static_cast<size_t>(label)];
        QCOMPARE(counts, (std::vector<int>{2, 2, 2, 2}));
        const auto again =
            openAs("hdf5", files + "one_part.h5", {{"test_share", "0.4"}, {"values", "bytes"}});
        QCOMPARE(again->fingerprint, set->fingerprint);
        QCOMPARE(test::pixelsOf(again->test), test::pixelsOf(set->test));
    }

    /// Floats of 8 bytes, high byte first, and of 2.
    void opensTablesOfNumbers() {
        const auto set = openAs("hdf5", files + "numbers.h5", {{"test_share", "0"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{8});
        QVERIFY(set->columns[0].dtype == DType::F32);
        QCOMPARE(set->columns[0].shape, (Shape{5}));
        QVERIFY(!set->columns[1].hasClasses());
        const auto inputs = test::floatsOf(set->train, 0), targets = test::floatsOf(set->train, 1);
        for (size_t i = 0; i < 40; ++i) QCOMPARE(inputs[i], static_cast<float>(i) / 4);
        for (size_t i = 0; i < 8; ++i) QCOMPARE(targets[i], static_cast<float>(i) / 8);
    }

    void opensMatlabsNewFiles() {
        const auto set = openAs("hdf5", files + "with_a_block_in_front.mat", {{"test_share", "0"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{5});
        QCOMPARE(set->columns[0].shape, (Shape{1, 4, 4}));
    }

    void takesArraysByName() {
        const auto set = openAs("hdf5", files + "keras.h5",
                                {{"train_images", "x_test"}, {"train_labels", "y_test"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{4});
        const auto none = openAs("hdf5", files + "keras.h5", {{"train_images", "pictures"}});
        QCOMPARE(problemOf(none),
                 QString("N11: no array is called 'pictures'; there are: x_test, x_train, "
                         "y_test, y_train"));
        QCOMPARE(QString::fromStdString(none.error().place.field), QString("train_images"));
    }

    void whatCannotBeReadIsNamed() {
        const auto set = openAs("hdf5", files + "not_read.h5", {{"train_images", "packed"}});
        QCOMPARE(problemOf(set), QString("N07: not_read.h5: 'packed' is compressed by 'lzf' "
                                         "(filter 32000), which is not there"));
        QCOMPARE(QString::fromStdString(set.error().kept), QString("Nothing was imported."));
    }

    void isRecognisedByContent_data() {
        QTest::addColumn<QString>("path");
        for (const char* path : {"keras.h5", "pair", "four", "with_a_block_in_front.mat"})
            QTest::newRow(path) << files + path;
    }
    void isRecognisedByContent() {
        QFETCH(QString, path);
        const auto chosen = dataIn(path.toStdString(), Project());
        QVERIFY2(chosen.ok(), qPrintable(problemOf(chosen)));
        QCOMPARE(QString::fromStdString(chosen->format), QString("hdf5"));
    }

    void whatIsNoneIsSaid() {
        QTemporaryDir folder;
        test::put(folder.filePath("a.h5"), "text");
        QVERIFY(problemOf(openAs("hdf5", folder.filePath("a.h5"))).startsWith("G05"));
        QVERIFY(problemOf(openAs("hdf5", folder.path())).startsWith("G05"));
    }
};

QTEST_GUILESS_MAIN(Hdf5FormatTest)
#include "tst_hdf5.moc"
