// SPDX-License-Identifier: Apache-2.0
// Pixels to floats: every byte, in float and double, forwards and backwards, around the sizes at
// which work is cut. Truth: the formula in double, rounded once, bit for bit.
#include <QtTest/QtTest>

#include <bit>
#include <cmath>

#include "core/base/rng.h"
#include "kernels/api/normalize.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine;
using namespace vitrine::kernels;
using vitrine::test::Guarded;

namespace {

struct Scale {
    double mean, std;
};
/// As they are, MNIST's, one that no float holds, pixels that become very large.
constexpr Scale scales[] = {{0, 1}, {0.1307, 0.3081}, {1.0 / 3, 0.1}, {-1000, 1e-6}};

Guarded<uint8_t> everyByte() {
    Guarded<uint8_t> x(256);
    for (size_t i = 0; i < 256; ++i) x.span()[i] = static_cast<uint8_t>(i);
    return x;
}

Guarded<uint8_t> randomBytes(int64_t count) {
    Guarded<uint8_t> x(count);
    Rng rng(1, RngStream::Test, static_cast<uint64_t>(count));
    for (uint8_t& byte : x.span()) byte = static_cast<uint8_t>(rng.below(256));
    return x;
}

template <class Number>
struct Bits;
template <>
struct Bits<float> {
    using Type = uint32_t;
    static constexpr DType dtype = DType::F32;
};
template <>
struct Bits<double> {
    using Type = uint64_t;
    static constexpr DType dtype = DType::F64;
};

/// How many results differ in a bit from the formula, or −1 where a byte beside them was written.
template <class Number>
int64_t differences(Guarded<uint8_t>& x, const Image& image, const Scale& scale, bool backwards) {
    const auto count = static_cast<int64_t>(x.span().size());
    Guarded<Number> y(count, std::numeric_limits<Number>::quiet_NaN());
    const std::vector<uint8_t> before(x.span().begin(), x.span().end());
    const Kernel kernel = selectNormalize({.x = {image, DType::U8},
                                           .y = {image, Bits<Number>::dtype},
                                           .mean = {scale.mean},
                                           .std = {scale.std}});
    if (!test::runKernel(kernel, {x.data(), y.data()}, backwards)) return -1;
    if (!y.bandsIntact() || !x.bandsIntact() || !std::ranges::equal(before, x.span())) return -1;
    int64_t wrong = 0;
    for (size_t i = 0; i < before.size(); ++i) {
        const double exact = (static_cast<double>(before[i]) / 255.0 - scale.mean) / scale.std;
        using Word = typename Bits<Number>::Type;
        wrong +=
            std::bit_cast<Word>(y.span()[i]) != std::bit_cast<Word>(static_cast<Number>(exact));
    }
    return wrong;
}

void directionRows() {
    QTest::addColumn<bool>("backwards");
    QTest::newRow("forwards") << false;
    QTest::newRow("backwards") << true;
}

}  // namespace

class TestNormalize : public QObject {
    Q_OBJECT

  private slots:
    void everyByteIsTheFormulaRoundedOnce_data() { directionRows(); }
    void everyByteIsTheFormulaRoundedOnce() {
        QFETCH(bool, backwards);
        for (const Scale& scale : scales) {
            Guarded<uint8_t> x = everyByte();
            QCOMPARE(differences<float>(x, {256, 1}, scale, backwards), int64_t{0});
            QCOMPARE(differences<double>(x, {256, 1}, scale, backwards), int64_t{0});
        }
    }

    void anySizeIsDoneWhole_data() {
        QTest::addColumn<qint64>("count");
        constexpr qint64 grain = 32 * 1024;
        for (qint64 count : {qint64{1}, qint64{7}, qint64{64}, grain - 1, grain, grain + 1,
                             2 * grain - 1, 2 * grain, 2 * grain + 1, 5 * grain + 13})
            QTest::addRow("%lld", static_cast<long long>(count)) << count;
    }
    void anySizeIsDoneWhole() {
        QFETCH(qint64, count);
        Guarded<uint8_t> x = randomBytes(count);
        for (const bool backwards : {false, true}) {
            QCOMPARE(differences<float>(x, {1, count}, scales[1], backwards), int64_t{0});
            QCOMPARE(differences<double>(x, {1, count}, scales[1], backwards), int64_t{0});
        }
    }

    void imagesLieAsTheyAreStored() {
        Guarded<uint8_t> x = randomBytes(3 * 2 * 5 * 7);
        QCOMPARE(differences<float>(x, {3, 2, 5, 7}, scales[1], false), int64_t{0});
    }

    /// Three images of two channels of 5 × 7, and one large enough to be cut in the midst of one.
    void channelsHaveNumbersOfTheirOwn_data() { directionRows(); }
    void channelsHaveNumbersOfTheirOwn() {
        QFETCH(bool, backwards);
        for (const Image image : {Image{3, 2, 5, 7}, Image{2, 2, 131, 257}, Image{5, 2}}) {
            Guarded<uint8_t> x = randomBytes(image.elements());
            Guarded<double> y(image.elements(), std::numeric_limits<double>::quiet_NaN());
            const Kernel kernel = selectNormalize({.x = {image, DType::U8},
                                                   .y = {image, DType::F64},
                                                   .mean = {0.25, 0.5},
                                                   .std = {0.125, 2}});
            QVERIFY(test::runKernel(kernel, {x.data(), y.data()}, backwards));
            QVERIFY(y.bandsIntact() && x.bandsIntact());
            const int64_t plane = image.h * image.w;
            for (int64_t i = 0; i < image.elements(); ++i) {
                const double pixel = x.span()[static_cast<size_t>(i)] / 255.0;
                const bool isFirst = i / plane % 2 == 0;
                QCOMPARE(y.span()[static_cast<size_t>(i)],
                         isFirst ? (pixel - 0.25) / 0.125 : (pixel - 0.5) / 2);
            }
        }
    }

    void largeBatchesAreCutIntoParts() {
        constexpr int64_t count = 10 * 32 * 1024;
        const Image image{1, count};
        const Kernel kernel = selectNormalize({.x = {image, DType::U8}, .y = {image, DType::F32}});
        QVERIFY(kernel.parts[0] > 1);
        QVERIFY(QString::fromStdString(kernel.name).contains("normalize"));
    }
};

QTEST_APPLESS_MAIN(TestNormalize)
#include "tst_normalize.moc"
