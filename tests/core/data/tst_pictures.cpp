// SPDX-License-Identifier: Apache-2.0
// Pictures in all forms that are read, and folders of them. Truth: the pixels that files were made
// of, and Pillow's (tests/golden/pictures.py).
#include <QtTest>

#include <cmath>
#include <filesystem>
#include <set>

#include "core/base/file.h"
#include "core/data/dataset.h"
#include "core/data/pictures/picture.h"
#include "core/data/pictures/picture_folder.h"
#include "core/data/pictures/resize.h"
#include "core/io/safetensors.h"
#include "core/session/data_choice.h"
#include "tests/support/example_sets.h"

using namespace vitrine;
namespace fs = std::filesystem;

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

/// A PGM file of one value.
std::vector<std::byte> flat(int height, int width, int value) {
    std::string text = fmt::format("P5 {} {} 255\n", width, height);
    text.append(static_cast<size_t>(height * width), static_cast<char>(value));
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

class Folder {
  public:
    std::string path() const { return m_folder.path().toStdString(); }
    void put(const std::string& name, const std::vector<std::byte>& bytes) const {
        const fs::path file = fs::path(path()) / name;
        fs::create_directories(file.parent_path());
        if (!saveAtomically(file.string(), std::span<const std::byte>(bytes)))
            qFatal("%s", name.c_str());
    }
    Result<Dataset> open(std::vector<std::pair<std::string, FieldValue>> fields = {},
                         int threads = 2, uint64_t seed = 1) const {
        const DataFormatDescriptor& format = *findDataFormat("image_folder");
        Attrs attrs(format.fields);
        for (auto& [id, value] : fields) attrs.with(id, value);
        return format.open(attrs, {.folder = path(), .seed = seed, .threads = threads});
    }

  private:
    QTemporaryDir m_folder;
};

QString codeOf(const Result<Dataset>& result) {
    return result ? QString() : QString::fromStdString(result.error().code);
}

/// `perClass` pictures of each of three classes, whose grey value says class and number.
void putClasses(const Folder& folder, const std::string& in, int perClass) {
    for (int label = 0; label < 3; ++label)
        for (int i = 0; i < perClass; ++i)
            folder.put(fmt::format("{}{}/{:03}.pgm", in,
                                   std::array{"cat", "dog", "emu"}[static_cast<size_t>(label)], i),
                       flat(4, 5, 80 * label + i));
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

    void classFolders() {
        const Folder folder;
        putClasses(folder, "", 20);
        folder.put("cat/notes.txt", flat(4, 5, 1));
        folder.put(".thumbnails/a.pgm", flat(4, 5, 1));
        folder.put("dog/deeper/z.pgm", flat(4, 5, 250));
        const auto data = folder.open();
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        QCOMPARE(data->columns[0].shape, Shape({1, 4, 5}));
        QCOMPARE(data->columns[1].classes, (std::vector<std::string>{"cat", "dog", "emu"}));
        QCOMPARE(data->test.count, 4 + 4 + 4);
        QCOMPARE(data->train.count, 61 - 12);
        std::multiset<int> values;
        for (const ExampleSet* part : {&data->train, &data->test}) {
            const auto labels = test::labelsOf(*part);
            for (int64_t i = 0; i < part->count; ++i) {
                const uint8_t value = part->pixels(0, i)[7];
                values.insert(value);
                QCOMPARE(labels[static_cast<size_t>(i)], value == 250 ? 1 : value / 80);
            }
        }
        QCOMPARE(values.size(), size_t{61});
        QCOMPARE(std::set<int>(values.begin(), values.end()).size(), size_t{61});

        // The same whatever the threads; another split with another seed.
        QCOMPARE(folder.open({}, 7)->fingerprint, data->fingerprint);
        QVERIFY(folder.open({}, 2, 5)->fingerprint != data->fingerprint);
        QCOMPARE(folder.open({{"test_share", 0.0}})->test.count, 0);
    }

    void partsThatAreThere() {
        const Folder folder;
        putClasses(folder, "train/", 5);
        putClasses(folder, "val/", 2);
        folder.put("val/fox/a.pgm", flat(4, 5, 255));
        const auto data = folder.open();
        QVERIFY(data.ok());
        QCOMPARE(data->train.count, 15);
        QCOMPARE(data->test.count, 7);
        QCOMPARE(data->columns[1].classes.size(), size_t{4});
        QVERIFY(isPictureFolder(folder.path()));
        Project project;
        const auto chosen = dataIn(folder.path(), project);
        QVERIFY(chosen.ok());
        QCOMPARE(chosen->format, std::string("image_folder"));
    }

    void otherSizes() {
        const Folder folder;
        putClasses(folder, "", 4);
        folder.put("cat/wide.pgm", flat(4, 9, 7));
        QCOMPARE(codeOf(folder.open()), QString("M09"));
        for (const char* fit : {"stretch", "letterbox", "crop"})
            QVERIFY(folder.open({{"fit", std::string(fit)}}).ok());
        const auto sized = folder.open({{"fit", std::string("stretch")},
                                        {"height", int64_t{2}},
                                        {"width", int64_t{3}},
                                        {"channels", std::string("colour")}});
        QVERIFY(sized.ok());
        QCOMPARE(sized->columns[0].shape, Shape({3, 2, 3}));
    }

    void brokenPictures() {
        const Folder folder;
        putClasses(folder, "", 10);
        auto broken = flat(4, 5, 9);
        broken.resize(20);
        folder.put("dog/000.pgm", broken);
        folder.put("emu/005.pgm", {});
        const auto stopped = folder.open({{"test_share", 0.0}});
        QCOMPARE(codeOf(stopped), QString("M02"));
        QVERIFY(stopped.error().message.find("dog/000.pgm") != std::string::npos);
        const auto skipped = folder.open({{"broken", std::string("skip")}, {"test_share", 0.0}});
        QVERIFY(skipped.ok());
        QCOMPARE(skipped->train.count, 28);
        QCOMPARE(skipped->remarks.size(), size_t{1});
        QVERIFY(skipped->remarks[0].message.starts_with("2 of 30 pictures cannot be read"));
        for (int64_t i = 0; i < 28; ++i)
            QCOMPARE(skipped->train.pixels(0, i)[0] / 80,
                     test::labelsOf(skipped->train)[static_cast<size_t>(i)]);
    }

    void layoutsThatAreNone() {
        const Folder empty;
        QCOMPARE(codeOf(empty.open()), QString("M01"));
        const Folder loose;
        loose.put("a.pgm", flat(4, 5, 1));
        QCOMPARE(codeOf(loose.open()), QString("M01"));
        const Folder single;
        single.put("cat/a.pgm", flat(4, 5, 1));
        QCOMPARE(codeOf(single.open()), QString("M01"));
        const Folder noPictures;
        noPictures.put("cat/a.txt", flat(4, 5, 1));
        noPictures.put("dog/a.txt", flat(4, 5, 1));
        QCOMPARE(codeOf(noPictures.open()), QString("M01"));
        QVERIFY(!isPictureFolder(noPictures.path()));
    }

    void linksThatLeadOut() {
        const Folder folder, other;
        putClasses(folder, "", 3);
        other.put("secret.pgm", flat(4, 5, 255));
        fs::create_symlink(other.path() + "/secret.pgm", folder.path() + "/cat/link.pgm");
        fs::create_symlink(folder.path() + "/dog/000.pgm", folder.path() + "/cat/inside.pgm");
        fs::create_directory_symlink(folder.path(), folder.path() + "/cat/loop");
        const auto listed = listPictureFolder(folder.path(), {});
        QVERIFY(listed.ok());
        QCOMPARE(listed->train.size(), size_t{10});
        QVERIFY(listed->passedOver >= 1);
    }

    void cifar() {
        const Folder folder;
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
        QCOMPARE(codeOf(open()), QString("F02"));
        records.pop_back();
        folder.put("data_batch_2.bin", records);
        QCOMPARE(codeOf(open()), QString("F01"));
    }
};

QTEST_GUILESS_MAIN(PicturesTest)
#include "tst_pictures.moc"
