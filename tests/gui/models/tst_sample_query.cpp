// SPDX-License-Identifier: Apache-2.0
// Which examples are found, in which order. Truth: a data set that fits in a line.
#include <QtTest>

#include <cmath>

#include "gui/models/sample_query.h"
#include "tests/gui/support/made_samples.h"

namespace vitrine::gui {

namespace {

const float nan = std::nanf("");

/// Training examples 0 to 5, test examples at places 6 to 9, which were taken for ape, bee, bee and
/// nothing, and before that all for ape.
SampleSource source() {
    SampleSource made{test::tableOf(test::labelledDataset({0, 1, 2, 0, 1, 2}, {0, 1, 2, 0}),
                                    {{.example = "train 1", .label = "cat"},
                                     {.example = "train 4", .isExcluded = true}}),
                      {}};
    made.answers.add(*made.table, DataPart::Test,
                     {.epoch = 1,
                      .classes = {0, 0, 0, 0},
                      .probabilities = {1, 1, 1, 1},
                      .losses = {0.1F, 3, 0.2F, 0.1F}});
    made.answers.add(*made.table, DataPart::Test,
                     {.epoch = 2,
                      .classes = {0, 1, 1, noAnswer},
                      .probabilities = {0.9F, 0.6F, 0.8F, nan},
                      .losses = {0.1F, 0.5F, 2, nan}});
    made.doubles = std::make_shared<std::vector<int32_t>>(
        std::vector<int32_t>{-1, 1, -1, 3, -1, -1, 3, 1, -1, -1});
    return made;
}

std::vector<int64_t> found(const SampleQuery& query) {
    const SampleSource from = source();
    const FoundSamples all = *findSamples(from, query);
    std::vector<int64_t> places;
    for (int64_t row = 0; row < all.count; ++row) places.push_back(all.at(row));
    return places;
}

}  // namespace

class SampleQueryTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void findsWhatIsAskedFor_data() {
        QTest::addColumn<SampleQuery>("query");
        QTest::addColumn<std::vector<int64_t>>("places");
        const auto row = [](const char* name, SampleQuery query, std::vector<int64_t> places) {
            QTest::newRow(name) << query << places;
        };
        const auto test = DataPart::Test;
        row("everything", {}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
        row("a part", {.part = test}, {6, 7, 8, 9});
        row("a class, as it is changed", {.truth = 2}, {1, 2, 5, 8});
        row("a class that lost one", {.truth = 1}, {4, 7});
        row("right", {.verdict = SampleVerdict::Right}, {6, 7});
        row("wrong, also without an answer", {.verdict = SampleVerdict::Wrong}, {8, 9});
        row("not asked about", {.verdict = SampleVerdict::NotAsked}, {0, 1, 2, 3, 4, 5});
        row("taken for a class", {.predicted = 1}, {7, 8});
        row("taken for nothing", {.predicted = noAnswer}, {9});
        row("changed", {.changes = SampleChanges::Changed}, {1, 4});
        row("excluded", {.changes = SampleChanges::Excluded}, {4});
        row("kept of a class", {.truth = 1, .changes = SampleChanges::Kept}, {7});
        row("part of a name", {.name = "in 3"}, {3});
        row("loss above", {.aboveLoss = 0.4}, {7, 8});
        row("loss below", {.belowLoss = 0.4}, {6});
        row("loss between", {.aboveLoss = 0.3, .belowLoss = 1}, {7});
        row("the worst first", {.part = test, .order = SampleOrder::WorstFirst}, {9, 8, 7, 6});
        row("the best first", {.part = test, .order = SampleOrder::BestFirst}, {6, 7, 8, 9});
        // 3 → 0.5 and 0.2 → 2: p from 0.05 to 0.61 and from 0.82 to 0.14.
        row("changed most", {.part = test, .order = SampleOrder::MostChanged}, {8, 7, 6, 9});
        row("most certain", {.part = test, .order = SampleOrder::MostConfident}, {9, 6, 8, 7});
        row("doubles side by side", {.order = SampleOrder::Doubles}, {1, 7, 3, 6});
    }
    void findsWhatIsAskedFor() {
        QFETCH(SampleQuery, query);
        QFETCH(std::vector<int64_t>, places);
        QCOMPARE(found(query), places);
    }

    void wordsAreLimitsAndNames_data() {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("above");
        QTest::addColumn<double>("below");
        const double none = std::numeric_limits<double>::infinity();
        QTest::newRow("a name") << "Cat_12"
                                << "cat_12" << -1.0 << none;
        QTest::newRow("two words") << " big  cat "
                                   << "big cat" << -1.0 << none;
        QTest::newRow("a limit") << "loss>1.5"
                                 << "" << 1.5 << none;
        QTest::newRow("all of it") << "cat loss<2 loss>0.5"
                                   << "cat" << 0.5 << 2.0;
        QTest::newRow("half typed") << "loss>"
                                    << "" << -1.0 << none;
        QTest::newRow("no number") << "loss>x"
                                   << "" << -1.0 << none;
        QTest::newRow("less than nothing") << "loss<-1"
                                           << "" << -1.0 << none;
        QTest::newRow("a name that begins so") << "lossless"
                                               << "lossless" << -1.0 << none;
    }
    void wordsAreLimitsAndNames() {
        QFETCH(QString, words);
        SampleQuery query;
        readWords(words, query);
        QTEST(QString::fromStdString(query.name), "name");
        QTEST(query.aboveLoss, "above");
        QTEST(query.belowLoss, "below");
    }

    void aStoppedSearchFindsNothing() {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!findSamples(source(), {.verdict = SampleVerdict::Wrong}, stop.get_token()));
    }

    void oneExampleHasACourse() {
        const SampleSource from = source();
        const std::vector<LossAtEpoch> course = from.answers.courseOf(*from.table, 7);
        QCOMPARE(course.size(), size_t{2});
        QCOMPARE(course[0].epoch, int64_t{1});
        QCOMPARE(course[0].loss, 3.0F);
        QCOMPARE(course[1].loss, 0.5F);
        QCOMPARE(from.answers.courseOf(*from.table, 9).size(), size_t{1});
        QVERIFY(from.answers.courseOf(*from.table, 0).empty());
    }

    /// Answers come without the examples that the run left out.
    void answersFindTheirExamples() {
        const auto table = test::tableOf(
            test::labelledDataset({0}, {0, 1, 2, 0}),
            {{.example = "test 0", .isExcluded = true}, {.example = "test 3", .isExcluded = true}});
        SampleAnswers answers;
        QVERIFY(answers.add(*table, DataPart::Test,
                            {.epoch = 1,
                             .classes = {1, 2},
                             .probabilities = {0.5F, 0.25F},
                             .losses = {0.7F, 1.4F}}));
        QCOMPARE(answers.of(*table, 1).predicted, notAsked);
        QCOMPARE(answers.of(*table, 2).predicted, 1);
        QCOMPARE(answers.of(*table, 3).probability, 0.25F);
        QCOMPARE(answers.of(*table, 3).loss, 1.4F);
        QCOMPARE(answers.of(*table, 4).predicted, notAsked);
        QVERIFY(!answers.add(*table, DataPart::Test,
                             {.epoch = 2, .classes = {1, 2, 0}, .probabilities = {1, 1, 1}}));
    }

    /// A loss is that of the class that an example had: as another one it is not known until the
    /// network is asked again.
    void lossesOfAnotherClassAreBlank() {
        const auto data = test::labelledDataset({}, {0, 1});
        const auto before = test::tableOf(data),
                   relabelled = test::tableOf(data, {{.example = "test 0", .label = "cat"}});
        SampleAnswers answers;
        const auto ask = [&](const SampleTable& table, int64_t epoch, float loss) {
            QVERIFY(answers.add(table, DataPart::Test,
                                {.epoch = epoch,
                                 .classes = {0, 1},
                                 .probabilities = {0.5F, 0.5F},
                                 .losses = {loss, loss}},
                                true));
        };
        ask(*before, 1, 0.5F);
        QCOMPARE(answers.of(*before, 0).loss, 0.5F);
        QVERIFY(std::isnan(answers.of(*relabelled, 0).loss));
        QCOMPARE(answers.of(*relabelled, 0).predicted, 0);
        QCOMPARE(answers.of(*relabelled, 1).loss, 0.5F);
        QVERIFY(answers.courseOf(*relabelled, 0).empty());
        ask(*relabelled, 2, 3);
        QCOMPARE(answers.of(*relabelled, 0).loss, 3.0F);
        QCOMPARE(answers.courseOf(*relabelled, 0).size(), size_t{1});
        QVERIFY2(std::isnan(answers.of(*before, 0).loss), "and back again");
        QCOMPARE(answers.courseOf(*before, 0).front().loss, 0.5F);
    }

    void anEpochThatIsMeasuredAgainIsAnother() {
        const auto table = test::tableOf(test::labelledDataset({}, {0}));
        SampleAnswers answers;
        for (const int64_t epoch : {1, 2, 3, 2})
            QVERIFY(answers.add(*table, DataPart::Test,
                                {.epoch = epoch,
                                 .classes = {0},
                                 .probabilities = {1},
                                 .losses = {static_cast<float>(epoch)}}));
        const auto course = answers.courseOf(*table, 0);
        QCOMPARE(course.size(), size_t{2});
        QCOMPARE(course.back().epoch, int64_t{2});
    }

    void namesAreFoundWithoutLookingAtAll() {
        SampleTable table(test::labelledDataset({0, 1}, {2}), 1);
        QVERIFY(table.setChanges({std::vector<DataChange>{{.example = "test 0", .label = "ape"},
                                                          {.example = "test 1", .label = "ape"},
                                                          {.example = "train 0", .label = "dog"},
                                                          {.example = "who", .isExcluded = true}}},
                                 {}));
        QCOMPARE(table.changes().size(), size_t{1});
        QCOMPARE(table.classOf(2), 0);
        QCOMPARE(table.ownClass(2), 2);
        QCOMPARE(table.classOf(0), 0);
    }

    void classesAreCountedAsTheyAreChanged() {
        const SampleSource from = source();
        const ClassCounts counts = classCounts(*from.table);
        QCOMPARE(counts.train, (std::vector<int64_t>{2, 0, 3}));
        QCOMPARE(counts.test, (std::vector<int64_t>{2, 1, 1}));
        QCOMPARE(counts.allTrain, int64_t{5});
        QCOMPARE(counts.largest, int64_t{3});
    }
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::SampleQueryTest)
#include "tst_sample_query.moc"
