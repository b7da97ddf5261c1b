// SPDX-License-Identifier: Apache-2.0
// Counting and finding of mistakes on a test set that fits in a line.
#include <QtTest>

#include <cmath>

#include "gui/models/confusion.h"
#include "tests/gui/support/made_samples.h"

namespace vitrine::gui {

namespace {

const std::vector<int32_t> labels = {0, 0, 0, 1, 1, 2};
const Predictions predictions = {
    .epoch = 1, .classes = {0, 1, 1, 1, 0, 2}, .probabilities = {0.9F, 0.6F, 0.8F, 0.7F, 0.7F, 1}};

SampleSource sourceOf(const Predictions& answers, const std::vector<DataChange>& changes = {}) {
    SampleSource source{test::tableOf(test::labelledDataset({0}, labels), changes), {}};
    source.answers.add(*source.table, DataPart::Test, answers);
    return source;
}

/// In the test part.
std::vector<int64_t> mistakesOf(const SampleSource& source, std::optional<Confusion> only = {}) {
    const FoundSamples found = *findSamples(source, mistakesQuery(only));
    std::vector<int64_t> indices;
    for (int64_t row = 0; row < found.count; ++row)
        indices.push_back(source.table->indexOf(found.at(row)));
    return indices;
}

}  // namespace

class ConfusionTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void countsWhatIsTakenForWhat() {
        const ConfusionMatrix matrix(3, labels, predictions.classes);
        QCOMPARE(matrix.count(0, 1), int64_t{2});
        QCOMPARE(matrix.count(1, 0), int64_t{1});
        QCOMPARE(matrix.count(2, 2), int64_t{1});
        QCOMPARE(matrix.ofClass(0), int64_t{3});
        QCOMPARE(matrix.share(0, 1), 2.0 / 3);
        QCOMPARE(matrix.accuracy(), std::optional(0.5));
        QCOMPARE(matrix.worst(), int64_t{2});
    }

    /// Every painting asks for each of a million cells.
    void isCheapToAskForManyClasses() {
        constexpr int classes = 1000;
        std::vector<int32_t> truths, answers;
        for (int32_t i = 0; i < 4 * classes; ++i) {
            truths.push_back(i % classes);
            answers.push_back((i % 7 == 0 ? i + 1 : i) % classes);
        }
        const ConfusionMatrix matrix(classes, truths, answers);
        QElapsedTimer timer;
        timer.start();
        double sum = 0;
        for (int truth = 0; truth < classes; ++truth)
            for (int column = 0; column < matrix.columns(); ++column)
                sum += matrix.share(truth, column) / static_cast<double>(matrix.worst());
        QVERIFY(sum > 0);
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    }

    void imagesWithoutAnswerHaveAColumnAndNoAccuracy() {
        const ConfusionMatrix matrix(3, labels,
                                     std::vector<int32_t>{0, noAnswer, 1, noAnswer, 1, 2});
        QCOMPARE(matrix.columns(), 4);
        QCOMPARE(matrix.predictedAt(3), noAnswer);
        QCOMPARE(matrix.columnOf(noAnswer), 3);
        QCOMPARE(matrix.withoutAnswer(), int64_t{2});
        QCOMPARE(matrix.count(0, noAnswer), int64_t{1});
        QCOMPARE(matrix.count(0, 0), int64_t{1});
        QCOMPARE(matrix.ofClass(1), int64_t{2});
        QCOMPARE(matrix.share(1, noAnswer), 0.5);
        QCOMPARE(matrix.total(), int64_t{6});
        QVERIFY(!matrix.accuracy());
    }

    void imagesWithoutAnswerComeFirst() {
        Predictions some = predictions;
        some.classes[3] = some.classes[5] = noAnswer;
        some.probabilities[3] = some.probabilities[5] = std::nanf("");
        const SampleSource source = sourceOf(some);
        QCOMPARE(mistakesOf(source), (std::vector<int64_t>{3, 5, 2, 4, 1}));
        QCOMPARE(mistakesOf(source, Confusion{2, noAnswer}), (std::vector<int64_t>{5}));
        QCOMPARE(confusionOf(source).withoutAnswer(), int64_t{2});
    }

    void leavesOutWhatIsNoClass() {
        const ConfusionMatrix matrix(2, labels, std::vector<int32_t>{0, -2, 7, 1, 1, 1});
        QCOMPARE(matrix.columns(), 2);
        QCOMPARE(matrix.total(), int64_t{3});
        QVERIFY(ConfusionMatrix(2, {}, {}).isEmpty());
        QCOMPARE(ConfusionMatrix(2, {}, {}).share(0, 0), 0.0);
    }

    void mostConfidentMistakesComeFirst() {
        QCOMPARE(mistakesOf(sourceOf(predictions)), (std::vector<int64_t>{2, 4, 1}));
    }

    void oneCellOfTheMatrix() {
        const SampleSource source = sourceOf(predictions);
        QCOMPARE(mistakesOf(source, Confusion{0, 1}), (std::vector<int64_t>{2, 1}));
        QCOMPARE(mistakesOf(source, Confusion{1, 1}), (std::vector<int64_t>{3}));
    }

    /// Example 2 is a bee as the network said, and example 4 is left out.
    void changesOfTheProjectCount() {
        Predictions kept = predictions;
        for (auto* numbers : {&kept.probabilities}) numbers->erase(numbers->begin() + 4);
        kept.classes.erase(kept.classes.begin() + 4);
        const SampleSource source = sourceOf(kept, {{.example = "test 2", .label = "bee"},
                                                    {.example = "test 4", .isExcluded = true}});
        QCOMPARE(mistakesOf(source), (std::vector<int64_t>{1}));
        const ConfusionMatrix matrix = confusionOf(source);
        QCOMPARE(matrix.total(), int64_t{5});
        QCOMPARE(matrix.count(1, 1), int64_t{2});
    }

    void answersAboutOtherDataAreNotTaken() {
        SampleSource source{test::tableOf(test::labelledDataset({0}, labels)), {}};
        Predictions few = predictions;
        few.classes.resize(3);
        QVERIFY(!source.answers.add(*source.table, DataPart::Test, few));
        QVERIFY(mistakesOf(source).empty());
    }
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::ConfusionTest)
#include "tst_confusion.moc"
