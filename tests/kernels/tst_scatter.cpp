// SPDX-License-Identifier: Apache-2.0
// Elements that go to positions of a copy, in every mode. Truth: the definitions, one update after
// the other.
#include <QtTest/QtTest>

#include <cmath>
#include <limits>
#include <random>

#include "kernels/api/scatter.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;
using vitrine::DType;

namespace {

struct Case {
    const char* name;
    int64_t outer, in, count, inner;
};
const Case cases[] = {{"one element", 1, 1, 1, 1},
                      {"last axis", 5, 33, 40, 1},
                      {"first axis", 1, 17, 3, 130},
                      {"many planes", 3000, 7, 9, 3}};

template <class T>
T combined(ScatterMode mode, T x, T u) {
    switch (mode) {
        case ScatterMode::Write:
            return u;
        case ScatterMode::Add:
            return static_cast<T>(x + u);
        case ScatterMode::Mul:
            return static_cast<T>(x * u);
        case ScatterMode::Max:
            return std::max(x, u);
        default:
            return std::min(x, u);
    }
}

template <class T>
void check(const Case& c, ScatterMode mode, DType type) {
    std::mt19937 random(1);
    std::vector<T> x(static_cast<size_t>(c.outer * c.in * c.inner)),
        updates(static_cast<size_t>(c.outer * c.count * c.inner));
    std::vector<int64_t> index(updates.size());
    for (T& number : x) number = static_cast<T>(random() % 9);
    for (T& number : updates) number = static_cast<T>(random() % 9);
    // One in front of the first and one behind the last name nothing.
    for (int64_t& at : index) at = static_cast<int64_t>(random() % (2 * c.in + 2)) - c.in - 1;
    std::vector<T> wanted = x;
    for (int64_t o = 0; o < c.outer; ++o)
        for (int64_t r = 0; r < c.count; ++r)
            for (int64_t i = 0; i < c.inner; ++i) {
                const auto from = static_cast<size_t>((o * c.count + r) * c.inner + i);
                const int64_t at = index[from] < 0 ? index[from] + c.in : index[from];
                if (at < 0 || at >= c.in) continue;
                T& element = wanted[static_cast<size_t>((o * c.in + at) * c.inner + i)];
                element = combined(mode, element, updates[from]);
            }
    Guarded<T> y(std::ssize(x)), again(std::ssize(x));
    const Kernel kernel = selectScatter({mode, c.outer, c.in, c.inner, c.count, type});
    QVERIFY(kernel.run);
    QVERIFY(runKernel(kernel, {x.data(), index.data(), updates.data(), y.data()}));
    QVERIFY(runKernel(kernel, {x.data(), index.data(), updates.data(), again.data()}, true));
    QVERIFY(y.bandsIntact() && std::ranges::equal(y.span(), wanted));
    QVERIFY(std::ranges::equal(again.span(), wanted));
}

constexpr ScatterMode modes[] = {ScatterMode::Write, ScatterMode::Add, ScatterMode::Mul,
                                 ScatterMode::Max, ScatterMode::Min};

}  // namespace

class TestScatter : public QObject {
    Q_OBJECT

  private slots:
    void updatesGoWhereTheyBelong_data() {
        QTest::addColumn<int>("index");
        for (int i = 0; i < static_cast<int>(std::size(cases)); ++i)
            QTest::newRow(cases[i].name) << i;
    }
    void updatesGoWhereTheyBelong() {
        QFETCH(int, index);
        for (ScatterMode mode : modes) {
            check<float>(cases[index], mode, DType::F32);
            check<double>(cases[index], mode, DType::F64);
            check<int64_t>(cases[index], mode, DType::I64);
            check<uint8_t>(cases[index], mode, DType::U8);
        }
        check<uint16_t>(cases[index], ScatterMode::Write, DType::F16);
        check<uint8_t>(cases[index], ScatterMode::Write, DType::Bool);
    }

    void aNaNStaysTheExtreme() {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        for (ScatterMode mode : {ScatterMode::Max, ScatterMode::Min}) {
            std::vector<float> x{nan, 1}, updates{2, nan}, y(2);
            std::vector<int64_t> index{0, 1};
            const Kernel kernel = selectScatter({.mode = mode, .in = 2, .count = 2});
            QVERIFY(runKernel(kernel, {x.data(), index.data(), updates.data(), y.data()}));
            QVERIFY(std::isnan(y[0]) && std::isnan(y[1]));
        }
    }

    void otherTypesAreMovedAlone() {
        QVERIFY(!selectScatter({.mode = ScatterMode::Add, .dtype = DType::F16}).run);
        QVERIFY(!selectScatter({.mode = ScatterMode::Write, .dtype = DType::I4}).run);
    }
};

QTEST_APPLESS_MAIN(TestScatter)
#include "tst_scatter.moc"
