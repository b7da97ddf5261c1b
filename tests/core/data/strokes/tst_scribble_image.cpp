// SPDX-License-Identifier: Apache-2.0
// Strokes on a textured ground and their masks. Truth: the promises of the header, and what a
// threshold of the brightness can tell.
#include <QtTest/QtTest>

#include <array>
#include <cmath>

#include "core/data/strokes/scribble_image.h"
#include "tests/support/drawing_check.h"

using namespace vitrine;
using strokes::drawScribbleImage;
using strokes::ScribbleLooks;
using strokes::scribblePixels;

namespace {

struct Example {
    std::array<uint8_t, scribblePixels> image{}, mask{};
};

Example drawn(uint64_t seed, uint64_t index, const ScribbleLooks& looks = {}) {
    Example example;
    drawScribbleImage(seed, index, looks, example.image, example.mask);
    return example;
}

constexpr size_t bytesEach = 2 * scribblePixels;
void draw(uint64_t index, std::span<uint8_t> bytes) {
    drawScribbleImage(1, index, {}, bytes.first<scribblePixels>(), bytes.last<scribblePixels>());
}

/// Mean brightness of the strokes less that of the ground.
double difference(const Example& example) {
    double sum[2] = {}, count[2] = {};
    for (size_t i = 0; i < scribblePixels; ++i) {
        const size_t ink = example.mask[i] == 255;
        sum[ink] += example.image[i];
        ++count[ink];
    }
    return sum[1] / count[1] - sum[0] / count[0];
}

/// How well "brighter than `limit`" finds the strokes: intersection over union.
double iouOfThreshold(const Example& example, int limit, bool brighter) {
    int both = 0, either = 0;
    for (size_t i = 0; i < scribblePixels; ++i) {
        const bool found = (example.image[i] > limit) == brighter, ink = example.mask[i] == 255;
        both += found && ink;
        either += found || ink;
    }
    return static_cast<double>(both) / either;
}

/// The mean over 300 images.
double meanIou(int limit, bool brighter) {
    double sum = 0;
    for (uint64_t i = 0; i < 300; ++i) sum += iouOfThreshold(drawn(1, i), limit, brighter);
    return sum / 300;
}

}  // namespace

class ScribbleImageTest : public QObject {
    Q_OBJECT

  private slots:
    void dependsOnTheIndexAlone() {
        QVERIFY(test::dependsOnTheIndexAlone(draw, bytesEach, 50));
        QVERIFY(drawn(1, 5).image != drawn(2, 5).image && drawn(1, 5).image != drawn(1, 6).image);
    }

    /// Runs that are gone on with, and figures that were reported, rest on the pictures.
    void drawsWhatEarlierVersionsDrew() {
        QCOMPARE(QByteArray::fromStdString(test::checksumOfExamples(draw, bytesEach, 100)),
                 QByteArray("082fd631aa54bf23"));
    }

    void allocatesNothingForAnImage() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        QCOMPARE(test::allocationsOfDrawing(draw, bytesEach, 500), int64_t{0});
    }

    void masksOneToThreeStrokes() {
        double sum = 0;
        for (uint64_t i = 0; i < 1000; ++i) {
            const Example example = drawn(1, i);
            const auto ink = std::ranges::count(example.mask, 255);
            QCOMPARE(ink + std::ranges::count(example.mask, 0), std::ptrdiff_t{scribblePixels});
            const QByteArray which = QByteArray::number(static_cast<qulonglong>(i));
            QVERIFY2(ink > 20 && ink < scribblePixels / 2, which.constData());
            sum += static_cast<double>(ink) / scribblePixels;
        }
        QVERIFY2(sum > 120 && sum < 220, qPrintable(QString::number(sum)));
    }

    /// Without patterns and noise the strokes are what is brighter, or what is darker.
    void marksWhereTheStrokesAre() {
        for (uint64_t i = 0; i < 300; ++i) {
            const Example example = drawn(1, i, {.texture = 0, .noise = 0});
            const auto [low, high] = std::ranges::minmax(example.image);
            const bool brighter = difference(example) > 0;
            QVERIFY(high - low >= 54);  // 0.22 of 255, and rounding
            QVERIFY(iouOfThreshold(example, (low + high) / 2, brighter) > 0.9);
        }
    }

    void isTheSamePictureWithAnyNoise() {
        const Example quiet = drawn(1, 9, {.noise = 0}), loud = drawn(1, 9, {.noise = 0.2f});
        QVERIFY(quiet.mask == loud.mask && quiet.image != loud.image);
    }

    void isNotToldByBrightness() {
        for (int limit : {64, 96, 112, 128, 144, 160, 192})
            for (bool brighter : {false, true})
                QVERIFY2(meanIou(limit, brighter) < 0.35, qPrintable(QString::number(limit)));
    }

    void isBrighterDarkerOrOnlyOfAnotherPattern() {
        int brighter = 0, darker = 0, alike = 0;
        for (uint64_t i = 0; i < 1000; ++i) {
            const double by = difference(drawn(1, i)) / 255;
            ++(std::abs(by) < 0.1 ? alike : by > 0 ? brighter : darker);
        }
        // A quarter is as bright as the ground; standard deviation 14.
        const QString found = QString("%1 %2 %3").arg(brighter).arg(darker).arg(alike);
        QVERIFY2(alike > 190 && alike < 310, qPrintable(found));
        QVERIFY2(brighter > 300 && darker > 300, qPrintable(found));
    }
};

QTEST_APPLESS_MAIN(ScribbleImageTest)
#include "tst_scribble_image.moc"
