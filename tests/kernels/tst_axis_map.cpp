// SPDX-License-Identifier: Apache-2.0
// Linear maps along one axis on every instruction set. Truth: the float64 reference, itself held to
// a map worked out by hand.
#include <QtTest/QtTest>

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/api/axis_map.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;
using vitrine::DType;

namespace {

struct Sizes {
    const char* name;
    int64_t outer, in, out, inner, terms;
    bool isVector;  ///< whether vectors know the map
};
constexpr Sizes sizes[] = {
    {"one number", 1, 1, 1, 1, 1, true},
    {"last axis, twice as long", 7, 32, 64, 1, 2, true},
    {"last axis, of no whole vector", 5, 19, 43, 1, 4, true},
    {"last axis, shorter than a vector", 9, 3, 7, 1, 2, true},
    {"last axis, half as long", 6, 64, 32, 1, 4, true},
    {"last axis, a quarter", 2, 50, 12, 1, 8, false},
    {"rows", 3, 9, 20, 40, 2, true},
    {"rows of few", 3, 9, 5, 3, 4, true},
    {"sums of many terms", 2, 40, 4, 6, 12, false},
};

/// Terms spread around the place that corresponds to each result; every seventh result has none.
AxisMap mapOf(const Sizes& s) {
    AxisMap map;
    const auto weights = randomFloats(s.out * s.terms, -1, 1, 5);
    for (int64_t p = 0; p < s.out; ++p) {
        map.begin.push_back(std::ssize(map.index));
        const int64_t terms = s.out > 7 && p % 7 == 6 ? 0 : 1 + p % s.terms;
        for (int64_t k = 0; k < terms; ++k) {
            map.index.push_back(
                std::clamp<int64_t>(p * s.in / s.out + k - s.terms / 2, 0, s.in - 1));
            map.weight.push_back(weights[static_cast<size_t>(p * s.terms + k)]);
        }
    }
    map.begin.push_back(std::ssize(map.index));
    return map;
}

AxisMapProblem problemOf(const Sizes& s, DType type) {
    return {.outer = s.outer,
            .in = s.in,
            .out = s.out,
            .inner = s.inner,
            .map = mapOf(s),
            .dtype = type};
}

/// Largest Σ |weight| of a result.
double reachOf(const AxisMap& map) {
    double most = 1;
    for (size_t p = 0; p + 1 < map.begin.size(); ++p) {
        double sum = 0;
        for (int64_t k = map.begin[p]; k < map.begin[p + 1]; ++k)
            sum += std::abs(map.weight[static_cast<size_t>(k)]);
        most = std::max(most, sum);
    }
    return most;
}

template <class T>
std::vector<T> resultOf(const Kernel& kernel, const AxisMapProblem& p, const std::vector<double>& x,
                        bool backwards) {
    Guarded<T> from(std::ssize(x)), y(p.outer * p.out * p.inner, T(7));
    std::ranges::copy(x, from.span().begin());
    if (!runKernel(kernel, {from.data(), y.data()}, backwards) || !y.bandsIntact()) return {};
    return {y.span().begin(), y.span().end()};
}

}  // namespace

class TestAxisMap : public QObject {
    Q_OBJECT

  private slots:
    void agreesWithTheReference_data() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<int>("index");
        for (const std::string& set : instructionSets())
            for (int i = 0; i < static_cast<int>(std::size(sizes)); ++i)
                QTest::newRow((set + ", " + sizes[i].name).c_str()) << set << i;
    }
    void agreesWithTheReference() {
        QFETCH(std::string, set);
        QFETCH(int, index);
        const Sizes& s = sizes[index];
        const AxisMapProblem exact = problemOf(s, DType::F64), problem = problemOf(s, DType::F32);
        const auto x = randomFloats(s.outer * s.in * s.inner, -1, 1);
        const auto truth = resultOf<double>(selectAxisMap(exact), exact, x, false);
        const InstructionSetCap cap(set);
        const Kernel kernel = selectAxisMap(problem);
        // Short vectors need more of them for the terms of one.
        const bool isWide = set != "SSSE3" && set != "SSE4" && set != "AVX2";
        if (s.isVector && (isWide || s.inner > 1 || s.out >= s.in))
            QVERIFY2(kernel.name.find(set) != std::string::npos, kernel.name.c_str());
        const auto y = resultOf<float>(kernel, problem, x, false);
        QCOMPARE(y.size(), truth.size());
        const double allowed = axisMapTolerance * reachOf(problem.map);
        for (size_t i = 0; i < y.size(); ++i)
            QVERIFY(std::abs(static_cast<double>(y[i]) - truth[i]) <= allowed);
        QVERIFY(sameNumbers(y, resultOf<float>(kernel, problem, x, true)));
    }

    /// 1, 2, 4 half a place on: means of neighbours.
    void mapsByHand() {
        const AxisMap map{{0, 2, 4, 5}, {0, 1, 1, 2, 2}, {0.5, 0.5, 0.5, 0.5, 3}};
        for (const DType type : {DType::F32, DType::F64}) {
            const AxisMapProblem problem{1, 3, 3, 1, map, type};
            const Kernel kernel = selectAxisMap(problem);
            const std::vector<double> x{1, 2, 4}, wanted{1.5, 3, 12};
            if (type == DType::F64)
                QCOMPARE(resultOf<double>(kernel, problem, x, false), wanted);
            else
                QCOMPARE(resultOf<float>(kernel, problem, x, false),
                         std::vector<float>(wanted.begin(), wanted.end()));
        }
    }

    void planesAgreeWithTheReference_data() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<int>("layout");
        QTest::addColumn<bool>("alongRows");
        QTest::addColumn<int>("halo");
        for (const std::string& set : instructionSets())
            for (const Layout layout : {Layout::Lanes, Layout::Blocked})
                for (const bool alongRows : {false, true})
                    for (const int halo : {0, 1})
                        QTest::addRow("%s, %s, %s, halo %d", set.c_str(),
                                      layout == Layout::Lanes ? "lanes" : "blocked",
                                      alongRows ? "rows" : "columns", halo)
                            << set << int(layout) << alongRows << halo;
    }
    void planesAgreeWithTheReference() {
        QFETCH(std::string, set);
        QFETCH(int, layout);
        QFETCH(bool, alongRows);
        QFETCH(int, halo);
        const InstructionSetCap cap(set);
        for (const auto& [in, out, terms] : {std::array{5, 10, 2}, {9, 4, 4}, {7, 7, 1}}) {
            Image x{.n = 3, .c = 19, .h = 4, .w = 6, .layout = Layout(layout), .halo = halo};
            (alongRows ? x.h : x.w) = in;
            Image y = x;
            (alongRows ? y.h : y.w) = out;
            y.halo = 1 - halo;
            const Sizes sizes{.name = "",
                              .outer = x.n * x.c * (alongRows ? 1 : x.h),
                              .in = in,
                              .out = out,
                              .inner = alongRows ? x.w : 1,
                              .terms = terms,
                              .isVector = true};
            const AxisMapProblem exact = problemOf(sizes, DType::F64);
            const auto values = randomFloats(x.elements(), -1, 1);
            const auto truth = resultOf<double>(selectAxisMap(exact), exact, values, false);
            const Kernel kernel = selectPlaneAxisMap({x, y, alongRows, exact.map});
            QVERIFY2(kernel.name.find(set) != std::string::npos, kernel.name.c_str());
            std::vector<float> first;
            for (const bool backwards : {false, true}) {
                ImageBuffer from(x, values), to(y);
                QVERIFY(runKernel(kernel, {from.data(), to.data()}, backwards));
                QVERIFY(to.isSound());
                const auto found = to.values();
                const double allowed = axisMapTolerance * reachOf(exact.map);
                for (size_t i = 0; i < found.size(); ++i)
                    QVERIFY(std::abs(static_cast<double>(found[i]) - truth[i]) <= allowed);
                if (backwards) QVERIFY(sameNumbers(found, first));
                first = found;
            }
        }
    }

    void planesOfManyTermsAreRefused() {
        AxisMap map{{0, axisMapFloats + 1}, {}, {}};
        for (int64_t k = 0; k <= axisMapFloats; ++k) {
            map.index.push_back(k);
            map.weight.push_back(0.1);
        }
        const Image x{.n = 1, .c = 16, .h = 2, .w = axisMapFloats + 1, .layout = Layout::Blocked};
        Image y = x;
        y.w = 1;
        const Kernel kernel = selectPlaneAxisMap({x, y, false, map});
        QVERIFY(!kernel.run);
        QVERIFY(kernel.refused.front().find("many terms") != std::string::npos);
    }

    /// Results that do not take an infinite pixel stay finite.
    void keepsInfinitePixelsToThoseWhoTakeThem() {
        const AxisMap map{{0, 1, 3, 4}, {0, 0, 1, 2}, {1, 0.5, 0.5, 1}};
        const AxisMapProblem problem{1, 3, 3, 1, map, DType::F32};
        const auto y = resultOf<float>(selectAxisMap(problem), problem, {1, INFINITY, 4}, false);
        QCOMPARE(y, (std::vector<float>{1, INFINITY, 4}));
    }
};

QTEST_APPLESS_MAIN(TestAxisMap)
#include "tst_axis_map.moc"
