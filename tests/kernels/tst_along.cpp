// SPDX-License-Identifier: Apache-2.0
// Extremes, order, positions and running sums along one axis, on sizes with and without parts.
// Truth: the definitions, element by element.
#include <QtTest/QtTest>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/api/along.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

struct Case {
    const char* name;
    int64_t outer, in, out, inner;
};
const Case cases[] = {{"one element", 1, 1, 1, 1},          {"last axis", 5, 33, 4, 1},
                      {"first axis", 1, 17, 3, 130},        {"middle axis", 3, 10, 7, 65},
                      {"many lines", 3000, 19, 5, 1},       {"wide lines", 7, 40, 11, 3000},
                      {"windows that overlap", 2, 7, 5, 3}, {"one long line", 1, 70000, 1, 1}};

AlongProblem problemOf(const Case& c, AlongPass pass) {
    return {.pass = pass, .outer = c.outer, .in = c.in, .out = c.out, .inner = c.inner};
}

std::vector<float> numbersFor(int64_t count, uint64_t seed = 1) {
    // Steps of 1/8, so that there are equals.
    std::vector<double> numbers = randomFloats(count, -1, 1, seed);
    std::vector<float> result;
    for (double number : numbers) result.push_back(static_cast<float>(std::round(number * 8) / 8));
    return result;
}

/// The elements of a line.
std::vector<float> lineOf(const std::vector<float>& x, int64_t extent, int64_t inner, int64_t o,
                          int64_t i) {
    std::vector<float> line;
    for (int64_t k = 0; k < extent; ++k)
        line.push_back(x[static_cast<size_t>((o * extent + k) * inner + i)]);
    return line;
}

void addCases() {
    QTest::addColumn<int>("index");
    for (int i = 0; i < static_cast<int>(std::size(cases)); ++i) QTest::newRow(cases[i].name) << i;
}

/// Runs a kernel with results y and index forwards and backwards; false where they differ.
bool runBothWays(const Kernel& kernel, std::vector<float>& x, Guarded<float>& y,
                 Guarded<int64_t>& index) {
    Guarded<float> again(std::ssize(y.span()));
    Guarded<int64_t> indexAgain(std::ssize(y.span()));
    return runKernel(kernel, {x.data(), y.data(), index.data()}) &&
           runKernel(kernel, {x.data(), again.data(), indexAgain.data()}, true) &&
           y.bandsIntact() && index.bandsIntact() && sameNumbers(y.span(), again.span()) &&
           std::ranges::equal(index.span(), indexAgain.span());
}

}  // namespace

class TestAlong : public QObject {
    Q_OBJECT

  private slots:
    void extremesAreTheFirstOfEquals_data() { addCases(); }
    void extremesAreTheFirstOfEquals() {
        QFETCH(int, index);
        const Case& c = cases[index];
        std::vector<float> x = numbersFor(c.outer * c.in * c.inner);
        for (const bool largest : {true, false}) {
            AlongProblem problem = problemOf(c, AlongPass::Extreme);
            problem.largest = largest;
            Guarded<float> y(c.outer * c.out * c.inner);
            Guarded<int64_t> at(c.outer * c.out * c.inner);
            QVERIFY(runBothWays(selectAlong(problem), x, y, at));
            for (int64_t o = 0; o < c.outer; ++o)
                for (int64_t i = 0; i < c.inner; ++i) {
                    const std::vector<float> line = lineOf(x, c.in, c.inner, o, i);
                    for (int64_t p = 0; p < c.out; ++p) {
                        const auto begin = line.begin() + p * c.in / c.out;
                        const auto end = line.begin() + ((p + 1) * c.in + c.out - 1) / c.out;
                        const auto best =
                            largest ? std::max_element(begin, end) : std::min_element(begin, end);
                        const auto to = static_cast<size_t>((o * c.out + p) * c.inner + i);
                        QCOMPARE(y.span()[to], *best);
                        QCOMPARE(at.span()[to], best - line.begin());
                    }
                }
        }
    }

    void topIsInOrder_data() { addCases(); }
    void topIsInOrder() {
        QFETCH(int, index);
        const Case& c = cases[index];
        std::vector<float> x = numbersFor(c.outer * c.in * c.inner);
        for (const bool largest : {true, false}) {
            AlongProblem problem = problemOf(c, AlongPass::Top);
            problem.largest = largest;
            Guarded<float> y(c.outer * c.out * c.inner);
            Guarded<int64_t> at(c.outer * c.out * c.inner);
            QVERIFY(runBothWays(selectAlong(problem), x, y, at));
            for (int64_t o = 0; o < c.outer; ++o)
                for (int64_t i = 0; i < c.inner; ++i) {
                    const std::vector<float> line = lineOf(x, c.in, c.inner, o, i);
                    std::vector<int64_t> order;
                    for (int64_t k = 0; k < c.in; ++k) order.push_back(k);
                    std::ranges::stable_sort(order, [&](int64_t a, int64_t b) {
                        const float u = line[static_cast<size_t>(a)],
                                    v = line[static_cast<size_t>(b)];
                        return largest ? u > v : u < v;
                    });
                    for (int64_t p = 0; p < c.out; ++p) {
                        const auto to = static_cast<size_t>((o * c.out + p) * c.inner + i);
                        QCOMPARE(at.span()[to], order[static_cast<size_t>(p)]);
                        QCOMPARE(y.span()[to], line[static_cast<size_t>(at.span()[to])]);
                    }
                }
        }
    }

    void nanIsFound() {
        const float nan = std::nanf(""), infinity = std::numeric_limits<float>::infinity();
        std::vector<float> x{1, infinity, nan, -infinity, nan};
        float y = 0;
        int64_t at = 0;
        AlongProblem problem{.in = 5};
        for (const bool largest : {true, false}) {
            problem.largest = largest;
            QVERIFY(runKernel(selectAlong(problem), {x.data(), &y, &at}));
            QVERIFY(std::isnan(y));
            QCOMPARE(at, 2);
        }
        std::vector<float> order(5);
        std::vector<int64_t> positions(5);
        problem = {.pass = AlongPass::Top, .in = 5, .out = 5};
        QVERIFY(runKernel(selectAlong(problem), {x.data(), order.data(), positions.data()}));
        QCOMPARE(positions, (std::vector<int64_t>{2, 4, 1, 0, 3}));
        problem.largest = false;
        QVERIFY(runKernel(selectAlong(problem), {x.data(), order.data(), positions.data()}));
        QCOMPARE(positions, (std::vector<int64_t>{3, 0, 1, 2, 4}));
    }

    void takeAndPutAreAdjoint_data() { addCases(); }
    void takeAndPutAreAdjoint() {
        QFETCH(int, index);
        const Case& c = cases[index];
        std::vector<float> x = numbersFor(c.outer * c.in * c.inner),
                           dy = numbersFor(c.outer * c.out * c.inner, 2);
        std::vector<int64_t> at;
        for (int64_t i = 0; i < std::ssize(dy); ++i) at.push_back(i * i * 7 % c.in);
        Guarded<float> y(std::ssize(dy)), dx(std::ssize(x)), again(std::ssize(x));
        const Kernel take = selectAlong(problemOf(c, AlongPass::Take));
        const Kernel put = selectAlong(problemOf(c, AlongPass::Put));
        QVERIFY(runKernel(take, {x.data(), at.data(), y.data()}));
        QVERIFY(runKernel(put, {dy.data(), at.data(), dx.data()}));
        QVERIFY(runKernel(put, {dy.data(), at.data(), again.data()}, true));
        QVERIFY(y.bandsIntact() && dx.bandsIntact() && sameNumbers(dx.span(), again.span()));
        std::vector<double> wanted(x.size());
        for (int64_t o = 0; o < c.outer; ++o)
            for (int64_t p = 0; p < c.out; ++p)
                for (int64_t i = 0; i < c.inner; ++i) {
                    const auto to = static_cast<size_t>((o * c.out + p) * c.inner + i);
                    const auto from = static_cast<size_t>((o * c.in + at[to]) * c.inner + i);
                    QCOMPARE(y.span()[to], x[from]);
                    wanted[from] += dy[to];  // eighths: every sum is exact
                }
        for (size_t k = 0; k < wanted.size(); ++k)
            QVERIFY(static_cast<double>(dx.span()[k]) == wanted[k]);
    }

    void sumsRun_data() { addCases(); }
    void sumsRun() {
        QFETCH(int, index);
        const Case& c = cases[index];
        const std::vector<double> numbers = randomFloats(c.outer * c.in * c.inner, -1, 1);
        std::vector<float> x(numbers.begin(), numbers.end());
        for (const bool exclusive : {false, true})
            for (const bool reverse : {false, true}) {
                AlongProblem problem = problemOf(c, AlongPass::Scan);
                problem.out = c.in;
                problem.exclusive = exclusive;
                problem.reverse = reverse;
                const Kernel kernel = selectAlong(problem);
                Guarded<float> y(std::ssize(x)), again(std::ssize(x));
                QVERIFY(runKernel(kernel, {x.data(), y.data()}));
                QVERIFY(runKernel(kernel, {x.data(), again.data()}, true));
                QVERIFY(y.bandsIntact() && sameNumbers(y.span(), again.span()));
                for (int64_t o = 0; o < c.outer; ++o)
                    for (int64_t i = 0; i < c.inner; ++i) {
                        long double sum = 0, size = 0;
                        for (int64_t step = 0; step < c.in; ++step) {
                            const int64_t k = reverse ? c.in - 1 - step : step;
                            const auto place = static_cast<size_t>((o * c.in + k) * c.inner + i);
                            const long double before = sum;
                            sum += x[place];
                            size += std::abs(x[place]);
                            const long double wanted = exclusive ? before : sum;
                            QVERIFY(std::abs(y.span()[place] - wanted) <= scanTolerance * size);
                        }
                    }
            }
    }

    void manyLinesHaveParts() {
        for (const AlongPass pass :
             {AlongPass::Extreme, AlongPass::Top, AlongPass::Take, AlongPass::Put})
            QVERIFY(selectAlong(problemOf(cases[5], pass)).parts[0] > 1);
        AlongProblem scan = problemOf(cases[5], AlongPass::Scan);
        scan.out = scan.in;
        QVERIFY(selectAlong(scan).parts[0] > 1);
    }
};

QTEST_APPLESS_MAIN(TestAlong)
#include "tst_along.moc"
