// SPDX-License-Identifier: Apache-2.0
// Convolutions of small whole numbers, which float32 sums exactly in any order: all three passes at
// threshold 0, of one to three axes, plain and transposed, row-major as operators run them, and the
// flat ones in lanes and blocks on every instruction set too. Truth: tests/support/
// integer_convolution.cpp. VITRINE_LONG=1: ten times as many shapes.
#include <QtTest/QtTest>

#include "core/opdef/registry.h"
#include "kernels/dispatch/machine.h"
#include "tests/support/conv2d_case.h"
#include "tests/support/counts.h"
#include "tests/support/derivative_check.h"
#include "tests/support/integer_convolution.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;
using kernels::Conv2dProblem;
using kernels::ConvPass;

namespace {

std::vector<double> numbers(const Whole& whole) { return {whole.begin(), whole.end()}; }

int64_t elements(const Whole& shape) {
    int64_t product = 1;
    for (int64_t extent : shape) product *= extent;
    return product;
}

/// A case whose results are zeros for the most part would find nothing.
bool isWorthless(const Whole& results) {
    return std::ranges::count(results, 0) * 10 > std::ssize(results) * 3;
}

std::string difference(const char* what, const std::vector<double>& got, const Whole& wanted) {
    if (got.size() != wanted.size())
        return fmt::format("{}: {} numbers, wanted {}", what, got.size(), wanted.size());
    for (size_t i = 0; i < got.size(); ++i)
        if (got[i] != static_cast<double>(wanted[i]))
            return fmt::format("{}[{}]: {}, wanted {}", what, i, got[i], wanted[i]);
    return {};
}

/// The flat convolution as kernels are asked for it.
Conv2dProblem problemOf(const ConvolutionShape& s) {
    Conv2dProblem problem = rowMajorProblem({.name = "",
                                             .n = s.images,
                                             .c = s.channels,
                                             .h = s.extent[0] + s.before[0] + s.after[0],
                                             .w = s.extent[1] + s.before[1] + s.after[1],
                                             .k = s.filters,
                                             .r = s.kernel[0],
                                             .s = s.kernel[1],
                                             .strideH = s.stride[0],
                                             .strideW = s.stride[1],
                                             .dilationH = s.dilation[0],
                                             .dilationW = s.dilation[1],
                                             .groups = s.groups});
    for (size_t i = 0; i < 2; ++i) {
        kernels::WindowAxis& axis = problem.window.axis(static_cast<int>(i), 2);
        axis.in = s.extent[i];
        axis.before = s.before[i];
        axis.after = s.after[i];
    }
    problem.x.h = s.extent[0];
    problem.x.w = s.extent[1];
    return problem;
}

/// Lanes and blocks, on one instruction set.
std::string troubleInLayouts(const ConvolutionShape& shape, uint64_t seed) {
    const auto sets = kernels::availableInstructionSets();
    kernels::capInstructionSet(sets[seed % sets.size()].name);
    std::string found;
    for (const ConvPass pass : {ConvPass::Forward, ConvPass::Data, ConvPass::Weights}) {
        const Conv2dCase test = makeCase(problemOf(shape), pass, TestData::SmallIntegers);
        const auto whole = [](const std::vector<double>& x) { return Whole(x.begin(), x.end()); };
        const IntegerPasses wanted =
            plainPasses(shape, whole(test.x), whole(test.w), whole(test.dy));
        found = difference("float64", test.expected,
                           pass == ConvPass::Forward ? wanted.y
                           : pass == ConvPass::Data  ? wanted.dx
                                                     : wanted.dw);
        for (const kernels::Layout layout : {kernels::Layout::Lanes, kernels::Layout::Blocked})
            if (found.empty()) found = troubleWith(test, layout, seed % 2 == 0 ? 0 : 2, 0);
        if (!found.empty()) break;
    }
    kernels::capInstructionSet("");
    return found;
}

}  // namespace

class IntegerConvolutionsTest : public QObject {
    Q_OBJECT

  private slots:
    void allPassesAreExact_data() {
        QTest::addColumn<int>("seed");
        const int count = qEnvironmentVariableIsSet("VITRINE_LONG") ? 42'000 : 4'200;
        for (int seed = 1; seed <= count; ++seed) {
            const ConvolutionShape shape = convolutionShape(static_cast<uint64_t>(seed));
            QTest::newRow(
                fmt::format("seed {}: {} ({}) {}", seed, shape.op(), shape.fields(), shape.inputs())
                    .c_str())
                << seed;
        }
    }
    void allPassesAreExact() {
        QFETCH(int, seed);
        const auto s = static_cast<uint64_t>(seed);
        const ConvolutionShape shape = convolutionShape(s);
        const auto function = functionOf(operatorNamed(shape.op()), shape.fields(), shape.inputs(),
                                         {.training = true, .floatType = DType::F32});
        QVERIFY2(function.ok(), function ? "" : function.error().message.c_str());
        const auto gradient = gradientOf(*function, s);
        QVERIFY2(gradient.ok(), gradient ? "" : gradient.error().message.c_str());
        const Program& program = gradient->function.program;
        const ValueId y = function->out[0], weight = function->in[1];
        const Whole x = smallNumbers(elements(shape.shapeOfX()), s, 1),
                    w = smallNumbers(program.value(weight).shape.elements(), s, 2),
                    dy = smallNumbers(elements(shape.shapeOfY()), s, 3);
        const IntegerPasses wanted = plainPasses(shape, x, w, dy);

        Interpreter interpreter(program);
        interpreter.set(function->in[0], numbers(x));
        interpreter.set(weight, numbers(w));
        interpreter.set(gradient->cotangents[0], numbers(dy));
        const auto ran = interpreter.run();
        QVERIFY2(ran.ok(), ran ? "" : ran.error().message.c_str());
        std::string found = difference("y", interpreter.get(y), wanted.y);
        if (found.empty())
            found = difference("dx", interpreter.get(gradient->byInput[0]), wanted.dx);
        if (found.empty())
            found = difference("dw", interpreter.get(gradient->byInput[1]), wanted.dw);
        if (found.empty() && shape.axes == 2 && !shape.isTransposed)
            found = troubleInLayouts(shape, s);
        QVERIFY2(found.empty(), found.c_str());
        if (isWorthless(wanted.y)) return;
        ++m_passed;
        m_oneColumn += shape.hasOneColumn() ? 1 : 0;
        m_pointwise += shape.isPointwiseStride2() ? 1 : 0;
    }

    void cleanupTestCase() {
        printCount(m_passed,
                   fmt::format("convolutions of whole numbers at threshold 0, all passes; {} one "
                               "pixel wide, {} of 1 x 1 with stride 2 (wanted: 2000)",
                               m_oneColumn, m_pointwise));
    }

  private:
    int64_t m_passed = 0, m_oneColumn = 0, m_pointwise = 0;
};

QTEST_GUILESS_MAIN(IntegerConvolutionsTest)
#include "tst_integer_convolutions.moc"
