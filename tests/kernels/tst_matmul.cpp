// SPDX-License-Identifier: Apache-2.0
// Matrix products on every instruction set, with matrices as they may lie. Truth: the float64
// reference, itself held to a product worked out by hand.
#include <QtTest/QtTest>

#include "kernels/api/matmul.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;
using vitrine::DType;

namespace {

struct Sizes {
    const char* name;
    int64_t batch, m, k, n;
    bool turnedA, turnedB, sharedB;
};
constexpr Sizes sizes[] = {
    {"one number", 1, 1, 1, 1, false, false, false},
    {"tile and a rest", 1, 7, 5, 33, false, false, false},
    {"all tiles full", 1, 12, 64, 64, false, false, false},
    {"deeper than a panel", 1, 13, 700, 19, false, false, false},
    {"many parts", 1, 301, 130, 203, false, false, false},
    {"more columns than are packed at once", 1, 30, 270, 500, false, false, false},
    {"rows a power of two apart", 1, 26, 256, 48, false, false, false},
    {"a turned", 2, 9, 30, 18, true, false, false},
    {"b turned", 2, 9, 30, 18, false, true, false},
    {"both turned, b repeats", 5, 50, 41, 37, true, true, true},
    {"a batch of small ones", 40, 8, 16, 8, false, false, false},
};

Operand matrices(int64_t batch, int64_t rows, int64_t columns, bool turned, bool shared) {
    Operand operand;
    operand.array.rank = 3;
    operand.array.shape = {batch, rows, columns};
    operand.array.strides = {shared ? 0 : rows * columns, turned ? 1 : columns, turned ? rows : 1};
    return operand;
}

MatMulProblem problemOf(const Sizes& s, DType type) {
    MatMulProblem problem{matrices(s.batch, s.m, s.k, s.turnedA, false),
                          matrices(s.batch, s.k, s.n, s.turnedB, s.sharedB),
                          matrices(s.batch, s.m, s.n, false, false)};
    problem.a.dtype = problem.b.dtype = problem.y.dtype = type;
    return problem;
}

}  // namespace

class TestMatMul : public QObject {
    Q_OBJECT

  private slots:
    void agreesWithTheReference_data() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<int>("index");
        for (const std::string& set : instructionSets())
            for (int i = 0; i < static_cast<int>(std::size(sizes)); ++i)
                QTest::newRow((set + " " + sizes[i].name).c_str()) << set << i;
    }
    void agreesWithTheReference() {
        QFETCH(std::string, set);
        QFETCH(int, index);
        const InstructionSetCap cap(set);
        const Sizes& s = sizes[index];
        std::vector<double> a = randomFloats(s.batch * s.m * s.k, -1, 1, 1);
        std::vector<double> b = randomFloats(s.batch * s.k * s.n, -1, 1, 2);
        std::vector<double> wanted(static_cast<size_t>(s.batch * s.m * s.n)), size(wanted);
        const Kernel wide = selectMatMul(problemOf(s, DType::F64));
        QVERIFY(runKernel(wide, {a.data(), b.data(), wanted.data()}));
        std::vector<float> left(a.begin(), a.end()), right(b.begin(), b.end());
        for (double& x : a) x = std::abs(x);
        for (double& x : b) x = std::abs(x);
        QVERIFY(runKernel(wide, {a.data(), b.data(), size.data()}));
        const double largest = *std::max_element(size.begin(), size.end());

        const Kernel kernel = selectMatMul(problemOf(s, DType::F32));
        QVERIFY2(kernel.name.ends_with(set), kernel.name.c_str());
        Guarded<float> y(std::ssize(wanted)), backwards(std::ssize(wanted));
        QVERIFY(runKernel(kernel, {left.data(), right.data(), y.data()}));
        QVERIFY(runKernel(kernel, {left.data(), right.data(), backwards.data()}, true));
        QVERIFY(y.bandsIntact());
        QVERIFY(sameNumbers(y.span(), backwards.span()));
        for (size_t i = 0; i < wanted.size(); ++i)
            QVERIFY2(std::abs(y.span()[i] - wanted[i]) <= matMulTolerance * largest,
                     qPrintable(QString("%1: %2, wanted %3")
                                    .arg(i)
                                    .arg(static_cast<double>(y.span()[i]))
                                    .arg(wanted[i])));
    }

    void referenceIsRightForTwoSmallMatrices() {
        const Sizes s{"", 1, 2, 2, 2, false, false, false};
        std::vector<double> a{1, 2, 3, 4}, b{5, 6, 7, 8}, y(4);
        QVERIFY(runKernel(selectMatMul(problemOf(s, DType::F64)), {a.data(), b.data(), y.data()}));
        QCOMPARE(y, (std::vector<double>{19, 22, 43, 50}));
    }

    void bigProductsHaveParts() {
        QVERIFY(selectMatMul(problemOf(sizes[4], DType::F32)).parts[0] > 1);
    }
};

QTEST_APPLESS_MAIN(TestMatMul)
#include "tst_matmul.moc"
