// SPDX-License-Identifier: Apache-2.0
// Data format "stl10". Truth: the set's description: planes of 96×96 that lie column by column,
// labels from 1 to 10.
#include <QtTest/QtTest>

#include "core/session/data_choice.h"
#include "tests/support/data_format.h"
#include "tests/support/example_sets.h"

using namespace vitrine;
using test::openAs;
using test::problemOf;
using test::put;

namespace {

constexpr size_t side = 96, plane = side * side;

/// A picture whose value at row y, column x of plane c is y + 2 x + 3 c + `shift`, modulo 256.
std::string picture(size_t shift) {
    std::string bytes;
    for (size_t c = 0; c < 3; ++c)
        for (size_t x = 0; x < side; ++x)
            for (size_t y = 0; y < side; ++y)
                bytes += static_cast<char>((y + 2 * x + 3 * c + shift) % 256);
    return bytes;
}

void putSet(const QString& folder) {
    put(folder + "/train_X.bin", picture(0) + picture(7));
    put(folder + "/train_y.bin", "\1\xA");
    put(folder + "/test_X.bin", picture(1));
    put(folder + "/test_y.bin", "\3");
    put(folder + "/class_names.txt",
        "airplane\nbird\ncar\ncat\ndeer\ndog\nhorse\nmonkey\nship\ntruck\n");
}

}  // namespace

class Stl10Test : public QObject {
    Q_OBJECT

  private slots:
    void turnsColumnsIntoRows() {
        QTemporaryDir folder;
        putSet(folder.path());
        const auto chosen = dataIn(folder.path().toStdString(), Project());
        QCOMPARE(chosen->format, std::string("stl10"));
        const auto set = openAs("stl10", folder.path());
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->columns[0].shape, (Shape{3, 96, 96}));
        QCOMPARE(test::labelsOf(set->train), (std::vector<int32_t>{0, 9}));
        QCOMPARE(test::labelsOf(set->test), std::vector<int32_t>{2});
        QCOMPARE(set->columns[1].classes[9], std::string("truck"));
        const auto pixels = set->train.pixels(0, 1);
        for (size_t c = 0; c < 3; ++c)
            for (size_t y = 0; y < side; ++y)
                for (size_t x = 0; x < side; ++x)
                    QCOMPARE(size_t{pixels[c * plane + y * side + x]},
                             (y + 2 * x + 3 * c + 7) % 256);
    }

    void isFoundWhereItsArchiveUnpacks() {
        QTemporaryDir folder;
        QVERIFY(QDir().mkpath(folder.filePath("stl10_binary")));
        putSet(folder.filePath("stl10_binary"));
        QVERIFY(QFile::remove(folder.filePath("stl10_binary/class_names.txt")));
        QCOMPARE(dataIn(folder.path().toStdString(), Project())->format, std::string("stl10"));
        const auto set = openAs("stl10", folder.path());
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->columns[1].classes[0], std::string("1"));
    }

    void refuses_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* file, const std::string& bytes,
                            const char* says) {
            QTest::newRow(name) << file << QByteArray::fromStdString(bytes) << says;
        };
        row("size", "test_X.bin", "x",
            "F01: test_X.bin: it has 1 bytes, wanted a multiple of 27648");
        row("counts", "test_y.bin", "\1\2",
            "F01: test_y.bin has 2 labels, wanted one for each of 1 image");
        row("label 0", "test_y.bin", std::string(1, '\0'), "F02: test_y.bin: label 0 of item 0");
        row("label 11", "train_y.bin", "\1\xB", "F02: train_y.bin: label 11 of item 1");
        row("empty", "test_X.bin", "", "G04");
    }
    void refuses() {
        QFETCH(QString, file);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        QTemporaryDir folder;
        putSet(folder.path());
        put(folder.filePath(file), bytes.toStdString());
        const auto set = openAs("stl10", folder.path());
        QVERIFY2(problemOf(set).startsWith(says), qPrintable(problemOf(set)));
        QCOMPARE(set.error().kept, std::string("Nothing was imported."));
    }

    void refusesMoreThanThereIsMemoryFor() {
        QTemporaryDir folder;
        putSet(folder.path());
        QVERIFY(problemOf(openAs("stl10", folder.path(), {}, {.memoryBytes = 50'000}))
                    .startsWith("H02"));
    }
};

QTEST_APPLESS_MAIN(Stl10Test)
#include "tst_stl10.moc"
