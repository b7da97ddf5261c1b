// SPDX-License-Identifier: Apache-2.0
// Pooling and its adjoints on every instruction set and layout. Truth: the float64 reference,
// itself held to a window worked out by hand and to the adjoint identity.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/api/pool.h"
#include "tests/support/place_buffer.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

Q_DECLARE_METATYPE(vitrine::kernels::PoolProblem)

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

PoolProblem rowMajor64(PoolProblem pool) {
    for (Operand* image : {&pool.x, &pool.y, &pool.index}) {
        image->layout = Layout::RowMajor;
        image->halo = 0;
        image->dtype = vitrine::DType::F64;
    }
    pool.index.dtype = vitrine::DType::I32;
    return pool;
}

/// Whole numbers from -4 to 4: windows have ties, and sums of a few are exact.
std::vector<double> smallIntegers(int64_t count, uint64_t seed) {
    std::vector<double> values = randomFloats(count, -4.4, 4.4, seed);
    for (double& value : values) value = std::round(value);
    return values;
}

/// Results of the float64 reference.
struct Truth {
    PoolProblem pool;
    std::vector<double> x, dy, gate;

    explicit Truth(const PoolProblem& problem)
        : pool(rowMajor64(problem)),
          x(smallIntegers(problem.x.elements(), 1)),
          dy(smallIntegers(problem.y.elements(), 2)),
          gate(smallIntegers(problem.x.elements(), 3)) {}

    std::vector<int32_t> maxPool(std::vector<double>& y) {
        std::vector<int32_t> index(dy.size());
        y.resize(dy.size());
        runKernel(selectMaxPool(pool), {x.data(), y.data(), index.data()});
        return index;
    }
    std::vector<double> gather(std::vector<int32_t> index) {
        std::vector<double> y(dy.size());
        runKernel(selectMaxPoolGather(pool), {x.data(), index.data(), y.data()});
        return y;
    }
    std::vector<double> scatter(std::vector<int32_t> index) {
        std::vector<double> dx(x.size());
        std::vector<void*> operands{dy.data(), index.data()};
        if (pool.epilogue == Epilogue::ReluGate) operands.push_back(gate.data());
        operands.push_back(dx.data());
        runKernel(selectMaxPoolBackward(pool), operands);
        return dx;
    }
    std::vector<double> average() {
        std::vector<double> y(dy.size());
        runKernel(selectAvgPool(pool), {x.data(), y.data()});
        return y;
    }
    std::vector<double> spread() {
        std::vector<double> dx(x.size());
        std::vector<void*> operands{dy.data()};
        if (pool.epilogue == Epilogue::ReluGate) operands.push_back(gate.data());
        operands.push_back(dx.data());
        runKernel(selectAvgPoolBackward(pool), operands);
        return dx;
    }
};

bool equal(const std::vector<float>& actual, const std::vector<double>& expected) {
    const std::vector<float> wanted(expected.begin(), expected.end());
    return std::ranges::equal(actual, wanted, [](float a, float b) {
        return a == b || (std::isnan(a) && std::isnan(b));
    });
}

struct NamedWindow {
    const char* name;
    int64_t h, w, r, s, strideH, strideW, padH, padW;
};

constexpr NamedWindow windows[] = {
    {"2x2", 8, 6, 2, 2, 2, 2, 0, 0},
    {"2x2 with rests", 7, 9, 2, 2, 2, 2, 0, 0},
    {"3x3 overlapping, padded", 7, 10, 3, 3, 2, 2, 1, 1},
    {"3x3 dense", 5, 6, 3, 3, 1, 1, 1, 1},
    {"2x3 uneven", 9, 11, 2, 3, 3, 2, 1, 0},
    {"whole image", 5, 7, 5, 7, 5, 7, 0, 0},
    {"gaps", 10, 10, 1, 2, 3, 4, 0, 0},
};

struct Size {
    int64_t n, c;
};

}  // namespace

class TestPool : public QObject {
    Q_OBJECT

  private slots:
    void maximumMatchesReference_data() { rows(); }
    void maximumMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(PoolProblem, pool);
        const InstructionSetCap cap(set);
        Truth truth(pool);
        truth.x[truth.x.size() / 2] = notANumber;
        std::vector<double> expected;
        const std::vector<int32_t> positions = truth.maxPool(expected);

        const Kernel kernel = selectMaxPool(pool);
        QVERIFY2(kernel.name.ends_with(set), kernel.name.c_str());
        ImageBuffer x(pool.x, truth.x), y(pool.y);
        PlaceBuffer index(pool.index);
        QVERIFY(runKernel(kernel, {x.data(), y.data(), index.data()}, true));
        QVERIFY(equal(y.values(), expected));
        QVERIFY(index.places() == positions);
        QVERIFY(y.isSound() && index.isSound());
    }

    void scatterMatchesReference_data() { rows(); }
    void scatterMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(PoolProblem, pool);
        const InstructionSetCap cap(set);
        for (const Epilogue epilogue : {Epilogue::None, Epilogue::ReluGate}) {
            pool.epilogue = epilogue;
            Truth truth(pool);
            std::vector<double> ignored;
            const std::vector<int32_t> positions = truth.maxPool(ignored);
            PlaceBuffer index(pool.index, positions);
            ImageBuffer dy(pool.y, truth.dy);
            ImageBuffer gate(pool.x, truth.gate), dx(pool.x);
            std::vector<void*> operands{dy.data(), index.data()};
            if (epilogue == Epilogue::ReluGate) operands.push_back(gate.data());
            operands.push_back(dx.data());
            QVERIFY(runKernel(selectMaxPoolBackward(pool), operands, true));
            QVERIFY(equal(dx.values(), truth.scatter(positions)));
            QVERIFY(dx.isSound());
        }
    }

    // Gated by the results of a ReLU or by their maxima: the same bits, of kernels and reference.
    void maximaGateAsWellAsWhatTheyAreOf_data() { rows(); }
    void maximaGateAsWellAsWhatTheyAreOf() {
        QFETCH(std::string, set);
        QFETCH(PoolProblem, pool);
        const InstructionSetCap cap(set);
        pool.epilogue = Epilogue::ReluGate;
        Truth truth(pool);
        for (double& x : truth.x) x = std::max(x, 0.0);
        truth.x[truth.x.size() / 2] = notANumber;
        std::vector<double> maxima;
        const std::vector<int32_t> positions = truth.maxPool(maxima);
        truth.gate = truth.x;
        const std::vector<double> expected = truth.scatter(positions);
        truth.pool.isGateOfY = pool.isGateOfY = true;
        truth.gate = maxima;
        QVERIFY(truth.scatter(positions) == expected);

        PlaceBuffer index(pool.index, positions);
        ImageBuffer dy(pool.y, truth.dy);
        ImageBuffer gate(pool.y, maxima), dx(pool.x);
        QVERIFY(runKernel(selectMaxPoolBackward(pool),
                          {dy.data(), index.data(), gate.data(), dx.data()}, true));
        QVERIFY(equal(dx.values(), expected));
        QVERIFY(dx.isSound());
    }

    void gatherMatchesReference_data() { rows(); }
    void gatherMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(PoolProblem, pool);
        const InstructionSetCap cap(set);
        Truth truth(pool);
        std::vector<double> ignored;
        const std::vector<int32_t> positions = truth.maxPool(ignored);
        truth.x = smallIntegers(pool.x.elements(), 4);
        PlaceBuffer index(pool.index, positions);
        ImageBuffer x(pool.x, truth.x), y(pool.y);
        QVERIFY(runKernel(selectMaxPoolGather(pool), {x.data(), index.data(), y.data()}, true));
        QVERIFY(equal(y.values(), truth.gather(positions)));
        QVERIFY(y.isSound());
    }

    void averageMatchesReference_data() { rows(); }
    void averageMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(PoolProblem, pool);
        const InstructionSetCap cap(set);
        for (const bool countIncludePad : {true, false}) {
            pool.countIncludePad = countIncludePad;
            Truth truth(pool);
            ImageBuffer x(pool.x, truth.x), y(pool.y);
            QVERIFY(runKernel(selectAvgPool(pool), {x.data(), y.data()}, true));
            QVERIFY(shareOfLargest(y.values(), truth.average()) <= tolerance(pool));
            QVERIFY(y.isSound());
        }
    }

    void spreadMatchesReference_data() { rows(); }
    void spreadMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(PoolProblem, pool);
        const InstructionSetCap cap(set);
        for (const Epilogue epilogue : {Epilogue::None, Epilogue::ReluGate})
            for (const bool countIncludePad : {true, false}) {
                pool.epilogue = epilogue;
                pool.countIncludePad = countIncludePad;
                Truth truth(pool);
                ImageBuffer dy(pool.y, truth.dy), gate(pool.x, truth.gate), dx(pool.x);
                std::vector<void*> operands{dy.data()};
                if (epilogue == Epilogue::ReluGate) operands.push_back(gate.data());
                operands.push_back(dx.data());
                QVERIFY(runKernel(selectAvgPoolBackward(pool), operands, true));
                QVERIFY(shareOfLargest(dx.values(), truth.spread()) <= tolerance(pool));
                QVERIFY(dx.isSound());
            }
    }

    // The window of padding and -1 -1 / -2 -1 and its neighbours, by hand.
    void referenceTakesTheFirstMaximumAndNeverPadding() {
        const WindowAxis rows{.in = 2, .out = 1, .kernel = 2, .stride = 2};
        const WindowAxis columns{
            .in = 4, .out = 3, .kernel = 2, .stride = 2, .before = 1, .after = 1};
        const PoolProblem pool{.x = {Image{1, 1, 2, 4}, vitrine::DType::F64},
                               .y = {Image{1, 1, 1, 3}, vitrine::DType::F64},
                               .index = {Image{1, 1, 1, 3}, vitrine::DType::I32},
                               .window = {.rows = rows, .columns = columns}};
        std::vector<double> x{-1, -1, 3, notANumber, -2, -1, notANumber, 3}, y(3);
        std::vector<int32_t> index(3);
        runKernel(selectMaxPool(pool), {x.data(), y.data(), index.data()});
        QVERIFY(y[0] == -1 && std::isnan(y[1]) && std::isnan(y[2]));
        QCOMPARE(index, (std::vector<int32_t>{1, 3, 0}));
    }

    // Plain loops keep places in bytes too: the same ones, and the same results of those.
    void referenceKeepsPlacesInEitherType() {
        PoolProblem pool = problem(windows[2], {3, 2}, Layout::RowMajor, 0, 0);
        Truth truth(pool);
        std::vector<double> ignored;
        const std::vector<int32_t> positions = truth.maxPool(ignored);
        const std::vector<double> scattered = truth.scatter(positions);
        const std::vector<double> gathered = truth.gather(positions);

        truth.pool.index.dtype = vitrine::DType::U8;
        PlaceBuffer places(truth.pool.index);
        std::vector<double> y(truth.dy.size()), dx(truth.x.size());
        QVERIFY(runKernel(selectMaxPool(truth.pool), {truth.x.data(), y.data(), places.data()}));
        QVERIFY(places.isSound() && places.places() == positions);
        QVERIFY(runKernel(selectMaxPoolBackward(truth.pool),
                          {truth.dy.data(), places.data(), dx.data()}));
        QVERIFY(dx == scattered);
        QVERIFY(
            runKernel(selectMaxPoolGather(truth.pool), {truth.x.data(), places.data(), y.data()}));
        QVERIFY(y == gathered);
    }

    void referenceAdjointsAreAdjoint() {
        const PoolProblem pool = problem(windows[2], {3, 2}, Layout::RowMajor, 0, 0);
        Truth truth(pool);
        std::vector<double> ignored;
        const std::vector<int32_t> index = truth.maxPool(ignored);
        const auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
            return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
        };
        QCOMPARE(dot(truth.gather(index), truth.dy), dot(truth.x, truth.scatter(index)));
        QVERIFY(std::abs(dot(truth.average(), truth.dy) - dot(truth.x, truth.spread())) < 1e-9);
    }

    void bigImagesHaveSeveralParts() {
        const PoolProblem pool = problem(windows[0], {64, 64}, Layout::Blocked, 1, 0);
        QVERIFY(selectMaxPool(pool).parts[0] > 1);
    }

    void refusesOperandsOfTwoLayouts() {
        PoolProblem pool = problem(windows[0], {16, 16}, Layout::Blocked, 0, 0);
        pool.y.layout = Layout::RowMajor;
        const Kernel kernel = selectMaxPool(pool);
        QVERIFY(kernel.run == nullptr);
        QCOMPARE(kernel.refused.front(), std::string("planes: wants one layout, got blocked and "
                                                     "row-major"));
    }

  private:
    static PoolProblem problem(const NamedWindow& at, Size size, Layout layout, int64_t haloX,
                               int64_t haloY) {
        const auto axis = [](int64_t in, int64_t kernel, int64_t stride, int64_t pad) {
            return WindowAxis{.in = in,
                              .out = (in + 2 * pad - kernel) / stride + 1,
                              .kernel = kernel,
                              .stride = stride,
                              .before = pad,
                              .after = pad};
        };
        const Window window{.rows = axis(at.h, at.r, at.strideH, at.padH),
                            .columns = axis(at.w, at.s, at.strideW, at.padW)};
        PoolProblem pool{
            .x = Image{size.n, size.c, at.h, at.w, layout, haloX},
            .y = Image{size.n, size.c, window.rows.out, window.columns.out, layout, haloY},
            .index = {Image{size.n, size.c, window.rows.out, window.columns.out, layout, haloY},
                      vitrine::DType::I32},
            .window = window};
        return pool;
    }

    /// Shares of 1, 1/2, 1/4 make averages of small integers exact.
    static double tolerance(const PoolProblem& pool) {
        const auto halves = [](const WindowAxis& axis) {
            return axis.kernel == 2 && axis.before == 0;
        };
        const bool exact = halves(pool.window.rows) && halves(pool.window.columns);
        return exact ? 0 : poolTolerance;
    }

    static void rows() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<PoolProblem>("pool");
        for (const std::string& name : instructionSets())
            for (const Layout layout : {Layout::Lanes, Layout::Blocked})
                for (const NamedWindow& window : windows) {
                    const bool lanes = layout == Layout::Lanes;
                    const std::string row = name + (lanes ? " lanes " : " blocked ") + window.name;
                    QTest::newRow(row.c_str())
                        << name << problem(window, lanes ? Size{19, 3} : Size{2, 35}, layout, 1, 0);
                    PoolProblem pool =
                        problem(window, lanes ? Size{16, 2} : Size{3, 16}, layout, 0, 2);
                    QTest::newRow((row + ", halo of y").c_str()) << name << pool;
                    pool.index.dtype = vitrine::DType::U8;
                    for (const int64_t halo : {0, 1}) {
                        pool.index.halo = halo;
                        const std::string bytes = row + ", places in bytes with halo ";
                        QTest::newRow((bytes + std::to_string(halo)).c_str()) << name << pool;
                    }
                }
    }
};

QTEST_APPLESS_MAIN(TestPool)
#include "tst_pool.moc"
