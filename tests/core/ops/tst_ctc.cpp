// SPDX-License-Identifier: Apache-2.0
// CTC: every path counted one by one where there are few, and what a good guess has wrong: targets
// that no path can spell, empty ones, labels that are none, numbers that are none. Truth: the
// definition; values in between are tests/golden/losses.safetensors'.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "core/autodiff/transform.h"
#include "core/opdef/registry.h"
#include "tests/support/interpreter.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

using Numbers = std::vector<double>;
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

struct Question {
    Shape logitsShape;
    Numbers logits;
    std::vector<std::vector<double>> labels;
    std::string fields = {};
    std::optional<Numbers> steps = {}, lengths = {};
    DType type = DType::F64;
};

struct Answer {
    double loss = 0;
    Numbers gradient;
};

std::string textOf(const Shape& shape) {
    std::string text;
    for (const int64_t extent : shape.dims())
        text += (text.empty() ? "" : "x") + std::to_string(extent);
    return text;
}

Answer answerOf(const Question& q) {
    const auto images = std::to_string(q.labels.size());
    const std::string inputs =
        fmt::format("{} {}x{}<2 {} {}", textOf(q.logitsShape), images, q.labels.front().size(),
                    q.steps ? images + "<2" : "-", q.lengths ? images + "<2" : "-");
    auto made =
        functionOf(operatorNamed("ctc"), q.fields, inputs, {.training = true, .floatType = q.type});
    VITRINE_CHECK(made.ok(), "the loss fits its operands");
    Function function = std::move(made).value();
    Builder builder(function.program, function.options);
    const ValueId loss = function.out.front();
    const auto gradients = appendGradients(builder, loss, function.in);
    VITRINE_CHECK(gradients.ok(), "the loss has a gradient");
    Numbers labels;
    for (const auto& row : q.labels) labels.insert(labels.end(), row.begin(), row.end());
    const std::vector<Numbers> operands{q.logits, labels, q.steps.value_or(Numbers{}),
                                        q.lengths.value_or(Numbers{})};
    Interpreter interpreter(function.program);
    for (size_t v = 0; v < function.program.values.size(); ++v) {
        const Value& value = function.program.values[v];
        if (value.definedBy < 0 && value.name.starts_with("in"))
            interpreter.set(static_cast<ValueId>(v), operands[std::stoul(value.name.substr(2))]);
    }
    VITRINE_CHECK(interpreter.run().ok(), "the program runs");
    return {interpreter.get(loss).front(), interpreter.get(gradients->front())};
}

/// What a path says: repeats once, then without blanks.
std::vector<double> spelt(const std::vector<int>& path, int blank) {
    std::vector<double> labels;
    for (size_t t = 0; t < path.size(); ++t)
        if (path[t] != blank && (t == 0 || path[t] != path[t - 1])) labels.push_back(path[t]);
    return labels;
}

/// −log Σ over all paths of one image that spell the labels.
double byEveryPath(const Numbers& logits, int steps, int classes, const std::vector<double>& labels,
                   int blank) {
    Numbers logs(logits.size());
    for (int t = 0; t < steps; ++t) {
        double sum = 0;
        for (int c = 0; c < classes; ++c)
            sum += std::exp(logits[static_cast<size_t>(t * classes + c)]);
        for (int c = 0; c < classes; ++c) {
            const auto at = static_cast<size_t>(t * classes + c);
            logs[at] = logits[at] - std::log(sum);
        }
    }
    std::vector<int> path(static_cast<size_t>(steps), 0);
    double total = 0;
    for (;;) {
        if (spelt(path, blank) == labels) {
            double log = 0;
            for (int t = 0; t < steps; ++t)
                log += logs[static_cast<size_t>(t * classes + path[static_cast<size_t>(t)])];
            total += std::exp(log);
        }
        size_t t = 0;
        while (t < path.size() && ++path[t] == classes) path[t++] = 0;
        if (t == path.size()) return -std::log(total);
    }
}

bool near(double found, double wanted, double tolerance = 1e-12) {
    return found == wanted ||
           std::abs(found - wanted) <= tolerance * std::max(1.0, std::abs(wanted));
}

}  // namespace

class CtcTest : public QObject {
    Q_OBJECT

  private slots:
    void countsEveryPath_data() {
        QTest::addColumn<std::vector<double>>("labels");
        QTest::addColumn<int>("steps");
        QTest::addColumn<int>("blank");
        for (int steps = 1; steps <= 6; ++steps)
            for (int blank = 0; blank < 3; ++blank) {
                const double a = blank == 0 ? 1 : 0, b = blank == 2 ? 1 : 2;
                for (const std::vector<double>& labels :
                     {std::vector{a}, {b}, {a, b}, {a, a}, {a, a, b}, {b, a, b}, {a, b, b}})
                    QTest::newRow(fmt::format("{} labels from {}, {} steps, blank {}",
                                              labels.size(), labels.front(), steps, blank)
                                      .c_str())
                        << labels << steps << blank;
            }
    }
    void countsEveryPath() {
        QFETCH(std::vector<double>, labels);
        QFETCH(int, steps);
        QFETCH(int, blank);
        const Numbers logits = distinctNumbers(static_cast<size_t>(3 * steps), -2, 2, 7, 1);
        const double wanted = byEveryPath(logits, steps, 3, labels, blank);
        const Answer answer = answerOf({.logitsShape = {1, steps, 3},
                                        .logits = logits,
                                        .labels = {labels},
                                        .fields = fmt::format("blank={}", blank)});
        const double perLabel = wanted / static_cast<double>(labels.size());
        QVERIFY2(near(answer.loss, perLabel),
                 fmt::format("{}, wanted {}", answer.loss, perLabel).c_str());
    }

    /// Blank and one label alike: of the paths aa, a-, -a, -- three spell it.
    void saysWhatIsWorkedOutByHand() {
        const Numbers zeros(4, 0.0);
        QVERIFY(near(answerOf({{1, 2, 2}, zeros, {{1}}}).loss, -std::log(0.75)));
        // An empty target has one path, and counts as one label.
        QVERIFY(near(answerOf({{1, 2, 2}, zeros, {{-1}}}).loss, -std::log(0.25)));
        // Each image is divided by its own number of labels, then comes the mean.
        const Answer both = answerOf({{2, 2, 3}, Numbers(12, 0.0), {{1, 2}, {1, -1}}});
        QVERIFY(near(both.loss, (std::log(9.0) / 2 + std::log(3.0)) / 2));
    }

    void whereAGoodGuessIsWrong_data() {
        QTest::addColumn<std::vector<double>>("labels");
        QTest::addColumn<QString>("fields");
        QTest::addColumn<double>("loss");
        const auto row = [](const char* name, std::vector<double> labels, const char* fields,
                            double loss) {
            QTest::newRow(name) << std::move(labels) << QString(fields) << loss;
        };
        const double one = std::log(3.0);
        // Three steps of three classes alike: 27 paths. PyTorch has the first five alike.
        row("as many labels as steps", {1, 2, 1}, "", std::log(27.0) / 3);
        row("more labels than steps", {1, 2, 1, 2}, "", inf);
        row("more labels than steps, passed over", {1, 2, 1, 2}, "zero_infinity=true", 0);
        row("a repetition without a step for its blank", {1, 1, 2}, "", inf);
        row("a repetition, passed over", {1, 1, 2}, "zero_infinity=true", 0);
        row("empty", {-1, -1}, "", 3 * one);
        row("a label below 0", {1, -2}, "", inf);
        row("a label past the last", {3, -1}, "", inf);
        row("the blank as a label", {1, 0, 2}, "", inf);
        row("no class is never passed over", {1, 3}, "zero_infinity=true", inf);
        row("a label behind the padding", {1, -1, 2}, "", inf);
    }
    void whereAGoodGuessIsWrong() {
        QFETCH(std::vector<double>, labels);
        QFETCH(QString, fields);
        QFETCH(double, loss);
        const Answer answer = answerOf({.logitsShape = {1, 3, 3},
                                        .logits = Numbers(9, 0.0),
                                        .labels = {labels},
                                        .fields = fields.toStdString()});
        QVERIFY2(near(answer.loss, loss), qPrintable(QString::number(answer.loss)));
        // PyTorch's gradient of an infinite loss is NaN; what is infinite here ends a run as well.
        for (const double slope : answer.gradient) QVERIFY(std::isfinite(slope));
        if (loss == 0) QCOMPARE(answer.gradient, Numbers(9, 0.0));
    }

    /// One image that cannot be spelt makes the mean infinite, and takes nothing from the others
    /// where it is passed over.
    void theImpossibleTouchesNoOther() {
        const Numbers zeros(18, 0.0);
        QCOMPARE(answerOf({{2, 3, 3}, zeros, {{1, 1, 2}, {1, 2, -1}}}).loss, inf);
        const Answer passed =
            answerOf({{2, 3, 3}, zeros, {{1, 1, 2}, {1, 2, -1}}, "zero_infinity=true"});
        const Answer alone = answerOf({{1, 3, 3}, Numbers(9, 0.0), {{1, 2, -1}}});
        QVERIFY(near(passed.loss, alone.loss / 2));
        for (size_t i = 0; i < 9; ++i) QCOMPARE(passed.gradient[i], 0.0);
        for (size_t i = 0; i < 9; ++i) QVERIFY(near(passed.gradient[9 + i], alone.gradient[i] / 2));
    }

    void refusesLengthsThatMakeNoSense_data() {
        QTest::addColumn<bool>("isSteps");
        QTest::addColumn<double>("length");
        QTest::addColumn<bool>("fits");
        for (const double length : {-1.0, 0.0, 1.0, 3.0, 4.0, 2147483647.0})
            QTest::addRow("%g steps", length) << true << length << (length >= 1 && length <= 3);
        for (const double length : {-1.0, 0.0, 1.0, 2.0, 3.0})
            QTest::addRow("%g labels", length) << false << length << (length >= 0 && length <= 2);
    }
    void refusesLengthsThatMakeNoSense() {
        QFETCH(bool, isSteps);
        QFETCH(double, length);
        QFETCH(bool, fits);
        Question q{{1, 3, 3}, Numbers(9, 0.0), {{1, 2}}, "zero_infinity=true"};
        (isSteps ? q.steps : q.lengths) = Numbers{length};
        QCOMPARE(std::isfinite(answerOf(q).loss), fits);
    }

    void whatIsNotANumberStaysNone() {
        Numbers logits(9, 0.0);
        logits[4] = notANumber;
        for (const char* fields : {"", "zero_infinity=true"})
            QVERIFY(std::isnan(answerOf({{1, 3, 3}, logits, {{1, 2}}, fields}).loss));
    }

    /// −∞ forbids a class at a step: here all but one path.
    void forbiddenClassesHaveNoPath() {
        Numbers logits(6, 0.0);
        logits[0] = logits[2] = -inf;  // the first step must say 1
        QVERIFY(near(answerOf({{1, 2, 3}, logits, {{1, 2}}}).loss, std::log(3.0) / 2));
        const Answer never = answerOf({{1, 2, 3}, logits, {{2}}});
        QCOMPARE(never.loss, inf);
        const Answer allowed = answerOf({{1, 2, 3}, logits, {{1}}});
        QVERIFY(near(allowed.loss, -std::log(2.0 / 3)));
        for (const double slope : allowed.gradient) QVERIFY(std::isfinite(slope));
    }

    /// Steps that do not count have no gradient.
    void stepsBehindTheLastHaveNoGradient() {
        Question q{{1, 4, 3}, distinctNumbers(12, -2, 2, 3, 1), {{1, 2}}};
        q.steps = Numbers{2};
        const Answer answer = answerOf(q);
        for (size_t i = 0; i < 12; ++i)
            QVERIFY2((answer.gradient[i] == 0) == (i >= 6), std::to_string(i).c_str());
    }

    /// In float32 to what summing logarithms of this size leaves, also where probabilities are far
    /// below what float32 holds.
    void holdsInFloat32_data() {
        QTest::addColumn<double>("size");
        for (const double size : {1.0, 10.0, 100.0, 1e4}) QTest::addRow("%g", size) << size;
    }
    void holdsInFloat32() {
        QFETCH(double, size);
        Question q{{2, 30, 7},
                   distinctNumbers(2 * 30 * 7, -size, size, 11, 1),
                   {{1, 2, 3, 3, 6, 1}, {5, 5, 4, -1, -1, -1}}};
        const Answer exact = answerOf(q);
        q.type = DType::F32;
        const Answer rounded = answerOf(q);
        QVERIFY2(near(rounded.loss, exact.loss, 2e-6),
                 fmt::format("{}, wanted {}", rounded.loss, exact.loss).c_str());
        for (size_t i = 0; i < exact.gradient.size(); ++i)
            QVERIFY(std::abs(rounded.gradient[i] - exact.gradient[i]) < 2e-5 * std::max(1.0, size));
    }
};

QTEST_GUILESS_MAIN(CtcTest)
#include "tst_ctc.moc"
