// SPDX-License-Identifier: Apache-2.0
// Steps on operands while they are loaded, in both layouts of planes and on every instruction set.
// Truth: the same kernels on an operand that other kernels have made by the same steps, bit for
// bit.
#include <QtTest/QtTest>

#include <optional>

#include "kernels/api/offer.h"
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

constexpr int64_t images = 19, channels = 20, height = 11, width = 7;

WindowAxis axisOf(int64_t in, int64_t stride) {
    return {.in = in,
            .out = (in - 1) / stride + 1,
            .kernel = 3,
            .stride = stride,
            .before = 1,
            .after = 1};
}

/// A convolution or pool whose images have channels and images beyond whole blocks, and the place
/// of the operand that is to be loaded through steps.
struct Case {
    const char* name;
    Problem problem;
    std::vector<Operand> operands;  ///< results last
    size_t target = 0;
    std::vector<ChainStep> store = {};
    size_t own = 2;
    Algorithm algorithm = Algorithm::Direct;
};

Case convolution(const char* name, ConvPass pass, int64_t stride, int64_t filters,
                 int64_t groups = 1, Algorithm algorithm = Algorithm::Direct) {
    Conv conv{.pass = pass, .groups = groups};
    conv.window.rows = axisOf(height, stride);
    conv.window.columns = axisOf(width, stride);
    const Operand x = imageOf({images, channels, height, width});
    const Operand y = imageOf({images, filters, conv.window.rows.out, conv.window.columns.out});
    const Operand weight = imageOf({filters, channels / groups, 3, 3});
    if (pass == ConvPass::Weights) return {name, conv, {y, x, weight}, 1, {}, 2, algorithm};
    Case result{name, conv, {x, weight, y}, 0, {}, 2, algorithm};
    if (pass == ConvPass::Forward) return result;
    result.operands = {y, weight, x, x};
    result.target = 2;
    result.store = {{Pointwise::ReluGate, 0, ChainStep::soFar, 2}};
    return result;
}

Case pool(const char* name, int64_t stride) {
    Pool pool{.pass = PoolPass::Average};
    pool.window.rows = axisOf(height, stride);
    pool.window.columns = axisOf(width, stride);
    const Image y{images, channels, pool.window.rows.out, pool.window.columns.out};
    return {name, pool, {imageOf({images, channels, height, width}), imageOf(y)}, 0, {}, 1};
}

/// a · b with a loaded.
Case product() {
    const Operand image = imageOf({images, channels, height, width});
    return {"product", Map{Pointwise::Mul}, {image, image, image}, 0};
}

std::vector<Case> cases() {
    using enum ConvPass;
    return {convolution("forward", Forward, 1, 33),
            convolution("forward, stride 2", Forward, 2, 33),
            convolution("forward, depthwise", Forward, 2, channels, channels),
            convolution("forward, winograd", Forward, 1, 20, 1, Algorithm::Winograd),
            convolution("weights", Weights, 1, 33),
            convolution("weights, stride 2", Weights, 2, 33),
            convolution("weights, depthwise", Weights, 1, channels, channels),
            convolution("weights, winograd", Weights, 1, 33, 1, Algorithm::Winograd),
            convolution("data, gated", Data, 1, 33),
            convolution("data, gated, winograd", Data, 1, 33, 1, Algorithm::Winograd),
            pool("pool", 2),
            product()};
}

Call callOf(const Case& of) {
    return {.problem = of.problem,
            .algorithm = of.algorithm,
            .store = of.store,
            .operands = of.operands,
            .own = of.own};
}

/// The same with relu(normalise(x) + relu(other)) where the operand was.
Call loading(const Case& of) {
    Call call = callOf(of);
    const auto at = static_cast<int>(of.target), first = static_cast<int>(call.inputs());
    const Operand other = of.operands[of.target];
    call.operands.insert(call.operands.end() - 1,
                         {vectorOf(channels), vectorOf(channels), vectorOf(channels), other});
    call.ofLoad = 4;
    constexpr int soFar = ChainStep::soFar;
    call.load = {{.function = Pointwise::Relu, .at = first + 3},
                 {.function = Pointwise::Sub, .a = soFar, .b = first, .byChannel = true, .at = at},
                 {.function = Pointwise::MulAdd,
                  .b = first + 1,
                  .c = first + 2,
                  .byChannel = true,
                  .at = at},
                 {.function = Pointwise::Add, .a = soFar, .b = first + 3, .at = at},
                 {.function = Pointwise::Relu, .at = at}};
    return call;
}

/// What the operand becomes: a chain of its own, from relu(other).
Call madeBefore(const Image& loaded) {
    Call call{.problem = Channel{ChannelPass::Normalize},
              .store = {{.function = Pointwise::Add, .b = 4}, {.function = Pointwise::Relu}},
              .operands = {imageOf(loaded), vectorOf(channels), vectorOf(channels),
                           vectorOf(channels), imageOf(loaded), imageOf(loaded)},
              .own = 4};
    return call;
}

std::optional<Offer> offerIn(const Call& call, Layout layout) {
    for (const Offer& offer : offers(call).list)
        if (offer.layout() == layout && offer.algorithm == call.algorithm) return offer;
    return std::nullopt;
}

void place(Call& call, const Offer& offer) {
    for (size_t k = 0; k < offer.forms.size(); ++k) {
        call.operands[k].layout = offer.forms[k].layout;
        call.operands[k].halo = offer.forms[k].halo;
        call.operands[k].packing = offer.forms[k].packing;
    }
}

std::vector<double> numbersOf(const Operand& operand, uint64_t seed) {
    return randomFloats(operand.elements(), -1, 1, seed);
}

/// A weight that is wanted packed holds the same numbers whatever they mean.
ImageBuffer bufferOf(const Operand& operand, uint64_t seed) {
    const Image image = operand.layout == Layout::Packed
                            ? Image{.n = 1, .c = operand.storageElements()}
                            : Image(operand);
    return ImageBuffer(image, randomFloats(image.elements(), -1, 1, seed));
}

std::vector<void*> pointersTo(std::vector<ImageBuffer>& buffers) {
    std::vector<void*> pointers;
    for (ImageBuffer& buffer : buffers) pointers.push_back(buffer.data());
    return pointers;
}

/// The result of a call whose operands hold the numbers of their places.
std::vector<ImageBuffer> ran(const Call& call, bool backwards) {
    std::vector<ImageBuffer> buffers;
    for (size_t k = 0; k < call.inputs(); ++k) buffers.push_back(bufferOf(call.in(k), k + 1));
    buffers.emplace_back(call.out(0));
    const Kernel kernel = bind(call);
    if (!kernel.run || !runKernel(kernel, pointersTo(buffers), backwards)) buffers.clear();
    return buffers;
}

/// What the steps make of the numbers that `call`, which loads, has for them.
ImageBuffer loadedApart(const Call& call, const Case& of, const Operand& loaded) {
    const size_t first = call.firstOfLoad();
    Call made = madeBefore(loaded);
    for (size_t k : {size_t{0}, size_t{4}, size_t{5}}) {
        made.operands[k].layout = loaded.layout;
        made.operands[k].halo = loaded.halo;
    }
    std::vector<double> other = numbersOf(call.in(first + 3), first + 4);
    for (double& number : other) number = std::max(number, 0.0);
    std::vector<ImageBuffer> buffers;
    buffers.emplace_back(loaded, numbersOf(call.in(of.target), of.target + 1));
    for (size_t k = 0; k < 3; ++k) buffers.push_back(bufferOf(call.in(first + k), first + k + 1));
    buffers.emplace_back(loaded, other);
    buffers.emplace_back(loaded);
    runKernel(bind(made), pointersTo(buffers));
    return std::move(buffers.back());
}

}  // namespace

class TestPartLoads : public QObject {
    Q_OBJECT

  private slots:
    void bitsAreThoseOfOneAfterTheOther_data() {
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("layout");
        QTest::addColumn<std::string>("set");
        const std::vector<Case> all = cases();
        for (const InstructionSet& set : availableInstructionSets())
            for (Layout layout : {Layout::Lanes, Layout::Blocked})
                for (size_t k = 0; k < all.size(); ++k) {
                    if (layout == Layout::Lanes && all[k].algorithm == Algorithm::Winograd)
                        continue;
                    QTest::addRow("%s %s %s", std::string(set.name).c_str(),
                                  layout == Layout::Lanes ? "lanes" : "blocked", all[k].name)
                        << static_cast<int>(k) << static_cast<int>(layout) << std::string(set.name);
                }
    }
    void bitsAreThoseOfOneAfterTheOther() {
        QFETCH(int, number);
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Case of = cases()[static_cast<size_t>(number)];
        Call apart = callOf(of), together = loading(of);
        const std::optional<Offer> plain = offerIn(apart, static_cast<Layout>(layout));
        const std::optional<Offer> offer = offerIn(together, static_cast<Layout>(layout));
        QVERIFY(plain && offer);
        QVERIFY(takesLoad(together, *offer));
        place(apart, *plain);
        place(together, *offer);
        const std::vector<ImageBuffer> forwards = ran(together, false);
        const std::vector<ImageBuffer> backwards = ran(together, true);
        QVERIFY2(!forwards.empty() && !backwards.empty(), "nothing else is written");
        std::vector<ImageBuffer> truth;
        for (size_t k = 0; k < apart.inputs(); ++k)
            truth.push_back(k == of.target ? loadedApart(together, of, apart.in(k))
                                           : bufferOf(apart.in(k), k + 1));
        truth.emplace_back(apart.out(0));
        QVERIFY(runKernel(bind(apart), pointersTo(truth)));
        for (const ImageBuffer& buffer : forwards) QVERIFY(buffer.isSound());
        QVERIFY(sameNumbers(forwards.back().values(), truth.back().values()));
        QVERIFY(sameNumbers(backwards.back().values(), truth.back().values()));
    }

    /// The kernels that matter load what a part reads into the scratch of its thread.
    void fastKernelsMakeNoCopy() {
        for (const Case& of : cases()) {
            const Call call = loading(of);
            const std::optional<Offer> offer = offerIn(call, Layout::Blocked);
            QVERIFY(offer.has_value());
            QVERIFY2(loadsByPart(call, *offer), of.name);
        }
    }

    void rowMajorIsRefusedButForChains() {
        for (const Case& of : cases()) {
            if (of.algorithm == Algorithm::Winograd) continue;
            const Call call = loading(of);
            const std::optional<Offer> offer = offerIn(call, Layout::RowMajor);
            QVERIFY(offer.has_value());
            if (!asSteps(of.problem).empty()) continue;
            QVERIFY2(!takesLoad(call, *offer), of.name);
        }
    }
};

QTEST_GUILESS_MAIN(TestPartLoads)
#include "tst_part_loads.moc"
