// SPDX-License-Identifier: Apache-2.0
// Comparisons, logic and choices in every type, with operands that repeat and views with gaps.
// Truth: the relations on numbers of the type, worked out one by one.
#include <QtTest/QtTest>

#include <cmath>
#include <cstring>

#include "kernels/api/compare.h"
#include "kernels/api/half.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;
using vitrine::brainToFloat;
using vitrine::DType;
using vitrine::floatToBrain;
using vitrine::floatToHalf;
using vitrine::halfToFloat;

namespace {

constexpr int relationCount = static_cast<int>(Relation::Not) + 1;

Operand matrix(int64_t rows, int64_t columns, DType type, int64_t rowStride, int64_t stride = 1) {
    Operand operand;
    operand.n = rows;
    operand.c = columns;
    operand.dtype = type;
    operand.array = {.rank = 2, .shape = {rows, columns}, .strides = {rowStride, stride}};
    return operand;
}

bool holds(Relation relation, auto a, auto b) {
    switch (relation) {
        case Relation::Equal:
            return a == b;
        case Relation::NotEqual:
            return !(a == b);
        case Relation::Less:
            return a < b;
        case Relation::LessOrEqual:
            return a < b || a == b;
        case Relation::And:
            return a != 0 && b != 0;
        case Relation::Or:
            return a != 0 || b != 0;
        case Relation::Xor:
            return (a != 0) != (b != 0);
        case Relation::Not:
            return !(a != 0);
    }
    return false;
}

/// All relations of all pairs: the first is a column, the second a row that lies with gaps.
template <class Stored, class Number>
void compareAll(DType type, const std::vector<Stored>& values, Number (*numberOf)(Stored)) {
    const auto count = static_cast<int64_t>(values.size());
    std::vector<Stored> apart(values.size() * 2);
    for (size_t i = 0; i < values.size(); ++i) apart[2 * i] = values[i];
    const Operand a = matrix(count, 1, type, 1), b = matrix(1, count, type, 1, 2);
    const Operand y = matrix(count, count, DType::Bool, count);
    for (int r = 0; r < relationCount; ++r) {
        const auto relation = static_cast<Relation>(r);
        std::vector<uint8_t> found(values.size() * values.size(), 7);
        std::vector<Stored> first = values;
        std::vector<void*> pointers{first.data()};
        if (operandsOf(relation) > 1) pointers.push_back(apart.data());
        pointers.push_back(found.data());
        const Kernel kernel = selectCompare({relation, a, b, y});
        QVERIFY(runKernel(kernel, pointers));
        for (size_t i = 0; i < values.size(); ++i)
            for (size_t k = 0; k < values.size(); ++k)
                QCOMPARE(static_cast<int>(found[i * values.size() + k]),
                         holds(relation, numberOf(values[i]), numberOf(values[k])) ? 1 : 0);
    }
}

template <class T>
T itself(T x) {
    return x;
}

template <class T>
void compareWhole(DType type) {
    using Limits = std::numeric_limits<T>;
    compareAll<T, T>(type,
                     {T(0), T(1), T(2), T(100), Limits::lowest(), Limits::max(),
                      static_cast<T>(Limits::max() - 1), static_cast<T>(Limits::lowest() + 1)},
                     itself<T>);
}

template <class T>
std::vector<T> floats() {
    using Limits = std::numeric_limits<T>;
    return {T(0),
            T(-0.0),
            T(1),
            T(-1),
            T(1) + Limits::epsilon(),
            Limits::denorm_min(),
            Limits::max(),
            Limits::lowest(),
            Limits::infinity(),
            -Limits::infinity(),
            Limits::quiet_NaN()};
}

}  // namespace

class TestCompare : public QObject {
    Q_OBJECT

  private slots:
    void comparesFloats() {
        compareAll<float, float>(DType::F32, floats<float>(), itself<float>);
        compareAll<double, double>(DType::F64, floats<double>(), itself<double>);
    }
    void comparesHalves() {
        std::vector<uint16_t> half, brain;
        for (const float x : floats<float>()) {
            half.push_back(floatToHalf(x));
            brain.push_back(floatToBrain(x));
        }
        compareAll<uint16_t, float>(DType::F16, half, halfToFloat);
        compareAll<uint16_t, float>(DType::BF16, brain, brainToFloat);
    }
    /// Exact where floats have no bits left: 2^63 − 1 and 2^63 − 2 differ.
    void comparesWholeNumbersExactly() {
        compareWhole<int8_t>(DType::I8);
        compareWhole<int16_t>(DType::I16);
        compareWhole<int32_t>(DType::I32);
        compareWhole<int64_t>(DType::I64);
        compareWhole<uint8_t>(DType::U8);
        compareWhole<uint16_t>(DType::U16);
        compareWhole<uint32_t>(DType::U32);
        compareWhole<uint64_t>(DType::U64);
        compareAll<uint8_t, uint8_t>(DType::Bool, {0, 1}, itself<uint8_t>);
    }

    void refusesWhatHasNoNumbers() {
        const Operand small = matrix(2, 2, DType::F8E4M3FN, 2), y = matrix(2, 2, DType::Bool, 2);
        const Kernel none = selectCompare({Relation::Equal, small, small, y});
        QVERIFY(!none.run);
        QCOMPARE(none.refused, std::vector<std::string>{"compare: wants floats, whole numbers or "
                                                        "bool, got f8e4m3fn"});
    }

    void selectsBitForBit_data() {
        QTest::addColumn<int>("bytes");
        for (const int bytes : {1, 2, 4, 8}) QTest::addRow("%d", bytes) << bytes;
    }
    /// Many parts; a condition for each row, a number for each column, and one that repeats.
    void selectsBitForBit() {
        QFETCH(int, bytes);
        const DType type = bytes == 1   ? DType::U8
                           : bytes == 2 ? DType::BF16
                           : bytes == 4 ? DType::F32
                                        : DType::I64;
        constexpr int64_t rows = 301, columns = 257;
        const auto width = static_cast<size_t>(bytes);
        std::vector<uint8_t> condition(rows), a(columns * width), b(width, 0xC3),
            y(rows * columns * width);
        for (size_t i = 0; i < condition.size(); ++i) condition[i] = i % 3 == 0;
        for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<uint8_t>(i * 37);
        const Kernel kernel =
            selectSelect({matrix(rows, 1, DType::Bool, 1), matrix(1, columns, type, columns),
                          matrix(1, 1, type, 1), matrix(rows, columns, type, columns)});
        QVERIFY(kernel.parts[0] > 1);
        QVERIFY(runKernel(kernel, {condition.data(), a.data(), b.data(), y.data()}));
        for (size_t i = 0; i < rows; ++i)
            for (size_t k = 0; k < columns; ++k) {
                const uint8_t* wanted = condition[i] ? a.data() + k * width : b.data();
                QVERIFY(std::memcmp(y.data() + (i * columns + k) * width, wanted, width) == 0);
            }
    }
};

QTEST_APPLESS_MAIN(TestCompare)
#include "tst_compare.moc"
