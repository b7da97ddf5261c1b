// SPDX-License-Identifier: Apache-2.0
// Dropout and noise as composites: what they append, which elements are dropped, and what is added.
// The share is held against the binomial distribution, noise against the normal one.
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

/// Threes with noise of deviation 2 for each of the given nodes.
struct Noisy {
    Program program;
    ValueId x;
    std::vector<ValueId> y;

    Noisy(bool training, const std::vector<std::string>& nodes, DType type = DType::F64,
          const Shape& shape = {4, count / 4}) {
        Builder b(program, {.training = training, .floatType = type});
        x = b.addInput("x", shape, type);
        for (const std::string& node : nodes) {
            b.setOrigins({node});
            y.push_back(
                b.emit("gaussian_noise", b.attrs("gaussian_noise").with("deviation", 2.0), {x}));
        }
    }

    /// What is added, in deviations.
    std::vector<double> run(size_t node, double seed, double step) const {
        Interpreter interpreter(program);
        interpreter.set(x, std::vector<double>(count, 3.0));
        interpreter.set(program.input("rng_key"), {seed, step});
        VITRINE_CHECK(interpreter.run().ok(), "the program runs");
        std::vector<double> noise = interpreter.get(y[node]);
        for (double& v : noise) v = (v - 3) / 2;
        return noise;
    }
};

double normalShareBelow(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

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

    void noiseIsNothingInEvaluation() {
        const Noisy d(false, {"noise"});
        QCOMPARE(d.y[0], d.x);
        QVERIFY(d.program.instrs.empty());
        QCOMPARE(d.program.input("rng_key"), noValue);
    }

    /// The largest gap between shares and the normal distribution (Kolmogorov's), mean, variance
    /// and neighbours that have nothing to do with each other; five deviations, or one in 10^6,
    /// each.
    void noiseIsNormal() {
        std::vector<double> noise = Noisy(true, {"noise"}).run(0, 1, 5);
        double sum = 0, squares = 0, products = 0;
        for (size_t i = 0; i < noise.size(); ++i) {
            sum += noise[i];
            squares += noise[i] * noise[i];
            products += noise[i] * noise[(i + 1) % noise.size()];
        }
        const double n = count, five = 5 / std::sqrt(n);
        QVERIFY2(std::abs(sum / n) < five, qPrintable(QString::number(sum / n)));
        QVERIFY2(std::abs(squares / n - 1) < five * std::sqrt(2.0),
                 qPrintable(QString::number(squares / n)));
        QVERIFY2(std::abs(products / n) < five, qPrintable(QString::number(products / n)));
        std::ranges::sort(noise);
        double gap = 0;
        for (size_t i = 0; i < noise.size(); ++i)
            gap = std::max(
                gap, std::abs(normalShareBelow(noise[i]) - (static_cast<double>(i) + 0.5) / n));
        QVERIFY2(gap < 2.69 / std::sqrt(n), qPrintable(QString::number(gap)));
        QVERIFY(noise.front() < -3 && noise.back() > 3);
    }

    void noiseFollowsFromSeedStepAndNode() {
        const Noisy d(true, {"one", "two"});
        QCOMPARE(d.run(0, 1, 5), d.run(0, 1, 5));
        QVERIFY(d.run(0, 1, 5) != d.run(0, 2, 5));
        QVERIFY(d.run(0, 1, 5) != d.run(0, 1, 6));
        QVERIFY(d.run(0, 1, 5) != d.run(1, 1, 5));
        QCOMPARE(d.run(1, 1, 5), Noisy(true, {"two"}).run(0, 1, 5));
        QCOMPARE(std::ranges::count(d.program.inputs, std::string("rng_key"), &NamedValue::name),
                 1);
    }

    /// Of the element, not of the shape or the precision.
    void noiseIsThatOfTheElement() {
        const std::vector<double> noise = Noisy(true, {"noise"}).run(0, 1, 5),
                                  images = Noisy(true, {"noise"}, DType::F64, {2, 5, count / 50, 5})
                                               .run(0, 1, 5),
                                  single = Noisy(true, {"noise"}, DType::F32).run(0, 1, 5);
        QCOMPARE(images, noise);
        for (size_t i = 0; i < noise.size(); ++i)
            QVERIFY(std::abs(single[i] - noise[i]) < 5e-6 * std::max(1.0, std::abs(noise[i])));
    }

    void nodesShareOneKey() {
        const Dropped d(true, {"one", "two"});
        QCOMPARE(std::ranges::count(d.program.inputs, std::string("rng_key"), &NamedValue::name),
                 1);
    }
};

QTEST_APPLESS_MAIN(DropoutTest)
#include "tst_dropout.moc"
