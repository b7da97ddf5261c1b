// SPDX-License-Identifier: Apache-2.0
// Runs of networks with several heads, and with targets that are numbers: what is recorded of each
// loss, what is measured, and what learns. Truth: sums of the parts, and metrics worked out here
// from what the network gives for each example.
#include <cmath>

#include "core/base/guard.h"
#include "core/train/test_score.h"
#include "tests/support/example_sets.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

/// Bars with three more columns: the bar's direction, lying or standing, the place (0 to 4) as a
/// number, and as a byte.
ExampleSet richBars(int64_t count, uint64_t seed) {
    const ExampleSet bars = test::barImages(count, seed);
    std::vector<int32_t> directions;
    std::vector<float> places;
    std::vector<uint8_t> bytes;
    for (int32_t label : test::labelsOf(bars)) {
        directions.push_back(label / 5);
        places.push_back(static_cast<float>(label % 5) / 4);
        bytes.push_back(static_cast<uint8_t>(label % 5));
    }
    auto stored = std::make_shared<StoredExamples>();
    stored->addNumbers<uint8_t>(test::pixelsOf(bars), 144);
    stored->addNumbers<int32_t>(test::labelsOf(bars));
    stored->addNumbers<int32_t>(directions);
    stored->addNumbers<float>(places);
    stored->addNumbers<uint8_t>(bytes);
    return {count, stored, 0};
}

const Dataset& data() {
    static const Dataset set = [] {
        std::vector<Column> columns = test::imageColumns({1, 12, 12}, 10);
        columns.push_back(
            {.name = "direction", .dtype = DType::I32, .classes = {"lying", "standing"}});
        columns.push_back({.name = "place", .dtype = DType::F32});
        columns.push_back({.name = "byte", .dtype = DType::U8});
        return Dataset{columns, richBars(400, 1), richBars(100, 2), {}};
    }();
    return set;
}

std::string twoHeads(const char* weight) {
    return fmt::format(
        "d<2(column=direction)\n"
        "x[1,12,12] -> conv2d(out_channels=4 kernel=3 padding=1) as c1 -> relu -> flatten as f\n"
        "f -> linear(out_features=10) as label -> cross_entropy(labels) as label_loss\n"
        "f -> linear(out_features=2) as standing -> cross_entropy(d weight={}) as standing_loss",
        weight);
}

const std::string regression =
    "p[1](column=place)\n"
    "x[1,12,12] -> flatten -> linear(out_features=16) -> relu -> linear(out_features=1) as guess\n"
    "-> mse(p) as loss";

struct Told {
    std::vector<StepRecord> records;
    std::vector<RunEvent> epochs;
};

Told trained(test::TrainingSetup& setup) {
    setup.trainer->post({Command::Kind::Start});
    setup.trainer->waitUntilIdle();
    Told course;
    for (StepRecord record; setup.reports->nextRecord(record);) course.records.push_back(record);
    for (RunEvent event; setup.reports->nextEvent(event);)
        if (event.kind == EventKind::EpochDone) course.epochs.push_back(event);
    return course;
}

/// What a loss compares for the whole test set, by the states as they are: predictions and targets,
/// one example behind the other.
std::pair<std::vector<double>, std::vector<double>> compared(Model& model, size_t loss) {
    Loader loader(data().test, fedBytes(*model.training().front(), data().columns),
                  {.batch = model.batch(), .shuffle = false});
    std::pair<std::vector<double>, std::vector<double>> all;
    model.beginEvaluation();
    for (int64_t i = 0; i < loader.batchesPerEpoch(); ++i) {
        const Batch batch = loader.next();
        Member& member = model.evaluate(batch.size);
        feed(member, batch);
        member.executor->runAll();
        const auto predictions = member.executor->contents(member.compared.at(loss).prediction),
                   targets = member.executor->contents(member.compared.at(loss).target);
        all.first.insert(all.first.end(), predictions.begin(), predictions.end());
        all.second.insert(all.second.end(), targets.begin(), targets.end());
    }
    return all;
}

double accuracyOf(const std::vector<double>& logits, const std::vector<int32_t>& labels) {
    const size_t classes = logits.size() / labels.size();
    double correct = 0;
    for (size_t i = 0; i < labels.size(); ++i) {
        const auto row = logits.begin() + static_cast<std::ptrdiff_t>(i * classes);
        const auto largest = std::max_element(row, row + static_cast<std::ptrdiff_t>(classes));
        correct += largest - row == labels[i];
    }
    return correct / static_cast<double>(labels.size());
}

std::vector<double> stateOf(const Model& model, const std::string& name) {
    const StateLayout::Item* item = model.states().find(name);
    if (!item) qFatal("no state %s", name.c_str());
    std::vector<float> numbers(static_cast<size_t>(item->shape.elements()));
    orThrow(model.memory().read(item->offset, std::as_writable_bytes(std::span(numbers))));
    return {numbers.begin(), numbers.end()};
}

/// Rounded once to float.
bool isSum(double sum, double expected) { return std::abs(sum - expected) <= 1e-6 * expected; }

}  // namespace

class SeveralLossesTest : public QObject {
    Q_OBJECT

  private slots:
    void theSumOfTheWeightedPartsIsTheLoss() {
        test::TrainingSetup setup = test::setUp({.network = twoHeads("0.25"), .epochs = 6}, data());
        const Told course = trained(setup);
        QCOMPARE(static_cast<int64_t>(course.records.size()), setup.trainer->totalSteps());
        for (const StepRecord& record : course.records) {
            QCOMPARE(record.lossCount, 2);
            QVERIFY(isSum(record.loss, record.losses[0] + 0.25 * record.losses[1]));
        }
        QVERIFY(course.records.back().losses[0] < 0.3 * course.records.front().losses[0]);
        QVERIFY(course.records.back().losses[1] < 0.3 * course.records.front().losses[1]);
        QCOMPARE(course.epochs.size(), size_t{6});
        for (const RunEvent& epoch : course.epochs) {
            QCOMPARE(epoch.lossCount, 2);
            QCOMPARE(epoch.metricCount, 2);
            QVERIFY(isSum(epoch.testLoss, epoch.testLosses[0] + 0.25 * epoch.testLosses[1]));
        }
    }

    void everyHeadIsMeasuredByItself() {
        test::TrainingSetup setup = test::setUp({.network = twoHeads("0.25"), .epochs = 6}, data());
        const Told course = trained(setup);
        const RunEvent& last = course.epochs.back();
        for (size_t head = 0; head < 2; ++head) {
            const std::vector<int32_t> labels = test::labelsOf(data().test, head + 1);
            const auto [logits, targets] = compared(*setup.model, head);
            QVERIFY(std::equal(labels.begin(), labels.end(), targets.begin(), targets.end()));
            QCOMPARE(last.metrics[head], accuracyOf(logits, labels));
            QVERIFY2(last.metrics[head] > 0.9, qPrintable(QString::number(last.metrics[head])));
        }
        QVERIFY(last.metrics[0] <= last.metrics[1]);  // who knows the place knows the direction
    }

    void aLossWithoutWeightIsShownAndTeachesNothing() {
        test::TrainingSetup setup = test::setUp({.network = twoHeads("0"), .epochs = 2}, data());
        const auto fresh = test::setUp({.network = twoHeads("0"), .epochs = 2}, data());
        const Told course = trained(setup);
        QCOMPARE(stateOf(*setup.model, "standing.weight"),
                 stateOf(*fresh.model, "standing.weight"));
        QVERIFY(stateOf(*setup.model, "label.weight") != stateOf(*fresh.model, "label.weight"));
        for (const StepRecord& record : course.records) {
            QCOMPARE(record.lossCount, 2);
            QCOMPARE(record.loss, record.losses[0]);
            QVERIFY(record.losses[1] > 0);
        }
        QCOMPARE(course.epochs.back().metricCount, 2);
    }

    /// Another head of weight 0 changes no bit of the first.
    void aNetworkAloneLearnsTheSame() {
        const std::string alone = twoHeads("0").substr(0, twoHeads("0").rfind('\n'));
        test::TrainingSetup one = test::setUp({.network = alone}, data()),
                            two = test::setUp({.network = twoHeads("0")}, data());
        const Told single = trained(one), both = trained(two);
        QCOMPARE(single.records.size(), both.records.size());
        for (size_t i = 0; i < single.records.size(); ++i) {
            QCOMPARE(single.records[i].lossCount, 0);
            QCOMPARE(single.records[i].loss, both.records[i].losses[0]);
        }
        QCOMPARE(single.epochs.back().lossCount, 0);
        QCOMPARE(single.epochs.back().metricCount, 1);
        QCOMPARE(stateOf(*one.model, "label.weight"), stateOf(*two.model, "label.weight"));
    }

    void numbersAreLearntToo() {
        test::TrainingSetup setup = test::setUp({.network = regression, .epochs = 20}, data());
        const Told course = trained(setup);
        const RunEvent& last = course.epochs.back();
        QCOMPARE(last.metricCount, 1);
        const auto [guesses, places] = compared(*setup.model, 0);
        QCOMPARE(guesses.size(), size_t{100});
        double sum = 0, squares = 0;
        for (size_t i = 0; i < guesses.size(); ++i) {
            const double place = test::labelsOf(data().test)[i] % 5 / 4.0;
            QCOMPARE(places[i], place);
            sum += std::abs(guesses[i] - place);
            squares += (guesses[i] - place) * (guesses[i] - place);
        }
        QVERIFY(std::abs(last.metrics[0] - sum / 100) < 1e-12);  // the same doubles in parts
        QVERIFY(std::abs(last.testLoss - squares / 100) < 1e-6);
        QVERIFY2(sum / 100 < 0.15, qPrintable(QString::number(sum / 100)));
        for (const StepRecord& record : course.records) QCOMPARE(record.lossCount, 0);
    }

    /// A target of bytes: 0 to 4 as they are.
    void bytesMayBeTargets() {
        test::TrainingSetup setup =
            test::setUp({.network = "p[1](column=byte scaling=raw)\n"
                                    "x[1,12,12] -> flatten -> linear(out_features=1) -> mse(p)"},
                        data());
        trained(setup);
        const auto [guesses, bytes] = compared(*setup.model, 0);
        for (size_t i = 0; i < bytes.size(); ++i)
            QCOMPARE(bytes[i], static_cast<double>(test::labelsOf(data().test)[i] % 5));
    }

    void threadsDoNotMatter() {
        test::TrainingSetup one = test::setUp({.network = twoHeads("0.25")}, data()),
                            four = test::setUp({.network = twoHeads("0.25"), .threads = 4}, data());
        const Told first = trained(one), second = trained(four);
        QVERIFY(test::stateBytes(*one.model) == test::stateBytes(*four.model));
        for (size_t i = 0; i < first.records.size(); ++i)
            QCOMPARE(first.records[i].losses, second.records[i].losses);
        QCOMPARE(first.epochs.back().metrics, second.epochs.back().metrics);
    }

    void columnsThatNobodyTakesAreNotRead() {
        const test::TrainingSetup setup = test::setUp({.network = twoHeads("1")}, data());
        QCOMPARE(fedBytes(*setup.model->training().front(), data().columns),
                 (std::vector<int64_t>{144, 4, 4, 0, 0}));
    }
};

QTEST_GUILESS_MAIN(SeveralLossesTest)
#include "tst_several_losses.moc"
