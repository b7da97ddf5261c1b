// SPDX-License-Identifier: Apache-2.0
// What a thread will read next, as hints for kernels that multiply. Truth: the lines that a share
// names, counted by hand.
#include <QtTest/QtTest>

#include <thread>

#include "kernels/api/conv2d.h"
#include "kernels/cpu/part_loads.h"
#include "kernels/cpu/upcoming.h"
#include "tests/support/kernel_operand.h"

using namespace vitrine::kernels;

namespace {

/// Two blocks of channels in rows of (4 + 2) lines; far.
constexpr Image image{.n = 300, .c = 32, .h = 5, .w = 4, .layout = Layout::Blocked, .halo = 1};

int64_t linesOf(const cpu::Upcoming& upcoming) {
    int64_t lines = 0;
    for (const Ahead& ahead : upcoming.lines()) lines += ahead.lines();
    return lines;
}

}  // namespace

class TestUpcoming : public QObject {
    Q_OBJECT

  private slots:
    void cleanup() { cpu::Upcoming::ofThread().clear(); }

    void aShareIsItsRowsOfItsPlanes();
    void rowsThatAreNotThereAreLeftOut();
    void whatIsAnnouncedTwiceIsAskedForOnce();
    void imagesThatStayInTheCacheAreLeftOut();
    void moreThanHalfOfACacheIsLeftOut();
    void everyThreadHasItsOwn();
    void stepsAskForAllOfIt();
    void rowsHaveTheLinesOfTheirFloats();
    void weightsOfWideImagesLoadByPart();
};

void TestUpcoming::aShareIsItsRowsOfItsPlanes() {
    cpu::Upcoming& upcoming = cpu::Upcoming::ofThread();
    const vitrine::test::Floats data(image.storageElements());
    upcoming.add(image, data.data(), {.first = 2, .count = 2, .firstRow = 1, .endRow = 4});
    QCOMPARE(upcoming.lines().size(), size_t{1});
    QCOMPARE(linesOf(upcoming), int64_t{2 * 3 * 6});
    QCOMPARE(upcoming.lines()[0].next(),
             data.data() + 2 * image.planeStride() + image.origin() + image.rowStride());
    upcoming.clear();
    const ResultShare apart{.first = 0, .count = 1, .repeats = 3, .stride = 2, .endRow = 5};
    upcoming.add(image, data.data(), apart);
    QCOMPARE(upcoming.lines().size(), size_t{3});
    QCOMPARE(linesOf(upcoming), int64_t{3 * 5 * 6});
}

void TestUpcoming::rowsThatAreNotThereAreLeftOut() {
    const vitrine::test::Floats data(image.storageElements());
    QCOMPARE(Ahead(image, data.data(), 0, 1, -1, 9).lines(), int64_t{5 * 6});
    QCOMPARE(Ahead{}.lines(), int64_t{0});
}

void TestUpcoming::whatIsAnnouncedTwiceIsAskedForOnce() {
    cpu::Upcoming& upcoming = cpu::Upcoming::ofThread();
    const vitrine::test::Floats data(image.storageElements());
    for (int i = 0; i < 2; ++i) upcoming.add(image, data.data(), {.count = 2, .endRow = 5});
    QCOMPARE(linesOf(upcoming), int64_t{2 * 5 * 6});
}

void TestUpcoming::imagesThatStayInTheCacheAreLeftOut() {
    Image small = image;
    small.n = 3;
    const vitrine::test::Floats data(small.storageElements());
    cpu::Upcoming::ofThread().add(small, data.data(), {.count = 2, .endRow = 5});
    QCOMPARE(linesOf(cpu::Upcoming::ofThread()), int64_t{0});
}

void TestUpcoming::moreThanHalfOfACacheIsLeftOut() {
    cpu::Upcoming& upcoming = cpu::Upcoming::ofThread();
    const Image large{.n = 3, .c = 16, .h = 100, .w = 100, .layout = Layout::Blocked};
    const vitrine::test::Floats data(large.storageElements());
    upcoming.add(large, data.data(), {.count = 1, .endRow = 100});
    QCOMPARE(linesOf(upcoming), int64_t{0});
    upcoming.add(large, data.data(), {.count = 1, .endRow = 50});
    QCOMPARE(linesOf(upcoming), int64_t{50 * 100});
    upcoming.add(large, data.data(), {.count = 1, .firstRow = 50, .endRow = 100});
    QCOMPARE(linesOf(upcoming), int64_t{50 * 100});
}

void TestUpcoming::everyThreadHasItsOwn() {
    cpu::Upcoming::ofThread().setSourceIsMade();
    bool isMadeElsewhere = true;
    std::thread([&] { isMadeElsewhere = cpu::Upcoming::ofThread().isSourceMade(); }).join();
    QVERIFY(!isMadeElsewhere);
    QVERIFY(cpu::Upcoming::ofThread().isSourceMade());
    cpu::Upcoming::ofThread().clear();
    QVERIFY(!cpu::Upcoming::ofThread().isSourceMade());
}

void TestUpcoming::stepsAskForAllOfIt() {
    const vitrine::test::Floats data(image.storageElements());
    Ahead ahead(image, data.data(), 4, 2, 0, 5);
    for (int step = 0; step < 7; ++step) ahead.ask(8);
    QCOMPARE(ahead.lines(), int64_t{4});
    // Row 4 of the second plane, behind two of its six lines.
    QCOMPARE(ahead.next(), data.data() + 5 * image.planeStride() + image.origin() +
                               4 * image.rowStride() + 2 * blockWidth);
    ahead.ask(8);
    QCOMPARE(ahead.lines(), int64_t{0});
}

void TestUpcoming::rowsHaveTheLinesOfTheirFloats() {
    const vitrine::test::Floats data(5 * 48);
    Ahead ahead = Ahead::ofRows(data.data(), 48, 5, 20);
    QCOMPARE(ahead.lines(), int64_t{5 * 2});
    ahead.ask(3);
    // Behind the first line of the second row.
    QCOMPARE(ahead.next(), data.data() + 48 + blockWidth);
    ahead.ask(100);
    QCOMPARE(ahead.lines(), int64_t{0});
}

// 128 images of 16 channels: a sixteenth of them would not stay in the cache.
void TestUpcoming::weightsOfWideImagesLoadByPart() {
    Conv2dProblem problem;
    problem.window.rows =
        problem.window.columns = {.in = 32, .out = 32, .kernel = 3, .before = 1, .after = 1};
    const Image image32{128, 16, 32, 32, Layout::Blocked, 1};
    problem.x = problem.y = Operand(image32);
    problem.algorithm = Algorithm::Winograd;
    const Kernel kernel = selectConv2dWeights(problem);
    QVERIFY(kernel.run);
    QVERIFY(cpu::loadsByPart(kernel, problem.x));
}

QTEST_GUILESS_MAIN(TestUpcoming)
#include "tst_upcoming.moc"
