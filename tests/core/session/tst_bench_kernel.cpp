// SPDX-License-Identifier: Apache-2.0
// The list of single operators: each case says shapes that its operator takes, and asks for
// gradients that there are. Truth for what convolutions count: two operations for each output and
// tap.
#include <QtTest>

#include "core/session/bench_kernel.h"
#include "core/session/bench_roofline.h"

using namespace vitrine;

class TestBenchKernel : public QObject {
    Q_OBJECT

  private slots:
    void everyCaseHasItsPasses_data() {
        QTest::addColumn<int>("index");
        for (int i = 0; i < static_cast<int>(kernelCases().size()); ++i)
            QTest::addRow("%s", std::string(kernelCases()[static_cast<size_t>(i)].name).c_str())
                << i;
    }
    void everyCaseHasItsPasses();
    void countsEveryProductWhateverTheAlgorithm();
};

void TestBenchKernel::everyCaseHasItsPasses() {
    QFETCH(int, index);
    const KernelCase& of = kernelCases()[static_cast<size_t>(index)];
    const std::vector<Shape> operands = shapesOf(of.shapes);
    if (!of.peerShapes.empty()) QCOMPARE(shapesOf(of.peerShapes).size(), operands.size());
    QVERIFY(!jsonFromText(of.peerFields).is_discarded());
    for (const KernelPass& pass : passesOf(of)) {
        const auto program = kernelProgram(of, pass);
        QVERIFY2(program.ok(), program.ok() ? "" : program.error().message.c_str());
        QCOMPARE(program->outputs.size(), std::max<size_t>(1, pass.wanted.size()));
        for (size_t i = 0; i < pass.wanted.size(); ++i)
            QCOMPARE(program->value(program->outputs[i].value).shape.text(),
                     operands[static_cast<size_t>(pass.wanted[i])].text());
    }
}

void TestBenchKernel::countsEveryProductWhateverTheAlgorithm() {
    constexpr KernelCase small{
        "3x3 32-32 @8",       "conv2d", "out_channels=32 kernel=3 padding=1 bias=false",
        "2x32x8x8 32x32x3x3", "conv2d", R"({"padding": 1})"};
    constexpr double flops = 2.0 * 2 * 32 * 8 * 8 * 32 * 9;
    for (const KernelPass& pass : passesOf(small)) {
        const auto run = KernelRun::create(small, pass, Math::Direct, 1);
        QVERIFY2(run.ok(), run.ok() ? "" : run.error().message.c_str());
        QCOMPARE((*run)->flops(), flops);
        QVERIFY(!(*run)->isWinograd());
        const std::vector<double> seconds = (*run)->seconds(3);
        QCOMPARE(seconds.size(), size_t{3});
        for (const double one : seconds) QVERIFY(one > 0);
    }
    const auto rows = measureKernels(small, {.pairs = 3});
    QVERIFY(rows.ok());
    for (const KernelTimes& times : *rows) {
        QCOMPARE(times.flops, flops);
        // At the least time that the roofline allows the share is one.
        const Roofline roof{.flops = flops / times.median(), .bytes = 1e30};
        QCOMPARE(times.share(roof), 1.0);
    }
}

QTEST_GUILESS_MAIN(TestBenchKernel)
#include "tst_bench_kernel.moc"
