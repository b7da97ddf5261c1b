// SPDX-License-Identifier: Apache-2.0
// Draws that give every class the same share. Truth: counts of classes, and what a balanced epoch
// is by its definition.
#include <QtTest/QtTest>

#include <algorithm>
#include <map>
#include <vector>

#include "core/data/loader.h"
#include "core/data/sampling.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

/// 70 examples of class 0, 20 of class 2, 10 of class 3, none of class 1.
std::vector<int32_t> unevenClasses() {
    std::vector<int32_t> classes(100, 0);
    std::fill(classes.begin() + 70, classes.begin() + 90, 2);
    std::fill(classes.begin() + 90, classes.end(), 3);
    return classes;
}

std::vector<int32_t> draws(uint64_t seed, int64_t epoch, std::span<const int32_t> classes) {
    std::vector<int32_t> order(classes.size());
    balancedOrder(seed, epoch, classes, order);
    return order;
}

std::map<int32_t, int> countsByClass(std::span<const int32_t> order,
                                     std::span<const int32_t> classes) {
    std::map<int32_t, int> counts;
    for (const int32_t index : order) ++counts[classes[static_cast<size_t>(index)]];
    return counts;
}

}  // namespace

class TestSampling : public QObject {
    Q_OBJECT

  private slots:
    void drawsEveryClassEquallyOften() {
        const std::vector<int32_t> classes = unevenClasses();
        std::map<int32_t, int> all;
        for (int64_t epoch = 0; epoch < 30; ++epoch) {
            const auto counts = countsByClass(draws(3, epoch, classes), classes);
            QCOMPARE(counts.size(), size_t{3});
            for (const auto& [number, count] : counts) {
                QVERIFY2(count == 33 || count == 34, qPrintable(QString::number(count)));
                all[number] += count;
            }
        }
        for (const auto& [number, count] : all) QVERIFY(std::abs(count - 1000) < 15);
    }

    void usesAllOfAClassBeforeOneComesAgain() {
        const std::vector<int32_t> classes = unevenClasses();
        std::map<int32_t, int> times;
        for (const int32_t index : draws(9, 4, classes)) ++times[index];
        for (int32_t index = 70; index < 90; ++index)  // 20 examples for 33 or 34 draws
            QVERIFY(times[index] == 1 || times[index] == 2);
        for (int32_t index = 90; index < 100; ++index)  // 10 examples
            QVERIFY(times[index] == 3 || times[index] == 4);
        for (int32_t index = 0; index < 70; ++index) QVERIFY(times[index] <= 1);
    }

    void isAFunctionOfSeedAndEpoch() {
        const std::vector<int32_t> classes = unevenClasses();
        QVERIFY(draws(1, 2, classes) == draws(1, 2, classes));
        QVERIFY(draws(1, 2, classes) != draws(1, 3, classes));
        QVERIFY(draws(1, 2, classes) != draws(2, 2, classes));
    }

    void leavesOutWhatHasNoClass() {
        const std::vector<int32_t> classes{0, -1, 1, -1};
        for (const int32_t index : draws(1, 0, classes)) QVERIFY(index == 0 || index == 2);
    }

    void loaderDrawsSo() {
        const std::vector<int32_t> classes = unevenClasses();
        const std::vector<uint8_t> pixels(classes.size() * 4);
        const ExampleSet set = test::labelledImages(pixels, classes);
        Loader loader(
            set, {0, 4},
            {.batch = 100, .seed = 5, .sampling = Sampling::Balanced, .classes = classes});
        for (int64_t epoch = 0; epoch < 3; ++epoch) {
            const Batch batch = loader.next();
            QVERIFY(std::ranges::equal(batch.indices, draws(5, epoch, classes)));
            const auto labels = test::numbersIn<int32_t>(batch.columns[1]);
            for (size_t i = 0; i < labels.size(); ++i)
                QCOMPARE(labels[i], classes[static_cast<size_t>(batch.indices[i])]);
        }
    }
};

QTEST_GUILESS_MAIN(TestSampling)
#include "tst_sampling.moc"
