// SPDX-License-Identifier: Apache-2.0
// The loader's order, columns, seeking, last batch and independence of timing. Truth: the order
// that shuffledOrder defines, pixels and labels computed here from the example's number.
#include <QtTest/QtTest>

#include <algorithm>
#include <chrono>
#include <new>
#include <numeric>
#include <thread>

#include "core/base/rng.h"
#include "core/data/loader.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

/// Images of 1×2×2 whose first pixel is their number.
ExampleSet numbered(int64_t count) {
    std::vector<uint8_t> pixels;
    std::vector<int32_t> labels;
    for (int64_t i = 0; i < count; ++i) {
        for (int64_t p = 0; p < 4; ++p) pixels.push_back(static_cast<uint8_t>(i + 50 * p));
        labels.push_back(static_cast<int32_t>(i % 7));
    }
    return test::labelledImages(pixels, labels);
}

/// Bytes of an image and of a label.
const std::vector<int64_t> both{4, 4};

/// A copy of what a batch shows, for comparing later.
struct Seen {
    std::vector<uint8_t> images;
    std::vector<int32_t> labels, indices;
    bool operator==(const Seen&) const = default;
};

Seen look(const Batch& batch) {
    return {test::numbersIn<uint8_t>(batch.columns[0]),
            test::numbersIn<int32_t>(batch.columns[1]),
            {batch.indices.begin(), batch.indices.end()}};
}

std::vector<Seen> run(Loader& loader, int64_t batches) {
    std::vector<Seen> seen;
    for (int64_t i = 0; i < batches; ++i) seen.push_back(look(loader.next()));
    return seen;
}

/// Values of another source, with some work for each example.
class Laborious : public ExampleSource {
  public:
    Laborious(std::shared_ptr<ExampleSource> source, std::chrono::microseconds each)
        : m_source(std::move(source)), m_each(each) {}
    std::span<const std::byte> value(size_t column, int64_t index) override {
        return m_source->value(column, index);
    }
    bool isAtHand(size_t) const override { return false; }
    void write(int64_t index, const Occasion& occasion,
               std::span<const std::span<std::byte>> to) override {
        const auto end = std::chrono::steady_clock::now() + m_each;
        while (std::chrono::steady_clock::now() < end) continue;
        m_source->write(index, occasion, to);
    }

  private:
    const std::shared_ptr<ExampleSource> m_source;
    const std::chrono::microseconds m_each;
};

/// Has no memory for example 13.
class WithoutMemory : public Laborious {
  public:
    using Laborious::Laborious;
    void write(int64_t index, const Occasion& occasion,
               std::span<const std::span<std::byte>> to) override {
        if (index == 13) throw std::bad_alloc();
        Laborious::write(index, occasion, to);
    }
};

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
        const ExampleSet set = numbered(23);
        Loader loader(set, both, {.batch = 5, .seed = 9});
        QCOMPARE(loader.batchesPerEpoch(), int64_t{5});
        QCOMPARE(loader.lastBatchSize(), int64_t{3});
        for (int64_t epoch = 0; epoch < 3; ++epoch) {
            std::vector<int32_t> order(23), seen;
            shuffledOrder(9, epoch, order);
            for (int64_t b = 0; b < 5; ++b) {
                const Batch batch = loader.next();
                QCOMPARE(batch.size, b == 4 ? int64_t{3} : int64_t{5});
                QCOMPARE(batch.columns.size(), size_t{2});
                const auto [images, labels, indices] = look(batch);
                QCOMPARE(images.size(), static_cast<size_t>(4 * batch.size));
                QCOMPARE(labels.size(), static_cast<size_t>(batch.size));
                QCOMPARE(indices.size(), static_cast<size_t>(batch.size));
                for (size_t i = 0; i < indices.size(); ++i) {
                    seen.push_back(indices[i]);
                    QCOMPARE(labels[i], indices[i] % 7);
                    for (size_t p = 0; p < 4; ++p)
                        QCOMPARE(images[4 * i + p],
                                 static_cast<uint8_t>(indices[i] + 50 * static_cast<int>(p)));
                }
            }
            QCOMPARE(seen, order);
        }
    }

    void keepsTheSetsOrderWithoutShuffling() {
        const ExampleSet set = numbered(6);
        Loader loader(set, both, {.batch = 6, .shuffle = false});
        for (int epoch = 0; epoch < 2; ++epoch)
            QCOMPARE(look(loader.next()).indices, (std::vector<int32_t>{0, 1, 2, 3, 4, 5}));
        QCOMPARE(loader.lastBatchSize(), int64_t{6});
    }

    void leavesOutColumnsThatNobodyWants() {
        auto stored = std::make_shared<StoredExamples>();
        stored->addNumbers<uint8_t>(std::vector<uint8_t>{1, 2, 3, 4, 5, 6}, 2);
        stored->addNumbers<int32_t>(std::vector<int32_t>{7, 8, 9});
        stored->addNumbers<float>(std::vector<float>{0.5f, -1, 1, 2, 3, -0.25f}, 2);
        const ExampleSet set{3, stored, 0};
        Loader loader(set, {0, 0, 8}, {.batch = 2, .shuffle = false});
        for (int epoch = 0; epoch < 2; ++epoch) {
            const Batch first = loader.next();
            QCOMPARE(first.columns.size(), size_t{3});
            QVERIFY(first.columns[0].empty() && first.columns[1].empty());
            QCOMPARE(test::numbersIn<float>(first.columns[2]),
                     (std::vector<float>{0.5f, -1, 1, 2}));
            const Batch last = loader.next();
            QCOMPARE(last.size, int64_t{1});
            QVERIFY(last.columns[0].empty() && last.columns[1].empty());
            QCOMPARE(test::numbersIn<float>(last.columns[2]), (std::vector<float>{3, -0.25f}));
        }
    }

    void takesAPartOfASource() {
        ExampleSet set = numbered(20);
        set.first = 12;
        set.count = 5;
        Loader loader(set, both, {.batch = 5, .shuffle = false});
        const Seen seen = look(loader.next());
        QCOMPARE(seen.indices, (std::vector<int32_t>{0, 1, 2, 3, 4}));
        QCOMPARE(seen.labels, (std::vector<int32_t>{5, 6, 0, 1, 2}));
        QCOMPARE(seen.images[0], uint8_t{12});
    }

    void takesABatchLargerThanTheSet() {
        const ExampleSet set = numbered(6);
        Loader loader(set, both, {.batch = 64});
        QCOMPARE(loader.batchesPerEpoch(), int64_t{1});
        QCOMPARE(loader.next().size, int64_t{6});
        QCOMPARE(loader.next().size, int64_t{6});
    }

    void seeksToWhatRunningThroughGives() {
        const ExampleSet set = numbered(40);
        const Loader::Options options{.batch = 7, .seed = 3};
        Loader straight(set, both, options);
        const std::vector<Seen> expected = run(straight, 24);
        Loader jumping(set, both, options);
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
        const ExampleSet set = numbered(50);
        Loader usual(set, both, {.batch = 8, .seed = 4}),
            other(set, both, {.batch = 8, .seed = 4, .prefetch = prefetch});
        QVERIFY(run(usual, 40) == run(other, 40));
    }

    /// Cheap batches are filled by the thread that takes them, dear ones by workers.
    void givesTheSameWhoeverFillsThem_data() {
        QTest::addColumn<int>("eachUs");
        QTest::addColumn<int>("stepUs");
        QTest::newRow("by whoever takes them") << 0 << 500;
        QTest::newRow("by workers") << 40 << 200;
        QTest::newRow("nobody is in time") << 40 << 0;
    }
    void givesTheSameWhoeverFillsThem() {
        QFETCH(int, eachUs);
        QFETCH(int, stepUs);
        const ExampleSet set = numbered(50);
        ExampleSet laborious = set;
        laborious.source =
            std::make_shared<Laborious>(set.source, std::chrono::microseconds(eachUs));
        Loader usual(set, both, {.batch = 8, .seed = 4}),
            other(laborious, both, {.batch = 8, .seed = 4});
        const std::vector<Seen> expected = run(usual, 120);
        for (int64_t i = 0; i < 120; ++i) {
            const Batch batch = other.next();
            const Seen before = look(batch);
            std::this_thread::sleep_for(std::chrono::microseconds(stepUs));
            QVERIFY(look(batch) == before);
            QVERIFY(before == expected[static_cast<size_t>(i)]);
        }
    }

    void memoryThatIsNotThereIsTroubleOfItsBatch() {
        ExampleSet set = numbered(40);
        set.source = std::make_shared<WithoutMemory>(set.source, std::chrono::microseconds(0));
        Loader loader(set, both, {.batch = 8, .shuffle = false});
        for (int64_t i = 0; i < 10; ++i) {
            const Batch batch = loader.next();
            QCOMPARE(batch.trouble != nullptr, i % 5 == 1);
            if (batch.trouble) QCOMPARE(batch.trouble->code, std::string("H02"));
        }
    }

    void leavesABatchAloneUntilTheNext() {
        const ExampleSet set = numbered(50);
        Loader loader(set, both, {.batch = 4, .prefetch = 1});
        for (int i = 0; i < 100; ++i) {
            const Batch batch = loader.next();
            const Seen before = look(batch);
            Loader(set, both, {.batch = 50}).next();  // gives the worker time to run ahead
            QVERIFY(look(batch) == before);
        }
    }

    void allocatesNothingAfterItsMaking() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        const ExampleSet set = numbered(500);
        Loader loader(set, both, {.batch = 32});
        loader.next();
        test::armAllocationCounter();
        for (int i = 0; i < 200; ++i) loader.next();
        loader.seek(1, 3);
        loader.next();
        test::disarmAllocationCounter();
        QCOMPARE(test::countedAllocations(), int64_t{0});
    }

    void endsWhileItsWorkerIsBusy() {
        const ExampleSet set = numbered(5000);
        for (int i = 0; i < 50; ++i) Loader loader(set, both, {.batch = 1000, .prefetch = 8});
    }
};

QTEST_APPLESS_MAIN(LoaderTest)
#include "tst_loader.moc"
