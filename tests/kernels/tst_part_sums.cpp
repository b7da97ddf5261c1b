// SPDX-License-Identifier: Apache-2.0
// Reductions by channel beside what kernels store, in both layouts of planes and on every
// instruction set. Truth: sums in double over what the same kernel has stored.
#include <QtTest/QtTest>

#include <cmath>

#include "kernels/api/offer.h"
#include "kernels/cpu/part_sums.h"
#include "kernels/dispatch/machine.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

Operand imageOf(const Image& image) {
    Operand operand(image);
    const int64_t n = image.n, c = image.c, h = image.h, w = image.w;
    operand.array = {.rank = 4, .shape = {n, c, h, w}, .strides = {c * h * w, h * w, w, 1}};
    return operand;
}

/// A number for each channel.
Operand vectorOf(int64_t c) {
    Operand operand;
    operand.n = 1;
    operand.c = c;
    operand.array = {.rank = 1, .shape = {c}, .strides = {1}};
    return operand;
}

/// A convolution whose images have channels and images beyond whole blocks.
Call convolution(Layout layout, ConvPass pass) {
    const Image x{19, 20, 9, 7, layout, 2}, y{19, 33, 9, 7, layout, 1};
    Conv conv{.pass = pass};
    conv.window.rows = {.in = 9, .out = 9, .kernel = 3, .before = 1, .after = 1};
    conv.window.columns = {.in = 7, .out = 7, .kernel = 3, .before = 1, .after = 1};
    const bool isData = pass == ConvPass::Data;
    Call call{
        .problem = conv,
        .operands = {imageOf(isData ? y : x), imageOf({33, 20, 3, 3}), imageOf(isData ? x : y)},
        .own = 2};
    return call;
}

/// a + b − b, which is a chain.
Call chain(Layout layout) {
    const Image image{19, 20, 9, 7, layout, 1};
    return {.problem = Map{Pointwise::Add},
            .store = {{Pointwise::Sub, 0, ChainStep::soFar, 1}},
            .operands = {imageOf(image), imageOf(image), imageOf(image)},
            .own = 2};
}

/// A depthwise convolution whose result has ten million bytes in either layout.
Call depthwise(Layout layout) {
    constexpr int64_t n = 49, c = 35, h = 32, w = 33;
    const Image x{n, c, h, w, layout, 1}, y{n, c, h, w, layout, 0};
    Conv conv{.pass = ConvPass::Forward, .groups = c};
    conv.window.rows = {.in = h, .out = h, .kernel = 3, .before = 1, .after = 1};
    conv.window.columns = {.in = w, .out = w, .kernel = 3, .before = 1, .after = 1};
    return {.problem = conv, .operands = {imageOf(x), imageOf({c, 1, 3, 3}), imageOf(y)}, .own = 2};
}

/// A gradient that has steps behind it, none of which lies with a halo: it goes to where z,
/// normalised, is between two bounds; or z is added to it, and both cut off.
Call steps(Layout layout, bool isGate) {
    Call call = convolution(layout, ConvPass::Data);
    call.operands[2].halo = 0;
    call.operands.insert(call.operands.begin() + 2, call.operands[2]);
    constexpr int soFar = ChainStep::soFar;
    if (!isGate) {
        call.store = {{Pointwise::Add, 0, soFar, 2}, {.function = Pointwise::Relu, .a = soFar}};
        return call;
    }
    call.operands.insert(call.operands.end() - 1, 3, vectorOf(20));
    call.ofLoad = 3;
    call.load = {{.function = Pointwise::Sub, .b = 3, .byChannel = true, .at = 2},
                 {.function = Pointwise::MulAdd, .b = 4, .c = 5, .byChannel = true, .at = 2}};
    call.store = {{.function = Pointwise::InsideGate, .p = -0.5, .a = soFar, .b = 2, .q = 0.75}};
    return call;
}

/// The products, and the sum beside them, of an image without halo.
Call withTwoSums(Call call) {
    const size_t first = call.firstOfLoad();
    const auto at = call.operands.begin() + static_cast<std::ptrdiff_t>(first);
    call.operands.insert(at, {call.out(0), vectorOf(call.out(0).c)});
    for (ChainStep& step : call.load)
        for (int* place : {&step.b, &step.c})
            if (*place >= static_cast<int>(first)) *place += 2;
    call.ofSums = 2;
    call.sums = {{.pass = ChannelPass::Dot, .image = first, .center = first + 1},
                 {.pass = ChannelPass::Sum}};
    for (int k = 0; k < 2; ++k) call.operands.push_back(vectorOf(call.out(0).c));
    call.results = 3;
    return call;
}

/// Adds all three reductions, and a sum behind the product, beside which it is made. The other
/// image of the products has a halo of its own.
Call withSums(Call call) {
    const Operand y = call.out(0);
    Image other = y;
    other.halo = 3;
    const size_t inputs = call.inputs();
    call.operands.insert(call.operands.end() - 1, {imageOf(other), vectorOf(y.c)});
    call.ofSums = 2;
    call.sums = {{.pass = ChannelPass::Sum},
                 {.pass = ChannelPass::Moments},
                 {.pass = ChannelPass::Dot, .image = inputs, .center = inputs + 1},
                 {.pass = ChannelPass::Sum}};
    for (int k = 0; k < 5; ++k) call.operands.push_back(vectorOf(y.c));
    call.results = 6;
    return call;
}

/// The call as the offer of its layout and an algorithm wants it, halos as they are.
std::optional<Call> lying(Call call, Algorithm algorithm) {
    for (const Offer& offer : offers(call).list) {
        if (offer.layout() != call.out(0).layout || offer.algorithm != algorithm) continue;
        if (!takesSums(call, offer)) return std::nullopt;
        call.algorithm = algorithm;
        for (size_t k = 0; k < offer.forms.size(); ++k)
            if (offer.forms[k].layout == Layout::Packed) {
                call.operands[k].layout = Layout::Packed;
                call.operands[k].packing = offer.forms[k].packing;
            }
        return call;
    }
    return std::nullopt;
}

/// A call with its memory; operands hold numbers around `mean`.
struct Prepared {
    std::vector<ImageBuffer> buffers;

    Prepared(const Call& call, double mean) {
        for (size_t k = 0; k < call.operands.size(); ++k) {
            const Operand& operand = call.operands[k];
            const Image image = operand.layout == Layout::Packed
                                    ? Image{.n = 1, .c = operand.storageElements()}
                                    : Image(operand);
            if (k < call.inputs())
                buffers.emplace_back(image,
                                     randomFloats(image.elements(), mean - 1, mean + 1, k + 1));
            else
                buffers.emplace_back(image);
        }
    }
    std::vector<void*> pointers() {
        std::vector<void*> pointers;
        for (ImageBuffer& buffer : buffers) pointers.push_back(buffer.data());
        return pointers;
    }
};

struct Sums {
    double sum = 0, mean = 0, variance = 0, dot = 0, size = 0;
};

Sums wanted(const Prepared& ran, const Call& call, int64_t channel) {
    const Operand& y = call.out(0);
    const std::vector<float> values = ran.buffers[call.inputs()].values();
    const std::vector<float> others = ran.buffers[call.inputs() - 2].values();
    const double center =
        static_cast<double>(ran.buffers[call.inputs() - 1].values()[static_cast<size_t>(channel)]);
    const auto each = [&](auto visit) {
        for (int64_t n = 0; n < y.n; ++n)
            for (int64_t i = 0; i < y.h * y.w; ++i) {
                const auto at = static_cast<size_t>((n * y.c + channel) * y.h * y.w + i);
                visit(static_cast<double>(values[at]), static_cast<double>(others[at]));
            }
    };
    Sums sums;
    each([&](double value, double other) {
        sums.sum += value;
        sums.dot += value * (other - center);
        sums.size += std::abs(value * (other - center));
    });
    const auto count = static_cast<double>(y.n * y.h * y.w);
    sums.mean = sums.sum / count;
    each([&](double value, double) { sums.variance += std::pow(value - sums.mean, 2) / count; });
    return sums;
}

constexpr double tolerance = 2e-7;  // results are float32

}  // namespace

class TestPartSums : public QObject {
    Q_OBJECT

  private slots:
    void sumsAreThoseOfWhatIsStored_data() {
        QTest::addColumn<Call>("call");
        QTest::addColumn<int>("algorithm");
        QTest::addColumn<double>("mean");
        QTest::addColumn<std::string>("set");
        for (const InstructionSet& set : availableInstructionSets())
            for (Layout layout : {Layout::Lanes, Layout::Blocked}) {
                const std::string where =
                    std::string(set.name) + (layout == Layout::Lanes ? " lanes " : " blocked ");
                const auto row = [&](const char* name, const Call& call, Algorithm algorithm,
                                     double mean) {
                    QTest::newRow((where + name).c_str())
                        << call << static_cast<int>(algorithm) << mean << std::string(set.name);
                };
                Call fused = convolution(layout, ConvPass::Data);
                fused.operands.insert(fused.operands.end() - 1, imageOf(fused.out(0)));
                fused.store = {{Pointwise::ReluGate, 0, ChainStep::soFar, 2}};
                row("forward", convolution(layout, ConvPass::Forward), Algorithm::Direct, 0);
                row("data", convolution(layout, ConvPass::Data), Algorithm::Direct, 0);
                row("data, gated", fused, Algorithm::Direct, 0);
                row("chain", chain(layout), Algorithm::Direct, 0);
                row("chain of large numbers", chain(layout), Algorithm::Direct, 10000);
                if (layout == Layout::Lanes) continue;
                row("winograd forward", convolution(layout, ConvPass::Forward), Algorithm::Winograd,
                    0);
                row("winograd data, gated", fused, Algorithm::Winograd, 0);
            }
    }
    void sumsAreThoseOfWhatIsStored() {
        QFETCH(Call, call);
        QFETCH(int, algorithm);
        QFETCH(double, mean);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const std::optional<Call> placed = lying(withSums(call), static_cast<Algorithm>(algorithm));
        QVERIFY(placed.has_value());
        const Kernel kernel = bind(*placed);
        QVERIFY2(kernel.run, kernel.name.c_str());
        QVERIFY2(kernel.name.ends_with(" + sum + moments + dot + sum"), kernel.name.c_str());
        Prepared ran(*placed, mean), backwards(*placed, mean);
        QVERIFY(runKernel(kernel, ran.pointers()));
        QVERIFY(runKernel(kernel, backwards.pointers(), true));
        for (const ImageBuffer& buffer : ran.buffers) QVERIFY(buffer.isSound());
        const size_t y = placed->inputs();
        for (size_t k = y; k < placed->operands.size(); ++k)
            QVERIFY(sameNumbers(ran.buffers[k].values(), backwards.buffers[k].values()));
        for (int64_t c = 0; c < placed->out(0).c; ++c) {
            const Sums truth = wanted(ran, *placed, c);
            const auto got = [&](size_t k) {
                return static_cast<double>(ran.buffers[y + k].values()[static_cast<size_t>(c)]);
            };
            const double deviation = std::sqrt(truth.variance);
            const double count = static_cast<double>(placed->out(0).n * 63);
            QVERIFY(std::abs(got(1) - truth.sum) <=
                    tolerance * count * (std::abs(truth.mean) + deviation));
            QVERIFY(std::abs(got(2) - truth.mean) <=
                    tolerance * (std::abs(truth.mean) + deviation));
            QVERIFY(std::abs(got(3) - truth.variance) <= tolerance * truth.variance);
            QVERIFY(std::abs(got(4) - truth.dot) <= tolerance * truth.size);
            QCOMPARE(got(5), got(1));
        }
    }

    /// Truth: the steps as a kernel's last, and sums of what it has stored, bit for bit.
    void pieceByPieceTheyHaveTheSameBits_data() {
        QTest::addColumn<int>("layout");
        QTest::addColumn<bool>("isGate");
        QTest::addColumn<bool>("hasMoments");
        QTest::addColumn<std::string>("set");
        for (const InstructionSet& set : availableInstructionSets())
            for (Layout layout : {Layout::Lanes, Layout::Blocked})
                for (bool isGate : {false, true})
                    for (bool hasMoments : {false, true})
                        QTest::addRow("%s %s, %s, %s", std::string(set.name).c_str(),
                                      layout == Layout::Lanes ? "lanes" : "blocked",
                                      isGate ? "gate" : "sum",
                                      hasMoments ? "moments too" : "in registers")
                            << static_cast<int>(layout) << isGate << hasMoments
                            << std::string(set.name);
    }
    void pieceByPieceTheyHaveTheSameBits() {
        QFETCH(int, layout);
        QFETCH(bool, isGate);
        QFETCH(bool, hasMoments);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Call plain = steps(static_cast<Layout>(layout), isGate);
        Call summed = withTwoSums(plain);
        if (hasMoments) {
            summed.sums.push_back({.pass = ChannelPass::Moments});
            for (int k = 0; k < 2; ++k) summed.operands.push_back(vectorOf(20));
            summed.results += 2;
        }
        const std::optional<Call> call = lying(summed, Algorithm::Direct);
        const std::optional<Call> unsummed = lying(plain, Algorithm::Direct);
        QVERIFY(call && unsummed);
        const Kernel together = bind(*call), apart = cpu::bindPartSums(bind(*unsummed), *call);
        QVERIFY(together.run && apart.run);
        QCOMPARE(together.name, apart.name);
        Prepared ran(*call, 0), backwards(*call, 0), truth(*call, 0);
        QVERIFY(runKernel(together, ran.pointers()));
        QVERIFY(runKernel(together, backwards.pointers(), true));
        QVERIFY(runKernel(apart, truth.pointers()));
        for (size_t k = 0; k < call->operands.size(); ++k) {
            QVERIFY(ran.buffers[k].isSound());
            QVERIFY(sameNumbers(ran.buffers[k].values(), truth.buffers[k].values()));
            QVERIFY(sameNumbers(backwards.buffers[k].values(), truth.buffers[k].values()));
        }
    }

    /// What is too large for the caches is left in a thread's scratch first. Truth: the kernel
    /// without sums, bit for bit.
    void whatGoesPastTheCachesIsTheSame_data() {
        QTest::addColumn<int>("layout");
        QTest::addColumn<std::string>("set");
        for (const InstructionSet& set : availableInstructionSets())
            for (Layout layout : {Layout::Lanes, Layout::Blocked})
                QTest::addRow("%s %s", std::string(set.name).c_str(),
                              layout == Layout::Lanes ? "lanes" : "blocked")
                    << static_cast<int>(layout) << std::string(set.name);
    }
    void whatGoesPastTheCachesIsTheSame() {
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Call plain = depthwise(static_cast<Layout>(layout));
        const std::optional<Call> call = lying(withTwoSums(plain), Algorithm::Direct);
        const std::optional<Call> unsummed = lying(plain, Algorithm::Direct);
        QVERIFY(call && unsummed);
        const Kernel kernel = bind(*call), alone = bind(*unsummed);
        QVERIFY(kernel.run && alone.run && kernel.scratchBytes > alone.scratchBytes);
        Prepared ran(*call, 0), truth(*unsummed, 0);
        QVERIFY(runKernel(kernel, ran.pointers()) && runKernel(alone, truth.pointers()));
        for (const ImageBuffer& buffer : ran.buffers) QVERIFY(buffer.isSound());
        const size_t y = call->inputs();
        QVERIFY(sameNumbers(ran.buffers[y].values(), truth.buffers.back().values()));
        const auto count = static_cast<double>(call->out(0).elements() / call->out(0).c);
        for (const int64_t c : {0, 16, 34}) {
            const Sums sums = wanted(ran, *call, c);
            const auto got = [&](size_t k) {
                return static_cast<double>(ran.buffers[y + k].values()[static_cast<size_t>(c)]);
            };
            QVERIFY(std::abs(got(1) - sums.dot) <= tolerance * sums.size);
            QVERIFY(std::abs(got(2) - sums.sum) <=
                    tolerance * count * (std::abs(sums.mean) + std::sqrt(sums.variance)));
        }
    }

    void rowMajorIsRefused() {
        const Call call = withSums(chain(Layout::RowMajor));
        for (const Offer& offer : offers(call).list)
            QCOMPARE(takesSums(call, offer), offer.layout() != Layout::RowMajor);
    }
};

QTEST_GUILESS_MAIN(TestPartSums)
#include "tst_part_sums.moc"
