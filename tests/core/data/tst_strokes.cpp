// SPDX-License-Identifier: Apache-2.0
// The built-in digits: a function of seed and index alone, all classes, ink as MNIST has it. Truth:
// the promises of the headers; MNIST's mean brightness and box are known figures.
#include <QtTest/QtTest>

#include <algorithm>
#include <array>
#include <numeric>

#include "core/data/dataset.h"
#include "core/data/strokes/digit_image.h"

using namespace vitrine;

namespace {

Result<Dataset> generate(int64_t train, int64_t test, uint64_t seed, int threads) {
    const DataFormatDescriptor* format = findDataFormat("strokes");
    Attrs attrs(format->fields);
    attrs.with("train", train).with("test", test);
    return format->open(attrs, {.seed = seed, .threads = threads});
}

}  // namespace

class StrokesTest : public QObject {
    Q_OBJECT

  private slots:
    void givesTheSameImagesWithAnyNumberOfThreads() {
        const auto one = generate(3000, 500, 7, 1), four = generate(3000, 500, 7, 4);
        QVERIFY(one.ok() && four.ok());
        QVERIFY(one->train.pixels == four->train.pixels);
        QVERIFY(one->train.labels == four->train.labels);
        QVERIFY(one->test.pixels == four->test.pixels);
    }

    void drawsAnImageFromSeedAndIndexAlone() {
        const auto few = generate(10, 5, 7, 1), many = generate(200, 50, 7, 1);
        QVERIFY(std::equal(few->train.pixels.begin(), few->train.pixels.end(),
                           many->train.pixels.begin()));
        QVERIFY(std::equal(few->test.pixels.begin(), few->test.pixels.end(),
                           many->test.pixels.begin()));
        std::array<uint8_t, strokes::pixelCount> pixels{};
        const int32_t digit = strokes::drawDigitImage(7, 150, {}, pixels);
        QCOMPARE(digit, many->train.labels[150]);
        QVERIFY(std::equal(pixels.begin(), pixels.end(),
                           many->train.pixels.begin() + 150 * strokes::pixelCount));
        const auto other = generate(200, 50, 8, 1);
        QVERIFY(other->train.pixels != many->train.pixels);
        QVERIFY(many->test.pixels !=
                std::vector<uint8_t>(many->train.pixels.begin(),
                                     many->train.pixels.begin() + 50 * strokes::pixelCount));
    }

    void writesEveryDigitAboutAsOften() {
        const auto set = generate(5000, 1, 1, 2);
        std::array<int, 10> counts{};
        for (int32_t label : set->train.labels) ++counts.at(static_cast<size_t>(label));
        // 500 expected, standard deviation 21.
        for (int count : counts) QVERIFY(count > 400 && count < 600);
    }

    void inksLikeMnist() {
        const auto set = generate(5000, 1, 1, 2);
        const double sum = std::accumulate(set->train.pixels.begin(), set->train.pixels.end(), 0.0);
        const double mean = sum / 255 / static_cast<double>(set->train.pixels.size());
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

    void reportsProgressToTheEnd() {
        const DataFormatDescriptor* format = findDataFormat("strokes");
        Attrs attrs(format->fields);
        attrs.with("train", int64_t{10}).with("test", int64_t{10});
        double last = 0;
        DataRequest request;
        request.progress = [&](double share) {
            QVERIFY(share >= last);
            last = share;
        };
        QVERIFY(format->open(attrs, request).ok());
        QCOMPARE(last, 1.0);
    }

    void stopsWhenAsked() {
        const DataFormatDescriptor* format = findDataFormat("strokes");
        Attrs attrs(format->fields);
        attrs.with("train", int64_t{5'000'000}).with("test", int64_t{1});
        std::stop_source source;
        DataRequest request;
        request.stop = source.get_token();
        int reports = 0;
        request.progress = [&](double) {
            if (++reports == 3) source.request_stop();
        };
        const Result<Dataset> data = format->open(attrs, request);
        QVERIFY(!data.ok());
        QCOMPARE(data.error().code, std::string(stoppedCode));
        QCOMPARE(reports, 3);
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
        QVERIFY2(data.error().message.starts_with("10000100 images need 7.9 GB, and 1.0 GB"),
                 data.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(StrokesTest)
#include "tst_strokes.moc"
