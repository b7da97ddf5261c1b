// SPDX-License-Identifier: Apache-2.0
// Every metric on numbers that can be checked by hand, in one batch and in two, and what each of
// them fits. Truth: the sums in the comments.
#include <QtTest/QtTest>

#include "tests/support/metric_values.h"

using namespace vitrine;
using test::metricInTwoParts;
using test::metricOf;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Examples of an extent each.
struct Numbers {
    Shape shape;
    std::vector<double> predictions, targets;
};

/// Differences 1, −2, 0, 3: absolute sum 6, squared 14. Targets 1, 5, 3, 7: mean 4, spread 9 + 1 +
/// 1 + 9 = 20.
const Numbers four{{4, 1}, {2, 3, 3, 10}, {1, 5, 3, 7}};
/// Two examples of two numbers each, the same numbers.
const Numbers pairs{{2, 2}, {2, 3, 3, 10}, {1, 5, 3, 7}};
/// To the right and up is 45°; up and up of other lengths 0°; right and left 180°; (1, 0) and (1,
/// √3) 60°.
const Numbers directions{
    {4, 2}, {1, 0, 0, 3, 2, 0, 1, 0}, {1, 1, 0, 0.5, -1, 0, 1, 1.7320508075688772}};
/// Marked in both: 2; in either: 2 + 1 + 1.
const Numbers marks{{2, 1, 1, 3}, {1, -1, 0.1, -2, 4, -0.5}, {1, 0, 0, 0, 1, 1}};

}  // namespace

Q_DECLARE_METATYPE(Numbers)

class TestMetrics : public QObject {
    Q_OBJECT

  private slots:
    void saysWhatIsWorkedOutByHand_data() {
        QTest::addColumn<QString>("metric");
        QTest::addColumn<Numbers>("numbers");
        QTest::addColumn<double>("value");
        QTest::newRow("mae") << "mae" << four << 1.5;               // 6 / 4
        QTest::newRow("mae of pairs") << "mae" << pairs << 1.5;     // over all numbers
        QTest::newRow("rmse") << "rmse" << four << std::sqrt(3.5);  // √(14 / 4)
        QTest::newRow("rmse of pairs") << "rmse" << pairs << std::sqrt(3.5);
        QTest::newRow("unexplained") << "unexplained" << four << 0.7;  // 14 / 20
        QTest::newRow("unexplained of pairs") << "unexplained" << pairs << 0.7;
        QTest::newRow("angle") << "angle" << directions << 71.25;  // (45 + 0 + 180 + 60) / 4
        QTest::newRow("iou") << "iou" << marks << 0.5;             // 2 / 4
    }
    void saysWhatIsWorkedOutByHand() {
        QFETCH(QString, metric);
        QFETCH(Numbers, numbers);
        QFETCH(double, value);
        const std::string id = metric.toStdString();
        const auto& [shape, predictions, targets] = numbers;
        const double said = metricOf(id, shape, shape, predictions, targets);
        QVERIFY2(std::abs(said - value) < 1e-12, qPrintable(QString::number(said, 'g', 17)));
        for (int64_t first = 1; first < shape[0]; ++first) {
            const double again = metricInTwoParts(id, shape, shape, predictions, targets, first);
            QVERIFY2(std::abs(again - value) < 1e-12, qPrintable(QString::number(again, 'g', 17)));
        }
    }

    /// Two images of two places, three classes. Said 0, 1 and 1, 2; so 0, 0 and 1, none: class 0 is
    /// both once and either twice, class 1 once and twice; nobody counts class 2, which is said
    /// where there is no class.
    void classesOfPlacesCountByClass() {
        const std::vector<double> said{1, 0, 0, 1, 0, 0, /**/ 0, 0, 1, 0, 0, 1}, so{0, 0, 1, 255};
        QCOMPARE(metricOf("class_iou", {2, 3, 2}, {2, 2}, said, so), (0.5 + 0.5) / 2);
        QCOMPARE(metricInTwoParts("class_iou", {2, 3, 2}, {2, 2}, said, so, 1), (0.5 + 0.5) / 2);
        QVERIFY2(std::isnan(metricOf("class_iou", {1, 2, 1}, {1, 1}, {0, 1}, {-1})), "no class");
        QCOMPARE(metricOf("class_iou", {1, 2, 1}, {1, 1}, {none, 1}, {1}), 0.0);
    }

    /// Batches of unlike sizes count by their examples: |1| + |−2| + |0| + |3| over four, not the
    /// mean of (1) and of (2 + 0 + 3) / 3.
    void examplesCountAlikeWhateverTheirBatch() {
        QCOMPARE(metricInTwoParts("mae", four.shape, four.shape, four.predictions, four.targets, 1),
                 1.5);
    }

    /// Targets of 10⁹ and a spread of 20 beside it: squares of the numbers would lose it.
    void unexplainedLosesNothingFarFromZero() {
        Numbers far = four;
        for (double& x : far.predictions) x += 1e9;
        for (double& x : far.targets) x += 1e9;
        const double said =
            metricOf("unexplained", far.shape, far.shape, far.predictions, far.targets);
        QVERIFY2(std::abs(said - 0.7) < 1e-9, qPrintable(QString::number(said, 'g', 17)));
    }

    void perfectIsPerfect() {
        for (const char* id : {"mae", "rmse", "unexplained"})
            QCOMPARE(metricOf(id, four.shape, four.shape, four.targets, four.targets), 0.0);
        QVERIFY(metricOf("angle", directions.shape, directions.shape, directions.targets,
                         directions.targets) < 1e-6);
        std::vector<double> logits = marks.targets;
        for (double& x : logits) x -= 0.5;
        QCOMPARE(metricOf("iou", marks.shape, marks.shape, logits, marks.targets), 1.0);
        // Always saying the mean.
        QCOMPARE(metricOf("unexplained", four.shape, four.shape, {4, 4, 4, 4}, four.targets), 1.0);
    }

    void whatIsNotANumberStaysNone() {
        for (const char* id : {"mae", "rmse", "unexplained"}) {
            QVERIFY(
                std::isnan(metricOf(id, four.shape, four.shape, {2, none, 3, 10}, four.targets)));
            QVERIFY(std::isnan(
                metricInTwoParts(id, four.shape, four.shape, {none, 3, 3, 10}, four.targets, 2)));
        }
        QVERIFY(std::isnan(metricOf("angle", {1, 2}, {1, 2}, {none, 1}, {1, 1})));
        // It says of no pixel that it is marked.
        QCOMPARE(metricOf("iou", {2, 1}, {2, 1}, {none, 1}, {1, 1}), 0.5);
    }

    void whatSaysNothingIsNaN() {
        for (const MetricDescriptor* metric : allMetrics())
            QVERIFY2(std::isnan(metric->make()->value()), metric->id.data());
        // No pixel is marked anywhere; targets that are all alike have no variance.
        QVERIFY(std::isnan(metricOf("iou", {2, 1}, {2, 1}, {-1, -1}, {0, 0})));
        QVERIFY(std::isnan(metricOf("unexplained", {2, 1}, {2, 1}, {3, 3}, {3, 3})));
    }

    void fits_data() {
        QTest::addColumn<Shape>("prediction");
        QTest::addColumn<Shape>("target");
        QTest::addColumn<DType>("type");  // of the target
        QTest::addColumn<QStringList>("metrics");
        QTest::newRow("classes") << Shape{5, 10} << Shape{5} << DType::I32
                                 << QStringList{"accuracy", "calibration_error", "f1",  "precision",
                                                "recall",   "roc_auc",           "top5"};
        const QStringList ofNumbers{
            "iou",         "mae", "mark_accuracy", "mark_f1",    "mark_precision",
            "mark_recall", "r2",  "rmse",          "unexplained"};
        QStringList ofPairs = ofNumbers, ofImages = ofNumbers;
        ofPairs.prepend("angle");
        ofImages.insert(6, "psnr");
        QTest::newRow("classes of pixels")
            << Shape{5, 10, 4, 4} << Shape{5, 4, 4} << DType::I32 << QStringList{"class_iou"};
        QTest::newRow("one number") << Shape{5, 1} << Shape{5, 1} << DType::F32 << ofNumbers;
        QTest::newRow("a row of numbers") << Shape{5, 3} << Shape{5, 3} << DType::F32 << ofNumbers;
        QTest::newRow("pairs") << Shape{5, 2} << Shape{5, 2} << DType::F32 << ofPairs;
        QTest::newRow("in double") << Shape{5, 2} << Shape{5, 2} << DType::F64 << ofPairs;
        QTest::newRow("images") << Shape{5, 2, 4, 4} << Shape{5, 2, 4, 4} << DType::F32 << ofImages;
        QTest::newRow("numbers of other extents")
            << Shape{5, 3} << Shape{5, 4} << DType::F32 << QStringList{};
        QTest::newRow("whole numbers against as many")
            << Shape{5, 3} << Shape{5, 3} << DType::I32 << QStringList{};
        QTest::newRow("scalars") << Shape{} << Shape{} << DType::F32 << QStringList{};
    }
    void fits() {
        QFETCH(Shape, prediction);
        QFETCH(Shape, target);
        QFETCH(DType, type);
        QFETCH(QStringList, metrics);
        QStringList fitting;
        for (const MetricDescriptor* metric : allMetrics())
            if (metric->fits({prediction, DType::F32}, {target, type}))
                fitting << QString::fromStdString(std::string(metric->id));
        fitting.sort();
        QCOMPARE(fitting, metrics);
    }

    void oneOfThemComesWithEachKindOfLoss() {
        QStringList usual;
        for (const MetricDescriptor* metric : allMetrics()) {
            QVERIFY(findMetric(metric->id) == metric);
            QVERIFY(!metric->title.empty() && metric->summary.ends_with('.'));
            if (metric->isUsual) usual << QString::fromStdString(std::string(metric->id));
        }
        usual.sort();
        QCOMPARE(usual, (QStringList{"accuracy", "class_iou", "mae"}));
        QVERIFY(findMetric("luck") == nullptr);
    }
};

QTEST_APPLESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
