// SPDX-License-Identifier: Apache-2.0
// Counting and sorting of mistakes on a test set that fits in a line.
#include <QtTest>

#include <cmath>

#include "gui/models/confusion.h"

namespace vitrine::gui {

namespace {

const std::vector<int32_t> labels = {0, 0, 0, 1, 1, 2};
const Predictions predictions = {
    .epoch = 1, .classes = {0, 1, 1, 1, 0, 2}, .probabilities = {0.9F, 0.6F, 0.8F, 0.7F, 0.7F, 1}};

std::vector<int64_t> indicesOf(const std::vector<Sample>& samples) {
    std::vector<int64_t> indices;
    for (const Sample& sample : samples) indices.push_back(sample.index);
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
        const std::vector<Sample> mistakes = mistakesOf(some, labels);
        QCOMPARE(indicesOf(mistakes), (std::vector<int64_t>{3, 5, 2, 4, 1}));
        QCOMPARE(mistakes[0].predicted, std::optional<int>(noAnswer));
        QCOMPARE(indicesOf(mistakesOf(some, labels, Confusion{2, noAnswer})),
                 (std::vector<int64_t>{5}));
    }

    void leavesOutWhatIsNoClass() {
        const ConfusionMatrix matrix(2, labels, std::vector<int32_t>{0, -2, 7, 1, 1, 1});
        QCOMPARE(matrix.columns(), 2);
        QCOMPARE(matrix.total(), int64_t{3});
        QVERIFY(ConfusionMatrix(2, {}, {}).isEmpty());
        QCOMPARE(ConfusionMatrix(2, {}, {}).share(0, 0), 0.0);
    }

    void mostConfidentMistakesComeFirst() {
        QCOMPARE(indicesOf(mistakesOf(predictions, labels)), (std::vector<int64_t>{2, 4, 1}));
    }

    void oneCellOfTheMatrix() {
        QCOMPARE(indicesOf(mistakesOf(predictions, labels, Confusion{0, 1})),
                 (std::vector<int64_t>{2, 1}));
        QCOMPARE(indicesOf(mistakesOf(predictions, labels, Confusion{1, 1})),
                 (std::vector<int64_t>{3}));
    }

    void shortPredictionsAreNoTrouble() {
        Predictions few = predictions;
        few.classes.resize(3);
        QCOMPARE(mistakesOf(few, labels).size(), size_t{2});
    }
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::ConfusionTest)
#include "tst_confusion.moc"
