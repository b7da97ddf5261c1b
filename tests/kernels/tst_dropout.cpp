// SPDX-License-Identifier: Apache-2.0
// Dropout and uniform numbers: one mask in every layout and on every instruction set. Truth:
// Philox's published test vectors (Salmon et al., Random123) and the plain loop.
#include <QtTest/QtTest>
#include <array>
#include <cmath>

#include "kernels/api/pointwise.h"
#include "kernels/reference/philox.h"
#include "kernels/reference/pointwise.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

struct Draw {
    double rate = 0.5;
    uint32_t stream = 3;
    int64_t seed = 0x123456789ABCDEF, step = 7;
};

Image image(Layout layout, int64_t halo = 0) {
    return {19, 21, 13, 7, layout, layout == Layout::RowMajor ? 0 : halo};
}

/// Dropout of ones by the plain loop.
std::vector<float> plain(const Draw& draw) {
    const DropoutProblem problem{image(Layout::RowMajor), image(Layout::RowMajor), draw.rate,
                                 draw.stream};
    const std::array<int64_t, 2> key{draw.seed, draw.step};
    std::vector<float> x(static_cast<size_t>(problem.y.elements()), 1.0f), y(x.size());
    reference::dropout(problem, x.data(), key.data(), y.data());
    return y;
}

}  // namespace

class TestDropout : public QObject {
    Q_OBJECT

  private slots:
    void philoxGivesThePublishedNumbers() {
        using Words = std::array<uint32_t, 4>;
        QVERIFY((reference::philox({0, 0, 0, 0}, {0, 0}) ==
                 Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
        const uint32_t ones = 0xffffffff;
        QVERIFY((reference::philox({ones, ones, ones, ones}, {ones, ones}) ==
                 Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
        QVERIFY((reference::philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                                   {0xa4093822, 0x299f31d0}) ==
                 Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
    }

    void maskIsTheSameInEveryLayout_data() {
        QTest::addColumn<int>("layout");
        QTest::addColumn<std::string>("set");
        QTest::addColumn<double>("rate");
        for (const std::string& set : instructionSets())
            for (int layout = 0; layout < 3; ++layout)
                for (const double rate : {0.0, 0.25, 0.5, 0.999})
                    QTest::addRow("%d %s %g", layout, set.c_str(), rate) << layout << set << rate;
    }
    void maskIsTheSameInEveryLayout() {
        QFETCH(int, layout);
        QFETCH(std::string, set);
        QFETCH(double, rate);
        const InstructionSetCap cap(set);
        const Draw draw{.rate = rate};
        const Image x = image(static_cast<Layout>(layout)), y = image(x.layout, 2);
        std::array<int64_t, 2> key{draw.seed, draw.step};
        const std::vector<double> ones(static_cast<size_t>(y.elements()), 1.0);
        ImageBuffer input(x, ones), result(y), inPlace(y, ones);
        const Kernel kernel = selectDropout({x, y, rate, draw.stream});
        QVERIFY(kernel.parts[0] > 1);
        QVERIFY(runKernel(kernel, {input.data(), key.data(), result.data()}, true));
        QVERIFY(result.isSound());
        QVERIFY(sameNumbers(result.values(), plain(draw)));
        QVERIFY(runKernel(selectDropout({y, y, rate, draw.stream}),
                          {inPlace.data(), key.data(), inPlace.data()}));
        QVERIFY(inPlace.isSound());
        QVERIFY(sameNumbers(inPlace.values(), result.values()));
    }

    /// Bit for bit the plain loop's, in float64 too; never 0 or 1.
    void uniformNumbersAreTheSameInEveryLayout_data() {
        QTest::addColumn<int>("layout");
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets())
            for (int layout = 0; layout < 3; ++layout)
                QTest::addRow("%d %s", layout, set.c_str()) << layout << set;
    }
    void uniformNumbersAreTheSameInEveryLayout() {
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Image y = image(static_cast<Layout>(layout), 2);
        std::array<int64_t, 2> key{Draw().seed, Draw().step};
        ImageBuffer result(y);
        const Kernel kernel = selectUniform({y, 3});
        QVERIFY(kernel.parts[0] > 1);
        QVERIFY(kernel.name.find(set) != std::string::npos);
        QVERIFY(runKernel(kernel, {key.data(), result.data()}, true));
        QVERIFY(result.isSound());
        const UniformProblem plainly{image(Layout::RowMajor), 3};
        std::vector<float> single(static_cast<size_t>(y.elements()));
        std::vector<double> exact(single.size());
        reference::uniform(plainly, key.data(), single.data());
        reference::uniform(plainly, key.data(), exact.data());
        QVERIFY(sameNumbers(result.values(), single));
        double sum = 0;
        for (size_t i = 0; i < exact.size(); ++i) {
            QCOMPARE(static_cast<double>(single[i]), exact[i]);
            QVERIFY(exact[i] > 0 && exact[i] < 1);
            sum += exact[i];
        }
        const double count = static_cast<double>(exact.size());
        QVERIFY(std::abs(sum / count - 0.5) < 5 * std::sqrt(1 / (12 * count)));
    }

    void keepsTheShareThatTheRateLeaves() {
        for (const double rate : {0.1, 0.5, 0.9}) {
            const auto y = plain({.rate = rate});
            double kept = 0;
            for (const float value : y) {
                QVERIFY(value == 0 || value == static_cast<float>(1 / (1 - rate)));
                kept += value != 0;
            }
            // Five standard deviations of a binomial share.
            const double count = static_cast<double>(y.size());
            QVERIFY(std::abs(kept / count - (1 - rate)) < 5 * std::sqrt(rate * (1 - rate) / count));
        }
    }

    void dependsOnSeedStreamAndStep() {
        const auto first = plain({});
        QVERIFY(sameNumbers(first, plain({})));
        QVERIFY(!sameNumbers(first, plain({.stream = 4})));
        QVERIFY(!sameNumbers(first, plain({.step = 8})));
        QVERIFY(!sameNumbers(first, plain({.seed = 0x123456789ABCDEE})));
        QVERIFY(!sameNumbers(first, plain({.seed = 0x023456789ABCDEF})));
    }

    void droppedNotANumberIsZeroAndKeptStays() {
        const Image y = image(Layout::Lanes);
        std::array<int64_t, 2> key{1, 1};
        const std::vector<double> nans(static_cast<size_t>(y.elements()),
                                       std::numeric_limits<double>::quiet_NaN());
        ImageBuffer x(y, nans), result(y);
        QVERIFY(runKernel(selectDropout({y, y, 0.5, 1}), {x.data(), key.data(), result.data()}));
        int zeros = 0, stay = 0;
        for (const float value : result.values()) (std::isnan(value) ? stay : zeros) += 1;
        QVERIFY(zeros > 1000 && stay > 1000);
        for (const float value : result.values()) QVERIFY(std::isnan(value) || value == 0);
    }
};

QTEST_APPLESS_MAIN(TestDropout)
#include "tst_dropout.moc"
