// SPDX-License-Identifier: Apache-2.0
// Convolutions with a max pool behind them, and gradients of weights that come through one, on
// every instruction set. Truth: the convolution and the pool one after the other, bit for bit.
#include "kernels/api/pooled.h"

#include <QtTest/QtTest>

#include <cmath>

#include "kernels/dispatch/machine.h"
#include "tests/support/place_buffer.h"

using namespace vitrine::kernels;
using vitrine::DType;
using namespace vitrine::test;

namespace {

struct Shape {
    const char* name;
    int64_t n, c, h, w, k;
    int64_t kernel = 3, padding = 0, stride = 1, groups = 1;
    bool takesForward = true;
};

// clang-format off
constexpr Shape shapes[] = {
    {"one filter",                   3,  1,  6,  8,  1},
    {"whole tiles",                 16,  6, 14, 14, 16, 5},
    {"zeros beside few channels",   21,  1, 28, 28,  6, 5, 2},
    {"one row and column too many", 17,  3,  9,  7,  7},
    {"clipped at many channels",    16,  9,  8,  8,  5, 3, 1, 1, 1, false},
    {"sums in chunks",              35, 60, 10,  6, 13},
    {"two groups",                  16,  8,  8,  8, 14, 3, 0, 1, 2},
    {"every second pixel",          16,  4, 13, 11,  8, 3, 1, 2},
    {"many images, few weights",   100,  1, 12, 12,  3},
};
// clang-format on

Operand image(int64_t n, int64_t c, int64_t h, int64_t w) {
    Operand operand(Image{n, c, h, w});
    operand.array = {.rank = 4, .shape = {n, c, h, w}, .strides = {c * h * w, h * w, w, 1}};
    return operand;
}

WindowAxis axisOf(const Shape& shape, int64_t in) {
    WindowAxis axis{.in = in, .kernel = shape.kernel, .stride = shape.stride};
    axis.before = axis.after = shape.padding;
    axis.out = (axis.padded() - shape.kernel) / shape.stride + 1;
    return axis;
}

Conv convolution(const Shape& shape, ConvPass pass) {
    Conv conv{.pass = pass, .groups = shape.groups, .bias = pass == ConvPass::Forward};
    conv.window.rows = axisOf(shape, shape.h);
    conv.window.columns = axisOf(shape, shape.w);
    return conv;
}

Pool halving(const Window& over, PoolPass pass) {
    Pool pool{.pass = pass};
    pool.window.rows = {.in = over.rows.out, .out = over.rows.out / 2, .kernel = 2, .stride = 2};
    pool.window.columns = {
        .in = over.columns.out, .out = over.columns.out / 2, .kernel = 2, .stride = 2};
    return pool;
}

struct Operands {
    Operand x, weight, bias, y, maxima, index;
};

Operands operandsOf(const Shape& shape) {
    const Window window = convolution(shape, ConvPass::Forward).window;
    const int64_t h = window.rows.out, w = window.columns.out;
    Operands of{.x = image(shape.n, shape.c, shape.h, shape.w),
                .weight = image(shape.k, shape.c / shape.groups, shape.kernel, shape.kernel),
                .bias = {},
                .y = image(shape.n, shape.k, h, w),
                .maxima = image(shape.n, shape.k, h / 2, w / 2),
                .index = image(shape.n, shape.k, h / 2, w / 2)};
    of.bias.n = 1;
    of.bias.c = shape.k;
    of.bias.array = {.rank = 1, .shape = {shape.k}, .strides = {1}};
    of.index.dtype = DType::U8;
    return of;
}

Offer lanesOf(const Offers& offers) {
    for (const Offer& offer : offers.list)
        if (offer.layout() == Layout::Lanes) return offer;
    return {};
}

Call placedAs(Call call, const Offer& offer) {
    for (size_t k = 0; k < offer.forms.size(); ++k) {
        call.operands[k].layout = offer.forms[k].layout;
        call.operands[k].halo = offer.forms[k].halo;
        call.operands[k].packing = offer.forms[k].packing;
    }
    return call;
}

PooledCall forward(const Shape& shape, bool isRelu) {
    const Conv conv = convolution(shape, ConvPass::Forward);
    const Operands of = operandsOf(shape);
    PooledCall pooled;
    pooled.call = {.problem = conv,
                   .operands = {of.x, of.weight, of.bias, of.maxima, of.index},
                   .own = 3,
                   .results = 2};
    if (isRelu) pooled.call.store = {{.function = Pointwise::Relu}};
    pooled.pool = halving(conv.window, PoolPass::Max);
    return pooled;
}

PooledCall weights(const Shape& shape, bool isGated) {
    const Conv conv = convolution(shape, ConvPass::Weights);
    const Operands of = operandsOf(shape);
    PooledCall pooled;
    pooled.call = {.problem = conv, .operands = {of.maxima, of.x, of.index}, .own = 2};
    if (isGated) pooled.call.operands.push_back(of.maxima);
    pooled.call.ofLoad = isGated ? 2 : 1;
    pooled.call.operands.push_back(of.weight);
    pooled.pool = halving(conv.window, PoolPass::MaxBackward);
    pooled.index = 2;
    if (isGated) pooled.maxima = 3;
    return pooled;
}

ImageBuffer numbers(const Operand& operand, uint64_t seed) {
    const Image as = operand.layout == Layout::Packed
                         ? Image{.n = 1, .c = operand.storageElements()}
                         : Image(operand);
    std::vector<double> values = randomFloats(as.elements(), -1, 1, seed);
    // Ties, and now and then what is no number.
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = seed == 1 && i % 97 == 96 ? std::nan("") : std::round(values[i] * 4) / 4;
    return ImageBuffer(as, values);
}

/// From 0 to 3.
std::vector<int32_t> somePlaces(const Operand& index) {
    std::vector<int32_t> places;
    for (int64_t i = 0; i < index.elements(); ++i)
        places.push_back(static_cast<int32_t>(i * 7 % 11 % 4));
    return places;
}

bool ran(const Kernel& kernel, const std::vector<void*>& operands, bool backwards) {
    return kernel.run && runKernel(kernel, operands, backwards);
}

}  // namespace

class TestPooled : public QObject {
    Q_OBJECT

    static void addRows(const char* flag) {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<int>("number");
        QTest::addColumn<bool>("flag");
        for (const std::string& set : instructionSets())
            for (size_t i = 0; i < std::size(shapes); ++i)
                for (bool is : {false, true})
                    QTest::addRow("%s, %s%s", set.c_str(), shapes[i].name, is ? flag : "")
                        << set << static_cast<int>(i) << is;
    }

  private slots:
    void poolsInRegistersAsOneAfterTheOther_data() { addRows(", ReLU"); }
    void poolsInRegistersAsOneAfterTheOther() {
        QFETCH(std::string, set);
        QFETCH(int, number);
        QFETCH(bool, flag);
        const InstructionSetCap cap(set);
        const Shape& shape = shapes[number];
        PooledCall pooled = forward(shape, flag);
        const Offer offer = lanesOf(offers(pooled));
        QCOMPARE(takesPool(pooled, offer), shape.takesForward);
        if (!shape.takesForward) return;
        pooled.call = placedAs(pooled.call, offer);
        const Call& call = pooled.call;
        ImageBuffer x = numbers(call.in(0), 1), w = numbers(call.in(1), 2),
                    bias = numbers(call.in(2), 3);

        Call apart = call;
        apart.operands.pop_back();
        apart.operands.back() = operandsOf(shape).y;
        apart.operands.back().layout = Layout::Lanes;
        apart.results = 1;
        ImageBuffer y(apart.out(0)), maxima(call.out(0));
        PlaceBuffer index(call.out(1));
        QVERIFY(ran(bind(apart), {x.data(), w.data(), bias.data(), y.data()}, false));
        const Call pool{.problem = pooled.pool,
                        .operands = {apart.out(0), call.out(0), call.out(1)},
                        .own = 1,
                        .results = 2};
        QVERIFY(ran(bind(pool), {y.data(), maxima.data(), index.data()}, false));

        for (const int64_t halo : {0, 1})
            for (const bool backwards : {false, true}) {
                pooled.call.operands[3].halo = halo;
                pooled.call.operands[4].halo = 1 - halo;
                ImageBuffer ourMaxima(call.out(0));
                PlaceBuffer ourIndex(call.out(1));
                QVERIFY(ran(bind(pooled),
                            {x.data(), w.data(), bias.data(), ourMaxima.data(), ourIndex.data()},
                            backwards));
                QVERIFY(ourMaxima.isSound() && ourIndex.isSound());
                QVERIFY(sameNumbers(ourMaxima.values(), maxima.values()));
                QVERIFY(ourIndex.places() == index.places());
            }
    }

    void weightsReadGradientsThroughPoolsAsOneAfterTheOther_data() { addRows(", gated"); }
    void weightsReadGradientsThroughPoolsAsOneAfterTheOther() {
        QFETCH(std::string, set);
        QFETCH(int, number);
        QFETCH(bool, flag);
        const InstructionSetCap cap(set);
        const Shape& shape = shapes[number];
        PooledCall pooled = weights(shape, flag);
        const Offer offer = lanesOf(offers(pooled));
        QVERIFY(takesPool(pooled, offer));
        pooled.call = placedAs(pooled.call, offer);
        const Call& call = pooled.call;
        ImageBuffer dy = numbers(call.in(0), 4), x = numbers(call.in(1), 5),
                    gate = numbers(call.in(0), 6);
        PlaceBuffer index(call.in(2), somePlaces(call.in(2)));

        Operand spread = operandsOf(shape).y;
        spread.layout = Layout::Lanes;
        Call unpool{.problem = pooled.pool, .operands = {call.in(0), call.in(2), spread}, .own = 2};
        ImageBuffer gradient(spread), truth(call.out(0));
        std::vector<void*> buffers{dy.data(), index.data(), gradient.data()};
        if (flag) {
            unpool.operands.insert(unpool.operands.begin() + 2, call.in(0));
            unpool.store = {{.function = Pointwise::ReluGate, .a = ChainStep::soFar, .b = 2}};
            buffers.insert(buffers.begin() + 2, gate.data());
        }
        QVERIFY(ran(bind(unpool), buffers, false));
        const Call plain{
            .problem = call.problem, .operands = {spread, call.in(1), call.out(0)}, .own = 2};
        QVERIFY(ran(bind(plain), {gradient.data(), x.data(), truth.data()}, false));

        for (const bool backwards : {false, true}) {
            ImageBuffer ours(call.out(0));
            std::vector<void*> own{dy.data(), x.data(), index.data(), ours.data()};
            if (flag) own.insert(own.begin() + 3, gate.data());
            QVERIFY(ran(bind(pooled), own, backwards));
            QVERIFY(ours.isSound());
            QVERIFY(sameNumbers(ours.values(), truth.values()));
        }
    }

    void saysWhatItDoesNotPool() {
        const Shape& shape = shapes[1];
        const auto why = [](PooledCall pooled) {
            pooled.call = placedAs(pooled.call, lanesOf(offers(pooled)));
            const Kernel kernel = bind(pooled);
            return QString::fromStdString(kernel.run ? "taken" : kernel.refused.back());
        };
        QCOMPARE(why(forward(shape, true)), QString("taken"));
        PooledCall overlapping = forward(shape, true);
        std::get<Pool>(overlapping.pool).window.rows.stride = 1;
        QCOMPARE(why(overlapping), QString("pool: windows of 2 x 2 that touch no others"));
        PooledCall other = forward(shape, false);
        other.call.store = {{.function = Pointwise::Tanh}};
        QCOMPARE(why(other), QString("pool: wants nothing but a bias and a ReLU before it"));
        PooledCall wide = forward(shape, true);
        wide.call.operands.back().dtype = DType::I32;
        QCOMPARE(why(wide), QString("pool: wants places of maxima in bytes"));
        PooledCall rows = forward(shape, true);
        QCOMPARE(QString::fromStdString(bind(rows).refused.back()), QString("pool: wants lanes"));
    }
};

QTEST_GUILESS_MAIN(TestPooled)
#include "tst_pooled.moc"
