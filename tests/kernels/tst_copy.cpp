// SPDX-License-Identifier: Apache-2.0
// Copies of row-major pieces and of channels. Truth: results written out by hand, and index
// arithmetic that does not merge or cut anything.
#include <QtTest/QtTest>
#include <numeric>

#include "kernels/api/copy.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

Q_DECLARE_METATYPE(vitrine::kernels::StridedCopyProblem)

namespace {

template <class T>
std::vector<T> counting(int64_t count) {
    std::vector<T> values(static_cast<size_t>(count));
    std::iota(values.begin(), values.end(), T{1});
    return values;
}

/// y of a strided copy, one element at a time.
std::vector<float> stridedByHand(const StridedCopyProblem& problem, const std::vector<float>& x) {
    int64_t count = 1;
    for (size_t axis = 0; axis < static_cast<size_t>(problem.rank); ++axis)
        count *= problem.shape[axis];
    std::vector<float> y;
    for (int64_t i = 0; i < count; ++i) {
        int64_t rest = i, offset = 0;
        for (int axis = problem.rank - 1; axis >= 0; --axis) {
            const auto a = static_cast<size_t>(axis);
            offset += rest % problem.shape[a] * problem.strides[a];
            rest /= problem.shape[a];
        }
        y.push_back(x[static_cast<size_t>(offset)]);
    }
    return y;
}

template <class T>
std::vector<T> toVector(const Guarded<T>& memory) {
    return {memory.span().begin(), memory.span().end()};
}

}  // namespace

class TestCopy : public QObject {
    Q_OBJECT

  private slots:
    void stridedCopyTakesTheNamedElements_data() {
        QTest::addColumn<StridedCopyProblem>("problem");
        const auto row = [](const char* name, int rank, std::array<int64_t, Strided::maxRank> shape,
                            std::array<int64_t, Strided::maxRank> strides) {
            QTest::newRow(name) << StridedCopyProblem{rank, shape, strides, 4};
        };
        row("turned", 2, {40, 71}, {1, 40});
        row("channels first of channels last", 4, {2, 37, 5, 9}, {1665, 1, 333, 37});
        row("channels last of channels first", 4, {2, 5, 9, 37}, {1665, 9, 1, 45});
        row("turned in the middle", 4, {3, 33, 2, 70}, {2 * 33 * 70, 1, 33, 66});
        row("scalar", 0, {}, {});
        row("contiguous", 3, {3, 4, 5}, {20, 5, 1});
        row("big and contiguous", 2, {300, 200}, {200, 1});
        row("transposed", 2, {30, 40}, {1, 30});
        row("permuted", 4, {2, 3, 4, 5}, {60, 1, 15, 3});
        row("window of rows", 3, {4, 3, 5}, {100, 10, 1});
        row("every second", 2, {10, 20}, {40, 2});
        row("repeated", 3, {3, 4, 5}, {0, 1, 0});
        row("six axes", 6, {2, 1, 3, 2, 2, 4}, {96, 7, 32, 4, 16, 1});
        row("eight axes", 8, {2, 1, 3, 2, 1, 2, 2, 4}, {192, 7, 64, 32, 5, 16, 8, 1});
        row("big, merged in pairs", 4, {50, 8, 30, 10}, {5000, 600, 10, 1});
    }
    void stridedCopyTakesTheNamedElements() {
        QFETCH(StridedCopyProblem, problem);
        std::vector<float> x = counting<float>(300000);
        const std::vector<float> expected = stridedByHand(problem, x);
        Guarded<float> y(static_cast<int64_t>(expected.size()));
        QVERIFY(runKernel(selectStridedCopy(problem), {x.data(), y.data()}, true));
        QVERIFY(y.bandsIntact() && toVector(y) == expected);
    }

    void stridedCopyMovesEightBytes() {
        std::vector<double> x = counting<double>(6);
        Guarded<double> y(6);
        const StridedCopyProblem transposed{
            .rank = 2, .shape = {3, 2}, .strides = {1, 3}, .elementBytes = 8};
        QVERIFY(runKernel(selectStridedCopy(transposed), {x.data(), y.data()}));
        QCOMPARE(toVector(y), (std::vector<double>{1, 4, 2, 5, 3, 6}));
    }

    void concatPutsInputsSideBySide() {
        std::vector<float> a{1, 2, 3, 4}, b{5, 6, 7, 8, 9, 10, 11, 12}, none;
        Guarded<float> y(12);
        const ConcatProblem problem{.outer = 2, .inner = 2, .extents = {1, 0, 2}};
        QVERIFY(runKernel(selectConcat(problem), {a.data(), none.data(), b.data(), y.data()}));
        QCOMPARE(toVector(y), (std::vector<float>{1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12}));
    }

    void concatInManyPartsLeavesNothingOut() {
        const ConcatProblem problem{
            .outer = 500, .inner = 20, .extents = {3, 5}, .elementBytes = 8};
        std::vector<double> a = counting<double>(500 * 60), b = counting<double>(500 * 100);
        Guarded<double> y(500 * 160);
        const Kernel kernel = selectConcat(problem);
        QVERIFY(kernel.parts[0] > 1);
        QVERIFY(runKernel(kernel, {a.data(), b.data(), y.data()}, true));
        QVERIFY(y.bandsIntact());
        for (size_t i = 0; i < y.span().size(); ++i) {
            const size_t row = i / 160, at = i % 160;
            QCOMPARE(y.span()[i], at < 60 ? a[row * 60 + at] : b[row * 100 + at - 60]);
        }
    }

    void zeroPadSurroundsEveryRow() {
        std::vector<float> x{1, 2, 3, 4, 5, 6, 7, 8};
        Guarded<float> y(20, -1);
        const ZeroPadProblem problem{.outer = 2, .extent = 2, .inner = 2, .before = 1, .after = 2};
        QVERIFY(runKernel(selectZeroPad(problem), {x.data(), y.data()}));
        QVERIFY(y.bandsIntact());
        QCOMPARE(toVector(y), (std::vector<float>{0, 0, 1, 2, 3, 4, 0, 0, 0, 0,  //
                                                  0, 0, 5, 6, 7, 8, 0, 0, 0, 0}));
    }

    void zeroPadBelowZeroLeavesPlacesOut() {
        std::vector<float> x{1, 2, 3, 4, 5, 6, 7, 8};
        Guarded<float> middle(4, -1), moved(8, -1);
        const ZeroPadProblem both{.outer = 2, .extent = 4, .inner = 1, .before = -1, .after = -1};
        QVERIFY(runKernel(selectZeroPad(both), {x.data(), middle.data()}));
        QVERIFY(middle.bandsIntact());
        QCOMPARE(toVector(middle), (std::vector<float>{2, 3, 6, 7}));
        const ZeroPadProblem one{.outer = 2, .extent = 4, .inner = 1, .before = -2, .after = 2};
        QVERIFY(runKernel(selectZeroPad(one), {x.data(), moved.data()}));
        QCOMPARE(toVector(moved), (std::vector<float>{3, 4, 0, 0, 7, 8, 0, 0}));
    }

    /// Channels 2 to 4 of 6, in two groups of images, between other halos.
    void channelPieceTakesPlanes() {
        for (const int64_t halo : {0, 1}) {
            const Image whole{19, 6, 2, 3, Layout::Lanes, 2 * halo},
                piece{19, 3, 2, 3, Layout::Lanes, halo};
            const std::vector<double> values = randomFloats(whole.elements(), -1, 1);
            ImageBuffer x(whole, values), y(piece);
            QVERIFY(runKernel(selectChannelPiece({whole, piece, 2}), {x.data(), y.data()}, true));
            QVERIFY(y.isSound());
            const std::vector<float> found = y.values();
            for (size_t i = 0; i < found.size(); ++i) {
                const size_t image = i / 18, at = i % 18;
                QCOMPARE(found[i], static_cast<float>(values[image * 36 + 12 + at]));
            }
        }
    }

    void zeroPadInManyPartsLeavesNothingOut() {
        const ZeroPadProblem problem{
            .outer = 700, .extent = 30, .inner = 3, .before = 2, .after = 1, .elementBytes = 8};
        std::vector<double> x = counting<double>(700 * 90);
        Guarded<double> y(700 * 99, -1);
        const Kernel kernel = selectZeroPad(problem);
        QVERIFY(kernel.parts[0] > 1);
        QVERIFY(runKernel(kernel, {x.data(), y.data()}, true));
        for (size_t i = 0; i < y.span().size(); ++i) {
            const size_t row = i / 99, at = i % 99;
            QCOMPARE(y.span()[i], at < 6 || at >= 96 ? 0 : x[row * 90 + at - 6]);
        }
    }

    void channelConcatPutsChannelsBehindEachOther_data() {
        QTest::addColumn<int>("layout");
        QTest::addColumn<int>("firstChannels");
        QTest::newRow("lanes") << static_cast<int>(Layout::Lanes) << 3;
        QTest::newRow("blocked") << static_cast<int>(Layout::Blocked) << 32;
        for (const int channels : {1, 4, 5, 12, 15, 20, 24, 36})
            QTest::addRow("blocked, the second from channel %d", channels)
                << static_cast<int>(Layout::Blocked) << channels;
    }
    void channelConcatPutsChannelsBehindEachOther() {
        QFETCH(int, layout);
        QFETCH(int, firstChannels);
        const auto at = static_cast<Layout>(layout);
        const Image a{19, firstChannels, 5, 4, at, 1}, b{19, 21, 5, 4, at, 0};
        const Image both{19, firstChannels + 21, 5, 4, at, 2};
        const std::vector<double> aValues = randomFloats(a.elements(), -1, 1, 1);
        const std::vector<double> bValues = randomFloats(b.elements(), -1, 1, 2);
        ImageBuffer x0(a, aValues), x1(b, bValues), y(both);
        const ChannelConcatProblem problem{{a, b}, both};
        QVERIFY(supportsChannelConcat(problem));
        QVERIFY(runKernel(selectChannelConcat(problem), {x0.data(), x1.data(), y.data()}, true));
        QVERIFY(y.isSound());

        const auto aRow = a.elements() / a.n, bRow = b.elements() / b.n;
        std::vector<float> expected;
        for (int64_t n = 0; n < a.n; ++n) {
            expected.insert(expected.end(), aValues.begin() + n * aRow,
                            aValues.begin() + (n + 1) * aRow);
            expected.insert(expected.end(), bValues.begin() + n * bRow,
                            bValues.begin() + (n + 1) * bRow);
        }
        QVERIFY(y.values() == expected);
    }

    void channelConcatTakesManyNarrowOperands() {
        const Image narrow{2, 3, 2, 2, Layout::Blocked}, all{2, 36, 2, 2, Layout::Blocked};
        std::vector<ImageBuffer> x;
        std::vector<void*> operands;
        for (int i = 0; i < 12; ++i)
            x.emplace_back(narrow, std::vector<double>(static_cast<size_t>(narrow.elements()), i));
        for (ImageBuffer& buffer : x) operands.push_back(buffer.data());
        ImageBuffer y(all);
        operands.push_back(y.data());
        const ChannelConcatProblem problem{std::vector<Image>(12, narrow), all};
        QVERIFY(runKernel(selectChannelConcat(problem), operands));
        const std::vector<float> values = y.values();
        for (size_t i = 0; i < values.size(); ++i)
            QCOMPARE(values[i], static_cast<float>(i / 12 % 12));
    }

    void channelConcatRefusesOperandsThatLieDifferently() {
        const Image x{2, 20, 3, 3, Layout::Blocked}, other{2, 20, 3, 3, Layout::Lanes};
        const ChannelConcatProblem problem{{x, other}, {2, 40, 3, 3, Layout::Blocked}};
        QVERIFY(!supportsChannelConcat(problem));
        const Kernel kernel = selectChannelConcat(problem);
        QVERIFY(kernel.run == nullptr && kernel.refused.size() == 1);
    }
};

QTEST_APPLESS_MAIN(TestCopy)
#include "tst_copy.moc"
