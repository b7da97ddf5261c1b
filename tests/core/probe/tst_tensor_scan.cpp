// SPDX-License-Identifier: Apache-2.0
// One pass over tensors in every layout and element type against plain sums over the logical
// elements. Sums of another order differ by rounding: relative 1e-12.
#include <cmath>

#include "core/base/rng.h"
#include "core/probe/tensor_scan.h"
#include "core/tensor/element.h"
#include "tests/support/allocation_counter.h"

using namespace vitrine;

Q_DECLARE_METATYPE(vitrine::TensorType)

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TensorType typeOf(const Shape& shape, const Layout& layout, DType dtype = DType::F32) {
    TensorType type = TensorType::rowMajor(shape, dtype);
    type.layout = layout;
    return type;
}

/// A storage whose logical elements are `numbers`; all that is no element is NaN, the halo 0.
class Storage {
  public:
    Storage(const TensorType& type, const std::vector<double>& numbers)
        : m_bytes(static_cast<size_t>((type.offset + 2 * storageElements(type.shape, type.layout)) *
                                      sizeOf(type.dtype)),
                  std::byte{0xff}) {
        for (size_t i = 0; i < numbers.size(); ++i)
            writeElement(m_bytes.data(), type.dtype, physicalIndexOf(type, static_cast<int64_t>(i)),
                         numbers[i]);
    }
    const std::byte* data() const { return m_bytes.data(); }

  private:
    std::vector<std::byte> m_bytes;
};

/// Numbers that every element type can hold, many zeros among them.
std::vector<double> numbersOf(int64_t count, uint64_t seed) {
    Rng rng(seed, RngStream::Test);
    std::vector<double> numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(rng.below(5) == 0 ? 0.0 : static_cast<double>(rng.below(200)) - 100.0);
    return numbers;
}

void compare(const TensorScan& scan, const std::vector<double>& numbers) {
    TensorStatistics wanted;
    LogHistogram histogram;
    double sum = 0, squares = 0, low = infinity, high = -infinity;
    for (double x : numbers) {
        ++wanted.count;
        wanted.nonFinite += !std::isfinite(x);
        wanted.nans += std::isnan(x);
        if (!std::isfinite(x)) continue;
        wanted.zeros += x == 0;
        low = std::min(low, x);
        high = std::max(high, x);
        sum += x;
        squares += x * x;
        ++histogram.counts[static_cast<size_t>(LogHistogram::binOf(x))];
    }
    const auto finite = static_cast<double>(wanted.count - wanted.nonFinite);
    QCOMPARE(scan.statistics.count, wanted.count);
    QCOMPARE(scan.statistics.nonFinite, wanted.nonFinite);
    QCOMPARE(scan.statistics.nans, wanted.nans);
    QCOMPARE(scan.statistics.zeros, wanted.zeros);
    QVERIFY(scan.histogram.counts == histogram.counts);
    QCOMPARE(scan.statistics.minimum, finite > 0 ? low : 0);
    QCOMPARE(scan.statistics.maximum, finite > 0 ? high : 0);
    QVERIFY(std::abs(scan.statistics.mean - (finite > 0 ? sum / finite : 0)) <= 1e-10);
    QVERIFY(std::abs(scan.statistics.norm - std::sqrt(squares)) <= 1e-12 * std::sqrt(squares));
}

}  // namespace

class TensorScanTest : public QObject {
    Q_OBJECT

  private slots:
    void countsEveryLogicalElement_data() {
        QTest::addColumn<TensorType>("type");
        const auto add = [](const char* name, const TensorType& type) {
            QTest::addRow("%s", name) << type;
        };
        const Layout lanes{LayoutKind::Lanes, 0}, lanes2{LayoutKind::Lanes, 2};
        const Layout blocked{LayoutKind::Blocked, 0}, blocked1{LayoutKind::Blocked, 1};
        add("one number", typeOf({}, {}));
        add("no number", typeOf({0, 3}, {}));
        add("longer than a block", typeOf({3, 700}, {}));
        add("lanes, all there", typeOf({32, 3, 5, 7}, lanes));
        add("lanes with halo, some missing", typeOf({21, 3, 5, 7}, lanes2));
        add("lanes, one image", typeOf({1, 2, 3, 3}, lanes));
        add("lanes, matrix", typeOf({21, 6}, lanes));
        add("blocked, all there", typeOf({3, 32, 5, 7}, blocked));
        add("blocked with halo, some missing", typeOf({3, 20, 5, 7}, blocked1));
        add("blocked, wide", typeOf({1, 16, 2, 70}, blocked));
        add("blocked, matrix", typeOf({3, 20}, blocked));
        Layout tiles{LayoutKind::Packed, 0}, bands{LayoutKind::Packed, 0};
        tiles.packing = {.widest = 6, .groups = 2, .filters = 7, .channels = 3, .taps = 24};
        bands.packing = {.transposed = true,
                         .block = 16,
                         .widest = 32,
                         .filters = 19,
                         .channels = 37,
                         .taps = 6};
        add("packed by tiles", typeOf({14, 3, 4, 6}, tiles));
        add("packed by bands", typeOf({19, 37, 2, 3}, bands));
        add("packed, all there",
            typeOf({32, 16, 9},
                   {LayoutKind::Packed,
                    0,
                    {.block = 16, .widest = 16, .filters = 32, .channels = 16, .taps = 9}}));
        TensorType view = typeOf({4, 5, 6}, {});
        view.strides = Shape{1, 24, 4};
        view.offset = 7;
        add("transposed view", view);
        for (DType dtype : {DType::F16, DType::BF16, DType::F64, DType::I32, DType::I64}) {
            QTest::addRow("%s row-major", name(dtype).data()) << typeOf({7, 90}, {}, dtype);
            QTest::addRow("%s lanes", name(dtype).data()) << typeOf({21, 3, 5, 7}, lanes2, dtype);
        }
    }
    void countsEveryLogicalElement() {
        QFETCH(TensorType, type);
        const auto numbers = numbersOf(type.shape.elements(), 1);
        const Storage storage(type, numbers);
        compare(scanTensor(type, storage.data()), numbers);
        QVERIFY(!hasNonFinite(type, storage.data()));
    }

    void aBoolIsNoughtOrOne() {
        const TensorType type = typeOf({5}, {}, DType::Bool);
        const Storage storage(type, {1, 0, 1, 1, 0});
        compare(scanTensor(type, storage.data()), {1, 0, 1, 1, 0});
    }

    void findsOneBadElementAnywhere_data() { countsEveryLogicalElement_data(); }
    void findsOneBadElementAnywhere() {
        QFETCH(TensorType, type);
        auto numbers = numbersOf(type.shape.elements(), 2);
        for (size_t at : {size_t{0}, numbers.size() / 2, numbers.size() - 1}) {
            if (at >= numbers.size() || !isFloat(type.dtype)) continue;
            for (double bad : {notANumber, infinity, -infinity}) {
                auto damaged = numbers;
                damaged[at] = bad;
                const Storage storage(type, damaged);
                QVERIFY(hasNonFinite(type, storage.data()));
                compare(scanTensor(type, storage.data()), damaged);
            }
        }
    }

    void nothingFiniteGivesZeros() {
        const TensorType type = typeOf({600}, {});
        const std::vector<double> numbers(600, notANumber);
        compare(scanTensor(type, Storage(type, numbers).data()), numbers);
    }

    void extremesOfFloatsAreTold() {
        const TensorType type = typeOf({16}, {});
        std::vector<double> numbers(16, 1e-40);  // subnormal
        numbers[3] = -3e38;
        numbers[11] = 3e38;
        for (double& x : numbers) x = static_cast<double>(static_cast<float>(x));
        compare(scanTensor(type, Storage(type, numbers).data()), numbers);
    }

    void allocatesNothing() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        const TensorType type = typeOf({21, 3, 5, 7}, {LayoutKind::Lanes, 1});
        const Storage storage(type, numbersOf(type.shape.elements(), 3));
        const int64_t before = test::countedAllocations();
        test::armAllocationCounter();
        const TensorScan scan = scanTensor(type, storage.data());
        const bool bad = hasNonFinite(type, storage.data());
        test::disarmAllocationCounter();
        QCOMPARE(test::countedAllocations() - before, int64_t{0});
        QVERIFY(scan.statistics.count == type.shape.elements() && !bad);
    }
};

QTEST_APPLESS_MAIN(TensorScanTest)
#include "tst_tensor_scan.moc"
