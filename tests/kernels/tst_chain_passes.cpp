// SPDX-License-Identifier: Apache-2.0
// Steps of a chain that registers take together with a normalization: bounds, sums, gates, and a
// second normalization, of the result and of operands as they are loaded. Truth: the steps one
// after the other in plain floats, bit for bit.
#include <QtTest/QtTest>

#include <cmath>

#include "kernels/api/offer.h"
#include "kernels/dispatch/machine.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

constexpr int64_t images = 18, channels = 21, height = 5, width = 14;
constexpr int soFar = ChainStep::soFar;
/// Places: x and its numbers by channel, another image and its numbers, a third image.
constexpr int x = 0, other = 4, third = 8, places = 9;

bool isVector(int place) { return place != x && place != other && place != third; }

ChainStep centered(int at) {
    return {.function = Pointwise::Sub, .b = other + 1, .byChannel = true, .at = at};
}
ChainStep scaled(int at) {
    return {
        .function = Pointwise::MulAdd, .b = other + 2, .c = other + 3, .byChannel = true, .at = at};
}

struct Case {
    const char* name;
    std::vector<ChainStep> load, store;
};

std::vector<Case> cases() {
    const ChainStep clamp{.function = Pointwise::Clamp, .p = -0.5, .q = 0.75};
    const ChainStep add{.function = Pointwise::Add, .b = other};
    const ChainStep gate{.function = Pointwise::ReluGate, .b = other};
    const ChainStep gated{.function = Pointwise::ReluGate, .a = other, .b = soFar};
    const ChainStep inside{.function = Pointwise::InsideGate, .p = -0.5, .b = other, .q = 0.75};
    ChainStep insideOf = inside, bounded = clamp, positive{.function = Pointwise::Relu};
    insideOf.a = other;
    insideOf.b = soFar;
    bounded.at = positive.at = other;
    const std::vector<ChainStep> normalized{centered(other), scaled(other)};
    const auto then = [&](const ChainStep& step) {
        return std::vector<ChainStep>{normalized[0], normalized[1], step};
    };
    const ChainStep more{.function = Pointwise::Add, .b = third, .at = other};
    return {{"bounds", {}, {clamp}},
            {"sum", {}, {add}},
            {"turned sum", {}, {{.function = Pointwise::Add, .a = other, .b = soFar}}},
            {"gate", {}, {gated}},
            {"gate with bounds", {}, {insideOf}},
            {"relu and gate", {}, {{.function = Pointwise::Relu}, gated}},
            {"bounds and sum", {}, {clamp, add}},
            {"sum and relu", {}, {add, {.function = Pointwise::Relu}}},
            {"twice the result", {}, {{.function = Pointwise::Add, .a = soFar, .b = soFar}}},
            {"both normalized", normalized, {add}},
            {"gate from a load", normalized, {gate}},
            {"gate with bounds from a load", normalized, {inside}},
            {"gate from a relu", then(positive), {gate}},
            {"gate of bounds from bounds", then(bounded), {inside}},
            {"loaded, read twice", normalized, {add, {.function = Pointwise::Mul, .b = other}}},
            {"loaded, sum and sum", then(more), {add}},
            {"loaded, behind bounds", normalized, {clamp, add}},
            {"loaded, gates what is loaded",
             normalized,
             {{.function = Pointwise::ReluGate, .a = other, .b = other}}}};
}

Operand imageIn(Layout layout, int64_t halo) {
    Operand operand(Image{images, channels, height, width, layout, halo});
    operand.array = {.rank = 4,
                     .shape = {images, channels, height, width},
                     .strides = {channels * height * width, height * width, width, 1}};
    return operand;
}

Operand numbers() {
    Operand operand(Image{1, channels});
    operand.array = {.rank = 1, .shape = {channels}, .strides = {1}};
    return operand;
}

Call callOf(const Case& of, Layout layout, int64_t halo) {
    Call call{.problem = Channel{ChannelPass::Normalize},
              .load = of.load,
              .store = of.store,
              .operands = {},
              .own = other,
              .ofLoad = places - other};
    for (int place = 0; place < places; ++place)
        call.operands.push_back(isVector(place) ? numbers() : imageIn(layout, halo));
    call.operands.push_back(imageIn(layout, 0));
    return call;
}

/// One rounding, or two where the instruction set cannot do without.
float multipliedAndAdded(float a, float b, float c, bool roundsOnce) {
    return roundsOnce ? std::fma(a, b, c) : a * b + c;
}

float applied(const ChainStep& step, float a, float b, float c, bool roundsOnce) {
    const auto p = static_cast<float>(step.p), q = static_cast<float>(step.q);
    switch (step.function) {
        case Pointwise::Sub:
            return a - b;
        case Pointwise::MulAdd:
            return multipliedAndAdded(a, b, c, roundsOnce);
        case Pointwise::Add:
            return a + b;
        case Pointwise::Mul:
            return a * b;
        case Pointwise::Relu:
            return a < 0 ? 0 : a;
        case Pointwise::Clamp:
            return a < p ? p : a > q ? q : a;
        case Pointwise::ReluGate:
            return b > 0 ? a : 0;
        case Pointwise::InsideGate:
            return b > p && b < q ? a : 0;
        default:
            return std::nanf("");
    }
}

/// One element: what all places hold for it, and the steps over that.
float steppedThrough(const Case& of, std::array<float, places> values, bool roundsOnce) {
    float result = multipliedAndAdded(values[0] - values[1], values[2], values[3], roundsOnce);
    const auto run = [&](const ChainStep& step, float& target) {
        const auto read = [&](int place) {
            return place == soFar ? target : values[static_cast<size_t>(place)];
        };
        target = applied(step, read(step.a), read(step.b), read(step.c), roundsOnce);
    };
    for (const ChainStep& step : of.load) run(step, values[static_cast<size_t>(step.at)]);
    for (const ChainStep& step : of.store) run(step, result);
    return result;
}

}  // namespace

class TestChainPasses : public QObject {
    Q_OBJECT

  private slots:
    void bitsAreThoseOfOneStepAfterTheOther_data() {
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("layout");
        QTest::addColumn<std::string>("set");
        const std::vector<Case> all = cases();
        for (const InstructionSet& set : availableInstructionSets())
            for (const Layout layout : {Layout::Lanes, Layout::Blocked})
                for (size_t k = 0; k < all.size(); ++k)
                    QTest::addRow("%s %s %s", std::string(set.name).c_str(),
                                  layout == Layout::Lanes ? "lanes" : "blocked", all[k].name)
                        << static_cast<int>(k) << static_cast<int>(layout) << std::string(set.name);
    }
    void bitsAreThoseOfOneStepAfterTheOther() {
        QFETCH(int, number);
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Case of = cases()[static_cast<size_t>(number)];
        for (const int64_t halo : {0, 1}) {
            const Call call = callOf(of, static_cast<Layout>(layout), halo);
            std::vector<ImageBuffer> buffers;
            for (size_t k = 0; k < call.inputs(); ++k)
                buffers.emplace_back(call.in(k), randomFloats(call.in(k).elements(), -2, 2, k + 1));
            buffers.emplace_back(call.out(0));
            std::vector<void*> pointers;
            for (ImageBuffer& buffer : buffers) pointers.push_back(buffer.data());
            const Kernel kernel = bind(call);
            QVERIFY2(kernel.run, of.name);
            QVERIFY(runKernel(kernel, pointers));
            QVERIFY(buffers.back().isSound());
            QVERIFY(sameNumbers(buffers.back().values(), wanted(of, buffers, set != "SCALAR")));
        }
    }

  private:
    static std::vector<float> wanted(const Case& of, const std::vector<ImageBuffer>& buffers,
                                     bool roundsOnce) {
        std::array<std::vector<float>, places> all;
        for (size_t k = 0; k < all.size(); ++k) all[k] = buffers[k].values();
        std::vector<float> result;
        for (int64_t i = 0; i < images * channels * height * width; ++i) {
            std::array<float, places> values{};
            for (int place = 0; place < places; ++place) {
                const int64_t at = isVector(place) ? i / (height * width) % channels : i;
                values[static_cast<size_t>(place)] =
                    all[static_cast<size_t>(place)][static_cast<size_t>(at)];
            }
            result.push_back(steppedThrough(of, values, roundsOnce));
        }
        return result;
    }
};

QTEST_APPLESS_MAIN(TestChainPasses)
#include "tst_chain_passes.moc"
