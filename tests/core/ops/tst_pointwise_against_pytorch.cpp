// SPDX-License-Identifier: Apache-2.0
// Activations and arithmetic against PyTorch: values and gradients in float64 and float32, on
// random numbers and on zeros, denormals, huge numbers, infinities and NaN. Truth: tests/golden/
// pointwise.safetensors, whose note says which versions made it.
#include <QtTest/QtTest>

#include <cmath>

#include "tests/support/golden_case.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// In float32 those of PyTorch's own assert_close; in float64 far below them. PyTorch's
/// hard_sigmoid has a 1/6 of float32 in its slope, in float64 too.
struct Tolerance {
    double relative, absolute;
};
Tolerance toleranceOf(const GoldenCase& one) {
    if (one.type == DType::F32) return {1.3e-6, 1e-5};
    return one.op == "hard_sigmoid" ? Tolerance{1e-7, 1e-11} : Tolerance{1e-11, 1e-11};
}

bool agree(double found, double wanted, const GoldenCase& one) {
    if (std::isnan(found) || std::isnan(wanted)) return std::isnan(found) && std::isnan(wanted);
    if (std::isinf(found) || std::isinf(wanted)) return found == wanted;
    const auto [relative, absolute] = toleranceOf(one);
    return std::abs(found - wanted) <= absolute + relative * std::abs(wanted);
}

/// Where ours is another number than PyTorch's among the extreme ones, and why. `part` −1 is the
/// result, k the gradient in operand k; a and b are the operands.
struct Difference {
    const char* op;
    int part;
    bool (*isThere)(double a, double b);
    const char* why;
};
bool isNaN(double a, double) { return std::isnan(a); }
bool isInfinite(double a, double) { return std::isinf(a); }
bool hasTinyDivisor(double, double b) { return std::abs(b) < 1e-38; }
constexpr const char* closed = "gates are closed where what they look at is NaN, as relu's is";
constexpr const char* limit = "the slope's limit, where PyTorch has 0 · infinity";
constexpr const char* tiny = "fmod is exact for denormal divisors too, and a quotient by 0 is NaN";
const Difference differences[] = {
    {"relu", 0, isNaN, closed},
    {"threshold", 0, isNaN, closed},
    {"sign", -1, isNaN, "NaN is on no side of 0, and must not be lost"},
    {"gelu", 0, [](double a, double) { return std::abs(a) >= 1e30; }, limit},
    {"mish", 0, isInfinite, limit},
    {"softsign", 0, isInfinite, limit},
    {"hard_swish", -1, [](double a, double) { return a > 1e38; }, "PyTorch's 6 x overflows"},
    {"pow_scalar", 0, [](double a, double) { return std::signbit(a) && (a == 0 || std::isinf(a)); },
     "x^(−1/2) as IEEE 754 has it, where PyTorch takes 1 / √x"},
    {"pow", 0, [](double, double b) { return std::isnan(b); }, closed},
    {"pow", 1, isNaN, closed},
    {"pow", 1, [](double a, double b) { return a == 0 && !(b >= 0); },
     "ln 0 counts as 0 everywhere"},
    {"mod", -1, hasTinyDivisor, tiny},
    {"mod", 1, hasTinyDivisor, tiny},
    {"mod", 1, [](double a, double b) { return std::isinf(a) || std::isinf(b); },
     "a quotient that is not there is NaN, where PyTorch has one of the limits"},
};

std::string nameOf(const GoldenCase& one) {
    return fmt::format("{} {} ({}) {} {} {}", one.number, one.op, one.fields, one.inputs, one.kind,
                       name(one.type));
}

}  // namespace

class PointwiseAgainstPyTorchTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        auto cases = loadGoldenCases(VITRINE_SOURCE_DIR "/tests/golden/pointwise.safetensors");
        QVERIFY2(cases.ok(), cases ? "" : cases.error().message.c_str());
        m_cases = std::move(cases).value();
        m_isUsed.assign(std::size(differences), false);
    }

    void valuesAndGradientsAgree_data() {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < m_cases.size(); ++i)
            QTest::newRow(nameOf(m_cases[i]).c_str()) << static_cast<int>(i);
        QVERIFY(m_cases.size() > 200);
    }
    void valuesAndGradientsAgree() {
        QFETCH(int, index);
        const GoldenCase& one = m_cases[static_cast<size_t>(index)];
        const auto ours = outcomeOf(one);
        QVERIFY2(ours.ok(), ours ? "" : ours.error().message.c_str());
        QString trouble = compare(one, -1, ours->out, one.wanted.out);
        QCOMPARE(ours->gradients.size(), one.wanted.gradients.size());
        for (size_t k = 0; k < ours->gradients.size(); ++k)
            trouble +=
                compare(one, static_cast<int>(k), ours->gradients[k], one.wanted.gradients[k]);
        QVERIFY2(trouble.isEmpty(), qPrintable(trouble));
    }

    /// One that has gone is to be struck off.
    void everyListedDifferenceIsOne() {
        for (size_t i = 0; i < m_isUsed.size(); ++i)
            QVERIFY2(m_isUsed[i], fmt::format("{} part {}: {}", differences[i].op,
                                              differences[i].part, differences[i].why)
                                      .c_str());
    }

  private:
    QString compare(const GoldenCase& one, int part, const std::vector<double>& found,
                    const std::vector<double>& wanted) {
        if (found.size() != wanted.size()) return "another number of elements; ";
        QString trouble;
        for (size_t i = 0; i < found.size(); ++i) {
            if (agree(found[i], wanted[i], one) || isListed(one, part, i)) continue;
            trouble += QString("part %1 element %2 of %3 %4: %5, PyTorch has %6; ")
                           .arg(part)
                           .arg(i)
                           .arg(operand(one, 0, i))
                           .arg(operand(one, 1, i))
                           .arg(found[i], 0, 'g', 12)
                           .arg(wanted[i], 0, 'g', 12);
        }
        return trouble;
    }

    static double operand(const GoldenCase& one, size_t k, size_t i) {
        return k < one.operands.size() && i < one.operands[k].size() ? one.operands[k][i] : 0;
    }

    bool isListed(const GoldenCase& one, int part, size_t i) {
        if (one.kind != "extreme") return false;
        for (size_t d = 0; d < std::size(differences); ++d) {
            const Difference& listed = differences[d];
            if (one.op != listed.op || part != listed.part ||
                !listed.isThere(operand(one, 0, i), operand(one, 1, i)))
                continue;
            m_isUsed[d] = true;
            return true;
        }
        return false;
    }

    std::vector<GoldenCase> m_cases;
    std::vector<bool> m_isUsed;
};

QTEST_GUILESS_MAIN(PointwiseAgainstPyTorchTest)
#include "tst_pointwise_against_pytorch.moc"
