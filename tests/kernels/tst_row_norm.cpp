// SPDX-License-Identifier: Apache-2.0
// Normalised rows and their gradients on every instruction set. Truth: the float64 reference, which
// sweeps over operators hold to differences, and here a row worked out by hand.
#include <QtTest/QtTest>

#include "kernels/api/row_norm.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;
using vitrine::DType;

namespace {

struct Sizes {
    const char* name;
    int64_t rows, columns, blocks, scales;
};
constexpr Sizes sizes[] = {
    {"one number", 1, 1, 1, 1},
    {"a scale for each column", 37, 48, 1, 48},
    {"columns that fill no vector", 5, 21, 1, 21},
    {"rows longer than a sum of floats", 3, 2500, 1, 2500},
    {"more rows than are kept in floats", 700, 96, 1, 96},
    {"one scale for whole rows", 9, 40, 1, 1},
    {"groups of channels", 24, 200, 4, 8},
    {"runs that fill no vector", 6, 35, 3, 15},
    {"long runs", 8, 4200, 2, 4},
    {"blocks with a scale for each column", 12, 18, 3, 54},
};

struct Case {
    RowNormProblem problem;
    std::vector<double> x, dy, scale, shift;

    explicit Case(const Sizes& s)
        : problem{.n = s.rows, .c = s.columns, .blocks = s.blocks, .scales = s.scales},
          x(randomFloats(s.rows * s.columns, 2, 5, 1)),
          dy(randomFloats(s.rows * s.columns, -1, 2, 2)),
          scale(randomFloats(s.scales, 0.5, 1.5, 3)),
          shift(randomFloats(s.scales, -1, 1, 4)) {}

    RowNormProblem in(DType type) const {
        RowNormProblem result = problem;
        result.dtype = type;
        return result;
    }
};

template <class T>
Guarded<T> holding(const std::vector<double>& values) {
    Guarded<T> memory(std::ssize(values));
    std::ranges::copy(values, memory.span().begin());
    return memory;
}

/// Results of a kernel, one after the other.
template <class T>
struct Results {
    bool isSound = true;
    std::vector<std::vector<T>> values;
};

template <class T>
Results<T> forward(const Case& of, DType type, bool backwards) {
    Guarded<T> x = holding<T>(of.x), scale = holding<T>(of.scale), shift = holding<T>(of.shift),
               y(std::ssize(of.x));
    const Kernel kernel = selectRowNorm(of.in(type));
    Results<T> results;
    results.isSound =
        runKernel(kernel, {x.data(), scale.data(), shift.data(), y.data()}, backwards);
    results.isSound = results.isSound && y.bandsIntact();
    results.values.emplace_back(y.span().begin(), y.span().end());
    return results;
}

template <class T>
Results<T> backward(const Case& of, DType type, bool backwards, bool inPlace = false) {
    Guarded<T> dy = holding<T>(of.dy), x = holding<T>(of.x), scale = holding<T>(of.scale),
               dx(std::ssize(of.x)), dscale(std::ssize(of.scale)), dshift(std::ssize(of.scale));
    Guarded<T>& target = inPlace ? dy : dx;
    const Kernel kernel = selectRowNormBackward(of.in(type));
    Results<T> results;
    results.isSound = runKernel(
        kernel, {dy.data(), x.data(), scale.data(), target.data(), dscale.data(), dshift.data()},
        backwards);
    for (const Guarded<T>* result : {&target, &dscale, &dshift}) {
        results.isSound = results.isSound && result->bandsIntact();
        results.values.emplace_back(result->span().begin(), result->span().end());
    }
    return results;
}

}  // namespace

class TestRowNorm : public QObject {
    Q_OBJECT

  private slots:
    void agreesWithTheReference_data() { rows(); }
    void agreesWithTheReference() {
        const Asked asked;
        const auto truth = forward<double>(asked.of, DType::F64, false),
                   truthBack = backward<double>(asked.of, DType::F64, false);
        const InstructionSetCap cap(asked.set);
        const auto found = forward<float>(asked.of, DType::F32, false);
        const auto foundBack = backward<float>(asked.of, DType::F32, false);
        QVERIFY(found.isSound && foundBack.isSound);
        QVERIFY(shareOfLargest(found.values[0], truth.values[0]) <= rowNormTolerance);
        if (asked.of.problem.c == 1) return;  // whose gradient is 0
        for (size_t k = 0; k < 3; ++k)
            QVERIFY(shareOfLargest(foundBack.values[k], truthBack.values[k]) <= rowNormTolerance);
    }

    void hasTheSameBitsWhateverTheOrderOfParts_data() { rows(); }
    void hasTheSameBitsWhateverTheOrderOfParts() {
        const Asked asked;
        const InstructionSetCap cap(asked.set);
        const auto one = backward<float>(asked.of, DType::F32, false),
                   other = backward<float>(asked.of, DType::F32, true),
                   inPlace = backward<float>(asked.of, DType::F32, false, true);
        for (size_t k = 0; k < 3; ++k) {
            QVERIFY(sameNumbers(one.values[k], other.values[k]));
            QVERIFY(sameNumbers(one.values[k], inPlace.values[k]));
        }
        QVERIFY(sameNumbers(forward<float>(asked.of, DType::F32, false).values[0],
                            forward<float>(asked.of, DType::F32, true).values[0]));
    }

    /// Rows 1, 3 and 2, 6 have means 2, 4 and deviations 1, 2: normalised −1, 1 both.
    void normalisesByHand() {
        Case of({"", 2, 2, 1, 2});
        of.x = {1, 3, 2, 6};
        of.scale = {10, 100};
        of.shift = {1, 2};
        of.dy = {1, 0, 0, 1};
        of.problem.epsilon = 0;
        const auto y = forward<double>(of, DType::F64, false).values[0];
        QCOMPARE(y, (std::vector<double>{-9, 102, -9, 102}));
        const auto gradients = backward<double>(of, DType::F64, false).values;
        QCOMPARE(gradients[1], (std::vector<double>{-1, 1}));
        QCOMPARE(gradients[2], (std::vector<double>{1, 1}));
        // Two numbers are normalised to −1 and 1 whatever they are.
        for (const double dx : gradients[0]) QVERIFY(std::abs(dx) < 1e-12);
    }

    /// The float kernel keeps the digits of numbers that are far from zero.
    void keepsDigitsFarFromZero() {
        Case of({"", 4, 64, 1, 64});
        for (double& x : of.x) x = 10000 + std::round(x * 64) / 64;
        const auto truth = forward<double>(of, DType::F64, false);
        const auto found = forward<float>(of, DType::F32, false);
        QVERIFY(shareOfLargest(found.values[0], truth.values[0]) <= 2e-3);
    }

  private:
    struct Asked {
        std::string set;
        Case of;
        Asked() : set(fetchedSet()), of(sizes[fetchedIndex()]) {}
    };
    static std::string fetchedSet() {
        QFETCH(std::string, set);
        return set;
    }
    static int fetchedIndex() {
        QFETCH(int, index);
        return index;
    }

    static void rows() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<int>("index");
        for (const std::string& set : instructionSets())
            for (int i = 0; i < static_cast<int>(std::size(sizes)); ++i)
                QTest::newRow((set + ", " + sizes[i].name).c_str()) << set << i;
    }
};

QTEST_APPLESS_MAIN(TestRowNorm)
#include "tst_row_norm.moc"
