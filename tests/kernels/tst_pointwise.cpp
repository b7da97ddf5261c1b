// SPDX-License-Identifier: Apache-2.0
// Pointwise kernels on every instruction set of this machine and in every layout. Truth: the
// float64 reference, within the header's tolerance.
#include <QtTest/QtTest>
#include <array>
#include <cmath>
#include <limits>

#include "kernels/api/pointwise.h"
#include "kernels/reference/pointwise.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Operands 0 to 2, those that the function does not have too.
using Numbers = std::array<std::vector<double>, 3>;

std::vector<double> expected(const PointwiseProblem& problem, const Numbers& x) {
    const int operands = operandsOf(problem.function);
    std::vector<double> y(x[0].size());
    reference::pointwise(
        problem,
        {x[0].data(), operands > 1 ? x[1].data() : nullptr, operands > 2 ? x[2].data() : nullptr},
        y.data());
    return y;
}

/// Where a function takes no others, or where they would cancel (nobody promises a fused sum).
bool wantsPositive(Pointwise function) {
    return function == Pointwise::Log || function == Pointwise::Sqrt ||
           function == Pointwise::Rsqrt || function == Pointwise::MulAdd ||
           function == Pointwise::Pow || function == Pointwise::PowScalar;
}

Numbers numbersFor(Pointwise function, int64_t count) {
    const bool positive = wantsPositive(function);
    return {randomFloats(count, positive ? 0.01 : -9, 9, 1),
            randomFloats(count, positive ? 0.01 : -2, 2, 2), randomFloats(count, 0.01, 3, 3)};
}

/// The operands that the function has, and a result.
std::vector<void*> pointers(Pointwise function, std::array<ImageBuffer, 3>& in, void* result) {
    std::vector<void*> list;
    for (int k = 0; k < operandsOf(function); ++k)
        list.push_back(in[static_cast<size_t>(k)].data());
    list.push_back(result);
    return list;
}

/// Largest |actual − expected| / max(|expected|, smallestJudged); what float cannot hold counts as
/// infinite.
double relativeError(Pointwise function, std::span<const float> actual,
                     const std::vector<double>& expected) {
    const double floor = smallestJudged(function);
    double worst = 0;
    for (size_t i = 0; i < actual.size(); ++i) {
        const double found = static_cast<double>(actual[i]);
        const double wanted = static_cast<double>(static_cast<float>(expected[i]));
        if (std::isnan(found) && std::isnan(wanted)) continue;
        if (found == wanted) continue;
        const double error = std::abs(found - expected[i]) / std::max(std::abs(expected[i]), floor);
        worst = std::isfinite(error) ? std::max(worst, error) : infinity;
    }
    return worst;
}

/// The largest error in units in the last place of float at max(|expected|, the smallest normal
/// number), or where the header judges larger ones alone, or of gelu, smallestJudged, and where.
/// Infinite where one is NaN or infinite and the other is not.
std::pair<double, size_t> unitsOff(Pointwise function, std::span<const float> actual,
                                   const std::vector<double>& expected) {
    const double judged = smallestJudged(function);
    const double floor = judged == 1 || function == Pointwise::Gelu ? judged : 0x1p-126;
    std::pair<double, size_t> worst{0, 0};
    for (size_t i = 0; i < actual.size(); ++i) {
        const double found = static_cast<double>(actual[i]);
        if (found == static_cast<double>(static_cast<float>(expected[i]))) continue;
        const double size = std::max(std::abs(expected[i]), floor);
        const double error = std::abs(found - expected[i]) / std::exp2(std::ilogb(size) - 23);
        if (!(error <= worst.first)) worst = {std::isnan(error) ? infinity : error, i};
    }
    return worst;
}

std::string nameOf(Pointwise function) { return std::string(name(function)); }

Image image(Layout layout, int64_t halo, int64_t n, int64_t c, int64_t h, int64_t w) {
    return {n, c, h, w, layout, layout == Layout::RowMajor ? 0 : halo};
}

}  // namespace

class TestPointwise : public QObject {
    Q_OBJECT

  private slots:
    void matchesReference_data() {
        QTest::addColumn<int>("function");
        QTest::addColumn<int>("layout");
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets())
            for (int layout = 0; layout < 3; ++layout)
                for (int function = 0; function < pointwiseFunctions; ++function)
                    QTest::addRow("%s %d %s", nameOf(static_cast<Pointwise>(function)).c_str(),
                                  layout, set.c_str())
                        << function << layout << set;
    }
    void matchesReference() {
        QFETCH(int, function);
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const auto in = static_cast<Layout>(layout);
        // One pixel, odd sizes with three different halos, a full line of lanes, several parts.
        const Image shapes[] = {image(in, 0, 3, 5, 1, 1), image(in, 1, 18, 19, 5, 3),
                                image(in, 0, 16, 16, 2, 7), image(in, 2, 17, 17, 11, 13)};
        for (const Image& y : shapes) {
            Image a = y, b = y;
            if (y.halo > 0) {
                a.halo = 0;
                b.halo = 3 - y.halo;
            }
            const PointwiseProblem problem{
                static_cast<Pointwise>(function), a, b, y, 0.25, b, 0.75};
            const Numbers x = numbersFor(problem.function, y.elements());
            std::array<ImageBuffer, 3> from{ImageBuffer(a, x[0]), {b, x[1]}, {b, x[2]}};
            ImageBuffer result(y), again(y);
            const Kernel kernel = selectPointwise(problem);
            QVERIFY(kernel.run);
            const bool isStrided = kernel.name.find("strided") != std::string::npos;
            QVERIFY(isStrided || kernel.name.find(set) != std::string::npos);
            QVERIFY(runKernel(kernel, pointers(problem.function, from, result.data())));
            QVERIFY(runKernel(kernel, pointers(problem.function, from, again.data()), true));
            QVERIFY(result.isSound() && again.isSound());
            QVERIFY(sameNumbers(result.values(), again.values()));
            const double error =
                relativeError(problem.function, result.values(), expected(problem, x));
            QVERIFY2(error <= pointwiseTolerance, qPrintable(QString::number(error)));
        }
    }

    void worksInPlace_data() { matchesReference_data(); }
    void worksInPlace() {
        QFETCH(int, function);
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Image y = image(static_cast<Layout>(layout), 1, 17, 18, 3, 5);
        const PointwiseProblem problem{static_cast<Pointwise>(function), y, y, y, 0.25, y, 0.75};
        const Numbers x = numbersFor(problem.function, y.elements());
        const auto wanted = expected(problem, x);
        const Kernel kernel = selectPointwise(problem);
        for (size_t over = 0; over < static_cast<size_t>(operandsOf(problem.function)); ++over) {
            std::array<ImageBuffer, 3> in{ImageBuffer(y, x[0]), {y, x[1]}, {y, x[2]}};
            QVERIFY(runKernel(kernel, pointers(problem.function, in, in[over].data())));
            QVERIFY(in[over].isSound());
            QVERIFY(relativeError(problem.function, in[over].values(), wanted) <=
                    pointwiseTolerance);
        }
    }

    void keepsSpecialValues_data() { matchesReference_data(); }
    void keepsSpecialValues() {
        QFETCH(int, function);
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const std::vector<double> values{nan,
                                         infinity,
                                         -infinity,
                                         0.0,
                                         -0.0,
                                         0x1p-149,
                                         -0x1p-149,
                                         0x1.8p-130,
                                         0x1p-126,
                                         -1,
                                         0x1.fffffep127,
                                         -0x1.fffffep127,
                                         88.5,
                                         -88.5,
                                         89,
                                         -104,
                                         1,
                                         0.625,
                                         -0x1.fffffep-1,
                                         1e-20,
                                         5e-7,
                                         -1e-4,
                                         0x1.000002p0};
        std::vector<double> x, z;
        const std::vector<double> zeros(values.size() * values.size(), 0.0);
        for (const double a : values)
            for (const double b : values) {
                x.push_back(static_cast<float>(a));
                z.push_back(static_cast<float>(b));
            }
        const Image y = image(static_cast<Layout>(layout), 1, 23, 23, 1, 1);
        const PointwiseProblem problem{static_cast<Pointwise>(function), y, y, y, 0.25, y, 0.75};
        std::array<ImageBuffer, 3> in{ImageBuffer(y, x), {y, z}, {y, zeros}};
        ImageBuffer result(y);
        QVERIFY(runKernel(selectPointwise(problem), pointers(problem.function, in, result.data())));
        const auto found = result.values();
        const auto wanted = expected(problem, {x, z, zeros});
        for (size_t i = 0; i < found.size(); ++i) {
            const double error =
                relativeError(problem.function, std::span(found).subspan(i, 1), {wanted[i]});
            QVERIFY2(error <= pointwiseTolerance, qPrintable(QString("f(%1, %2) = %3, wanted %4")
                                                                 .arg(x[i])
                                                                 .arg(z[i])
                                                                 .arg(static_cast<double>(found[i]))
                                                                 .arg(wanted[i])));
        }
    }

    /// Units in the last place of float, of what float holds as a normal number and the header
    /// judges by itself; below that, of the smallest number that it judges.
    void errsByFewUnitsInTheLastPlace_data() {
        QTest::addColumn<int>("function");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<double>("units");
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets()) {
            const auto row = [&](Pointwise function, double low, double high, double units) {
                QTest::addRow("%s %g to %g %s", nameOf(function).c_str(), low, high, set.c_str())
                    << static_cast<int>(function) << low << high << units << set;
            };
            using enum Pointwise;
            row(Exp, -105, 89, 2);
            row(Exp, -0.01, 0.01, 1);
            row(Log, 0, 3e38, 2);
            row(Log, 0, 1e-37, 2);
            row(Log, 0.5, 2, 2);
            row(Tanh, -12, 12, 3);
            row(Tanh, -0.7, 0.7, 3);
            row(Sigmoid, -87, 100, 3);  // from −89 on it is 0, where floats are denormal
            row(Sigmoid, -4, 4, 3);
            row(Softplus, -105, 105, 3);
            row(Softplus, -12, 12, 3);
            row(Softplus, -0.01, 0.01, 3);
            row(Elu, -40, 4, 2);
            row(Elu, -1, 1e-3, 2);
            row(EluSlope, -105, 4, 2);
            row(Celu, -40, 4, 3);
            row(Celu, -0.1, 1e-3, 3);
            row(Gelu, -14, 14, 8);
            row(Gelu, -4, 4, 5);
            row(Gelu, -0.01, 0.01, 5);
            row(GeluSlope, -14, 14, 3);
            row(GeluSlope, -3, 3, 3);
            row(GeluTanh, -14, 14, 3);
            row(GeluTanh, -3, 3, 3);
            row(GeluTanhSlope, -14, 14, 4);
            row(GeluTanhSlope, -3, 3, 4);
            row(Mish, -80, 30, 4);
            row(Mish, -3, 3, 4);
            row(MishSlope, -100, 30, 4);
            row(MishSlope, -3, 3, 4);
            row(HardSigmoid, -6, 6, 1);
            row(HardSwish, -6, 6, 2);
            row(HardSwishSlope, -6, 6, 1);
            row(Softsign, -1e3, 1e3, 1.5);
            row(PowScalar, 0, 3e38, 1);
            row(PowScalar, 0, 2, 1);
            row(PowScalar, 0, 1e-37, 1);
            row(Sin, -10, 10, 2);
            row(Sin, -1e6, 1e6, 2);
            row(Sin, -3e38, 3e38, 1);
            row(Cos, -10, 10, 2);
            row(Cos, -1e6, 1e6, 2);
            row(Cos, -3e38, 3e38, 1);
            row(Erf, -4.5, 4.5, 3);
            row(Erf, -1, 1, 3);
            row(Erf, -1e-3, 1e-3, 1);
            row(Tan, -1.5, 1.5, 1);
            row(Tan, -1e6, 1e6, 1);
            row(Asin, -1, 1, 1);
            row(Acos, -1, 1, 1);
            row(Atan, -100, 100, 1);
            row(Sinh, -88, 88, 2);
            row(Sinh, -1e-3, 1e-3, 2);
            row(Cosh, -88, 88, 2);
            row(Asinh, -1e6, 1e6, 2);
            row(Asinh, -1e-3, 1e-3, 2);
            row(Acosh, 1, 100, 2);
            row(Atanh, -1, 1, 2);
        }
    }
    void errsByFewUnitsInTheLastPlace() {
        QFETCH(int, function);
        QFETCH(double, low);
        QFETCH(double, high);
        QFETCH(double, units);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Image y = image(Layout::RowMajor, 0, 1, 200001, 1, 1);
        const PointwiseProblem problem{static_cast<Pointwise>(function), y, y, y, 0.25, {}, 0.75};
        const auto x = randomFloats(y.elements(), low, high);
        ImageBuffer a(y, x), result(y);
        QVERIFY(runKernel(selectPointwise(problem), {a.data(), result.data()}));
        const auto wanted = expected(problem, {x, {}, {}});
        const double error = relativeError(problem.function, result.values(), wanted);
        const auto [found, at] = unitsOff(problem.function, result.values(), wanted);
        qInfo("%.2f units at %.9g, largest relative error %.3g", found, x[at], error);
        QVERIFY(error <= pointwiseTolerance);
        QVERIFY2(found <= units, qPrintable(QString::number(found)));
    }

    /// Both operands over many sizes and signs, what overflows and what vanishes among them.
    void powersErrByOneUnit_data() { instructionSetRows(); }
    void powersErrByOneUnit() {
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Image y = image(Layout::RowMajor, 0, 1, 200001, 1, 1);
        const PointwiseProblem problem{Pointwise::Pow, y, y, y};
        std::vector<double> base, exponent;
        for (const double e : randomFloats(y.elements(), -40, 40, 1))
            base.push_back(static_cast<float>(std::exp2(e)));
        for (const double e : randomFloats(y.elements(), -6, 6, 2)) {
            const bool isWhole = exponent.size() % 3 == 0;
            exponent.push_back(isWhole ? std::round(e) : e);
            if (isWhole && exponent.size() % 2 == 0) base[exponent.size() - 1] *= -1;
        }
        ImageBuffer a(y, base), b(y, exponent), result(y);
        QVERIFY(runKernel(selectPointwise(problem), {a.data(), b.data(), result.data()}));
        const auto [found, at] =
            unitsOff(problem.function, result.values(), expected(problem, {base, exponent, {}}));
        qInfo("%.2f units at %g^%g", found, base[at], exponent[at]);
        QVERIFY(found <= 1);
    }

    void scalesByAnOperand_data() { layouts(); }
    void scalesByAnOperand() {
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Image y = image(static_cast<Layout>(layout), 1, 17, 5, 7, 9);
        const auto x = randomFloats(y.elements(), -2, 2);
        float factor = -1.5f;
        ImageBuffer a(y, x);
        QVERIFY(runKernel(selectScaleBy({y, y}), {a.data(), &factor, a.data()}));
        QVERIFY(a.isSound());
        for (size_t i = 0; const float value : a.values())
            QCOMPARE(value, static_cast<float>(x[i++]) * factor);
    }

    void fills_data() { layouts(); }
    void fills() {
        QFETCH(int, layout);
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Image y = image(static_cast<Layout>(layout), 2, 17, 5, 7, 9);
        ImageBuffer result(y);
        QVERIFY(runKernel(selectFill({y, 0.75}), {result.data()}));
        QVERIFY(result.isSound());
        for (const float value : result.values()) QCOMPARE(value, 0.75f);
    }

    void runsDoubleInRowMajorOnly() {
        Image y = image(Layout::RowMajor, 0, 2, 3, 1, 1);
        const Operand wide{y, vitrine::DType::F64};
        PointwiseProblem problem{Pointwise::Exp, wide, wide, wide, 0};
        const auto a = randomFloats(6, -2, 2);
        std::vector<double> result(6), input = a;
        QVERIFY(runKernel(selectPointwise(problem), {input.data(), result.data()}));
        for (size_t i = 0; i < 6; ++i) QCOMPARE(result[i], std::exp(a[i]));
        problem.y.layout = Layout::Lanes;
        const Kernel none = selectPointwise(problem);
        QVERIFY(!none.run);
        QCOMPARE(none.refused, (std::vector<std::string>{"vector: wants f32, got f64",
                                                         "vector: wants f32, got f64",
                                                         "strided: wants row-major, got lanes"}));
    }

  private:
    static void instructionSetRows() {
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets()) QTest::newRow(set.c_str()) << set;
    }
    static void layouts() {
        QTest::addColumn<int>("layout");
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets())
            for (int layout = 0; layout < 3; ++layout)
                QTest::addRow("%d %s", layout, set.c_str()) << layout << set;
    }
};

QTEST_APPLESS_MAIN(TestPointwise)
#include "tst_pointwise.moc"
