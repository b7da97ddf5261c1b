// SPDX-License-Identifier: Apache-2.0
// Sums, extremes, norms and log-sum-exp along axes that are long enough for parts and phases, with
// strides. Truth: the same in long double over the same elements.
#include <QtTest/QtTest>

#include <algorithm>
#include <cmath>

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

/// The numbers that go together, in order of the other axes.
using Places = std::vector<std::vector<double>>;
Places placesOf(const Case& c, const std::vector<double>& x) {
    const ReduceProblem problem = problemOf(c, vitrine::DType::F64);
    int64_t places = 1;
    for (size_t axis = 0; axis < c.shape.size(); ++axis)
        if (!problem.isReduced[axis]) places *= c.shape[axis];
    Places result(static_cast<size_t>(places));
    std::vector<int64_t> index(c.shape.size());
    for (;;) {
        int64_t place = 0, offset = 0;
        for (size_t axis = 0; axis < c.shape.size(); ++axis) {
            if (!problem.isReduced[axis]) place = place * c.shape[axis] + index[axis];
            offset += index[axis] * c.strides[axis];
        }
        result[static_cast<size_t>(place)].push_back(x[static_cast<size_t>(offset)]);
        size_t axis = c.shape.size();
        while (axis > 0 && ++index[axis - 1] == c.shape[axis - 1]) index[--axis] = 0;
        if (axis == 0) return result;
    }
}

/// What a pass gives, and what its tolerance is a share of.
struct Truth {
    long double value = 0, size = 0;
};
Truth truthOf(ReducePass pass, const std::vector<double>& numbers) {
    long double sum = 0, magnitudes = 0, squares = 0, exponentials = 0;
    for (double number : numbers) {
        sum += number;
        magnitudes += std::abs(number);
        squares += static_cast<long double>(number) * number;
        exponentials += std::exp(static_cast<long double>(number));
    }
    switch (pass) {
        case ReducePass::Sum:
            return {sum, magnitudes};
        case ReducePass::Max:
            return {*std::ranges::max_element(numbers), 0};
        case ReducePass::Min:
            return {*std::ranges::min_element(numbers), 0};
        case ReducePass::Norm:
            return {std::sqrt(squares), std::sqrt(squares)};
        default:
            return {std::log(exponentials), std::max(1.0L, std::abs(std::log(exponentials)))};
    }
}

constexpr const char* passNames[] = {"sum", "max", "min", "norm", "log-sum-exp"};

}  // namespace

class TestReduce : public QObject {
    Q_OBJECT

  private slots:
    void resultsAreRight_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<int>("pass");
        for (int i = 0; i < static_cast<int>(std::size(cases)); ++i)
            for (int pass = 0; pass < static_cast<int>(std::size(passNames)); ++pass)
                QTest::addRow("%s: %s", passNames[pass], cases[i].name) << i << pass;
    }
    void resultsAreRight() {
        QFETCH(int, index);
        QFETCH(int, pass);
        const Case& c = cases[index];
        int64_t span = 1;
        for (size_t axis = 0; axis < c.shape.size(); ++axis)
            span += (c.shape[axis] - 1) * c.strides[axis];
        std::vector<double> numbers = randomFloats(span, -1, 1);
        const Places places = placesOf(c, numbers);
        ReduceProblem problem = problemOf(c, vitrine::DType::F32);
        problem.pass = static_cast<ReducePass>(pass);
        const Kernel kernel = selectReduce(problem);
        std::vector<float> x(numbers.begin(), numbers.end());
        Guarded<float> forwards(std::ssize(places)), backwards(std::ssize(places));
        QVERIFY(runKernel(kernel, {x.data(), forwards.data()}));
        QVERIFY(runKernel(kernel, {x.data(), backwards.data()}, true));
        QVERIFY(forwards.bandsIntact());
        QVERIFY(sameNumbers(forwards.span(), backwards.span()));
        problem.x.dtype = vitrine::DType::F64;
        std::vector<double> wide(places.size());
        QVERIFY(runKernel(selectReduce(problem), {numbers.data(), wide.data()}));
        for (size_t i = 0; i < places.size(); ++i) {
            const Truth truth = truthOf(problem.pass, places[i]);
            const auto got = static_cast<long double>(forwards.span()[i]);
            QVERIFY2(std::abs(got - truth.value) <=
                         reduceTolerance * std::max(truth.size, truth.size > 0 ? 1e-6L : 0),
                     qPrintable(QString("%1: %2, wanted %3")
                                    .arg(i)
                                    .arg(forwards.span()[i])
                                    .arg(static_cast<double>(truth.value))));
            QVERIFY(std::abs(wide[i] - truth.value) <= 1e-12L * std::max(truth.size, 1.0L));
        }
    }

    /// In every stretch of a long axis, where vectors and parts begin and end too.
    void nanAndInfinitiesAreNotLost() {
        constexpr int64_t count = 300000;
        constexpr float infinity = std::numeric_limits<float>::infinity();
        for (const int64_t at : {int64_t{0}, int64_t{1}, int64_t{4711}, count - 1})
            for (const ReducePass pass : {ReducePass::Max, ReducePass::Min, ReducePass::LogSumExp})
                for (const float special : {std::nanf(""), infinity, -infinity}) {
                    std::vector<float> x(count, 0.5f);
                    x[static_cast<size_t>(at)] = special;
                    ReduceProblem problem = problemOf(cases[0], vitrine::DType::F32);
                    problem.pass = pass;
                    float y = 0;
                    QVERIFY(runKernel(selectReduce(problem), {x.data(), &y}));
                    const bool staysOut =
                        special == (pass == ReducePass::Min ? infinity : -infinity);
                    if (std::isnan(special))
                        QVERIFY(std::isnan(y));
                    else if (!staysOut)
                        QCOMPARE(y, special);
                    else if (pass == ReducePass::LogSumExp)
                        QVERIFY(std::abs(y - (0.5 + std::log(count - 1.0))) < 1e-5);
                    else
                        QCOMPARE(y, 0.5f);
                }
    }

    void longSumsHavePhasesAndParts() {
        const Kernel one = selectReduce(problemOf(cases[0], vitrine::DType::F32));
        QCOMPARE(one.phases, 2);
        QVERIFY(one.parts[0] > 1);
        const Kernel channels = selectReduce(problemOf(cases[6], vitrine::DType::F32));
        QCOMPARE(channels.phases, 2);
        QVERIFY(channels.parts[0] > 1);
        const Kernel rows = selectReduce(problemOf(cases[2], vitrine::DType::F32));
        QCOMPARE(rows.phases, 1);
        QVERIFY(rows.parts[0] > 1);
    }
};

QTEST_APPLESS_MAIN(TestReduce)
#include "tst_reduce.moc"
