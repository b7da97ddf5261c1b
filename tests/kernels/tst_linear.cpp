// SPDX-License-Identifier: Apache-2.0
// Fully connected kernels on every instruction set. Truth: the float64 reference, itself held to a
// product worked out by hand and to the adjoint identities.
#include <QtTest/QtTest>
#include <cmath>
#include <numeric>
#include <optional>

#include "kernels/api/linear.h"
#include "kernels/dispatch/bind.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

Q_DECLARE_METATYPE(vitrine::kernels::LinearProblem)

namespace {

using Numbers = std::vector<double>;

/// Results of the float64 reference for operands that `draw(count, seed)` gives.
struct Truth {
    LinearProblem problem;
    Numbers x, dy, w, bias, gate;

    template <class Draw>
    Truth(const LinearProblem& given, Draw draw)
        : problem(given),
          x(draw(given.n * given.in, 1)),
          dy(draw(given.n * given.out, 2)),
          w(draw(given.in * given.out, 3)),
          bias(draw(given.out, 4)),
          gate(draw(given.n * given.in, 5)) {
        problem.layout = Layout::RowMajor;
        problem.dtype = vitrine::DType::F64;
    }

    Numbers forward() {
        Numbers y(dy.size());
        std::vector<void*> operands{x.data(), w.data()};
        if (problem.bias) operands.push_back(bias.data());
        operands.push_back(y.data());
        runKernel(selectLinearForward(problem), operands);
        return y;
    }
    Numbers data() {
        Numbers dx(x.size());
        std::vector<void*> operands{dy.data(), w.data()};
        if (problem.epilogue == Epilogue::ReluGate) operands.push_back(gate.data());
        operands.push_back(dx.data());
        runKernel(selectLinearData(problem), operands);
        return dx;
    }
    Numbers weights() {
        Numbers dw(w.size());
        runKernel(selectLinearWeights(problem), {dy.data(), x.data(), dw.data()});
        return dw;
    }
};

Numbers fractions(int64_t count, uint64_t seed) { return randomFloats(count, -1, 1, seed); }

/// Sums of their products are exact in float32.
Numbers smallIntegers(int64_t count, uint64_t seed) {
    Numbers values = randomFloats(count, -3.4, 3.4, seed);
    for (double& value : values) value = std::round(value);
    return values;
}

Guarded<float> memoryOf(const Numbers& values) {
    Guarded<float> memory(static_cast<int64_t>(values.size()));
    std::ranges::transform(values, memory.data(), [](double v) { return static_cast<float>(v); });
    return memory;
}

Image imageOf(const LinearProblem& p, int64_t columns) { return {p.n, columns, 1, 1, p.layout}; }

/// Both kinds of numbers and what a result may be off by.
struct Kind {
    Numbers (*draw)(int64_t, uint64_t);
    double tolerance;
};
constexpr Kind kinds[] = {{fractions, linearTolerance}, {smallIntegers, 0}};

/// Forward and weights of x as it is loaded, beside those of `made`.
struct Loaded {
    bool hasForward = false, forwardIsSame = false, hasWeights = false, weightsAreSame = false;
    std::vector<float> y, dw;

    Loaded(const LinearProblem& problem, const LinearProblem& loading, const Truth& truth,
           Guarded<float>& x, Guarded<float>& made) {
        Guarded<float> w = memoryOf(truth.w), dy = memoryOf(truth.dy);
        const auto compare = [&](Kernel (*select)(const LinearProblem&), int64_t count, void* first,
                                 void* second, std::vector<float>& found, bool& isSame) {
            const Kernel kernel = select(loading);
            if (!kernel.run) return false;
            Guarded<float> result(count), wanted(count);
            std::vector<void*> operands{first, second}, apart{first, second};
            std::ranges::replace(operands, static_cast<void*>(made.data()),
                                 static_cast<void*>(x.data()));
            operands.push_back(result.data());
            apart.push_back(wanted.data());
            isSame = runKernel(kernel, operands, true) && runKernel(select(problem), apart) &&
                     result.bandsIntact() && sameNumbers(result.span(), wanted.span());
            found.assign(result.span().begin(), result.span().end());
            return true;
        };
        hasForward = compare(selectLinearForward, problem.n * problem.out, made.data(), w.data(), y,
                             forwardIsSame);
        hasWeights = compare(selectLinearWeights, problem.in * problem.out, dy.data(), made.data(),
                             dw, weightsAreSame);
    }
};

}  // namespace

class TestLinear : public QObject {
    Q_OBJECT

  private slots:
    void forwardMatchesReference_data() { rows(); }
    void forwardMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(LinearProblem, problem);
        const InstructionSetCap cap(set);
        for (const Kind& kind : kinds)
            for (const bool plain : {true, false}) {
                problem.bias = !plain;
                problem.epilogue = plain ? Epilogue::None : Epilogue::Relu;
                Truth truth(problem, kind.draw);
                ImageBuffer x(imageOf(problem, problem.in), truth.x);
                ImageBuffer y(imageOf(problem, problem.out));
                Guarded<float> w = memoryOf(truth.w), bias = memoryOf(truth.bias);
                std::vector<void*> operands{x.data(), w.data()};
                if (problem.bias) operands.push_back(bias.data());
                operands.push_back(y.data());
                const Kernel kernel = selectLinearForward(problem);
                QVERIFY2(kernel.name.ends_with(set), kernel.name.c_str());
                QVERIFY(runKernel(kernel, operands, true));
                QVERIFY(shareOfLargest(y.values(), truth.forward()) <= kind.tolerance);
                QVERIFY(y.isSound());
            }
    }

    void dataMatchesReference_data() { rows(); }
    void dataMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(LinearProblem, problem);
        const InstructionSetCap cap(set);
        for (const Kind& kind : kinds)
            for (const Epilogue epilogue : {Epilogue::None, Epilogue::ReluGate}) {
                problem.epilogue = epilogue;
                Truth truth(problem, kind.draw);
                ImageBuffer dy(imageOf(problem, problem.out), truth.dy);
                ImageBuffer gate(imageOf(problem, problem.in), truth.gate);
                ImageBuffer dx(imageOf(problem, problem.in));
                Guarded<float> w = memoryOf(truth.w);
                std::vector<void*> operands{dy.data(), w.data()};
                if (epilogue == Epilogue::ReluGate) operands.push_back(gate.data());
                operands.push_back(dx.data());
                QVERIFY(runKernel(selectLinearData(problem), operands, true));
                QVERIFY(shareOfLargest(dx.values(), truth.data()) <= kind.tolerance);
                QVERIFY(dx.isSound());
            }
    }

    void weightsMatchReference_data() { rows(); }
    void weightsMatchReference() {
        QFETCH(std::string, set);
        QFETCH(LinearProblem, problem);
        const InstructionSetCap cap(set);
        for (const Kind& kind : kinds) {
            Truth truth(problem, kind.draw);
            ImageBuffer dy(imageOf(problem, problem.out), truth.dy);
            ImageBuffer x(imageOf(problem, problem.in), truth.x);
            Guarded<float> dw(problem.in * problem.out), backwards(problem.in * problem.out);
            const Kernel kernel = selectLinearWeights(problem);
            QVERIFY(runKernel(kernel, {dy.data(), x.data(), dw.data()}));
            QVERIFY(runKernel(kernel, {dy.data(), x.data(), backwards.data()}, true));
            const std::vector<float> found(dw.span().begin(), dw.span().end());
            QVERIFY(shareOfLargest(found, truth.weights()) <= kind.tolerance);
            QVERIFY(dw.bandsIntact() && sameNumbers(dw.span(), backwards.span()));
        }
    }

    /// x made while it is packed has the bits of x made before, and is right beside the references
    /// of the function and of the layer, one after the other.
    void makesWhatItLoads_data() { rows(Layout::RowMajor); }
    void makesWhatItLoads() {
        QFETCH(std::string, set);
        QFETCH(LinearProblem, problem);
        const InstructionSetCap cap(set);
        LinearProblem loading = problem;
        loading.load = {.function = Pointwise::Gelu};
        Truth truth(problem, fractions);
        Guarded<float> x = memoryOf(truth.x), made = memoryOf(truth.x);
        PointwiseProblem gelu{.function = Pointwise::Gelu, .a = {}, .b = {}, .y = {}};
        gelu.a = gelu.y = Operand(Image{.n = 1, .c = problem.n * problem.in});
        gelu.a.array = gelu.y.array = {.rank = 1, .shape = {gelu.a.c}, .strides = {1}};
        QVERIFY(runKernel(selectPointwise(gelu), {made.data(), made.data()}));
        gelu.a.dtype = gelu.y.dtype = vitrine::DType::F64;
        QVERIFY(runKernel(selectPointwise(gelu), {truth.x.data(), truth.x.data()}));
        const Loaded loaded(problem, loading, truth, x, made);
        if (loaded.hasForward) {
            QVERIFY(loaded.forwardIsSame);
            QVERIFY(shareOfLargest(loaded.y, truth.forward()) <= linearTolerance);
        }
        QVERIFY(loaded.hasForward == (problem.n > 8 && problem.out <= 384));
        if (loaded.hasWeights) {
            QVERIFY(loaded.weightsAreSame);
            QVERIFY(shareOfLargest(loaded.dw, truth.weights()) <= linearTolerance);
        }
    }

    /// Elsewhere an element would be made more than once.
    void loadsWhatIsPackedOnce() {
        const ChainStep gelu{.function = Pointwise::Gelu};
        QVERIFY(selectLinearForward({.n = 4096, .in = 384, .out = 96, .load = gelu}).run);
        QVERIFY(selectLinearWeights({.n = 4096, .in = 384, .out = 96, .load = gelu}).run);
        QVERIFY(!selectLinearForward({.n = 4096, .in = 96, .out = 400, .load = gelu}).run);
        QVERIFY(!selectLinearWeights({.n = 40, .in = 96, .out = 40000, .load = gelu}).run);
        QVERIFY(!selectLinearForward(
                     {.n = 64, .in = 96, .out = 32, .layout = Layout::Lanes, .load = gelu})
                     .run);
    }

    // (1 2) · (3 4; 5 -6)ᵀ + (1 -1) = (12 -8).
    void referenceIsRightForASmallProduct() {
        const LinearProblem problem{.n = 1,
                                    .in = 2,
                                    .out = 2,
                                    .bias = true,
                                    .epilogue = Epilogue::Relu,
                                    .dtype = vitrine::DType::F64};
        Numbers x{1, 2}, w{3, 4, 5, -6}, bias{1, -1}, y(2);
        runKernel(selectLinearForward(problem), {x.data(), w.data(), bias.data(), y.data()});
        QCOMPARE(y, (Numbers{12, 0}));
    }

    // ⟨y, dy⟩ = ⟨x, dx⟩ = ⟨w, dw⟩ for y = x · wᵀ.
    void referenceAdjointsAreAdjoint() {
        Truth truth({.n = 5, .in = 7, .out = 3}, fractions);
        const auto dot = [](const Numbers& a, const Numbers& b) {
            return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
        };
        const double product = dot(truth.forward(), truth.dy);
        QVERIFY(std::abs(product - dot(truth.x, truth.data())) < 1e-12);
        QVERIFY(std::abs(product - dot(truth.w, truth.weights())) < 1e-12);
    }

    void bigProductsHaveSeveralParts() {
        const LinearProblem wide{.n = 64, .in = 400, .out = 120, .layout = Layout::Lanes};
        const LinearProblem tall{.n = 4096, .in = 400, .out = 4, .layout = Layout::Lanes};
        for (const LinearProblem& problem : {wide, tall}) {
            QVERIFY(selectLinearForward(problem).parts[0] > 1);
            QVERIFY(selectLinearData(problem).parts[0] > 1);
            QVERIFY(selectLinearWeights(problem).parts[1] > 1);
        }
    }

    void longProductsOfRowsHaveSeveralParts() {
        const LinearProblem problem{.n = 16384, .in = 48, .out = 96};
        for (const Kernel& kernel : {selectLinearForward(problem), selectLinearData(problem),
                                     selectLinearWeights(problem)})
            QVERIFY2(kernel.parts[0] >= 8, kernel.name.c_str());
    }

    void refusesBlockedOperands() {
        const Kernel kernel =
            selectLinearForward({.n = 16, .in = 16, .out = 16, .layout = Layout::Blocked});
        QVERIFY(kernel.run == nullptr);
        QCOMPARE(kernel.refused.size(), size_t{4});
    }

  private:
    static void rows(std::optional<Layout> only = {}) {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<LinearProblem>("problem");
        struct Size {
            int64_t n, in, out;
        };
        // The last four have more terms than one chain of sums takes, and the last has lines far
        // enough away to be asked for, in short blocks of whole rows.
        const Size sizes[] = {{1, 1, 1},      {5, 7, 3},      {1, 403, 21},  {3, 130, 9},
                              {8, 48, 17},    {17, 63, 10},   {48, 64, 6},   {64, 400, 120},
                              {100, 33, 121}, {64, 130, 5},   {16, 1100, 9}, {600, 20, 7},
                              {4200, 30, 61}, {3900, 48, 192}};
        for (const std::string& set : instructionSets())
            for (const Layout layout : {Layout::Lanes, Layout::RowMajor})
                for (const Size& size : sizes) {
                    if (only && layout != *only) continue;
                    const std::string name =
                        set + " " + std::string(layoutName(layout)) + " " + std::to_string(size.n) +
                        ": " + std::to_string(size.in) + " to " + std::to_string(size.out);
                    QTest::newRow(name.c_str())
                        << set
                        << LinearProblem{
                               .n = size.n, .in = size.in, .out = size.out, .layout = layout};
                }
    }
};

QTEST_APPLESS_MAIN(TestLinear)
#include "tst_linear.moc"
