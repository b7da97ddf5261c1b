// SPDX-License-Identifier: Apache-2.0
// What convolutions do to sums in registers, by every algorithm in blocks and on every instruction
// set. Truth: the same functions one after the other, each by a kernel of its own, bit for bit.
#include <QtTest/QtTest>

#include "kernels/api/offer.h"
#include "kernels/cpu/finish.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

constexpr int soFar = ChainStep::soFar;

Operand imageOf(int64_t n, int64_t c, int64_t h, int64_t w, int64_t halo) {
    Operand operand(Image{n, c, h, w, Layout::Blocked, halo});
    operand.array = {.rank = 4, .shape = {n, c, h, w}, .strides = {c * h * w, h * w, w, 1}};
    return operand;
}

Operand rowMajor(int64_t n, int64_t c, int64_t h, int64_t w) {
    Operand operand = imageOf(n, c, h, w, 0);
    operand.layout = Layout::RowMajor;
    return operand;
}

/// A number for each channel.
Operand vectorOf(int64_t c) {
    Operand operand(Image{.n = 1, .c = c});
    operand.array = {.rank = 1, .shape = {c}, .strides = {1}};
    return operand;
}

struct Layer {
    const char* name;
    int64_t channels, filters, kernel, stride, groups;
    Algorithm algorithm;
};
// More source blocks than one visit takes, channels that leave lanes empty, rows that are joined.
constexpr Layer layers[] = {
    {"1x1", 700, 24, 1, 1, 1, Algorithm::Direct},
    {"1x1 stride 2", 20, 40, 1, 2, 1, Algorithm::Direct},
    {"3x3", 24, 33, 3, 1, 1, Algorithm::Direct},
    {"3x3 of a picture", 3, 16, 3, 2, 1, Algorithm::Direct},
    {"depthwise 3x3", 40, 40, 3, 1, 40, Algorithm::Direct},
    {"depthwise 5x5 stride 2", 17, 17, 5, 2, 17, Algorithm::Direct},
    {"groups of 4", 24, 24, 3, 1, 6, Algorithm::Direct},
    {"winograd", 20, 33, 3, 1, 1, Algorithm::Winograd},
};

/// Of the store's operands: center, scale and shift, then an image.
Call callOf(const Layer& layer, bool hasBias) {
    constexpr int64_t images = 2, rows = 11, columns = 9;
    const auto axis = [&](int64_t extent) {
        return WindowAxis{.in = extent,
                          .out = (extent - 1) / layer.stride + 1,
                          .kernel = layer.kernel,
                          .stride = layer.stride,
                          .before = layer.kernel / 2,
                          .after = layer.kernel / 2};
    };
    Conv conv{.pass = ConvPass::Forward, .window = {}, .groups = layer.groups, .bias = hasBias};
    conv.window.rows = axis(rows);
    conv.window.columns = axis(columns);
    const int64_t h = conv.window.rows.out, w = conv.window.columns.out;
    Call call{.problem = conv, .algorithm = layer.algorithm};
    call.operands = {
        imageOf(images, layer.channels, rows, columns, layer.kernel / 2),
        rowMajor(layer.filters, layer.channels / layer.groups, layer.kernel, layer.kernel)};
    if (hasBias) call.operands.push_back(vectorOf(layer.filters));
    call.own = call.operands.size();
    for (int i = 0; i < 3; ++i) call.operands.push_back(vectorOf(layer.filters));
    call.operands.push_back(imageOf(images, layer.filters, h, w, 1));
    call.operands.push_back(imageOf(images, layer.filters, h, w, 2));
    for (const Offer& offer : offers(call).list)
        if (offer.layout() == Layout::Blocked && offer.algorithm == layer.algorithm) {
            call.operands[1].layout = offer.forms[1].layout;
            call.operands[1].packing = offer.forms[1].packing;
        }
    return call;
}

/// What is done to the sums: any of a normalisation, an image that is added, and an activation.
struct Recipe {
    bool normalizes, adds;
    std::vector<ChainStep> activation;
};

/// Calls have no operands that nothing reads.
void dropUnread(const Recipe& recipe, Call& call) {
    if (recipe.normalizes || recipe.adds) return;
    call.operands.erase(call.operands.begin() + static_cast<std::ptrdiff_t>(call.own),
                        call.operands.end() - 1);
}

std::vector<ChainStep> stepsOf(const Recipe& recipe, const Call& call) {
    const int first = static_cast<int>(call.own);
    std::vector<ChainStep> steps;
    if (recipe.normalizes) {
        steps.push_back({.function = Pointwise::Sub, .a = soFar, .b = first, .byChannel = true});
        steps.push_back({Pointwise::MulAdd, 0, soFar, first + 1, first + 2, true});
    }
    if (recipe.adds) steps.push_back({Pointwise::Add, 0, first + 3, soFar});
    steps.insert(steps.end(), recipe.activation.begin(), recipe.activation.end());
    return steps;
}

std::vector<Recipe> recipes() {
    const std::vector<std::vector<ChainStep>> activations{
        {},
        {{.function = Pointwise::Relu}},
        {{.function = Pointwise::Clamp, .p = -0.25, .q = 1.5}},
        {{.function = Pointwise::HardSwish}}};
    std::vector<Recipe> all;
    for (const auto& activation : activations)
        for (const bool normalizes : {false, true})
            for (const bool adds : {false, true})
                if (normalizes || adds || !activation.empty())
                    all.push_back({normalizes, adds, activation});
    return all;
}

/// A call's memory, with numbers in what it reads.
class Memory {
  public:
    explicit Memory(const Call& call) {
        for (size_t k = 0; k < call.inputs(); ++k) {
            const Operand& operand = call.in(k);
            const Image image = operand.layout == Layout::Packed
                                    ? Image{.n = 1, .c = operand.storageElements()}
                                    : Image(operand);
            m_buffers.emplace_back(image, randomFloats(image.elements(), -2, 2, k + 1));
        }
        m_buffers.emplace_back(call.out(0));
    }
    std::vector<void*> pointers() {
        std::vector<void*> pointers;
        for (ImageBuffer& buffer : m_buffers) pointers.push_back(buffer.data());
        return pointers;
    }
    const ImageBuffer& operator[](int place) const { return m_buffers[static_cast<size_t>(place)]; }
    const ImageBuffer& result() const { return m_buffers.back(); }
    ImageBuffer takeResult() { return std::move(m_buffers.back()); }
    bool isSound() const {
        return std::ranges::all_of(m_buffers, [](const auto& buffer) { return buffer.isSound(); });
    }

  private:
    std::vector<ImageBuffer> m_buffers;
};

/// The numbers of an operand beside every element of y, in its layout.
ImageBuffer writtenOut(const ImageBuffer& from, const Image& y) {
    const std::vector<float> numbers = from.values();
    if (from.image().hasExtentsOf(y)) {
        const std::vector<double> same(numbers.begin(), numbers.end());
        return ImageBuffer(y, same);
    }
    std::vector<double> repeated;
    for (int64_t i = 0; i < y.elements(); ++i)
        repeated.push_back(
            static_cast<double>(numbers[static_cast<size_t>(i / (y.h * y.w) % y.c)]));
    return ImageBuffer(y, repeated);
}

/// The convolution alone, then each step by a kernel of its own.
std::vector<float> oneAfterTheOther(const Call& call, const Memory& memory) {
    Call alone = call;
    alone.store.clear();
    alone.operands.erase(alone.operands.begin() + static_cast<std::ptrdiff_t>(call.own),
                         alone.operands.end() - 1);
    Memory own(alone);
    if (!runKernel(bind(alone), own.pointers())) return {};
    ImageBuffer value = own.takeResult();
    for (const ChainStep& step : call.store) {
        const int places[] = {step.a, step.b, step.c};
        Call one{.problem = Map{step.function, step.p, step.q}};
        std::vector<ImageBuffer> others;
        others.reserve(3);
        std::vector<void*> pointers;
        for (int k = 0; k < operandsOf(step.function); ++k) {
            one.operands.push_back(call.out(0));
            if (places[k] != soFar) others.push_back(writtenOut(memory[places[k]], call.out(0)));
            pointers.push_back(places[k] == soFar ? value.data() : others.back().data());
        }
        one.own = one.operands.size();
        one.operands.push_back(call.out(0));
        ImageBuffer result(call.out(0));
        pointers.push_back(result.data());
        if (!runKernel(bind(one), pointers)) return {};
        value = std::move(result);
    }
    return value.values();
}

}  // namespace

class TestFinish : public QObject {
    Q_OBJECT

  private slots:
    void isOneStepAfterTheOther_data() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<int>("layer");
        for (const std::string& set : instructionSets())
            for (int i = 0; i < static_cast<int>(std::size(layers)); ++i) {
                // Portable code has no fast kernel for some.
                const InstructionSetCap cap(set);
                if (callOf(layers[i], false).in(1).layout != Layout::Packed) continue;
                QTest::addRow("%s, %s", layers[i].name, set.c_str()) << set << i;
            }
    }
    void isOneStepAfterTheOther() {
        QFETCH(std::string, set);
        QFETCH(int, layer);
        const InstructionSetCap cap(set);
        for (const bool hasBias : {false, true})
            for (const Recipe& recipe : recipes()) {
                Call call = callOf(layers[layer], hasBias);
                call.store = stepsOf(recipe, call);
                dropUnread(recipe, call);
                QVERIFY(cpu::finishOf(call));
                const Kernel kernel = bind(call);
                QVERIFY2(kernel.run, kernel.name.c_str());
                Memory memory(call);
                const std::vector<float> wanted = oneAfterTheOther(call, memory);
                QVERIFY(!wanted.empty());
                QVERIFY(runKernel(kernel, memory.pointers(), hasBias));
                QVERIFY(memory.isSound());
                QVERIFY2(sameNumbers(memory.result().values(), wanted), kernel.name.c_str());
            }
    }

    void keepsNotANumber() {
        for (const std::string& set : instructionSets()) {
            const InstructionSetCap cap(set);
            for (const Recipe& recipe : recipes()) {
                Call call = callOf(layers[2], false);
                call.store = stepsOf(recipe, call);
                dropUnread(recipe, call);
                Memory memory(call);
                static_cast<float*>(memory.pointers()[1])[0] = std::nanf("");
                QVERIFY(runKernel(bind(call), memory.pointers()));
                const std::vector<float> values = memory.result().values();
                QVERIFY(std::ranges::any_of(values, [](float x) { return std::isnan(x); }));
            }
        }
    }

    void takesNoOtherSteps() {
        Call call = callOf(layers[2], false);
        const std::vector<ChainStep> all = stepsOf(recipes().back(), call);
        call.store = all;
        QVERIFY(cpu::finishOf(call));
        call.store = {all.back(), all.front()};  // an activation first
        QVERIFY(!cpu::finishOf(call));
        call.store = {{.function = Pointwise::Sigmoid}};
        QVERIFY(!cpu::finishOf(call));
        call.store = {all[0]};  // half a normalisation
        QVERIFY(!cpu::finishOf(call));
        call.store = {{Pointwise::Add, 0, soFar, soFar}};
        QVERIFY(!cpu::finishOf(call));
    }
};

QTEST_GUILESS_MAIN(TestFinish)
#include "tst_finish.moc"
