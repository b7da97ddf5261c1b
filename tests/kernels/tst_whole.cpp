// SPDX-License-Identifier: Apache-2.0
// Functions of whole numbers in every type, on the ends of its range and between, with operands
// that repeat and views with gaps. Truth: the definitions on numbers of 128 bits, cut to the type.
#include <QtTest/QtTest>

#include <algorithm>
#include <limits>
#include <optional>
#include <random>

#include <fmt/format.h>

#include "kernels/api/whole.h"
#include "kernels/cpu/whole_types.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;
using vitrine::DType;

namespace {

__extension__ using Wide = __int128;
__extension__ using Bits = unsigned __int128;
constexpr double low = -3.5, high = 100.75, factor = -5;

constexpr DType types[] = {DType::I8, DType::I16, DType::I32, DType::I64,
                           DType::U8, DType::U16, DType::U32, DType::U64};

Operand matrix(int64_t rows, int64_t columns, DType type, int64_t rowStride, int64_t stride = 1) {
    Operand operand;
    operand.n = rows;
    operand.c = columns;
    operand.dtype = type;
    operand.array = {.rank = 2, .shape = {rows, columns}, .strides = {rowStride, stride}};
    return operand;
}

Wide floorOf(Wide a, Wide b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

/// One product after the other, each cut to the type. A power of an even number past the type's
/// bits is 0 and stays it.
template <class T>
Wide powerOf(Wide a, Wide b) {
    if (b < 0) return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0;
    if (a == 0 && b > 0) return 0;
    if (a == 1 || a == -1) return b % 2 == 0 ? 1 : a;
    T power = 1;
    for (Wide i = 0; i < b && power != 0; ++i)
        power = static_cast<T>(static_cast<Bits>(power) * static_cast<Bits>(a));
    return power;
}

/// Nothing where a definition by repeated products would take too long.
template <class T>
std::optional<Wide> expected(Whole function, Wide a, Wide b) {
    constexpr Wide width = std::numeric_limits<std::make_unsigned_t<T>>::digits;
    const bool isOut = b < 0 || b >= width;
    switch (function) {
        case Whole::Add:
            return a + b;
        case Whole::Sub:
            return a - b;
        case Whole::Mul:
            return static_cast<Wide>(static_cast<Bits>(a) * static_cast<Bits>(b));
        case Whole::Scale:
            return a * static_cast<Wide>(factor);
        case Whole::Div:
            return b == 0 ? 0 : a / b;
        case Whole::ModByDivisor:
            return b == 0 ? 0 : a - floorOf(a, b) * b;
        case Whole::ModByDividend:
            return b == 0 ? 0 : a % b;
        case Whole::Pow:
            if (b >= 4096 && a % 2 != 0 && a != 1 && a != -1) return std::nullopt;
            return powerOf<T>(a, b);
        case Whole::Abs:
            return a < 0 ? -a : a;
        case Whole::Sign:
            return a < 0 ? -1 : a > 0;
        case Whole::Max:
            return std::max(a, b);
        case Whole::Min:
            return std::min(a, b);
        case Whole::Clamp:
            return std::clamp<Wide>(a, std::numeric_limits<T>::is_signed ? -3 : 0, 100);
        case Whole::BitAnd:
            return a & b;
        case Whole::BitOr:
            return a | b;
        case Whole::BitXor:
            return a ^ b;
        case Whole::BitNot:
            return -a - 1;
        case Whole::ShiftLeft:
            return isOut ? 0 : static_cast<Wide>(static_cast<Bits>(a) << b);
        case Whole::ShiftRight:
            return isOut ? (a < 0 ? -1 : 0) : floorOf(a, Wide{1} << b);
    }
    return std::nullopt;
}

template <class T>
std::vector<T> numbersOf() {
    using Limits = std::numeric_limits<T>;
    std::vector<T> numbers{0,
                           1,
                           2,
                           3,
                           7,
                           static_cast<T>(-1),
                           static_cast<T>(-2),
                           static_cast<T>(-7),
                           100,
                           101,
                           Limits::digits - 1,
                           Limits::digits,
                           Limits::digits + 1,
                           Limits::min(),
                           static_cast<T>(Limits::min() + 1),
                           Limits::max(),
                           static_cast<T>(Limits::max() - 1)};
    if constexpr (sizeof(T) == 8) {  // doubles do not tell them apart
        numbers.push_back((T{1} << 53) + 1);
        numbers.push_back((T{1} << 62) - 1);
    }
    std::mt19937_64 random(3);
    while (numbers.size() < 40) numbers.push_back(static_cast<T>(random()));
    return numbers;
}

/// All pairs: the first is a column, the second a row that lies with gaps.
template <class T>
void checkAll(Whole function, DType type) {
    const std::vector<T> numbers = numbersOf<T>();
    const auto count = std::ssize(numbers);
    std::vector<T> first = numbers, apart(numbers.size() * 2);
    for (size_t i = 0; i < numbers.size(); ++i) apart[2 * i] = numbers[i];
    Guarded<T> y(count * count), again(count * count);
    const WholeProblem problem{.function = function,
                               .a = matrix(count, 1, type, 1),
                               .b = matrix(1, count, type, 1, 2),
                               .y = matrix(count, count, type, count),
                               .p = function == Whole::Scale ? factor : low,
                               .q = high};
    const Kernel kernel = selectWhole(problem);
    QVERIFY(kernel.run);
    std::vector<void*> pointers{first.data()};
    if (operandsOf(function) > 1) pointers.push_back(apart.data());
    pointers.push_back(y.data());
    QVERIFY(runKernel(kernel, pointers));
    pointers.back() = again.data();
    QVERIFY(runKernel(kernel, pointers, true));
    QVERIFY(y.bandsIntact() && std::ranges::equal(y.span(), again.span()));
    for (size_t i = 0; i < numbers.size(); ++i)
        for (size_t k = 0; k < numbers.size(); ++k) {
            const auto wanted = expected<T>(function, numbers[i], numbers[k]);
            if (!wanted) continue;
            const T found = y.span()[i * numbers.size() + k];
            QVERIFY2(found == static_cast<T>(*wanted),
                     fmt::format("{}({}, {}) = {}, wanted {}", name(function), numbers[i],
                                 numbers[k], found, static_cast<T>(*wanted))
                         .c_str());
        }
}

}  // namespace

class TestWhole : public QObject {
    Q_OBJECT

  private slots:
    void functionsAreExactAndWrap_data() {
        QTest::addColumn<int>("function");
        QTest::addColumn<int>("type");
        for (int function = 0; function <= static_cast<int>(Whole::ShiftRight); ++function)
            for (DType type : types)
                QTest::addRow("%s %s", std::string(name(static_cast<Whole>(function))).c_str(),
                              std::string(vitrine::name(type)).c_str())
                    << function << static_cast<int>(type);
    }
    void functionsAreExactAndWrap() {
        QFETCH(int, function);
        QFETCH(int, type);
        const auto of = static_cast<DType>(type);
        const auto check = cpu::forWhole(of, []<class T>(T) { return checkAll<T>; });
        check(static_cast<Whole>(function), of);
    }

    /// Several parts, results in an operand's memory.
    void manyNumbersWorkInPlace() {
        const int64_t count = 100000;
        std::vector<int64_t> a(count), b(count), wanted(count);
        std::mt19937_64 random(4);
        for (size_t i = 0; i < a.size(); ++i) {
            a[i] = static_cast<int64_t>(random());
            b[i] = static_cast<int64_t>(random() % 1000) - 500;
            wanted[i] = b[i] == 0 ? 0 : a[i] / b[i];
        }
        const Operand line = matrix(1, count, DType::I64, count);
        const Kernel kernel =
            selectWhole({.function = Whole::Div, .a = line, .b = line, .y = line});
        QVERIFY(kernel.parts[0] > 1);
        QVERIFY(runKernel(kernel, {a.data(), b.data(), a.data()}));
        QCOMPARE(a, wanted);
    }

    void refusesFloats() {
        const Operand line = matrix(1, 3, DType::F32, 3);
        const Kernel none = selectWhole({.function = Whole::Add, .a = line, .b = line, .y = line});
        QVERIFY(!none.run);
        QCOMPARE(none.refused.front(), std::string("whole: wants whole numbers, got f32"));
    }
};

QTEST_APPLESS_MAIN(TestWhole)
#include "tst_whole.moc"
