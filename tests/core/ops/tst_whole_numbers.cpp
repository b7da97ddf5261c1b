// SPDX-License-Identifier: Apache-2.0
// Whole numbers among floats in programs: derivatives pass by them, and nothing on their way is a
// double. Truth: arithmetic in 64 bits, worked out by hand.
#include <QtTest/QtTest>

#include "core/autodiff/transform.h"
#include "core/opdef/builder.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr Builder::Options options{.training = true, .floatType = DType::F64};

ValueId castTo(Builder& b, ValueId x, DType type) {
    return b.emit("cast", b.attrs("cast").with("to", std::string(name(type))), {x});
}

/// y = x · (3 ⌊x⌋ + 1), with the factor in whole numbers.
struct Stepped {
    Program program;
    Builder b{program, options};
    ValueId x = b.addInput("x", {3}, DType::F64);
    ValueId y = noValue;

    Stepped() {
        const ValueId whole = castTo(b, x, DType::I64);
        const ValueId three = b.constant({}, DType::I64, 3), one = b.constant({}, DType::I64, 1);
        y = b.mul(x, castTo(b, b.add(b.mul(whole, three), one), DType::F64));
    }
    std::vector<double> valuesOf(ValueId value) {
        Interpreter interpreter(program);
        for (const NamedValue& input : program.inputs) {
            const bool isX = input.value == x;
            interpreter.set(input.value, isX ? std::vector<double>{0.5, 2.25, 7.75}
                                             : std::vector<double>{1, 1, 1});
        }
        return interpreter.run().ok() ? interpreter.get(value) : std::vector<double>{};
    }
};

}  // namespace

class WholeNumbersTest : public QObject {
    Q_OBJECT

  private slots:
    void reverseModePassesByWholeNumbers() {
        Stepped f;
        const ValueId dy = f.b.addInput("dy", {3}, DType::F64);
        const auto gradients = appendVjp(f.b, {&f.y, 1}, {&dy, 1}, {&f.x, 1});
        QVERIFY(gradients.ok());
        QCOMPARE(f.valuesOf((*gradients)[0]), (std::vector<double>{1, 7, 22}));
    }

    void forwardModePassesByWholeNumbers() {
        Stepped f;
        const ValueId dx = f.b.addInput("dx", {3}, DType::F64);
        const auto tangents = appendJvp(f.b, {&f.x, 1}, {&dx, 1}, {&f.y, 1});
        QVERIFY(tangents.ok());
        QCOMPARE(f.valuesOf((*tangents)[0]), (std::vector<double>{1, 7, 22}));
    }

    /// 3^37 = 450283905890997363, which no double is.
    void nothingIsADoubleOnItsWay_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<double>("wanted");
        QTest::newRow("remainder") << "mod" << 363.0;
        QTest::newRow("quotient") << "div" << 450283905890997.0;
        QTest::newRow("sum") << "reduce_sum" << 726.0;
        QTest::newRow("matrices") << "matmul" << 363.0;
        QTest::newRow("running sum") << "cumsum" << 363.0;
    }
    void nothingIsADoubleOnItsWay() {
        QFETCH(QString, op);
        QFETCH(double, wanted);
        Program program;
        Builder b(program, options);
        const auto whole = [&](const Shape& shape, double number) {
            return b.constant(shape, DType::I64, number);
        };
        const ValueId large = b.emit("pow", {whole({1, 2}, 3), whole({1, 2}, 37)});
        const ValueId thousand = whole({}, 1000);
        ValueId y = large;
        if (op == "mod") y = b.emit("mod", {large, thousand});
        if (op == "div") y = b.emit("div", {large, thousand});
        if (op == "reduce_sum") y = b.emit("mod", {b.emit("reduce_sum", {large}), thousand});
        if (op == "matmul") {
            y = b.emit("mod",
                       {b.emit("div", {b.emit("matmul", {large, whole({2, 1}, 1)}), whole({}, 2)}),
                        thousand});
        }
        if (op == "cumsum") y = b.emit("mod", {b.emit("cumsum", {large}), thousand});
        Interpreter interpreter(program);
        QVERIFY(interpreter.run().ok());
        QCOMPARE(interpreter.get(y).front(), wanted);
    }

    void meansAreCutTowardsZero() {
        Program program;
        Builder b(program, options);
        const ValueId x = b.addInput("x", {3}, DType::I32);
        const ValueId y = b.emit("reduce_mean", {x});
        Interpreter interpreter(program);
        interpreter.set(x, {-1, -2, -5});
        QVERIFY(interpreter.run().ok());
        QCOMPARE(interpreter.get(y).front(), -2.0);
    }

    void constantsAreExact() {
        Program program;
        Builder b(program, options);
        const ValueId y = b.constant({2}, DType::I64, 16777217);
        Interpreter interpreter(program);
        QVERIFY(interpreter.run().ok());
        QCOMPARE(interpreter.get(y), (std::vector<double>{16777217, 16777217}));
    }
};

QTEST_GUILESS_MAIN(WholeNumbersTest)
#include "tst_whole_numbers.moc"
