// SPDX-License-Identifier: Apache-2.0
// Pixels where a good guess is wrong. Truth: the formulas in the headers, written out here.
#include <QtTest/QtTest>

#include <cmath>
#include <set>

#include "core/data/pixels/blur.h"
#include "core/data/pixels/colour.h"
#include "core/data/pixels/crop.h"
#include "core/data/pixels/draws.h"
#include "core/data/pixels/resample.h"
#include "core/data/pixels/warp.h"

using namespace vitrine;

namespace {

using Pixels = std::vector<uint8_t>;

WorkedImage row(Pixels pixels) { return {{1, 1, std::ssize(pixels)}, pixels}; }

WorkedImage colour(uint8_t red, uint8_t green, uint8_t blue) {
    return {{3, 1, 1}, {red, green, blue}};
}

WorkedImage flat(int64_t height, int64_t width, uint8_t value) {
    return {{1, height, width}, Pixels(static_cast<size_t>(height * width), value)};
}

/// 0, 1, 2, … in rows.
WorkedImage counted(int64_t height, int64_t width) {
    WorkedImage image = flat(height, width, 0);
    for (size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<uint8_t>(i);
    return image;
}

}  // namespace

class PixelsTest : public QObject {
    Q_OBJECT

  private slots:
    /// torchvision's tensors lose one level of 255 greys of 256.
    void greyStaysGrey() {
        for (const auto weights : {GreyWeights::Bt601, GreyWeights::Bt709, GreyWeights::Mean})
            for (int x = 0; x < 256; ++x) {
                const auto grey = static_cast<uint8_t>(x);
                QCOMPARE(greyOf(grey, grey, grey, weights), grey);
            }
    }

    /// 0.299 R + 0.587 G + 0.114 B, or 0.2126, 0.7152, 0.0722, rounded.
    void greyIsTheWeightedSumRounded() {
        QCOMPARE(int{greyOf(10, 200, 30)}, 124);  // 123.81
        for (int i = 0; i < 4096; ++i) {
            const int r = i % 16 * 17, g = i / 16 % 16 * 17, b = i / 256 * 17;
            const double sum601 = 0.299 * r + 0.587 * g + 0.114 * b;
            const double sum709 = 0.2126 * r + 0.7152 * g + 0.0722 * b;
            const auto of = [&](GreyWeights weights) {
                return static_cast<double>(greyOf(static_cast<uint8_t>(r), static_cast<uint8_t>(g),
                                                  static_cast<uint8_t>(b), weights));
            };
            QVERIFY(std::abs(of(GreyWeights::Bt601) - sum601) < 0.51);
            QVERIFY(std::abs(of(GreyWeights::Bt709) - sum709) < 0.51);
            QVERIFY(std::abs(of(GreyWeights::Mean) - (r + g + b) / 3.0) < 0.51);
        }
    }

    void whatIsTooBrightIsWhite() {
        WorkedImage image = row({0, 100, 233, 255});
        brighten(image, 1.1);
        QCOMPARE(image.pixels, (Pixels{0, 110, 255, 255}));
        image = row({0, 100, 155, 255});
        changeContrast(image, 10);
        QCOMPARE(image.pixels, (Pixels{0, 0, 255, 255}));
        image = colour(255, 0, 0);
        saturate(image, 3);
        QCOMPARE(image.pixels, (Pixels{255, 0, 0}));
    }

    void noSaturationIsGreyAndNoContrastTheMean() {
        for (int x = 0; x < 256; ++x) {
            WorkedImage image =
                colour(static_cast<uint8_t>(x), static_cast<uint8_t>(x), static_cast<uint8_t>(x));
            const Pixels before = image.pixels;
            saturate(image, 0);
            changeContrast(image, 0);
            QCOMPARE(image.pixels, before);
        }
    }

    void aThirdOfTheCircleSwapsColours() {
        WorkedImage image = colour(200, 50, 70);
        turnHue(image, 1.0 / 3);
        QCOMPARE(image.pixels, (Pixels{70, 200, 50}));
        turnHue(image, -1.0 / 3);
        turnHue(image, 1);
        QCOMPARE(image.pixels, (Pixels{200, 50, 70}));
    }

    /// skimage mirrors the border without its edge here: 2.5, 2.5, 7.5, …
    void enlargingKeepsTheEdges() {
        WorkedImage image = row({0, 10, 20, 30});
        resample(image, 1, 8, Resampling::Bilinear, true);
        QCOMPARE(image.pixels, (Pixels{0, 3, 8, 13, 18, 23, 28, 30}));  // halves are rounded up
    }

    /// The pixel over the new one's middle: Pillow is one column low in 4 of 28, torchvision's
    /// tensors (floor of i · from / to) in most.
    void nearestIsTheOneOverTheMiddle() {
        for (const auto& [from, to] : {std::pair(64, 28), std::pair(16, 10), std::pair(16, 11),
                                       std::pair(3, 7), std::pair(200, 199)}) {
            WorkedImage image = counted(1, from);
            resample(image, 1, to, Resampling::Nearest, false);
            for (int i = 0; i < to; ++i)
                QCOMPARE(int{image.pixels[static_cast<size_t>(i)]},
                         static_cast<int>(std::floor((i + 0.5L) * from / to)));
        }
    }

    void areaIsTheMeanOfWhatIsCovered() {
        WorkedImage image = row({0, 90, 210});
        resample(image, 1, 2, Resampling::Area, true);
        QCOMPARE(image.pixels, (Pixels{30, 170}));  // (0 + 90 / 2) / 1.5, (90 / 2 + 210) / 1.5
    }

    /// Antialiasing is told by name: two groups of libraries are up to 117 apart here.
    void withoutAntialiasingFewPixelsCount() {
        WorkedImage plain = row({255, 0, 0, 0, 255, 0, 0, 0}), wide = plain;
        resample(plain, 1, 2, Resampling::Bilinear, false);
        QCOMPARE(plain.pixels, (Pixels{0, 0}));
        resample(wide, 1, 2, Resampling::Bilinear, true);
        QCOMPARE(wide.pixels, (Pixels{73, 46}));  // 255 · (⅝ + ⅜) / 3½ and 255 · ⅝ / 3½
    }

    void masksAreNeverBlended() {
        WorkedImage mask = row({0, 9, 0, 9, 0, 9});
        mask.isMask = true;
        resample(mask, 3, 4, Resampling::Bicubic, true);
        for (const uint8_t x : mask.pixels) QVERIFY(x == 0 || x == 9);
    }

    /// torchvision rounds half to even: 5 → 2 from 2 on.
    void middlesAreRoundedDown() {
        QCOMPARE(centred({1, 5, 6}, 4, 3).top, int64_t{0});
        QCOMPARE(centred({1, 5, 6}, 2, 3).top, int64_t{1});
        QCOMPARE(centred({1, 5, 6}, 2, 3).left, int64_t{1});
        QCOMPARE(centred({1, 2, 2}, 5, 3).top, int64_t{-1});
        QCOMPARE(centred({1, 2, 2}, 5, 3).left, int64_t{0});
    }

    void bordersGoOnForEver() {
        const auto cropped = [](Border border) {
            WorkedImage image = row({1, 2, 3});
            crop(image, {0, -7}, 1, 15, border, 9);
            return image.pixels;
        };
        QCOMPARE(cropped(Border::Fill), (Pixels{9, 9, 9, 9, 9, 9, 9, 1, 2, 3, 9, 9, 9, 9, 9}));
        QCOMPARE(cropped(Border::Edge), (Pixels{1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3}));
        QCOMPARE(cropped(Border::Reflect), (Pixels{2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2}));
        QCOMPARE(cropped(Border::Symmetric), (Pixels{1, 1, 2, 3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1, 2}));
        WorkedImage one = row({7});
        crop(one, {0, -2}, 1, 5, Border::Reflect);
        QCOMPARE(one.pixels, (Pixels{7, 7, 7, 7, 7}));
        WorkedImage away = row({1, 2, 3});
        crop(away, {0, 20}, 1, 2, Border::Fill, 9);
        QCOMPARE(away.pixels, (Pixels{9, 9}));
    }

    /// Counter-clockwise about ((w − 1) / 2, (h − 1) / 2): right column up.
    void aQuarterTurnMovesWholePixels() {
        WorkedImage image = counted(3, 3);
        warp(image, inverse({.degrees = 90}, middleOf(image.shape)), {});
        QCOMPARE(image.pixels, (Pixels{2, 5, 8, 1, 4, 7, 0, 3, 6}));
        WorkedImage even = counted(2, 2);
        warp(even, inverse({.degrees = 180}, middleOf(even.shape)), {.isNearest = true});
        QCOMPARE(even.pixels, (Pixels{3, 2, 1, 0}));
    }

    /// torchvision's tensors have a seam of 151 here.
    void aFlatImageInItsOwnFillStaysFlat() {
        for (const bool isNearest : {false, true})
            for (int degrees = -180; degrees <= 180; degrees += 7) {
                WorkedImage image = flat(21, 17, 200);
                warp(image,
                     inverse({.degrees = static_cast<double>(degrees), .scale = 1.3, .shearX = 20},
                             middleOf(image.shape)),
                     {.isNearest = isNearest, .fill = 200});
                QCOMPARE(image.pixels, flat(21, 17, 200).pixels);
            }
    }

    void halfAPixelBeyondTheBorderIsHalfFill() {
        WorkedImage image = row({100, 200});
        warp(image, inverse({.moved = {0.5, 0}}, {}), {.fill = 20});
        QCOMPARE(image.pixels, (Pixels{60, 150}));
    }

    void cornersGoWhereTheyShould() {
        const std::array<Point, 4> from{{{0, 0}, {8, 0}, {8, 6}, {0, 6}}};
        const std::array<Point, 4> to{{{1, 2}, {7, 1}, {6, 5}, {2, 6}}};
        WorkedImage image = flat(7, 9, 0);
        image.pixels[0] = 50;
        image.pixels[8] = 100;
        image.pixels[6 * 9 + 8] = 150;
        image.pixels[6 * 9] = 200;
        warp(image, *inverse(from, to), {});
        for (size_t i = 0; i < 4; ++i)
            QCOMPARE(size_t{image.pixels[static_cast<size_t>(to[i].y * 9 + to[i].x)]},
                     50 * (i + 1));
        QVERIFY(!inverse({{{0, 0}, {8, 0}, {8, 6}, {0, 6}}}, {{{0, 0}, {1, 0}, {2, 0}, {3, 0}}}));
    }

    void blurKeepsWhatIsFlat() {
        for (const int64_t side : {1, 2, 5, 40}) {
            WorkedImage image = flat(side, side, 251);
            blur(image, gaussian(3, 9));
            QCOMPARE(image.pixels, flat(side, side, 251).pixels);
        }
    }

    void levelsAreThoseOfTheirFormulas() {
        WorkedImage image = row({0, 127, 128, 200, 255});
        solarize(image, 128);
        QCOMPARE(image.pixels, (Pixels{0, 127, 127, 55, 0}));
        posterize(image, 2);
        QCOMPARE(image.pixels, (Pixels{0, 64, 64, 0, 0}));
        image = row({50, 100, 150});
        stretchContrast(image);
        QCOMPARE(image.pixels, (Pixels{0, 128, 255}));
        image = row({70, 70});
        stretchContrast(image);
        equalize(image);
        QCOMPARE(image.pixels, (Pixels{70, 70}));
    }

    /// Beta(α, α): mean ½, variance 1 / (4 (2α + 1)); four standard errors.
    void betaHasItsMoments() {
        Rng rng(5, RngStream::Test);
        for (const double alpha : {0.01, 0.2, 1.0, 8.0}) {
            constexpr int draws = 40000;
            double sum = 0, squares = 0;
            for (int i = 0; i < draws; ++i) {
                const double x = drawnBeta(rng, alpha);
                QVERIFY(x >= 0 && x <= 1);
                sum += x - 0.5;
                squares += (x - 0.5) * (x - 0.5);
            }
            const double variance = 1 / (4 * (2 * alpha + 1));
            QVERIFY(std::abs(sum / draws) < 4 * std::sqrt(variance / draws));
            QVERIFY(std::abs(squares / draws - variance) < 0.02 * variance + 0.001);
        }
    }

    void wholeDrawsReachBothEnds() {
        Rng rng(6, RngStream::Test);
        std::set<int64_t> seen;
        for (int i = 0; i < 1000; ++i) seen.insert(drawnWhole(rng, -4, 4));
        QCOMPARE(*seen.begin(), int64_t{-4});
        QCOMPARE(*seen.rbegin(), int64_t{4});
        QCOMPARE(seen.size(), size_t{9});
    }
};

QTEST_APPLESS_MAIN(PixelsTest)
#include "tst_pixels.moc"
