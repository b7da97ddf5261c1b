// SPDX-License-Identifier: Apache-2.0
// The team runs every part of every phase exactly once, phases in order, for any number of threads.
#include "core/exec/team.h"

#include <algorithm>
#include <thread>

using namespace vitrine;

namespace {

struct Counters {
    std::array<std::vector<std::atomic<int>>, 2> runs;
    std::atomic<int> early{0};  // parts of the second phase that began before the first was done
    std::atomic<int64_t> firstPhase{0};
    explicit Counters(int64_t parts) {
        for (auto& phase : runs) phase = std::vector<std::atomic<int>>(static_cast<size_t>(parts));
    }
};

void countPart(const void* problem, void* const* operands, kernels::Workspace, int phase,
               int64_t part) {
    auto& counters = *static_cast<Counters*>(operands[0]);
    const int64_t parts = *static_cast<const int64_t*>(problem);
    counters.runs[static_cast<size_t>(phase)][static_cast<size_t>(part)].fetch_add(1);
    if (phase == 0)
        counters.firstPhase.fetch_add(1);
    else if (counters.firstPhase.load() != parts)
        counters.early.fetch_add(1);
}

/// Waits until every thread has a part; the part's thread is told by its scratch.
struct Meeting {
    static constexpr int threads = 4;
    std::atomic<int> there{0};
    std::array<const void*, threads> scratches{};
};

void meet(const void*, void* const* operands, kernels::Workspace memory, int, int64_t part) {
    auto& meeting = *static_cast<Meeting*>(operands[0]);
    meeting.scratches[static_cast<size_t>(part)] = memory.own;
    meeting.there.fetch_add(1);
    while (meeting.there.load() < Meeting::threads) std::this_thread::yield();
}

}  // namespace

class TeamTest : public QObject {
    Q_OBJECT

  private slots:
    void everyPartRunsOnceAndPhasesStayInOrder_data() {
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("parts");
        for (int threads : {1, 2, 3, 4, 8})
            for (int parts : {1, 2, 3, 17, 256, 70000})
                QTest::addRow("%d threads, %d parts", threads, parts) << threads << parts;
    }
    void everyPartRunsOnceAndPhasesStayInOrder() {
        QFETCH(int, threads);
        QFETCH(int, parts);
        Team team(threads);
        QCOMPARE(team.threads(), threads);
        kernels::Kernel kernel;
        kernel.problem = std::make_shared<const int64_t>(parts);
        kernel.run = countPart;
        kernel.phases = 2;
        kernel.parts = {parts, parts, 1};
        for (int repeat = 0; repeat < (parts > 1000 ? 3 : 200); ++repeat) {
            Counters counters(parts);
            void* operands[]{&counters};
            team.run(kernel, operands, nullptr);
            for (const auto& phase : counters.runs)
                for (const auto& runs : phase) QCOMPARE(runs.load(), 1);
            QCOMPARE(counters.early.load(), 0);
        }
    }

    void everyThreadBeginsWithItsOwnParts() {
        Team team(Meeting::threads);
        QVERIFY(team.reserveScratch(1).ok());
        kernels::Kernel kernel;
        kernel.run = meet;
        kernel.parts[0] = Meeting::threads;
        Meeting first;
        void* operands[]{&first};
        team.run(kernel, operands, nullptr);
        QVERIFY(std::ranges::is_sorted(first.scratches));
        for (int repeat = 0; repeat < 500; ++repeat) {
            Meeting next;
            operands[0] = &next;
            team.run(kernel, operands, nullptr);
            QVERIFY(next.scratches == first.scratches);
        }
    }

    void helpsAThreadThatIsLate() {
        Team team(2);
        kernels::Kernel kernel;
        kernel.run = [](const void*, void* const* operands, kernels::Workspace, int, int64_t part) {
            auto& left = *static_cast<std::atomic<int>*>(operands[0]);
            // The first part of all waits for the rest: the other thread does them.
            while (part == 0 && left.load() > 1) std::this_thread::yield();
            left.fetch_sub(1);
        };
        kernel.parts[0] = 32;
        std::atomic<int> left{32};
        void* operands[]{&left};
        team.run(kernel, operands, nullptr);
        QCOMPARE(left.load(), 0);
    }
};

QTEST_GUILESS_MAIN(TeamTest)
#include "tst_team.moc"
