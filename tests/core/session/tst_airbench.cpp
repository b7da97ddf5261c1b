// SPDX-License-Identifier: Apache-2.0
// Two steps of projects/airbench on pictures of noise: what its README says learns, and what does
// not. Truth: the first layer as the project's file has it.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <cmath>
#include <map>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/io/project.h"
#include "core/session/training_run.h"
#include "core/tensor/element.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

ExampleSet noise(int64_t count, uint64_t seed) {
    constexpr int64_t pixelsOfOne = 3 * 32 * 32;
    Rng rng(seed, RngStream::Test);
    std::vector<uint8_t> pixels(static_cast<size_t>(count * pixelsOfOne));
    for (uint8_t& pixel : pixels) pixel = static_cast<uint8_t>(rng.below(256));
    std::vector<int32_t> labels(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i)
        labels[static_cast<size_t>(i)] = static_cast<int32_t>(i % 10);
    return test::labelledImages(pixels, labels);
}

using States = std::map<std::string, std::vector<double>>;

States statesOf(const Trainer& trainer) {
    States states;
    for (const SnapshotTensor& tensor : trainer.snapshot().tensors)
        for (int64_t i = 0; i < tensor.shape.elements(); ++i)
            states[tensor.name].push_back(readElement(tensor.bytes.data(), tensor.dtype, i));
    return states;
}

double largestChange(const States& before, const States& after, const std::string& name) {
    double largest = 0;
    for (size_t i = 0; i < before.at(name).size(); ++i)
        largest = std::max(largest, std::abs(after.at(name)[i] - before.at(name)[i]));
    return largest;
}

}  // namespace

class AirbenchTest : public QObject {
    Q_OBJECT

  private slots:
    void learnsWhatItsRecipeSays() {
        auto project = loadProject(VITRINE_SOURCE_DIR "/projects/airbench");
        QVERIFY2(project.ok(), project.ok() ? "" : project.error().text().c_str());
        const Parameter* whitening = project->graph.findParameter("whiten.weight");
        QVERIFY(whitening && whitening->data);
        const auto data = std::make_shared<const Dataset>(
            Dataset{test::imageColumns({3, 32, 32}, 10), noise(40, 1), noise(20, 2), {}});
        const QTemporaryDir temporary;
        RunRequest request;
        request.epochs = 1;
        request.batch = 20;
        request.folder = temporary.filePath("run").toStdString();
        auto run = TrainingRun::openInMemory(*project, data, request);
        QVERIFY2(run.ok(), run.ok() ? "" : run.error().text().c_str());
        Trainer& trainer = (*run)->trainer();
        QCOMPARE(trainer.totalSteps(), int64_t{2});
        const States before = statesOf(trainer);
        trainer.post({Command::Kind::Start});
        trainer.waitUntilIdle();
        QCOMPARE(trainer.state(), TrainerState::Finished);
        const States after = statesOf(trainer);

        for (int64_t i = 0; i < whitening->data->shape.elements(); ++i)
            QCOMPARE(after.at("whiten.weight")[static_cast<size_t>(i)],
                     readElement(whitening->data->bytes.data(), DType::F32, i));
        for (const char* block : {"b1", "b2", "b3"})
            for (const char* norm : {"bn1", "bn2"}) {
                const std::string name = std::string(block) + "_" + norm;
                QCOMPARE(largestChange(before, after, name + ".weight"), 0.0);
                QVERIFY(largestChange(before, after, name + ".bias") > 0);
            }
        for (const char* name : {"whiten.bias", "b1_conv1.weight", "b3_conv2.weight", "fc.weight"})
            QVERIFY2(largestChange(before, after, name) > 0, name);
        QVERIFY(!after.contains("b1_bn1.weight/momentum"));
    }

    /// 288 numbers that make patches white have one filter for each direction, and its opposite.
    void theFirstLayerHasEachFilterTwice() {
        const auto project = loadProject(VITRINE_SOURCE_DIR "/projects/airbench");
        QVERIFY(project.ok());
        const auto data = project->graph.findParameter("whiten.weight")->data;
        QCOMPARE(data->shape, (Shape{24, 3, 2, 2}));
        const auto at = [&](int64_t filter, int64_t i) {
            return readElement(data->bytes.data(), DType::F32, filter * 12 + i);
        };
        for (int64_t a = 0; a < 12; ++a)
            for (int64_t b = 0; b < 12; ++b) {
                double product = 0, lengthA = 0, lengthB = 0;
                for (int64_t i = 0; i < 12; ++i) {
                    QCOMPARE(at(a + 12, i), -at(a, i));
                    product += at(a, i) * at(b, i);
                    lengthA += at(a, i) * at(a, i);
                    lengthB += at(b, i) * at(b, i);
                }
                const double cosine = product / std::sqrt(lengthA * lengthB);
                QVERIFY(std::abs(cosine - (a == b ? 1 : 0)) < 1e-4);
            }
    }
};

QTEST_APPLESS_MAIN(AirbenchTest)
#include "tst_airbench.moc"
