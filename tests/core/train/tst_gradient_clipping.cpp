// SPDX-License-Identifier: Apache-2.0
// The four ways of clipping in float64, against their formulas, worked out here in plain loops.
#include <QtTest/QtTest>
#include <cmath>

#include "core/train/gradient_clipping.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

using Numbers = std::vector<double>;
constexpr double tolerance = 1e-14;

struct Parameter {
    Shape shape;
    Numbers weights, gradient;
};

struct Clipped {
    double norm = 0;
    std::vector<Numbers> gradients;  ///< with their scale
};

Clipped clipped(const std::vector<Parameter>& parameters, Clipping clipping, double limit) {
    Program program;
    Builder b(program, {.training = true, .floatType = DType::F64});
    std::vector<ClippedParameter> all;
    for (size_t i = 0; i < parameters.size(); ++i)
        all.push_back({b.addInput(fmt::format("w{}", i), parameters[i].shape, DType::F64),
                       b.addInput(fmt::format("g{}", i), parameters[i].shape, DType::F64),
                       noValue});
    const std::vector<ClippedParameter> given = all;
    appendClipping(b, all, clipping, limit);
    std::vector<ValueId> results;
    for (const ClippedParameter& each : all)
        results.push_back(b.emit("clipped_gradient", {each.gradient, each.scale}));
    Interpreter interpreter(program);
    for (size_t i = 0; i < given.size(); ++i) {
        interpreter.set(given[i].weights, parameters[i].weights);
        interpreter.set(given[i].gradient, parameters[i].gradient);
    }
    VITRINE_CHECK(interpreter.run().ok(), "clipping runs");
    Clipped result{interpreter.get(program.output("grad_norm")).front(), {}};
    for (ValueId id : results) result.gradients.push_back(interpreter.get(id));
    return result;
}

double normOf(const Numbers& numbers) {
    double sum = 0;
    for (double x : numbers) sum += x * x;
    return std::sqrt(sum);
}

/// Gradients of norms 5, 0.05, 0 and 1e-3, the rows of the first of 5, 0 and 0.5 ….
std::vector<Parameter> network() {
    return {{{3, 2}, {1, 2, -3, 4, 0.01, 0}, {3, -4, 0, 0, 0.3, -0.4}},
            {{4}, {0, 0, 0, 0}, {0.03, -0.04, 0, 0}},
            {{2, 1, 2}, {1, 1, 1, 1}, {0, 0, 0, 0}},
            {{1}, {5}, {-1e-3}}};
}

double torchScale(double norm, double limit) { return std::min(1.0, limit / (norm + 1e-6)); }

/// Rows along axis 0, or all of one axis.
Numbers adapted(const Parameter& parameter, double limit) {
    const size_t rows = parameter.shape.rank() < 2 ? 1 : static_cast<size_t>(parameter.shape[0]);
    const size_t width = parameter.gradient.size() / rows;
    Numbers result;
    for (size_t r = 0; r < rows; ++r) {
        const auto part = [&](const Numbers& all) {
            const auto begin = all.begin() + static_cast<std::ptrdiff_t>(r * width);
            return Numbers(begin, begin + static_cast<std::ptrdiff_t>(width));
        };
        const Numbers g = part(parameter.gradient);
        const double most = limit * std::max(normOf(part(parameter.weights)), 1e-3);
        const double factor = normOf(g) > most ? most / normOf(g) : 1;
        for (double x : g) result.push_back(x * factor);
    }
    return result;
}

}  // namespace

class GradientClippingTest : public QObject {
    Q_OBJECT

  private slots:
    void followsItsFormula_data() {
        QTest::addColumn<int>("clipping");
        QTest::addColumn<double>("limit");
        for (const ClippingWords& words : clippingWords)
            for (const double limit : {0.0, 1e-4, 0.01, 0.35, 1.0, 5.0, 100.0})
                QTest::addRow("%s %g", words.id.data(), limit)
                    << static_cast<int>(words.clipping) << limit;
    }
    void followsItsFormula() {
        QFETCH(int, clipping);
        QFETCH(double, limit);
        const std::vector<Parameter> parameters = network();
        Numbers whole;
        for (const Parameter& p : parameters)
            whole.insert(whole.end(), p.gradient.begin(), p.gradient.end());
        const Clipped found = clipped(parameters, static_cast<Clipping>(clipping), limit);
        // Of the gradients before clipping, whatever the way.
        QVERIFY(std::abs(found.norm - normOf(whole)) <= tolerance * found.norm);
        for (size_t i = 0; i < parameters.size(); ++i) {
            const Numbers& gradient = parameters[i].gradient;
            Numbers wanted = gradient;
            for (double& x : wanted) {
                if (limit <= 0) break;
                if (clipping == static_cast<int>(Clipping::Norm))
                    x *= torchScale(normOf(whole), limit);
                if (clipping == static_cast<int>(Clipping::Layer))
                    x *= torchScale(normOf(gradient), limit);
                if (clipping == static_cast<int>(Clipping::Value)) x = std::clamp(x, -limit, limit);
            }
            if (clipping == static_cast<int>(Clipping::Adaptive) && limit > 0)
                wanted = adapted(parameters[i], limit);
            for (size_t k = 0; k < wanted.size(); ++k)
                QVERIFY2(std::abs(found.gradients[i][k] - wanted[k]) <= tolerance * 5,
                         fmt::format("parameter {} element {}: {}, wanted {}", i, k,
                                     found.gradients[i][k], wanted[k])
                             .c_str());
        }
    }

    /// What never becomes a number again must be seen, not clipped away.
    void keepsNaN() {
        for (const ClippingWords& words : clippingWords) {
            std::vector<Parameter> parameters = network();
            parameters[0].gradient[1] = std::numeric_limits<double>::quiet_NaN();
            const Clipped found = clipped(parameters, words.clipping, 0.5);
            QVERIFY(std::isnan(found.norm));
            QVERIFY2(std::isnan(found.gradients[0][1]), words.id.data());
        }
    }

    void everyWayHasWords() {
        for (const ClippingWords& words : clippingWords) {
            QCOMPARE(clippingId(words.clipping), words.id);
            QCOMPARE(findClipping(words.id), &words);
            QVERIFY(!words.title.empty() && words.summary.ends_with('.'));
        }
        QVERIFY(!findClipping("sideways"));
    }
};

QTEST_GUILESS_MAIN(GradientClippingTest)
#include "tst_gradient_clipping.moc"
