// SPDX-License-Identifier: Apache-2.0
// What goes on around an optimiser: averages, lookahead, SAM, groups of parameters, plateaus,
// accumulated batches, early stopping. Truth: PyTorch's numbers (tests/golden/refinements.py), the
// large batch that small ones stand for, and runs that nobody disturbed.
#include <algorithm>
#include <cmath>

#include "core/base/guard.h"
#include "core/exec/value_reader.h"
#include "core/graph/graph_text.h"
#include "core/io/safetensors.h"
#include "core/optim/families/schedule_text.h"
#include "core/optim/parameter_groups.h"
#include "core/session/training_changes.h"
#include "core/train/test_score.h"
#include "tests/support/example_sets.h"
#include "tests/support/small_run.h"

using namespace vitrine;
using schedules::takeUntil;
using vitrine::test::SmallRun;

namespace {

const std::string golden = VITRINE_SOURCE_DIR "/tests/golden/refinements.safetensors";
const std::string smallNetwork =
    "t[3](column=y)\n"
    "x[6](column=x) -> linear(out_features=5) as fc1 -> tanh -> linear(out_features=3) as fc2 -> "
    "mse(t) as loss";

/// Something that a command line could say, with the fields in one text.
ChosenThing chosen(const std::string& text, bool isSchedule) {
    TrainingSettings training;
    TrainingChanges changes;
    if (isSchedule)
        changes.schedule = text;
    else
        changes.optimizer = text;
    const Result<void> applied = apply(changes, training);
    if (!applied) qFatal("%s", applied.error().text().c_str());
    return isSchedule ? training.schedule : training.optimizer;
}

Extra extraOf(const std::string& text) {
    TrainingSettings training;
    const Result<void> applied = apply({.extras = {text}}, training);
    if (!applied) qFatal("%s", applied.error().text().c_str());
    return {findExtra(training.extras[0].id), training.extras[0].attrs};
}

/// `*.bias,0.1,0,frozen`.
Attrs groupOfText(std::string_view text) {
    Attrs group(groupFields);
    group.with("parameters", std::string(takeUntil(text, ',')));
    group.with("lr", *schedules::numberIn(takeUntil(text, ',')));
    group.with("decay", *schedules::numberIn(takeUntil(text, ',')));
    return group.with("frozen", text == "frozen");
}

/// `sgd momentum=0.9;ema decay=0.9;group …;schedule …`.
void setUpCase(std::string_view text, ModelOptions& options, TrainSettings& settings) {
    const ChosenThing optimizer = chosen(std::string(takeUntil(text, ';')), false);
    options.recipe.optimizer = findOptimizer(optimizer.id);
    options.recipe.optimizerFields = optimizer.attrs;
    ChosenThing schedule = chosen("constant", true);
    while (!text.empty()) {
        const std::string part(takeUntil(text, ';'));
        if (part.starts_with("group "))
            options.recipe.groups.push_back(groupOfText(std::string_view(part).substr(6)));
        else if (part.starts_with("schedule "))
            schedule = chosen(part.substr(9), true);
        else
            options.recipe.extras.push_back(extraOf(part));
    }
    options.recipe.extras = *inOrder(std::move(options.recipe.extras));
    settings.schedule = findSchedule(schedule.id);
    settings.scheduleFields = schedule.attrs;
}

std::vector<double> numbersOf(const SafetensorsFile& file, const std::string& name) {
    const TensorView* tensor = file.find(name);
    if (!tensor) qFatal("no tensor %s", name.c_str());
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor->shape.elements(); ++i)
        numbers.push_back(tensor->dtype == DType::F32
                              ? test::numbersIn<float>(tensor->bytes)[static_cast<size_t>(i)]
                              : test::numbersIn<double>(tensor->bytes)[static_cast<size_t>(i)]);
    return numbers;
}

ExampleSet examples(const SafetensorsFile& file, const char* in, const char* out) {
    const std::vector<double> x = numbersOf(file, in), y = numbersOf(file, out);
    auto stored = std::make_shared<StoredExamples>();
    stored->addNumbers<float>(std::vector<float>(x.begin(), x.end()), 6);
    stored->addNumbers<float>(std::vector<float>(y.begin(), y.end()), 3);
    return {static_cast<int64_t>(x.size()) / 6, stored, 0};
}

Snapshot startOf(const SafetensorsFile& file) {
    Snapshot start;
    for (const char* name : {"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"}) {
        const std::string stored = fmt::format("start.{}", name);
        const std::vector<double> numbers = numbersOf(file, stored);
        SnapshotTensor tensor{name, DType::F64, file.find(stored)->shape, {}};
        const auto bytes = std::as_bytes(std::span(numbers));
        tensor.bytes.assign(bytes.begin(), bytes.end());
        start.tensors.push_back(std::move(tensor));
    }
    return start;
}

double farthest(const std::vector<double>& ours, const std::vector<double>& wanted) {
    if (ours.size() != wanted.size()) return 1e300;
    double most = 0;
    for (size_t i = 0; i < ours.size(); ++i)
        most = std::max(most, std::abs(ours[i] - wanted[i]) / (1e-6 + std::abs(wanted[i])));
    return most;
}

/// What is evaluated: the average where there is one.
std::vector<double> usedWeights(const Trainer& trainer, const std::string& name) {
    const Snapshot snapshot = trainer.snapshot();
    for (const SnapshotTensor& tensor : snapshot.tensors)
        if (tensor.name == name)
            return test::numbersIn<double>(tensorInUse(snapshot, tensor).bytes);
    return {};
}

const Dataset& bars() {
    static const Dataset set = test::barDataset(16 * 9 + 5, 40);
    return set;
}

struct Told {
    std::vector<StepRecord> steps;
    std::vector<RunEvent> epochs, others;
};
Told run(test::TrainingSetup& setup) {
    setup.trainer->post({Command::Kind::Start});
    setup.trainer->waitUntilIdle();
    Told told;
    for (StepRecord record; setup.reports->nextRecord(record);) told.steps.push_back(record);
    for (RunEvent event; setup.reports->nextEvent(event);)
        (event.kind == EventKind::EpochDone ? told.epochs : told.others).push_back(event);
    return told;
}

/// Every extra, and 2 accumulated batches, on a run of the tests.
SmallRun with(const std::string& text, int64_t accumulate = 1,
              const std::string& network = test::lanesNetwork()) {
    SmallRun small{.network = network, .clipNorm = 0.5};
    small.change = [=](ModelOptions& options, TrainSettings& settings) {
        setUpCase(text, options, settings);
        options.recipe.accumulate = accumulate;
    };
    return small;
}

double loss(const RunEvent& event) { return event.testLoss; }

}  // namespace

class RefinementsTest : public QObject {
    Q_OBJECT

  private slots:
    void trainsAsPyTorch_data() {
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("text");
        const auto file = loadSafetensors(golden);
        if (!file) QFAIL(file.error().text().c_str());
        for (const auto& [number, text] : file->metadata)
            QTest::addRow("%s %s", number.c_str(), text.c_str())
                << QString::fromStdString(number) << QString::fromStdString(text);
    }
    void trainsAsPyTorch() {
        QFETCH(QString, number);
        QFETCH(QString, text);
        const auto file = loadSafetensors(golden);
        const Dataset data{{{.name = "x", .dtype = DType::F32, .shape = {6}},
                            {.name = "y", .dtype = DType::F32, .shape = {3}}},
                           examples(*file, "x", "y"),
                           examples(*file, "tested", "wanted"),
                           {}};
        std::string rest = text.toStdString();
        std::string_view words = rest;
        const double rate = *schedules::numberIn(takeUntil(words, '|'));
        SmallRun small{.network = smallNetwork, .epochs = 40, .batch = 24};
        small.change = [&](ModelOptions& options, TrainSettings& settings) {
            options.floatType = DType::F64;
            setUpCase(words, options, settings);
            settings.learningRate = rate;
        };
        test::TrainingSetup setup = test::setUp(small, data);
        setup.trainer->takeOver(startOf(*file));
        const Told told = run(setup);
        std::vector<double> losses, tests, rates;
        for (const StepRecord& step : told.steps) {
            losses.push_back(step.loss);
            rates.push_back(step.learningRate);
        }
        std::ranges::transform(told.epochs, std::back_inserter(tests), loss);
        const std::string key = number.toStdString();
        const auto near = [&](const std::vector<double>& ours, const std::string& name) {
            const double off = farthest(ours, numbersOf(*file, key + "." + name));
            if (off > 1e-8) qWarning("%s is off by %g", name.c_str(), off);
            return off <= 1e-8;
        };
        QVERIFY(near(rates, "rates"));
        QVERIFY(near(losses, "losses"));
        QVERIFY(near(tests, "tests"));
        for (const char* name : {"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"})
            QVERIFY(near(usedWeights(*setup.trainer, name), name));
    }

    /// Small batches that are added up are the large one: whole groups, and a last one of an epoch
    /// with a batch that is smaller.
    void accumulatedBatchesAreALargeOne_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<double>("bound");
        QTest::addColumn<int>("count");
        QTest::newRow("f64, 64 = 4 x 16") << "f64" << 1e-12 << 4;
        QTest::newRow("f64, 48 = 3 x 16") << "f64" << 1e-12 << 3;
        QTest::newRow("f32, 64 = 4 x 16") << "f32" << 1e-5 << 4;
    }
    void accumulatedBatchesAreALargeOne() {
        QFETCH(QString, type);
        QFETCH(double, bound);
        QFETCH(int, count);
        const auto trained = [&](int64_t batch, int64_t accumulate) {
            SmallRun small{.epochs = 3, .batch = batch, .clipNorm = 0.7};
            small.change = [&](ModelOptions& options, TrainSettings&) {
                options.floatType = type == "f64" ? DType::F64 : DType::F32;
                options.recipe.accumulate = accumulate;
            };
            auto setup = std::make_unique<test::TrainingSetup>(test::setUp(small, bars()));
            const Told told = run(*setup);
            return std::pair(std::move(setup), told);
        };
        const auto [large, toldLarge] = trained(16 * count, 1);
        const auto [small, toldSmall] = trained(16, count);
        const int64_t stepsPerEpoch = (bars().train.count + 15) / 16;
        QCOMPARE(static_cast<int64_t>(toldSmall.steps.size()), 3 * stepsPerEpoch);
        double most = 0;
        for (const StateLayout::Item& item : large->model->states().items()) {
            const StateLayout::Item* other = small->model->states().find(item.name);
            QVERIFY(other);
            const auto ours = numbers(*small->model, *other), wanted = numbers(*large->model, item);
            double scale = 1e-3;
            for (double w : wanted) scale = std::max(scale, std::abs(w));
            for (size_t i = 0; i < ours.size(); ++i)
                most = std::max(most, std::abs(ours[i] - wanted[i]) / scale);
        }
        QVERIFY2(most <= bound, qPrintable(QString("off by %1").arg(most)));
        for (size_t i = 0; i < toldLarge.epochs.size(); ++i)
            QVERIFY(std::abs(toldLarge.epochs[i].testLoss / toldSmall.epochs[i].testLoss - 1) <=
                    100 * bound);
        // The rate of an update is that of the large batch's step.
        QCOMPARE(toldSmall.steps.back().learningRate, toldLarge.steps.back().learningRate);
    }

    /// Threads do not matter, and a run that was stopped between any two steps ends as if it had
    /// not been, averages and sums included.
    void endsWithTheSameBits_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("accumulate");
        for (const char* text :
             {"adam;ema decay=0.9", "sgd momentum=0.9;swa start_epoch=1",
              "sgd momentum=0.9;lookahead steps=3 alpha=0.5", "sgd momentum=0.9;sam rho=0.05",
              "lamb;ema decay=0.5;lookahead;sam", "sgd;schedule plateau patience=0 threshold=0.5"})
            for (int accumulate : {1, 3})
                QTest::addRow("%s, %d", text, accumulate) << text << accumulate;
    }
    void endsWithTheSameBits() {
        QFETCH(QString, text);
        QFETCH(int, accumulate);
        SmallRun small = with(text.toStdString(), accumulate, test::dropoutNetwork());
        test::TrainingSetup first = test::setUp(small, bars());
        const Told told = run(first);
        QVERIFY(first.trainer->state() == TrainerState::Finished);
        const auto expected = test::stateBytes(*first.model);
        small.threads = 3;
        test::TrainingSetup threads = test::setUp(small, bars());
        run(threads);
        QVERIFY(test::stateBytes(*threads.model) == expected);
        for (int steps : {1, 7, 10, 13}) {
            const Told rest = resumedAfter(steps, small, expected);
            QVERIFY(!rest.epochs.empty());
            QCOMPARE(rest.epochs.back().testLoss, told.epochs.back().testLoss);
            QCOMPARE(rest.steps.back().learningRate, told.steps.back().learningRate);
        }
    }

    /// Forwards and backwards through steps that add up, update and look twice.
    void stepsBack_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("sums") << "sgd momentum=0.9";
        QTest::newRow("sam") << "adam;sam;ema decay=0.9";
    }
    void stepsBack() {
        QFETCH(QString, text);
        const SmallRun small = with(text.toStdString(), 2);
        test::TrainingSetup whole = test::setUp(small, bars());
        run(whole);
        test::TrainingSetup stepped = test::setUp(small, bars());
        for (int step = 0; step < 3; ++step) {
            do test::carryOut(*stepped.trainer, {Command::Kind::StepEntry});
            while (stepped.trainer->stopPoint().insideStep &&
                   stepped.trainer->entry() <
                       static_cast<int>(stepped.trainer->presentTape()->entries.size()) - 1);
            for (int back = 0; back < 5; ++back)
                test::carryOut(*stepped.trainer, {Command::Kind::StepBack});
            test::carryOut(*stepped.trainer, {Command::Kind::StepOne});
        }
        const RunEvent end = test::carryOut(*stepped.trainer, {Command::Kind::Continue});
        QCOMPARE(end.kind, EventKind::Finished);
        QVERIFY(test::stateBytes(*stepped.model) == test::stateBytes(*whole.model));
    }

    void averagesAreWhatIsTested() {
        test::TrainingSetup setup =
            test::setUp(with("adam;ema decay=0.9", 1, test::residualNetwork()), bars());
        const Told told = run(setup);
        const Snapshot snapshot = setup.trainer->snapshot();
        // A network without averages takes them over, with the statistics of its normalisation.
        test::TrainingSetup other = test::setUp({.network = test::residualNetwork()}, bars());
        QVERIFY(other.trainer->takeOver(snapshot) > 0);
        TestScore score{Channels{}};
        Feed feed(bars(), *other.model->training()[0], {.batch = 16});
        feed.beginTest();
        other.model->beginEvaluation();
        for (int64_t i = 0; i < feed.testBatches(); ++i) {
            const Batch batch = feed.nextOfTest();
            Member& member = other.model->evaluate(batch.size);
            vitrine::feed(member, batch);
            member.executor->runAll();
            score.add(member);
        }
        QCOMPARE(score.loss(), told.epochs.back().testLoss);
        bool isOther = false;
        for (const SnapshotTensor& tensor : snapshot.tensors)
            if (tensor.name == "c1.weight")
                isOther = tensorInUse(snapshot, tensor).bytes != tensor.bytes;
        QVERIFY2(isOther, "an average is not the last weights");
    }

    void frozenGroupsAreNotTrained() {
        test::TrainingSetup setup =
            test::setUp(with("sgd momentum=0.9;group c1.*,1,1,frozen;group *,1,1"), bars());
        const auto before = numbersNamed(*setup.model, "c1.weight"),
                   other = numbersNamed(*setup.model, "c2.weight");
        run(setup);
        QVERIFY(numbersNamed(*setup.model, "c1.weight") == before);
        QVERIFY(numbersNamed(*setup.model, "c2.weight") != other);
        QVERIFY(!setup.model->states().find("c1.weight/momentum"));
        QVERIFY(setup.model->states().find("c2.weight/momentum"));
    }

    void bestSoFar() {
        const double nan = std::nan("");
        BestSoFar best;
        QVERIFY(!best.add(nan, 1, true, 0));
        QCOMPARE(best.epoch, 0);
        QVERIFY(best.add(3, 2, true, 0));
        QVERIFY(!best.add(3, 3, true, 0));
        QVERIFY(!best.add(nan, 4, true, 0));
        QCOMPARE(best.waited, 2);
        QVERIFY(!best.add(2.95, 5, true, 0.1));
        QVERIFY(best.add(2.8, 6, true, 0.1));
        QCOMPARE(best.waited, 0);
        QCOMPARE(best.epoch, 6);
        BestSoFar share;
        QVERIFY(share.add(0.5, 1, false, 0));
        QVERIFY(!share.add(0.4, 2, false, 0));
        QVERIFY(share.add(0.6, 3, false, 0));
    }

    /// A rate of nothing teaches nothing: no epoch is better than the first.
    void endsEarly() {
        SmallRun small = with("sgd");
        small.epochs = 9;
        std::vector<Snapshot> kept;
        small.save = [&](const Snapshot& snapshot) {
            kept.push_back(snapshot);
            return Result<void>();
        };
        const auto usual = small.change;
        small.change = [usual](ModelOptions& options, TrainSettings& settings) {
            usual(options, settings);
            settings.learningRate = 1e-30;
            settings.stopping = {.patience = 3, .keepsBest = true};
        };
        test::TrainingSetup setup = test::setUp(small, bars());
        const Told told = run(setup);
        QCOMPARE(told.epochs.size(), size_t{4});
        const auto early = std::ranges::find(told.others, EventKind::EndedEarly, &RunEvent::kind);
        QVERIFY(early != told.others.end());
        QCOMPARE(early->bestEpoch, 1);
        QCOMPARE(early->number, told.epochs[0].testLoss);
        QCOMPARE(told.others.back().kind, EventKind::Finished);
        QCOMPARE(std::ranges::count(kept, true, &Snapshot::isBest), 1);
        QCOMPARE(kept.front().position.best.epoch, 1);

        // Whoever resumes it behind its end has nothing to do; from before, it ends as it did.
        test::TrainingSetup over = test::setUp(small, bars());
        QVERIFY(over.trainer->restore(kept.back()));
        QVERIFY(over.trainer->isOver());
        test::TrainingSetup again = test::setUp(small, bars());
        QVERIFY(again.trainer->restore(kept.front()));
        QCOMPARE(run(again).epochs.size(), size_t{3});
    }

    void watchesWhatIsMeasured() {
        Attrs fields(stoppingFields);
        fields.with("patience", int64_t{2}).with("watch", std::string("accuracy"));
        QCOMPARE(QString::fromStdString(earlyStoppingOf(fields, {}, true).error().code),
                 QString("P11"));
        Channels channels{{}, {{"accuracy", findMetric("accuracy"), 0}}};
        const auto stopping = earlyStoppingOf(fields, channels, true);
        QVERIFY(stopping.ok());
        QVERIFY(!stopping->isSmallerBetter);
        QVERIFY(!earlyStoppingOf(fields, channels, false).ok());
        RunEvent epoch;
        epoch.metrics[0] = 0.75;
        QCOMPARE(stopping->valueOf(epoch), 0.75);
    }

    /// Weights that were saved are averages by then.
    void evaluationAloneTakesTheWeights() {
        const auto graph = graphFromText(test::residualNetwork());
        ModelOptions options{.batch = 4};
        options.recipe.extras = {extraOf("ema")};
        const auto model = Model::compile(*graph, {{Mode::Evaluate, 4}}, options);
        QVERIFY(model.ok());
        QVERIFY((*model)->states().find("c1.weight"));
        QVERIFY((*model)->states().find("b1.running_mean"));
    }

    void textsKeepTheirBlanks() {
        const ChosenThing sequence =
            chosen("sequence parts=1 constant; 2 step every=1; cosine", true);
        QCOMPARE(sequence.attrs.text("parts"), std::string("1 constant; 2 step every=1; cosine"));
        const ChosenThing steps = chosen("multi_step epochs=1, 2 gamma=0.5", true);
        QCOMPARE(steps.attrs.list("epochs"), (std::vector<int64_t>{1, 2}));
        QCOMPARE(steps.attrs.real("gamma"), 0.5);
        TrainingSettings training;
        const Result<void> wrong = apply({.optimizer = "sgd momentum=0.9 foo=1"}, training);
        QVERIFY(wrong.error().message.find("'foo=1'") != std::string::npos);
    }

    void oneAverageAtMost() {
        TrainingSettings training;
        const Result<void> both = apply({.extras = {"ema", "swa"}}, training);
        QVERIFY(!both.ok());
        QCOMPARE(QString::fromStdString(both.error().code), QString("P11"));
        const auto ordered = inOrder({extraOf("ema"), extraOf("sam"), extraOf("lookahead")});
        QVERIFY(ordered.ok());
        QVERIFY(ordered->back().extra->isAverage);
    }

  private:
    static std::vector<double> numbers(const Model& model, const StateLayout::Item& item) {
        const auto view = model.memory().view(item.offset, item.bytes());
        if (item.dtype == DType::F64) return test::numbersIn<double>(view->bytes());
        const auto single = test::numbersIn<float>(view->bytes());
        return {single.begin(), single.end()};
    }
    static std::vector<double> numbersNamed(const Model& model, const char* name) {
        return numbers(model, *model.states().find(name));
    }

    static Told resumedAfter(int steps, SmallRun small, const std::vector<std::byte>& expected) {
        Snapshot last;
        small.save = [&](const Snapshot& snapshot) {
            last = snapshot;
            return Result<void>();
        };
        {
            test::TrainingSetup setup = test::setUp(small, bars());
            for (int i = 0; i < steps; ++i)
                static_cast<void>(test::carryOut(*setup.trainer, {Command::Kind::StepOne}));
            static_cast<void>(test::carryOut(*setup.trainer, {Command::Kind::Stop}));
        }
        test::TrainingSetup resumed = test::setUp(small, bars());
        if (last.position.step != steps || !resumed.trainer->restore(last)) return {};
        const Told rest = run(resumed);
        return test::stateBytes(*resumed.model) == expected ? rest : Told{};
    }
};

QTEST_GUILESS_MAIN(RefinementsTest)
#include "tst_refinements.moc"
