// SPDX-License-Identifier: Apache-2.0
// What the predictor says of an image, against an evaluation of the same weights by reference
// kernels on a tape on which nothing is fused. Other kernels round otherwise: within 1e-4.
#include "core/session/predictor.h"

#include <cmath>
#include <cstring>

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

std::vector<float> pixelsOf(const ImageSet& set, int64_t image) {
    std::vector<float> pixels;
    for (int64_t p = 0; p < set.imageBytes(); ++p)
        pixels.push_back(
            static_cast<float>(set.pixels[static_cast<size_t>(image * set.imageBytes() + p)]) /
            255.0f);
    return pixels;
}

std::unique_ptr<Prediction> answerOf(Predictor& predictor, std::vector<float> pixels) {
    const uint64_t ticket = predictor.ask(std::move(pixels)).value();
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
    Arena arena;
    std::unique_ptr<Executor> executor;

    Reference(const Project& project, const Snapshot* states) {
        auto program = lower(project.graph, {.training = false, .withLoss = false});
        if (!program) qFatal("%s", program.error().text().c_str());
        layout.add(*program);
        tape = std::make_unique<Tape>(
            compileTape(std::move(program).value(), layout,
                        {.referenceKernels = true, .shareMemory = false, .fuse = false}));
        arena = std::move(Arena::allocate(tape->arenaBytes())).value();
        initialiseStates(layout, arena.data(), 3);
        if (states)
            for (const SnapshotTensor& tensor : states->tensors)
                if (const auto* item = layout.find(tensor.name))
                    std::memcpy(arena.data() + item->offset, tensor.bytes.data(),
                                tensor.bytes.size());
        executor = std::make_unique<Executor>(*tape, arena.data());
    }
    void run(const std::vector<float>& pixels) {
        auto* x = reinterpret_cast<float*>(executor->inputData("input"));
        for (size_t i = 0; i < pixels.size(); ++i) x[i] = (pixels[i] - 0.3f) / 0.2f;
        Team team(1);
        executor->run(team);
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

void compare(const Prediction& prediction, Reference& reference, const std::vector<float>& pixels) {
    reference.run(pixels);
    const auto logits = reference.executor->contents(reference.tape->output("logits"));
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
        const ImageSet images = test::barImages(5, 9);
        for (int64_t i = 0; i < images.count; ++i) {
            const auto pixels = pixelsOf(images, i);
            const auto prediction = answerOf(*predictor, pixels);
            QCOMPARE(prediction->step, int64_t{20});
            QVERIFY(prediction->fresh.empty() && !prediction->isFresh);
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
        const auto prediction = answerOf(*predictor, pixels);
        QCOMPARE(prediction->step, int64_t{0});
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
            const auto first = answerOf(*predictor, pixels), again = answerOf(*predictor, pixels);
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
        const auto prediction = answerOf(*predictor, pixels);
        compare(*prediction, reference, pixels);
        QCOMPARE(prediction->fresh, (std::vector<std::string>{"c2.weight", "f1.weight"}));
        QVERIFY(!prediction->isFresh);
        states = std::make_shared<Snapshot>(*states);
        states->tensors.clear();
        predictor->setStates(states);
        QVERIFY(answerOf(*predictor, pixels)->isFresh);
    }

    void aNewerImageReplacesAnOlderOne() {
        const auto predictor = predictorOf(projectOf(test::lanesNetwork()));
        const auto pixels = pixelsOf(test::barImages(1, 9), 0);
        uint64_t last = 0;
        for (int i = 0; i < 1000; ++i) {
            const uint64_t ticket = predictor->ask(pixels).value();
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
            if (i % 2) (void)predictor->ask(pixels);
        }
    }

    void anImageOfAnotherSizeIsRefused() {
        const auto predictor = predictorOf(projectOf(test::lanesNetwork()));
        const auto pixels = pixelsOf(test::barImages(1, 9), 0);
        const auto refused = predictor->ask(std::vector<float>(pixels.size() + 1));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("P13"));
        QVERIFY(!predictor->ask({}).ok());
        QVERIFY(!answerOf(*predictor, pixels)->error);
    }

    void networksWithoutImageOrClassesSayWhy_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("said");
        QTest::addRow("not an image") << "x[10] -> linear(out_features=3) as f"
                                      << "N × 10, wanted images";
        QTest::addRow("no classes") << "x[1,28,28] -> conv2d(out_channels=16 kernel=3) as c"
                                    << "N × 16 × 26 × 26 numbers ('c')";
        QTest::addRow("too many classes")
            << "x[1,28,28] -> conv2d(out_channels=16 kernel=3) as c -> flatten as flat"
            << "N × 10816 numbers ('flat')";
        QTest::addRow("the input alone") << "x[1,28,28]"
                                         << "N × 1 × 28 × 28 numbers ('input')";
        QTest::addRow("nothing") << ""
                                 << "no input";
    }
    void networksWithoutImageOrClassesSayWhy() {
        QFETCH(QString, network);
        QFETCH(QString, said);
        const auto predictor = Predictor::create(projectOf(network.toStdString()));
        QVERIFY(!predictor.ok());
        QVERIFY2(QString::fromStdString(predictor.error().message).contains(said),
                 predictor.error().message.c_str());
    }

    void aNetworkWithoutConvolutionAnswers() {
        const auto predictor =
            predictorOf(projectOf("x[1,2,2] -> flatten as a -> linear(out_features=1) as f"));
        const auto prediction = answerOf(*predictor, {0, 1, 0, 1});
        QCOMPARE(prediction->probabilities.size(), size_t{1});
        QVERIFY(prediction->activations.empty());
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
