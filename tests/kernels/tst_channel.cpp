// SPDX-License-Identifier: Apache-2.0
// Per-channel sums and maps on every instruction set and layout. Truth: the float64 reference,
// itself held to sums worked out by hand.
#include <QtTest/QtTest>
#include <cmath>

#include "kernels/api/channel.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

Q_DECLARE_METATYPE(vitrine::kernels::ChannelProblem)

namespace {

using Numbers = std::vector<double>;

ChannelProblem rowMajor64(ChannelProblem problem) {
    for (Operand* image : {&problem.x, &problem.y}) {
        image->layout = Layout::RowMajor;
        image->halo = 0;
        image->dtype = vitrine::DType::F64;
    }
    return problem;
}

Guarded<float> perChannel(const Numbers& values) {
    Guarded<float> memory(static_cast<int64_t>(values.size()));
    std::ranges::transform(values, memory.data(), [](double v) { return static_cast<float>(v); });
    return memory;
}

/// Results of the float64 reference.
struct Truth {
    ChannelProblem problem;
    Numbers x, y, center, scale, shift;

    explicit Truth(const ChannelProblem& given, double offset = 0)
        : problem(rowMajor64(given)),
          x(randomFloats(given.x.elements(), offset - 1, offset + 1, 1)),
          y(randomFloats(given.x.elements(), -1, 1, 2)),
          center(randomFloats(given.x.c, -1, 1, 3)),
          scale(randomFloats(given.x.c, -2, 2, 4)),
          shift(randomFloats(given.x.c, -1, 1, 5)) {}

    Numbers channels() const { return Numbers(static_cast<size_t>(problem.x.c)); }
    std::pair<Numbers, Numbers> moments() {
        Numbers mean = channels(), variance = channels();
        runKernel(selectChannelMoments(problem), {x.data(), mean.data(), variance.data()});
        return {mean, variance};
    }
    Numbers normalized() {
        Numbers result(x.size());
        runKernel(selectChannelNormalize(problem),
                  {x.data(), center.data(), scale.data(), shift.data(), result.data()});
        return result;
    }
    Numbers sums() {
        Numbers result = channels();
        runKernel(selectChannelSum(problem), {x.data(), result.data()});
        return result;
    }
    Numbers dots() {
        Numbers result = channels();
        runKernel(selectChannelDot(problem), {x.data(), y.data(), center.data(), result.data()});
        return result;
    }

    /// Σ |term(i)| over one channel.
    template <class Term>
    double magnitude(size_t channel, Term term) const {
        const auto pixels = static_cast<size_t>(problem.x.h * problem.x.w);
        const auto count = static_cast<size_t>(problem.x.c);
        double total = 0;
        for (size_t i = 0; i < x.size(); ++i)
            if (i / pixels % count == channel) total += std::abs(term(i));
        return total;
    }
};

bool sameBits(Guarded<float>& a, Guarded<float>& b) { return sameNumbers(a.span(), b.span()); }

}  // namespace

class TestChannel : public QObject {
    Q_OBJECT

  private slots:
    void momentsMatchReference_data() { rows(); }
    void momentsMatchReference() {
        QFETCH(std::string, set);
        QFETCH(ChannelProblem, problem);
        const InstructionSetCap cap(set);
        for (const double offset : {0.0, 1000.0}) {
            Truth truth(problem, offset);
            const auto [mean, variance] = truth.moments();
            ImageBuffer x(problem.x, truth.x);
            Guarded<float> foundMean(problem.x.c), foundVariance(problem.x.c);
            const Kernel kernel = selectChannelMoments(problem);
            QVERIFY2(kernel.name.ends_with(set), kernel.name.c_str());
            QVERIFY(runKernel(kernel, {x.data(), foundMean.data(), foundVariance.data()}));
            QVERIFY(foundMean.bandsIntact() && foundVariance.bandsIntact());
            for (size_t c = 0; c < mean.size(); ++c) {
                QVERIFY(std::abs(foundMean.span()[c] - mean[c]) <=
                        channelTolerance * (std::abs(offset) + 1));
                QVERIFY(std::abs(foundVariance.span()[c] - variance[c]) <=
                        channelTolerance * variance[c]);
            }
        }
    }

    void normalizeMatchesReference_data() { rows(); }
    void normalizeMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(ChannelProblem, problem);
        const InstructionSetCap cap(set);
        for (const Epilogue epilogue : {Epilogue::None, Epilogue::Relu}) {
            problem.epilogue = epilogue;
            Truth truth(problem);
            ImageBuffer x(problem.x, truth.x), y(problem.y);
            Guarded<float> center = perChannel(truth.center), scale = perChannel(truth.scale),
                           shift = perChannel(truth.shift);
            QVERIFY(runKernel(selectChannelNormalize(problem),
                              {x.data(), center.data(), scale.data(), shift.data(), y.data()},
                              true));
            QVERIFY(shareOfLargest(y.values(), truth.normalized()) <= channelTolerance);
            QVERIFY(y.isSound());

            ChannelProblem inPlace = problem;
            inPlace.y = problem.x;
            QVERIFY(runKernel(selectChannelNormalize(inPlace),
                              {x.data(), center.data(), scale.data(), shift.data(), x.data()}));
            QVERIFY(sameNumbers(x.values(), y.values()));
            QVERIFY(x.isSound());
        }
    }

    void sumMatchesReference_data() { rows(); }
    void sumMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(ChannelProblem, problem);
        const InstructionSetCap cap(set);
        Truth truth(problem);
        const Numbers expected = truth.sums();
        ImageBuffer x(problem.x, truth.x);
        Guarded<float> sum(problem.x.c), backwards(problem.x.c);
        const Kernel kernel = selectChannelSum(problem);
        QVERIFY(runKernel(kernel, {x.data(), sum.data()}));
        QVERIFY(runKernel(kernel, {x.data(), backwards.data()}, true));
        QVERIFY(sum.bandsIntact() && sameBits(sum, backwards));
        for (size_t c = 0; c < expected.size(); ++c)
            QVERIFY(std::abs(sum.span()[c] - expected[c]) <=
                    channelTolerance * truth.magnitude(c, [&](size_t i) { return truth.x[i]; }));
    }

    void dotMatchesReference_data() { rows(); }
    void dotMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(ChannelProblem, problem);
        const InstructionSetCap cap(set);
        Truth truth(problem);
        const Numbers expected = truth.dots();
        ImageBuffer x(problem.x, truth.x), y(problem.y, truth.y);
        Guarded<float> center = perChannel(truth.center);
        Guarded<float> dot(problem.x.c), backwards(problem.x.c);
        const Kernel kernel = selectChannelDot(problem);
        QVERIFY(runKernel(kernel, {x.data(), y.data(), center.data(), dot.data()}));
        QVERIFY(runKernel(kernel, {x.data(), y.data(), center.data(), backwards.data()}, true));
        QVERIFY(dot.bandsIntact() && sameBits(dot, backwards));
        for (size_t c = 0; c < expected.size(); ++c) {
            const double terms = truth.magnitude(
                c, [&](size_t i) { return truth.x[i] * (truth.y[i] - truth.center[c]); });
            QVERIFY(std::abs(dot.span()[c] - expected[c]) <= channelTolerance * terms);
        }
    }

    // Two channels, 1 2 3 6 and 4 4 4 4: mean 3 and 4, variance (4 + 1 + 0 + 9) / 4 and 0.
    void referenceIsRightForTwoSmallChannels() {
        const Operand images(Image{2, 2, 1, 2}, vitrine::DType::F64);
        const ChannelProblem problem{.x = images, .y = images, .epilogue = Epilogue::Relu};
        Numbers x{1, 2, 4, 4, 3, 6, 4, 4}, mean(2), variance(2), sum(2), dot(2), y(8);
        Numbers ones(8, 1), center{3, 1}, scale{2, 1}, shift{-1, 0.5};
        runKernel(selectChannelMoments(problem), {x.data(), mean.data(), variance.data()});
        QCOMPARE(mean, (Numbers{3, 4}));
        QCOMPARE(variance, (Numbers{3.5, 0}));
        runKernel(selectChannelSum(problem), {x.data(), sum.data()});
        QCOMPARE(sum, (Numbers{12, 16}));
        runKernel(selectChannelDot(problem), {ones.data(), x.data(), center.data(), dot.data()});
        QCOMPARE(dot, (Numbers{0, 12}));
        runKernel(selectChannelNormalize(problem),
                  {x.data(), center.data(), scale.data(), shift.data(), y.data()});
        QCOMPARE(y, (Numbers{0, 0, 3.5, 3.5, 0, 5, 3.5, 3.5}));
    }

    void bigImagesHaveSeveralParts() {
        const Image oneChannel{64, 1, 64, 64, Layout::Lanes};
        const Image manyChannels{64, 512, 1, 1, Layout::Blocked};
        QVERIFY(selectChannelSum({.x = oneChannel, .y = oneChannel}).parts[0] > 1);
        QVERIFY(selectChannelSum({.x = manyChannels, .y = manyChannels}).parts[0] > 1);
    }

  private:
    static void rows() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<ChannelProblem>("problem");
        const Image images[] = {
            {.n = 1, .c = 1, .h = 1, .w = 1},
            {.n = 19, .c = 3, .h = 5, .w = 7, .halo = 2},
            {.n = 3, .c = 35, .h = 6, .w = 5},
            {.n = 64, .c = 20},
            {.n = 80, .c = 2, .h = 16, .w = 20, .halo = 1},
            {.n = 20, .c = 33, .h = 12, .w = 12},
        };
        for (const std::string& set : instructionSets())
            for (const Layout layout : {Layout::Lanes, Layout::Blocked})
                for (const Image& image : images) {
                    ChannelProblem problem{.x = image, .y = image};
                    problem.x.layout = problem.y.layout = layout;
                    problem.y.halo = image.halo == 1 ? 2 : 1;
                    const std::string name =
                        set + (layout == Layout::Lanes ? " lanes " : " blocked ") +
                        std::to_string(image.n) + "x" + std::to_string(image.c) + "x" +
                        std::to_string(image.h) + "x" + std::to_string(image.w);
                    QTest::newRow(name.c_str()) << set << problem;
                }
    }
};

QTEST_APPLESS_MAIN(TestChannel)
#include "tst_channel.moc"
