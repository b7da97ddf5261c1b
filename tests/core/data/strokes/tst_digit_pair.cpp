// SPDX-License-Identifier: Apache-2.0
// Pairs of digits: made of images of the built-in digits, half of them alike, none used twice.
// Truth: the promises of the header.
#include <QtTest/QtTest>

#include <array>
#include <map>
#include <set>

#include "core/data/strokes/digit_pair.h"
#include "tests/support/drawing_check.h"

using namespace vitrine;
using strokes::chooseDigitPair;
using strokes::digitOfImage;
using strokes::DigitPair;
using strokes::drawDigitPair;
using strokes::pixelCount;

namespace {

using Pixels = std::array<uint8_t, pixelCount>;

/// Both images and whether they are alike.
constexpr size_t bytesEach = 2 * pixelCount + 1;
void draw(uint64_t index, std::span<uint8_t> bytes) {
    bytes[2 * pixelCount] = drawDigitPair(1, index, {}, bytes.first<pixelCount>(),
                                          bytes.subspan<pixelCount, pixelCount>());
}

}  // namespace

class DigitPairTest : public QObject {
    Q_OBJECT

  private slots:
    void dependsOnTheIndexAlone() {
        QVERIFY(test::dependsOnTheIndexAlone(draw, bytesEach, 50));
        QVERIFY(chooseDigitPair(1, 3).first != chooseDigitPair(1, 4).first);
    }

    /// Runs that are gone on with, and figures that were reported, rest on the pictures.
    void drawsWhatEarlierVersionsDrew() {
        QCOMPARE(QByteArray::fromStdString(test::checksumOfExamples(draw, bytesEach, 100)),
                 QByteArray("637ffb80aab40f2d"));
    }

    void allocatesNothingForAPair() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        QCOMPARE(test::allocationsOfDrawing(draw, bytesEach, 300), int64_t{0});
    }

    void saysWhatDigitAnImageShows() {
        Pixels pixels{};
        for (uint64_t i = 0; i < 200; ++i)
            QCOMPARE(digitOfImage(7, i), strokes::drawDigitImage(7, i, {}, pixels));
    }

    void isMadeOfTheImagesItNames() {
        Pixels first{}, second{}, wantedFirst{}, wantedSecond{};
        for (uint64_t i = 0; i < 100; ++i) {
            const DigitPair pair = chooseDigitPair(5, i);
            QCOMPARE(drawDigitPair(5, i, {}, first, second), pair.same);
            const int32_t a = strokes::drawDigitImage(5, pair.first, {}, wantedFirst);
            const int32_t b = strokes::drawDigitImage(5, pair.second, {}, wantedSecond);
            QCOMPARE(a == b, pair.same);
            QVERIFY(first == wantedFirst && second == wantedSecond && first != second);
        }
    }

    void usesNoImageTwice() {
        std::set<uint64_t> seen;
        constexpr uint64_t count = 3000;
        for (uint64_t i = 0; i < count; ++i) {
            const DigitPair pair = chooseDigitPair(1, i);
            seen.insert({pair.first, pair.second});
        }
        QCOMPARE(seen.size(), size_t{2 * count});
    }

    void isHalfAlikeAndSpreadsTheDigitsEvenly() {
        std::map<std::pair<int32_t, int32_t>, int> alike, unlike;
        int same = 0;
        constexpr int count = 40'000;
        for (uint64_t i = 0; i < count; ++i) {
            const DigitPair pair = chooseDigitPair(1, i);
            const int32_t a = digitOfImage(1, pair.first), b = digitOfImage(1, pair.second);
            same += pair.same;
            ++(pair.same ? alike : unlike)[std::minmax(a, b)];
        }
        // Standard deviations: 100, 44 and 21.
        QVERIFY2(std::abs(same - count / 2) < 400, qPrintable(QString::number(same)));
        QCOMPARE(alike.size(), size_t{10});
        QCOMPARE(unlike.size(), size_t{45});
        for (const auto& [digits, times] : alike) QVERIFY(std::abs(times - count / 20) < 180);
        for (const auto& [digits, times] : unlike) QVERIFY(std::abs(times - count / 90) < 85);
    }

    void isSeenAsMuchInEitherOrder() {
        int smallerFirst = 0, unlike = 0;
        for (uint64_t i = 0; i < 10'000; ++i) {
            const DigitPair pair = chooseDigitPair(2, i);
            if (pair.same) continue;
            ++unlike;
            smallerFirst += digitOfImage(2, pair.first) < digitOfImage(2, pair.second);
        }
        // About 2,500 of 5,000, standard deviation 35.
        QVERIFY(std::abs(2 * smallerFirst - unlike) < 300);
    }
};

QTEST_APPLESS_MAIN(DigitPairTest)
#include "tst_digit_pair.moc"
