// SPDX-License-Identifier: Apache-2.0
// Pictures in all forms that are read. Truth: the pixels that files were made
// of, and Pillow's (tests/golden/pictures.py).
#include <QtTest>

#include <cmath>

#include "core/base/file.h"
#include "core/data/dataset.h"
#include "core/data/pictures/picture.h"
#include "core/data/pictures/resize.h"
#include "core/io/safetensors.h"
#include "core/session/data_choice.h"
#include "tests/support/example_sets.h"
#include "tests/support/picture_files.h"

using namespace vitrine;

namespace {

const SafetensorsFile& golden() {
    static const SafetensorsFile file = [] {
        auto loaded = loadSafetensors(VITRINE_SOURCE_DIR "/tests/golden/pictures.safetensors");
        if (!loaded) qFatal("%s", loaded.error().text().c_str());
        return std::move(loaded).value();
    }();
    return file;
}

std::vector<std::byte> bytesOf(const std::string& name) {
    const TensorView* tensor = golden().find(name);
    if (!tensor) qFatal("no tensor %s", name.c_str());
    return {tensor->bytes.begin(), tensor->bytes.end()};
}

std::vector<uint8_t> pixelsOf(const std::string& name) {
    return test::numbersIn<uint8_t>(bytesOf(name));
}

}  // namespace

class PicturesTest : public QObject {
    Q_OBJECT

  private slots:
    void decodes_data() {
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("text");
        for (const auto& [number, text] : golden().metadata)
            QTest::addRow("%s", text.c_str())
                << QString::fromStdString(number) << QString::fromStdString(text);
        QVERIFY(golden().metadata.size() >= 50);
    }
    void decodes() {
        QFETCH(QString, number);
        QFETCH(QString, text);
        const auto file = bytesOf(number.toStdString() + ".file");
        const Shape shape = golden().find(number.toStdString() + ".pixels")->shape;
        const auto background = text.endsWith("black") ? Background::Black : Background::White;
        const auto picture = decodePicture(file, "it", background);
        QVERIFY2(picture.ok(), picture ? "" : picture.error().text().c_str());
        QCOMPARE(picture->height, shape[0]);
        QCOMPARE(picture->width, shape[1]);
        const auto wanted = pixelsOf(number.toStdString() + ".pixels");
        const Picture asWanted = withChannels(*picture, static_cast<int>(shape[2]));
        QCOMPARE(asWanted.pixels.size(), wanted.size());
        QVERIFY(asWanted.pixels == wanted);
        const auto info = lookAtPicture(file, "it");
        QVERIFY(info.ok());
        QCOMPARE(info->width, shape[1]);
    }

    /// Every file cut at every length is an error or, where nothing that counts is missing, the
    /// same picture; nothing else.
    void cutFilesAreErrors() {
        int errors = 0, same = 0;
        for (const auto& [number, text] : golden().metadata) {
            const auto file = bytesOf(number + ".file");
            const auto whole = decodePicture(file, "it");
            const size_t step = std::max<size_t>(1, file.size() / 60);
            for (size_t length = 0; length < file.size(); length += step) {
                const auto cut = decodePicture(std::span(file).first(length), "it");
                if (!cut)
                    ++errors;
                else if (cut->pixels == whole->pixels)
                    ++same;
                else
                    QFAIL(qPrintable(
                        QString("%1 cut at %2 gives other pixels").arg(text.c_str()).arg(length)));
            }
        }
        qInfo("%d errors, %d pictures that miss nothing", errors, same);
        QVERIFY(errors > 20 * same);
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("code");
        QTest::newRow("nothing") << QByteArray() << "M04";
        QTest::newRow("text") << QByteArray("Thumbs, not a picture") << "M04";
        QTest::newRow("SVG") << QByteArray("<svg xmlns='http://www.w3.org/2000/svg'/>") << "M04";
        QTest::newRow("GIF") << QByteArray("GIF89a\1\0\1\0\0\0\0;") << "M04";
        QTest::newRow("30,000 x 30,000") << QByteArray("P5 30000 30000 255\n") << "M03";
        QTest::newRow("no width") << QByteArray("P5 0 5 255\n     ") << "M02";
        QTest::newRow("a width of 2^40") << QByteArray("P5 1099511627776 5 255\n") << "M02";
        QTest::newRow("value too large") << QByteArray("P2 1 1 7\n8\n") << "M02";
        QByteArray bmp(60, '\0');
        bmp.replace(0, 2, "BM");
        bmp[14] = 40;
        bmp[18] = bmp[22] = 1;
        bmp[28] = 24;
        bmp[30] = 1;
        QTest::newRow("compressed BMP") << bmp << "M05";
        bmp[30] = 3;
        QTest::newRow("BMP of 24 bits with masks") << bmp << "M05";
        bmp[28] = 16;
        bmp[54] = 5;
        QTest::newRow("BMP whose mask has a hole") << bmp << "M02";
        bmp[30] = 0;
        bmp[28] = 2;
        QTest::newRow("BMP of 2 bits") << bmp << "M05";
        bmp[28] = 24;
        bmp[10] = 58;
        QTest::newRow("BMP whose pixels are cut off") << bmp << "M02";
    }
    void refuses() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, code);
        const auto picture = decodePicture(std::as_bytes(std::span(bytes)), "it");
        QVERIFY(!picture.ok());
        QCOMPARE(QString::fromStdString(picture.error().code), code);
    }

    void resizes_data() {
        QTest::addColumn<QString>("name");
        for (const TensorView& tensor : golden().tensors) {
            const QString name = QString::fromStdString(std::string(tensor.name));
            if (name.startsWith("resize.") && name != "resize.in")
                QTest::addRow("%s", qPrintable(name)) << name;
        }
    }
    void resizes() {
        QFETCH(QString, name);
        const Shape shape = golden().find(name.toStdString())->shape;
        Picture picture{19, 13, 3, pixelsOf("resize.in")};
        picture = resized(withChannels(picture, static_cast<int>(shape[2])), shape[0], shape[1]);
        QVERIFY(picture.pixels == pixelsOf(name.toStdString()));
    }

    void fits() {
        const Picture wide{8, 4, 1, std::vector<uint8_t>(32, 200)};
        const Picture boxed = fitted(wide, 6, 6, PictureFit::Letterbox);
        QCOMPARE(std::ranges::count(boxed.pixels, 200), 18);  // 3 rows of 6
        QCOMPARE(boxed.pixels[0], 0);
        QCOMPARE(boxed.pixels[6], 200);
        const Picture cropped = fitted(wide, 6, 6, PictureFit::Crop);
        QCOMPARE(std::ranges::count(cropped.pixels, 200), 36);
        QCOMPARE(fitted(wide, 3, 7, PictureFit::Stretch).pixels.size(), size_t{21});
        Picture steps{5, 1, 1, {10, 20, 30, 40, 50}};
        QVERIFY(fitted(steps, 1, 1, PictureFit::Crop).pixels == std::vector<uint8_t>{30});
    }

    void cifar() {
        const test::PictureFolderFixture folder;
        std::vector<std::byte> records(2 * 3073);
        for (size_t i = 0; i < records.size(); ++i) records[i] = std::byte(i % 251);
        records[0] = std::byte{3};
        records[3073] = std::byte{9};
        folder.put("data_batch_1.bin", records);
        records[1] = std::byte{77};
        folder.put("data_batch_2.bin", records);
        folder.put("test_batch.bin", {records.begin(), records.begin() + 3073});
        Project project;
        const auto chosen = dataIn(folder.path(), project);
        QCOMPARE(chosen->format, std::string("cifar"));
        const DataFormatDescriptor& format = *findDataFormat("cifar");
        const auto open = [&] {
            return format.open(Attrs(format.fields), {.folder = folder.path()});
        };
        const auto data = open();
        QVERIFY(data.ok());
        QCOMPARE(data->train.count, 4);
        QCOMPARE(data->test.count, 1);
        QCOMPARE(test::labelsOf(data->train), (std::vector<int32_t>{3, 9, 3, 9}));
        QCOMPARE(data->train.pixels(0, 1)[0], 3074 % 251);
        records[3073] = std::byte{10};
        folder.put("data_batch_2.bin", records);
        QCOMPARE(open().error().code, std::string("F02"));
        records.pop_back();
        folder.put("data_batch_2.bin", records);
        QCOMPARE(open().error().code, std::string("F01"));
    }
};

QTEST_GUILESS_MAIN(PicturesTest)
#include "tst_pictures.moc"
