// SPDX-License-Identifier: Apache-2.0
// Operators in random configurations against PyTorch, each in float64 and in float32, with all
// gradients. Truth: tests/golden/configurations.safetensors, whose note says which versions made
// it. In float32 we may be as far from float64 as assert_close lets anything be, or twice as far as
// PyTorch's own float32 is.
#include <QtTest/QtTest>

#include <cmath>
#include <set>

#include "tests/support/counts.h"
#include "tests/support/golden_case.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// In float64 both take sums of different orders, as a share of the largest number.
constexpr double wideTolerance = 1e-11;
/// PyTorch's celu has constants of float32 in its slope, in float64 too: 1.7e-8 from e^(x / alpha).
constexpr double wideToleranceOfCelu = 1e-7;
/// PyTorch's assert_close in float32.
constexpr double relative = 1.3e-6, absolute = 1e-5;

/// How far PyTorch's float32 is from its float64: the result, then each gradient that there is.
std::vector<double> roughness(const GoldenCase& of) {
    std::vector<double> errors;
    for (const QString& text : QString::fromStdString(of.kind).split(','))
        errors.push_back(text.toDouble());
    return errors;
}

/// Empty where all of `got` is within the tolerance.
std::string trouble(const std::vector<double>& got, const std::vector<double>& wanted,
                    const GoldenCase& of, double rough) {
    const double wide = of.op == "celu" ? wideToleranceOfCelu : wideTolerance;
    if (got.size() != wanted.size())
        return fmt::format("{} numbers, wanted {}", got.size(), wanted.size());
    double largest = 1;
    for (double x : wanted) largest = std::max(largest, std::abs(x));
    for (size_t i = 0; i < got.size(); ++i) {
        const double bound = of.type == DType::F64
                                 ? wide * largest
                                 : std::max(absolute + relative * std::abs(wanted[i]), 2 * rough);
        if (!(std::abs(got[i] - wanted[i]) <= bound))
            return fmt::format("element {}: {}, PyTorch has {}, bound {}", i, got[i], wanted[i],
                               bound);
    }
    return {};
}

}  // namespace

class ConfigurationsAgainstPyTorchTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        auto cases = loadGoldenCases(VITRINE_SOURCE_DIR "/tests/golden/configurations.safetensors");
        QVERIFY2(cases.ok(), cases ? "" : cases.error().message.c_str());
        m_cases = std::move(cases).value();
        QVERIFY(m_cases.size() >= 1200);
    }

    void valuesAndGradientsAgree_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<int>("type");
        for (size_t i = 0; i < m_cases.size(); ++i)
            for (const DType type : {DType::F64, DType::F32}) {
                const GoldenCase& one = m_cases[i];
                const std::string row = fmt::format("{} {} ({}) {} {}", one.number, one.op,
                                                    one.fields, one.inputs, name(type));
                QTest::newRow(row.c_str()) << static_cast<int>(i) << static_cast<int>(type);
            }
    }
    void valuesAndGradientsAgree() {
        QFETCH(int, index);
        QFETCH(int, type);
        GoldenCase one = m_cases[static_cast<size_t>(index)];
        one.type = static_cast<DType>(type);
        const auto outcome = outcomeOf(one);
        QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
        const std::vector<double> rough = roughness(one);
        size_t next = 0;
        std::string found = trouble(outcome->out, one.wanted.out, one, rough[next++]);
        QVERIFY2(found.empty(), ("result: " + found).c_str());
        for (size_t k = 0; k < one.wanted.gradients.size(); ++k) {
            if (one.wanted.gradients[k].empty()) continue;
            found = trouble(outcome->gradients[k], one.wanted.gradients[k], one, rough[next++]);
            QVERIFY2(found.empty(), fmt::format("gradient of operand {}: {}", k, found).c_str());
        }
        QCOMPARE(next, rough.size());
        ++m_passed;
        m_operators.insert(one.op);
    }

    void cleanupTestCase() {
        printCount(m_passed,
                   fmt::format("cases against PyTorch 2.15, of {} operators (wanted: 2400)",
                               m_operators.size()));
    }

  private:
    std::vector<GoldenCase> m_cases;
    int64_t m_passed = 0;
    std::set<std::string> m_operators;
};

QTEST_GUILESS_MAIN(ConfigurationsAgainstPyTorchTest)
#include "tst_configurations_against_pytorch.moc"
