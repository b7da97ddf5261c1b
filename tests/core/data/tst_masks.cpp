// SPDX-License-Identifier: Apache-2.0
// Pictures with masks: which belong together, and which class a pixel is of. Truth: the numbers
// that the files were made of. The PNG files were made with Pillow 13.0.0 (tests/golden/masks.py).
#include <QtTest>

#include "core/data/pictures/mask_file.h"
#include "core/data/pictures/mask_pairs.h"
#include "core/session/data_choice.h"
#include "tests/support/example_sets.h"
#include "tests/support/picture_files.h"

using namespace vitrine;
using test::bytesOfText;
using test::flatPicture;
using Folder = test::PictureFolderFixture;

namespace {

std::vector<std::byte> fromHex(const QByteArray& hex) {
    return bytesOfText(QByteArray::fromHex(hex).toStdString());
}

/// A PGM file of 2 × 3.
std::vector<std::byte> grey(const std::vector<int>& values, int most = 255) {
    std::string text = fmt::format("P5 3 2 {}\n", most);
    for (const int value : values) text += static_cast<char>(value);
    return bytesOfText(text);
}

Result<Dataset> open(const Folder& folder, Folder::Fields fields = {{"test_share", 0.0}}) {
    return folder.open(fields, 2, 1, "mask_folder");
}

std::vector<uint8_t> maskOf(const Dataset& data, int64_t index) {
    const auto mask = data.train.pixels(1, index);
    return {mask.begin(), mask.end()};
}

}  // namespace

class MasksTest : public QObject {
    Q_OBJECT

  private slots:
    void layouts_data() {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<int>("train");
        QTest::addColumn<int>("test");
        QTest::newRow("side by side")
            << QStringList{"images/a.pgm", "images/b.pgm", "masks/a.pgm", "masks/b.pgm"} << 2 << 0;
        QTest::newRow("as Pascal VOC")
            << QStringList{"JPEGImages/a.pgm", "SegmentationClass/a.ppm"} << 1 << 0;
        QTest::newRow("ends of names")
            << QStringList{"imgs/a.pgm", "imgs/b.pgm", "masks/a_mask.pgm", "masks/b_mask.pgm"} << 2
            << 0;
        QTest::newRow("parts outside") << QStringList{"train/images/a.pgm", "train/labels/a.pgm",
                                                      "val/images/c.pgm", "val/labels/c.pgm"}
                                       << 1 << 1;
        QTest::newRow("parts inside")
            << QStringList{"images/training/x/a.pgm", "annotations/training/x/a.pgm",
                           "images/validation/c.pgm", "annotations/validation/c.pgm"}
            << 1 << 1;
    }
    void layouts() {
        QFETCH(QStringList, files);
        const Folder folder;
        for (const QString& file : files) folder.put(file.toStdString(), grey({0, 1, 0, 1, 0, 1}));
        const auto data = open(folder);
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        QTEST(static_cast<int>(data->train.count), "train");
        QTEST(static_cast<int>(data->test.count), "test");
        QVERIFY(data->remarks.empty());
        QCOMPARE(maskOf(*data, 0), (std::vector<uint8_t>{0, 1, 0, 1, 0, 1}));
        QCOMPARE(data->columns[1].shape, Shape({1, 2, 3}));
        QCOMPARE(data->columns[1].classes, (std::vector<std::string>{"0", "1"}));
        Project project;
        QCOMPARE(dataIn(folder.path(), project)->format, std::string("mask_folder"));
    }

    void numbers_data() {
        QTest::addColumn<QByteArray>("png");
        QTest::addColumn<int>("last");
        QTest::addColumn<int>("classes");
        QTest::newRow("palette of 8 bits") << QByteArray(
                                                  "89504e470d0a1a0a0000000d494844520000000300000002"
                                                  "0803000000aaaa962800000033504c54"
                                                  "455b626970777e858c939aa1a8afb6bdc4cbd2d9e0e7eef5"
                                                  "fc030a11181f262d343b424950575e65"
                                                  "6c737a81888f969da4abb2b9f4c129180000001049444154"
                                                  "789c6360606462606612000000350019"
                                                  "f63bc7b30000000049454e44ae426082")
                                           << 16 << 17;
        QTest::newRow("palette of 2 bits") << QByteArray(
                                                  "89504e470d0a1a0a0000000d494844520000000300000002"
                                                  "0203000000e01a8e890000000c504c54"
                                                  "455b626970777e858c939aa1a8bd20341b0000000c494441"
                                                  "54789c639060780000012c00f9095423"
                                                  "750000000049454e44ae426082")
                                           << 0 << 4;
        QTest::newRow("grey")
            << QByteArray(
                   "89504e470d0a1a0a0000000d4948445200000003000000020800000000b81f39c60000001049444"
                   "1"
                   "54789c63646064646066fa0f00012701082e30860f0000000049454e44ae426082")
            << 255 << 4;
    }
    void numbers() {
        QFETCH(QByteArray, png);
        QFETCH(int, last);
        const Folder folder;
        folder.put("images/a.pgm", flatPicture(2, 3, 9));
        folder.put("masks/a.png", fromHex(png));
        const auto data = open(folder);
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        QCOMPARE(maskOf(*data, 0),
                 (std::vector<uint8_t>{0, 1, 2, 3, 2, static_cast<uint8_t>(last)}));
        QTEST(static_cast<int>(data->columns[1].classes.size()), "classes");
    }

    void levels_data() {
        QTest::addColumn<QList<int>>("levels");
        QTest::newRow("as they are seen") << QList<int>{};
        QTest::newRow("as they are named") << QList<int>{0, 255};
        QTest::newRow("turned round") << QList<int>{255, 0};
    }
    void levels() {
        QFETCH(QList<int>, levels);
        const Folder folder;
        folder.put("images/a.pgm", flatPicture(2, 3, 9));
        folder.put("masks/a.pgm", grey({0, 255, 0, 255, 255, 0}));
        const auto data =
            open(folder, {{"levels", std::vector<int64_t>(levels.begin(), levels.end())},
                          {"class_names", std::string("ground, figure")}});
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        const bool isTurned = !levels.empty() && levels[0] == 255;
        QCOMPARE(maskOf(*data, 0), isTurned ? (std::vector<uint8_t>{1, 0, 1, 0, 0, 1})
                                            : (std::vector<uint8_t>{0, 1, 0, 1, 1, 0}));
        QCOMPARE(data->columns[1].classes, (std::vector<std::string>{"ground", "figure"}));
    }

    void masksAreResizedToTheNearestPixel_data() {
        QTest::addColumn<QString>("fit");
        QTest::addColumn<QList<int>>("wanted");
        // Of 0 1 2 / 3 2 1 to 4 × 4.
        QTest::newRow("stretch") << "stretch"
                                 << QList<int>{0, 1, 1, 2, 0, 1, 1, 2, 3, 2, 2, 1, 3, 2, 2, 1};
        QTest::newRow("letterbox")
            << "letterbox" << QList<int>{0, 1, 1, 2, 3, 2, 2, 1, 3, 2, 2, 1, 0, 0, 0, 0};
        QTest::newRow("crop") << "crop"
                              << QList<int>{0, 1, 1, 2, 0, 1, 1, 2, 3, 2, 2, 1, 3, 2, 2, 1};
    }
    void masksAreResizedToTheNearestPixel() {
        QFETCH(QString, fit);
        QFETCH(QList<int>, wanted);
        const Folder folder;
        folder.put("images/a.pgm", flatPicture(2, 3, 9));
        folder.put("masks/a.pgm", grey({0, 1, 2, 3, 2, 1}));
        const auto data = open(folder, {{"fit", fit.toStdString()},
                                        {"height", int64_t{4}},
                                        {"width", int64_t{4}},
                                        {"test_share", 0.0}});
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        QCOMPARE(maskOf(*data, 0), std::vector<uint8_t>(wanted.begin(), wanted.end()));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("mask");
        QTest::addColumn<QString>("code");
        const auto bytes = [](const std::vector<std::byte>& all) {
            return QByteArray(reinterpret_cast<const char*>(all.data()), int(all.size()));
        };
        QTest::newRow("a class that has no name") << bytes(grey({0, 1, 7, 0, 0, 0})) << "V10";
        QTest::newRow("another size") << bytes(flatPicture(3, 3, 1)) << "M09";
        QTest::newRow("colours") << QByteArray("P6 3 2 255\nabcdefghijklmnopqr") << "M05";
        QTest::newRow("broken") << QByteArray("P5 3 2 255\nab") << "M02";
        QTest::newRow("16 bits") << QByteArray("P5 3 2 65535\nabcdefghijkl") << "M05";
    }
    void refuses() {
        QFETCH(QByteArray, mask);
        const Folder folder;
        folder.put("images/a.pgm", flatPicture(2, 3, 9));
        folder.put("masks/a.pgm", bytesOfText(mask.toStdString()));
        const auto data = open(folder, {{"class_names", std::string("a,b")}, {"test_share", 0.0}});
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        static_cast<void>(data->train.value(1, 0));
        const auto trouble = data->train.source->trouble();
        QVERIFY(trouble.has_value());
        QTEST(QString::fromStdString(trouble->code), "code");
        QVERIFY(trouble->message.starts_with("masks/a.pgm"));
    }

    void tellsOfThoseThatAreAlone() {
        const Folder folder;
        for (const char* name :
             {"images/a.pgm", "images/b.pgm", "images/c.pgm", "masks/c.pgm", "masks/d.pgm"})
            folder.put(name, flatPicture(2, 3, 1));
        const auto data = open(folder);
        QVERIFY(data.ok());
        QCOMPARE(data->train.count, 1);
        QCOMPARE(data->remarks.size(), size_t{1});
        QVERIFY(data->remarks[0].message.starts_with("2 pictures are without a mask"));
        QVERIFY(
            data->remarks[0].message.ends_with("and 1 mask without a picture; the first: "
                                               "'images/a.pgm'"));
    }

    void aPairIsPassedOverAsAWhole() {
        const Folder folder;
        for (int i = 0; i < 3; ++i) {
            folder.put(fmt::format("images/{}.pgm", i), flatPicture(2, 3, 10 + i));
            folder.put(fmt::format("masks/{}.pgm", i), flatPicture(2, 3, i));
        }
        folder.put("masks/1.pgm", bytesOfText("P5 3 2 255\nab"));
        const auto data = open(folder, {{"broken", std::string("skip")},
                                        {"class_names", std::string("a,b,c")},
                                        {"test_share", 0.0}});
        QCOMPARE(data->train.pixels(0, 1)[0], 12);
        QCOMPARE(maskOf(*data, 1)[0], 2);
        QCOMPARE(data->train.source->unread(), 1);
    }
};

QTEST_GUILESS_MAIN(MasksTest)
#include "tst_masks.moc"
