// SPDX-License-Identifier: Apache-2.0
// Sums along axes that are long enough for parts and phases, with strides. Truth: sums in long
// double over the same elements.
#include <QtTest/QtTest>

#include "kernels/api/reduce.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

struct Case {
    const char* name;
    std::vector<int64_t> shape, strides;
    std::vector<int> axes;
};

const Case cases[] = {
    {"one number from many", {300000}, {1}, {0}},
    {"one number from a prime of many", {300007}, {1}, {0}},
    {"rows", {500, 700}, {700, 1}, {1}},
    {"columns", {5000, 130}, {130, 1}, {0}},
    {"columns, turned", {130, 5000}, {1, 130}, {1}},
    {"middle axis", {7, 300, 90}, {27000, 90, 1}, {1}},
    {"all but channels", {16, 5, 40, 40}, {8000, 1600, 40, 1}, {0, 2, 3}},
    {"what repeats", {400, 3, 50}, {50, 0, 1}, {0, 1}},
    {"every second", {90000}, {2}, {0}},
    {"nothing", {40000}, {1}, {}},
};

ReduceProblem problemOf(const Case& c, vitrine::DType type) {
    ReduceProblem problem;
    problem.x.dtype = type;
    problem.x.array.rank = static_cast<int>(c.shape.size());
    for (size_t axis = 0; axis < c.shape.size(); ++axis) {
        problem.x.array.shape[axis] = c.shape[axis];
        problem.x.array.strides[axis] = c.strides[axis];
    }
    for (int axis : c.axes) problem.isReduced[static_cast<size_t>(axis)] = true;
    return problem;
}

/// Sums in order of the other axes, and Σ |x| of each.
struct Truth {
    std::vector<long double> sums, sizes;
};
Truth truthOf(const Case& c, const std::vector<double>& x) {
    const ReduceProblem problem = problemOf(c, vitrine::DType::F64);
    int64_t places = 1;
    for (size_t axis = 0; axis < c.shape.size(); ++axis)
        if (!problem.isReduced[axis]) places *= c.shape[axis];
    Truth truth{std::vector<long double>(static_cast<size_t>(places)),
                std::vector<long double>(static_cast<size_t>(places))};
    std::vector<int64_t> index(c.shape.size());
    for (;;) {
        int64_t place = 0, offset = 0;
        for (size_t axis = 0; axis < c.shape.size(); ++axis) {
            if (!problem.isReduced[axis]) place = place * c.shape[axis] + index[axis];
            offset += index[axis] * c.strides[axis];
        }
        const double number = x[static_cast<size_t>(offset)];
        truth.sums[static_cast<size_t>(place)] += number;
        truth.sizes[static_cast<size_t>(place)] += std::abs(number);
        size_t axis = c.shape.size();
        while (axis > 0 && ++index[axis - 1] == c.shape[axis - 1]) index[--axis] = 0;
        if (axis == 0) return truth;
    }
}

}  // namespace

class TestReduce : public QObject {
    Q_OBJECT

  private slots:
    void sumsAreRight_data() {
        QTest::addColumn<int>("index");
        for (int i = 0; i < static_cast<int>(std::size(cases)); ++i)
            QTest::newRow(cases[i].name) << i;
    }
    void sumsAreRight() {
        QFETCH(int, index);
        const Case& c = cases[index];
        int64_t span = 1;
        for (size_t axis = 0; axis < c.shape.size(); ++axis)
            span += (c.shape[axis] - 1) * c.strides[axis];
        std::vector<double> numbers = randomFloats(span, -1, 1);
        const Truth truth = truthOf(c, numbers);
        const Kernel kernel = selectReduceSum(problemOf(c, vitrine::DType::F32));
        std::vector<float> x(numbers.begin(), numbers.end());
        Guarded<float> forwards(std::ssize(truth.sums)), backwards(std::ssize(truth.sums));
        QVERIFY(runKernel(kernel, {x.data(), forwards.data()}));
        QVERIFY(runKernel(kernel, {x.data(), backwards.data()}, true));
        QVERIFY(forwards.bandsIntact());
        QVERIFY(sameNumbers(forwards.span(), backwards.span()));
        for (size_t i = 0; i < truth.sums.size(); ++i)
            QVERIFY2(std::abs(forwards.span()[i] - truth.sums[i]) <=
                         reduceTolerance * std::max(truth.sizes[i], 1e-6L),
                     qPrintable(QString("%1: %2, wanted %3")
                                    .arg(i)
                                    .arg(static_cast<double>(forwards.span()[i]))
                                    .arg(static_cast<double>(truth.sums[i]))));
        const Kernel wide = selectReduceSum(problemOf(c, vitrine::DType::F64));
        std::vector<double> y(truth.sums.size());
        QVERIFY(runKernel(wide, {numbers.data(), y.data()}));
        for (size_t i = 0; i < y.size(); ++i)
            QVERIFY(std::abs(y[i] - truth.sums[i]) <= 1e-12L * std::max(truth.sizes[i], 1.0L));
    }

    void longSumsHavePhasesAndParts() {
        const Kernel one = selectReduceSum(problemOf(cases[0], vitrine::DType::F32));
        QCOMPARE(one.phases, 2);
        QVERIFY(one.parts[0] > 1);
        const Kernel channels = selectReduceSum(problemOf(cases[6], vitrine::DType::F32));
        QCOMPARE(channels.phases, 2);
        QVERIFY(channels.parts[0] > 1);
        const Kernel rows = selectReduceSum(problemOf(cases[2], vitrine::DType::F32));
        QCOMPARE(rows.phases, 1);
        QVERIFY(rows.parts[0] > 1);
    }
};

QTEST_APPLESS_MAIN(TestReduce)
#include "tst_reduce.moc"
