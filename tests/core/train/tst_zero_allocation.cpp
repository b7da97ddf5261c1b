// SPDX-License-Identifier: Apache-2.0
// From the second step on nothing is allocated: operator new, malloc and arenas counted over all
// threads between the begin and the end of 100 steps. Once memory has been touched no step asks the
// system for a page: faults of the process as the system counts them.
#include <sys/resource.h>

#include "core/device/arena.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

struct Counting {
    int64_t steps = 0;
    int64_t arenas = 0;
    int64_t faults = 0, faultsBefore = 0;  ///< in steps, once the first epoch is over
};

// A page in every second of the 80 steps that are counted would be 40; other threads have a dozen.
constexpr int64_t warmSteps = 30, mostFaults = 30;

int64_t faultsSoFar() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt + usage.ru_majflt;
}

void stepBegin(void* context) {
    auto& counting = *static_cast<Counting*>(context);
    if (counting.steps == 1) counting.arenas = Arena::allocations();
    if (counting.steps >= 1 && counting.steps <= 100) test::armAllocationCounter();
    counting.faultsBefore = faultsSoFar();
}

void stepEnd(void* context) {
    test::disarmAllocationCounter();
    auto& counting = *static_cast<Counting*>(context);
    if (counting.steps >= warmSteps) counting.faults += faultsSoFar() - counting.faultsBefore;
    ++counting.steps;
}

}  // namespace

class ZeroAllocationTest : public QObject {
    Q_OBJECT

  private slots:
    void stepsAllocateNothing_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("threads");
        QTest::addColumn<bool>("watched");
        QTest::newRow("residual, every step kept, every value looked at")
            << QString::fromStdString(test::residualNetwork()) << 2 << true;
        for (int threads : {1, 2, 4}) {
            QTest::addRow("lanes, %d threads", threads)
                << QString::fromStdString(test::lanesNetwork()) << threads << false;
            QTest::addRow("residual, %d threads", threads)
                << QString::fromStdString(test::residualNetwork()) << threads << false;
            QTest::addRow("dropout, %d threads", threads)
                << QString::fromStdString(test::dropoutNetwork()) << threads << false;
        }
    }
    void stepsAllocateNothing() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        QFETCH(QString, network);
        QFETCH(int, threads);
        QFETCH(bool, watched);
        const Dataset data = test::barDataset(16 * 9 + 5, 40);
        test::TrainingSetup setup =
            test::setUp({.network = network.toStdString(), .threads = threads, .epochs = 11}, data);
        Counting counting;
        setup.trainer->setHooks({&counting, stepBegin, stepEnd});
        if (watched)
            test::setStops(*setup.trainer, {.breakpoints = {{"nowhere", false}},
                                            .nonFinite = NonFiniteWatch::EveryValue});
        const int64_t before = test::countedAllocations();
        setup.trainer->post({Command::Kind::Start});
        setup.trainer->waitUntilIdle();
        QCOMPARE(setup.trainer->state(), TrainerState::Finished);
        QCOMPARE(counting.steps, int64_t{110});
        QCOMPARE(test::countedAllocations() - before, int64_t{0});
        QCOMPARE(Arena::allocations(), counting.arenas);
        // Threads that write the record and load data may have some of their own in that time.
        QVERIFY2(counting.faults <= mostFaults, QByteArray::number(qint64(counting.faults)));
    }

    void theCounterCounts() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        const int64_t before = test::countedAllocations();
        test::armAllocationCounter();
        delete new std::string(100, 'x');
        free(malloc(10));
        test::disarmAllocationCounter();
        QVERIFY(test::countedAllocations() - before >= 2);
    }
};

QTEST_GUILESS_MAIN(ZeroAllocationTest)
#include "tst_zero_allocation.moc"
