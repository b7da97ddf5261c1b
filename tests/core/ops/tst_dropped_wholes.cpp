// SPDX-License-Identifier: Apache-2.0
// Random layers that drop wholes or keep moments: which elements go together, how many go, and what
// mean and variance become. Shares are held against the binomial distribution; no mask is an
// operand of the derivative.
#include <QtTest/QtTest>

#include <cmath>
#include <set>

#include "core/autodiff/transform.h"
#include "core/opdef/descriptor.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double rate = 0.25;
/// Images [400, 10, 5].
constexpr int64_t images = 400, channels = 10, pixels = 5, count = images * channels * pixels;

/// An operator on images, and the gradient of the sum of its results.
struct Dropped {
    Program program;
    ValueId x, y, gradient;

    explicit Dropped(const char* op, bool training = true) {
        Builder b(program, {.training = training, .floatType = DType::F64});
        b.setOrigins({"node"});
        x = b.addInput("x", {images, channels, pixels}, DType::F64);
        y = b.emit(op, b.attrs(op).with("rate", rate), {x});
        const ValueId loss = b.reduceSum(y, {0, 1, 2});
        gradient = appendGradients(b, b.reshape(loss, {}), std::span(&x, 1)).value().front();
    }

    Interpreter run(const std::vector<double>& numbers, double step) const {
        Interpreter interpreter(program);
        interpreter.set(x, numbers);
        if (const ValueId key = program.input("rng_key"); key != noValue)
            interpreter.set(key, {20, step});
        VITRINE_CHECK(interpreter.run().ok(), "the program runs");
        return interpreter;
    }
};

std::vector<double> ones() { return std::vector<double>(count, 1.0); }

/// How many wholes of `size` elements are zero; −1 where one is neither zero nor 1 / (1 − rate)
/// throughout.
int64_t droppedWholes(const std::vector<double>& y, int64_t size) {
    int64_t dropped = 0;
    for (size_t first = 0; first < y.size(); first += static_cast<size_t>(size)) {
        const double value = y[first];
        if (value != 0 && std::abs(value - 1 / (1 - rate)) > 1e-12) return -1;
        for (size_t i = 0; i < static_cast<size_t>(size); ++i)
            if (y[first + i] != value) return -1;
        dropped += value == 0 ? 1 : 0;
    }
    return dropped;
}

}  // namespace

class DroppedWholesTest : public QObject {
    Q_OBJECT

  private slots:
    void wholesGoTogether_data() {
        QTest::addColumn<QByteArray>("op");
        QTest::addColumn<int64_t>("size");
        QTest::newRow("elements") << QByteArray("dropout") << int64_t{1};
        QTest::newRow("channels") << QByteArray("spatial_dropout") << pixels;
        QTest::newRow("images") << QByteArray("drop_path") << channels * pixels;
    }
    void wholesGoTogether() {
        QFETCH(QByteArray, op);
        QFETCH(int64_t, size);
        const Dropped d(op.constData());
        const Interpreter after = d.run(ones(), 3);
        const int64_t dropped = droppedWholes(after.get(d.y), size);
        const double wholes = static_cast<double>(count / size);
        const double deviation = std::sqrt(wholes * rate * (1 - rate));
        QVERIFY2(std::abs(static_cast<double>(dropped) - wholes * rate) < 4 * deviation,
                 std::to_string(dropped).c_str());
        // The gradient of the sum is the mask, drawn again.
        QCOMPARE(after.get(d.gradient), after.get(d.y));
        QVERIFY(d.run(ones(), 4).get(d.y) != after.get(d.y));
        QCOMPARE(d.run(ones(), 3).get(d.y), after.get(d.y));
    }

    void evaluationChangesNothing_data() {
        QTest::addColumn<QByteArray>("op");
        for (const char* op : {"spatial_dropout", "drop_path", "alpha_dropout"})
            QTest::newRow(op) << QByteArray(op);
    }
    void evaluationChangesNothing() {
        QFETCH(QByteArray, op);
        const Dropped d(op.constData(), false);
        QCOMPARE(d.y, d.x);
        QCOMPARE(d.program.input("rng_key"), noValue);
    }

    void alphaDropoutKeepsMeanAndVariance() {
        std::vector<double> x;  // mean 0, variance 1
        for (int64_t i = 0; i < count; ++i) x.push_back(i % 2 == 0 ? 1.0 : -1.0);
        const Dropped d("alpha_dropout");
        const std::vector<double> y = d.run(x, 1).get(d.y);
        double sum = 0, squares = 0;
        std::set<double> values;
        for (double v : y) {
            sum += v;
            squares += v * v;
            values.insert(v);
        }
        QCOMPARE(values.size(), size_t{3});  // one up, one down, and the floor
        const double mean = sum / count, deviation = 1 / std::sqrt(double(count));
        QVERIFY2(std::abs(mean) < 4 * deviation, std::to_string(mean).c_str());
        // The fourth moment of three values below 2.5 in size is below 6.
        const double variance = squares / count - mean * mean;
        QVERIFY2(std::abs(variance - 1) < 4 * std::sqrt(6.0 / count),
                 std::to_string(variance).c_str());
    }
};

QTEST_APPLESS_MAIN(DroppedWholesTest)
#include "tst_dropped_wholes.moc"
