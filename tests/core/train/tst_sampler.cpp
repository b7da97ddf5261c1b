// SPDX-License-Identifier: Apache-2.0
// Samples against the values of the same step on a tape on which nothing shares memory; the pace
// against a clock that the test turns.
#include "core/train/sampler.h"

#include <cstring>

#include "core/graph/graph_text.h"
#include "core/optim/optimizer.h"
#include "core/probe/tensor_scan.h"
#include "core/train/model.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/example_sets.h"
#include "tests/support/prepared_step.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

double clockNow = 0;
/// One millisecond goes by at each look.
double tickingClock() { return clockNow += 1e-3; }

const SampleRequest everything{.gradients = true,
                               .weights = true,
                               .timings = true,
                               .activations = {"c1", "max_pool2d", "c2", "flatten", "f2"}};
const std::vector<std::string> nodes{"x",       "c1",      "relu", "max_pool2d",   "c2",
                                     "flatten", "unknown", "f2",   "cross_entropy"};

/// A step of the lanes network with a sampler beside it.
struct SampledStep {
    Program program;
    StateLayout states;
    test::PreparedStep step;
    Ring<HistogramRecord> histograms{256};
    std::vector<std::atomic<double>> entrySeconds;
    std::unique_ptr<Sampler> sampler;

    explicit SampledStep(Sampler::Clock clock = Sampler::steadySeconds,
                         Program of = test::trainingProgram(test::lanesNetwork(), 21))
        : program(std::move(of)) {
        states.add(program);
        step = test::prepareStep(program, states, {}, 1);
        entrySeconds = std::vector<std::atomic<double>>(step.tape->entries.size());
        const std::vector<const Tape*> tapes{step.tape.get()};
        sampler =
            std::make_unique<Sampler>(tapes, SampleSubjects{trainedParameters(*step.tape), nodes},
                                      SampleOutput{histograms, entrySeconds}, clock);
    }
    void run(int64_t number) {
        sampler->beginStep(*step.executor, number);
        for (int entry = 0; entry < step.executor->entries(); ++entry) {
            if (sampler->isSampling()) sampler->beforeEntry(entry);
            step.executor->runEntry(entry);
            if (sampler->isSampling()) sampler->afterEntry(entry);
        }
    }
    /// A step that computes nothing, for looking at the pace alone.
    bool runEmpty(int64_t number, double seconds) {
        sampler->beginStep(*step.executor, number);
        const bool sampled = sampler->isSampling();
        const double started = clockNow;
        for (int entry = 0; sampled && entry < step.executor->entries(); ++entry) {
            sampler->beforeEntry(entry);
            sampler->afterEntry(entry);
        }
        // The clock is looked at before and after each reading: half the ticks are readings.
        sampler->endStep((clockNow - started) / 2 + seconds);
        return sampled;
    }
    std::vector<HistogramRecord> taken() {
        std::vector<HistogramRecord> records;
        for (HistogramRecord record; histograms.pop(record);) records.push_back(record);
        return records;
    }
};

ValueId namedValue(const Tape& tape, const std::string& name) {
    for (size_t v = 0; v < tape.values.size(); ++v)
        if (tape.values[v].name == name) return static_cast<ValueId>(v);
    return noValue;
}

/// Operand `g` of the update that makes a parameter's next value.
ValueId gradientOf(const Tape& tape, const std::string& parameter) {
    for (const TapeEntry& entry : tape.entries)
        if (entry.instr.op->id == "sgd_update" &&
            tape.value(entry.instr.out[0]).name == parameter + ".next")
            return entry.instr.in[1];
    return noValue;
}

bool same(const HistogramRecord& record, const TensorScan& scan) {
    return record.histogram.counts == scan.histogram.counts &&
           std::memcmp(&record.statistics, &scan.statistics, sizeof scan.statistics) == 0;
}

/// What stands in a record of an activation or gradient: a value that an unshared tape keeps.
ValueId sampledValue(const Tape& tape, const HistogramRecord& record) {
    const auto subject = static_cast<size_t>(record.subject);
    if (record.kind == SampleKind::Gradient)
        return gradientOf(tape, trainedParameters(tape)[subject]);
    return namedValue(tape, nodes[subject]);
}

/// With a limit that every gradient is above.
Program clippedProgram(Clipping clipping) {
    ModelOptions options;
    options.recipe.optimizer = findOptimizer("sgd");
    options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
    options.recipe.clipping = clipping;
    options.recipe.clipNorm = 1e-6;
    const auto graph = graphFromText(test::lanesNetwork());
    if (!graph) qFatal("%s", graph.error().text().c_str());
    auto program = buildProgram(*graph, {Mode::Train, 21}, options);
    if (!program) qFatal("%s", program.error().text().c_str());
    return std::move(program).value();
}

SampleRequest onlyWeights(double budget) {
    SampleRequest request;
    request.weights = true;
    request.budget = budget;
    return request;
}

std::vector<std::byte> trained(const std::string& network, bool sampled) {
    const Dataset data = test::barDataset(16 * 9 + 5, 40);
    test::TrainingSetup setup = test::setUp({.network = network, .optimizer = "adam"}, data);
    SampleRequest request = everything;
    request.budget = 1e9;
    if (sampled) setup.trainer->mail().samples.put(std::make_unique<SampleRequest>(request));
    setup.trainer->post({Command::Kind::Start});
    setup.trainer->waitUntilIdle();
    HistogramRecord record;
    if (sampled && !setup.trainer->mail().histograms.pop(record)) qFatal("nothing was sampled");
    return test::stateBytes(*setup.model);
}

}  // namespace

class SamplerTest : public QObject {
    Q_OBJECT

  private slots:
    void samplesAreThoseOfTheValues() {
        SampledStep sampled;
        sampled.sampler->setRequest(everything);
        sampled.run(7);
        const auto apart =
            test::prepareStep(sampled.program, sampled.states, {.shareMemory = false}, 1);
        const auto untouched = test::prepareStep(sampled.program, sampled.states, {}, 1);
        apart.executor->runAll();

        std::map<SampleKind, int> count;
        for (const HistogramRecord& record : sampled.taken()) {
            QCOMPARE(record.step, int64_t{7});
            ++count[record.kind];
            TensorScan expected;
            if (record.kind == SampleKind::Weight) {
                const auto names = trainedParameters(*untouched.tape);
                const ValueId v =
                    namedValue(*untouched.tape, names[static_cast<size_t>(record.subject)]);
                expected = scanTensor(untouched.tape->value(v).type,
                                      test::storageOf(*untouched.executor, v));
            } else {
                const ValueId v = sampledValue(*apart.tape, record);
                QVERIFY(v != noValue);
                expected =
                    scanTensor(apart.tape->value(v).type, test::storageOf(*apart.executor, v));
            }
            QVERIFY(expected.statistics.norm > 0 || record.kind == SampleKind::Weight);
            QVERIFY2(same(record, expected),
                     fmt::format("{} {}", static_cast<int>(record.kind), record.subject).c_str());
        }
        const int parameters = static_cast<int>(trainedParameters(*apart.tape).size());
        QCOMPARE(parameters, 8);
        QCOMPARE(count[SampleKind::Gradient], parameters);
        QCOMPARE(count[SampleKind::Weight], parameters);
        // The results of both convolutions disappear into their pool.
        QCOMPARE(count[SampleKind::Activation], 3);
    }

    void gradientsAreThoseBeforeClipping_data() {
        QTest::addColumn<int>("clipping");
        for (const ClippingWords& words : clippingWords)
            QTest::newRow(words.id.data()) << static_cast<int>(words.clipping);
    }
    void gradientsAreThoseBeforeClipping() {
        QFETCH(int, clipping);
        SampleRequest request;
        request.gradients = true;
        SampledStep plain,
            clipped(Sampler::steadySeconds, clippedProgram(static_cast<Clipping>(clipping)));
        std::vector<HistogramRecord> wanted, found;
        for (auto [step, records] : {std::pair(&plain, &wanted), {&clipped, &found}}) {
            step->sampler->setRequest(request);
            step->run(1);
            *records = step->taken();
            std::ranges::sort(*records, {}, &HistogramRecord::subject);
        }
        QCOMPARE(wanted.size(), size_t{8});
        QCOMPARE(found.size(), wanted.size());
        for (size_t i = 0; i < wanted.size(); ++i) {
            QCOMPARE(found[i].subject, wanted[i].subject);
            QVERIFY(wanted[i].statistics.norm > 1e-4);
            QCOMPARE(found[i].statistics.norm, wanted[i].statistics.norm);
            QVERIFY(found[i].histogram.counts == wanted[i].histogram.counts);
        }
    }

    void everyOptimiserHasGradients_data() {
        QTest::addColumn<QString>("optimizer");
        for (const OptimizerDescriptor* optimizer : allOptimizers())
            QTest::addRow("%s", optimizer->id.data()) << QString(optimizer->id.data());
    }
    void everyOptimiserHasGradients() {
        QFETCH(QString, optimizer);
        const std::string id = optimizer.toStdString();
        const Dataset data = test::barDataset(32, 0);
        test::TrainingSetup setup = test::setUp({.optimizer = id}, data);
        const Tape& tape = *setup.model->train(16).tape;
        const SampleSubjects subjects{trainedParameters(tape), {}};
        SampleRequest request;
        request.gradients = true;
        const SamplePlan plan = planSamples(tape, subjects, request);
        QCOMPARE(plan.before.size(), size_t{8});
        for (const SamplePoint& point : plan.before)
            QVERIFY(tape.entries[static_cast<size_t>(point.entry)].instr.phase == Phase::Update);
    }

    void aSampledRunEndsTheSame_data() {
        QTest::addColumn<QString>("network");
        QTest::addRow("lanes") << QString::fromStdString(test::lanesNetwork());
        QTest::addRow("residual") << QString::fromStdString(test::residualNetwork());
        QTest::addRow("dropout") << QString::fromStdString(test::dropoutNetwork());
    }
    void aSampledRunEndsTheSame() {
        QFETCH(QString, network);
        QVERIFY(trained(network.toStdString(), true) == trained(network.toStdString(), false));
    }

    void everyEntryIsTimed() {
        SampledStep sampled(tickingClock);
        SampleRequest request;
        request.timings = true;
        sampled.sampler->setRequest(request);
        sampled.run(1);
        for (const std::atomic<double>& seconds : sampled.entrySeconds)
            QVERIFY(std::abs(seconds.load() - 1e-3) < 1e-9);  // one tick between two looks
        QVERIFY(sampled.taken().empty());
    }

    void nothingIsSampledWhereNothingIsAsked() {
        SampledStep sampled;
        sampled.run(1);
        QVERIFY(!sampled.sampler->isSampling());
        sampled.sampler->setRequest(everything);
        sampled.sampler->setRequest({});
        sampled.run(2);
        QVERIFY(sampled.taken().empty());
        for (const std::atomic<double>& seconds : sampled.entrySeconds) QCOMPARE(seconds.load(), 0);
    }

    /// Reading each of the eight weights takes a tick: a sample costs 8 ms.
    void samplingKeepsToItsShare_data() {
        QTest::addColumn<double>("budget");
        QTest::addColumn<double>("stepSeconds");
        QTest::addColumn<int>("samples");                      // in 100 s of training
        QTest::addRow("1 %%") << 0.01 << 2e-3 << 125;          // one each 8 ms / 1 % = 0.8 s
        QTest::addRow("0.1 %%") << 0.001 << 2e-3 << 13;        // each 8 s
        QTest::addRow("large budget") << 1.0 << 1e-3 << 2000;  // at most 20 a second
        QTest::addRow("slow steps") << 0.01 << 2.0 << 50;      // each of them
        QTest::addRow("no budget") << 0.0 << 1e-2 << 1;        // the first step only
    }
    void samplingKeepsToItsShare() {
        QFETCH(double, budget);
        QFETCH(double, stepSeconds);
        QFETCH(int, samples);
        SampledStep sampled(tickingClock);
        sampled.sampler->setRequest(onlyWeights(budget));
        int count = 0;
        const auto steps = static_cast<int64_t>(std::llround(100 / stepSeconds));
        for (int64_t step = 1; step <= steps; ++step) {
            const bool isSampled = sampled.runEmpty(step, stepSeconds);
            QVERIFY(isSampled || step > 1);
            count += isSampled;
        }
        QVERIFY2(count <= samples && count >= samples * 95 / 100 - 1,
                 fmt::format("{} samples", count).c_str());
    }

    void aNewRequestIsAnsweredAtOnce() {
        SampledStep sampled(tickingClock);
        sampled.sampler->setRequest(onlyWeights(0.01));
        QVERIFY(sampled.runEmpty(1, 1e-3));
        QVERIFY(!sampled.runEmpty(2, 1e-3));
        sampled.sampler->setRequest(onlyWeights(0.02));
        QVERIFY(sampled.runEmpty(3, 1e-3));
        sampled.sampler->sampleNextStep();
        QVERIFY(sampled.runEmpty(4, 1e-3));
        QVERIFY(!sampled.runEmpty(5, 1e-3));
    }

    void entriesRunAgainAreSampledOnce() {
        SampledStep sampled;
        sampled.sampler->setRequest(everything);
        sampled.sampler->beginStep(*sampled.step.executor, 1);
        for (int again = 0; again < 2; ++again)
            for (int entry = 0; entry < sampled.step.executor->entries(); ++entry) {
                sampled.sampler->beforeEntry(entry);
                sampled.sampler->afterEntry(entry);
            }
        QCOMPARE(sampled.taken().size(), size_t{8 + 8 + 3});
    }

    void aFullRingDropsAndCounts() {
        SampledStep sampled;
        sampled.sampler->setRequest(everything);
        for (int64_t step = 1; step <= 20; ++step) {
            sampled.sampler->sampleNextStep();
            sampled.runEmpty(step, 1e-3);
        }
        QCOMPARE(sampled.taken().size(), size_t{256});
        QCOMPARE(sampled.histograms.dropped(), int64_t{20 * 19 - 256});
    }

    void samplingAllocatesNothing() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        SampledStep sampled;
        sampled.sampler->setRequest(everything);
        sampled.step.executor->runAll();
        const int64_t before = test::countedAllocations();
        test::armAllocationCounter();
        const bool isSampled = sampled.runEmpty(1, 1e-3);
        test::disarmAllocationCounter();
        QVERIFY(isSampled);
        QCOMPARE(test::countedAllocations() - before, int64_t{0});
    }

    void theTrainerTellsWhatItSaidOfEachTestImage() {
        const Dataset data = test::barDataset(160, 37);
        test::TrainingSetup setup = test::setUp({.epochs = 3}, data);
        setup.trainer->mail().predictionsAsked.store(true);
        setup.trainer->post({Command::Kind::Start});
        setup.trainer->waitUntilIdle();
        const auto predictions = setup.trainer->mail().predictions.take();
        QVERIFY(predictions != nullptr);
        QCOMPARE(predictions->epoch, int64_t{3});
        QCOMPARE(predictions->classes.size(), size_t{37});
        QCOMPARE(predictions->probabilities.size(), size_t{37});
        const std::vector<int32_t> labels = test::labelsOf(data.test);
        double correct = 0;
        for (size_t i = 0; i < predictions->classes.size(); ++i)
            correct += predictions->classes[i] == labels[i];
        RunEvent last;
        for (RunEvent event; setup.reports->nextEvent(event);)
            if (event.kind == EventKind::EpochDone) last = event;
        QCOMPARE(correct / 37, last.metrics[0]);
        for (float p : predictions->probabilities) QVERIFY(p >= 0.1f && p <= 1.0f);
    }
};

QTEST_GUILESS_MAIN(SamplerTest)
#include "tst_sampler.moc"
