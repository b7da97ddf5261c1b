// SPDX-License-Identifier: Apache-2.0
// What the predictor says of an image, against an evaluation of the same weights by reference
// kernels on a tape on which nothing is fused. Other kernels round otherwise: within 1e-4.
#include "core/session/predictor.h"

#include <cmath>
#include <cstring>

#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

constexpr double tolerance = 1e-4;

Project projectOf(const std::string& network) {
    Project project;
    auto graph = graphFromText(network);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    project.graph = std::move(graph).value();
    project.data.format = "idx";  // its images are bytes
    project.data.normalisation = {0.3, 0.2};
    project.training.seed = 3;
    return project;
}

std::unique_ptr<Predictor> predictorOf(const Project& project) {
    auto predictor = Predictor::create(project);
    if (!predictor) qFatal("%s", predictor.error().text().c_str());
    return std::move(predictor).value();
}

/// The states after two epochs.
std::shared_ptr<const Snapshot> trainedStates(const std::string& network) {
    const Dataset data = test::barDataset(160, 20);
    auto last = std::make_shared<Snapshot>();
    test::TrainingSetup setup = test::setUp({.network = network,
                                             .save =
                                                 [&](const Snapshot& snapshot) {
                                                     *last = snapshot;
                                                     return Result<void>();
                                                 }},
                                            data);
    setup.trainer->post({Command::Kind::Start});
    setup.trainer->waitUntilIdle();
    return last;
}

using Bytes = std::vector<std::byte>;

Bytes pixelsOf(const ExampleSet& set, int64_t image) {
    const auto bytes = set.value(0, image);
    return {bytes.begin(), bytes.end()};
}

Bytes bytesOf(const std::vector<float>& numbers) {
    const auto bytes = std::as_bytes(std::span(numbers));
    return {bytes.begin(), bytes.end()};
}

std::unique_ptr<Prediction> answerOf(Predictor& predictor, std::vector<Bytes> values) {
    const uint64_t ticket = predictor.ask(std::move(values)).value();
    for (;;) {
        auto prediction = predictor.take();
        if (prediction && prediction->ticket == ticket) return prediction;
        std::this_thread::yield();
    }
}

/// The network alone, by reference kernels.
struct Reference {
    StateLayout layout;
    std::unique_ptr<Tape> tape;
    Team team{1};
    std::unique_ptr<HostMemory> memory;
    std::unique_ptr<Executor> executor;

    Reference(const Project& project, const Snapshot* states) {
        auto program = lower(project.graph, {.training = false, .withLoss = false});
        if (!program) qFatal("%s", program.error().text().c_str());
        layout.add(*program);
        tape = std::make_unique<Tape>(
            compileTape(std::move(program).value(), layout,
                        {.referenceKernels = true, .shareMemory = false, .fuse = false}));
        memory = std::move(HostMemory::allocate(tape->arenaBytes())).value();
        initialiseStates(layout, *memory, 3);
        if (states)
            for (const SnapshotTensor& tensor : states->tensors)
                if (const auto* item = layout.find(tensor.name))
                    std::memcpy(memory->host() + item->offset, tensor.bytes.data(),
                                tensor.bytes.size());
        executor = std::make_unique<HostExecutor>(*tape, *memory, team);
    }
    void run(const Bytes& pixels) {
        auto* x = reinterpret_cast<float*>(memory->host() + tape->offsetOf(tape->input("x")));
        for (size_t i = 0; i < pixels.size(); ++i)
            x[i] = (static_cast<float>(std::to_integer<int>(pixels[i])) / 255 - 0.3f) / 0.2f;
        executor->runAll();
    }
    std::vector<double> valueNamed(const std::string& name) const {
        for (size_t v = 0; v < tape->values.size(); ++v)
            if (tape->values[v].name == name) return executor->contents(static_cast<ValueId>(v));
        return {};
    }
};

bool isNear(double a, double b) {
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

void compare(const Prediction& prediction, Reference& reference, const Bytes& pixels) {
    reference.run(pixels);
    const auto logits = reference.executor->contents(reference.tape->outputs.front().value);
    QCOMPARE(prediction.outputs.size(), size_t{1});
    QCOMPARE("output:" + prediction.outputs[0].name, reference.tape->outputs.front().name);
    QCOMPARE(prediction.outputs[0].shape, (Shape{1, 10}));
    QVERIFY(prediction.outputs[0].isClasses);
    QCOMPARE(prediction.outputs[0].classColumn, std::string("label"));
    QCOMPARE(prediction.outputs[0].elements.size(), logits.size());
    for (size_t i = 0; i < logits.size(); ++i)
        QVERIFY(isNear(prediction.outputs[0].elements[i], logits[i]));
    double sum = 0;
    for (double x : logits) sum += std::exp(x);
    QCOMPARE(prediction.probabilities.size(), logits.size());
    for (size_t i = 0; i < logits.size(); ++i)
        QVERIFY(isNear(prediction.probabilities[i], std::exp(logits[i]) / sum));
    for (const Activation& activation : prediction.activations) {
        const auto wanted = reference.valueNamed(activation.node);
        QCOMPARE(activation.elements.size(), wanted.size());
        QCOMPARE(static_cast<int64_t>(wanted.size()),
                 activation.channels * activation.height * activation.width);
        for (size_t i = 0; i < wanted.size(); ++i)
            QVERIFY2(isNear(activation.elements[i], wanted[i]), activation.node.c_str());
    }
}

}  // namespace

class PredictorTest : public QObject {
    Q_OBJECT

  private slots:
    void saysWhatAnEvaluationSays_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QStringList>("convolutions");
        QTest::addRow("lanes") << QString::fromStdString(test::lanesNetwork())
                               << QStringList{"c1", "c2"};
        QTest::addRow("residual") << QString::fromStdString(test::residualNetwork())
                                  << QStringList{"c1", "c2", "c3"};
        QTest::addRow("dropout") << QString::fromStdString(test::dropoutNetwork())
                                 << QStringList{"c1"};
    }
    void saysWhatAnEvaluationSays() {
        QFETCH(QString, network);
        QFETCH(QStringList, convolutions);
        const Project project = projectOf(network.toStdString());
        const auto states = trainedStates(network.toStdString());
        const auto predictor = predictorOf(project);
        predictor->setStates(states);
        Reference reference(project, states.get());
        const ExampleSet images = test::barImages(5, 9);
        for (int64_t i = 0; i < images.count; ++i) {
            const auto pixels = pixelsOf(images, i);
            const auto prediction = answerOf(*predictor, {pixels});
            QCOMPARE(prediction->weights.step, int64_t{20});
            QVERIFY(prediction->weights.fresh.empty() && !prediction->weights.isFresh);
            QVERIFY(prediction->seconds > 0);
            QStringList nodes;
            for (const Activation& a : prediction->activations)
                nodes << QString::fromStdString(a.node);
            QCOMPARE(nodes, convolutions);
            compare(*prediction, reference, pixels);
        }
    }

    void withoutStatesItStartsAsARunWould() {
        const Project project = projectOf(test::lanesNetwork());
        const auto predictor = predictorOf(project);
        Reference reference(project, nullptr);
        const auto pixels = pixelsOf(test::barImages(1, 9), 0);
        const auto prediction = answerOf(*predictor, {pixels});
        QCOMPARE(prediction->weights.step, int64_t{0});
        compare(*prediction, reference, pixels);
    }

    void newStatesAreUsedAtOnce() {
        const Project project = projectOf(test::residualNetwork());
        const auto learnt = trainedStates(test::residualNetwork());
        auto changed = std::make_shared<Snapshot>(*learnt);
        for (SnapshotTensor& tensor : changed->tensors)
            if (tensor.name == "c2.weight")
                for (size_t i = 0; i < tensor.bytes.size(); i += sizeof(float)) {
                    float* const weight = reinterpret_cast<float*>(tensor.bytes.data() + i);
                    *weight *= -2;
                }
        const auto predictor = predictorOf(project);
        const auto pixels = pixelsOf(test::barImages(1, 9), 0);
        std::vector<float> before;
        for (const auto& states : {learnt, std::shared_ptr<const Snapshot>(changed), learnt}) {
            predictor->setStates(states);
            Reference reference(project, states.get());
            const auto first = answerOf(*predictor, {pixels}),
                       again = answerOf(*predictor, {pixels});
            compare(*first, reference, pixels);
            QVERIFY(first->probabilities == again->probabilities);
            QVERIFY(first->probabilities != before);
            before = first->probabilities;
        }
    }

    void statesThatDoNotFitAreLeftOut() {
        const Project project = projectOf(test::lanesNetwork());
        auto states = std::make_shared<Snapshot>(*trainedStates(test::lanesNetwork()));
        std::erase_if(states->tensors,
                      [](const SnapshotTensor& t) { return t.name == "c2.weight"; });
        for (SnapshotTensor& tensor : states->tensors)
            if (tensor.name == "f1.weight") tensor.shape = Shape{1};
        const auto predictor = predictorOf(project);
        predictor->setStates(states);
        auto fitting = *states;
        std::erase_if(fitting.tensors,
                      [](const SnapshotTensor& t) { return t.name == "f1.weight"; });
        Reference reference(project, &fitting);
        const auto pixels = pixelsOf(test::barImages(1, 9), 0);
        const auto prediction = answerOf(*predictor, {pixels});
        compare(*prediction, reference, pixels);
        QCOMPARE(prediction->weights.fresh, (std::vector<std::string>{"c2.weight", "f1.weight"}));
        QVERIFY(!prediction->weights.isFresh);
        states = std::make_shared<Snapshot>(*states);
        states->tensors.clear();
        predictor->setStates(states);
        QVERIFY(answerOf(*predictor, {pixels})->weights.isFresh);
    }

    void aNewerImageReplacesAnOlderOne() {
        const auto predictor = predictorOf(projectOf(test::lanesNetwork()));
        const auto pixels = pixelsOf(test::barImages(1, 9), 0);
        uint64_t last = 0;
        for (int i = 0; i < 1000; ++i) {
            const uint64_t ticket = predictor->ask({pixels}).value();
            QVERIFY(ticket > last);
            last = ticket;
        }
        uint64_t seen = 0;
        while (seen != last)
            if (const auto prediction = predictor->take()) {
                QVERIFY(prediction->ticket > seen);
                seen = prediction->ticket;
            }
        QVERIFY(predictor->take() == nullptr);
    }

    void endsWhileItIsAsked() {
        const auto pixels = pixelsOf(test::barImages(1, 9), 0);
        for (int i = 0; i < 50; ++i) {
            const auto predictor = predictorOf(projectOf(test::lanesNetwork()));
            if (i % 2) (void)predictor->ask({pixels});
        }
    }

    void valuesOfAnotherSizeAreRefused() {
        const auto predictor = predictorOf(projectOf(test::lanesNetwork()));
        QCOMPARE(predictor->inputs().size(), size_t{1});
        const PredictorInput& input = predictor->inputs()[0];
        QCOMPARE(input.node, std::string("x"));
        QCOMPARE(input.column, std::string("image"));
        QVERIFY(input.dtype == DType::U8);
        QCOMPARE(input.shape, (Shape{1, 12, 12}));
        QCOMPARE(input.bytes(), int64_t{144});
        const auto pixels = pixelsOf(test::barImages(1, 9), 0);
        for (const size_t size : {pixels.size() + 1, pixels.size() - 1, size_t{0}}) {
            const auto refused = predictor->ask({Bytes(size)});
            QVERIFY(!refused.ok());
            QCOMPARE(refused.error().code, std::string("P13"));
            const QString said = QString::fromStdString(refused.error().message);
            QVERIFY2(said.contains("'x'") && said.contains("1 × 12 × 12"), qPrintable(said));
        }
        QVERIFY(!predictor->ask({}).ok());
        const auto twice = predictor->ask({pixels, pixels});
        QVERIFY(!twice.ok());
        QCOMPARE(twice.error().code, std::string("P13"));
        QVERIFY(!answerOf(*predictor, {pixels})->error);
    }

    void answersNetworksOfEveryShape_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("output");
        QTest::addColumn<int>("elements");
        QTest::addColumn<int>("classes");  // 0: the output does not stand for classes
        QTest::addRow("not an image") << "x[10] -> linear(out_features=3) as f"
                                      << "f" << 3 << 3;
        QTest::addRow("no classes") << "x[1,28,28] -> conv2d(out_channels=16 kernel=3) as c"
                                    << "c" << 16 * 26 * 26 << 0;
        QTest::addRow("too many classes")
            << "x[1,28,28] -> conv2d(out_channels=16 kernel=3) as c -> flatten as flat"
            << "flat" << 16 * 26 * 26 << 0;
        QTest::addRow("an autoencoder")
            << "x[1,4,4] -> flatten as f -> linear(out_features=16) as l -> mse(f)"
            << "l" << 16 << 0;
        QTest::addRow("no convolution") << "x[1,2,2] -> flatten as a -> linear(out_features=1) as f"
                                        << "f" << 1 << 1;
    }
    void answersNetworksOfEveryShape() {
        QFETCH(QString, network);
        QFETCH(QString, output);
        QFETCH(int, elements);
        QFETCH(int, classes);
        const auto predictor = predictorOf(projectOf(network.toStdString()));
        const auto size = static_cast<size_t>(predictor->inputs().at(0).bytes());
        const auto prediction = answerOf(*predictor, {Bytes(size, std::byte{7})});
        QVERIFY(!prediction->error);
        QCOMPARE(prediction->outputs.size(), size_t{1});
        const PredictedOutput& given = prediction->outputs[0];
        QCOMPARE(QString::fromStdString(given.name), output);
        QCOMPARE(given.elements.size(), static_cast<size_t>(elements));
        QCOMPARE(given.shape.elements(), int64_t{elements});
        QCOMPARE(given.isClasses, classes > 0);
        QCOMPARE(given.classColumn, std::string());
        QCOMPARE(prediction->probabilities.size(), static_cast<size_t>(classes));
        QCOMPARE(prediction->activations.size(), size_t{network.contains("conv2d") ? 1u : 0u});
    }

    void networksWithoutResultSayWhy_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("said");
        QTest::addRow("the input alone") << "x[1,28,28]"
                                         << "no result";
        QTest::addRow("nothing") << ""
                                 << "no input";
    }
    void networksWithoutResultSayWhy() {
        QFETCH(QString, network);
        QFETCH(QString, said);
        const auto predictor = Predictor::create(projectOf(network.toStdString()));
        QVERIFY(!predictor.ok());
        QCOMPARE(predictor.error().code, std::string("P10"));
        QVERIFY2(QString::fromStdString(predictor.error().message).contains(said),
                 predictor.error().message.c_str());
    }

    /// (3, 1) − (1, 5) = (2, −4), doubled (4, −8). Columns that the data do not have come in as
    /// numbers.
    void takesSeveralInputsAndGivesSeveralOutputs() {
        const auto predictor = predictorOf(
            projectOf("a[2](column=left)\nb[2](column=right)\nt[2](column=wanted)\n"
                      "a -> sub(b) as d -> output as difference\nd -> add(d) as twice -> mse(t)"));
        QCOMPARE(predictor->inputs().size(), size_t{2});  // nobody needs what is wanted
        QCOMPARE(predictor->inputs()[0].column, std::string("left"));
        QCOMPARE(predictor->inputs()[1].column, std::string("right"));
        QVERIFY(predictor->inputs()[1].dtype == DType::F32);
        const auto prediction = answerOf(*predictor, {bytesOf({3, 1}), bytesOf({1, 5})});
        QCOMPARE(prediction->outputs.size(), size_t{2});
        QCOMPARE(prediction->outputs[0].name, std::string("difference"));
        QCOMPARE(prediction->outputs[0].elements, (std::vector<float>{2, -4}));
        QCOMPARE(prediction->outputs[1].name, std::string("twice"));
        QCOMPARE(prediction->outputs[1].elements, (std::vector<float>{4, -8}));
        QVERIFY(!prediction->outputs[0].isClasses && !prediction->outputs[1].isClasses);
        QVERIFY(prediction->probabilities.empty());
    }

    void eachHeadKnowsItsClasses() {
        const auto predictor = predictorOf(
            projectOf("parity<2(column=parity)\n"
                      "x[1,4,4] -> flatten as f -> linear(out_features=2) as odd -> "
                      "cross_entropy(parity)\n"
                      "f -> linear(out_features=10) as digit -> cross_entropy(labels)"));
        const auto prediction = answerOf(*predictor, {Bytes(16, std::byte{9})});
        QCOMPARE(prediction->outputs.size(), size_t{2});
        QCOMPARE(prediction->outputs[0].name, std::string("odd"));
        QCOMPARE(prediction->outputs[0].classColumn, std::string("parity"));
        QCOMPARE(prediction->outputs[1].name, std::string("digit"));
        QCOMPARE(prediction->outputs[1].classColumn, std::string("label"));
        QCOMPARE(prediction->probabilities.size(), size_t{2});  // of the first
    }

    void severalExamplesAtOnceAreThoseAlone() {
        const Project project = projectOf(test::lanesNetwork());
        auto three = Predictor::create(project, 3);
        QVERIFY(three.ok());
        QCOMPARE((*three)->batch(), int64_t{3});
        const auto one = predictorOf(project);
        const ExampleSet images = test::barImages(3, 9);
        Bytes all;
        for (int64_t i = 0; i < 3; ++i) {
            const Bytes pixels = pixelsOf(images, i);
            all.insert(all.end(), pixels.begin(), pixels.end());
        }
        const auto together = answerOf(**three, {all});
        QCOMPARE(together->outputs.at(0).shape, (Shape{3, 10}));
        for (int64_t i = 0; i < 3; ++i) {
            const auto alone = answerOf(*one, {pixelsOf(images, i)});
            const std::span<const float> row = together->outputs[0].of(i);
            QCOMPARE(row.size(), size_t{10});
            for (size_t k = 0; k < row.size(); ++k)
                QVERIFY(isNear(row[k], alone->outputs[0].elements[k]));
            if (i > 0) continue;
            QCOMPARE(together->probabilities.size(), size_t{10});
            for (size_t k = 0; k < row.size(); ++k)
                QVERIFY(isNear(together->probabilities[k], alone->probabilities[k]));
        }
        QVERIFY(!(*three)->ask({pixelsOf(images, 0)}).ok());
    }

    void tellsWhatIsWrongWithTheNetwork() {
        Project project = projectOf(test::lanesNetwork());
        QVERIFY(project.graph.setField("c2", "kernel", std::vector<int64_t>{99, 99}).ok());
        const auto predictor = Predictor::create(project);
        QVERIFY(!predictor.ok());
        QCOMPARE(predictor.error().place.node, std::string("c2"));
    }
};

QTEST_GUILESS_MAIN(PredictorTest)
#include "tst_predictor.moc"
