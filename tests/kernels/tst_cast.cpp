// SPDX-License-Identifier: Apache-2.0
// Casts between every two element types. Truth for floats: the nearest of all codes of a format,
// found by looking at each of them; for whole numbers what C++ converts to. Codes of 8- and 4-bit
// floats at the end come from ml_dtypes 0.5.3.
#include <QtTest/QtTest>

#include <cmath>
#include <limits>
#include <map>

#include "core/base/rng.h"
#include "core/tensor/element.h"
#include "kernels/api/cast.h"

using namespace vitrine;
using namespace vitrine::kernels;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Array {
    Array(DType stored, int64_t elements)
        : type(stored), count(elements), bytes(static_cast<size_t>(bytesOf(stored, elements))) {}
    double at(int64_t i) const { return readElement(bytes.data(), type, i); }

    DType type;
    int64_t count;
    std::vector<std::byte> bytes;
};

Array cast(const Array& x, DType to, bool saturate = true) {
    Array y(to, x.count);
    const Image image{1, x.count};
    const Kernel kernel = selectCast({{image, x.type}, {image, to}, saturate});
    const void* operands[] = {x.bytes.data(), y.bytes.data()};
    runAll(kernel, const_cast<void* const*>(operands), nullptr);
    return y;
}

Array doubles(const std::vector<double>& numbers) {
    Array x(DType::F64, std::ssize(numbers));
    for (int64_t i = 0; i < x.count; ++i)
        writeElement(x.bytes.data(), DType::F64, i, numbers[static_cast<size_t>(i)]);
    return x;
}

bool same(double a, double b) {
    return a == b ? std::signbit(a) == std::signbit(b) : std::isnan(a) && std::isnan(b);
}

/// All numbers of a type of at most 16 bits, by their codes.
Array everyCode(DType type) {
    const int64_t codes = int64_t{1} << bitsOf(type);
    Array all(type, codes);
    for (int64_t code = 0; code < codes; ++code)
        if (isPacked(type)) {
            auto& byte = all.bytes[static_cast<size_t>(code * bitsOf(type) / 8)];
            byte |= static_cast<std::byte>(code << (code * bitsOf(type) % 8));
        } else {
            std::memcpy(all.bytes.data() + code * sizeOf(type), &code,
                        static_cast<size_t>(sizeOf(type)));
        }
    return all;
}

constexpr DType shortFloats[] = {DType::F16,        DType::BF16,   DType::F8E4M3FN,
                                 DType::F8E4M3FNUZ, DType::F8E5M2, DType::F8E5M2FNUZ,
                                 DType::F4E2M1};

}  // namespace

class TestCast : public QObject {
    Q_OBJECT

  private slots:
    void everyCodeComesBack_data() {
        QTest::addColumn<int>("type");
        for (DType type : allDTypes)
            if (bitsOf(type) <= 16)
                QTest::newRow(std::string(name(type)).c_str()) << static_cast<int>(type);
    }
    void everyCodeComesBack() {
        QFETCH(int, type);
        const Array all = everyCode(static_cast<DType>(type));
        for (DType wide : {DType::F32, DType::F64}) {
            const Array back = cast(cast(all, wide), all.type, false);
            for (int64_t i = 0; i < all.count; ++i)
                QVERIFY2(same(all.at(i), back.at(i)), QByteArray::number(all.at(i)).constData());
        }
    }

    void floatsRoundToTheNearest_data() {
        QTest::addColumn<int>("type");
        for (DType type : shortFloats)
            QTest::newRow(std::string(name(type)).c_str()) << static_cast<int>(type);
    }
    /// Midpoints between neighbours and what lies beside them, from double: the step over float
    /// would round some of them twice.
    void floatsRoundToTheNearest() {
        QFETCH(int, type);
        const Array all = everyCode(static_cast<DType>(type));
        std::map<double, int64_t> codes;
        for (int64_t i = 0; i < all.count; ++i)
            if (std::isfinite(all.at(i)) && !(all.at(i) == 0 && std::signbit(all.at(i))))
                codes[all.at(i)] = i;
        std::vector<double> numbers, wanted;
        for (auto low = codes.begin(), high = std::next(low); high != codes.end(); ++low, ++high) {
            const double middle = (low->first + high->first) / 2;
            const double even = low->second % 2 == 0 ? low->first : high->first;
            for (const auto& [number, nearest] :
                 {std::pair{std::nextafter(middle, -infinity), low->first}, std::pair{middle, even},
                  std::pair{std::nextafter(middle, infinity), high->first}}) {
                numbers.push_back(number);
                wanted.push_back(nearest);
            }
        }
        const Array y = cast(doubles(numbers), all.type);
        for (int64_t i = 0; i < y.count; ++i)
            QVERIFY2(y.at(i) == wanted[static_cast<size_t>(i)],
                     qPrintable(QString("%1 became %2, wanted %3")
                                    .arg(numbers[static_cast<size_t>(i)], 0, 'g', 17)
                                    .arg(y.at(i), 0, 'g', 17)
                                    .arg(wanted[static_cast<size_t>(i)], 0, 'g', 17)));
    }

    void wholeNumbersAreRoundedOnce() {
        // 2^53 + 1 and 2^24 + 1 are ties; 2^40 + 2^16 + 1 is one bit above a tie of float32.
        Array x(DType::I64, 4);
        const int64_t numbers[] = {(int64_t{1} << 53) + 1, -((int64_t{1} << 24) + 1),
                                   (int64_t{1} << 40) + (int64_t{1} << 16) + 1, INT64_MIN};
        std::memcpy(x.bytes.data(), numbers, sizeof numbers);
        const Array narrow = cast(x, DType::F32), wide = cast(x, DType::F64);
        QCOMPARE(narrow.at(0), 0x1p53);
        QCOMPARE(narrow.at(1), -0x1p24);
        QCOMPARE(narrow.at(2), 0x1p40 + 0x1p17);
        QCOMPARE(narrow.at(3), -0x1p63);
        QCOMPARE(wide.at(0), 0x1p53);
        // 257 and 2^40 + 2^32 + 1 lie above ties of bfloat16 by less than float32 can say.
        const int64_t more[] = {257, (int64_t{1} << 40) + (int64_t{1} << 32) + 1, 256 + 1, 259};
        std::memcpy(x.bytes.data(), more, sizeof more);
        const Array brain = cast(x, DType::BF16);
        QCOMPARE(brain.at(0), 256.0);
        QCOMPARE(brain.at(1), 0x1p40 + 0x1p33);
        QCOMPARE(brain.at(3), 260.0);
    }

    void floatsToWholeNumbersAreCutAndClamped() {
        const Array x = doubles(
            {2.9, -2.9, 300, -300, 1e30, -1e30, std::numeric_limits<double>::quiet_NaN(), 127.5});
        const std::map<DType, std::vector<double>> wanted{
            {DType::I8, {2, -2, 127, -128, 127, -128, 0, 127}},
            {DType::U8, {2, 0, 255, 0, 255, 0, 0, 127}},
            {DType::I4, {2, -2, 7, -8, 7, -8, 0, 7}},
            {DType::U4, {2, 0, 15, 0, 15, 0, 0, 15}},
            {DType::I2, {1, -2, 1, -2, 1, -2, 0, 1}},
            {DType::U2, {2, 0, 3, 0, 3, 0, 0, 3}},
            {DType::I32, {2, -2, 300, -300, 2147483647, -2147483648.0, 0, 127}},
            {DType::U64, {2, 0, 300, 0, 0x1p64, 0, 0, 127}},
            {DType::Bool, {1, 1, 1, 1, 1, 1, 1, 1}}};
        for (const auto& [type, numbers] : wanted)
            for (int64_t i = 0; i < x.count; ++i)
                QVERIFY2(cast(x, type).at(i) == numbers[static_cast<size_t>(i)],
                         qPrintable(QString("%1 %2").arg(i).arg(name(type).data())));
    }

    void wholeNumbersToNarrowerOnesKeepTheirLowBits() {
        Array x(DType::I32, 4);
        const int32_t numbers[] = {300, -1, 128, -2147483647 - 1};
        std::memcpy(x.bytes.data(), numbers, sizeof numbers);
        const std::map<DType, std::vector<double>> wanted{
            {DType::U8, {44, 255, 128, 0}},
            {DType::I8, {44, -1, -128, 0}},
            {DType::I4, {-4, -1, 0, 0}},
            {DType::U2, {0, 3, 0, 0}},
            {DType::U64, {300, 0x1p64, 128, 0x1p64 - 0x1p31}},
            {DType::I64, {300, -1, 128, -0x1p31}}};
        for (const auto& [type, values] : wanted)
            for (int64_t i = 0; i < x.count; ++i)
                QCOMPARE(cast(x, type).at(i), values[static_cast<size_t>(i)]);
    }

    void codesOfSmallFloats_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<std::vector<int>>("codes");
        const auto row = [](DType type, const std::vector<int>& codes) {
            QTest::newRow(std::string(name(type)).c_str()) << static_cast<int>(type) << codes;
        };
        row(DType::F8E4M3FN, {0x7f, 0x7f, 0xff, 0x7f, 0x00, 0x80, 0xb8, 0x3c, 0x7e, 0x7f, 0x4c});
        row(DType::F8E4M3FNUZ, {0x80, 0x80, 0x80, 0x80, 0x00, 0x00, 0xc0, 0x44, 0x80, 0x80, 0x54});
        row(DType::F8E5M2, {0x7e, 0x7c, 0xfc, 0x7c, 0x00, 0x80, 0xbc, 0x3e, 0x5f, 0x5f, 0x46});
        row(DType::F8E5M2FNUZ, {0x80, 0x80, 0x80, 0x80, 0x00, 0x00, 0xc0, 0x42, 0x63, 0x63, 0x4a});
        row(DType::F8E8M0, {0xff, 0xff, 0xff, 0x9d, 0xff, 0xff, 0xff, 0x80, 0x88, 0x88, 0x82});
    }
    void codesOfSmallFloats() {
        QFETCH(int, type);
        QFETCH(std::vector<int>, codes);
        const Array x = doubles({std::numeric_limits<double>::quiet_NaN(), infinity, -infinity, 1e9,
                                 0.0, -0.0, -1.0, 1.5, 464, 465, 6.1});
        const Array y = cast(x, static_cast<DType>(type), false);
        for (size_t i = 0; i < codes.size(); ++i)
            QVERIFY2(
                std::to_integer<int>(y.bytes[i]) == codes[i],
                qPrintable(QString("%1: %2").arg(i).arg(std::to_integer<int>(y.bytes[i]), 0, 16)));
    }

    void saturationStopsAtTheLargest() {
        const Array x = doubles({1e9, -infinity, infinity});
        for (const auto& [type, largest] :
             {std::pair{DType::F8E4M3FN, 448.0}, std::pair{DType::F8E4M3FNUZ, 240.0},
              std::pair{DType::F8E5M2, 57344.0}, std::pair{DType::F8E5M2FNUZ, 57344.0},
              std::pair{DType::F4E2M1, 6.0}}) {
            const Array y = cast(x, type);
            QCOMPARE(y.at(0), largest);
            QCOMPARE(y.at(1), -largest);
            QCOMPARE(y.at(2), largest);
        }
    }

    /// One long cast is many parts; each writes its own bytes.
    void longArraysHaveParts() {
        Rng rng(3, RngStream::Test);
        std::vector<double> numbers(200003);
        for (double& number : numbers) number = std::floor(rng.uniform(-8, 8));
        const Array x = doubles(numbers);
        for (DType type : {DType::I4, DType::F32, DType::I8}) {
            const Image image{1, x.count};
            QVERIFY(selectCast({{image, x.type}, {image, type}}).parts[0] > 1);
            const Array y = cast(x, type);
            for (int64_t i = 0; i < x.count; ++i) QCOMPARE(y.at(i), x.at(i));
        }
    }
};

QTEST_APPLESS_MAIN(TestCast)
#include "tst_cast.moc"
