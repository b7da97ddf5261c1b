// SPDX-License-Identifier: Apache-2.0
// Chains of pointwise functions, alone and on what other kernels store, in every layout and on
// every instruction set. Truth: the same functions one after the other, bit for bit.
#include <QtTest/QtTest>

#include "kernels/api/offer.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

constexpr int soFar = ChainStep::soFar;

/// Images whose halos differ, so that places in memory do.
Operand imageOf(int64_t n, int64_t c, int64_t h, int64_t w, Layout layout, int64_t halo) {
    Operand operand;
    operand.n = n;
    operand.c = c;
    operand.h = h;
    operand.w = w;
    operand.layout = layout;
    operand.halo = layout == Layout::RowMajor ? 0 : halo;
    operand.array = {.rank = 4, .shape = {n, c, h, w}, .strides = {c * h * w, h * w, w, 1}};
    return operand;
}

Operand rowMajor(int64_t n, int64_t c, int64_t h, int64_t w) {
    return imageOf(n, c, h, w, Layout::RowMajor, 0);
}

/// y = clamp(leaky_relu(x + b) · b), where x is what came before.
std::vector<ChainStep> steps(int b) {
    return {{Pointwise::Add, 0, soFar, b},
            {Pointwise::LeakyRelu, 0.25, soFar, soFar},
            {Pointwise::Mul, 0, b, soFar},
            {.function = Pointwise::Clamp, .p = -0.5, .q = 0.75}};
}

/// A number for each channel.
Operand vectorOf(int64_t c) {
    Operand operand;
    operand.n = 1;
    operand.c = c;
    operand.array = {.rank = 1, .shape = {c}, .strides = {1}};
    return operand;
}

/// The operand itself; where it is packed, a plain run of as many numbers.
Image memoryOf(const Operand& operand) {
    if (operand.layout != Layout::Packed) return operand;
    return {.n = 1, .c = operand.storageElements()};
}

/// A call with operands that hold random numbers.
struct Prepared {
    Call call;
    std::vector<ImageBuffer> buffers;  ///< of operands; results wait

    explicit Prepared(Call of) : call(std::move(of)) {
        for (size_t k = 0; k < call.inputs(); ++k) {
            const Image image = memoryOf(call.in(k));
            buffers.emplace_back(image, randomFloats(image.elements(), -2, 2, k + 1));
        }
        buffers.emplace_back(call.out(0));
    }
    std::vector<void*> pointers() {
        std::vector<void*> pointers;
        for (ImageBuffer& buffer : buffers) pointers.push_back(buffer.data());
        return pointers;
    }
};

/// The operand's numbers, written out to the shape of `y`.
ImageBuffer writtenOut(const Prepared& all, int place, const Operand& y, bool byChannel) {
    const ImageBuffer& buffer = all.buffers[static_cast<size_t>(place)];
    const Image& from = buffer.image();
    const std::vector<float> numbers = buffer.values();
    const bool isVector = byChannel && all.call.in(static_cast<size_t>(place)).array.rank == 1;
    std::vector<double> result;
    for (int64_t n = 0; n < y.n; ++n)
        for (int64_t c = 0; c < y.c; ++c)
            for (int64_t pixel = 0; pixel < y.h * y.w; ++pixel) {
                const int64_t image = isVector ? 0 : n % from.n, channel = c % from.c;
                const int64_t pixels = from.h * from.w;
                const int64_t at = (image * from.c + channel) * pixels + pixel % pixels;
                result.push_back(static_cast<double>(numbers[static_cast<size_t>(at)]));
            }
    return ImageBuffer(y, result);
}

/// The call's own kernel, then each step by a kernel of its own.
std::vector<float> oneAfterTheOther(const Call& call) {
    Call alone = call;
    alone.store.clear();
    alone.operands.erase(alone.operands.begin() + static_cast<std::ptrdiff_t>(call.own),
                         alone.operands.end() - 1);
    Prepared own(alone), all(call);
    if (!runKernel(bind(alone), own.pointers())) return {};
    ImageBuffer soFarBuffer = std::move(own.buffers.back());
    for (const ChainStep& step : call.store) {
        Call one;
        one.problem = Map{step.function, step.p, step.q};
        std::vector<ImageBuffer> others;
        others.reserve(3);
        std::vector<void*> memory;
        const int places[] = {step.a, step.b, step.c};
        for (int k = 0; k < operandsOf(step.function); ++k) {
            one.operands.push_back(call.out(0));
            if (places[k] != soFar)
                others.push_back(writtenOut(all, places[k], call.out(0), step.byChannel));
            memory.push_back(places[k] == soFar ? soFarBuffer.data() : others.back().data());
        }
        one.own = one.operands.size();
        one.operands.push_back(call.out(0));
        ImageBuffer result(call.out(0));
        memory.push_back(result.data());
        if (!runKernel(bind(one), memory)) return {};
        soFarBuffer = std::move(result);
    }
    return soFarBuffer.values();
}

Call convolution(Layout layout, ConvPass pass) {
    const Operand x = imageOf(3, 20, 9, 7, layout, 2), y = imageOf(3, 33, 9, 7, layout, 1);
    Conv conv{.pass = pass, .window = {}, .groups = 1, .bias = pass == ConvPass::Forward};
    conv.window.rows = {.in = 9, .out = 9, .kernel = 3, .before = 1, .after = 1};
    conv.window.columns = {.in = 7, .out = 7, .kernel = 3, .before = 1, .after = 1};
    const Operand weight = rowMajor(33, 20, 3, 3), &result = pass == ConvPass::Data ? x : y;
    Call call{.problem = conv, .operands = {pass == ConvPass::Data ? y : x, weight}};
    if (conv.bias) call.operands.push_back(rowMajor(1, 33, 1, 1));
    call.own = call.operands.size();
    call.operands.push_back(imageOf(result.n, result.c, result.h, result.w, layout, 3));
    call.operands.push_back(result);
    return call;
}

/// The call with its weight as the kernel of a convolution wants it.
Call withPackedWeight(Call call) {
    if (!std::holds_alternative<Conv>(call.problem)) return call;
    for (const Offer& offer : offers(call).list) {
        if (offer.layout() != call.in(0).layout || offer.algorithm != call.algorithm) continue;
        call.operands[1].layout = offer.forms[1].layout;
        call.operands[1].packing = offer.forms[1].packing;
    }
    return call;
}

Call linear(LinearPass pass) {
    const Operand x = imageOf(35, 40, 1, 1, Layout::Lanes, 0),
                  y = imageOf(35, 23, 1, 1, Layout::Lanes, 0);
    const Operand &from = pass == LinearPass::Data ? y : x, &to = pass == LinearPass::Data ? x : y;
    return {.problem = Linear{.pass = pass},
            .operands = {from, rowMajor(23, 40, 1, 1), to, to},
            .own = 2};
}

Call normalisation(Layout layout) {
    const Operand x = imageOf(18, 19, 5, 6, layout, 1), vector = rowMajor(1, 19, 1, 1);
    return {.problem = Channel{ChannelPass::Normalize},
            .operands = {x, vector, vector, vector, imageOf(18, 19, 5, 6, layout, 0), x},
            .own = 4};
}

Call averages(Layout layout, bool backward) {
    Pool pool{.pass = backward ? PoolPass::AverageBackward : PoolPass::Average, .window = {}};
    pool.window.rows = {.in = 9, .out = 5, .kernel = 3, .stride = 2, .before = 1, .after = 1};
    pool.window.columns = {.in = 6, .out = 3, .kernel = 2, .stride = 2};
    const Operand x = imageOf(4, 21, 9, 6, layout, 1), y = imageOf(4, 21, 5, 3, layout, 2);
    const Operand &from = backward ? y : x, &to = backward ? x : y;
    return {.problem = pool,
            .operands = {from, imageOf(to.n, to.c, to.h, to.w, layout, 0), to},
            .own = 1};
}

Call product() {
    const auto matrix = [](int64_t rows, int64_t columns) {
        Operand operand;
        operand.n = 1;
        operand.c = 6 * rows * columns;
        operand.array = {
            .rank = 3, .shape = {6, rows, columns}, .strides = {rows * columns, columns, 1}};
        return operand;
    };
    return {.problem = MatMul{},
            .operands = {matrix(37, 12), matrix(12, 50), matrix(37, 50), matrix(37, 50)},
            .own = 2};
}

Call map(Layout layout) {
    const Operand a = imageOf(17, 18, 6, 7, layout, 1), b = imageOf(17, 18, 6, 7, layout, 2);
    return {.problem = Map{Pointwise::Sub}, .operands = {a, b, a}, .own = 2};
}

}  // namespace

class TestChain : public QObject {
    Q_OBJECT

  private slots:
    void isOneAfterTheOther_data() { addRows(Ranks::Any); }
    void isOneAfterTheOther() {
        QFETCH(Call, call);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        call = withPackedWeight(call);
        const Kernel kernel = bind(call);
        QVERIFY2(kernel.run, kernel.name.c_str());
        QVERIFY2(kernel.name.find("leaky_relu + mul") != std::string::npos, kernel.name.c_str());
        const std::vector<float> wanted = oneAfterTheOther(call);
        for (bool backwards : {false, true}) {
            Prepared fused(call);
            QVERIFY(runKernel(kernel, fused.pointers(), backwards));
            for (const ImageBuffer& buffer : fused.buffers) QVERIFY(buffer.isSound());
            QVERIFY(sameNumbers(fused.buffers.back().values(), wanted));
        }
    }

    void repeatsOperands_data() { addRows(Ranks::Images); }
    void repeatsOperands() {
        QFETCH(Call, call);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        call = withPackedWeight(call);
        const Operand y = call.out(0);
        // By channel, by image and channel, one number; then the operand that is like the result.
        const auto last = call.operands.end() - 1;
        const int whole = static_cast<int>(call.inputs()) - 1;
        Operand one = rowMajor(1, 1, 1, 1);
        one.array = {};
        call.operands.insert(last, {vectorOf(y.c), vectorOf(y.c), rowMajor(1, y.c, 1, 1),
                                    imageOf(y.n, y.c, 1, 1, y.layout, 0), one});
        call.store = {
            {.function = Pointwise::Sub, .a = soFar, .b = whole + 1, .byChannel = true},
            {Pointwise::MulAdd, 0, soFar, whole + 2, whole + 1, true},
            {Pointwise::Mul, 0, whole + 4, soFar},
            {Pointwise::MulAdd, 0, whole + 3, whole, soFar},
            {Pointwise::Add, 0, soFar, whole + 5},
        };
        Offer offer;
        for (const Offer& mine : offers(call).list)
            if (mine.layout() == y.layout) offer = mine;
        QVERIFY(!offer.forms.empty());
        QVERIFY(takesStore(call, offer));
        const std::vector<float> wanted = oneAfterTheOther(call);
        QVERIFY(!wanted.empty());
        for (bool backwards : {false, true}) {
            Prepared fused(call);
            QVERIFY(runKernel(bind(call), fused.pointers(), backwards));
            for (const ImageBuffer& buffer : fused.buffers) QVERIFY(buffer.isSound());
            QVERIFY(sameNumbers(fused.buffers.back().values(), wanted));
        }
    }

    void refusesWhatRepeatsOtherwise() {
        Call call = map(Layout::Lanes);
        call.operands[1] = rowMajor(1, 1, 1, 7);  // along the columns
        QCOMPARE(offers(call).list.size(), size_t{1});
        QCOMPARE(offers(call).list.front().layout(), Layout::RowMajor);
        QVERIFY(!offers(call).refused.empty());
        call = map(Layout::RowMajor);
        call.store = steps(2);
        call.operands.insert(call.operands.end() - 1, rowMajor(1, 1, 1, 7));  // runs of 7
        QVERIFY(!takesStore(call, offers(call).list.front()));
    }

    void readsAnOperandThatItWritesOver() {
        Call call = map(Layout::Lanes);
        call.store = steps(0);
        const std::vector<float> wanted = oneAfterTheOther(call);
        Prepared inPlace(call);
        std::vector<void*> pointers = inPlace.pointers();
        pointers.back() = pointers.front();
        QVERIFY(runKernel(bind(call), pointers));
        QVERIFY(sameNumbers(inPlace.buffers.front().values(), wanted));
    }

  private:
    enum class Ranks { Any, Images };
    static void addRows(Ranks ranks) {
        QTest::addColumn<Call>("call");
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets())
            for (Layout layout : {Layout::Lanes, Layout::Blocked}) {
                const auto row = [&](const char* what, Call call) {
                    // The operand of the chain is the last before the result.
                    call.store = steps(static_cast<int>(call.inputs()) - 1);
                    QTest::addRow("%s, %s, %s", what, layout == Layout::Lanes ? "lanes" : "blocked",
                                  set.c_str())
                        << call << set;
                };
                row("convolution", convolution(layout, ConvPass::Forward));
                row("its adjoint", convolution(layout, ConvPass::Data));
                row("normalisation", normalisation(layout));
                row("averages", averages(layout, false));
                row("their adjoint", averages(layout, true));
                row("difference", map(layout));
                if (layout != Layout::Lanes) continue;
                row("fully connected", linear(LinearPass::Forward));
                row("its adjoint too", linear(LinearPass::Data));
                row("row-major difference", map(Layout::RowMajor));
                if (ranks == Ranks::Any) row("row-major product", product());
            }
    }
};

QTEST_GUILESS_MAIN(TestChain)
#include "tst_chain.moc"
