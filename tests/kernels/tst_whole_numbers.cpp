// SPDX-License-Identifier: Apache-2.0
// Sums, extremes, products of matrices, order and filling in every whole type, with numbers that
// doubles do not tell apart. Truth: the definitions, in 64 bits whose low ones are those of every
// type.
#include <QtTest/QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "kernels/api/along.h"
#include "kernels/api/gather.h"
#include "kernels/api/matmul.h"
#include "kernels/api/pointwise.h"
#include "kernels/api/reduce.h"
#include "kernels/cpu/whole_types.h"
#include "kernels/reference/whole_numbers.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;
using vitrine::DType;

namespace {

constexpr DType types[] = {DType::I8, DType::I16, DType::I32, DType::I64,
                           DType::U8, DType::U16, DType::U32, DType::U64};

template <class T>
std::vector<T> drawn(int64_t count, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<T> numbers(static_cast<size_t>(count));
    for (T& number : numbers) number = static_cast<T>(random());
    numbers.front() = std::numeric_limits<T>::max();
    numbers.back() = std::numeric_limits<T>::min();
    return numbers;
}

Operand matrix(int64_t rows, int64_t columns, DType type, int64_t rowStride, int64_t stride) {
    Operand operand;
    operand.n = rows;
    operand.c = columns;
    operand.dtype = type;
    operand.array = {.rank = 2, .shape = {rows, columns}, .strides = {rowStride, stride}};
    return operand;
}

uint64_t bits(auto x) { return static_cast<uint64_t>(x); }

/// What the numbers of a column make together.
template <class T>
T together(ReducePass pass, const std::vector<T>& numbers) {
    uint64_t sum = 0, squares = 0;
    for (T x : numbers) {
        sum += bits(x);
        squares += bits(x) * bits(x);
    }
    switch (pass) {
        case ReducePass::Sum:
            return static_cast<T>(sum);
        case ReducePass::Max:
            return std::ranges::max(numbers);
        case ReducePass::Min:
            return std::ranges::min(numbers);
        default: {
            // The largest root whose square is not above the sum, by its bits.
            uint64_t root = 0;
            for (int bit = 31; bit >= 0; --bit) {
                const uint64_t larger = root | uint64_t{1} << bit;
                if (larger * larger <= squares) root = larger;
            }
            return static_cast<T>(root);
        }
    }
}

template <class T>
void checkReduce(DType type, int64_t rows, int64_t columns) {
    std::vector<T> x = drawn<T>(rows * columns, 5);
    for (ReducePass pass : {ReducePass::Sum, ReducePass::Max, ReducePass::Min, ReducePass::Norm}) {
        Guarded<T> y(columns);
        const Kernel kernel = selectReduce(
            {.x = matrix(rows, columns, type, columns, 1), .isReduced = {true}, .pass = pass});
        QVERIFY(runKernel(kernel, {x.data(), y.data()}));
        QVERIFY(y.bandsIntact());
        for (int64_t c = 0; c < columns; ++c) {
            std::vector<T> column;
            for (int64_t r = 0; r < rows; ++r)
                column.push_back(x[static_cast<size_t>(r * columns + c)]);
            QCOMPARE(y.span()[static_cast<size_t>(c)], together(pass, column));
        }
    }
}

template <class T>
void checkMatMul(DType type) {
    const int64_t m = 7, k = 33, n = 5;
    std::vector<T> a = drawn<T>(m * k, 6), b = drawn<T>(k * n, 7);
    Guarded<T> y(m * n);
    // b lies transposed.
    const Kernel kernel = selectMatMul(
        {matrix(m, k, type, k, 1), matrix(k, n, type, 1, k), matrix(m, n, type, n, 1)});
    QVERIFY(runKernel(kernel, {a.data(), b.data(), y.data()}));
    for (int64_t i = 0; i < m; ++i)
        for (int64_t j = 0; j < n; ++j) {
            uint64_t sum = 0;
            for (int64_t l = 0; l < k; ++l)
                sum += bits(a[static_cast<size_t>(i * k + l)]) *
                       bits(b[static_cast<size_t>(j * k + l)]);
            QCOMPARE(y.span()[static_cast<size_t>(i * n + j)], static_cast<T>(sum));
        }
}

template <class T>
void checkOrder(DType type) {
    const int64_t extent = 50, best = 8;
    std::vector<T> x = drawn<T>(extent, 8);
    x[20] = x[0];  // two of the largest
    for (const bool largest : {true, false}) {
        std::vector<int64_t> order(extent);
        for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int64_t>(i);
        std::ranges::stable_sort(order, [&](int64_t a, int64_t b) {
            const T u = x[static_cast<size_t>(a)], v = x[static_cast<size_t>(b)];
            return largest ? u > v : u < v;
        });
        Guarded<T> y(best), extreme(1);
        Guarded<int64_t> index(best), at(1);
        AlongProblem problem{
            .pass = AlongPass::Top, .in = extent, .out = best, .largest = largest, .dtype = type};
        QVERIFY(runKernel(selectAlong(problem), {x.data(), y.data(), index.data()}));
        for (size_t i = 0; i < static_cast<size_t>(best); ++i) {
            QCOMPARE(index.span()[i], order[i]);
            QCOMPARE(y.span()[i], x[static_cast<size_t>(order[i])]);
        }
        problem.pass = AlongPass::Extreme;
        problem.out = 1;
        QVERIFY(runKernel(selectAlong(problem), {x.data(), extreme.data(), at.data()}));
        QCOMPARE(at.span()[0], order[0]);
    }
}

template <class T>
void checkSums(DType type) {
    const int64_t count = 70;
    std::vector<T> x = drawn<T>(count, 9);
    std::vector<int64_t> rows(static_cast<size_t>(count));
    for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<int64_t>(i % 3);
    Guarded<T> running(count), put(3), added(3);
    QVERIFY(
        runKernel(selectAlong({.pass = AlongPass::Scan, .in = count, .out = count, .dtype = type}),
                  {x.data(), running.data()}));
    QVERIFY(runKernel(selectAlong({.pass = AlongPass::Put, .in = 3, .out = count, .dtype = type}),
                      {x.data(), rows.data(), put.data()}));
    QVERIFY(runKernel(selectScatterAdd({.rows = 3, .count = count, .dtype = type}),
                      {x.data(), rows.data(), added.data()}));
    uint64_t sum = 0, sums[3] = {};
    for (size_t i = 0; i < x.size(); ++i) {
        sum += bits(x[i]);
        sums[i % 3] += bits(x[i]);
        QCOMPARE(running.span()[i], static_cast<T>(sum));
    }
    for (size_t r = 0; r < 3; ++r) {
        QCOMPARE(put.span()[r], static_cast<T>(sums[r]));
        QCOMPARE(added.span()[r], static_cast<T>(sums[r]));
    }
}

template <class T>
void checkFill(DType type) {
    const auto filled = [&](double value) {
        Guarded<T> y(70000);
        Image image{1, 70000, 1, 1};
        const Kernel kernel = selectFill({Operand(image, type), value});
        if (!runKernel(kernel, {y.data()}) || !y.bandsIntact()) return T{99};
        return std::ranges::count(y.span(), y.span()[0]) == 70000 ? y.span()[0] : T{99};
    };
    QCOMPARE(filled(3.9), T{3});
    QCOMPARE(filled(1e30), std::numeric_limits<T>::max());
    QCOMPARE(filled(-1e30), std::numeric_limits<T>::min());
    QCOMPARE(filled(-1), std::is_signed_v<T> ? static_cast<T>(-1) : T{0});
}

void addTypes() {
    QTest::addColumn<int>("type");
    for (DType type : types)
        QTest::newRow(std::string(vitrine::name(type)).c_str()) << static_cast<int>(type);
}

}  // namespace

class TestWholeNumbers : public QObject {
    Q_OBJECT

  private slots:
    void reductionsAreExact_data() { addTypes(); }
    void reductionsAreExact() {
        QFETCH(int, type);
        const auto of = static_cast<DType>(type);
        const auto check = cpu::forWhole(of, []<class T>(T) { return checkReduce<T>; });
        check(of, 9, 70);
        check(of, 1, 1);
        check(of, 40000, 2);  // parts join what they have
    }

    void reductionsOfBoolsAreAnyAndAll() {
        std::vector<uint8_t> x{0, 0, 1, 0, 1, 1};
        Guarded<uint8_t> any(3), all(3);
        ReduceProblem problem{matrix(2, 3, DType::Bool, 3, 1), {true}, ReducePass::Max};
        QVERIFY(runKernel(selectReduce(problem), {x.data(), any.data()}));
        problem.pass = ReducePass::Min;
        QVERIFY(runKernel(selectReduce(problem), {x.data(), all.data()}));
        QVERIFY(std::ranges::equal(any.span(), std::vector<uint8_t>{0, 1, 1}));
        QVERIFY(std::ranges::equal(all.span(), std::vector<uint8_t>{0, 0, 1}));
        problem.pass = ReducePass::Sum;
        QVERIFY(!selectReduce(problem).run);
    }

    void productsOfMatricesWrap_data() { addTypes(); }
    void productsOfMatricesWrap() {
        QFETCH(int, type);
        const auto of = static_cast<DType>(type);
        cpu::forWhole(of, []<class T>(T) { return checkMatMul<T>; })(of);
    }

    void orderIsExact_data() { addTypes(); }
    void orderIsExact() {
        QFETCH(int, type);
        const auto of = static_cast<DType>(type);
        cpu::forWhole(of, []<class T>(T) { return checkOrder<T>; })(of);
    }

    void sumsByPositionAndRunningSumsWrap_data() { addTypes(); }
    void sumsByPositionAndRunningSumsWrap() {
        QFETCH(int, type);
        const auto of = static_cast<DType>(type);
        cpu::forWhole(of, []<class T>(T) { return checkSums<T>; })(of);
    }

    void fillsWithTheNearestNumber_data() { addTypes(); }
    void fillsWithTheNearestNumber() {
        QFETCH(int, type);
        const auto of = static_cast<DType>(type);
        cpu::forWhole(of, []<class T>(T) { return checkFill<T>; })(of);
    }

    void squareRootsAreFloors() {
        using reference::whole::squareRoot;
        constexpr uint64_t largest = std::numeric_limits<uint64_t>::max();
        QCOMPARE(squareRoot(0), uint64_t{0});
        QCOMPARE(squareRoot(largest), uint64_t{4294967295});
        for (uint64_t root :
             {uint64_t{1}, uint64_t{94906267}, uint64_t{3037000500}, uint64_t{4294967295}}) {
            QCOMPARE(squareRoot(root * root), root);
            QCOMPARE(squareRoot(root * root - 1), root - 1);
        }
    }
};

QTEST_APPLESS_MAIN(TestWholeNumbers)
#include "tst_whole_numbers.moc"
