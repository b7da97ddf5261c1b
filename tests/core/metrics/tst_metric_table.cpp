// SPDX-License-Identifier: Apache-2.0
// Where good guesses of metrics are wrong: constant output, ties, NaN, infinities, absent classes,
// labels that are none; and the same number however a set is cut into batches. Truth: worked out by
// hand; where other programs are known to say something else, the row tells.
#include <QtTest/QtTest>

#include <limits>
#include <optional>

#include "core/base/rng.h"
#include "tests/support/metric_values.h"

using namespace vitrine;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double none = std::numeric_limits<double>::quiet_NaN();
using Numbers = std::vector<double>;

struct Set {
    Shape prediction, target;
    Numbers predictions, targets;
};

/// In batches of `size`, the last one smaller.
double valueOf(std::string_view id, const Set& set, int64_t size) {
    const auto sum = findMetric(id)->make();
    const int64_t count = set.prediction[0];
    const auto part = [&](const Numbers& all, int64_t begin, int64_t end) {
        const auto each = static_cast<int64_t>(all.size()) / count;
        return std::span(all).subspan(static_cast<size_t>(begin * each),
                                      static_cast<size_t>((end - begin) * each));
    };
    for (int64_t begin = 0; begin < count; begin += size) {
        const int64_t end = std::min(begin + size, count);
        Shape prediction = set.prediction, target = set.target;
        prediction[0] = target[0] = end - begin;
        sum->add(
            {prediction, target, part(set.predictions, begin, end), part(set.targets, begin, end)});
    }
    return sum->value();
}

bool near(double a, double b, double tolerance = 1e-7) {
    return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= tolerance;
}

constexpr int64_t classes = 7, examples = 6;
const Numbers labels{0, 1, 2, 3, 5, 6};  // nobody is of class 4

Set classSet(Numbers logits, Numbers targets = labels) {
    return {{examples, classes}, {examples}, std::move(logits), std::move(targets)};
}
Numbers everywhere(double x) { return Numbers(examples * classes, x); }
/// `at` the class of each example, `elsewhere` at the others.
Numbers right(double at, double elsewhere) {
    Numbers logits = everywhere(elsewhere);
    for (size_t i = 0; i < examples; ++i) logits[i * classes + static_cast<size_t>(labels[i])] = at;
    return logits;
}

struct ClassRow {
    const char* name;
    Set set;
    double accuracy, top5, recall, precision, f1, auc, calibration;
};

const ClassRow classRows[] = {
    // Ties: the first of equal classes is said, and the first five are named. PyTorch's topk and
    // Keras's top-k accuracy count ties as hits: 100 % of a constant network.
    {"constant", classSet(everywhere(0.5)), 1. / 6, 4. / 6, 1. / 6, 1. / 36, 1. / 21, 0.5, 1. / 42},
    // No answer is a wrong one, and no order; Keras on jax has 100 % here.
    {"NaN", classSet(everywhere(none)), 0, 0, 0, 0, 0, none, none},
    // As equal as 0.5 is to itself, but no probability comes of them.
    {"infinite", classSet(everywhere(inf)), 0, 4. / 6, 0, 0, 0, none, none},
    {"nothing is possible", classSet(everywhere(-inf)), 0, 4. / 6, 0, 0, 0, none, none},
    {"only the class is possible", classSet(right(0, -inf)), 1, 1, 1, 1, 1, 1, 0},
    {"right, and sure to every digit", classSet(right(1e38, 0)), 1, 1, 1, 1, 1, 1, 0},
    {"right, by logits below 0 alone", classSet(right(-1, -9)), 1, 1, 1, 1, 1, 1,
     1 - 1 / (1 + 6 * std::exp(-8))},
    // Larger than 0 and nothing beside log 6, which the odds of the others are.
    {"right by a denormal number", classSet(right(1e-40, 0)), 1, 1, 1, 1, 1, 0.5, 6. / 7},
    // Labels that name no class are never right; nobody is of a class then, so that nothing can be
    // found, nor told from others.
    {"label -1", classSet(everywhere(0), Numbers(examples, -1)), 0, 0, none, 0, 0, none, 1. / 7},
    {"label past the last", classSet(everywhere(0), Numbers(examples, 7)), 0, 0, none, 0, 0, none,
     1. / 7},
    {"the lowest label there is", classSet(everywhere(0), Numbers(examples, -2147483648.0)), 0, 0,
     none, 0, 0, none, 1. / 7},
    {"one class alone", classSet(everywhere(0), Numbers(examples, 0)), 1, 1, 1, 1, 1, none, 6. / 7},
};

constexpr int64_t numbers = 4;
Set numberSet(Numbers predictions, Numbers targets) {
    return {{numbers, 1, 1}, {numbers, 1, 1}, std::move(predictions), std::move(targets)};
}

struct NumberRow {
    const char* name;
    Set set;
    double mae, rmse, r2, unexplained, psnr, iou, f1, accuracy;
};

const NumberRow numberRows[] = {
    // An error of 0 has no decibels, and what is always the same no variance.
    {"exact", numberSet({0, 1, 0, 1}, {0, 1, 0, 1}), 0, 0, 1, 0, none, 1, 1, 1},
    {"the mean", numberSet({0.5, 0.5, 0.5, 0.5}, {0, 1, 0, 1}), 0.5, 0.5, 0, 1, 20 * std::log10(2),
     0.5, 2. / 3, 0.5},
    {"always the same target", numberSet({1, 1, 1, 2}, {1, 1, 1, 1}), 0.25, 0.5, none, none,
     20 * std::log10(2), 1, 1, 1},
    // A mark is a logit above 0: NaN marks nothing.
    {"one NaN", numberSet({none, 1, 0, 1}, {0, 1, 0, 1}), none, none, none, none, none, 1, 1, 1},
    {"a NaN that had to be a mark", numberSet({0, none, 0, 1}, {0, 1, 0, 1}), none, none, none,
     none, none, 0.5, 2. / 3, 0.75},
    {"one infinite", numberSet({inf, 1, 0, 1}, {0, 1, 0, 1}), inf, inf, -inf, inf, -inf, 2. / 3,
     0.8, 0.75},
    {"infinite like its target", numberSet({inf, 1, 0, 1}, {inf, 1, 0, 1}), none, none, none, none,
     none, 1, 1, 1},
    // At 0 and at ½ nothing is marked: the mark begins above.
    {"at the bounds", numberSet({0, 0, 0, 0}, {0.5, 0.5, 0.5, 0.5}), 0.5, 0.5, none, none,
     20 * std::log10(2), none, none, 1},
    {"nothing marked, nothing to mark", numberSet({-1, -1, -1, -1}, {0, 0, 0, 0}), 1, 1, none, none,
     0, none, none, 1},
    {"denormal", numberSet({1e-310, 1, 0, 1}, {0, 1, 0, 1}), 0, 0, 1, 0, none, 2. / 3, 0.8, 0.75},
};

/// Torchmetrics decides by a batch whether these are logits or probabilities: an accuracy of 0.667
/// in batches of one to three, of 1 in one; areas of 0.75 and 0.5 for the large ones.
const Set sixScores{{6, 1}, {6, 1}, {0.2, 3, 0.4, 0.9, -2, -1}, {1, 1, 1, 1, 0, 0}};

/// Random, with ties, of a kind that the metric fits.
std::optional<Set> randomSetFor(const MetricDescriptor& metric, uint64_t seed) {
    struct Kind {
        Shape prediction, target;
        DType type;
    };
    const Kind kinds[] = {{{23, 7}, {23}, DType::I32},
                          {{23, 2}, {23, 2}, DType::F32},
                          {{23, 1, 2, 3}, {23, 1, 2, 3}, DType::F32},
                          {{23, 4, 2, 3}, {23, 2, 3}, DType::I32}};
    for (const Kind& kind : kinds) {
        if (!metric.fits({kind.prediction, DType::F32}, {kind.target, kind.type})) continue;
        Rng rng(seed, RngStream::Test, 1);
        Set set{kind.prediction, kind.target, {}, {}};
        for (int64_t i = 0; i < kind.prediction.elements(); ++i)
            set.predictions.push_back(std::round(rng.uniform(-4, 4) * 4) / 4);
        for (int64_t i = 0; i < kind.target.elements(); ++i)
            set.targets.push_back(kind.type == DType::I32 ? rng.below(7) : rng.below(2));
        return set;
    }
    return std::nullopt;
}

}  // namespace

class TestMetricTable : public QObject {
    Q_OBJECT

  private slots:
    void ofClasses_data() {
        QTest::addColumn<const ClassRow*>("row");
        for (const ClassRow& row : classRows) QTest::newRow(row.name) << &row;
    }
    void ofClasses() {
        QFETCH(const ClassRow*, row);
        const std::pair<const char*, double> wanted[] = {{"accuracy", row->accuracy},
                                                         {"top5", row->top5},
                                                         {"recall", row->recall},
                                                         {"precision", row->precision},
                                                         {"f1", row->f1},
                                                         {"roc_auc", row->auc},
                                                         {"calibration_error", row->calibration}};
        for (const auto& [id, value] : wanted) check(id, row->set, value);
    }

    void ofNumbers_data() {
        QTest::addColumn<const NumberRow*>("row");
        for (const NumberRow& row : numberRows) QTest::newRow(row.name) << &row;
    }
    void ofNumbers() {
        QFETCH(const NumberRow*, row);
        const std::pair<const char*, double> wanted[] = {
            {"mae", row->mae},    {"rmse", row->rmse},
            {"r2", row->r2},      {"unexplained", row->unexplained},
            {"psnr", row->psnr},  {"iou", row->iou},
            {"mark_f1", row->f1}, {"mark_accuracy", row->accuracy}};
        for (const auto& [id, value] : wanted) check(id, row->set, value);
    }

    void scoresAreLogitsInEveryBatch() {
        check("mark_accuracy", sixScores, 1);
        const Set large{{4, 2}, {4}, {0, 20, 0, 30, 0, 40, 0, 50}, {0, 0, 1, 1}};
        check("roc_auc", large, 1);
    }

    void doesNotDependOnTheBatches_data() {
        QTest::addColumn<const MetricDescriptor*>("metric");
        QTest::addColumn<bool>("hasNaN");
        for (const MetricDescriptor* metric : allMetrics())
            for (const bool hasNaN : {false, true})
                QTest::newRow((std::string(metric->id) + (hasNaN ? ", one NaN" : "")).c_str())
                    << metric << hasNaN;
    }
    void doesNotDependOnTheBatches() {
        QFETCH(const MetricDescriptor*, metric);
        QFETCH(bool, hasNaN);
        for (uint64_t seed = 1; seed <= 5; ++seed) {
            auto set = randomSetFor(*metric, seed);
            QVERIFY2(set, "there is a kind of data that it fits");
            if (hasNaN) set->predictions[11] = none;
            const double whole = valueOf(metric->id, *set, 23);
            if (!hasNaN) QVERIFY(std::isfinite(whole));
            for (const int64_t size : {1, 2, 3, 5, 8, 16, 22}) {
                const double parts = valueOf(metric->id, *set, size);
                QVERIFY2(near(parts, whole, 1e-12),
                         qPrintable(QString("batches of %1: %2, whole %3 (seed %4)")
                                        .arg(size)
                                        .arg(parts)
                                        .arg(whole)
                                        .arg(seed)));
            }
        }
    }

  private:
    /// The value of a set, in one batch and in every other cut.
    static void check(const char* id, const Set& set, double wanted) {
        for (int64_t size = set.prediction[0]; size >= 1; --size) {
            const double found = valueOf(id, set, size);
            QVERIFY2(near(found, wanted), qPrintable(QString("%1 in batches of %2: %3, wanted %4")
                                                         .arg(id)
                                                         .arg(size)
                                                         .arg(found)
                                                         .arg(wanted)));
        }
    }
};

QTEST_APPLESS_MAIN(TestMetricTable)
#include "tst_metric_table.moc"
