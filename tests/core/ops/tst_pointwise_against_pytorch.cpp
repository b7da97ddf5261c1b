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

/// In float32 those of PyTorch's own assert_close; in float64 far below them.
struct Tolerance {
    double relative, absolute;
};
constexpr Tolerance toleranceOf(DType type) {
    return type == DType::F64 ? Tolerance{1e-11, 1e-11} : Tolerance{1.3e-6, 1e-5};
}

bool agree(double found, double wanted, DType type) {
    if (std::isnan(found) || std::isnan(wanted)) return std::isnan(found) && std::isnan(wanted);
    if (std::isinf(found) || std::isinf(wanted)) return found == wanted;
    const auto [relative, absolute] = toleranceOf(type);
    return std::abs(found - wanted) <= absolute + relative * std::abs(wanted);
}

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Where ours is another number than PyTorch's, and why. `part` −1 is the result, k the gradient in
/// operand k.
struct Difference {
    const char* op;
    int part;
    double a;  ///< operand 0
    const char* why;
    double b = 0;  ///< operand 1, where there is one
};
constexpr const char* closed = "a gate whose input is NaN is closed";
constexpr const char* limit = "the slope's limit, where a formula gives 0 · infinity";
const Difference differences[] = {
    {"relu", 0, nan, closed},
    {"relu6", 0, nan, closed},
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
            QVERIFY2(m_isUsed[i], fmt::format("{} part {} at {}", differences[i].op,
                                              differences[i].part, differences[i].a)
                                      .c_str());
    }

  private:
    QString compare(const GoldenCase& one, int part, const std::vector<double>& found,
                    const std::vector<double>& wanted) {
        if (found.size() != wanted.size()) return "another number of elements; ";
        QString trouble;
        for (size_t i = 0; i < found.size(); ++i) {
            if (agree(found[i], wanted[i], one.type) || isListed(one, part, i)) continue;
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
            if (one.op != listed.op || part != listed.part || !same(operand(one, 0, i), listed.a) ||
                (one.operands.size() > 1 && !same(operand(one, 1, i), listed.b)))
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
