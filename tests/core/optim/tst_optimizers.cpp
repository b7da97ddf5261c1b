// SPDX-License-Identifier: Apache-2.0
// Two steps of every optimiser on one weight, in float64. The wanted numbers are worked out by hand
// from the formulas in kernels/api/update.h; the working stands beside each row.
#include <QtTest/QtTest>
#include <cmath>

#include "core/optim/optimizer.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double learningRate = 0.1;
constexpr double tolerance = 1e-7;  // Adam's epsilon of 1e-8 is left out of the working

/// An optimiser applied to one weight: the state goes from step to step.
class OneWeight {
  public:
    OneWeight(const OptimizerDescriptor& optimizer, const Attrs& attrs, double weight) {
        Builder builder(m_program, {.training = true, .floatType = DType::F64});
        UpdateContext context;
        context.parameter = builder.addState("w", StateKind::Parameter, {1}, DType::F64, {});
        context.gradient = builder.addInput("gradient", {1}, DType::F64);
        context.learningRate = builder.addInput("lr", {1}, DType::F64);
        context.scale = builder.addInput("scale", {}, DType::F64);
        context.step = builder.addInput("step", {1}, DType::I64);
        for (std::string_view slot : optimizer.slotNames)
            context.slotValues.push_back(
                builder.addState("w/" + std::string(slot), StateKind::Slot, {1}, DType::F64, {}));
        m_states = {context.parameter};
        m_states.insert(m_states.end(), context.slotValues.begin(), context.slotValues.end());
        m_next = optimizer.build(builder, attrs, context);
        m_numbers.assign(m_states.size(), 0.0);
        m_numbers[0] = weight;
    }

    /// Weight, then slots, after one more step.
    std::vector<double> step(double gradient, double scale) {
        Interpreter interpreter(m_program);
        interpreter.set(m_program.input("gradient"), {gradient});
        interpreter.set(m_program.input("lr"), {learningRate});
        interpreter.set(m_program.input("scale"), {scale});
        interpreter.set(m_program.input("step"), {static_cast<double>(++m_step)});
        for (size_t i = 0; i < m_states.size(); ++i) interpreter.set(m_states[i], {m_numbers[i]});
        VITRINE_CHECK(interpreter.run().ok(), "an update runs");
        for (size_t i = 0; i < m_next.size(); ++i) m_numbers[i] = interpreter.get(m_next[i])[0];
        return m_numbers;
    }

  private:
    Program m_program;
    std::vector<ValueId> m_states, m_next;
    std::vector<double> m_numbers;
    int64_t m_step = 0;
};

using Fields = std::vector<std::pair<const char*, FieldValue>>;
using Wanted = std::vector<double>;

}  // namespace

class OptimizersTest : public QObject {
    Q_OBJECT

  private slots:
    /// From weight 1: gradient 0.5, then −0.25.
    void takesTheStepsOfItsFormula_data() {
        QTest::addColumn<std::string>("id");
        QTest::addColumn<Fields>("fields");
        QTest::addColumn<double>("scale");
        QTest::addColumn<Wanted>("first");
        QTest::addColumn<Wanted>("second");

        // w = 1 − 0.1 · 0.5 = 0.95, then 0.95 + 0.025
        QTest::newRow("sgd") << std::string("sgd") << Fields{} << 1.0 << Wanted{0.95, 0.5}
                             << Wanted{0.975, -0.25};
        // v = 0.5; then v = 0.45 − 0.25 = 0.2, w = 0.95 − 0.02
        QTest::newRow("sgd momentum") << std::string("sgd") << Fields{{"momentum", 0.9}} << 1.0
                                      << Wanted{0.95, 0.5} << Wanted{0.93, 0.2};
        // w = 1 − 0.1 (0.5 + 0.45) = 0.905; then w = 0.905 − 0.1 (−0.25 + 0.18)
        QTest::newRow("sgd nesterov")
            << std::string("sgd") << Fields{{"momentum", 0.9}, {"nesterov", true}} << 1.0
            << Wanted{0.905, 0.5} << Wanted{0.912, 0.2};
        // g' = 0.5 + 0.1 · 1 = 0.6, w = 0.94; then g' = −0.25 + 0.094 = −0.156, w = 0.9556
        QTest::newRow("sgd weight decay") << std::string("sgd") << Fields{{"weight_decay", 0.1}}
                                          << 1.0 << Wanted{0.94, 0.6} << Wanted{0.9556, -0.156};
        // g' = 0.25, then −0.125
        QTest::newRow("sgd clipped") << std::string("sgd") << Fields{} << 0.5 << Wanted{0.975, 0.25}
                                     << Wanted{0.9875, -0.125};

        // m = 0.05, v = 0.00025, both corrected: g and g², so w = 1 − 0.1.
        // m = 0.045 − 0.025 = 0.02, v = 0.00024975 + 0.0000625 = 0.00031225.
        const double second = 0.1 * (0.02 / 0.19) / std::sqrt(0.00031225 / 0.001999);
        QTest::newRow("adam") << std::string("adam") << Fields{} << 1.0
                              << Wanted{0.9, 0.05, 0.00025}
                              << Wanted{0.9 - second, 0.02, 0.00031225};
        // g' = 0.5 + 0.5 · 1 = 1: m = 0.1, v = 0.001. Then g' = −0.25 + 0.5 · 0.9 = 0.2:
        // m = 0.09 + 0.02 = 0.11, v = 0.000999 + 0.00004 = 0.001039.
        const double decayed = 0.1 * (0.11 / 0.19) / std::sqrt(0.001039 / 0.001999);
        QTest::newRow("adam weight decay")
            << std::string("adam") << Fields{{"weight_decay", 0.5}} << 1.0
            << Wanted{0.9, 0.1, 0.001} << Wanted{0.9 - decayed, 0.11, 0.001039};
        // w · (1 − 0.1 · 0.01) = 0.999, then − 0.1; the moments are Adam's.
        QTest::newRow("adamw") << std::string("adamw") << Fields{} << 1.0
                               << Wanted{0.899, 0.05, 0.00025}
                               << Wanted{0.899 * 0.999 - second, 0.02, 0.00031225};
    }
    void takesTheStepsOfItsFormula() {
        QFETCH(std::string, id);
        QFETCH(Fields, fields);
        QFETCH(double, scale);
        QFETCH(Wanted, first);
        QFETCH(Wanted, second);
        const OptimizerDescriptor* optimizer = findOptimizer(id);
        QVERIFY(optimizer);
        Attrs attrs(optimizer->fields);
        for (const auto& [field, value] : fields) attrs.with(field, value);
        OneWeight weight(*optimizer, attrs, 1.0);
        compare(weight.step(0.5, scale), first);
        compare(weight.step(-0.25, scale), second);
    }

    void everyOptimizerHasWords() {
        for (const OptimizerDescriptor* optimizer : allOptimizers()) {
            QVERIFY(!optimizer->title.empty() && optimizer->summary.ends_with('.'));
            for (const FieldSpec& field : optimizer->fields) QVERIFY(field.help.ends_with('.'));
        }
    }

  private:
    static void compare(const Wanted& got, const Wanted& wanted) {
        QCOMPARE(got.size(), wanted.size());
        for (size_t i = 0; i < got.size(); ++i)
            QVERIFY2(std::abs(got[i] - wanted[i]) <= tolerance,
                     fmt::format("state {}: {}, wanted {}", i, got[i], wanted[i]).c_str());
    }
};

QTEST_GUILESS_MAIN(OptimizersTest)
#include "tst_optimizers.moc"
