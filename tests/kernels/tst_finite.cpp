// SPDX-License-Identifier: Apache-2.0
// Search for numbers that are not finite, on every instruction set. Truth: std::isfinite, element
// by element.
#include <QtTest/QtTest>
#include <cmath>

#include "kernels/api/finite.h"
#include "tests/support/kernel_harness.h"
#include "tests/support/kernel_operand.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

using Limits = std::numeric_limits<float>;

/// A number, and whether it is finite.
struct Special {
    const char* name;
    float value;
};
const Special specials[] = {
    {"NaN", Limits::quiet_NaN()},       {"negative NaN", -Limits::quiet_NaN()},
    {"infinity", Limits::infinity()},   {"-infinity", -Limits::infinity()},
    {"largest", Limits::max()},         {"lowest", Limits::lowest()},
    {"denormal", Limits::denorm_min()}, {"-0", -0.0f}};

template <class T>
int32_t firstOf(const FirstNonFiniteProblem& problem, std::vector<T*> tensors,
                bool backwards = false) {
    std::vector<void*> operands(tensors.begin(), tensors.end());
    Guarded<int32_t> first(1, 77);
    operands.push_back(first.data());
    if (!runKernel(selectFirstNonFinite(problem), operands, backwards) || !first.bandsIntact())
        return -99;
    return *first.data();
}

}  // namespace

class TestFinite : public QObject {
    Q_OBJECT

  private slots:
    void everyPlaceOfEveryLengthIsLookedAt_data() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<float>("value");
        for (const std::string& set : instructionSets())
            for (const Special& special : specials)
                QTest::addRow("%s %s", special.name, set.c_str()) << set << special.value;
    }
    /// Lengths 0 … 140: every tail of every vector length and of four of them, at an address that
    /// is no multiple of a vector's, and without a byte after the last element.
    void everyPlaceOfEveryLengthIsLookedAt() {
        QFETCH(std::string, set);
        QFETCH(float, value);
        const InstructionSetCap cap(set);
        const int32_t wanted = std::isfinite(value) ? -1 : 0;
        for (int64_t count = 0; count <= 140; ++count) {
            const Floats memory(count + 1);
            float* x = memory.data() + 1;
            std::fill_n(x, count, 1.0f);
            QCOMPARE(firstOf<float>({{count}}, {x}), -1);
            for (int64_t place = 0; place < count; ++place) {
                x[place] = value;
                QCOMPARE(firstOf<float>({{count}}, {x}), wanted);
                x[place] = -2.5f;
            }
        }
    }

    void neighboursAreNotLookedAt_data() { sets(); }
    void neighboursAreNotLookedAt() {
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        std::vector<float> memory(300, Limits::quiet_NaN());
        for (int64_t count = 0; count <= 140; ++count) {
            std::fill_n(memory.begin() + 67, count, 0.5f);
            QCOMPARE(firstOf<float>({{count}}, {memory.data() + 67}), -1);
        }
    }

    void firstOfManyTensorsIsNamed_data() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<std::vector<int>>("bad");
        QTest::addColumn<int>("first");
        for (const std::string& set : instructionSets()) {
            const auto row = [&](const char* name, const std::vector<int>& bad, int first) {
                QTest::addRow("%s %s", name, set.c_str()) << set << bad << first;
            };
            row("none", {}, -1);
            row("one element", {0}, 0);
            row("behind an empty one", {3}, 3);
            row("last", {7}, 7);
            row("two", {6, 4}, 4);
            row("all", {0, 1, 3, 4, 5, 6, 7}, 0);
        }
    }
    void firstOfManyTensorsIsNamed() {
        QFETCH(std::string, set);
        QFETCH(std::vector<int>, bad);
        QFETCH(int, first);
        const InstructionSetCap cap(set);
        const FirstNonFiniteProblem problem{{1, 150, 0, 70001, 17, 6, 90000, 33}};
        QVERIFY(selectFirstNonFinite(problem).parts[0] > 1);
        std::vector<Guarded<float>> tensors;
        std::vector<float*> operands;
        for (const int64_t count : problem.counts) tensors.emplace_back(count, -1.5f);
        for (auto& tensor : tensors) operands.push_back(tensor.data());
        for (const size_t which : std::vector<size_t>(bad.begin(), bad.end()))
            tensors[which].span().back() = Limits::quiet_NaN();
        QCOMPARE(firstOf(problem, operands), first);
        QCOMPARE(firstOf(problem, operands, true), first);
    }

    /// Parts are cut at places that lie within tensors.
    void edgesOfPartsAreLookedAt_data() { sets(); }
    void edgesOfPartsAreLookedAt() {
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const FirstNonFiniteProblem problem{{40000, 100003}};
        const int64_t total = 140003, parts = selectFirstNonFinite(problem).parts[0];
        QVERIFY(parts > 2);
        std::vector<float> memory(static_cast<size_t>(total), 1.0f);
        for (int64_t part = 0; part <= parts; ++part)
            for (const int64_t place : {total * part / parts - 1, total * part / parts}) {
                if (place < 0 || place >= total) continue;
                memory[static_cast<size_t>(place)] = Limits::infinity();
                QCOMPARE(firstOf<float>(problem, {memory.data(), memory.data() + 40000}),
                         place < 40000 ? 0 : 1);
                memory[static_cast<size_t>(place)] = 1;
            }
    }

    void doublesAreLookedAtAsDoubles() {
        std::vector<double> first{1, 1e300, 5e-324}, second{0, -1e308};
        const FirstNonFiniteProblem problem{{3, 2}, vitrine::DType::F64};
        QCOMPARE(firstOf<double>(problem, {first.data(), second.data()}), -1);
        second[1] *= 10;
        QCOMPARE(firstOf<double>(problem, {first.data(), second.data()}), 1);
        first[2] = std::numeric_limits<double>::quiet_NaN();
        QCOMPARE(firstOf<double>(problem, {first.data(), second.data()}), 0);
    }

    void nothingIsFinite() { QCOMPARE(firstOf<float>({{}}, {}), -1); }

  private:
    static void sets() {
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets()) QTest::addRow("%s", set.c_str()) << set;
    }
};

QTEST_APPLESS_MAIN(TestFinite)
#include "tst_finite.moc"
