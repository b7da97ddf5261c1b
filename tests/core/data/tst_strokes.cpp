// SPDX-License-Identifier: Apache-2.0
// The built-in digits: a function of seed and index alone, all classes, ink as MNIST has it. Truth:
// the promises of the headers; MNIST's mean brightness and box are known figures.
#include <QtTest/QtTest>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "core/data/dataset.h"
#include "core/data/strokes/digit_image.h"
#include "core/session/data_fingerprint.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

Result<Dataset> generate(int64_t train, int64_t test, uint64_t seed, int threads) {
    const DataFormatDescriptor* format = findDataFormat("strokes");
    Attrs attrs(format->fields);
    attrs.with("train", train).with("test", test);
    return format->open(attrs, {.seed = seed, .threads = threads});
}

/// FNV-1a over words of 64 bits, as d719e08 had it.
template <class Number>
uint64_t mixed(uint64_t hash, const std::vector<Number>& numbers) {
    const auto bytes = std::as_bytes(std::span(numbers));
    if (bytes.size() % 8 != 0) qFatal("whole words");
    for (size_t at = 0; at < bytes.size(); at += 8) {
        uint64_t word = 0;
        std::memcpy(&word, &bytes[at], sizeof word);
        hash = (hash ^ word) * 0x100000001b3u;
        hash ^= hash >> 29;
    }
    return hash;
}

}  // namespace

class StrokesTest : public QObject {
    Q_OBJECT

  private slots:
    void givesTheSameImagesWithAnyNumberOfThreads() {
        const auto one = generate(3000, 500, 7, 1), four = generate(3000, 500, 7, 4);
        QVERIFY(one.ok() && four.ok());
        QVERIFY(std::ranges::equal(test::pixelsOf(one->train), test::pixelsOf(four->train)));
        QVERIFY(std::ranges::equal(test::labelsOf(one->train), test::labelsOf(four->train)));
        QVERIFY(std::ranges::equal(test::labelsOf(one->train, 2), test::labelsOf(four->train, 2)));
        QVERIFY(std::ranges::equal(test::pixelsOf(one->test), test::pixelsOf(four->test)));
    }

    void drawsAnImageFromSeedAndIndexAlone() {
        const auto few = generate(10, 5, 7, 1), many = generate(200, 50, 7, 1);
        const auto firstOf = [](const ExampleSet& set, int64_t count) {
            return test::pixelsOf({count, set.source, set.first});
        };
        QCOMPARE(test::pixelsOf(few->train), firstOf(many->train, 10));
        QCOMPARE(test::pixelsOf(few->test), firstOf(many->test, 5));
        std::array<uint8_t, strokes::pixelCount> pixels{};
        const int32_t digit = strokes::drawDigitImage(7, 150, {}, pixels);
        QCOMPARE(digit, many->train.number(1, 150));
        QVERIFY(std::ranges::equal(pixels, many->train.pixels(0, 150)));
        const auto other = generate(200, 50, 8, 1);
        QVERIFY(test::pixelsOf(other->train) != test::pixelsOf(many->train));
        QVERIFY(test::pixelsOf(many->test) != firstOf(many->train, 50));
    }

    /// The hash that run.json has of runs of d719e08, which drew all images before the first step.
    void drawsWhatEarlierVersionsDrew() {
        const auto set = generate(320, 20, 1, 2);
        uint64_t hash = 0xcbf29ce484222325u;
        for (const ExampleSet& part : {set->train, set->test}) {
            hash = mixed(hash, test::pixelsOf(part));
            hash = mixed(hash, test::labelsOf(part));
        }
        QCOMPARE(hash, uint64_t{0xbf7ffc31d0057c94});
        QCOMPARE(QString::fromStdString(dataFingerprintOfVersion1(*set)),
                 QStringLiteral("320+20x1x28x28-bf7ffc31d0057c94"));
    }

    void theFingerprintIsOfEveryColumn() {
        const auto set = generate(32, 4, 1, 1), same = generate(32, 4, 1, 1);
        const std::string first = dataFingerprint(*set);
        QVERIFY2(first.starts_with("32+4x1x28x28-"), first.c_str());
        QCOMPARE(dataFingerprint(*same), first);
        QVERIFY(dataFingerprint(*generate(32, 4, 2, 1)) != first);
        for (size_t changed = 0; changed < 3; ++changed) {
            std::vector<uint8_t> pixels = test::pixelsOf(set->train);
            std::vector<int32_t> labels = test::labelsOf(set->train),
                                 parities = test::labelsOf(set->train, 2);
            if (changed == 0) ++pixels.back();
            if (changed == 1) ++labels.back();
            if (changed == 2) ++parities.back();
            auto stored = std::make_shared<StoredExamples>();
            stored->addNumbers<uint8_t>(pixels, strokes::pixelCount);
            stored->addNumbers<int32_t>(labels);
            stored->addNumbers<int32_t>(parities);
            const Dataset other{set->columns, {32, stored, 0}, set->test, {}};
            QVERIFY(dataFingerprint(other) != first);
        }
    }

    void parityIsThatOfTheLabel() {
        const auto set = generate(300, 20, 4, 1);
        QCOMPARE(set->column("image"), 0);
        QCOMPARE(set->column("label"), 1);
        QCOMPARE(set->column("parity"), 2);
        QCOMPARE(set->column("mask"), -1);
        QCOMPARE(set->columns[0].shape, (Shape{1, 28, 28}));
        QVERIFY(set->columns[0].isImage() && !set->columns[1].isImage());
        QCOMPARE(set->columns[1].classes.size(), size_t{10});
        QCOMPARE(set->columns[2].classes, (std::vector<std::string>{"even", "odd"}));
        for (const ExampleSet& part : {set->train, set->test})
            for (int64_t i = 0; i < part.count; ++i)
                QCOMPARE(part.number(2, i), part.number(1, i) % 2);
    }

    void opensWithoutDrawing() {
        QElapsedTimer clock;
        clock.start();
        const auto set = generate(200'000, 100, 1, 1);
        QVERIFY(set.ok());
        QCOMPARE(set->train.pixels(0, 199'999).size(), size_t{strokes::pixelCount});
        const double opened = static_cast<double>(clock.nsecsElapsed());
        clock.restart();
        for (int64_t i = 150'000; i < 152'000; ++i) static_cast<void>(set->train.pixels(0, i));
        // A hundredth of the images: opening drew none of the rest.
        QVERIFY(opened < static_cast<double>(clock.nsecsElapsed()));
    }

    void allocatesNothingForAnImage() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        std::array<uint8_t, strokes::pixelCount> pixels{};
        strokes::drawDigitImage(1, 0, {}, pixels);
        const int64_t before = test::countedAllocations();
        test::armAllocationCounter();
        for (uint64_t i = 1; i < 1000; ++i)
            strokes::drawDigitImage(1, i, {.distortion = 3}, pixels);
        test::disarmAllocationCounter();
        QCOMPARE(test::countedAllocations() - before, int64_t{0});
    }

    void aFingerprintTellsDataApart_data() {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<double>("value");
        QTest::addColumn<bool>("same");
        QTest::newRow("the same") << QByteArray("noise") << 0.02 << true;
        QTest::newRow("noise") << QByteArray("noise") << 0.03 << false;
        QTest::newRow("distortion") << QByteArray("distortion") << 0.5 << false;
        QTest::newRow("training images") << QByteArray("train") << 101.0 << false;
        QTest::newRow("test images") << QByteArray("test") << 11.0 << false;
        QTest::newRow("seed") << QByteArray("seed") << 2.0 << false;
    }
    void aFingerprintTellsDataApart() {
        QFETCH(QByteArray, field);
        QFETCH(double, value);
        QFETCH(bool, same);
        const DataFormatDescriptor* format = findDataFormat("strokes");
        Attrs attrs(format->fields);
        attrs.with("train", int64_t{100}).with("test", int64_t{10});
        const auto first = format->open(attrs, {.seed = 1});
        DataRequest request{.seed = 1, .threads = 2};
        if (field == "seed")
            request.seed = 2;
        else if (field == "train" || field == "test")
            attrs.with(field.toStdString(), static_cast<int64_t>(value));
        else
            attrs.with(field.toStdString(), value);
        const auto second = format->open(attrs, request);
        QVERIFY(!first->fingerprint.empty());
        QVERIFY2((first->fingerprint == second->fingerprint) == same, second->fingerprint.c_str());
        QVERIFY(second->fingerprint.starts_with("strokes 10"));
    }

    void writesEveryDigitAboutAsOften() {
        const auto set = generate(5000, 1, 1, 2);
        std::array<int, 10> counts{};
        for (int32_t label : test::labelsOf(set->train)) ++counts.at(static_cast<size_t>(label));
        // 500 expected, standard deviation 21.
        for (int count : counts) QVERIFY(count > 400 && count < 600);
    }

    void inksLikeMnist() {
        const auto set = generate(5000, 1, 1, 2);
        const std::vector<uint8_t> pixels = test::pixelsOf(set->train);
        const double sum = std::accumulate(pixels.begin(), pixels.end(), 0.0);
        const double mean = sum / 255 / static_cast<double>(pixels.size());
        // MNIST's training images have 0.1307.
        QVERIFY2(mean > 0.11 && mean < 0.15, qPrintable(QString::number(mean)));
    }

    void placesEachDigitInTheMiddle_data() {
        QTest::addColumn<double>("distortion");
        QTest::newRow("skeletons") << 0.0;
        QTest::newRow("usual") << 1.0;
        QTest::newRow("wild") << 3.0;
    }
    void placesEachDigitInTheMiddle() {
        QFETCH(double, distortion);
        std::array<uint8_t, strokes::pixelCount> pixels{};
        for (uint64_t i = 0; i < 300; ++i) {
            strokes::drawDigitImage(3, i, {static_cast<float>(distortion), 0.02f}, pixels);
            double mass = 0, x = 0, y = 0;
            for (int at = 0; at < strokes::pixelCount; ++at) {
                const double ink = pixels[static_cast<size_t>(at)];
                mass += ink;
                x += ink * (at % strokes::imageSide + 0.5);
                y += ink * (at / strokes::imageSide + 0.5);
            }
            const QByteArray which = QByteArray::number(static_cast<qulonglong>(i));
            QVERIFY2(mass > 255 * 15 && mass < 255 * 400, which.constData());
            // Moved by whole pixels: at most half a pixel off, and a little for noise and blur.
            QVERIFY2(std::abs(x / mass - 14) < 0.8 && std::abs(y / mass - 14) < 0.8,
                     which.constData());
            QVERIFY2(*std::ranges::max_element(pixels) > 150, which.constData());
        }
    }

    void givesNothingWhereItWasStoppedBefore() {
        const DataFormatDescriptor* format = findDataFormat("strokes");
        std::stop_source source;
        source.request_stop();
        const Result<Dataset> data =
            format->open(Attrs(format->fields), {.stop = source.get_token()});
        QVERIFY(!data.ok());
        QCOMPARE(data.error().code, std::string(stoppedCode));
    }

    void refusesMoreThanThereIsMemoryFor() {
        const DataFormatDescriptor* format = findDataFormat("strokes");
        Attrs attrs(format->fields);
        attrs.with("train", int64_t{10'000'000}).with("test", int64_t{100});
        DataRequest request;
        request.memoryBytes = 1'000'000'000;
        const Result<Dataset> data = format->open(attrs, request);
        QVERIFY(!data.ok());
        QCOMPARE(data.error().code, std::string("H02"));
        QVERIFY2(data.error().message.starts_with("10,000,100 images need 7.9 GB, and 1.0 GB"),
                 data.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(StrokesTest)
#include "tst_strokes.moc"
