// SPDX-License-Identifier: Apache-2.0
// The planned peak of a training step beside its bound: the most bytes that are alive at once,
// which no plan goes below. For the networks and batches that results are published for, with
// everything kept and with values made again.
#include <QtTest/QtTest>

#include <fmt/format.h>

#include "core/exec/recompute.h"
#include "core/session/bench_network.h"
#include "tests/support/prepared_step.h"

Q_DECLARE_METATYPE(vitrine::Recompute)

using namespace vitrine;

namespace {

constexpr double mostOverBound = 1.05;

}  // namespace

class PlannedPeakTest : public QObject {
    Q_OBJECT

  private slots:
    void isNearTheLeastPossible_data() {
        QTest::addColumn<int>("network");
        QTest::addColumn<Recompute>("recompute");
        for (size_t i = 0; i < benchNetworks().size(); ++i) {
            const BenchNetwork& network = benchNetworks()[i];
            if (network.trainingBatches.empty()) continue;
            for (const Recompute mode : {Recompute::None, Recompute::Cheap, Recompute::Blocks})
                QTest::addRow("%s, %s", network.id.data(), recomputeId(mode).data())
                    << static_cast<int>(i) << mode;
        }
    }
    void isNearTheLeastPossible() {
        QFETCH(int, network);
        QFETCH(Recompute, recompute);
        const BenchNetwork& of = benchNetworks()[static_cast<size_t>(network)];
        const auto project = benchProject(of);
        QVERIFY(project.ok());
        const Program program = test::trainingProgram(project->graph, of.trainingBatches.front());
        StateLayout states;
        states.add(program);
        const Tape tape =
            compileTape(program, states, {.math = Math::Fast, .recompute = recompute});
        if (recompute == Recompute::None) QCOMPARE(tape.recomputed(), 0);
        const double over = static_cast<double>(tape.extent.peakBytes) /
                            static_cast<double>(tape.extent.lowerBoundBytes);
        const std::string found =
            fmt::format("{} bytes, {:.4f} times the bound", tape.extent.peakBytes, over);
        QVERIFY2(over >= 1 && over <= mostOverBound, found.c_str());
    }
};

QTEST_APPLESS_MAIN(PlannedPeakTest)
#include "tst_planned_peak.moc"
