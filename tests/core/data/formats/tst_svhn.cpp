// SPDX-License-Identifier: Apache-2.0
// Data format "svhn": MATLAB's columns become rows, its 10 the digit 0. Truth: files that SciPy
// wrote by a formula (make_hdf5.py), packed and plain.
#include <QtTest/QtTest>

#include "core/session/data_choice.h"
#include "tests/support/data_format.h"
#include "tests/support/example_sets.h"

using namespace vitrine;
using test::openAs;
using test::problemOf;

namespace {

const QString folder = VITRINE_SOURCE_DIR "/tests/core/data/formats/files/svhn";

}  // namespace

class SvhnTest : public QObject {
    Q_OBJECT

  private slots:
    void opensBothParts() {
        const auto set = openAs("svhn", folder);
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{12});
        QCOMPARE(set->test.count, int64_t{5});
        QCOMPARE(set->columns[0].shape, (Shape{3, 32, 32}));
        QCOMPARE(set->columns[1].classes.size(), size_t{10});
        QCOMPARE(test::labelsOf(set->train),
                 (std::vector<int32_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2}));
        for (const auto& [part, count] : {std::pair(&set->train, 12), std::pair(&set->test, 5)})
            for (int n = 0; n < count; ++n)
                for (int c = 0; c < 3; ++c)
                    for (int y = 0; y < 32; ++y)
                        for (int x = 0; x < 32; ++x)
                            QCOMPARE(
                                int{part->pixels(0, n)[static_cast<size_t>((c * 32 + y) * 32 + x)]},
                                (((y * 32 + x) * 3 + c) * count + n) * 7 % 251);
    }

    void isRecognised() {
        for (const QString& path : {folder, folder + "/test_32x32.mat"}) {
            const auto chosen = dataIn(path.toStdString(), Project());
            QVERIFY2(chosen.ok(), qPrintable(problemOf(chosen)));
            QCOMPARE(QString::fromStdString(chosen->format), QString("svhn"));
        }
    }

    void withoutATestFileAShareIsTestedOn() {
        QTemporaryDir other;
        QVERIFY(QFile::copy(folder + "/train_32x32.mat", other.filePath("train_32x32.mat")));
        const auto set = openAs("svhn", other.path(), {{"test_share", "0.5"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count + set->test.count, int64_t{12});
        QVERIFY(set->test.count > 0);
    }

    void extraImagesAreTrainedOn() {
        QTemporaryDir other;
        for (const auto& [from, to] : {std::pair("train", "train"), std::pair("test", "extra")})
            QVERIFY(QFile::copy(folder + QString("/%1_32x32.mat").arg(from),
                                other.filePath(QString("%1_32x32.mat").arg(to))));
        const auto set = openAs("svhn", other.path(), {{"test_share", "0"}, {"extra", "true"}});
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{17});
        const auto both = openAs("svhn", folder);
        for (int64_t i = 0; i < 5; ++i)
            QVERIFY(std::ranges::equal(set->train.pixels(0, 12 + i), both->test.pixels(0, i)));
        QCOMPARE(set->train.number(1, 16), 5);
        const auto missing = openAs("svhn", folder, {{"extra", "true"}});
        QVERIFY2(problemOf(missing).startsWith("G01"), qPrintable(problemOf(missing)));
    }

    void damageIsSaid() {
        QTemporaryDir other;
        QFile whole(folder + "/train_32x32.mat");
        QVERIFY(whole.open(QIODevice::ReadOnly));
        const QByteArray bytes = whole.readAll();
        for (const int length : {20, 128, 200, 1000, int(bytes.size()) - 40}) {
            test::put(other.filePath("train_32x32.mat"), bytes.left(length).toStdString());
            const auto set = openAs("svhn", other.path());
            QVERIFY2(!set.ok(), qPrintable(QString::number(length)));
            QCOMPARE(QString::fromStdString(set.error().kept), QString("Nothing was imported."));
        }
    }
};

QTEST_GUILESS_MAIN(SvhnTest)
#include "tst_svhn.moc"
