// SPDX-License-Identifier: Apache-2.0
// What is known of data: class numbers that are counted, and columns of data that are drawn. Truth:
// counted by hand.
#include "core/session/data_facts.h"

#include <QtTest/QtTest>

#include "tests/support/example_sets.h"

using namespace vitrine;

class TestDataFacts : public QObject {
    Q_OBJECT

  private slots:
    void countsLabels() {
        const std::vector<uint8_t> pixels(4 * 6);
        Dataset data{test::imageColumns({3, 2, 1}, 4),
                     test::labelledImages(pixels, std::vector<int32_t>{2, 0, 2, 2}),
                     test::labelledImages(std::span(pixels).first(6), std::vector<int32_t>{3}),
                     {}};
        const DataFacts facts = factsOf(data);
        QCOMPARE(facts.trainCount, int64_t{4});
        QCOMPARE(facts.testCount, int64_t{1});
        QCOMPARE(facts.columns.size(), size_t{2});
        QVERIFY(facts.columns[0].column == data.columns[0]);
        QVERIFY(facts.columns[0].trainCounts.empty() && facts.columns[0].largest == -1);
        QVERIFY(facts.find("label") == &facts.columns[1]);
        QVERIFY(facts.find("mask") == nullptr);
        QCOMPARE(facts.columns[1].trainCounts, (std::vector<int64_t>{1, 0, 3, 0}));
        QCOMPARE(facts.columns[1].largest, 3);

        QVERIFY(facts.columns[1].nameless.empty());
        QCOMPARE(facts.columns[1].largestAt->text(), std::string("test example 0"));

        data.columns[1].classes.clear();  // then these are numbers
        QCOMPARE(factsOf(data).columns[1].largest, -1);
        QVERIFY(factsOf(data).columns[1].trainCounts.empty());
    }

    void numbersGoFromTheirSmallestToTheirLargest() {
        Dataset data;
        data.columns = {{.name = "target", .dtype = DType::F32, .shape = {2}}};
        const auto part = [](const std::vector<float>& numbers) {
            auto stored = std::make_shared<StoredExamples>();
            stored->addNumbers<float>(numbers, 2);
            return ExampleSet{std::ssize(numbers) / 2, std::move(stored), 0};
        };
        data.train = part({0.5F, -2, 3, std::numeric_limits<float>::infinity()});
        data.test = part({7, 0});
        const auto numbers = factsOf(data).columns[0].numbers;
        QVERIFY(numbers.has_value());
        QCOMPARE(numbers->smallest, -2.0);
        QCOMPARE(numbers->largest, 7.0);
    }

    /// They are no classes to count, however large they are.
    void labelsWithoutANameAreListedWithTheFirstExampleThatHasThem() {
        constexpr int32_t most = std::numeric_limits<int32_t>::max();
        const std::vector<uint8_t> pixels(5 * 6);
        const Dataset data{test::imageColumns({3, 2, 1}, 4),
                           test::labelledImages(pixels, std::vector<int32_t>{2, -1, 4, -1, most}),
                           test::labelledImages(pixels, std::vector<int32_t>{3, 4, -7, 0, 0}),
                           {}};
        const ColumnFacts facts = factsOf(data).columns[1];
        QCOMPARE(facts.trainCounts, (std::vector<int64_t>{0, 0, 1, 0}));
        QCOMPARE(facts.largest, 3);
        QStringList found;
        for (const auto& [label, place] : facts.nameless)
            found << QString("%1: %2").arg(label).arg(QString::fromStdString(place.text()));
        QCOMPARE(found, (QStringList{"-7: test example 2", "-1: training example 1",
                                     "4: training example 2",
                                     QString("%1: training example 4").arg(most)}));
    }

    void drawnDataSayWhatTheyWillBe() {
        DataSettings data;
        data.format = "strokes";
        data.fields = {{"train", int64_t{10'000'000}}};
        const DataFacts facts = factsOf(data);
        QCOMPARE(facts.trainCount, int64_t{10'000'000});
        QCOMPARE(facts.testCount, int64_t{10'000});
        QCOMPARE(facts.columns.size(), size_t{3});
        QCOMPARE(facts.columns[0].column.shape, (Shape{1, 28, 28}));
        QCOMPARE(facts.columns[1].largest, 9);
        QCOMPARE(facts.columns[2].largest, 1);
        QVERIFY(facts.columns[1].trainCounts.empty());  // nothing is drawn for that
        const std::vector<ColumnType> types{
            {"image", DType::U8}, {"label", DType::I32}, {"parity", DType::I32}};
        QVERIFY(columnTypes(data) == types);
        data.format = "idx";
        QCOMPARE(factsOf(data).trainCount, int64_t{-1});
        QVERIFY(factsOf(data).columns.empty());
        QVERIFY((columnTypes(data) == std::vector(types.begin(), types.end() - 1)));
        data.format = "nothing";
        QVERIFY(columnTypes(data).empty());
    }
};

QTEST_APPLESS_MAIN(TestDataFacts)
#include "tst_data_facts.moc"
