// SPDX-License-Identifier: Apache-2.0
// Folders of pictures: layouts, what is passed over, what stops training, and the rows M of bad
// inputs. Truth: the grey values that the files were made of.
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/data/loader.h"
#include "core/data/pictures/mask_pairs.h"
#include "core/data/pictures/picture_folder.h"
#include "core/session/data_choice.h"
#include "core/session/data_survey.h"
#include "tests/support/example_sets.h"
#include "tests/support/picture_files.h"

using namespace vitrine;
using test::bytesOfText;
using test::flatPicture;
using Folder = test::PictureFolderFixture;
namespace fs = std::filesystem;

namespace {

QString codeOf(const Result<Dataset>& result) {
    return result ? QString() : QString::fromStdString(result.error().code);
}

/// Whatever opening or looking at every example gives.
QString troubleOf(const Result<Dataset>& data) {
    if (!data) return codeOf(data);
    for (const ExampleSet* part : {&data->train, &data->test})
        for (int64_t i = 0; i < part->count; ++i) static_cast<void>(part->value(0, i));
    for (const ExampleSet* part : {&data->train, &data->test})
        if (part->count > 0)
            if (const auto trouble = part->source->trouble())
                return QString::fromStdString(trouble->code);
    return {};
}

std::vector<int> greysOf(const ExampleSet& set) {
    std::vector<int> greys;
    for (int64_t i = 0; i < set.count; ++i) greys.push_back(set.pixels(0, i)[0]);
    return greys;
}

QStringList remarkCodes(const Dataset& data) {
    QStringList codes;
    for (const Error& remark : data.remarks) codes << QString::fromStdString(remark.code);
    return codes;
}

const Folder::Fields all{{"test_share", 0.0}},
    allSkipping{{"test_share", 0.0}, {"broken", std::string("skip")}};

}  // namespace

class PictureFoldersTest : public QObject {
    Q_OBJECT

  private slots:
    void classFolders() {
        const Folder folder;
        folder.putClasses("", 20);
        folder.put("cat/notes.txt", flatPicture(4, 5, 1));
        folder.put(".thumbnails/a.pgm", flatPicture(4, 5, 1));
        folder.put("cat/.thumbnails/a.pgm", flatPicture(4, 5, 1));
        folder.put("dog/deeper/z.pgm", flatPicture(4, 5, 250));
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
        QCOMPARE(data->train.nameOf(0).substr(0, 4), std::string("cat/"));
        QCOMPARE(*data->train.fileShape(0), Shape({1, 4, 5}));
        QVERIFY(data->train.source->isAtHand(1));

        // The same whatever the threads; another split with another seed.
        QCOMPARE(folder.open({}, 7)->fingerprint, data->fingerprint);
        QVERIFY(folder.open({}, 2, 5)->fingerprint != data->fingerprint);
        QCOMPARE(folder.open(all)->test.count, 0);
    }

    void theFingerprintIsOfNamesSizesAndLabels() {
        const Folder folder;
        folder.putClasses("", 3);
        const std::string before = folder.open(all)->fingerprint;
        QCOMPARE(folder.open(all)->fingerprint, before);
        folder.put("cat/000.pgm", bytesOfText("P2 5 4 255 1"));
        QVERIFY(folder.open(all)->fingerprint != before);
        folder.put("cat/000.pgm", flatPicture(4, 5, 99));
        QCOMPARE(folder.open(all)->fingerprint, before);
        fs::rename(folder.path() + "/cat/000.pgm", folder.path() + "/emu/zzz.pgm");
        QVERIFY(folder.open(all)->fingerprint != before);
    }

    void parts_data() {
        QTest::addColumn<QStringList>("folders");
        QTest::addColumn<QString>("measuredOn");
        QTest::addColumn<int>("train");
        QTest::addColumn<int>("test");
        QTest::addColumn<QString>("aside");
        QTest::newRow("train, test")
            << QStringList{"train", "test"} << "validation" << 15 << 6 << "";
        QTest::newRow("train, val") << QStringList{"train", "val"} << "test" << 15 << 6 << "";
        QTest::newRow("all, validation")
            << QStringList{"Train", "val", "Test"} << "validation" << 15 << 6 << "Test";
        QTest::newRow("all, test") << QStringList{"training", "validation", "testing"} << "test"
                                   << 15 << 9 << "validation";
    }
    void parts() {
        QFETCH(QStringList, folders);
        QFETCH(QString, measuredOn);
        QFETCH(QString, aside);
        const Folder folder;
        for (int i = 0; i < folders.size(); ++i)
            folder.putClasses(folders[i].toStdString() + "/", std::array{5, 2, 3}[size_t(i)]);
        const auto data = folder.open({{"measured_on", measuredOn.toStdString()}});
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        QTEST(static_cast<int>(data->train.count), "train");
        QTEST(static_cast<int>(data->test.count), "test");
        QCOMPARE(data->remarks.size(), aside.isEmpty() ? size_t{0} : size_t{1});
        if (!aside.isEmpty())
            QVERIFY(data->remarks[0].message.find(aside.toStdString()) != std::string::npos);
        QVERIFY(isPictureFolder(folder.path()));
        Project project;
        QCOMPARE(dataIn(folder.path(), project)->format, std::string("image_folder"));
    }

    void aClassOfOnePartIsAClassAllTheSame() {
        const Folder folder;
        folder.putClasses("train/", 5);
        folder.putClasses("val/", 2);
        folder.put("val/fox/a.pgm", flatPicture(4, 5, 255));
        const auto data = folder.open();
        QCOMPARE(data->test.count, 7);
        QCOMPARE(data->columns[1].classes.size(), size_t{4});
    }

    void tinyImageNet() {
        const Folder folder;
        for (int i = 0; i < 3; ++i) {
            folder.put(fmt::format("train/n00000002/images/n00000002_{}.JPEG", i),
                       flatPicture(4, 5, 100 + i));
            folder.put(fmt::format("train/n00000001/images/n00000001_{}.JPEG", i),
                       flatPicture(4, 5, i));
            folder.put(fmt::format("test/images/test_{}.JPEG", i), flatPicture(4, 5, 200));
            folder.put(fmt::format("val/images/val_{}.JPEG", i), flatPicture(4, 5, 50 * i));
        }
        folder.put("val/images/val_3.JPEG", flatPicture(4, 5, 250));
        folder.put("train/n00000001/n00000001_boxes.txt", bytesOfText("0"));
        folder.put("val/val_annotations.txt",
                   bytesOfText("val_2.JPEG\tn00000002\t0\t0\t1\t1\nval_0.JPEG\tn00000001\t0\n"
                               "val_1.JPEG\tn00000001\t0\n"));
        folder.put("words.txt", bytesOfText("n00000000\tentity\nn00000001\tgoldfish, Carassius\n"
                                            "n00000002\tcrane\nn00000003\tcrane\n"));
        const auto data = folder.open();
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        QCOMPARE(data->columns[1].classes, (std::vector<std::string>{"goldfish", "crane"}));
        QCOMPARE(test::labelsOf(data->train), (std::vector<int32_t>{0, 0, 0, 1, 1, 1}));
        QCOMPARE(greysOf(data->train), (std::vector<int>{0, 1, 2, 100, 101, 102}));
        QCOMPARE(test::labelsOf(data->test), (std::vector<int32_t>{0, 0, 1}));
        QCOMPARE(greysOf(data->test), (std::vector<int>{0, 50, 100}));
        QCOMPARE(remarkCodes(*data), (QStringList{"M05", "V10"}));
        Project project;
        QCOMPARE(dataIn(folder.path(), project)->format, std::string("image_folder"));

        folder.put("val/val_annotations.txt", bytesOfText("val_2.JPEG\tn00000009\n"));
        QCOMPARE(codeOf(folder.open()), QString("V10"));
        folder.put("val/val_annotations.txt", bytesOfText("val_2.JPEG n00000001\n"));
        QCOMPARE(codeOf(folder.open()), QString("V01"));
    }

    void otherSizes() {
        const Folder folder;
        folder.putClasses("", 4);
        folder.put("cat/wide.pgm", flatPicture(4, 9, 7));
        const auto refused = folder.open(all);
        QCOMPARE(troubleOf(refused), QString("M09"));
        QCOMPARE(refused->train.source->trouble()->message,
                 std::string("cat/wide.pgm is 4 × 9 pixels, the others are 4 × 5"));
        for (const char* fit : {"stretch", "letterbox", "crop"})
            QCOMPARE(troubleOf(folder.open({{"fit", std::string(fit)}})), QString());
        const auto sized = folder.open({{"fit", std::string("stretch")},
                                        {"height", int64_t{2}},
                                        {"width", int64_t{3}},
                                        {"channels", std::string("colour")}});
        QVERIFY(sized.ok());
        QCOMPARE(sized->columns[0].shape, Shape({3, 2, 3}));
        QCOMPARE(sized->train.value(0, 0).size(), size_t{18});
    }

    void aBrokenPictureStops() {
        const Folder folder;
        folder.putClasses("", 10);
        folder.put("dog/003.pgm", bytesOfText("P5 5 4 255\nabc"));
        const auto data = folder.open(all, 0);
        QVERIFY(data.ok());
        Loader loader(data->train, {20, 4}, {.batch = 7, .shuffle = false, .prefetch = 1});
        // Pictures 7 to 13 are of the second batch: the first one is good, the second says why not.
        QVERIFY(!loader.next().trouble);
        const Error* trouble = loader.next().trouble;
        QVERIFY(trouble);
        QCOMPARE(trouble->code, std::string("M02"));
        QVERIFY(trouble->message.starts_with("dog/003.pgm"));
        QVERIFY(trouble->place.file.ends_with("dog/003.pgm"));
    }

    void brokenPicturesArePassedOver() {
        const Folder folder;
        folder.putClasses("", 10);
        folder.put("dog/003.pgm", bytesOfText("P5 5 4 255\nabc"));
        folder.put("dog/004.pgm", bytesOfText("no picture"));
        folder.put("emu/009.pgm", {});
        const auto data = folder.open(allSkipping);
        QVERIFY(data.ok());
        std::vector<int> wanted;
        for (int i = 0; i < 30; ++i) wanted.push_back(80 * (i / 10) + i % 10);
        wanted[13] = wanted[14] = 85;
        wanted[29] = 160;
        QCOMPARE(greysOf(data->train), wanted);
        QCOMPARE(greysOf(data->train), wanted);
        QVERIFY(!data->train.source->trouble());
        const auto remark = data->train.source->remark();
        QVERIFY(
            remark->message.starts_with("3 of 30 pictures cannot be read, the first: dog/003.pgm"));
        for (const int64_t i : {13, 14, 29})
            QCOMPARE(data->train.number(1, i), static_cast<int32_t>(i / 10));
    }

    /// M11: a file that goes between listing and reading.
    void filesThatVanish() {
        const Folder folder;
        folder.putClasses("", 3);
        const auto stopping = folder.open(all, 0), skipping = folder.open(allSkipping, 0);
        fs::remove(folder.path() + "/cat/001.pgm");
        QCOMPARE(troubleOf(stopping), QString("M11"));
        QCOMPARE(greysOf(skipping->train), (std::vector<int>{0, 2, 2, 80, 81, 82, 160, 161, 162}));
        QCOMPARE(skipping->train.source->unread(), 1);
    }

    /// M02: the header of the first picture says what all are; where it is broken the next one
    /// does.
    void theFirstPictureIsBroken() {
        const Folder folder;
        folder.putClasses("", 3);
        folder.put("cat/000.pgm", bytesOfText("no picture"));
        QCOMPARE(codeOf(folder.open(all)), QString("M04"));
        const auto skipping = folder.open(allSkipping);
        QVERIFY(skipping.ok());
        QCOMPARE(skipping->columns[0].shape, Shape({1, 4, 5}));
        QCOMPARE(skipping->train.pixels(0, 0)[0], 1);
    }

    void layoutsThatAreNone() {
        const Folder empty;
        QCOMPARE(codeOf(empty.open()), QString("M01"));
        const Folder loose;
        loose.put("a.pgm", flatPicture(4, 5, 1));
        QCOMPARE(codeOf(loose.open()), QString("M01"));
        const Folder single;
        single.put("cat/a.pgm", flatPicture(4, 5, 1));
        QCOMPARE(codeOf(single.open()), QString("M01"));
        const Folder noPictures;
        noPictures.put("cat/a.txt", flatPicture(4, 5, 1));
        noPictures.put("dog/a.txt", flatPicture(4, 5, 1));
        QCOMPARE(codeOf(noPictures.open()), QString("M01"));
        QVERIFY(!isPictureFolder(noPictures.path()));
    }

    /// M07: so many files that somebody does not want to wait.
    void listingCanBeStopped() {
        const Folder folder;
        folder.putClasses("", 3);
        std::stop_source stop;
        stop.request_stop();
        const auto listed = listPictureFolder(folder.path(), stop.get_token());
        QVERIFY(!listed);
        QCOMPARE(listed.error().code, std::string(stoppedCode));
    }

    /// M03, M04: sizes that are only claimed, and contents that are not as the name says.
    void contentsDecide() {
        const Folder folder;
        folder.putClasses("", 2);
        folder.put("cat/named.png", flatPicture(4, 5, 9));
        QCOMPARE(troubleOf(folder.open(all)), QString());
        folder.put("cat/huge.pgm", bytesOfText("P5 30000 30000 255\n"));
        QCOMPARE(troubleOf(folder.open(all)), QString("M03"));
        fs::remove(folder.path() + "/cat/huge.pgm");
        folder.put("cat/drawing.png", bytesOfText("<svg xmlns='http://www.w3.org/2000/svg'/>"));
        QCOMPARE(troubleOf(folder.open(all)), QString("M04"));
    }

    /// M05, M06, M08, M12, M14.
    void whatIsTold() {
        const Folder folder, other;
        folder.putClasses("", 3);
        other.put("secret.pgm", flatPicture(4, 5, 255));
        fs::create_symlink(other.path() + "/secret.pgm", folder.path() + "/cat/link.pgm");
        fs::create_symlink(folder.path() + "/dog/000.pgm", folder.path() + "/cat/inside.pgm");
        fs::create_directory_symlink(folder.path(), folder.path() + "/cat/loop");
        folder.put("cat/Thumbs.db", bytesOfText("x"));
        folder.put("Cat/a.pgm", flatPicture(4, 5, 7));
        folder.put("-line\nbreak/a.pgm", flatPicture(4, 5, 8));
        fs::create_directory(folder.path() + "/empty");
        const auto data = folder.open(all);
        QVERIFY2(data.ok(), data ? "" : data.error().text().c_str());
        QCOMPARE(data->train.count, 9 + 1 + 2);
        QCOMPARE(remarkCodes(*data), (QStringList{"M05", "M06", "M12", "M08"}));
        QVERIFY(data->remarks[0].message.find("1 .db") != std::string::npos);
        QVERIFY(data->remarks[1].message.starts_with("1 link leads out"));
        QCOMPARE(data->columns[1].classes[0], std::string("-line\nbreak"));
    }

    /// M10: the same picture in training and test; the survey finds broken ones too.
    void theSurveyLooksAtAll() {
        const Folder folder;
        folder.putClasses("train/", 3);
        folder.putClasses("test/", 2);
        folder.put("test/cat/broken.pgm", bytesOfText("P5 5 4 255\nabc"));
        const auto data = folder.open({{"broken", std::string("skip")}});
        const auto survey = surveyOf(*data);
        QVERIFY(survey.ok());
        QCOMPARE(survey->doubled, 6);  // who stands in for the broken one is none
        QCOMPARE(survey->firstDoubled[0].one, std::string("test/cat/000.pgm"));
        QCOMPARE(survey->firstDoubled[0].first, std::string("train/cat/000.pgm"));
        QVERIFY(std::ranges::any_of(survey->remarks, [](const Error& remark) {
            return remark.message.starts_with("1 of 7 pictures cannot be read");
        }));
        const auto stopping = folder.open();
        const auto found = surveyOf(*stopping);
        QVERIFY(std::ranges::any_of(found->remarks, [](const Error& remark) {
            return remark.message.starts_with("test/cat/broken.pgm");
        }));
    }

    void aSetLargerThanItsMemoryLiesInAFile() {
        const Folder folder, cache;
        folder.putClasses("", 20);
        const QByteArray before = qgetenv("XDG_CACHE_HOME");
        qputenv("XDG_CACHE_HOME", QByteArray::fromStdString(cache.path()));
        DataRequest request{.folder = folder.path(), .threads = 2, .memoryBytes = 300};
        const auto inFile = Folder::openWith(all, request);
        request.cacheBytes = 1199;
        const auto refused = Folder::openWith(all, request);
        if (before.isNull())
            qunsetenv("XDG_CACHE_HOME");
        else
            qputenv("XDG_CACHE_HOME", before);
        QVERIFY2(inFile.ok(), inFile ? "" : inFile.error().text().c_str());
        const auto inMemory = folder.open(all);
        QCOMPARE(inFile->fingerprint, inMemory->fingerprint);
        QCOMPARE(test::pixelsOf(inFile->train), test::pixelsOf(inMemory->train));
        QVERIFY(fs::exists(cache.path() + "/vitrine"));
        QCOMPARE(codeOf(refused), QString("H02"));
        const std::string& message = refused.error().message;
        QVERIFY2(message.find("60 pictures of 20 bytes each need 1.2 kB") != std::string::npos,
                 message.c_str());
    }
};

QTEST_GUILESS_MAIN(PictureFoldersTest)
#include "tst_picture_folders.moc"
