// SPDX-License-Identifier: Apache-2.0
// Metrics of classes and of marks on numbers that can be checked by hand, where good guesses are
// wrong: ties, constant output, absent classes, no answer, and any cut into batches. Truth: the
// sums in the comments.
#include <QtTest/QtTest>

#include "tests/support/metric_values.h"

using namespace vitrine;
using test::metricInTwoParts;
using test::metricOf;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

/// Logits of classes by example.
struct Said {
    int64_t classes = 2;
    std::vector<double> logits, targets;
    int64_t examples() const { return static_cast<int64_t>(targets.size()); }
};

/// One logit of 1 a row, the rest 0.
Said saying(int64_t classes, const std::vector<int>& said, std::vector<double> targets) {
    Said result{classes, {}, std::move(targets)};
    for (const int which : said)
        for (int64_t c = 0; c < classes; ++c) result.logits.push_back(c == which ? 1 : 0);
    return result;
}

/// Two classes; the second one's logit against 0.
Said scores(const std::vector<double>& ofSecond, std::vector<double> targets) {
    Said result{2, {}, std::move(targets)};
    for (const double score : ofSecond) {
        result.logits.push_back(0);
        result.logits.push_back(score);
    }
    return result;
}

/// said / actual / both: class 0 3, 2, 2; class 1 2, 2, 1; class 2 1, 2, 1.
const std::vector<int> sixSaid{0, 1, 1, 2, 0, 0};
const std::vector<double> six{0, 1, 2, 2, 1, 0};

}  // namespace

Q_DECLARE_METATYPE(Said)

class TestClassMetrics : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void saysWhatIsWorkedOutByHand_data() {
        QTest::addColumn<QString>("metric");
        QTest::addColumn<Said>("said");
        QTest::addColumn<double>("value");
        const auto row = [](const char* name, const char* metric, const Said& said, double value) {
            QTest::newRow(name) << metric << said << value;
        };
        const Said three = saying(3, sixSaid, six), five = saying(5, sixSaid, six);
        row("recall", "recall", three, (1 + 0.5 + 0.5) / 3);
        row("precision", "precision", three, (2.0 / 3 + 0.5 + 1) / 3);
        row("f1", "f1", three, (4.0 / 5 + 2.0 / 4 + 2.0 / 3) / 3);
        // Classes that are neither there nor said are left out.
        row("recall, absent classes", "recall", five, (1 + 0.5 + 0.5) / 3);
        row("precision, absent classes", "precision", five, (2.0 / 3 + 0.5 + 1) / 3);
        row("f1, absent classes", "f1", five, (4.0 / 5 + 2.0 / 4 + 2.0 / 3) / 3);
        // Class 1 is only said: it has no recall, and its precision and F1 are 0.
        const Said onlySaid = saying(3, {0, 1, 0}, {0, 0, 0});
        row("recall, only said", "recall", onlySaid, 2.0 / 3);
        row("precision, only said", "precision", onlySaid, (1.0 + 0) / 2);
        row("f1, only said", "f1", onlySaid, (4.0 / 5 + 0) / 2);
        // Class 1 is never said: its precision counts as 0.
        row("precision, never said", "precision", saying(2, {0, 0}, {0, 1}), (0.5 + 0) / 2);

        // Pairs in order: 0.35 > 0.1, 0.8 > 0.1, 0.8 > 0.4, not 0.35 > 0.4: 3 of 4, either class.
        row("auc", "roc_auc", scores({0.1, 0.4, 0.35, 0.8}, {0, 0, 1, 1}), 0.75);
        row("auc of ties", "roc_auc", scores({1, 1, 1, 1}, {0, 1, 0, 1}), 0.5);
        row("auc of half ties", "roc_auc", scores({1, 1, 2}, {0, 1, 1}), 0.75);
        // Probabilities of 40, 41 and 50 are 1 to every digit of a float.
        row("auc of large logits", "roc_auc", scores({-30, 40, 41, 50}, {0, 0, 1, 1}), 1);
        row("auc of tiny probabilities", "roc_auc", scores({-90, -80, -70, -60}, {0, 0, 1, 1}), 1);
        row("auc, a class absent", "roc_auc", saying(3, {0, 1, 1}, {0, 1, 1}), 1);
        row("auc of one class", "roc_auc", scores({1, 2}, {1, 1}), notANumber);
        row("auc, no answer", "roc_auc", scores({1, notANumber}, {0, 1}), notANumber);

        // e^0 : e^ln 3 : p = 3/4, right in one of two: |1.5 − 1| / 2.
        row("calibration", "calibration_error", scores({std::log(3), std::log(3)}, {1, 0}), 0.25);
        row("calibration of the sure", "calibration_error", scores({800, 800}, {1, 1}), 0);
        row("calibration, no answer", "calibration_error", scores({1, notANumber}, {1, 1}),
            notANumber);
    }
    void saysWhatIsWorkedOutByHand() {
        QFETCH(QString, metric);
        QFETCH(Said, said);
        QFETCH(double, value);
        const std::string id = metric.toStdString();
        const Shape logits{said.examples(), said.classes}, labels{said.examples()};
        const auto fits = [&](double found) {
            return std::isnan(value) ? std::isnan(found) : std::abs(found - value) < 1e-7;
        };
        const double whole = metricOf(id, logits, labels, said.logits, said.targets);
        QVERIFY2(fits(whole), qPrintable(QString::number(whole, 'g', 17)));
        for (int64_t first = 1; first < said.examples(); ++first) {
            const double parts =
                metricInTwoParts(id, logits, labels, said.logits, said.targets, first);
            QVERIFY2(fits(parts), qPrintable(QString::number(parts, 'g', 17)));
        }
    }

    /// A network that says the same of all classes names five of them, not all.
    void topFiveOfEqualOnesAreTheFirst() {
        const Shape logits{4, 8}, labels{4};
        const std::vector<double> equal(32, 0.5);
        QCOMPARE(metricOf("top5", logits, labels, equal, {0, 4, 5, 7}), 0.5);
        std::vector<double> rising;
        for (int i = 0; i < 32; ++i) rising.push_back(i % 8);
        QCOMPARE(metricOf("top5", logits, labels, rising, {7, 3, 2, 0}), 0.5);
        rising[0] = notANumber;
        QCOMPARE(metricOf("top5", logits, labels, rising, {7, 3, 2, 0}), 0.25);
    }

    /// said 3, so 3, both 2 of 6.
    void marks() {
        const Shape shape{2, 1, 1, 3};
        const std::vector<double> said{1, -1, 0.1, -2, 4, -0.5}, so{1, 0, 0, 0, 1, 1};
        const auto value = [&](const char* id) { return metricOf(id, shape, shape, said, so); };
        QCOMPARE(value("mark_precision"), 2.0 / 3);
        QCOMPARE(value("mark_recall"), 2.0 / 3);
        QCOMPARE(value("mark_f1"), 4.0 / 6);
        QCOMPARE(value("mark_accuracy"), 4.0 / 6);
        QCOMPARE(value("iou"), 0.5);
        const std::vector<double> nothing(6, -1), none(6, 0);
        QVERIFY(std::isnan(metricOf("mark_f1", shape, shape, nothing, none)));
        QCOMPARE(metricOf("mark_recall", shape, shape, nothing, so), 0.0);
    }

    /// Squared errors 1 + 4 + 0 + 9, spread 20; PSNR of a mean squared error of 0.01 is 20 dB.
    void numbers() {
        const Shape four{4, 1};
        const std::vector<double> said{2, 3, 3, 10}, so{1, 5, 3, 7};
        QVERIFY(std::abs(metricOf("r2", four, four, said, so) - 0.3) < 1e-12);
        QVERIFY(std::isnan(metricOf("r2", four, four, said, {2, 2, 2, 2})));
        const Shape picture{1, 2, 2};
        QVERIFY(std::abs(
                    metricOf("psnr", picture, picture, {0.1, 0.5, 0.9, 0.6}, {0.2, 0.4, 1.0, 0.5}) -
                    20) < 1e-9);
        QVERIFY(std::isnan(metricOf("psnr", picture, picture, {1, 0, 1, 0}, {1, 0, 1, 0})));
    }

    void fitsWhatItCanTell() {
        const ValueShape labels{Shape{4}, DType::I32}, few{Shape{4, 5}, DType::F32},
            ten{Shape{4, 10}, DType::F32}, many{Shape{4, 101}, DType::F32},
            row{Shape{4, 1}, DType::F32}, picture{Shape{4, 1, 2, 2}, DType::F32};
        const auto fits = [](const char* id, const ValueShape& a, const ValueShape& b) {
            return findMetric(id)->fits(a, b);
        };
        QVERIFY(!fits("top5", few, labels) && fits("top5", ten, labels));
        QVERIFY(fits("roc_auc", ten, labels) && !fits("roc_auc", many, labels));
        QVERIFY(!fits("roc_auc", row, labels) && !fits("recall", row, row));
        QVERIFY(fits("psnr", picture, picture) && !fits("psnr", row, row));
        QVERIFY(fits("mark_f1", row, row) && !fits("mark_f1", ten, labels));
    }
};

QTEST_GUILESS_MAIN(TestClassMetrics)
#include "tst_class_metrics.moc"
