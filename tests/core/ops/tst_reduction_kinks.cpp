// SPDX-License-Identifier: Apache-2.0
// What reductions give where a good guess is wrong: equals, zeros, infinities, NaN, one element;
// and how much of a variance is left where the mean is far from 0. Truth: worked out by hand,
// beside what PyTorch 2.15.0 gives in float64; a row in which they differ says why.
#include <QtTest/QtTest>

#include <cmath>
#include <limits>

#include "core/autodiff/transform.h"
#include "core/base/rng.h"
#include "core/opdef/registry.h"
#include "tests/support/interpreter.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
using Numbers = std::vector<double>;

/// x along one axis, all results one after another, and the gradient of the sum of the first one.
struct Row {
    const char* name;
    const char* op;
    const char* fields;
    Numbers x, results, gradient;
    Numbers torchResults, torchGradient;
    const char* why = "";
};

/// Both give the same.
Row agreed(const char* name, const char* op, const char* fields, Numbers x, Numbers results,
           Numbers gradient) {
    return {name, op, fields, std::move(x), results, gradient, results, gradient, ""};
}

const Row rows[] = {
    agreed("max of two equals", "reduce_max", "", {1, 3, 3, 2}, {3}, {0, 0.5, 0.5, 0}),
    agreed("max of three equals", "reduce_max", "", {2, 2, 2}, {2}, {1. / 3, 1. / 3, 1. / 3}),
    agreed("max with NaN", "reduce_max", "", {1, nan, 3}, {nan}, {nan, nan, nan}),
    agreed("max of infinities", "reduce_max", "", {inf, 1, inf}, {inf}, {0.5, 0, 0.5}),
    agreed("min of two equals", "reduce_min", "", {1, 3, 1, 2}, {1}, {0.5, 0, 0.5, 0}),
    agreed("L1 norm with 0", "reduce_l1", "", {0, 2, -1}, {3}, {0, 1, -1}),
    agreed("L2 norm at 0", "reduce_l2", "", {0, 0}, {0}, {0, 0}),
    agreed("L2 norm with NaN", "reduce_l2", "", {nan, 1}, {nan}, {nan, nan}),
    agreed("product without zero", "reduce_prod", "", {2, 4, 0.5}, {4}, {2, 1, 8}),
    agreed("product with one zero", "reduce_prod", "", {2, 0, 3}, {0}, {0, 6, 0}),
    agreed("product with two zeros", "reduce_prod", "", {2, 0, 0}, {0}, {0, 0, 0}),
    {"log-sum-exp of nothing but −∞",
     "reduce_log_sum_exp",
     "",
     {-inf, -inf},
     {-inf},
     {0, 0},
     {-inf},
     {nan, nan},
     "a masked row must not make its network's gradients NaN"},
    agreed("log-sum-exp with −∞", "reduce_log_sum_exp", "", {-inf, 0}, {0}, {0, 1}),
    agreed("log-sum-exp with ∞", "reduce_log_sum_exp", "", {inf, 0}, {inf}, {nan, 0}),
    agreed("log-sum-exp of infinities", "reduce_log_sum_exp", "", {inf, inf}, {inf}, {nan, nan}),
    agreed("log-sum-exp of large numbers", "reduce_log_sum_exp", "", {1000, 1000},
           {1000 + std::log(2)}, {0.5, 0.5}),
    agreed("log-sum-exp with NaN", "reduce_log_sum_exp", "", {nan, 1}, {nan}, {nan, nan}),
    agreed("variance of one element", "reduce_variance", "unbiased=false", {5}, {0}, {0}),
    agreed("deviation of equals", "reduce_std", "", {2, 2, 2}, {0}, {0, 0, 0}),
    agreed("running sum", "cumsum", "", {1, 2, 3}, {1, 3, 6}, {3, 2, 1}),
    agreed("running sum, exclusive", "cumsum", "exclusive=true", {1, 2, 3}, {0, 1, 3}, {2, 1, 0}),
    agreed("running sum, reverse", "cumsum", "reverse=true", {1, 2, 3}, {6, 5, 3}, {1, 2, 3}),
    agreed("running sum, reverse and exclusive", "cumsum", "reverse=true exclusive=true", {1, 2, 3},
           {5, 3, 0}, {0, 1, 2}),
    {"top 2 of three equals",
     "top_k",
     "k=2",
     {1, 3, 3, 3},
     {3, 3, 1, 2},
     {0, 1, 1, 0},
     {3, 3, 2, 3},
     {0, 0, 1, 1},
     "PyTorch promises no order of equals; ours is the lowest position"},
    agreed("top 2 with NaN", "top_k", "k=2", {1, nan, 3}, {nan, 3, 1, 2}, {0, 1, 1}),
    agreed("lowest 2 with NaN", "top_k", "k=2 largest=false", {1, nan, 3}, {1, 3, 0, 2}, {1, 0, 1}),
    agreed("position of the first of equal maxima", "argmax", "", {1, 3, 3}, {1}, {}),
    agreed("position of the maximum with NaN", "argmax", "", {1, nan, 3, nan}, {1}, {}),
    agreed("position of the minimum with NaN", "argmin", "", {1, nan, 3, nan}, {1}, {}),
    agreed("position of the maximum, ∞ in front of NaN", "argmax", "", {1, inf, nan}, {2}, {}),
};

/// The results of the operator on x, and the gradient where there is one.
struct Answer {
    Numbers results, gradient;
};
Answer answerOf(const Row& row) {
    const OpDescriptor& op = operatorNamed(row.op);
    Program program;
    Builder builder(program, {.training = true, .floatType = DType::F64});
    const ValueId x = builder.addInput("x", {std::ssize(row.x)}, DType::F64);
    const std::vector<ValueId> out =
        builder.emitAll(op.id, *fieldsFromText(op, row.fields), std::vector{x});
    ValueId gradient = noValue;
    if (builder.dtype(out[0]) == DType::F64) {
        const ValueId sum = builder.emit(
            "reduce_sum", builder.attrs("reduce_sum").with("keep_axes", false), {out[0]});
        gradient = appendGradients(builder, sum, std::vector{x})->front();
    }
    Interpreter interpreter(program);
    interpreter.set(x, row.x);
    const auto ran = interpreter.run();
    if (!ran) QTest::qFail(ran.error().message.c_str(), __FILE__, __LINE__);
    Answer answer;
    for (ValueId result : out)
        for (double number : interpreter.get(result)) answer.results.push_back(number);
    if (gradient != noValue) answer.gradient = interpreter.get(gradient);
    return answer;
}

bool same(const Numbers& a, const Numbers& b) {
    return std::ranges::equal(a, b, [](double x, double y) {
        return x == y || (std::isnan(x) && std::isnan(y)) || std::abs(x - y) <= 1e-12 * std::abs(y);
    });
}

QString text(const Numbers& numbers) {
    QStringList words;
    for (double number : numbers) words << QString::number(number, 'g', 17);
    return words.join(", ");
}

}  // namespace

class ReductionKinksTest : public QObject {
    Q_OBJECT

  private slots:
    void kinksAndTies_data() {
        QTest::addColumn<const Row*>("row");
        for (const Row& row : rows) QTest::newRow(row.name) << &row;
    }
    void kinksAndTies() {
        QFETCH(const Row*, row);
        const Answer answer = answerOf(*row);
        QVERIFY2(same(answer.results, row->results), qPrintable(text(answer.results)));
        QVERIFY2(same(answer.gradient, row->gradient), qPrintable(text(answer.gradient)));
        const bool agrees =
            same(row->results, row->torchResults) && same(row->gradient, row->torchGradient);
        QVERIFY2(agrees == (*row->why == '\0'), "a row in which they differ says why");
    }

    /// PyTorch gives NaN and a warning; here it is refused where it is drawn.
    void unbiasedVarianceOfOneElementIsRefused() {
        const auto made = functionOf(operatorNamed("reduce_variance"), "axes=1", "4x1", {});
        QVERIFY(!made.ok());
        QCOMPARE(made.error().message,
                 std::string("an unbiased variance needs two elements or more, got 1"));
    }

    /// In float32 the product of four numbers passes through 10^60 and comes back.
    void productsInFloatDoNotOverflowOnTheirWay() {
        Program program;
        Builder builder(program, {.training = true, .floatType = DType::F32});
        const ValueId x = builder.addInput("x", {4}, DType::F32);
        const ValueId y = builder.emit("reduce_prod", {x});
        Interpreter interpreter(program);
        interpreter.set(x, {1e30, 1e-30, 1e30, 1e-30});
        QVERIFY(interpreter.run().ok());
        QVERIFY(std::abs(interpreter.get(y)[0] - 1) < 1e-6);
    }

    /// A norm of float32 numbers whose squares are no float32 (PyTorch: ∞ and 0).
    void normsInFloatDoNotOverflow() {
        Program program;
        Builder builder(program, {.training = true, .floatType = DType::F32});
        const ValueId x = builder.addInput("x", {2, 2}, DType::F32);
        Attrs attrs = builder.attrs("reduce_l2");
        const ValueId y = builder.emit(
            "reduce_l2", attrs.with("axes", std::vector<int64_t>{1}).with("keep_axes", false), {x});
        Interpreter interpreter(program);
        interpreter.set(x, {3e30, 4e30, 3e-30, 4e-30});
        QVERIFY(interpreter.run().ok());
        QVERIFY(std::abs(interpreter.get(y)[0] / 5e30 - 1) < 1e-6);
        QVERIFY(std::abs(interpreter.get(y)[1] / 5e-30 - 1) < 1e-6);
    }

    /// Of 4,096 normal numbers that float32 holds, with deviation 1 around a mean far away: the
    /// float64 truth of those very numbers.
    void varianceHoldsWhereTheMeanIsFar_data() {
        QTest::addColumn<double>("mean");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("100") << 100.0 << 1e-6;
        QTest::newRow("1,000") << 1000.0 << 1e-6;
        QTest::newRow("10,000") << 10000.0 << 2e-6;
    }
    void varianceHoldsWhereTheMeanIsFar() {
        QFETCH(double, mean);
        QFETCH(double, tolerance);
        constexpr int64_t count = 4096;
        Rng rng(15, RngStream::Test, 0);
        Numbers x;
        for (int64_t i = 0; i < count; ++i) {
            double sum = -6;  // of twelve uniform numbers: deviation 1
            for (int k = 0; k < 12; ++k) sum += rng.uniform(0, 1);
            x.push_back(static_cast<float>(mean + sum));
        }
        long double average = 0, squares = 0;
        for (double number : x) average += number / static_cast<long double>(count);
        for (double number : x) squares += (number - average) * (number - average);
        const auto variance = static_cast<double>(squares / (count - 1));

        Program program;
        Builder builder(program, {.training = true, .floatType = DType::F32});
        const ValueId in = builder.addInput("x", {count}, DType::F32);
        const ValueId got = builder.emit("reduce_variance", {in});
        const ValueId deviation = builder.emit("reduce_std", {in});
        const ValueId gradient =
            appendGradients(builder, builder.reshape(got, {}), std::vector{in})->front();
        Interpreter interpreter(program);
        interpreter.set(in, x);
        QVERIFY(interpreter.run().ok());
        const double share = std::abs(interpreter.get(got)[0] / variance - 1);
        QVERIFY2(share <= tolerance, qPrintable(QString::number(share)));
        QVERIFY(std::abs(interpreter.get(deviation)[0] / std::sqrt(variance) - 1) <= tolerance);
        const Numbers slope = interpreter.get(gradient);
        for (size_t i = 0; i < slope.size(); ++i) {
            const auto wanted = static_cast<double>(2 * (x[i] - average) / (count - 1));
            QVERIFY2(std::abs(slope[i] - wanted) <= 1e-3 * std::max(std::abs(wanted), 2.0 / count),
                     qPrintable(QString("%1: %2, wanted %3").arg(i).arg(slope[i]).arg(wanted)));
        }
    }
};

QTEST_GUILESS_MAIN(ReductionKinksTest)
#include "tst_reduction_kinks.moc"
