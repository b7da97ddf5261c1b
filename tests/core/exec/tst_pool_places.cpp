// SPDX-License-Identifier: Apache-2.0
// How wide the places of maxima are kept, and where the gradients of large weights are made. Truth:
// read off the networks' texts.
#include <QtTest/QtTest>

#include "core/exec/tape.h"
#include "core/opdef/descriptor.h"
#include "tests/support/prepared_step.h"

using namespace vitrine;

namespace {

constexpr auto head = " -> flatten -> linear(out_features=10) -> cross_entropy(labels)";

Tape tapeOf(const std::string& network, const TapeOptions& options = {}) {
    const Program program = test::trainingProgram(network, 4);
    StateLayout states;
    states.add(program);
    return compileTape(program, states, options);
}

/// Types of what max pools give beside their maxima.
std::vector<DType> typesOfPlaces(const Tape& tape) {
    std::vector<DType> types;
    for (const TapeEntry& entry : tape.entries)
        for (ValueId v : entry.instr.out)
            if (tape.value(v).name.ends_with(".index")) types.push_back(tape.value(v).type.dtype);
    return types;
}

}  // namespace

class TestPoolPlaces : public QObject {
    Q_OBJECT

  private slots:
    void areBytesWhereWindowsAreSmall_data() {
        QTest::addColumn<QString>("pool");
        QTest::addColumn<bool>("inBytes");
        QTest::addRow("fused with its convolution") << "max_pool2d" << true;
        QTest::addRow("overlapping windows") << "max_pool2d(kernel=3 stride=2)" << true;
        QTest::addRow("256 elements") << "max_pool2d(kernel=16 stride=8)" << true;
        QTest::addRow("272 elements") << "max_pool2d(kernel=17,16 stride=8)" << false;
    }
    void areBytesWhereWindowsAreSmall() {
        QFETCH(QString, pool);
        QFETCH(bool, inBytes);
        const std::string network = "x[3,40,40] -> conv2d(out_channels=4) -> relu -> " +
                                    pool.toStdString() + " as p" + head;
        const std::vector<DType> wanted{inBytes ? DType::U8 : DType::I32};
        QVERIFY(typesOfPlaces(tapeOf(network)) == wanted);
        QVERIFY(typesOfPlaces(tapeOf(network, {.referenceKernels = true})) == wanted);
    }

    void gradientsOfLargeWeightsComeLast() {
        const Tape tape = tapeOf(
            "x[3,16,16] -> conv2d(out_channels=16 kernel=3 padding=1) -> relu -> "
            "conv2d(out_channels=16 kernel=3 padding=1) -> relu -> flatten -> "
            "linear(out_features=256) -> relu -> linear(out_features=10) -> cross_entropy(labels)");
        int large = -1, lastConvolution = -1;
        for (size_t i = 0; i < tape.entries.size(); ++i) {
            const Instr& instr = tape.entries[i].instr;
            if (instr.op->id == "conv_weights") lastConvolution = static_cast<int>(i);
            if (instr.op->id == "linear_weights" &&
                tape.value(instr.out[0]).type.shape.elements() > 100'000)
                large = static_cast<int>(i);
        }
        QVERIFY(lastConvolution >= 0);
        QVERIFY2(large > lastConvolution, "4 MB of gradient wait for no convolution");
        QVERIFY(tape.entries[static_cast<size_t>(large)].instr.phase == Phase::Backward);
    }
};

QTEST_APPLESS_MAIN(TestPoolPlaces)
#include "tst_pool_places.moc"
