// SPDX-License-Identifier: Apache-2.0
// Convolution: the plain reference against sums made by hand and the adjoint identity, the fast
// kernels on every instruction set of this machine against the reference in float64.
#include <QtTest/QtTest>

#include <array>
#include <numeric>

#include "kernels/dispatch/machine.h"
#include "kernels/reference/conv2d.h"
#include "tests/support/conv2d_case.h"

namespace vitrine {

using kernels::Conv2dProblem;
using kernels::ConvPass;
using kernels::Epilogue;
using kernels::Layout;
using namespace test;

class TestConv2d : public QObject {
    Q_OBJECT

  private slots:
    void cleanup() { kernels::capInstructionSet(""); }

    void referenceGivesSumsMadeByHand();
    void referencePassesAreAdjoint_data();
    void referencePassesAreAdjoint();

    void fastKernelsAgreeWithReference_data() { addRows(); }
    void fastKernelsAgreeWithReference();
    void epiloguesAgreeWithReference_data() { addRows(); }
    void epiloguesAgreeWithReference();
    void smallIntegersAreExact_data() { addRows(); }
    void smallIntegersAreExact();
    void winogradAgreesWithReference_data();
    void winogradAgreesWithReference();

    void everyPassOfThePrivilegedLayoutsIsFast_data();
    void everyPassOfThePrivilegedLayoutsIsFast();
    void depthwiseIsFastInBlocks_data();
    void depthwiseIsFastInBlocks();
    void smallGroupsAreRefusedInBlockedWithAReason();
    void tooSmallHaloIsRefusedWithAReason();
    void aWeightThatLiesOtherwiseIsRefusedWithAReason();
    void partsSufficeForEightThreads();
    void oneImageHasPartsForEightThreads_data();
    void oneImageHasPartsForEightThreads();
    void planesThatCrowdACacheAreReadThroughACopy();
    void costKnowsWhatEachLayoutIsGoodFor();

  private:
    static void addRows();
    static void checkAllPasses(TestData data, bool epilogues, double tolerance);
};

namespace {

/// Edges of tiles first of all: 1 to 5 pixels beyond the last whole one, padding of every kind,
/// batches that end in an image and in the middle of one.
// clang-format off
constexpr std::array<Conv2dShape, 13> winogradShapes = {{
    //                         n   c   h   w   k  r  s | stride | padding
    {"whole tiles",            2, 32,  8,  8, 32, 3, 3,  1,  1,  1,  1},
    {"one pixel",              1, 16,  1,  1, 16, 3, 3,  1,  1,  1,  1},
    {"one pixel too many",     2, 16,  5,  9, 16, 3, 3,  1,  1,  1,  1},
    {"no padding",             2, 16,  6, 11, 16, 3, 3,  1,  1,  0,  0},
    {"wide padding",           2, 16,  7,  6, 16, 3, 3,  1,  1,  2,  3},
    {"channel tails",          2, 19,  6, 33, 37, 3, 3,  1,  1,  1,  1},
    {"many blocks",            3, 96,  7,  4, 80, 3, 3,  1,  1,  1,  0},
    {"large filters",          5, 272, 4,  4, 290, 3, 3, 1,  1,  1,  1},
    {"many images",           33, 16,  8,  8, 48, 3, 3,  1,  1,  1,  1},
    {"long rows",              1, 16,  9, 130, 32, 3, 3, 1,  1,  1,  1},
    {"two groups",             2, 32,  6,  7, 64, 3, 3,  1,  1,  1,  1, 1, 1, 2},
    {"clipped patches",        2, 32, 12, 18, 128, 3, 3, 1,  1,  1,  1},
    {"clipped, wide padding",  2, 128, 9, 10, 128, 3, 3, 1,  1,  2,  3},
}};
// clang-format on

std::string nameOf(const Conv2dProblem& problem, ConvPass pass) {
    return pass == ConvPass::Forward ? selectConv2dForward(problem).name
           : pass == ConvPass::Data  ? selectConv2dData(problem).name
                                     : selectConv2dWeights(problem).name;
}

}  // namespace

/// Instruction set × shape.
void TestConv2d::addRows() {
    QTest::addColumn<QString>("instructionSet");
    QTest::addColumn<int>("shape");
    for (const kernels::InstructionSet& set : kernels::availableInstructionSets())
        for (size_t i = 0; i < conv2dShapes().size(); ++i) {
            const QString name =
                QString::fromLatin1(set.name.data(), static_cast<qsizetype>(set.name.size()));
            QTest::addRow("%s, %s", qPrintable(name), conv2dShapes()[i].name)
                << name << static_cast<int>(i);
        }
}

void TestConv2d::checkAllPasses(TestData data, bool epilogues, double tolerance) {
    QFETCH(QString, instructionSet);
    QFETCH(int, shape);
    QVERIFY(kernels::capInstructionSet(instructionSet.toStdString()));
    for (const ConvPass pass : {ConvPass::Forward, ConvPass::Data, ConvPass::Weights}) {
        Conv2dProblem problem = rowMajorProblem(conv2dShapes()[static_cast<size_t>(shape)]);
        if (epilogues) {
            if (pass == ConvPass::Weights) continue;
            problem.bias = pass == ConvPass::Forward;
            problem.epilogue = pass == ConvPass::Forward ? Epilogue::Relu : Epilogue::ReluGate;
        }
        const Conv2dCase test = makeCase(problem, pass, data);
        for (const Layout layout : {Layout::Lanes, Layout::Blocked})
            for (const int64_t extraHalo : {0, 2}) {
                const std::string trouble = troubleWith(test, layout, extraHalo, tolerance);
                QVERIFY2(trouble.empty(), trouble.c_str());
            }
    }
}

void TestConv2d::winogradAgreesWithReference_data() {
    QTest::addColumn<QString>("instructionSet");
    QTest::addColumn<int>("shape");
    for (const kernels::InstructionSet& set : kernels::availableInstructionSets())
        for (size_t i = 0; i < winogradShapes.size(); ++i) {
            const QString name =
                QString::fromLatin1(set.name.data(), static_cast<qsizetype>(set.name.size()));
            QTest::addRow("%s, %s", qPrintable(name), winogradShapes[i].name)
                << name << static_cast<int>(i);
        }
}

void TestConv2d::winogradAgreesWithReference() {
    QFETCH(QString, instructionSet);
    QFETCH(int, shape);
    QVERIFY(kernels::capInstructionSet(instructionSet.toStdString()));
    for (const ConvPass pass : {ConvPass::Forward, ConvPass::Data, ConvPass::Weights})
        for (const bool withEpilogue : {false, true}) {
            if (withEpilogue && pass == ConvPass::Weights) continue;
            Conv2dProblem problem = rowMajorProblem(winogradShapes[static_cast<size_t>(shape)]);
            problem.algorithm = kernels::Algorithm::Winograd;
            if (withEpilogue) {
                problem.bias = pass == ConvPass::Forward;
                problem.epilogue = pass == ConvPass::Forward ? Epilogue::Relu : Epilogue::ReluGate;
            }
            const Conv2dCase test = makeCase(problem, pass, TestData::Uniform);
            for (const int64_t extraHalo : {0, 2}) {
                const std::string trouble =
                    troubleWith(test, Layout::Blocked, extraHalo, kernels::conv2dWinogradTolerance);
                QVERIFY2(trouble.empty(), trouble.c_str());
                const Conv2dProblem placed =
                    problemIn(Layout::Blocked, test.problem, pass, extraHalo);
                QVERIFY(QByteArray::fromStdString(nameOf(placed, pass)).contains("winograd"));
            }
        }
}

// x = [[1, 2], [3, 4]], w = [[10, 20], [30, 40]], padding 1 to the 3 × 3 result.
void TestConv2d::referenceGivesSumsMadeByHand() {
    Conv2dProblem problem = rowMajorProblem(
        {.name = "", .n = 1, .c = 1, .h = 2, .w = 2, .k = 1, .r = 2, .s = 2, .padH = 1, .padW = 1});
    problem.bias = true;
    const double x[] = {1, 2, 3, 4}, w[] = {10, 20, 30, 40}, bias[] = {0.5};
    double y[9], dx[4], dw[4];
    kernels::reference::conv2dForwardPlane(problem, x, w, bias, y, 0, 0);
    const double expectedY[] = {40.5, 110.5, 60.5, 140.5, 300.5, 140.5, 60.5, 110.5, 40.5};
    QVERIFY(std::equal(y, y + 9, expectedY));
    const double dy[] = {1, 0, 0, 0, 1, 0, 0, 0, 2};
    kernels::reference::conv2dDataPlane<double>(problem, dy, w, nullptr, dx, 0, 0);
    const double expectedDx[] = {50, 20, 30, 60};
    QVERIFY(std::equal(dx, dx + 4, expectedDx));
    kernels::reference::conv2dWeightsFilter(problem, dy, x, dw, 0, 0);
    const double expectedDw[] = {9, 2, 3, 5};
    QVERIFY(std::equal(dw, dw + 4, expectedDw));
}

void TestConv2d::referencePassesAreAdjoint_data() {
    QTest::addColumn<int>("shape");
    for (size_t i = 0; i < conv2dShapes().size(); ++i)
        QTest::newRow(conv2dShapes()[i].name) << static_cast<int>(i);
}

// ⟨dy, conv(x, w)⟩ = ⟨data(dy, w), x⟩ = ⟨weights(dy, x), w⟩.
void TestConv2d::referencePassesAreAdjoint() {
    QFETCH(int, shape);
    const Conv2dProblem problem = rowMajorProblem(conv2dShapes()[static_cast<size_t>(shape)]);
    const auto product = [](const std::vector<double>& a, const std::vector<double>& b) {
        return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
    };
    const Conv2dCase forward = makeCase(problem, ConvPass::Forward, TestData::SmallIntegers);
    const Conv2dCase data = makeCase(problem, ConvPass::Data, TestData::SmallIntegers);
    const Conv2dCase weights = makeCase(problem, ConvPass::Weights, TestData::SmallIntegers);
    QCOMPARE(product(data.expected, data.x), product(forward.expected, forward.dy));
    QCOMPARE(product(weights.expected, weights.w), product(forward.expected, forward.dy));
}

void TestConv2d::fastKernelsAgreeWithReference() {
    checkAllPasses(TestData::Uniform, false, kernels::conv2dDirectTolerance);
}

void TestConv2d::epiloguesAgreeWithReference() {
    checkAllPasses(TestData::Uniform, true, kernels::conv2dDirectTolerance);
}

void TestConv2d::smallIntegersAreExact() { checkAllPasses(TestData::SmallIntegers, false, 0); }

void TestConv2d::everyPassOfThePrivilegedLayoutsIsFast_data() {
    QTest::addColumn<int>("layout");
    QTest::addColumn<QString>("expected");
    QTest::newRow("lanes") << static_cast<int>(Layout::Lanes) << "lanes direct";
    QTest::newRow("blocked") << static_cast<int>(Layout::Blocked) << "blocked direct";
}

void TestConv2d::everyPassOfThePrivilegedLayoutsIsFast() {
    QFETCH(int, layout);
    QFETCH(QString, expected);
    const Conv2dProblem rowMajor = rowMajorProblem(conv2dShapes()[4]);
    const auto problem = [&](ConvPass pass) {
        return problemIn(static_cast<Layout>(layout), rowMajor, pass, 0);
    };
    const std::string end =
        " " + expected.toStdString() + " " + std::string(kernels::instructionSet().name);
    QCOMPARE(selectConv2dForward(problem(ConvPass::Forward)).name, "conv2d.forward" + end);
    QCOMPARE(selectConv2dData(problem(ConvPass::Data)).name, "conv2d.data" + end);
    QCOMPARE(selectConv2dWeights(problem(ConvPass::Weights)).name, "conv2d.weights" + end);
}

void TestConv2d::depthwiseIsFastInBlocks_data() {
    QTest::addColumn<int>("pass");
    QTest::newRow("forward") << static_cast<int>(ConvPass::Forward);
    QTest::newRow("data") << static_cast<int>(ConvPass::Data);
    QTest::newRow("weights") << static_cast<int>(ConvPass::Weights);
}

/// And the costs say so: a network of them stays in blocks.
void TestConv2d::depthwiseIsFastInBlocks() {
    QFETCH(int, pass);
    const Conv2dProblem rowMajor = rowMajorProblem({.name = "",
                                                    .n = 4,
                                                    .c = 40,
                                                    .h = 14,
                                                    .w = 14,
                                                    .k = 40,
                                                    .r = 3,
                                                    .s = 3,
                                                    .padH = 1,
                                                    .padW = 1,
                                                    .groups = 40});
    const auto conv = static_cast<ConvPass>(pass);
    const Conv2dProblem problem = problemIn(Layout::Blocked, rowMajor, conv, 0);
    const std::string name = nameOf(problem, conv);
    QVERIFY2(name.find(" blocked depthwise ") != std::string::npos, name.c_str());
    QVERIFY(conv2dCost(rowMajor, conv, Layout::Blocked) > 0);
    QVERIFY(conv2dCost(rowMajor, conv, Layout::Blocked) <
            conv2dCost(rowMajor, conv, Layout::Lanes));
}

void TestConv2d::smallGroupsAreRefusedInBlockedWithAReason() {
    const Conv2dProblem rowMajor = rowMajorProblem(
        {.name = "", .n = 1, .c = 36, .h = 4, .w = 4, .k = 36, .r = 1, .s = 1, .groups = 3});
    const Conv2dProblem problem = problemIn(Layout::Blocked, rowMajor, ConvPass::Forward, 0);
    const kernels::Kernel kernel = selectConv2dForward(problem);
    QCOMPARE(kernel.name, std::string("conv2d.forward blocked reference f32"));
    QCOMPARE(kernel.refused.front(),
             std::string("blocked direct: groups are not multiples of 16 channels"));
    QVERIFY(conv2dCost(problem, ConvPass::Forward, Layout::Blocked) < 0);
}

void TestConv2d::tooSmallHaloIsRefusedWithAReason() {
    Conv2dProblem problem =
        problemIn(Layout::Blocked, rowMajorProblem(conv2dShapes()[4]), ConvPass::Forward, 0);
    QCOMPARE(conv2dForwardHalo(problem), int64_t{1});
    problem.x.halo = 0;
    QCOMPARE(selectConv2dForward(problem).refused.front(),
             std::string("blocked direct: x needs a halo of 1, has 0"));
}

// A weight in rows goes to the plain loops; one that is packed for the other pass to nobody.
void TestConv2d::aWeightThatLiesOtherwiseIsRefusedWithAReason() {
    Conv2dProblem problem =
        problemIn(Layout::Lanes, rowMajorProblem(conv2dShapes()[1]), ConvPass::Forward, 0);
    const std::string reason = "lanes direct: wants its weight packed otherwise";
    problem.packing->transposed = true;
    const kernels::Kernel none = selectConv2dForward(problem);
    QVERIFY(!none.run);
    QCOMPARE(none.refused.front(), reason);
    QCOMPARE(none.refused.back(), std::string("reference: wants a row-major weight"));
    problem.packing.reset();
    const kernels::Kernel plain = selectConv2dForward(problem);
    QCOMPARE(plain.name, std::string("conv2d.forward lanes reference f32"));
    QCOMPARE(plain.refused.front(), reason);
}

void TestConv2d::partsSufficeForEightThreads() {
    for (const Layout layout : {Layout::Lanes, Layout::Blocked})
        for (const int64_t images : {1, 16, 64}) {
            const Conv2dProblem rowMajor = rowMajorProblem({.name = "",
                                                            .n = images,
                                                            .c = 16,
                                                            .h = 16,
                                                            .w = 16,
                                                            .k = 16,
                                                            .r = 3,
                                                            .s = 3,
                                                            .padH = 1,
                                                            .padW = 1});
            const auto problem = [&](ConvPass pass) {
                return problemIn(layout, rowMajor, pass, 0);
            };
            QVERIFY(selectConv2dForward(problem(ConvPass::Forward)).parts[0] >= 8);
            QVERIFY(selectConv2dData(problem(ConvPass::Data)).parts[0] >= 8);
            QVERIFY(images < 16 || selectConv2dWeights(problem(ConvPass::Weights)).parts[0] >= 8);
        }
}

void TestConv2d::oneImageHasPartsForEightThreads_data() {
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("kernel");
    QTest::addColumn<int>("channels");
    QTest::addColumn<bool>("depthwise");
    QTest::newRow("few pixels, many filters") << 7 << 3 << 512 << false;
    QTest::newRow("pointwise, many filters") << 7 << 1 << 960 << false;
    QTest::newRow("many pixels, few filters") << 112 << 1 << 16 << false;
    QTest::newRow("depthwise, many channels") << 7 << 3 << 960 << true;
    QTest::newRow("depthwise, few channels") << 112 << 3 << 16 << true;
}

void TestConv2d::oneImageHasPartsForEightThreads() {
    QFETCH(int, size);
    QFETCH(int, kernel);
    QFETCH(int, channels);
    QFETCH(bool, depthwise);
    const Conv2dProblem rowMajor = rowMajorProblem({.name = "",
                                                    .n = 1,
                                                    .c = channels,
                                                    .h = size,
                                                    .w = size,
                                                    .k = channels,
                                                    .r = kernel,
                                                    .s = kernel,
                                                    .padH = kernel / 2,
                                                    .padW = kernel / 2,
                                                    .groups = depthwise ? channels : 1});
    const auto problem = [&](ConvPass pass) {
        return problemIn(Layout::Blocked, rowMajor, pass, 0);
    };
    QVERIFY(selectConv2dForward(problem(ConvPass::Forward)).parts[0] >= 8);
    QVERIFY(selectConv2dData(problem(ConvPass::Data)).parts[0] >= 8);
}

/// Planes of a multiple of 4 KB, all channels of which a 1 × 1 filter reads.
void TestConv2d::planesThatCrowdACacheAreReadThroughACopy() {
    Conv2dShape shape{"", 16, 20, 32, 32, 24, 1, 1, 1, 1, 0, 0, 1, 1, 1};
    const auto scratch = [&](ConvPass pass) {
        const Conv2dProblem problem = problemIn(Layout::Lanes, rowMajorProblem(shape), pass, 0);
        return (pass == ConvPass::Forward ? selectConv2dForward(problem)
                                          : selectConv2dData(problem))
            .scratchBytes;
    };
    QVERIFY(scratch(ConvPass::Forward) > 0 && scratch(ConvPass::Data) > 0);
    shape.w = 33;
    QVERIFY(scratch(ConvPass::Forward) == 0 && scratch(ConvPass::Data) == 0);
    shape.w = 32;
    shape.c = 12;  // as many lines as a set holds
    QVERIFY(scratch(ConvPass::Forward) == 0 && scratch(ConvPass::Data) > 0);
}

void TestConv2d::costKnowsWhatEachLayoutIsGoodFor() {
    const auto lanesWin = [](const Conv2dShape& shape) {
        const Conv2dProblem problem = rowMajorProblem(shape);
        return conv2dCost(problem, ConvPass::Forward, Layout::Lanes) <
               conv2dCost(problem, ConvPass::Forward, Layout::Blocked);
    };
    Conv2dShape shape{.name = "", .n = 64, .c = 1, .h = 28, .w = 28, .k = 6, .r = 5, .s = 5};
    QVERIFY(lanesWin(shape));
    shape.n = 1;
    shape.c = shape.k = 64;
    QVERIFY(!lanesWin(shape));
    shape.n = 64;
    shape.r = shape.s = 1;
    QVERIFY(!lanesWin(shape));
    const Conv2dProblem problem = rowMajorProblem(shape);
    QVERIFY(conv2dCost(problem, ConvPass::Forward, Layout::RowMajor) < 0);
}

}  // namespace vitrine

QTEST_APPLESS_MAIN(vitrine::TestConv2d)
#include "tst_conv2d.moc"
