// SPDX-License-Identifier: Apache-2.0
// Truth: the definition of binary16, sign · 2^(exponent − 15) · (1 + fraction / 1024), and the rule
// to round to the nearer neighbour, on a tie to the even one.
#include <QTest>
#include <cmath>

#include "kernels/api/half.h"

using namespace vitrine;

namespace {

double defined(uint16_t half) {
    const int exponent = half >> 10 & 0x1f, fraction = half & 0x3ff;
    const double magnitude =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return half & 0x8000 ? -magnitude : magnitude;
}

}  // namespace

class HalfTest : public QObject {
    Q_OBJECT

  private slots:
    void everyHalfIsTheNumberItStandsFor() {
        for (uint32_t h = 0; h <= 0xffff; ++h) {
            const auto half = static_cast<uint16_t>(h);
            const float x = halfToFloat(half);
            if ((half & 0x7c00) == 0x7c00)
                QCOMPARE(std::isnan(x), (half & 0x3ff) != 0);
            else
                QCOMPARE(static_cast<double>(x), defined(half));
        }
    }

    void everyHalfComesBackTheSame() {
        for (uint32_t h = 0; h <= 0xffff; ++h) {
            const auto half = static_cast<uint16_t>(h);
            if (std::isnan(halfToFloat(half)))
                QVERIFY(std::isnan(halfToFloat(floatToHalf(halfToFloat(half)))));
            else
                QCOMPARE(floatToHalf(halfToFloat(half)), half);
        }
    }

    void roundsToTheNearerNeighbour() {
        for (uint16_t half = 0; half < 0x7bff; ++half) {
            const float low = halfToFloat(half), high = halfToFloat(half + 1);
            const float middle = low + (high - low) / 2;
            QCOMPARE(floatToHalf(std::nextafter(middle, low)), half);
            QCOMPARE(floatToHalf(std::nextafter(middle, high)), static_cast<uint16_t>(half + 1));
            QCOMPARE(floatToHalf(middle), static_cast<uint16_t>(half + half % 2));
        }
    }

    void whatIsTooLargeBecomesInfinite() {
        QCOMPARE(floatToHalf(65519.0f), uint16_t{0x7bff});
        QCOMPARE(floatToHalf(65520.0f), uint16_t{0x7c00});
        QCOMPARE(floatToHalf(-1e30f), uint16_t{0xfc00});
        QCOMPARE(floatToHalf(-INFINITY), uint16_t{0xfc00});
    }

    void brainFloatIsTheUpperHalfOfAFloat() {
        for (uint32_t b = 0; b <= 0xffff; ++b) {
            const auto brain = static_cast<uint16_t>(b);
            const float x = brainToFloat(brain);
            QCOMPARE(std::bit_cast<uint32_t>(x), b << 16);
            if (!std::isnan(x)) QCOMPARE(floatToBrain(x), brain);
        }
        QCOMPARE(floatToBrain(std::bit_cast<float>(0x3f808000u)), uint16_t{0x3f80});  // ties
        QCOMPARE(floatToBrain(std::bit_cast<float>(0x3f818000u)), uint16_t{0x3f82});
        QCOMPARE(floatToBrain(std::bit_cast<float>(0x3f808001u)), uint16_t{0x3f81});
        QVERIFY(std::isnan(brainToFloat(floatToBrain(std::bit_cast<float>(0x7f800001u)))));
    }
};

QTEST_APPLESS_MAIN(HalfTest)
#include "tst_half.moc"
