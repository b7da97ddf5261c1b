// SPDX-License-Identifier: Apache-2.0
// Packing of weights: the map of places against a list of all of them, the kernels against the map.
// That convolutions read by the same map, tst_conv2d shows, which packs by it.
#include <QtTest/QtTest>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "kernels/api/copy.h"
#include "kernels/reference/copy.h"
#include "tests/support/kernel_operand.h"

namespace vitrine {

using kernels::Kernel;
using kernels::Packing;
using kernels::WeightPlace;
using namespace test;

namespace {

struct Weight {
    const char* name;
    int64_t groups, filters, channels, taps;  ///< filters and channels of one group
};
constexpr Weight weights[] = {
    {"one number", 1, 1, 1, 1},
    {"odd", 1, 7, 5, 9},
    {"whole blocks", 1, 32, 16, 9},
    {"tails on both sides", 1, 37, 19, 3},
    {"more than two bands", 1, 80, 96, 1},
    {"two groups of blocks", 2, 32, 16, 9},
    {"three small groups", 3, 2, 3, 6},
    {"depthwise", 10, 1, 1, 9},
    {"depthwise times two", 16, 2, 1, 25},
    {"volume", 1, 4, 20, 27},
};
struct Bands {
    int64_t block, run, widest;
};
constexpr Bands ways[] = {{1, 1, 6}, {16, 16, 16}, {16, 16, 32}, {16, 96, 32}};

int64_t elementsOf(const Packing& p) { return p.groups * p.filters * p.channels * p.taps; }

/// In row-major order.
std::vector<WeightPlace> placesOf(const Packing& p) {
    std::vector<WeightPlace> places;
    for (int64_t filter = 0; filter < p.groups * p.filters; ++filter)
        for (int64_t channel = 0; channel < p.channels; ++channel)
            for (int64_t tap = 0; tap < p.taps; ++tap) places.push_back({filter, channel, tap});
    return places;
}

bool sameBits(const Floats& a, const Floats& b) {
    const auto bytes = static_cast<size_t>(a.count()) * sizeof(float);
    return a.count() == b.count() && std::memcmp(a.data(), b.data(), bytes) == 0;
}

template <class Element>
bool packsElements(const Packing& packing) {
    const Kernel kernel = kernels::selectPack({packing, sizeof(Element)});
    std::vector<Element> x(static_cast<size_t>(elementsOf(packing)));
    std::iota(x.begin(), x.end(), Element{1});
    std::vector<Element> y(static_cast<size_t>(packing.storageElements()), Element{99});
    void* const operands[] = {x.data(), y.data()};
    runAll(kernel, operands, nullptr);
    std::vector<Element> expected(y.size(), Element{0});
    size_t next = 0;
    for (const WeightPlace& place : placesOf(packing))
        expected[static_cast<size_t>(packing.indexOf(place))] = x[next++];
    return y == expected;
}

}  // namespace

class TestPack : public QObject {
    Q_OBJECT

  private slots:
    void everyElementHasAPlaceOfItsOwn_data() { addRows(); }
    void everyElementHasAPlaceOfItsOwn();
    void bandsHoldAllResultsInOrder_data() { addRows(); }
    void bandsHoldAllResultsInOrder();
    void kernelsWriteWhatTheMapSays_data() { addRows(); }
    void kernelsWriteWhatTheMapSays();
    void elementsOfAllSizesArePacked_data() { addRows(); }
    void elementsOfAllSizesArePacked();
    void partsAreBands();

  private:
    static void addRows();
    static Packing packingOfRow();
};

/// Weight × width of bands × pass.
void TestPack::addRows() {
    QTest::addColumn<int>("weight");
    QTest::addColumn<int>("way");
    QTest::addColumn<bool>("transposed");
    for (size_t w = 0; w < std::size(weights); ++w)
        for (size_t way = 0; way < std::size(ways); ++way)
            for (const bool transposed : {false, true})
                QTest::addRow("%s by %d%s", weights[w].name, static_cast<int>(ways[way].widest),
                              transposed ? ", transposed" : "")
                    << static_cast<int>(w) << static_cast<int>(way) << transposed;
}

Packing TestPack::packingOfRow() {
    QFETCH(int, weight);
    QFETCH(int, way);
    QFETCH(bool, transposed);
    const Weight& of = weights[weight];
    return {.transposed = transposed,
            .block = ways[way].block,
            .run = ways[way].run,
            .widest = ways[way].widest,
            .groups = of.groups,
            .filters = of.filters,
            .channels = of.channels,
            .taps = of.taps};
}

// The inverse finds every element, and whatever no element takes is padding.
void TestPack::everyElementHasAPlaceOfItsOwn() {
    const Packing packing = packingOfRow();
    std::vector<bool> isTaken(static_cast<size_t>(packing.storageElements()), false);
    for (const WeightPlace& place : placesOf(packing)) {
        const int64_t index = packing.indexOf(place);
        QVERIFY(index >= 0 && index < packing.storageElements());
        QVERIFY(!isTaken[static_cast<size_t>(index)]);
        isTaken[static_cast<size_t>(index)] = true;
        QVERIFY(packing.placeOf(index) == place);
    }
    for (size_t i = 0; i < isTaken.size(); ++i)
        QCOMPARE(packing.holds(static_cast<int64_t>(i)), bool{isTaken[i]});
    if (packing.block == 1) QCOMPARE(packing.storageElements(), elementsOf(packing));
}

void TestPack::bandsHoldAllResultsInOrder() {
    const Packing packing = packingOfRow();
    int64_t next = 0;
    for (int64_t band = 0; band < packing.bands(); ++band) {
        QCOMPARE(packing.bandBegin(band), next);
        QVERIFY(packing.bandWidth(band) >= 1 && packing.bandWidth(band) <= packing.widest);
        QCOMPARE(packing.bandWidth(band) % packing.block, int64_t{0});
        for (int64_t k = 0; k < packing.bandWidth(band); ++k)
            QCOMPARE(packing.bandOf(next + k), band);
        next += packing.bandWidth(band);
    }
    QCOMPARE(next, packing.padded(packing.results()));
}

// Bits are those of the source (a NaN keeps its payload), all else is zero; parts in either order.
void TestPack::kernelsWriteWhatTheMapSays() {
    const Packing packing = packingOfRow();
    const Floats x(elementsOf(packing));
    for (int64_t i = 0; i < x.count(); ++i) x.data()[i] = static_cast<float>(i + 1) / 3;
    const uint32_t nan = 0x7fc12345;
    std::memcpy(x.data(), &nan, sizeof nan);
    Floats expected(packing.storageElements());
    std::fill_n(expected.data(), expected.count(), 0.0f);
    const auto places = placesOf(packing);
    for (size_t i = 0; i < places.size(); ++i)
        std::memcpy(expected.data() + packing.indexOf(places[i]), x.data() + i, sizeof(float));
    for (const Kernel& kernel :
         {kernels::selectPack({packing, 4}), kernels::reference::pack({packing, 4})})
        for (const bool backwards : {false, true}) {
            const Floats y(packing.storageElements(), Floats::Guards::Bands);
            void* const operands[] = {x.data(), y.data()};
            (backwards ? runBackwards : kernels::runAll)(kernel, operands, nullptr);
            QVERIFY2(y.guardsIntact(), kernel.name.c_str());
            QVERIFY2(sameBits(y, expected), kernel.name.c_str());
        }
}

void TestPack::elementsOfAllSizesArePacked() {
    const Packing packing = packingOfRow();
    QVERIFY(packsElements<uint8_t>(packing));
    QVERIFY(packsElements<uint16_t>(packing));
    QVERIFY(packsElements<uint64_t>(packing));
}

void TestPack::partsAreBands() {
    const Packing packing{
        .block = 16, .run = 16, .widest = 32, .groups = 2, .filters = 80, .channels = 16};
    QCOMPARE(kernels::selectPack({packing, 4}).parts[0], int64_t{6});
    QCOMPARE(kernels::selectPack({packing, 8}).refused.front(),
             std::string("bands: wants elements of four bytes"));
}

}  // namespace vitrine

QTEST_APPLESS_MAIN(vitrine::TestPack)
#include "tst_pack.moc"
