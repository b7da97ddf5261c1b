// SPDX-License-Identifier: Apache-2.0
// Data format "cifar" in both versions. Truth: records written out here, and batches as Python 2
// wrote them (pickle/files/README.md).
#include <QtTest/QtTest>

#include "core/data/cifar/cifar_batch.h"
#include "core/session/data_choice.h"
#include "tests/support/data_format.h"
#include "tests/support/example_sets.h"
#include "tests/support/mutator.h"

using namespace vitrine;
using test::openAs;
using test::problemOf;
using test::put;

namespace {

const QString python = VITRINE_SOURCE_DIR "/tests/core/data/pickle/files/";

/// A record of these labels, whose pixels are all `pixel`.
std::string record(const std::string& labels, char pixel) {
    return labels + std::string(3072, pixel);
}

/// CIFAR-10 with one picture in each file.
void putTen(const QTemporaryDir& folder) {
    for (int i = 1; i <= 5; ++i)
        put(folder.filePath(QString("data_batch_%1.bin").arg(i)),
            record(std::string(1, static_cast<char>(i)), static_cast<char>(i)));
    put(folder.filePath("test_batch.bin"), record("\x9", 9));
    put(folder.filePath("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
}

void putHundred(const QTemporaryDir& folder) {
    put(folder.filePath("train.bin"), record("\x13\x63", 1) + record({"\0\4", 2}, 2));
    put(folder.filePath("test.bin"), record("\2\3", 3));
    std::string fine, coarse;
    for (int i = 0; i < 100; ++i) fine += fmt::format("fine{}\r\n", i);
    for (int i = 0; i < 20; ++i) coarse += fmt::format("coarse{}\n", i);
    put(folder.filePath("fine_label_names.txt"), fine);
    put(folder.filePath("coarse_label_names.txt"), coarse);
}

}  // namespace

class CifarTest : public QObject {
    Q_OBJECT

  private slots:
    void readsTheBinaryVersion() {
        QTemporaryDir folder;
        putTen(folder);
        const auto set = openAs("cifar", folder.path());
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(test::labelsOf(set->train), (std::vector<int32_t>{1, 2, 3, 4, 5}));
        QCOMPARE(int{set->train.pixels(0, 4)[3071]}, 5);
        QCOMPARE(set->test.number(1, 0), 9);
        QCOMPARE(set->columns[1].classes[9], std::string("j"));
        QVERIFY(set->remarks.empty());
    }

    void readsCifar100_data() {
        QTest::addColumn<bool>("isPython");
        QTest::newRow("binary") << false;
        QTest::newRow("Python") << true;
    }
    void readsCifar100() {
        QFETCH(bool, isPython);
        QTemporaryDir folder;
        putHundred(folder);
        const QString path = isPython ? python + "cifar-100-python" : folder.path();
        const auto fine = openAs("cifar", path),
                   coarse = openAs("cifar", path, {{"labels", "coarse"}});
        QVERIFY2(fine.ok() && coarse.ok(), qPrintable(problemOf(fine) + problemOf(coarse)));
        QCOMPARE(test::labelsOf(fine->train), (std::vector<int32_t>{99, 4}));
        QCOMPARE(test::labelsOf(coarse->train), (std::vector<int32_t>{19, 0}));
        QCOMPARE(fine->columns[1].classes[99], std::string("fine99"));
        QCOMPARE(coarse->columns[1].classes[19], std::string("coarse19"));
        QVERIFY(fine->remarks.empty() && coarse->remarks.empty());
    }

    void readsPythonsBatches() {
        const auto set = openAs("cifar", python + "cifar-10-batches-py");
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(test::labelsOf(set->train), (std::vector<int32_t>{3, 9}));
        QCOMPARE(test::labelsOf(set->test), std::vector<int32_t>{0});
        QCOMPARE(set->columns[1].classes[3], std::string("cat"));
        QCOMPARE(set->remarks.size(), size_t{1});
        QCOMPARE(set->remarks[0].code, std::string("F04"));
        QVERIFY(set->remarks[0].message.find("data_batch_2, data_batch_3") != std::string::npos);
        // What Python reads: data[0][:4] and data[1][-1].
        const auto pixels = set->train.pixels(0, 0);
        QCOMPARE((std::vector<uint8_t>(pixels.begin(), pixels.begin() + 4)),
                 (std::vector<uint8_t>{248, 194, 190, 207}));
        QCOMPARE(int{set->train.pixels(0, 1)[3071]}, 61);
    }

    void isFoundInTheFolderAround() {
        const auto chosen = dataIn(python.toStdString(), Project());
        QVERIFY2(chosen.ok(), qPrintable(problemOf(chosen)));
        QCOMPARE(chosen->format, std::string("cifar"));
        QCOMPARE(openAs("cifar", python)->train.count, int64_t{2});
    }

    void refuses_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* file, const std::string& bytes,
                            const char* says) {
            QTest::newRow(name) << file << QByteArray::fromStdString(bytes) << says;
        };
        row("size", "data_batch_2.bin", record("\1", 1) + "x",
            "F01: data_batch_2.bin: it has 3074 bytes, wanted a multiple of 3073");
        row("label", "data_batch_2.bin", record("\xA", 1),
            "F02: data_batch_2.bin: label 10 of item 0 is out of range, 10 classes are from 0 to "
            "9");
        row("twice", "data_batch_3.bin", record("\2", 2),
            "F04: data_batch_2.bin and data_batch_3.bin have the same bytes");
        row("empty", "data_batch_2.bin", "", "G04");
    }
    void refuses() {
        QFETCH(QString, file);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        QTemporaryDir folder;
        putTen(folder);
        put(folder.filePath(file), bytes.toStdString());
        const auto set = openAs("cifar", folder.path());
        QVERIFY2(problemOf(set).startsWith(says), qPrintable(problemOf(set)));
        QCOMPARE(set.error().kept, std::string("Nothing was imported."));
    }

    void refusesPicklesThatAreNoBatches_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        QTest::newRow("runs code") << QByteArray("cos\nsystem\n(S'true'\ntR.")
                                   << "F03: data_batch_1: it wants Python's 'os.system'";
        QTest::newRow("no dict") << QByteArray("\x80\2K\1.")
                                 << "F01: data_batch_1: it holds no batch";
        QTest::newRow("no pickle") << QByteArray("hello") << "G09: data_batch_1: ";
    }
    void refusesPicklesThatAreNoBatches() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        QTemporaryDir folder;
        put(folder.filePath("data_batch_1"), bytes.toStdString());
        const auto set = openAs("cifar", folder.path());
        QVERIFY2(problemOf(set).startsWith(says), qPrintable(problemOf(set)));
    }

    void tellsOfMissingFiles() {
        QTemporaryDir folder;
        putTen(folder);
        QVERIFY(QFile::remove(folder.filePath("data_batch_4.bin")));
        QVERIFY(QFile::remove(folder.filePath("batches.meta.txt")));
        const auto set = openAs("cifar", folder.path());
        QVERIFY2(set.ok(), qPrintable(problemOf(set)));
        QCOMPARE(set->train.count, int64_t{4});
        QCOMPARE(set->remarks.size(), size_t{2});
        QVERIFY(set->remarks[0].message.find("data_batch_4.bin is missing") != std::string::npos);
        QCOMPARE(set->remarks[1].code, std::string("F05"));
        QCOMPARE(set->columns[1].classes[9], std::string("9"));
    }

    /// Damage gives pictures that are whole, or an Error; batches and names, in both versions.
    void survivesDamage() {
        const auto read = [](const char* name) {
            QFile file(python + name);
            return file.open(QFile::ReadOnly) ? file.readAll().toStdString() : std::string();
        };
        test::Mutator mutator({read("cifar-10-batches-py/test_batch"),
                               read("cifar-100-python/train"), read("cifar-100-python/meta"),
                               record("\5", 1), record("\2\3", 1), "a\nb\nc\n"});
        int accepted = 0;
        for (int i = test::executions(); i > 0; --i) {
            const std::string bytes = mutator.next();
            const CifarLabels labels{i % 3 > 0, i % 3 > 1};
            CifarBatch batch;
            const auto added = i % 2 ? addPythonBatch("x", test::bytesOf(bytes), labels, batch)
                                     : addBinaryBatch("x", test::bytesOf(bytes), labels, batch);
            accepted += added.ok();
            if (added) QCOMPARE(batch.pixels.size(), batch.labels.size() * cifarImageBytes);
            const auto names = cifarNames(test::bytesOf(bytes), i % 2, labels);
            QVERIFY(names.empty() || std::ssize(names) == labels.classes());
        }
        QVERIFY(accepted > 100);
    }

    void tellsToUnpackArchives() {
        QTemporaryDir folder;
        const QString archive = folder.filePath("cifar-10-python.tar.gz");
        put(archive, "\x1F\x8B");
        const auto chosen = dataIn(archive.toStdString(), Project());
        QVERIFY2(chosen.ok(), qPrintable(problemOf(chosen)));
        QCOMPARE(chosen->format, std::string("cifar"));
        const auto set = openAs("cifar", archive);
        QVERIFY2(problemOf(set).startsWith("F06: 'cifar-10-python.tar.gz' is packed"),
                 qPrintable(problemOf(set)));
        QVERIFY(set.error().next.find("Unpack it") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(CifarTest)
#include "tst_cifar.moc"
