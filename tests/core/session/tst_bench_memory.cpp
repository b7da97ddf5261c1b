// SPDX-License-Identifier: Apache-2.0
// What a step of the benchmarks takes beside what PyTorch keeps for its backward pass. Truth for
// the latter: PyTorch 2.15 (resources/bench/peers.py), which keeps as much on every machine.
#include <QtTest>
#include <algorithm>

#include "core/session/bench_network.h"
#include "core/session/bench_step.h"
#include "kernels/dispatch/machine.h"

using namespace vitrine;

class TestBenchMemory : public QObject {
    Q_OBJECT

  private slots:
    void takesTheShareThatIsAimedAt_data() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<std::string>("network");
        QTest::addColumn<qint64>("batch");
        QTest::addColumn<qint64>("saved");
        for (const kernels::InstructionSet& of : kernels::availableInstructionSets()) {
            const std::string set(of.name);
            if (of.floatLanes < 8) continue;
            const auto row = [&](const char* network, qint64 batch, qint64 saved) {
                QTest::addRow("%s, %s", set.c_str(), network)
                    << set << std::string(network) << batch << saved;
            };
            row("vgg", 64, 140'329'988);
            row("unet", 16, 82'848'772);
        }
    }
    void takesTheShareThatIsAimedAt() {
        QFETCH(std::string, set);
        QFETCH(std::string, network);
        QFETCH(qint64, batch);
        QFETCH(qint64, saved);
        constexpr double most = 0.615;  // of AVX2; with AVX-512 it is 0.603
        QVERIFY(kernels::capInstructionSet(set));
        const auto networks = benchNetworks();
        const auto found = std::ranges::find(networks, network, &BenchNetwork::id);
        QVERIFY(found != networks.end());
        const auto project = benchProject(*found);
        QVERIFY(project.ok());
        const auto tape = benchTape(*project, {.batch = batch});
        QVERIFY(tape.ok());
        const double share =
            static_cast<double>(tape->extent.peakBytes) / static_cast<double>(saved);
        QVERIFY2(share <= most, qPrintable(QString::number(share)));
    }
};

QTEST_GUILESS_MAIN(TestBenchMemory)
#include "tst_bench_memory.moc"
