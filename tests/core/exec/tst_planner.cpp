// SPDX-License-Identifier: Apache-2.0
// The memory planner, checked against its own definition: blocks alive together do not overlap.
#include "core/exec/planner.h"

#include "core/base/rng.h"

using namespace vitrine;

class PlannerTest : public QObject {
    Q_OBJECT

    /// Empty where the plan is one.
    static QString faultOf(const std::vector<MemoryBlock>& blocks, const MemoryExtent& extent) {
        for (size_t a = 0; a < blocks.size(); ++a) {
            if (blocks[a].offset % 64 != 0) return QString("block %1 is not aligned").arg(a);
            if (blocks[a].offset < 0 || blocks[a].offset + blocks[a].bytes > extent.peakBytes)
                return QString("block %1 lies outside").arg(a);
            for (size_t b = 0; b < a; ++b) {
                const bool together =
                    blocks[a].first <= blocks[b].last && blocks[b].first <= blocks[a].last;
                const bool apart = blocks[a].offset + blocks[a].bytes <= blocks[b].offset ||
                                   blocks[b].offset + blocks[b].bytes <= blocks[a].offset;
                if (together && !apart) return QString("blocks %1 and %2 overlap").arg(a).arg(b);
            }
        }
        return {};
    }

  private slots:
    void blocksAliveTogetherDoNotOverlap_data() {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 50; ++seed) QTest::addRow("seed %d", seed) << seed;
    }
    void blocksAliveTogetherDoNotOverlap() {
        QFETCH(int, seed);
        Rng rng(static_cast<uint64_t>(seed), RngStream::Test);
        std::vector<MemoryBlock> blocks(5 + rng.below(120));
        for (MemoryBlock& block : blocks) {
            block.bytes = 1 + rng.below(1 << (4 + rng.below(16)));
            block.first = static_cast<int>(rng.below(60));
            block.last = block.first + static_cast<int>(rng.below(20));
        }
        const MemoryExtent extent = planMemory(blocks);
        QCOMPARE(faultOf(blocks, extent), QString());
        QVERIFY(extent.peakBytes >= extent.lowerBoundBytes);
        QVERIFY2(static_cast<double>(extent.peakBytes) <=
                     1.25 * static_cast<double>(extent.lowerBoundBytes),
                 "a plan far above the bound means that gaps are not reused");
    }

    /// What a training step of a very deep network looks like: activations that live until their
    /// gradient is there, and many that come and go.
    void manyBlocksArePlannedOverTime() {
        Rng rng(7, RngStream::Test);
        std::vector<MemoryBlock> blocks;
        const int depth = 3000, end = 2 * depth;
        for (int i = 0; i < depth; ++i) {
            blocks.push_back({65536, i, end - i, 0});
            blocks.push_back({rng.below(10) == 0 ? 0 : 1 + rng.below(70000), i,
                              i + static_cast<int>(rng.below(3)), 0});
            blocks.push_back({65536, end - i, end - i + 1, 0});
        }
        QVERIFY(blocks.size() > 8192);
        const MemoryExtent extent = planMemory(blocks);
        QCOMPARE(faultOf(blocks, extent), QString());
        QVERIFY(static_cast<double>(extent.peakBytes) <=
                1.01 * static_cast<double>(extent.lowerBoundBytes));
    }

    /// Stages of halved images: where no order of sizes is close, blocks that reach the peak are
    /// placed earlier.
    void aTrainingStepIsPlannedCloseToTheBound() {
        for (uint64_t seed = 1; seed <= 12; ++seed) {
            Rng rng(seed, RngStream::Test);
            std::vector<MemoryBlock> blocks;
            const int depth = 40, end = 2 * depth;
            for (int i = 0; i < depth; ++i) {
                const int64_t bytes = (int64_t{1} << (24 - i / 8)) / 100 * (70 + rng.below(60));
                blocks.push_back({bytes, i, end - i, 0});
                blocks.push_back({bytes / 4, i, end - i - 1, 0});
                blocks.push_back({bytes, i, i + 1, 0});
                blocks.push_back({bytes, end - i - 1, end - i + 1, 0});
                blocks.push_back({bytes / 2, end - i, end - i, 0});
            }
            const MemoryExtent extent = planMemory(blocks);
            QCOMPARE(faultOf(blocks, extent), QString());
            const double share =
                static_cast<double>(extent.peakBytes) / static_cast<double>(extent.lowerBoundBytes);
            QVERIFY2(share <= 1.002, qPrintable(QString("seed %1: %2").arg(seed).arg(share)));
        }
    }

    void lowerBoundIsTheMostAliveAtOnce() {
        std::vector<MemoryBlock> blocks{{100, 0, 2, 0}, {64, 1, 1, 0}, {640, 3, 3, 0}};
        const MemoryExtent extent = planMemory(blocks);
        QCOMPARE(extent.lowerBoundBytes, int64_t{640});
        QCOMPARE(extent.peakEntry, 3);
        QCOMPARE(extent.peakBytes, int64_t{640});
    }

    void apartMeansThatNothingIsShared() {
        std::vector<MemoryBlock> blocks{{100, 0, 0, 0}, {64, 5, 6, 0}};
        QCOMPARE(placeApart(blocks).peakBytes, int64_t{192});
        QCOMPARE(blocks[1].offset, int64_t{128});
    }

    void noBlocksNeedNoMemory() {
        std::vector<MemoryBlock> none;
        QCOMPARE(planMemory(none).peakBytes, int64_t{0});
    }
};

QTEST_APPLESS_MAIN(PlannerTest)
#include "tst_planner.moc"
