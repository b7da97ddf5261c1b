// SPDX-License-Identifier: Apache-2.0
// Normalisation in float32 of numbers whose mean is 100, 1,000 and 10,000 times their deviation.
// Truth: the same float32 numbers normalised by two-pass sums in float64.
#include <QtTest/QtTest>

#include <cmath>

#include "core/base/rng.h"
#include "core/opdef/registry.h"
#include "tests/support/interpreter.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Images [2, 4, 8, 16].
constexpr int64_t images = 2, channels = 4, pixels = 128;
constexpr int64_t count = images * channels * pixels;

/// A float32 mean is half a unit in its last place off, 2^-24 of it, and so is each difference from
/// it; the rest is the arithmetic of the quotient.
double toleranceAt(double ratio) { return 2e-7 * ratio + 2e-6; }

/// Which elements are normalised together: those with the same number.
using GroupOf = int64_t (*)(int64_t);
int64_t byChannel(int64_t i) { return i / pixels % channels; }
int64_t byImageAndChannel(int64_t i) { return i / pixels; }
int64_t byHalfOfImage(int64_t i) { return i / (pixels * 2); }
int64_t byLastAxis(int64_t i) { return i / 16; }

std::vector<double> normalised(const std::vector<double>& x, GroupOf groupOf, double epsilon) {
    std::vector<double> mean(count), variance(count), size(count), y(count);
    const auto at = [&](int64_t i) { return static_cast<size_t>(groupOf(i)); };
    for (int64_t i = 0; i < count; ++i) {
        mean[at(i)] += x[static_cast<size_t>(i)];
        ++size[at(i)];
    }
    for (int64_t i = 0; i < count; ++i) {
        const double d = x[static_cast<size_t>(i)] - mean[at(i)] / size[at(i)];
        variance[at(i)] += d * d;
        y[static_cast<size_t>(i)] = d;
    }
    for (int64_t i = 0; i < count; ++i)
        y[static_cast<size_t>(i)] /= std::sqrt(variance[at(i)] / size[at(i)] + epsilon);
    return y;
}

/// Float32 numbers of deviation 1 around `mean`.
std::vector<double> numbersAround(double mean) {
    Rng rng(7, RngStream::Test, 1);
    std::vector<double> x;
    for (int64_t i = 0; i < count; ++i)
        x.push_back(static_cast<float>(mean + rng.uniform(-std::sqrt(3.0), std::sqrt(3.0))));
    return x;
}

}  // namespace

class NormalisationAccuracyTest : public QObject {
    Q_OBJECT

  private slots:
    void largeMeansKeepTheirDigits_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<QString>("fields");
        QTest::addColumn<GroupOf>("groupOf");
        QTest::addColumn<double>("ratio");
        const auto rows = [](const char* op, const char* fields, GroupOf groupOf) {
            for (double ratio : {100.0, 1000.0, 10000.0})
                QTest::addRow("%s %s at %g", op, fields, ratio)
                    << QString(op) << QString(fields) << groupOf << ratio;
        };
        rows("batch_norm2d", "", byChannel);
        rows("batch_norm2d", "cumulative=true", byChannel);
        rows("instance_norm", "", byImageAndChannel);
        rows("instance_norm", "affine=false", byImageAndChannel);
        rows("group_norm", "groups=2", byHalfOfImage);
        rows("layer_norm", "axes=1", byLastAxis);
    }
    void largeMeansKeepTheirDigits() {
        QFETCH(QString, op);
        QFETCH(QString, fields);
        QFETCH(GroupOf, groupOf);
        QFETCH(double, ratio);
        auto function = functionOf(operatorNamed(op.toStdString()), fields.toStdString(),
                                   "2x4x8x16", {.training = true, .floatType = DType::F32});
        QVERIFY(function.ok());
        Interpreter interpreter(function->program);
        const std::vector<double> x = numbersAround(ratio);
        for (size_t k = 0; k < function->in.size(); ++k) {
            const auto elements =
                static_cast<size_t>(function->program.value(function->in[k]).shape.elements());
            // The input, then scales at one and shifts at zero; statistics are not read.
            interpreter.set(function->in[k],
                            k == 0 ? x : std::vector<double>(elements, k == 1 ? 1.0 : 0.0));
        }
        QVERIFY(interpreter.run().ok());
        const std::vector<double> y = interpreter.get(function->out.front()),
                                  wanted = normalised(x, groupOf, 1e-5);
        double largest = 0;
        for (size_t i = 0; i < y.size(); ++i)
            largest = std::max(largest, std::abs(y[i] - wanted[i]));
        qInfo("largest error %.2g of %.2g", largest, toleranceAt(ratio));
        QVERIFY(largest <= toleranceAt(ratio));
    }
};

QTEST_APPLESS_MAIN(NormalisationAccuracyTest)
#include "tst_normalisation_accuracy.moc"
