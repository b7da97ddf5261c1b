// SPDX-License-Identifier: Apache-2.0
// Optimiser updates and the global norm on every instruction set. Truth: scalar formulas written
// out here, in double, over five steps.
#include <QtTest/QtTest>
#include <cmath>

#include "kernels/api/update.h"
#include "kernels/reference/update.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

constexpr int steps = 5;

/// Parameter, gradient and two slots, float operands beside their double truth.
struct State {
    std::vector<double> p, m, v;
    Guarded<float> floatP, floatM, floatV, g;
    Guarded<float> lr{1, 0.05f}, scale{1, 0.5f};

    explicit State(int64_t count)
        : p(randomFloats(count, -1, 1)),
          m(static_cast<size_t>(count)),
          v(m),
          floatP(count),
          floatM(count),
          floatV(count),
          g(count) {
        for (size_t i = 0; i < p.size(); ++i) floatP.span()[i] = static_cast<float>(p[i]);
    }
    std::vector<double> nextGradient(int step) {
        auto gradient =
            randomFloats(static_cast<int64_t>(p.size()), -2, 2, static_cast<uint64_t>(10 + step));
        for (size_t i = 0; i < p.size(); ++i) g.span()[i] = static_cast<float>(gradient[i]);
        return gradient;
    }
    bool bandsIntact() const {
        return floatP.bandsIntact() && floatM.bandsIntact() && floatV.bandsIntact() &&
               g.bandsIntact();
    }
};

/// Five roundings of a value stay below five times the tolerance of one update.
constexpr double fiveSteps = steps * updateTolerance;

}  // namespace

class TestUpdate : public QObject {
    Q_OBJECT

  private slots:
    void sgdFollowsItsFormula_data() {
        addSetAndCount();
        QTest::addColumn<double>("momentum");
        QTest::addColumn<double>("weightDecay");
        QTest::addColumn<bool>("nesterov");
        forEachSetAndCount([](const char* set, int count) {
            const auto row = [&](const char* name, double momentum, double decay, bool nesterov) {
                QTest::addRow("%s %d %s", name, count, set)
                    << std::string(set) << count << momentum << decay << nesterov;
            };
            row("plain", 0, 0, false);
            row("momentum", 0.9, 0, false);
            row("nesterov with decay", 0.9, 0.01, true);
        });
    }
    void sgdFollowsItsFormula() {
        QFETCH(std::string, set);
        QFETCH(int, count);
        QFETCH(double, momentum);
        QFETCH(double, weightDecay);
        QFETCH(bool, nesterov);
        const InstructionSetCap cap(set);
        State s(count);
        const Kernel kernel = selectSgdUpdate({count, momentum, weightDecay, nesterov});
        QVERIFY(kernel.name.find(set) != std::string::npos);
        const double lr = static_cast<double>(*s.lr.data()), scale = 0.5;
        for (int step = 1; step <= steps; ++step) {
            const auto gradient = s.nextGradient(step);
            for (size_t i = 0; i < s.p.size(); ++i) {
                const double g = scale * gradient[i] + weightDecay * s.p[i];
                s.v[i] = momentum * s.v[i] + g;
                s.p[i] -= lr * (nesterov ? g + momentum * s.v[i] : s.v[i]);
            }
            QVERIFY(runKernel(kernel,
                              {s.floatP.data(), s.g.data(), s.floatV.data(), s.lr.data(),
                               s.scale.data(), s.floatP.data(), s.floatV.data()},
                              step % 2 == 0));
        }
        QVERIFY(s.bandsIntact());
        QVERIFY(shareOfLargest(s.floatP.span(), s.p) <= fiveSteps);
        QVERIFY(shareOfLargest(s.floatV.span(), s.v) <= fiveSteps);
    }

    void adamFollowsItsFormula_data() {
        addSetAndCount();
        QTest::addColumn<double>("weightDecay");
        QTest::addColumn<bool>("decoupled");
        forEachSetAndCount([](const char* set, int count) {
            const auto row = [&](const char* name, double decay, bool decoupled) {
                QTest::addRow("%s %d %s", name, count, set)
                    << std::string(set) << count << decay << decoupled;
            };
            row("Adam", 0, false);
            row("Adam with decay", 0.1, false);
            row("AdamW", 0.1, true);
        });
    }
    void adamFollowsItsFormula() {
        QFETCH(std::string, set);
        QFETCH(int, count);
        QFETCH(double, weightDecay);
        QFETCH(bool, decoupled);
        const InstructionSetCap cap(set);
        State s(count);
        const AdamProblem adam{count, 0.9, 0.99, 1e-8, weightDecay, decoupled};
        const Kernel kernel = selectAdamUpdate(adam);
        const double lr = static_cast<double>(*s.lr.data()), scale = 0.5;
        for (int64_t step = 1; step <= steps; ++step) {
            const auto gradient = s.nextGradient(static_cast<int>(step));
            for (size_t i = 0; i < s.p.size(); ++i) {
                double g = scale * gradient[i];
                if (decoupled)
                    s.p[i] *= 1 - lr * weightDecay;
                else
                    g += weightDecay * s.p[i];
                s.m[i] = 0.9 * s.m[i] + 0.1 * g;
                s.v[i] = 0.99 * s.v[i] + 0.01 * g * g;
                const double mean = s.m[i] / (1 - std::pow(0.9, step));
                const double square = s.v[i] / (1 - std::pow(0.99, step));
                s.p[i] -= lr * mean / (std::sqrt(square) + 1e-8);
            }
            QVERIFY(runKernel(
                kernel,
                {s.floatP.data(), s.g.data(), s.floatM.data(), s.floatV.data(), &step, s.lr.data(),
                 s.scale.data(), s.floatP.data(), s.floatM.data(), s.floatV.data()},
                step % 2 == 0));
        }
        QVERIFY(s.bandsIntact());
        QVERIFY(shareOfLargest(s.floatP.span(), s.p) <= fiveSteps);
        QVERIFY(shareOfLargest(s.floatM.span(), s.m) <= fiveSteps);
        QVERIFY(shareOfLargest(s.floatV.span(), s.v) <= fiveSteps);
    }

    void referencesFollowTheSameFormula() {
        double p = 0.5, g = 2, v = 0.25, m = 0.125, lr = 0.1, scale = 0.5, newP = 0, newV = 0,
               newM = 0;
        reference::sgdUpdate<double>({1, 0.9, 0.01, true}, {&p, &g, &v, &lr, &scale, &newP, &newV});
        QCOMPARE(newV, 0.9 * 0.25 + 1.005);
        QCOMPARE(newP, 0.5 - 0.1 * (1.005 + 0.9 * newV));
        const int64_t step = 3;
        reference::adamUpdate<double>({1, 0.9, 0.99, 1e-8, 0.1, true},
                                      {&p, &g, &m, &v, &step, &lr, &scale, &newP, &newM, &newV});
        QCOMPARE(newM, 0.9 * 0.125 + 0.1);
        QCOMPARE(newV, 0.99 * 0.25 + 0.01);
        QCOMPARE(newP, 0.5 * 0.99 - 0.1 * (newM / (1 - std::pow(0.9, 3))) /
                                        (std::sqrt(newV / (1 - std::pow(0.99, 3))) + 1e-8));
    }

    void resultsMayBeElsewhere_data() {
        addSetAndCount();
        forEachSetAndCount([](const char* set, int count) {
            QTest::addRow("%d %s", count, set) << std::string(set) << count;
        });
    }
    void resultsMayBeElsewhere() {
        QFETCH(std::string, set);
        QFETCH(int, count);
        const InstructionSetCap cap(set);
        State s(count);
        s.nextGradient(1);
        const Kernel kernel = selectSgdUpdate({count, 0.9, 0.01, true});
        Guarded<float> p(count), v(count);
        QVERIFY(runKernel(kernel, {s.floatP.data(), s.g.data(), s.floatV.data(), s.lr.data(),
                                   s.scale.data(), p.data(), v.data()}));
        QVERIFY(p.bandsIntact() && v.bandsIntact());
        QVERIFY(sameNumbers(s.floatV.span(), std::vector<float>(static_cast<size_t>(count))));
        QVERIFY(runKernel(kernel, {s.floatP.data(), s.g.data(), s.floatV.data(), s.lr.data(),
                                   s.scale.data(), s.floatP.data(), s.floatV.data()}));
        QVERIFY(sameNumbers(p.span(), s.floatP.span()));
        QVERIFY(sameNumbers(v.span(), s.floatV.span()));
    }

    void globalNormIsTheRootOfAllSquares_data() {
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets()) QTest::addRow("%s", set.c_str()) << set;
    }
    void globalNormIsTheRootOfAllSquares() {
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const GlobalNormProblem problem{{1, 150, 0, 70001, 17, 6, 90000, 33}};
        std::vector<Guarded<float>> tensors;
        std::vector<void*> operands;
        double sum = 0;
        for (size_t t = 0; t < problem.counts.size(); ++t) {
            tensors.emplace_back(problem.counts[t]);
            const auto values = randomFloats(problem.counts[t], -3, 3, t);
            for (size_t i = 0; i < values.size(); ++i) {
                tensors.back().span()[i] = static_cast<float>(values[i]);
                sum += values[i] * values[i];
            }
        }
        for (auto& tensor : tensors) operands.push_back(tensor.data());
        Guarded<float> norm(1), backwards(1);
        const Kernel kernel = selectGlobalNorm(problem);
        QVERIFY(kernel.parts[0] > 1);
        operands.push_back(norm.data());
        QVERIFY(runKernel(kernel, operands));
        operands.back() = backwards.data();
        QVERIFY(runKernel(kernel, operands, true));
        QVERIFY(norm.bandsIntact());
        QVERIFY(sameNumbers(norm.span(), backwards.span()));
        QVERIFY(shareOfLargest(norm.span(), std::vector{std::sqrt(sum)}) <= 1e-7);
    }

    void globalNormTellsOfHugeAndMissingNumbers() {
        const GlobalNormProblem problem{{3, 2}};
        std::vector<float> first{3e38f, 0, 0}, second{0, 0};
        float norm = 0;
        const Kernel kernel = selectGlobalNorm(problem);
        QVERIFY(runKernel(kernel, {first.data(), second.data(), &norm}));
        QCOMPARE(norm, 3e38f);
        second[1] = std::numeric_limits<float>::infinity();
        QVERIFY(runKernel(kernel, {first.data(), second.data(), &norm}));
        QVERIFY(std::isinf(norm));
        first[2] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(runKernel(kernel, {first.data(), second.data(), &norm}));
        QVERIFY(std::isnan(norm));
    }

  private:
    static void addSetAndCount() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<int>("count");
    }
    /// Sizes: one element, a tail in every vector length, no tail, several parts.
    template <class Row>
    static void forEachSetAndCount(Row row) {
        for (const std::string& set : instructionSets())
            for (const int count : {1, 31, 64, 100003}) row(set.c_str(), count);
    }
};

QTEST_APPLESS_MAIN(TestUpdate)
#include "tst_update.moc"
