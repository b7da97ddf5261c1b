// SPDX-License-Identifier: Apache-2.0
// Losses where good guesses are wrong: which denominator, labels that name no class, batches of
// which nothing counts, large margins in float32, kinks and ties. Truth: formulas; values in
// between are tests/golden/losses.safetensors'.
#include <QtTest/QtTest>
#include <cmath>

#include "core/autodiff/transform.h"
#include "core/opdef/registry.h"
#include "tests/support/interpreter.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

using Numbers = std::vector<double>;

struct Answer {
    double loss = 0;
    Numbers gradient;  ///< in the first operand
};

Answer answerOf(const char* op, const char* fields, const char* shapes,
                const std::vector<Numbers>& operands, DType type = DType::F64) {
    auto made =
        functionOf(operatorNamed(op), fields, shapes, {.training = true, .floatType = type});
    VITRINE_CHECK(made.ok(), "the loss fits its operands");
    Function function = std::move(made).value();
    Builder builder(function.program, function.options);
    const ValueId loss = function.out.front();
    const ValueId wanted[] = {function.in.front()};
    const auto gradients = appendGradients(builder, loss, wanted);
    VITRINE_CHECK(gradients.ok(), "the loss has a gradient");
    Interpreter interpreter(function.program);
    for (size_t v = 0; v < function.program.values.size(); ++v) {
        const Value& value = function.program.values[v];
        if (value.definedBy < 0 && value.name.starts_with("in"))
            interpreter.set(static_cast<ValueId>(v), operands[std::stoul(value.name.substr(2))]);
    }
    VITRINE_CHECK(interpreter.run().ok(), "the program runs");
    return {interpreter.get(loss).front(), interpreter.get(gradients->front())};
}

bool near(double found, double wanted, double tolerance = 1e-12) {
    return std::abs(found - wanted) <= tolerance * std::max(1.0, std::abs(wanted));
}

}  // namespace

class LossesTest : public QObject {
    Q_OBJECT

  private slots:
    /// Logits 0 give log 2 for every row: with weights 1 and 3 the labels' sum is 1 + 3 + 3, the
    /// rows are three.
    void labelsDivideByWeightsAndProbabilitiesByRows() {
        const Numbers zeros(6, 0.0);
        const char* weights = "class_weights=1,3";
        const Answer labels =
            answerOf("weighted_cross_entropy", weights, "3x2 3<2", {zeros, {0, 1, 1}});
        QVERIFY(near(labels.loss, std::log(2.0)));
        const Answer soft =
            answerOf("soft_cross_entropy", weights, "3x2 3x2", {zeros, {1, 0, 0, 1, 0, 1}});
        QVERIFY(near(soft.loss, 7 * std::log(2.0) / 3));
    }

    /// PyTorch gives NaN, which would end a run at the first such batch.
    void isZeroWhereNothingCounts() {
        const Answer answer = answerOf("weighted_cross_entropy", "ignore_index=255", "2x3 2<2",
                                       {{1, 2, 3, 4, 5, 6}, {255, 255}});
        QCOMPARE(answer.loss, 0.0);
        QCOMPARE(answer.gradient, Numbers(6, 0.0));
    }

    void refusesLabelsThatNameNoClass_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<double>("label");
        for (const char* op : {"cross_entropy", "weighted_cross_entropy", "nll", "hinge"})
            for (const double label : {-1.0, 3.0, 255.0, -2147483648.0})
                QTest::newRow(fmt::format("{} {}", op, label).c_str()) << QString(op) << label;
    }
    /// Not the last class, and not passed over: the loss is infinite, and the run stops there.
    void refusesLabelsThatNameNoClass() {
        QFETCH(QString, op);
        QFETCH(double, label);
        const Answer answer = answerOf(op.toStdString().c_str(), "", "2x3 2<2",
                                       {{-1, -2, -3, -4, -5, -6}, {0, label}});
        QCOMPARE(answer.loss, std::numeric_limits<double>::infinity());
    }

    /// Softmax in float32 gives probability 0 from a margin of 104 on.
    void keepsLargeMargins_data() {
        QTest::addColumn<double>("margin");
        for (const double margin : {0.0, 17.0, 90.0, 104.0, 200.0, 1e4, 1e8})
            QTest::addRow("%g", margin) << margin;
    }
    void keepsLargeMargins() {
        QFETCH(double, margin);
        const double loss = margin + std::log1p(std::exp(-margin));
        for (const double offset : {0.0, -1e3, 1e3}) {
            const Numbers logits{margin + offset, offset};
            const Answer hard =
                answerOf("weighted_cross_entropy", "", "1x2 1<2", {logits, {1}}, DType::F32);
            // The offset rounds the margin itself.
            const double tolerance = 1e-6 + 1e-7 * std::abs(offset);
            QVERIFY2(near(hard.loss, loss, tolerance), qPrintable(QString::number(hard.loss)));
            QVERIFY(near(hard.gradient[0], 1 / (1 + std::exp(-margin)), tolerance));
            const Answer soft =
                answerOf("soft_cross_entropy", "", "1x2 1x2", {logits, {0, 1}}, DType::F32);
            QVERIFY2(near(soft.loss, loss, tolerance), qPrintable(QString::number(soft.loss)));
        }
    }

    void kinksAndTies_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<QString>("shapes");
        QTest::addColumn<std::vector<Numbers>>("operands");
        QTest::addColumn<double>("loss");
        QTest::addColumn<double>("slope");
        const auto row = [](const char* name, const char* op, const char* shapes,
                            const std::vector<Numbers>& operands, double loss, double slope) {
            QTest::newRow(name) << QString(op) << QString(shapes) << operands << loss << slope;
        };
        // All as PyTorch 2.15 has them.
        row("l1 at 0", "l1", "1 1", {{2}, {2}}, 0, 0);
        row("huber at 0", "huber", "1 1", {{2}, {2}}, 0, 0);
        row("huber at delta", "huber", "1 1", {{3}, {2}}, 0.5, 1);
        row("smooth_l1 at -beta", "smooth_l1", "1 1", {{1}, {2}}, 0.5, -1);
        row("hinge at its margin", "hinge", "1x2 1<2", {{1, 0}, {0}}, 0, 0);
        row("cosine with zeros", "cosine_embedding", "1x2 1x2 1", {{0, 0}, {1, 0}, {1}}, 1, -1e6);
    }
    void kinksAndTies() {
        QFETCH(QString, op);
        QFETCH(QString, shapes);
        QFETCH(std::vector<Numbers>, operands);
        QFETCH(double, loss);
        QFETCH(double, slope);
        const Answer answer =
            answerOf(op.toStdString().c_str(), "", shapes.toStdString().c_str(), operands);
        QVERIFY2(near(answer.loss, loss), qPrintable(QString::number(answer.loss)));
        QVERIFY2(near(answer.gradient[0], slope), qPrintable(QString::number(answer.gradient[0])));
    }

    /// γ = 0 and equal shares are half of binary cross-entropy; a certain right answer costs 0, and
    /// a certain wrong one its logit.
    void focalHasNoOverflow() {
        for (const double logit : {-1e4, -80.0, 80.0, 1e4}) {
            const Answer answer = answerOf("focal", "balance=1", "1 1", {{logit}, {1}}, DType::F32);
            QVERIFY(near(answer.loss, std::max(0.0, -logit), 1e-6));
            QVERIFY(std::isfinite(answer.gradient[0]));
        }
    }

    void emptyMasksAgree() {
        const Answer answer = answerOf("dice", "", "1x1x2 1x1x2", {{-1e3, -1e3}, {0, 0}});
        QVERIFY(near(answer.loss, 0));
    }
};

QTEST_GUILESS_MAIN(LossesTest)
#include "tst_losses.moc"
