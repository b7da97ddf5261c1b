// SPDX-License-Identifier: Apache-2.0
// Optimisers in float64: two steps on one weight, where the wanted numbers are worked out by hand
// and the working stands beside each row, and 200 steps of each under several schedules against
// PyTorch and papers' formulas (tests/golden/optimisers.safetensors, whose note says which versions
// made it).
#include <QtTest/QtTest>
#include <cmath>
#include <optional>

#include "core/io/safetensors.h"
#include "core/optim/optimizer.h"
#include "core/tensor/element.h"
#include "tests/support/counts.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double learningRate = 0.1;
constexpr double tolerance = 1e-7;  // Adam's epsilon of 1e-8 is left out of the working
/// Of a weight, or of a thousandth where it is smaller. Sums in another order, 200 steps long.
constexpr double goldenTolerance = 1e-9;
/// PyTorch keeps the product of NAdam's momenta in float32.
constexpr double nadamTolerance = 1e-7;

/// An optimiser applied to one parameter: the state goes from step to step.
class Trained {
  public:
    Trained(const OptimizerDescriptor& optimizer, const Attrs& attrs, const Shape& shape,
            const std::vector<double>& weights) {
        Builder builder(m_program, {.training = true, .floatType = DType::F64});
        UpdateContext context;
        context.parameter = builder.addState("w", StateKind::Parameter, shape, DType::F64, {});
        context.gradient = builder.addInput("gradient", shape, DType::F64);
        context.learningRate = builder.addInput("lr", {1}, DType::F64);
        context.scale = builder.addInput("scale", {}, DType::F64);
        context.step = builder.addInput("step", {1}, DType::I64);
        m_states = {context.parameter};
        m_numbers = {weights};
        for (const SlotSpec& slot : optimizer.slotsOf(attrs, shape)) {
            m_states.push_back(builder.addState("w/" + std::string(slot.name), StateKind::Slot,
                                                slot.shape, DType::F64, {}));
            m_numbers.emplace_back(static_cast<size_t>(slot.shape.elements()), 0.0);
        }
        context.slotValues.assign(m_states.begin() + 1, m_states.end());
        m_next = optimizer.build(builder, attrs, context);
        VITRINE_CHECK(m_next.size() == m_states.size(), "the parameter and every slot have a next");
        m_interpreter.emplace(m_program);
    }

    const std::vector<double>& weights() const { return m_numbers[0]; }
    int64_t steps() const { return m_step; }

    /// First element of the weights, then of each slot, after one more step.
    std::vector<double> step(const std::vector<double>& gradient, double rate, double scale) {
        const auto set = [&](const char* name, const std::vector<double>& numbers) {
            m_interpreter->set(m_program.input(name), numbers);
        };
        ++m_step;
        set("gradient", gradient);
        set("lr", {rate});
        set("scale", {scale});
        set("step", {static_cast<double>(m_step)});
        for (size_t i = 0; i < m_states.size(); ++i) m_interpreter->set(m_states[i], m_numbers[i]);
        VITRINE_CHECK(m_interpreter->run().ok(), "an update runs");
        std::vector<double> first;
        for (size_t i = 0; i < m_next.size(); ++i) {
            m_numbers[i] = m_interpreter->get(m_next[i]);
            first.push_back(m_numbers[i].front());
        }
        return first;
    }

  private:
    Program m_program;
    std::optional<Interpreter> m_interpreter;
    std::vector<ValueId> m_states, m_next;
    std::vector<std::vector<double>> m_numbers;
    int64_t m_step = 0;
};

/// `every=3&gamma=0.5`
Attrs attrsFrom(std::span<const FieldSpec> specs, const QString& text) {
    Attrs attrs(specs);
    for (const QString& part : text.split('&', Qt::SkipEmptyParts)) {
        const std::string id = part.section('=', 0, 0).toStdString();
        for (const FieldSpec& spec : specs)
            if (spec.id == id)
                attrs.with(id, fieldFromText(spec, part.section('=', 1).toStdString()).value());
    }
    return attrs;
}

Shape shapeFrom(const QString& text) {
    Shape shape;
    for (const QString& extent : text.split('x')) shape.push(extent.toLongLong());
    return shape;
}

std::vector<double> numbersOf(const SafetensorsFile& file, const std::string& name) {
    const TensorView* tensor = file.find(name);
    VITRINE_CHECK(tensor, "the golden file has every tensor");
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor->shape.elements(); ++i)
        numbers.push_back(readElement(tensor->bytes.data(), tensor->dtype, i));
    return numbers;
}

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
        addRowsWhereGuessesAreWrong();
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
        Trained weight(*optimizer, attrs, {1}, {1.0});
        compare(weight.step({0.5}, learningRate, scale), first);
        compare(weight.step({-0.25}, learningRate, scale), second);
    }

    void followsPyTorchFor200Steps_data() {
        auto file = loadSafetensors(VITRINE_SOURCE_DIR "/tests/golden/optimisers.safetensors");
        QVERIFY2(file.ok(), file ? "" : file.error().message.c_str());
        m_golden = std::move(file).value();
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("text");
        for (const auto& [key, text] : m_golden.metadata)
            QTest::newRow((key + " " + text).c_str())
                << QString::fromStdString(key) << QString::fromStdString(text);
        QVERIFY(m_golden.metadata.size() >= 66);
    }
    void followsPyTorchFor200Steps() {
        QFETCH(QString, key);
        QFETCH(QString, text);
        const QStringList parts = text.split('|');
        const OptimizerDescriptor* optimizer = findOptimizer(parts[0].toStdString());
        const ScheduleDescriptor* schedule = findSchedule(parts[2].toStdString());
        QVERIFY(optimizer && schedule);
        const Attrs rates = attrsFrom(schedule->fields, parts[3]);
        const double rate = parts[4].toDouble();
        const auto steep = numbersOf(m_golden, "steep"), goal = numbersOf(m_golden, "goal");
        const auto noise = numbersOf(m_golden, "noise"), kept = numbersOf(m_golden, "kept");
        const auto wanted = numbersOf(m_golden, key.toStdString());
        const size_t count = steep.size();
        QCOMPARE(noise.size(), size_t{200} * count);

        Trained trained(*optimizer, attrsFrom(optimizer->fields, parts[1]), shapeFrom(parts[5]),
                        numbersOf(m_golden, "start"));
        const double tolerance = parts[0] == "nadam" ? nadamTolerance : goldenTolerance;
        size_t row = 0;
        for (size_t step = 0; step < 200; ++step) {
            std::vector<double> gradient(count);
            for (size_t i = 0; i < count; ++i)
                gradient[i] = steep[i] * (trained.weights()[i] - goal[i] + noise[step * count + i]);
            const ScheduleContext at{static_cast<int64_t>(step), 200, 10};
            trained.step(gradient, rate * schedule->factor(rates, at), 1);
            if (static_cast<double>(step + 1) != kept[row]) continue;
            for (size_t i = 0; i < count; ++i) {
                const double right = wanted[row * count + i], found = trained.weights()[i];
                QVERIFY2(std::abs(found - right) <= tolerance * (std::abs(right) + 1e-3),
                         fmt::format("step {} weight {}: {}, wanted {}", step + 1, i, found, right)
                             .c_str());
            }
            ++row;
        }
        QCOMPARE(row, kept.size());
        ++m_trajectories;
    }

    /// Half of a gradient twice as large, to the bit; on a matrix and on a row of numbers.
    void everyOptimizerClips_data() {
        QTest::addColumn<const OptimizerDescriptor*>("optimizer");
        QTest::addColumn<Shape>("shape");
        for (const OptimizerDescriptor* optimizer : allOptimizers())
            for (const Shape& shape : {Shape{6}, Shape{2, 3}})
                QTest::addRow("%s of %d axes", optimizer->id.data(), shape.rank())
                    << optimizer << shape;
    }
    void everyOptimizerClips() {
        QFETCH(const OptimizerDescriptor*, optimizer);
        QFETCH(Shape, shape);
        const std::vector<double> start{1, -2, 0.5, 0.25, -1, 3}, once{1, 2, -3, 0.5, 0.1, -1};
        std::vector<double> twice;
        for (double g : once) twice.push_back(2 * g);
        const Attrs attrs(optimizer->fields);
        Trained whole(*optimizer, attrs, shape, start), halved(*optimizer, attrs, shape, start);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(halved.step(twice, learningRate, 0.5), whole.step(once, learningRate, 1));
        QVERIFY(halved.weights() == whole.weights() && whole.weights() != start);
    }

    void lambHasRatioOneAtZeros() {
        const OptimizerDescriptor* lamb = findOptimizer("lamb");
        Attrs attrs(lamb->fields);
        attrs.with("eps", 0.0);
        Trained zero(*lamb, attrs, {2}, {0, 0});
        QCOMPARE(zero.step({0.5, -0.5}, learningRate, 1)[0], -0.1);
        // Neither gradient nor decay: the step is 0, and its length no divisor.
        attrs.with("weight_decay", 0.0).with("eps", 1e-6);
        Trained still(*lamb, attrs, {2}, {1, 2});
        QCOMPARE(still.step({0, 0}, learningRate, 1)[0], 1.0);
    }

    void everyOptimizerHasWords() {
        for (const OptimizerDescriptor* optimizer : allOptimizers()) {
            QVERIFY(!optimizer->title.empty() && optimizer->summary.ends_with('.'));
            for (const FieldSpec& field : optimizer->fields) QVERIFY(field.help.ends_with('.'));
        }
    }

    void cleanupTestCase() {
        printCount(m_trajectories,
                   "trajectories of 200 steps, optimiser x schedule, in float64 (wanted: 40)");
    }

  private:
    SafetensorsFile m_golden;
    int m_trajectories = 0;

    /// Where another place of a term is a good guess, and gives another number.
    static void addRowsWhereGuessesAreWrong() {
        const auto row = [](const char* name, const char* id, const Fields& fields,
                            const Wanted& first, const Wanted& second) {
            QTest::newRow(name) << std::string(id) << fields << 1.0 << first << second;
        };
        const double r = learningRate, g = 0.5, h = -0.25;
        // Not at the first step: v = 0.5; then v = 0.9 · 0.5 + 0.6 · −0.25 = 0.3.
        row("sgd: the first gradient is not dampened", "sgd",
            {{"momentum", 0.9}, {"dampening", 0.4}}, {0.95, 0.5}, {0.92, 0.3});
        // Behind the correction: √(v̂) + eps = 0.5 + 0.5.
        const double m = 0.02 / 0.19, v = std::sqrt(0.00031225 / 0.001999);
        row("adam: epsilon behind root and correction", "adam", {{"eps", 0.5}},
            {1 - r * g / (0.5 + 0.5), 0.05, 0.00025}, {0.95 - r * m / (v + 0.5), 0.02, 0.00031225});
        // β₂ = 0.5: v = 0.125, then 0.09375, the largest stays 0.125; corrected by 0.75, not 0.5.
        row("amsgrad: raw maximum, present correction", "adam", {{"amsgrad", true}, {"beta2", 0.5}},
            {0.9, 0.05, 0.125, 0.125},
            {0.9 - r * m / std::sqrt(0.125 / 0.75), 0.02, 0.09375, 0.125});
        // u = |g| + eps = 0.75; then max(0.999 · 0.75, 0.5).
        row("adamax: epsilon inside of the maximum", "adamax", {{"eps", 0.25}},
            {1 - r * g / 0.75, 0.05, 0.75}, {1 - r * g / 0.75 - r * m / 0.74925, 0.02, 0.74925});
        // μ1 = 0.9 (1 − 0.5 · 0.96^0.004), and so on.
        const auto mu = [](int t) { return 0.9 * (1 - 0.5 * std::pow(0.96, 0.004 * t)); };
        const double one = mu(1), both = one * mu(2), three = both * mu(3);
        const double near = r * ((1 - one) / (1 - one) * g + mu(2) / (1 - both) * 0.05) / 0.5;
        const double far = r * ((1 - mu(2)) / (1 - both) * h + mu(3) / (1 - three) * 0.02) / v;
        row("nadam: momentum rises", "nadam", {}, {1 - near, 0.05, 0.00025, 1 - one},
            {1 - near - far, 0.02, 0.00031225, 1 - both});
        row("radam: the first steps are plain", "radam", {}, {1 - r * g, 0.05, 0.00025},
            {1 - r * g - r * m, 0.02, 0.00031225});
        // 0.1 / (1 + 0) and 0.1 / (1 + 1), not 0.1 / 2 and 0.1 / 3.
        row("adagrad: the rate decays from the second step on", "adagrad", {{"lr_decay", 1.0}},
            {0.9, 0.25}, {0.9 + r / 2 * 0.25 / std::sqrt(0.3125), 0.3125});
        row("adagrad: epsilon outside, start of the sum inside", "adagrad",
            {{"eps", 0.5}, {"initial", 0.75}}, {1 - r * g / (1 + 0.5), 0.25},
            {1 - r * g / 1.5 - r * h / (std::sqrt(0.75 + 0.3125) + 0.5), 0.3125});
        // d = √(0 + 0.01) / √(0.025 + 0.01) · 0.5 is made from the mean of before.
        const double d = std::sqrt(0.01 / 0.035) * g, u = 0.1 * d * d, w = 0.02875;
        const double e = std::sqrt((u + 0.01) / (w + 0.01)) * h;
        row("adadelta: epsilon inside, mean of earlier steps", "adadelta", {{"eps", 0.01}},
            {1 - r * d, 0.025, u}, {1 - r * d - r * e, w, 0.9 * u + 0.1 * e * e});
        // v = 0.0025: 0.05 + 0.5; inside of the root it would be 0.709.
        const double x = 0.99 * 0.0025 + 0.01 * 0.0625;
        row("rmsprop: epsilon outside of the root", "rmsprop", {{"eps", 0.5}},
            {1 - r * g / 0.55, 0.0025}, {1 - r * g / 0.55 - r * h / (std::sqrt(x) + 0.5), x});
        // The rate joins behind the velocity: b = 10, then 9 − 0.25 / √x.
        row("rmsprop: the rate is outside of the momentum", "rmsprop",
            {{"momentum", 0.9}, {"eps", 0.0}}, {0, 0.0025, 10},
            {-r * (9 + h / std::sqrt(x)), x, 9 + h / std::sqrt(x)});
        // Direction from 0.9 · 0.005 − 0.1 · 0.25 < 0, not from the new momentum.
        row("lion: the sign of a mixture of its own", "lion", {}, {0.9, 0.005},
            {1.0, 0.99 * 0.005 + 0.01 * h});
        row("lion: decay is decoupled", "lion", {{"weight_decay", 0.5}}, {0.95 - 0.1, 0.005},
            {0.85 * 0.95 + 0.1, 0.00245});
        // r = 1 (+ decay · 1): whatever it is, the step is as long as lr · |w|.
        row("lamb: decay joins before the length is taken", "lamb", {{"weight_decay", 2.0}},
            {0.9, 0.05, 0.00025}, {0.81, 0.02, 0.00031225});
    }

    static void compare(const Wanted& got, const Wanted& wanted) {
        QCOMPARE(got.size(), wanted.size());
        for (size_t i = 0; i < got.size(); ++i)
            QVERIFY2(std::abs(got[i] - wanted[i]) <= tolerance,
                     fmt::format("state {}: {}, wanted {}", i, got[i], wanted[i]).c_str());
    }
};

QTEST_GUILESS_MAIN(OptimizersTest)
#include "tst_optimizers.moc"
