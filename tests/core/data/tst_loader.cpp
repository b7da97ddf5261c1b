// SPDX-License-Identifier: Apache-2.0
// The loader's order, seeking, last batch and independence of timing. Truth: the order that
// shuffledOrder defines, pixels computed here from the set.
#include <QtTest/QtTest>

#include <algorithm>
#include <numeric>

#include "core/base/rng.h"
#include "core/data/loader.h"
#include "tests/support/allocation_counter.h"

using namespace vitrine;

namespace {

/// Images of 1×2×2 whose first pixel is their number.
ImageSet numbered(int64_t count) {
    ImageSet set{count, 1, 2, 2, {}, {}};
    for (int64_t i = 0; i < count; ++i) {
        for (int64_t p = 0; p < 4; ++p) set.pixels.push_back(static_cast<uint8_t>(i + 50 * p));
        set.labels.push_back(static_cast<int32_t>(i % 7));
    }
    return set;
}

/// A copy of what a batch shows, for comparing later.
struct Seen {
    std::vector<float> images;
    std::vector<int32_t> labels, indices;
    bool operator==(const Seen&) const = default;
};

Seen look(const Batch& batch) {
    return {{batch.images.begin(), batch.images.end()},
            {batch.labels.begin(), batch.labels.end()},
            {batch.indices.begin(), batch.indices.end()}};
}

std::vector<Seen> run(Loader& loader, int64_t batches) {
    std::vector<Seen> seen;
    for (int64_t i = 0; i < batches; ++i) seen.push_back(look(loader.next()));
    return seen;
}

}  // namespace

class LoaderTest : public QObject {
    Q_OBJECT

  private slots:
    void shufflesByFisherAndYates() {
        std::vector<int32_t> order(100), again(100), next(100), expected(100);
        shuffledOrder(5, 2, order);
        shuffledOrder(5, 2, again);
        shuffledOrder(5, 3, next);
        QCOMPARE(order, again);
        QVERIFY(order != next);
        std::iota(expected.begin(), expected.end(), 0);
        Rng rng(5, RngStream::Shuffle, 2);
        for (size_t i = 99; i >= 1; --i)
            std::swap(expected[i], expected[rng.below(static_cast<uint32_t>(i + 1))]);
        QCOMPARE(order, expected);
        std::ranges::sort(order);
        for (size_t i = 0; i < 100; ++i) QCOMPARE(order[i], static_cast<int32_t>(i));
    }

    void givesEachEpochInItsOrderWithThePartialBatch() {
        const ImageSet set = numbered(23);
        Loader loader(set, {.batch = 5, .seed = 9, .normalisation = {0.25, 0.5}});
        QCOMPARE(loader.batchesPerEpoch(), int64_t{5});
        QCOMPARE(loader.lastBatchSize(), int64_t{3});
        for (int64_t epoch = 0; epoch < 3; ++epoch) {
            std::vector<int32_t> order(23), seen;
            shuffledOrder(9, epoch, order);
            for (int64_t b = 0; b < 5; ++b) {
                const Batch batch = loader.next();
                QCOMPARE(batch.size, b == 4 ? int64_t{3} : int64_t{5});
                QCOMPARE(batch.images.size(), static_cast<size_t>(4 * batch.size));
                for (size_t i = 0; i < batch.indices.size(); ++i) {
                    const auto index = static_cast<size_t>(batch.indices[i]);
                    seen.push_back(batch.indices[i]);
                    QCOMPARE(batch.labels[i], set.labels[index]);
                    for (size_t p = 0; p < 4; ++p) {
                        const double byte = set.pixels[4 * index + p];
                        QCOMPARE(batch.images[4 * i + p],
                                 static_cast<float>((byte / 255 - 0.25) / 0.5));
                    }
                }
            }
            QCOMPARE(seen, order);
        }
    }

    void keepsTheSetsOrderWithoutShuffling() {
        const ImageSet set = numbered(6);
        Loader loader(set, {.batch = 6, .shuffle = false});
        for (int epoch = 0; epoch < 2; ++epoch)
            QCOMPARE(look(loader.next()).indices, (std::vector<int32_t>{0, 1, 2, 3, 4, 5}));
        QCOMPARE(loader.lastBatchSize(), int64_t{6});
    }

    void takesABatchLargerThanTheSet() {
        const ImageSet set = numbered(6);
        Loader loader(set, {.batch = 64});
        QCOMPARE(loader.batchesPerEpoch(), int64_t{1});
        QCOMPARE(loader.next().size, int64_t{6});
        QCOMPARE(loader.next().size, int64_t{6});
    }

    void seeksToWhatRunningThroughGives() {
        const ImageSet set = numbered(40);
        const Loader::Options options{.batch = 7, .seed = 3};
        Loader straight(set, options);
        const std::vector<Seen> expected = run(straight, 24);
        Loader jumping(set, options);
        Rng rng(1, RngStream::Test);
        for (int round = 0; round < 300; ++round) {
            const auto target = static_cast<int64_t>(rng.below(20));
            jumping.seek(target / 6, target % 6);
            for (int64_t i = 0; i < rng.below(4); ++i)
                QVERIFY(look(jumping.next()) == expected[static_cast<size_t>(target + i)]);
        }
    }

    void givesTheSameWhateverIsPreparedAhead_data() {
        QTest::addColumn<int>("prefetch");
        for (int prefetch : {1, 2, 3, 8, 50}) QTest::addRow("%d", prefetch) << prefetch;
    }
    void givesTheSameWhateverIsPreparedAhead() {
        QFETCH(int, prefetch);
        const ImageSet set = numbered(50);
        Loader usual(set, {.batch = 8, .seed = 4}),
            other(set, {.batch = 8, .seed = 4, .prefetch = prefetch});
        QVERIFY(run(usual, 40) == run(other, 40));
    }

    void leavesABatchAloneUntilTheNext() {
        const ImageSet set = numbered(50);
        Loader loader(set, {.batch = 4, .prefetch = 1});
        for (int i = 0; i < 100; ++i) {
            const Batch batch = loader.next();
            const Seen before = look(batch);
            Loader(set, {.batch = 50}).next();  // gives the worker time to run ahead
            QVERIFY(look(batch) == before);
        }
    }

    void allocatesNothingAfterItsMaking() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        const ImageSet set = numbered(500);
        Loader loader(set, {.batch = 32});
        loader.next();
        test::armAllocationCounter();
        for (int i = 0; i < 200; ++i) loader.next();
        loader.seek(1, 3);
        loader.next();
        test::disarmAllocationCounter();
        QCOMPARE(test::countedAllocations(), int64_t{0});
    }

    void endsWhileItsWorkerIsBusy() {
        const ImageSet set = numbered(5000);
        for (int i = 0; i < 50; ++i) Loader loader(set, {.batch = 1000, .prefetch = 8});
    }
};

QTEST_APPLESS_MAIN(LoaderTest)
#include "tst_loader.moc"
