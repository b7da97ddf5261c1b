// SPDX-License-Identifier: Apache-2.0
// Where good guesses are wrong in windows, normalisations and rows: ties, infinities, NaN, norms of
// zeros, rows without a spread. Truth: worked out by hand, beside what PyTorch 2.15.0 gives in
// float64; a row in which they differ says why.
#include <QtTest/QtTest>

#include <cmath>
#include <limits>

#include "tests/support/golden_case.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
using Numbers = std::vector<double>;

/// The result of an operator, and the gradient of the sum of its elements in each operand.
struct Row {
    const char* name;
    const char *op, *fields, *inputs;
    std::vector<Numbers> operands;
    Numbers result;
    std::vector<Numbers> gradients;
    Numbers torchResult = {};  ///< empty: the same
    std::vector<Numbers> torchGradients = {};
    const char* why = "";
};

const Row rows[] = {
    // Windows: the first of equals is the one.
    {"max pooling, ties",
     "max_pool1d",
     "kernel=2 stride=1",
     "1x1x4",
     {{1, 3, 3, 2}},
     {3, 3, 3},
     {{0, 2, 1, 0}}},
    {"max pooling, all alike",
     "max_pool1d",
     "kernel=3 stride=1",
     "1x1x4",
     {{2, 2, 2, 2}},
     {2, 2},
     {{1, 1, 0, 0}}},
    {"max pooling, a window of one number",
     "max_pool2d",
     "kernel=2 stride=2",
     "1x1x2x2",
     {{1, 1, 1, 1}},
     {1},
     {{1, 0, 0, 0}}},
    {"max pooling, a tie of two lines",
     "max_pool2d",
     "kernel=2 stride=2",
     "1x1x2x2",
     {{0, 2, 2, 1}},
     {2},
     {{0, 1, 0, 0}}},
    {"max pooling, a tie of two slices",
     "max_pool3d",
     "kernel=2 stride=2",
     "1x1x2x2x2",
     {{1, 1, 1, 1, 1, 1, 1, 1}},
     {1},
     {{1, 0, 0, 0, 0, 0, 0, 0}}},
    {"max pooling, NaN",
     "max_pool1d",
     "kernel=2 stride=1",
     "1x1x4",
     {{1, nan, 2, 3}},
     {nan, nan, 3},
     {{0, 2, 0, 1}}},
    {"max pooling, -inf",
     "max_pool1d",
     "kernel=2 stride=2",
     "1x1x4",
     {{-inf, -inf, -inf, 1}},
     {-inf, 1},
     {{1, 0, 0, 1}}},
    {"max pooling, inf",
     "max_pool1d",
     "kernel=2 stride=1",
     "1x1x3",
     {{inf, 1, inf}},
     {inf, inf},
     {{1, 0, 1}}},
    {"max pooling, padding is no number",
     "max_pool1d",
     "kernel=3 stride=2 padding=1",
     "1x1x3",
     {{-3, -1, -2}},
     {-1, -1},
     {{0, 2, 0}}},
    {"max pooling, NaN twice",
     "max_pool1d",
     "kernel=3 stride=1",
     "1x1x3",
     {{1, nan, nan}},
     {nan},
     {{0, 1, 0}},
     {nan},
     {{0, 0, 1}},
     "of several NaN the first is the one, as of equals"},
    {"adaptive max pooling, ties",
     "adaptive_max_pool",
     "size=2",
     "1x1x4",
     {{1, 3, 3, 3}},
     {3, 3},
     {{0, 1, 1, 0}}},
    {"adaptive max pooling, NaN twice",
     "adaptive_max_pool",
     "size=1",
     "1x1x3",
     {{1, nan, nan}},
     {nan},
     {{0, 1, 0}},
     {nan},
     {{0, 0, 1}},
     "of several NaN the first is the one, as of equals"},
    {"global max pooling, ties",
     "global_max_pool2d",
     "",
     "1x1x2x2",
     {{4, 1, 4, 4}},
     {4},
     {{1, 0, 0, 0}}},
    {"average pooling, NaN",
     "avg_pool1d",
     "kernel=2 stride=1",
     "1x1x4",
     {{1, nan, 2, 3}},
     {nan, nan, 2.5},
     {{0.5, 1, 1, 0.5}}},
    {"average pooling, infinities",
     "avg_pool1d",
     "kernel=2 stride=1",
     "1x1x4",
     {{inf, 1, -inf, -inf}},
     {inf, -inf, -inf},
     {{0.5, 1, 1, 0.5}}},
    {"average pooling, inf - inf",
     "avg_pool1d",
     "kernel=2 stride=1",
     "1x1x2",
     {{inf, -inf}},
     {nan},
     {{0.5, 0.5}}},
    {"L2 pooling of zeros",
     "l2_pool2d",
     "kernel=2 stride=2",
     "1x1x2x2",
     {{0, 0, 0, 0}},
     {0},
     {{0, 0, 0, 0}}},

    // Rows without a spread, and zeros.
    {"normalised row of zeros", "l2_normalize", "", "1x2", {{0, 0}}, {0, 0}, {{1e12, 1e12}}},
    {"layer norm of equals",
     "layer_norm",
     "affine=false",
     "1x3",
     {{2, 2, 2}},
     {0, 0, 0},
     {{0, 0, 0}}},
    {"layer norm of one number", "layer_norm", "affine=false", "1x1", {{2}}, {0}, {{0}}},
    {"RMS norm of zeros",
     "rms_norm",
     "affine=false epsilon=1e-5",
     "1x3",
     {{0, 0, 0}},
     {0, 0, 0},
     {{316.2277660168379, 316.2277660168379, 316.2277660168379}}},
    {"group norm of equals",
     "group_norm",
     "groups=1",
     "1x2x1x2",
     {{2, 2, 2, 2}, {1, 1}, {0, 0}},
     {0, 0, 0, 0},
     {{0, 0, 0, 0}, {0, 0}, {2, 2}}},
    {"instance norm of equals",
     "instance_norm",
     "affine=false",
     "1x1x2x2",
     {{2, 2, 2, 2}},
     {0, 0, 0, 0},
     {{0, 0, 0, 0}}},

    // Rows of logits.
    {"softmax of equals", "softmax", "", "1x2", {{1, 1}}, {0.5, 0.5}, {{0, 0}}},
    {"softmax with -inf", "softmax", "", "1x2", {{0, -inf}}, {1, 0}, {{0, 0}}},
    {"softmax of nothing but -inf", "softmax", "", "1x2", {{-inf, -inf}}, {nan, nan}, {{nan, nan}}},
    {"softmax with inf", "softmax", "", "1x2", {{inf, 0}}, {nan, nan}, {{nan, nan}}},
    {"log-softmax with -inf", "log_softmax", "", "1x2", {{0, -inf}}, {0, -inf}, {{-1, 1}}},
    {"cross-entropy, another class is -inf",
     "cross_entropy",
     "",
     "1x2 1<2",
     {{0, -inf}, {0}},
     {0},
     {{0, 0}, {}}},
    {"cross-entropy, the class is -inf",
     "cross_entropy",
     "",
     "1x2 1<2",
     {{0, -inf}, {1}},
     {inf},
     {{1, -1}, {}}},
    {"cross-entropy, inf",
     "cross_entropy",
     "",
     "1x2 1<2",
     {{inf, 0}, {0}},
     {nan},
     {{nan, nan}, {}}},

    {"prelu at 0", "prelu", "", "1x1", {{0}, {0.25}}, {0}, {{0.25}, {0}}},
    {"prelu of NaN",
     "prelu",
     "",
     "1x1",
     {{nan}, {0.25}},
     {nan},
     {{nan}, {nan}},
     {nan},
     {{0.25}, {nan}},
     "NaN is on no side of 0, so that what it is multiplied by is NaN too"},
    {"prelu of inf",
     "prelu",
     "",
     "1x1",
     {{inf}, {0.25}},
     {inf},
     {{1}, {nan}},
     {inf},
     {{1}, {0}},
     "what lies above 0 counts 0 times for the slope, and 0 times infinity is no number"},
    {"prelu of -inf", "prelu", "", "1x1", {{-inf}, {0.25}}, {-inf}, {{0.25}, {-inf}}},
    {"glu, an open gate", "glu", "", "1x2", {{1, inf}}, {1}, {{1, 0}}},
};

bool same(const Numbers& a, const Numbers& b) {
    return std::ranges::equal(a, b, [](double x, double y) {
        return x == y || (std::isnan(x) && std::isnan(y)) ||
               std::abs(x - y) <= 1e-15 + 1e-12 * std::abs(y);
    });
}

QString textOf(const Numbers& numbers) {
    QStringList words;
    for (const double number : numbers) words << QString::number(number, 'g', 17);
    return words.join(", ");
}

}  // namespace

class LayerKinksTest : public QObject {
    Q_OBJECT

  private slots:
    void whereGoodGuessesAreWrong_data() {
        QTest::addColumn<const Row*>("row");
        for (const Row& row : rows) QTest::newRow(row.name) << &row;
    }
    void whereGoodGuessesAreWrong() {
        QFETCH(const Row*, row);
        GoldenCase one;
        one.op = row->op;
        one.fields = row->fields;
        one.inputs = row->inputs;
        one.type = DType::F64;
        one.operands = row->operands;
        one.cotangent.assign(row->result.size(), 1);
        const auto found = outcomeOf(one);
        QVERIFY2(found.ok(), found ? "" : found.error().message.c_str());
        QVERIFY2(same(found->out, row->result), qPrintable(textOf(found->out)));
        for (size_t k = 0; k < row->gradients.size(); ++k)
            QVERIFY2(same(found->gradients[k], row->gradients[k]),
                     qPrintable(QString("operand %1: %2").arg(k).arg(textOf(found->gradients[k]))));
        // A row says why it differs, and only then.
        const bool differs = !row->torchResult.empty();
        QCOMPARE(*row->why != '\0', differs);
        if (!differs) return;
        bool isSame = same(row->torchResult, row->result);
        for (size_t k = 0; k < row->gradients.size(); ++k)
            isSame = isSame && same(row->torchGradients[k], row->gradients[k]);
        QVERIFY(!isSame);
    }
};

QTEST_GUILESS_MAIN(LayerKinksTest)
#include "tst_layer_kinks.moc"
