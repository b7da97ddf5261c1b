// SPDX-License-Identifier: Apache-2.0
// Images that are drawn when they are needed: every byte as drawn directly, whoever comes first;
// workers that end; nothing allocated for an image. Truth: the drawing function itself.
#include <QtTest/QtTest>

#include <latch>
#include <thread>

#include "core/data/drawn_images.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/patience.h"

using namespace vitrine;

namespace {

constexpr int64_t imageBytes = 12;

uint8_t byteOf(int64_t index, size_t at) {
    return static_cast<uint8_t>(7 * index + 31 * int64_t(at));
}

int32_t draw(int64_t index, std::span<uint8_t> pixels) {
    for (size_t at = 0; at < pixels.size(); ++at) pixels[at] = byteOf(index, at);
    return static_cast<int32_t>(index % 10);
}

bool isDrawn(DrawnImages& images, int64_t index) {
    const std::span<const uint8_t> image = images.image(index);
    bool same = image.size() == imageBytes && images.label(index) == index % 10;
    for (size_t at = 0; at < image.size(); ++at) same &= image[at] == byteOf(index, at);
    return same;
}

}  // namespace

class DrawnImagesTest : public QObject {
    Q_OBJECT

  private slots:
    void givesEveryImageAsDrawn_data() {
        QTest::addColumn<int>("workers");
        QTest::addColumn<int>("readers");
        for (int workers : {0, 1, 3})
            for (int readers : {1, 4})
                QTest::addRow("%d workers, %d readers", workers, readers) << workers << readers;
    }
    void givesEveryImageAsDrawn() {
        QFETCH(int, workers);
        QFETCH(int, readers);
        constexpr int64_t count = 5000;
        const auto images = DrawnImages::create(
            {.count = count, .imageBytes = imageBytes, .draw = draw, .threads = workers});
        QVERIFY(images);
        std::atomic<int> wrong = 0;
        std::vector<std::thread> threads;
        for (int reader = 0; reader < readers; ++reader)
            threads.emplace_back([&, reader] {
                for (int64_t i = 0; i < count; ++i)
                    wrong += !isDrawn(*images, reader % 2 == 0 ? i : count - 1 - i);
            });
        for (std::thread& thread : threads) thread.join();
        QCOMPARE(wrong.load(), 0);
        const std::span<const uint8_t> part = images->pixels(100, 3);
        QCOMPARE(part.size(), size_t{3 * imageBytes});
        QCOMPARE(part[imageBytes + 2], byteOf(101, 2));
        QCOMPARE(images->labels(100, 3)[2], 2);
    }

    void workersDrawAhead() {
        std::atomic<int64_t> drawn = 0;
        const auto images =
            DrawnImages::create({.count = 1000, .imageBytes = imageBytes, .draw = [&](auto... a) {
                                     ++drawn;
                                     return draw(a...);
                                 }});
        QTRY_COMPARE_WITH_TIMEOUT(drawn.load(), int64_t{1000}, 5000 * test::slowness);
        QVERIFY(isDrawn(*images, 999));
        QCOMPARE(drawn.load(), int64_t{1000});  // it was there
    }

    /// Nobody waits for a worker that is at the same image.
    void drawsWhatAWorkerIsStuckWith() {
        std::latch stuck(1), go(1);
        const std::thread::id me = std::this_thread::get_id();
        const auto images =
            DrawnImages::create({.count = 100, .imageBytes = imageBytes, .draw = [&](auto... a) {
                                     if (std::this_thread::get_id() != me) {
                                         stuck.count_down();
                                         go.wait();
                                     }
                                     return draw(a...);
                                 }});
        stuck.wait();
        int wrong = 0;
        for (int64_t i = 0; i < 100; ++i) wrong += !isDrawn(*images, i);
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
        auto images = DrawnImages::create({.count = 1'000'000,
                                           .imageBytes = imageBytes,
                                           .draw =
                                               [&](int64_t index, std::span<uint8_t> pixels) {
                                                   if (++drawn == 1) begun.count_down();
                                                   std::this_thread::yield();
                                                   return draw(index, pixels);
                                               },
                                           .threads = 2,
                                           .stop = stop.get_token()});
        begun.wait();
        if (asked) {
            stop.request_stop();
            QVERIFY(isDrawn(*images, 999'999));
        }
        images.reset();
        QVERIFY2(drawn < 1'000'000, "the workers drew all of it");
    }

    void aWorkerThatThrowsLeavesTheRest() {
        const std::thread::id me = std::this_thread::get_id();
        const auto images =
            DrawnImages::create({.count = 1000, .imageBytes = imageBytes, .draw = [&](auto... a) {
                                     if (std::this_thread::get_id() != me) throw std::bad_alloc();
                                     return draw(a...);
                                 }});
        for (int64_t i = 0; i < 1000; ++i) QVERIFY(isDrawn(*images, i));
    }

    void givesNothingWhereThereIsNoMemory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("sanitizers end the program for so much");
#endif
        QVERIFY(!DrawnImages::create(
            {.count = int64_t{1} << 40, .imageBytes = int64_t{1} << 20, .draw = draw}));
    }

    void allocatesNothingForAnImage() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        std::latch begun(1);
        std::atomic<bool> go = false;
        const auto images = DrawnImages::create(
            {.count = 20'000, .imageBytes = imageBytes, .draw = [&](int64_t i, auto pixels) {
                 if (i == 1) {
                     begun.count_down();
                     go.wait(false);
                 }
                 return draw(i, pixels);
             }});
        images->image(10'000);
        begun.wait();
        const int64_t before = test::countedAllocations();
        test::armAllocationCounter();
        go = true;
        go.notify_all();
        for (int64_t i = 19'999; i > 1; --i) images->image(i);
        test::disarmAllocationCounter();
        QCOMPARE(test::countedAllocations() - before, int64_t{0});
    }
};

QTEST_GUILESS_MAIN(DrawnImagesTest)
#include "tst_drawn_images.moc"
