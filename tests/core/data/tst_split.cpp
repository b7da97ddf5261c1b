// SPDX-License-Identifier: Apache-2.0
// Splits by share. Truth: the promises of the header, counted.
#include <QtTest/QtTest>

#include <set>

#include "core/data/split.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

/// 70 of class 0, 20 of class 5, 9 of class −1, 1 of class 7, mixed.
std::vector<int32_t> unequalClasses() {
    std::vector<int32_t> classes;
    for (int i = 0; i < 100; ++i)
        classes.push_back(i == 99 ? 7 : i % 10 < 7 ? 0 : i % 10 < 9 ? 5 : -1);
    return classes;
}

int64_t countOf(const std::vector<int64_t>& part, const std::vector<int32_t>& classes,
                int32_t one) {
    return std::ranges::count_if(part,
                                 [&](int64_t i) { return classes[static_cast<size_t>(i)] == one; });
}

}  // namespace

class SplitTest : public QObject {
    Q_OBJECT

  private slots:
    void everyExampleStandsInOnePart_data() {
        QTest::addColumn<double>("share");
        QTest::addColumn<int>("tested");
        QTest::newRow("nothing") << 0.0 << 0;
        QTest::newRow("a fifth") << 0.2 << 20;
        QTest::newRow("all but one") << 1.0 << 99;
    }
    void everyExampleStandsInOnePart() {
        QFETCH(double, share);
        QFETCH(int, tested);
        const Split split = splitByShare(100, {.testShare = share});
        QCOMPARE(split.test.size(), static_cast<size_t>(tested));
        std::set<int64_t> all(split.train.begin(), split.train.end());
        all.insert(split.test.begin(), split.test.end());
        QCOMPARE(all.size(), size_t{100});
        QCOMPARE(split.train.size() + split.test.size(), size_t{100});
        QVERIFY(std::ranges::is_sorted(split.train) && std::ranges::is_sorted(split.test));
    }

    void theShareIsOfEachClass() {
        const std::vector<int32_t> classes = unequalClasses();
        const Split split = splitByShare(100, {.testShare = 0.3, .classes = classes});
        QCOMPARE(countOf(split.test, classes, 0), int64_t{21});
        QCOMPARE(countOf(split.test, classes, 5), int64_t{6});
        QCOMPARE(countOf(split.test, classes, -1), int64_t{3});  // 2.7
        QCOMPARE(countOf(split.test, classes, 7), int64_t{0});   // the only one is trained on
    }

    void theSeedDecides() {
        const Split first = splitByShare(1000, {.seed = 1}),
                    again = splitByShare(1000, {.seed = 1}),
                    other = splitByShare(1000, {.seed = 2});
        QCOMPARE(first.test, again.test);
        QVERIFY(first.test != other.test);
        // As good as independent: of 200 and 200 of 1000, 40 are in both.
        int both = 0;
        for (const int64_t i : first.test) both += std::ranges::binary_search(other.test, i);
        QVERIFY(both > 20 && both < 65);
    }

    void chosenExamplesAreThoseOfTheSource() {
        const std::vector<uint8_t> pixels{10, 20, 30, 40};
        const std::vector<int32_t> labels{1, 2, 3, 4};
        const ExampleSet all = test::labelledImages(pixels, labels);
        const ExampleSet chosen = chosenExamples(all, {3, 1});
        QCOMPARE(test::pixelsOf(chosen), (std::vector<uint8_t>{40, 20}));
        QCOMPARE(test::labelsOf(chosen), (std::vector<int32_t>{4, 2}));
        std::byte image{};
        const std::span<std::byte> places[] = {{&image, 1}, {}};
        chosen.write(0, {}, places);
        QVERIFY(image == std::byte{40});
        QCOMPARE(chosenExamples(all, {}).count, int64_t{0});
    }
};

QTEST_APPLESS_MAIN(SplitTest)
#include "tst_split.moc"
