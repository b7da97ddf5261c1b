// SPDX-License-Identifier: Apache-2.0
// TIFF and WebP in all forms that are read, through the decoder. Truth: the numbers that files were
// made of (tests/golden/decoded_pictures.py).
#include <QtTest>

#include <set>

#include "core/data/pictures/picture.h"
#include "core/decode/decoder_pool.h"
#include "core/io/safetensors.h"
#include "tests/support/data_format.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

const SafetensorsFile& golden() {
    static const SafetensorsFile file = [] {
        auto loaded =
            loadSafetensors(VITRINE_SOURCE_DIR "/tests/golden/decoded_pictures.safetensors");
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

Background backgroundOf(const std::string& text) {
    return text.ends_with("black") ? Background::Black : Background::White;
}

}  // namespace

class DecodedPicturesTest : public QObject {
    Q_OBJECT

  private slots:
    void givesThePixelsThatFilesWereMadeOf_data() {
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("text");
        for (const auto& [number, text] : golden().metadata)
            QTest::addRow("%s %s", number.c_str(), text.c_str())
                << QString::fromStdString(number) << QString::fromStdString(text);
        QVERIFY(golden().metadata.size() >= 250);
    }
    void givesThePixelsThatFilesWereMadeOf() {
        QFETCH(QString, number);
        QFETCH(QString, text);
        const auto file = bytesOf(number.toStdString() + ".file");
        const Shape shape = golden().find(number.toStdString() + ".pixels")->shape;
        const auto picture = decodePicture(file, "it", backgroundOf(text.toStdString()));
        QVERIFY2(picture.ok(), picture ? "" : picture.error().text().c_str());
        QCOMPARE(picture->height, shape[0]);
        QCOMPARE(picture->width, shape[1]);
        const auto wanted = test::numbersIn<uint8_t>(bytesOf(number.toStdString() + ".pixels"));
        const Picture asWanted = withChannels(*picture, static_cast<int>(shape[2]));
        QCOMPARE(asWanted.pixels.size(), wanted.size());
        for (size_t i = 0; i < wanted.size(); ++i)
            QVERIFY2(asWanted.pixels[i] == wanted[i],
                     qPrintable(QString("number %1 is %2, wanted %3")
                                    .arg(i)
                                    .arg(asWanted.pixels[i])
                                    .arg(wanted[i])));
    }

    /// Each of 8 and 16 bits, interleaved and planar, packed and not, with and without alpha.
    void onePictureInEveryLayoutIsOnePicture() {
        std::set<std::string> plain, withAlpha;
        std::set<PictureKind> kinds;
        int files = 0;
        for (const auto& [number, text] : golden().metadata) {
            if (!text.starts_with("One picture")) continue;
            ++files;
            const auto file = bytesOf(number + ".file");
            const auto picture = decodePicture(file, "it");
            QVERIFY2(picture.ok(), text.c_str());
            const bool hasAlpha = text.find("alpha") != std::string::npos;
            (hasAlpha ? withAlpha : plain).emplace(picture->pixels.begin(), picture->pixels.end());
            kinds.insert(lookAtPicture(file, "it")->kind);
        }
        QCOMPARE(files, 42);
        QCOMPARE(kinds.size(), size_t{5});
        QCOMPARE(plain.size(), size_t{1});
        QCOMPARE(withAlpha.size(), size_t{1});
    }

    /// (200, 100, 50) with alpha 128 over white, whatever the format: FACTS PB14.
    void straightAlphaIsLaidOverTheBackground() {
        int found = 0;
        for (const auto& [number, text] : golden().metadata) {
            if (!text.starts_with("Fact PB14") || text.ends_with("black")) continue;
            const auto picture = decodePicture(bytesOf(number + ".file"), "it");
            QVERIFY2(picture.ok(), text.c_str());
            QCOMPARE(int{picture->pixels[0]}, (200 * 128 + 255 * 127 + 127) / 255);
            QCOMPARE(int{picture->pixels[1]}, 177);
            QCOMPARE(int{picture->pixels[2]}, 152);
            ++found;
        }
        QCOMPARE(found, 4);
    }

    void saysHowManyPagesThereAre() {
        int found = 0;
        for (const auto& [number, text] : golden().metadata)
            if (text.find("3 pages") != std::string::npos) {
                QCOMPARE(lookAtPicture(bytesOf(number + ".file"), "it")->pages, 3);
                ++found;
            }
        QCOMPARE(found, 1);
    }

    void otherPagesAreTold() {
        for (const auto& [number, text] : golden().metadata) {
            if (text.find("3 pages") == std::string::npos) continue;
            QTemporaryDir folder;
            const auto bytes = golden().find(number + ".file")->bytes;
            for (const char* name : {"cat", "dog"}) {
                QVERIFY(QDir(folder.path()).mkpath(name));
                test::put(folder.filePath(QString(name) + "/a.tif"),
                          {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
            }
            const auto set = test::openAs("image_folder", folder.path(), {{"test_share", "0"}});
            QVERIFY2(set.ok(), qPrintable(test::problemOf(set)));
            QCOMPARE(set->remarks.size(), size_t{1});
            QCOMPARE(set->remarks[0].message,
                     std::string("cat/a.tif holds 3 pictures; of such a file the first is taken"));
        }
    }

    /// Sizes before pixels: 2^28 of them in a file of some hundred bytes.
    void refusesWhatClaimsTooMuch() {
        auto file = bytesOf("000.file");
        for (size_t at = 0; at + 12 < file.size(); ++at) {
            uint16_t tag = 0, kind = 0;
            uint32_t count = 0, side = 0;
            std::memcpy(&tag, &file[at], 2);
            std::memcpy(&kind, &file[at + 2], 2);
            std::memcpy(&count, &file[at + 4], 4);
            std::memcpy(&side, &file[at + 8], 4);
            const bool isSide = (tag == 256 && side == 19) || (tag == 257 && side == 13);
            if (!isSide || kind != 4 || count != 1) continue;
            side = 16384;
            std::memcpy(&file[at + 8], &side, 4);
        }
        const auto picture = decodePicture(file, "it");
        QVERIFY(!picture.ok());
        QCOMPARE(QString::fromStdString(picture.error().code), "M03");
        QCOMPARE(QString::fromStdString(lookAtPicture(file, "it").error().code), "M03");
    }

    void refusesByName_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const char* words) {
            QTest::newRow(name) << QString(name) << QString(words);
        };
        row("numbers with a sign", "have a sign");
        row("numbers of 16 bits with a sign", "have a sign");
        row("inks", "inks (CMYK)");
        row("Lab", "are Lab");
        row("floats of another scale", "are read from 0 (black) to 1 (white)");
        row("a moving WebP", "a moving WebP");
        row("24 bits", "have 24 bits");
    }
    void refusesByName() {
        QFETCH(QString, name);
        QFETCH(QString, words);
        const auto picture = decodePicture(bytesOf("refused." + name.toStdString()), "cat/a.tif");
        QVERIFY(!picture.ok());
        QCOMPARE(QString::fromStdString(picture.error().code), "M05");
        const QString message = QString::fromStdString(picture.error().message);
        QVERIFY2(message.startsWith("cat/a.tif: "), qPrintable(message));
        QVERIFY2(message.contains(words), qPrintable(message));
    }

    /// Class folders with TIFF and WebP beside others, decoded on four threads.
    void foldersOfThemOpen() {
        QTemporaryDir folder;
        int files = 0;
        for (const auto& [number, text] : golden().metadata) {
            if (!text.starts_with("One picture")) continue;
            const char* ending = text.find("TIFF") != std::string::npos   ? "tif"
                                 : text.find("WebP") != std::string::npos ? "webp"
                                 : text.find("PPM") != std::string::npos  ? "ppm"
                                 : text.find("BMP") != std::string::npos  ? "bmp"
                                                                          : "png";
            const QString where = text.find("alpha") != std::string::npos ? "clear" : "plain";
            QVERIFY(QDir(folder.path()).mkpath(where));
            const auto bytes = golden().find(number + ".file")->bytes;
            test::put(folder.filePath(where + "/" + number.c_str() + "." + ending),
                      {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
            ++files;
        }
        const auto set =
            test::openAs("image_folder", folder.path(), {{"test_share", "0"}}, {.threads = 4});
        QVERIFY2(set.ok(), qPrintable(test::problemOf(set)));
        QCOMPARE(set->train.count, files);
        QVERIFY(set->remarks.empty());
        QCOMPARE(set->columns[1].classes, (std::vector<std::string>{"clear", "plain"}));
        std::array<std::set<std::string>, 2> seen;
        for (int64_t i = 0; i < set->train.count; ++i) {
            const auto pixels = set->train.pixels(0, i);
            seen[static_cast<size_t>(set->train.number(1, i))].emplace(pixels.begin(),
                                                                       pixels.end());
        }
        QCOMPARE(seen[0].size(), size_t{1});
        QCOMPARE(seen[1].size(), size_t{1});
    }

    /// Each is an Error or, where nothing that counts is missing, the same picture; the program
    /// goes on, and a decoder that did not is counted.
    void cutFilesAreErrors() {
        int errors = 0, same = 0;
        for (const auto& [number, text] : golden().metadata) {
            if (number.back() != '0') continue;  // every tenth
            const auto file = bytesOf(number + ".file");
            const auto whole = decodePicture(file, "it");
            for (size_t length = 0; length < file.size(); length += 1 + file.size() / 40) {
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
        QVERIFY(errors > 10 * same);
        QVERIFY(errors > 500);
    }
};

QTEST_GUILESS_MAIN(DecodedPicturesTest)
#include "tst_decoded_pictures.moc"
