// SPDX-License-Identifier: Apache-2.0
// Reading rows by numbers of every type, and adding them up again. Truth: the definition.
#include <QtTest/QtTest>

#include <cmath>

#include "core/tensor/element.h"
#include "kernels/api/gather.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;
using vitrine::DType;

namespace {

std::vector<std::byte> numbersAs(DType type, const std::vector<int64_t>& numbers) {
    std::vector<std::byte> bytes(numbers.size() * static_cast<size_t>(vitrine::sizeOf(type)));
    for (size_t i = 0; i < numbers.size(); ++i)
        vitrine::writeElement(bytes.data(), type, static_cast<int64_t>(i),
                              static_cast<double>(numbers[i]));
    return bytes;
}

}  // namespace

class TestGather : public QObject {
    Q_OBJECT

  private slots:
    void everyTypeOfIndexReadsTheSameRows() {
        std::vector<double> numbers = randomFloats(2 * 5 * 3, -1, 1);
        std::vector<float> x(numbers.begin(), numbers.end());
        for (DType type : {DType::I8, DType::I16, DType::I32, DType::I64, DType::U8, DType::U16,
                           DType::U32, DType::U64}) {
            std::vector<std::byte> index = numbersAs(type, {4, 0, 2, 2});
            Guarded<float> y(2 * 4 * 3);
            const GatherProblem problem{
                .outer = 2, .rows = 5, .inner = 3, .count = 4, .index = type};
            QVERIFY(runKernel(selectGather(problem), {x.data(), index.data(), y.data()}));
            QVERIFY(y.bandsIntact());
            const size_t rows[] = {4, 0, 2, 2};
            for (size_t o = 0; o < 2; ++o)
                for (size_t i = 0; i < 4; ++i)
                    for (size_t k = 0; k < 3; ++k)
                        QCOMPARE(y.span()[(o * 4 + i) * 3 + k], x[(o * 5 + rows[i]) * 3 + k]);
        }
    }

    void numbersBelowZeroCountFromTheLastAndOthersAreNobody() {
        std::vector<double> x{1, 2, 3}, y(5);
        std::vector<std::byte> index = numbersAs(DType::I64, {-1, -3, 3, -4, 1});
        const GatherProblem problem{.rows = 3, .count = 5, .dtype = DType::F64};
        QVERIFY(runKernel(selectGather(problem), {x.data(), index.data(), y.data()}));
        QVERIFY(y[0] == 3 && y[1] == 1 && std::isnan(y[2]) && std::isnan(y[3]) && y[4] == 2);
        std::vector<double> dy{1, 2, 4, 8, 16}, dx(3);
        QVERIFY(runKernel(selectScatterAdd(problem), {dy.data(), index.data(), dx.data()}));
        QCOMPARE(dx, (std::vector<double>{2, 16, 1}));
        std::vector<int32_t> whole{7, 8, 9}, read(5);
        const GatherProblem ints{.rows = 3, .count = 5, .dtype = DType::I32};
        QVERIFY(runKernel(selectGather(ints), {whole.data(), index.data(), read.data()}));
        QCOMPARE(read, (std::vector<int32_t>{9, 7, 0, 0, 8}));
    }

    void manyRowsHavePartsThatDoNotDepend() {
        const int64_t rows = 3000, count = 700, inner = 130;
        std::vector<int64_t> which;
        for (int64_t i = 0; i < count; ++i) which.push_back(i * i * 7 % rows);
        std::vector<std::byte> index = numbersAs(DType::I32, which);
        std::vector<double> numbers = randomFloats(count * inner, -1, 1);
        std::vector<float> dy(numbers.begin(), numbers.end());
        const GatherProblem problem{
            .rows = rows, .inner = inner, .count = count, .index = DType::I32};
        const Kernel kernel = selectScatterAdd(problem);
        QVERIFY(kernel.parts[0] > 1);
        Guarded<float> one(rows * inner), other(rows * inner);
        QVERIFY(runKernel(kernel, {dy.data(), index.data(), one.data()}));
        QVERIFY(runKernel(kernel, {dy.data(), index.data(), other.data()}, true));
        QVERIFY(sameNumbers(one.span(), other.span()));
        std::vector<double> wanted(static_cast<size_t>(rows * inner));
        for (int64_t i = 0; i < count; ++i)
            for (int64_t k = 0; k < inner; ++k)
                wanted[static_cast<size_t>(which[static_cast<size_t>(i)] * inner + k)] +=
                    numbers[static_cast<size_t>(i * inner + k)];
        QVERIFY(shareOfLargest(one.span(), wanted) < 1e-7);
        Guarded<float> y(count * inner);
        const Kernel read = selectGather(problem);
        QVERIFY(read.parts[0] > 1);
        QVERIFY(runKernel(read, {one.data(), index.data(), y.data()}, true));
        for (int64_t i = 0; i < count; ++i)
            QCOMPARE(y.span()[static_cast<size_t>(i * inner)],
                     one.span()[static_cast<size_t>(which[static_cast<size_t>(i)] * inner)]);
    }
};

QTEST_APPLESS_MAIN(TestGather)
#include "tst_gather.moc"
