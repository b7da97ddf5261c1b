// SPDX-License-Identifier: Apache-2.0
// The strokes whose direction is asked for. Truth: the promises of the header, and for the
// direction the moments of the picture: a straight stroke lies along the axis of its second
// moments, and its third moment is long towards the thin end.
#include <QtTest/QtTest>

#include <array>
#include <cmath>
#include <numbers>

#include "core/data/strokes/pointer_image.h"
#include "tests/support/drawing_check.h"

using namespace vitrine;
using strokes::drawPointerImage;
using strokes::imageSide;
using strokes::pixelCount;

namespace {

using Pixels = std::array<uint8_t, pixelCount>;
constexpr double pi = std::numbers::pi;

void draw(uint64_t index, std::span<uint8_t> bytes) {
    drawPointerImage(1, index, {}, bytes.first<pixelCount>());
}

double angleOf(const strokes::Direction& direction) {
    return std::atan2(static_cast<double>(direction.sin), static_cast<double>(direction.cos));
}

/// Σ ink · f(x, y) / Σ ink.
template <class F>
double mean(const Pixels& pixels, F f) {
    double mass = 0, sum = 0;
    for (int i = 0; i < pixelCount; ++i) {
        const double ink = pixels[static_cast<size_t>(i)];
        mass += ink;
        sum += ink * f(i % imageSide + 0.5, i / imageSide + 0.5);
    }
    return sum / mass;
}

/// Where the picture's ink points to: along its long axis, towards the thin end.
double angleOfInk(const Pixels& pixels) {
    const double x = mean(pixels, [](double px, double) { return px; });
    const double y = mean(pixels, [](double, double py) { return py; });
    const double xx = mean(pixels, [&](double px, double) { return (px - x) * (px - x); });
    const double yy = mean(pixels, [&](double, double py) { return (py - y) * (py - y); });
    const double xy = mean(pixels, [&](double px, double py) { return (px - x) * (py - y); });
    const double axis = 0.5 * std::atan2(2 * xy, xx - yy);
    const double skew = mean(pixels, [&](double px, double py) {
        return std::pow((px - x) * std::cos(axis) + (py - y) * std::sin(axis), 3);
    });
    return skew > 0 ? axis : axis + pi;
}

}  // namespace

class PointerImageTest : public QObject {
    Q_OBJECT

  private slots:
    void dependsOnTheIndexAlone() {
        QVERIFY(test::dependsOnTheIndexAlone(draw, pixelCount, 50));
        Pixels first{}, otherSeed{}, otherIndex{};
        drawPointerImage(1, 5, {}, first);
        drawPointerImage(2, 5, {}, otherSeed);
        drawPointerImage(1, 6, {}, otherIndex);
        QVERIFY(first != otherSeed && first != otherIndex);
    }

    /// Runs that are gone on with, and figures that were reported, rest on the pictures.
    void drawsWhatEarlierVersionsDrew() {
        QCOMPARE(QByteArray::fromStdString(test::checksumOfExamples(draw, pixelCount, 100)),
                 QByteArray("a16d9c94b0caf049"));
    }

    void allocatesNothingForAnImage() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        QCOMPARE(test::allocationsOfDrawing(draw, pixelCount, 500), int64_t{0});
    }

    void pointsFromTheThickEndToTheThinOne() {
        Pixels pixels{};
        double worst = 0, sum = 0;
        constexpr uint64_t count = 500;
        for (uint64_t i = 0; i < count; ++i) {
            const auto direction = drawPointerImage(3, i, {.bend = 0, .noise = 0}, pixels);
            const double error = std::remainder(angleOf(direction) - angleOfInk(pixels), 2 * pi);
            worst = std::max(worst, std::abs(error) * 180 / pi);
            sum += std::abs(error) * 180 / pi;
        }
        QVERIFY2(worst < 3 && sum / count < 0.5, qPrintable(QString("%1 %2").arg(worst).arg(sum)));
    }

    void givesAUnitVector() {
        Pixels pixels{};
        for (uint64_t i = 0; i < 100; ++i) {
            const auto [cos, sin] = drawPointerImage(1, i, {}, pixels);
            QVERIFY(std::abs(cos * cos + sin * sin - 1) < 1e-5f);
        }
    }

    void pointsEverywhereAboutAsOften() {
        std::array<int, 8> counts{};
        Pixels pixels{};
        for (uint64_t i = 0; i < 4000; ++i) {
            const double turns = angleOf(drawPointerImage(1, i, {}, pixels)) / (2 * pi) + 0.5;
            ++counts.at(static_cast<size_t>(turns * 8) % 8);
        }
        // 500 expected, standard deviation 21.
        for (int count : counts)
            QVERIFY2(count > 400 && count < 600, qPrintable(QString::number(count)));
    }

    void bendsByAsMuchAsItWasAsked() {
        Pixels straight{}, bent{};
        drawPointerImage(1, 2, {.bend = 0, .noise = 0}, straight);
        drawPointerImage(1, 2, {.bend = 1, .noise = 0}, bent);
        QVERIFY(straight != bent);
    }

    void liesInsideTheImage_data() {
        QTest::addColumn<double>("bend");
        QTest::newRow("straight") << 0.0;
        QTest::newRow("usual") << 1.0;
        QTest::newRow("wild") << 3.0;
    }
    void liesInsideTheImage() {
        QFETCH(double, bend);
        Pixels pixels{};
        for (uint64_t i = 0; i < 500; ++i) {
            drawPointerImage(4, i, {.bend = static_cast<float>(bend)}, pixels);
            const QByteArray which = QByteArray::number(static_cast<qulonglong>(i));
            int onTheBorder = 0;
            for (int k = 0; k < imageSide; ++k)
                for (int at : {k, pixelCount - 1 - k, k * imageSide, k * imageSide + imageSide - 1})
                    onTheBorder = std::max<int>(onTheBorder, pixels[static_cast<size_t>(at)]);
            QVERIFY2(onTheBorder < 40, which.constData());
            QVERIFY2(*std::ranges::max_element(pixels) > 200, which.constData());
        }
    }
};

QTEST_APPLESS_MAIN(PointerImageTest)
#include "tst_pointer_image.moc"
