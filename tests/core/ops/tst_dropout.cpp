// SPDX-License-Identifier: Apache-2.0
// Dropout as a composite: what it appends, and which elements it drops. The share is held against
// the binomial distribution.
#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>

#include "core/opdef/descriptor.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr int64_t count = 10000;

/// Ones through a dropout of rate 0.25 for each of the given nodes.
struct Dropped {
    Program program;
    ValueId x;
    std::vector<ValueId> y;

    Dropped(bool training, const std::vector<std::string>& nodes) {
        Builder b(program, {.training = training, .floatType = DType::F32});
        x = b.addInput("x", {4, count / 4}, DType::F32);
        for (const std::string& node : nodes) {
            b.setOrigins({node});
            y.push_back(b.emit("dropout", b.attrs("dropout").with("rate", 0.25), {x}));
        }
    }

    std::vector<double> run(size_t node, double seed, double step) const {
        Interpreter interpreter(program);
        interpreter.set(x, std::vector<double>(count, 3.0));
        interpreter.set(program.input("rng_key"), {seed, step});
        VITRINE_CHECK(interpreter.run().ok(), "the program runs");
        return interpreter.get(y[node]);
    }
};

}  // namespace

class DropoutTest : public QObject {
    Q_OBJECT

  private slots:
    void isNothingInEvaluation() {
        const Dropped d(false, {"drop"});
        QCOMPARE(d.y[0], d.x);
        QVERIFY(d.program.instrs.empty());
        QCOMPARE(d.program.input("rng_key"), noValue);
    }

    void dropsItsShareAndScalesTheRest() {
        const std::vector<double> y = Dropped(true, {"drop"}).run(0, 1, 5);
        const auto zeros = static_cast<double>(std::ranges::count(y, 0.0));
        const auto scaled = std::ranges::count_if(y, [](double v) { return v == 4.0; });
        QCOMPARE(static_cast<int64_t>(zeros) + scaled, count);
        const double deviation = std::sqrt(count * 0.25 * 0.75);
        QVERIFY2(std::abs(zeros - count * 0.25) < 5 * deviation, std::to_string(zeros).c_str());
    }

    void followsFromSeedStepAndNode() {
        const Dropped d(true, {"one", "two"});
        QCOMPARE(d.run(0, 1, 5), d.run(0, 1, 5));
        QVERIFY(d.run(0, 1, 5) != d.run(0, 2, 5));
        QVERIFY(d.run(0, 1, 5) != d.run(0, 1, 6));
        QVERIFY(d.run(0, 1, 5) != d.run(1, 1, 5));
    }

    void doesNotDependOnOtherNodes() {
        QCOMPARE(Dropped(true, {"one", "two"}).run(1, 1, 5), Dropped(true, {"two"}).run(0, 1, 5));
    }

    void nodesShareOneKey() {
        const Dropped d(true, {"one", "two"});
        QCOMPARE(std::ranges::count(d.program.inputs, std::string("rng_key"), &NamedValue::name),
                 1);
    }
};

QTEST_APPLESS_MAIN(DropoutTest)
#include "tst_dropout.moc"
