// SPDX-License-Identifier: Apache-2.0
// Where good guesses are wrong: values and slopes at kinks, bounds, steps, ties and poles, ours and
// PyTorch's, and why where they differ. Ours are computed here in both precisions; PyTorch's are
// those of tests/golden/pointwise.safetensors, whose note says which version made it.
#include <QtTest/QtTest>

#include <cmath>
#include <optional>

#include "tests/support/golden_case.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Slopes {
    double value, slope, second = 0;  ///< the second operand's slope, where there is one
};

/// One row of the table. `pytorch` and `why`: only where it has other numbers.
struct Row {
    const char *op, *fields;
    double x;
    Slopes ours;
    std::optional<Slopes> pytorch = std::nullopt;
    const char* why = "";
};

constexpr const char* closed = "gates are closed where what they look at is NaN, as relu's is";

const Row kinks[] = {
    {"relu", "", 0, {0, 0}},
    {"relu", "", nan, {nan, 0}, Slopes{nan, 1}, closed},
    {"relu6", "", 0, {0, 0}},
    {"relu6", "", 6, {6, 0}},
    {"relu6", "", nan, {nan, 0}},
    {"hard_tanh", "", -1, {-1, 0}},
    {"hard_tanh", "", 1, {1, 0}},
    {"hard_tanh", "", nan, {nan, 0}},
    {"clamp", "", 0, {0, 0}},
    {"clamp", "", 1, {1, 0}},
    {"clamp", "", nan, {nan, 0}},
    {"clamp", "bounds=low low=-1", -1, {-1, 0}},
    {"clamp", "bounds=low low=-1", inf, {inf, 1}},
    {"clamp", "bounds=low low=-1", nan, {nan, 0}},
    {"clamp", "bounds=high high=0.5", 0.5, {0.5, 0}},
    {"clamp", "bounds=high high=0.5", -inf, {-inf, 1}},
    {"leaky_relu", "slope=0.25", 0, {0, 0.25}},
    {"leaky_relu", "slope=0.25", nan, {nan, 0.25}},
    {"elu", "", 0, {0, 1}},
    {"elu", "alpha=0.5", 0, {0, 0.5}},
    {"selu", "", 0, {0, 1.0507009873554805 * 1.6732632423543772}},
    {"celu", "alpha=2", 0, {0, 1}},
    {"hard_sigmoid", "", -3, {0, 0}},
    {"hard_sigmoid", "", 3, {1, 0}},
    {"hard_swish", "", -3, {0, 0}},
    {"hard_swish", "", 3, {3, 1}},
    {"hard_swish", "", nan, {nan, nan}},
    {"softshrink", "", 0.5, {0, 0}},
    {"softshrink", "", -0.5, {0, 0}},
    {"softshrink", "", nan, {nan, 0}},
    {"threshold", "threshold=1 value=-7", 1, {-7, 0}},
    {"threshold", "threshold=1 value=-7", nan, {nan, 0}, Slopes{nan, 1}, closed},
    {"abs", "", 0, {0, 0}},
    {"abs", "", -0.0, {0, 0}},
    {"sign", "", 0, {0, 0}},
    {"sign", "", nan, {nan, 0}, Slopes{0, 0}, "NaN is on no side of 0, and must not be lost"},
    {"sqrt", "", 0, {0, inf}},
    {"sqrt", "", -1, {nan, nan}},
    {"round", "", 0.5, {0, 0}},
    {"round", "", 1.5, {2, 0}},
    {"round", "", 2.5, {2, 0}},
    {"round", "", -0.5, {0, 0}},
    {"round", "", -2.5, {-2, 0}},
    {"floor", "", -0.5, {-1, 0}},
    {"ceil", "", -0.5, {0, 0}},
    {"pow_scalar", "exponent=0", 0, {1, 0}},
    {"pow_scalar", "exponent=0", nan, {1, 0}},
    {"pow_scalar", "exponent=0.5", 0, {0, inf}},
    {"pow_scalar", "exponent=1", 0, {0, 1}},
    {"pow_scalar", "exponent=2", 0, {0, 0}},
    {"pow_scalar", "exponent=-1", 0, {inf, -inf}},
    {"pow_scalar", "exponent=-1", -0.0, {-inf, -inf}},
    {"pow_scalar", "exponent=3", -1, {-1, 3}},
    {"pow_scalar", "exponent=1.5", -1, {nan, nan}},
    {"log", "", 0, {-inf, inf}},
    {"softplus", "", inf, {inf, 1}},
    {"tanh", "", inf, {1, 0}},
    {"erf", "", -inf, {-1, 0}},
};

struct PairRow {
    const char *op, *fields;
    double a, b;
    Slopes ours;
    std::optional<Slopes> pytorch = std::nullopt;
    const char* why = "";
};

const PairRow pairs[] = {
    {"max", "", 1, 1, {1, 0.5, 0.5}},
    {"max", "", 0, -0.0, {0, 0.5, 0.5}},
    {"max", "", inf, inf, {inf, 0.5, 0.5}},
    {"max", "", nan, 1, {nan, 1, 1}},
    {"max", "", 1, nan, {nan, 1, 1}},
    {"max", "", 3, 1, {3, 1, 0}},
    {"min", "", 1, 1, {1, 0.5, 0.5}},
    {"min", "", nan, 1, {nan, 1, 1}},
    {"min", "", 1, nan, {nan, 1, 1}},
    {"min", "", 3, 1, {1, 0, 1}},
    {"div", "", 1, 0, {inf, inf, -inf}},
    {"div", "", 0, 0, {nan, inf, nan}},
    {"div", "", -1, -0.0, {inf, -inf, inf}},
    {"mod", "", 3, -2, {-1, 1, 2}},
    {"mod", "", -2, 3, {1, 1, 1}},
    {"mod", "", -1, -2, {-1, 1, 0}},
    {"mod", "", 3, 0, {nan, 1, nan}, Slopes{nan, 1, -inf}, "a quotient that is not there is NaN"},
    {"mod", "sign=dividend", 3, -2, {1, 1, 1}},
    {"mod", "sign=dividend", -2, 3, {-2, 1, 0}},
    {"mod", "sign=dividend", -1, -2, {-1, 1, 0}},
    {"pow", "", 0, 0, {1, 0, 0}},
    {"pow", "", 0, 3, {0, 0, 0}},
    {"pow", "", 0, -1, {inf, -inf, 0}, Slopes{inf, -inf, -inf}, "ln 0 counts as 0 at a pole too"},
    {"pow", "", -1, 3, {-1, 3, nan}},
    {"pow", "", 1, nan, {1, 0, 0}, Slopes{1, nan, 0}, closed},
    {"pow", "", nan, 0, {1, 0, 0}, Slopes{1, 0, nan}, closed},
};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }
bool same(const Slopes& a, const Slopes& b) {
    return same(a.value, b.value) && same(a.slope, b.slope) && same(a.second, b.second);
}
bool sameOperand(double a, double b) { return same(a, b) && std::signbit(a) == std::signbit(b); }

std::string textOf(const Slopes& s) {
    return fmt::format("{}, slopes {} and {}", s.value, s.slope, s.second);
}

Slopes slopesOf(const Outcome& outcome, size_t i) {
    const auto& all = outcome.gradients;
    return {outcome.out[i], all[0][i], all.size() > 1 ? all[1][i] : 0};
}

void addRows(const auto& rows, auto numbers) {
    QTest::addColumn<int>("index");
    for (size_t i = 0; i < std::size(rows); ++i)
        QTest::newRow(
            fmt::format("{} ({}) at {}", rows[i].op, rows[i].fields, numbers(rows[i])).c_str())
            << static_cast<int>(i);
}

/// To a few units in the last place of float, which rounds what is no whole number, and where a
/// line crosses 0 to those of 1 in double.
bool nearly(const Slopes& a, const Slopes& b) {
    const auto close = [](double x, double y) {
        return same(x, y) || std::abs(x - y) <= 1e-15 + 3e-7 * std::abs(y);
    };
    return close(a.value, b.value) && close(a.slope, b.slope) && close(a.second, b.second);
}

}  // namespace

class KinksTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        auto cases = loadGoldenCases(VITRINE_SOURCE_DIR "/tests/golden/pointwise.safetensors");
        QVERIFY2(cases.ok(), cases ? "" : cases.error().message.c_str());
        m_cases = std::move(cases).value();
    }

    void ofOneOperand_data() {
        addRows(kinks, [](const Row& row) { return fmt::format("{}", row.x); });
    }
    void ofOneOperand() {
        QFETCH(int, index);
        const Row& row = kinks[index];
        check(row, {{row.x}});
    }

    void ofTwoOperands_data() {
        addRows(pairs, [](const PairRow& row) { return fmt::format("{} and {}", row.a, row.b); });
    }
    void ofTwoOperands() {
        QFETCH(int, index);
        const PairRow& row = pairs[index];
        check(row, {{row.a}, {row.b}});
    }

  private:
    template <class T>
    void check(const T& row, const std::vector<std::vector<double>>& operands) {
        QCOMPARE(row.pytorch.has_value(), *row.why != '\0');
        GoldenCase one;
        one.op = row.op;
        one.fields = row.fields;
        one.inputs = operands.size() > 1 ? "1 1" : "1";
        one.operands = operands;
        one.cotangent = {1};
        for (const DType type : {DType::F64, DType::F32}) {
            one.type = type;
            const auto outcome = outcomeOf(one);
            QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
            const Slopes ours = slopesOf(*outcome, 0);
            QVERIFY2(nearly(ours, row.ours), ("ours: " + textOf(ours)).c_str());
        }
        const std::optional<Slopes> theirs = pytorchAt(one);
        QVERIFY2(theirs, "PyTorch's numbers are in the file");
        QVERIFY2(nearly(*theirs, row.pytorch.value_or(row.ours)),
                 ("PyTorch's: " + textOf(*theirs)).c_str());
        QVERIFY(!row.pytorch || !same(*theirs, row.ours));
    }

    /// What PyTorch gives for the operands, in the first extreme case that has them.
    std::optional<Slopes> pytorchAt(const GoldenCase& wanted) const {
        for (const GoldenCase& one : m_cases) {
            if (one.kind != "extreme" || one.op != wanted.op || one.fields != wanted.fields)
                continue;
            for (size_t i = 0; i < one.wanted.out.size(); ++i) {
                bool isIt = true;
                for (size_t k = 0; k < wanted.operands.size(); ++k)
                    isIt = isIt && sameOperand(one.operands[k][i], wanted.operands[k][0]);
                if (isIt) return slopesOf(one.wanted, i);
            }
        }
        return std::nullopt;
    }

    std::vector<GoldenCase> m_cases;
};

QTEST_GUILESS_MAIN(KinksTest)
#include "tst_kinks.moc"
