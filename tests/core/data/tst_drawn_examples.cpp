// SPDX-License-Identifier: Apache-2.0
// Examples that are drawn when they are needed: every byte of every column as drawn directly,
// whoever comes first; workers that end; nothing allocated for an example. Truth: the drawing
// function itself.
#include <QtTest/QtTest>

#include <cstring>
#include <latch>
#include <thread>

#include "core/data/drawn_examples.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/example_sets.h"
#include "tests/support/patience.h"

using namespace vitrine;

namespace {

constexpr int64_t imageBytes = 12;
/// An image, and its number.
const std::vector<int64_t> columnBytes{imageBytes, sizeof(int32_t)};

uint8_t byteOf(int64_t index, size_t at) {
    return static_cast<uint8_t>(7 * index + 31 * int64_t(at));
}

void draw(int64_t index, std::span<std::byte> record) {
    for (size_t at = 0; at < imageBytes; ++at) record[at] = std::byte{byteOf(index, at)};
    const auto number = static_cast<int32_t>(index % 10);
    std::memcpy(&record[imageBytes], &number, sizeof number);
}

bool isDrawn(DrawnExamples& examples, int64_t index) {
    const std::span<const std::byte> image = examples.value(0, index),
                                     number = examples.value(1, index);
    bool same = image.size() == imageBytes && number.size() == sizeof(int32_t) &&
                test::numbersIn<int32_t>(number)[0] == index % 10;
    for (size_t at = 0; at < image.size(); ++at) same &= image[at] == std::byte{byteOf(index, at)};
    return same;
}

}  // namespace

class DrawnExamplesTest : public QObject {
    Q_OBJECT

  private slots:
    void givesEveryExampleAsDrawn_data() {
        QTest::addColumn<int>("workers");
        QTest::addColumn<int>("readers");
        for (int workers : {0, 1, 3})
            for (int readers : {1, 4})
                QTest::addRow("%d workers, %d readers", workers, readers) << workers << readers;
    }
    void givesEveryExampleAsDrawn() {
        QFETCH(int, workers);
        QFETCH(int, readers);
        constexpr int64_t count = 5000;
        const auto examples = DrawnExamples::create(
            {.count = count, .columnBytes = columnBytes, .draw = draw, .threads = workers});
        QVERIFY(examples);
        std::atomic<int> wrong = 0;
        std::vector<std::thread> threads;
        for (int reader = 0; reader < readers; ++reader)
            threads.emplace_back([&, reader] {
                for (int64_t i = 0; i < count; ++i)
                    wrong += !isDrawn(*examples, reader % 2 == 0 ? i : count - 1 - i);
            });
        for (std::thread& thread : threads) thread.join();
        QCOMPARE(wrong.load(), 0);
        const ExampleSet part{3, examples, 100};
        QCOMPARE(part.pixels(0, 1)[2], byteOf(101, 2));
        QCOMPARE(part.number(1, 2), 2);
        QVERIFY(!examples->isAtHand(0));
    }

    void workersDrawAhead() {
        std::atomic<int64_t> drawn = 0;
        const auto examples = DrawnExamples::create(
            {.count = 1000, .columnBytes = columnBytes, .draw = [&](auto... a) {
                 ++drawn;
                 draw(a...);
             }});
        QTRY_COMPARE_WITH_TIMEOUT(drawn.load(), int64_t{1000}, 5000 * test::slowness);
        QVERIFY(isDrawn(*examples, 999));
        QCOMPARE(drawn.load(), int64_t{1000});  // it was there
    }

    /// Nobody waits for a worker that is at the same example.
    void drawsWhatAWorkerIsStuckWith() {
        std::latch stuck(1), go(1);
        const std::thread::id me = std::this_thread::get_id();
        const auto examples = DrawnExamples::create(
            {.count = 100, .columnBytes = columnBytes, .draw = [&](auto... a) {
                 if (std::this_thread::get_id() != me) {
                     stuck.count_down();
                     go.wait();
                 }
                 draw(a...);
             }});
        stuck.wait();
        int wrong = 0;
        for (int64_t i = 0; i < 100; ++i) wrong += !isDrawn(*examples, i);
        go.count_down();
        QCOMPARE(wrong, 0);
    }

    void endsAtOnce_data() {
        QTest::addColumn<bool>("asked");
        QTest::newRow("destroyed") << false;
        QTest::newRow("asked to stop") << true;
    }
    void endsAtOnce() {
        QFETCH(bool, asked);
        std::stop_source stop;
        std::atomic<int64_t> drawn = 0;
        std::latch begun(1);
        auto examples = DrawnExamples::create({.count = 1'000'000,
                                               .columnBytes = columnBytes,
                                               .draw =
                                                   [&](int64_t index, std::span<std::byte> record) {
                                                       if (++drawn == 1) begun.count_down();
                                                       std::this_thread::yield();
                                                       draw(index, record);
                                                   },
                                               .threads = 2,
                                               .stop = stop.get_token()});
        begun.wait();
        if (asked) {
            stop.request_stop();
            QVERIFY(isDrawn(*examples, 999'999));
        }
        examples.reset();
        QVERIFY2(drawn < 1'000'000, "the workers drew all of it");
    }

    void aWorkerThatThrowsLeavesTheRest() {
        const std::thread::id me = std::this_thread::get_id();
        const auto examples = DrawnExamples::create(
            {.count = 1000, .columnBytes = columnBytes, .draw = [&](auto... a) {
                 if (std::this_thread::get_id() != me) throw std::bad_alloc();
                 draw(a...);
             }});
        for (int64_t i = 0; i < 1000; ++i) QVERIFY(isDrawn(*examples, i));
    }

    void givesNothingWhereThereIsNoMemory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("sanitizers end the program for so much");
#endif
        QVERIFY(!DrawnExamples::create(
            {.count = int64_t{1} << 40, .columnBytes = {int64_t{1} << 20}, .draw = draw}));
    }

    void allocatesNothingForAnExample() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        std::latch begun(1);
        std::atomic<bool> go = false;
        const auto examples = DrawnExamples::create(
            {.count = 20'000, .columnBytes = columnBytes, .draw = [&](int64_t i, auto record) {
                 if (i == 1) {
                     begun.count_down();
                     go.wait(false);
                 }
                 draw(i, record);
             }});
        examples->value(0, 10'000);
        begun.wait();
        const int64_t before = test::countedAllocations();
        test::armAllocationCounter();
        go = true;
        go.notify_all();
        for (int64_t i = 19'999; i > 1; --i) examples->value(1, i);
        test::disarmAllocationCounter();
        QCOMPARE(test::countedAllocations() - before, int64_t{0});
    }
};

QTEST_GUILESS_MAIN(DrawnExamplesTest)
#include "tst_drawn_examples.moc"
