// SPDX-License-Identifier: Apache-2.0
// Softmax, cross-entropy, counting, row-wise products and the dot product on every instruction set.
// Truth: the float64 reference, itself held to the formulas and to central differences.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>

#include "kernels/api/loss.h"
#include "kernels/reference/loss.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<int32_t> someLabels(const RowProblem& p) {
    std::vector<int32_t> labels;
    for (const double value : randomFloats(p.n, 0, static_cast<double>(p.c), 9))
        labels.push_back(std::min(static_cast<int32_t>(value), static_cast<int32_t>(p.c - 1)));
    return labels;
}

std::vector<float> toFloats(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

/// Float64 results of the reference for a problem's rows.
struct Truth {
    RowProblem p;
    std::vector<double> x;
    std::vector<int32_t> labels;

    explicit Truth(const RowProblem& problem)
        : p(problem), x(randomFloats(problem.n * problem.c, -4, 4)), labels(someLabels(problem)) {}

    std::vector<double> softmax() const {
        std::vector<double> y(x.size());
        reference::softmax(p, x.data(), y.data());
        return y;
    }
    std::vector<double> logSoftmax() const {
        std::vector<double> y(x.size());
        reference::logSoftmax(p, x.data(), y.data());
        return y;
    }
    double loss() const {
        double loss = 0;
        reference::crossEntropy(p, x.data(), labels.data(), &loss);
        return loss;
    }
    std::vector<double> gradient(double g) const {
        std::vector<double> d(x.size());
        reference::crossEntropyGrad(p, x.data(), labels.data(), &g, d.data());
        return d;
    }
};

Image imageOf(const RowProblem& p) { return {p.n, p.c, 1, 1, p.layout, 0}; }

}  // namespace

class TestLoss : public QObject {
    Q_OBJECT

  private slots:
    void softmaxMatchesReference_data() { rows(); }
    void softmaxMatchesReference() {
        const Case row;
        const Truth truth(row.problem);
        ImageBuffer x(imageOf(row.problem), truth.x), y(imageOf(row.problem));
        const Kernel kernel = selectSoftmax(row.problem);
        QVERIFY(kernel.name.find(row.set) != std::string::npos);
        QVERIFY(runKernel(kernel, {x.data(), y.data()}, true));
        QVERIFY(y.isSound());
        QVERIFY(shareOfLargest(y.values(), truth.softmax()) <= lossTolerance);
        QVERIFY(runKernel(kernel, {x.data(), x.data()}));
        QVERIFY(x.isSound());
        QVERIFY(sameNumbers(x.values(), y.values()));
    }

    void logSoftmaxMatchesReference_data() { rows(); }
    void logSoftmaxMatchesReference() {
        const Case row;
        const Truth truth(row.problem);
        ImageBuffer x(imageOf(row.problem), truth.x), y(imageOf(row.problem));
        const Kernel kernel = selectLogSoftmax(row.problem);
        QVERIFY(kernel.name.find(row.set) != std::string::npos);
        QVERIFY(runKernel(kernel, {x.data(), y.data()}, true));
        QVERIFY(y.isSound());
        QVERIFY(shareOfLargest(y.values(), truth.logSoftmax()) <= lossTolerance);
        QVERIFY(runKernel(kernel, {x.data(), x.data()}));
        QVERIFY(x.isSound());
        QVERIFY(sameNumbers(x.values(), y.values()));
    }

    void crossEntropyMatchesReference_data() { rows(); }
    void crossEntropyMatchesReference() {
        const Case row;
        const Truth truth(row.problem);
        auto labels = truth.labels;
        ImageBuffer x(imageOf(row.problem), truth.x);
        Guarded<float> loss(1), backwards(1);
        const Kernel kernel = selectCrossEntropy(row.problem);
        QVERIFY(runKernel(kernel, {x.data(), labels.data(), loss.data()}));
        QVERIFY(runKernel(kernel, {x.data(), labels.data(), backwards.data()}, true));
        QVERIFY(loss.bandsIntact());
        QVERIFY(sameNumbers(loss.span(), backwards.span()));
        QVERIFY(shareOfLargest(loss.span(), std::vector{truth.loss()}) <= lossTolerance);
    }

    void crossEntropyGradientMatchesReference_data() { rows(); }
    void crossEntropyGradientMatchesReference() {
        const Case row;
        const Truth truth(row.problem);
        auto labels = truth.labels;
        float g = 1.75f;
        ImageBuffer x(imageOf(row.problem), truth.x), d(imageOf(row.problem));
        const Kernel kernel = selectCrossEntropyGrad(row.problem);
        QVERIFY(runKernel(kernel, {x.data(), labels.data(), &g, d.data()}, true));
        QVERIFY(d.isSound());
        QVERIFY(shareOfLargest(d.values(), truth.gradient(1.75)) <= lossTolerance);
        QVERIFY(runKernel(kernel, {x.data(), labels.data(), &g, x.data()}));
        QVERIFY(x.isSound());
        QVERIFY(sameNumbers(x.values(), d.values()));
    }

    void softmaxGradientMatchesReference_data() { rows(); }
    void softmaxGradientMatchesReference() {
        const Case row;
        const Truth truth(row.problem);
        const auto y = truth.softmax(), dy = randomFloats(std::ssize(y), -1, 2, 6);
        std::vector<double> wanted(y.size());
        reference::softmaxGrad(row.problem, dy.data(), y.data(), wanted.data());
        ImageBuffer gradient(imageOf(row.problem), dy), result(imageOf(row.problem), y),
            dx(imageOf(row.problem));
        const Kernel kernel = selectSoftmaxGrad(row.problem);
        QVERIFY(kernel.name.find(row.set) != std::string::npos);
        QVERIFY(runKernel(kernel, {gradient.data(), result.data(), dx.data()}, true));
        QVERIFY(dx.isSound());
        if (row.problem.c > 1) QVERIFY(shareOfLargest(dx.values(), wanted) <= lossTolerance);
        QVERIFY(runKernel(kernel, {gradient.data(), result.data(), gradient.data()}));
        QVERIFY(gradient.isSound());
        QVERIFY(sameNumbers(gradient.values(), dx.values()));
    }

    void rowProductsMatchReference_data() { rows(); }
    void rowProductsMatchReference() {
        const Case row;
        const RowProblem& p = row.problem;
        const auto a = randomFloats(p.n * p.c, -1, 2, 3), b = randomFloats(p.n * p.c, -1, 2, 4);
        const auto r = randomFloats(p.n, -1, 1, 5);
        auto factors = toFloats(r);
        ImageBuffer x(imageOf(p), a), y(imageOf(p), b), scaled(imageOf(p));
        Guarded<float> dot(p.n);
        std::vector<double> wantedDot(r.size()), wanted(a.size());
        reference::rowDot(p, a.data(), b.data(), wantedDot.data());
        reference::rowScale(p, a.data(), r.data(), wanted.data());

        QVERIFY(runKernel(selectRowDot(p), {x.data(), y.data(), dot.data()}, true));
        QVERIFY(dot.bandsIntact());
        QVERIFY(shareOfLargest(dot.span(), wantedDot) <= lossTolerance);
        const Kernel scale = selectRowScale(p);
        QVERIFY(runKernel(scale, {x.data(), factors.data(), scaled.data()}, true));
        QVERIFY(scaled.isSound());
        QVERIFY(shareOfLargest(scaled.values(), wanted) <= lossTolerance);
        QVERIFY(runKernel(scale, {x.data(), factors.data(), x.data()}));
        QVERIFY(x.isSound());
        QVERIFY(sameNumbers(x.values(), scaled.values()));
    }

    void dotMatchesReference_data() {
        QTest::addColumn<int>("layout");
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets())
            for (int layout = 0; layout < 3; ++layout)
                QTest::addRow("%d %s", layout, set.c_str()) << layout << set;
    }
    void dotMatchesReference() {
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const bool planes = layout != 0;
        const Image shapes[] = {{3, 5, 1, 1, static_cast<Layout>(layout)},
                                {16, 32, 3, 5, static_cast<Layout>(layout)},
                                {18, 19, 25, 9, static_cast<Layout>(layout), planes ? 1 : 0}};
        for (const Image& a : shapes) {
            Image b = a;
            if (a.halo > 0) b.halo = 2;
            const auto x = randomFloats(a.elements(), -1, 2, 3);
            const auto z = randomFloats(a.elements(), -1, 2, 4);
            double wanted = 0;
            reference::dot(DotProblem{a, b}, x.data(), z.data(), &wanted);
            ImageBuffer first(a, x), second(b, z);
            Guarded<float> dot(1), backwards(1);
            const Kernel kernel = selectDot({a, b});
            QVERIFY(runKernel(kernel, {first.data(), second.data(), dot.data()}));
            QVERIFY(runKernel(kernel, {first.data(), second.data(), backwards.data()}, true));
            QVERIFY(dot.bandsIntact());
            QVERIFY(sameNumbers(dot.span(), backwards.span()));
            QVERIFY(shareOfLargest(dot.span(), std::vector{wanted}) <= lossTolerance);
        }
    }

    void layoutsGiveTheSameBits() {
        const RowProblem rowMajor{37, 11, Layout::RowMajor, 0.1}, lanes{37, 11, Layout::Lanes, 0.1};
        const Truth truth(rowMajor);
        auto labels = truth.labels;
        ImageBuffer x(imageOf(rowMajor), truth.x), z(imageOf(lanes), truth.x);
        ImageBuffer y(imageOf(rowMajor)), w(imageOf(lanes));
        Guarded<float> first(1), second(1);
        QVERIFY(runKernel(selectSoftmax(rowMajor), {x.data(), y.data()}));
        QVERIFY(runKernel(selectSoftmax(lanes), {z.data(), w.data()}));
        QVERIFY(sameNumbers(y.values(), w.values()));
        QVERIFY(runKernel(selectCrossEntropy(rowMajor), {x.data(), labels.data(), first.data()}));
        QVERIFY(runKernel(selectCrossEntropy(lanes), {z.data(), labels.data(), second.data()}));
        QVERIFY(sameNumbers(first.span(), second.span()));
    }

    void referenceIsTheFormulaOfCrossEntropy_data() {
        QTest::addColumn<double>("smoothing");
        QTest::newRow("hard labels") << 0.0;
        QTest::newRow("smoothed") << 0.1;
        QTest::newRow("all smoothing") << 1.0;
    }
    void referenceIsTheFormulaOfCrossEntropy() {
        QFETCH(double, smoothing);
        const Truth truth({5, 7, Layout::RowMajor, smoothing});
        double sum = 0;
        for (size_t i = 0; i < 5; ++i) {
            double norm = 0;
            for (size_t j = 0; j < 7; ++j) norm += std::exp(truth.x[i * 7 + j]);
            for (size_t j = 0; j < 7; ++j) {
                const bool hit = truth.labels[i] == static_cast<int32_t>(j);
                const double target = (1 - smoothing) * (hit ? 1 : 0) + smoothing / 7;
                sum -= target * std::log(std::exp(truth.x[i * 7 + j]) / norm);
            }
        }
        QVERIFY(std::abs(truth.loss() - sum / 5) < 1e-12);
    }

    void referenceGradientIsTheCentralDifference_data() {
        referenceIsTheFormulaOfCrossEntropy_data();
    }
    void referenceGradientIsTheCentralDifference() {
        QFETCH(double, smoothing);
        Truth truth({5, 7, Layout::RowMajor, smoothing});
        const auto gradient = truth.gradient(1);
        const double step = 1e-5;
        for (size_t i = 0; i < truth.x.size(); ++i) {
            const double x = truth.x[i];
            truth.x[i] = x + step;
            const double above = truth.loss();
            truth.x[i] = x - step;
            const double below = truth.loss();
            truth.x[i] = x;
            QVERIFY(std::abs(gradient[i] - (above - below) / (2 * step)) < 1e-9);
        }
    }

    void hugeLogitsStayFinite_data() { layoutsAndSets(); }
    void hugeLogitsStayFinite() {
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const RowProblem p{2, 3, static_cast<Layout>(layout)};
        const std::vector<double> logits{1e4, -1e4, 0, -3e38, -3e38, -3e38};
        std::vector<int32_t> labels{1, 0};
        ImageBuffer x(imageOf(p), logits), y(imageOf(p));
        Guarded<float> loss(1);
        QVERIFY(runKernel(selectSoftmax(p), {x.data(), y.data()}));
        const std::vector<double> third{1, 0, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0};
        QVERIFY(shareOfLargest(y.values(), third) <= lossTolerance);
        QVERIFY(runKernel(selectCrossEntropy(p), {x.data(), labels.data(), loss.data()}));
        const std::vector<double> wanted{(2e4 + std::log(3.0)) / 2};
        QVERIFY(shareOfLargest(loss.span(), wanted) <= lossTolerance);
    }

    void sureRowsKeepTheirSmallLossAndGradient_data() { layoutsAndSets(); }
    void sureRowsKeepTheirSmallLossAndGradient() {
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        Truth truth({3, 4, static_cast<Layout>(layout)});
        truth.x = {15, 0, 1, -1, 0, 16, 2, 0, 1, 1, 1, 17};
        truth.labels = {0, 1, 3};
        float g = 1;
        ImageBuffer x(imageOf(truth.p), truth.x), d(imageOf(truth.p));
        Guarded<float> loss(1);
        QVERIFY(
            runKernel(selectCrossEntropy(truth.p), {x.data(), truth.labels.data(), loss.data()}));
        QVERIFY(shareOfLargest(loss.span(), std::vector{truth.loss()}) <= lossTolerance);
        QVERIFY(runKernel(selectCrossEntropyGrad(truth.p),
                          {x.data(), truth.labels.data(), &g, d.data()}));
        QVERIFY(shareOfLargest(d.values(), truth.gradient(1)) <= lossTolerance);
    }

    /// The loss is infinite for the first one, whatever the others are; their gradients match no
    /// class.
    void labelsOutOfRangeAreRefused_data() { layoutsAndSets(); }
    void labelsOutOfRangeAreRefused() {
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        for (const double smoothing : {0.0, 0.2, 1.0}) {
            Truth truth({5, 5, static_cast<Layout>(layout), smoothing});
            const auto lossWith = [&](int32_t label) {
                truth.labels = {0, 1, label, 2, 3};
                Guarded<float> loss(1);
                runKernel(selectCrossEntropy(truth.p),
                          {ImageBuffer(imageOf(truth.p), truth.x).data(), truth.labels.data(),
                           loss.data()});
                return *loss.data();
            };
            QVERIFY(std::isfinite(lossWith(4)));
            for (const int32_t label : {-1, 5, std::numeric_limits<int32_t>::max(),
                                        std::numeric_limits<int32_t>::min()}) {
                QCOMPARE(lossWith(label), std::numeric_limits<float>::infinity());
                QCOMPARE(truth.loss(), infinity);
            }
            truth.labels = {-1, 5, 0, std::numeric_limits<int32_t>::max(),
                            std::numeric_limits<int32_t>::min()};
            float g = 1;
            ImageBuffer x(imageOf(truth.p), truth.x), d(imageOf(truth.p));
            auto* labels = truth.labels.data();
            QVERIFY(runKernel(selectCrossEntropyGrad(truth.p), {x.data(), labels, &g, d.data()}));
            QVERIFY(shareOfLargest(d.values(), truth.gradient(1)) <= lossTolerance);
            QVERIFY(d.isSound());
        }
    }

    void specialLogitsTellTheTruth_data() { layoutsAndSets(); }
    void specialLogitsTellTheTruth() {
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const RowProblem p{3, 3, static_cast<Layout>(layout)};
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const std::vector<double> logits{1, nan, 2, infinity, 0, 1, -infinity, 0, 0};
        std::vector<int32_t> labels{0, 0, 1};
        ImageBuffer x(imageOf(p), logits), y(imageOf(p));
        Guarded<float> loss(1);
        QVERIFY(runKernel(selectSoftmax(p), {x.data(), y.data()}));
        const auto found = y.values();
        for (size_t i = 0; i < 3; ++i) QVERIFY(std::isnan(found[i]));
        QVERIFY(std::isnan(found[3]));
        QCOMPARE(found[6], 0.0f);
        QCOMPARE(found[7], 0.5f);
        QVERIFY(runKernel(selectCrossEntropy(p), {x.data(), labels.data(), loss.data()}));
        QVERIFY(std::isnan(*loss.data()));
    }

  private:
    /// The current data row of rows(), with its instruction set.
    struct Case {
        RowProblem problem;
        std::string set;
        InstructionSetCap cap;
        Case() : Case(fetch()) {}

      private:
        struct Fetched {
            RowProblem problem;
            std::string set;
        };
        static Fetched fetch() {
            QFETCH(int, n);
            QFETCH(int, c);
            QFETCH(int, layout);
            QFETCH(double, smoothing);
            QFETCH(std::string, set);
            return {{n, c, static_cast<Layout>(layout), smoothing}, set};
        }
        explicit Case(const Fetched& f) : problem(f.problem), set(f.set), cap(f.set) {}
    };

    static void rows() {
        QTest::addColumn<int>("n");
        QTest::addColumn<int>("c");
        QTest::addColumn<int>("layout");
        QTest::addColumn<double>("smoothing");
        QTest::addColumn<std::string>("set");
        const int shapes[][2] = {{1, 2}, {7, 10}, {16, 3}, {33, 17}, {64, 10}, {310, 1001}};
        for (const std::string& set : instructionSets())
            for (const int layout : {0, 1})
                for (const auto& [n, c] : shapes)
                    for (const double smoothing : {0.0, 0.1})
                        QTest::addRow("%dx%d %d %g %s", n, c, layout, smoothing, set.c_str())
                            << n << c << layout << smoothing << set;
    }
    static void layoutsAndSets() {
        QTest::addColumn<int>("layout");
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets())
            for (const int layout : {0, 1})
                QTest::addRow("%d %s", layout, set.c_str()) << layout << set;
    }
};

QTEST_APPLESS_MAIN(TestLoss)
#include "tst_loss.moc"
