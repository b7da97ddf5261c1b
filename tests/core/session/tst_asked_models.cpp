// SPDX-License-Identifier: Apache-2.0
// Models of others that are asked: what their rows of numbers are, which arrays they are opened
// for, and pictures with the channels last. Truth: what the nodes of each model say, worked out by
// hand.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <cmath>
#include <cstring>
#include <fstream>

#include "core/graph/special_nodes.h"
#include "core/session/import_model.h"
#include "core/session/inference.h"
#include "core/session/model_network.h"
#include "core/session/picture_input.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Four numbers for each example, through nodes from `x` to `y`.
std::string rowModel(std::vector<std::string> nodes, std::vector<std::string> initializers = {}) {
    return onnxModel({.graph = onnxGraph({.nodes = std::move(nodes),
                                          .initializers = std::move(initializers),
                                          .inputs = {onnxValue("x", OnnxFloat, {"n", 4})},
                                          .outputs = {onnxValue("y", OnnxFloat, {"n", 4})}})});
}

NamedTensor floats(const std::string& name, const Shape& shape, const std::vector<float>& numbers) {
    std::vector<std::byte> bytes(numbers.size() * sizeof(float));
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return {name, TensorData::of(DType::F32, shape, std::move(bytes))};
}

std::vector<float> numbersOf(const TensorData& tensor) {
    std::vector<float> numbers(tensor.bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), tensor.bytes.data(), tensor.bytes.size());
    return numbers;
}

/// Means over height and width of pictures [N, 12, 9, 3] with the channels last.
std::string channelsLast(int32_t type) {
    std::vector<std::string> nodes;
    if (type != OnnxFloat)
        nodes.push_back(onnxNode("Cast", {"x"}, {"f"}, {onnxAttribute("to", int64_t{OnnxFloat})}));
    nodes.push_back(onnxNode("ReduceMean", {type == OnnxFloat ? "x" : "f"}, {"y"},
                             {onnxAttribute("axes", std::vector<int64_t>{1, 2}),
                              onnxAttribute("keepdims", int64_t{0})}));
    return onnxModel({.graph = onnxGraph({.nodes = nodes,
                                          .inputs = {onnxValue("x", type, {"n", 12, 9, 3})},
                                          .outputs = {onnxValue("y", OnnxFloat, {"n", 3})}}),
                      .opset = 17});
}

/// All red, with a green top row.
std::string picture() {
    std::string text = "P6 9 12 255\n";
    for (int pixel = 0; pixel < 9 * 12; ++pixel) {
        text += '\xff';
        text += pixel < 9 ? '\xff' : '\0';
        text += '\0';
    }
    return text;
}

}  // namespace

class AskedModelsTest : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir m_folder;

    std::string kept(const std::string& name, const std::string& bytes) {
        const std::string path = m_folder.filePath(QString::fromStdString(name)).toStdString();
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    std::unique_ptr<Inference> asked(const std::string& path, const AskedWith& with = {}) {
        auto network = networkOfModel(path, with);
        if (!network) qFatal("%s", network.error().text().c_str());
        auto made = Inference::create(std::move(network).value(), {});
        if (!made) qFatal("%s", made.error().text().c_str());
        return std::move(made).value();
    }

  private slots:
    void rowsAreWhatMakesThem_data() {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<bool>("areClasses");
        QTest::addColumn<int>("kind");
        const auto add = [](const char* name, const std::string& model, bool areClasses,
                            RowKind kind) {
            QTest::newRow(name) << QByteArray(model.data(), static_cast<qsizetype>(model.size()))
                                << areClasses << static_cast<int>(kind);
        };
        add("plain numbers", rowModel({onnxNode("Neg", {"x"}, {"y"})}), true, RowKind::Unknown);
        add("softmax", rowModel({onnxNode("Softmax", {"x"}, {"y"})}), true, RowKind::Probabilities);
        add("softmax, reshaped",
            rowModel(
                {onnxNode("Softmax", {"x"}, {"s"}), onnxNode("Reshape", {"s", "shape"}, {"y"})},
                {onnxIntegers("shape", {2}, {-1, 4})}),
            true, RowKind::Probabilities);
        add("log-softmax", rowModel({onnxNode("LogSoftmax", {"x"}, {"y"})}), true, RowKind::Logits);
        add("sigmoid", rowModel({onnxNode("Sigmoid", {"x"}, {"y"})}), false, RowKind::Unknown);
    }
    void rowsAreWhatMakesThem() {
        QFETCH(QByteArray, model);
        QFETCH(bool, areClasses);
        QFETCH(int, kind);
        const auto inference = asked(kept("rows.onnx", model.toStdString()));
        QCOMPARE(inference->outputs()[0].isClasses, areClasses);
        if (areClasses) QCOMPARE(static_cast<int>(inference->outputs()[0].rows), kind);
    }

    void probabilitiesAreTakenAsTheyAre() {
        const std::vector<double> shares = {0.7, 0.2, 0.1}, scores = {0.7, 0.2, 0.2};
        for (const RowKind kind : {RowKind::Probabilities, RowKind::Unknown}) {
            const std::vector<double> logits = logitsOf(shares, kind);
            for (size_t i = 0; i < shares.size(); ++i)
                QVERIFY(std::abs(std::exp(logits[i]) - shares[i]) < 1e-12);
        }
        QVERIFY(logitsOf(shares, RowKind::Logits) == shares);
        QVERIFY(logitsOf(scores, RowKind::Unknown) == scores);
    }

    /// An only axis that is open is no batch of single numbers: the array says how long it is.
    void anOpenFirstAxisIsTheArrays() {
        const std::string path =
            kept("vector.onnx",
                 onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Neg", {"x"}, {"y"})},
                                                .inputs = {onnxValue("x", OnnxFloat, {"n"})},
                                                .outputs = {onnxValue("y", OnnxFloat, {"n"})}})}));
        const std::vector<NamedTensor> arrays = {floats("x", {3}, {1, -2, 3})};
        const auto answers = asked(path, {.arrays = arrays})->run(arrays);
        QVERIFY(answers.ok());
        QVERIFY(numbersOf(*answers->front().data) == std::vector<float>({-1, 2, -3}));

        const auto other = networkOfModel(path, {.arrays = arrays, .sizes = {{"n", 4}}});
        QVERIFY(!other.ok());
        QCOMPARE(other.error().code, std::string("P13"));
    }

    void arraysThatAreTakenAreOfOneBatch() {
        const std::string path = kept(
            "two.onnx",
            onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Add", {"a", "b"}, {"y"})},
                                           .inputs = {onnxValue("a", OnnxFloat, {"n", 2}),
                                                      onnxValue("b", OnnxFloat, {"n", 2})},
                                           .outputs = {onnxValue("y", OnnxFloat, {"n", 2})}})}));
        const auto network = networkOfModel(path);
        QVERIFY(network.ok());
        const NamedTensor one = floats("a", {1, 2}, {1, 2}), other = floats("b", {1, 2}, {3, 4});
        const NamedTensor both = floats("b", {2, 2}, {3, 4, 5, 6});
        QVERIFY(takesArrays(*network, std::vector{one, other}));
        QVERIFY(!takesArrays(*network, std::vector{one, both}));
        QVERIFY(!takesArrays(*network, std::vector{floats("a", {3}, {1, 2, 3})}));
        QVERIFY(!takesArrays(*network, std::vector{floats("c", {1, 2}, {1, 2})}));
    }

    void inputsWithNumbersOfTheirOwnAreKnown() {
        const std::string path = kept(
            "filled.onnx",
            onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Add", {"x", "w"}, {"y"})},
                                           .initializers = {onnxFloats("w", {2}, {1, 2})},
                                           .inputs = {onnxValue("x", OnnxFloat, {"n", 2}),
                                                      onnxValue("w", OnnxFloat, {2})},
                                           .outputs = {onnxValue("y", OnnxFloat, {"n", 2})}})}));
        const auto network = networkOfModel(path);
        QVERIFY(network.ok());
        QVERIFY(network->filledInputs == std::vector<std::string>{"w"});
    }

    void picturesGoIntoInputsWithTheChannelsLast_data() {
        QTest::addColumn<int>("type");
        QTest::newRow("floats") << static_cast<int>(OnnxFloat);
        QTest::newRow("bytes") << static_cast<int>(OnnxUint8);
    }
    void picturesGoIntoInputsWithTheChannelsLast() {
        QFETCH(int, type);
        const std::string path = kept("last.onnx", channelsLast(type));
        const std::string file = kept("red.ppm", picture());
        const std::vector<NamedFile> pictures = {{{}, file}};
        QVERIFY(!takesPictures(*networkOfModel(path)));
        const auto inference = asked(path, {.pictures = pictures});
        QVERIFY(takesPictures(inference->network()));
        const auto pixels =
            pictureInput(file, inference->inputs()[0].wish, inference->network().project.data);
        QVERIFY2(pixels.ok(), pixels.ok() ? "" : pixels.error().text().c_str());
        const std::vector<NamedTensor> arrays = {{"x", *pixels}};
        const auto answers = inference->run(arrays);
        QVERIFY2(answers.ok(), answers.ok() ? "" : answers.error().text().c_str());
        const float scale = type == OnnxFloat ? 1 : 255;
        const std::vector<float> means = numbersOf(*answers->front().data);
        QCOMPARE(means.size(), size_t{3});
        QVERIFY(std::abs(means[0] - scale) < 1e-4f * scale);
        QVERIFY(std::abs(means[1] - scale / 12) < 1e-4f * scale);
        QVERIFY(std::abs(means[2]) < 1e-4f * scale);
    }

    void anImportTakesPicturesThatAModelHasTheChannelsLastOf() {
        const auto imported = importModel(kept("last.onnx", channelsLast(OnnxFloat)));
        QVERIFY(imported.ok());
        const Node* input = imported->project.graph.find("x");
        QVERIFY(input);
        QVERIFY(input->attrs.list("shape") == std::vector<int64_t>({3, 12, 9}));
        QVERIFY(scalingOf(*input) == Scaling::Normalised);
        const auto isTold = [](const std::string& remark) {
            return remark.find("channels first") != std::string::npos;
        };
        QVERIFY(std::ranges::any_of(imported->report.remarks, isTold));
    }

    /// What an export of this program says of pixels is what an import takes.
    void pixelsAreTakenAsTheMetadataSay_data() {
        QTest::addColumn<QByteArray>("mean");
        QTest::addColumn<QByteArray>("deviation");
        QTest::addColumn<bool>("isTaken");
        QTest::newRow("of each channel")
            << QByteArray("[0.2, 0.3, 0.4]") << QByteArray("[0.5, 0.6, 0.7]") << true;
        QTest::newRow("of all") << QByteArray("0.25") << QByteArray("[0.5]") << true;
        QTest::newRow("no number") << QByteArray("[0.2, \"a\"]") << QByteArray("[0.5]") << false;
        QTest::newRow("a deviation of nothing")
            << QByteArray("[0.2]") << QByteArray("[0]") << false;
        QTest::newRow("no list") << QByteArray("{") << QByteArray("[0.5]") << false;
    }
    void pixelsAreTakenAsTheMetadataSay() {
        QFETCH(QByteArray, mean);
        QFETCH(QByteArray, deviation);
        QFETCH(bool, isTaken);
        const std::string path = kept(
            "said.onnx",
            onnxModel(
                {.graph = onnxGraph({.nodes = {onnxNode("Relu", {"x"}, {"y"})},
                                     .inputs = {onnxValue("x", OnnxFloat, {"n", 3, 8, 8})},
                                     .outputs = {onnxValue("y", OnnxFloat, {"n", 3, 8, 8})}}),
                 .metadata = {{"mean", mean.toStdString()}, {"std", deviation.toStdString()}}}));
        const auto network = networkOfModel(path);
        QVERIFY(network.ok());
        QCOMPARE(network->saysPixels, isTaken);
        const auto imported = importModel(path);
        QVERIFY(imported.ok());
        const Normalisation& taken = imported->project.data.normalisation;
        // ImageNet's where nothing is said.
        const double first = !isTaken ? 0.485 : mean.startsWith('[') ? 0.2 : 0.25;
        QCOMPARE(taken.mean.at(0), first);
        QCOMPARE(imported->report.warnings.empty(), isTaken);
        if (isTaken) QVERIFY(network->project.data.normalisation.mean == taken.mean);
    }

    /// A model of rows that nothing can learn by has no use for a loss.
    void nothingToTrainHasNoLoss() {
        const auto imported =
            importModel(kept("still.onnx", rowModel({onnxNode("Neg", {"x"}, {"y"})})));
        QVERIFY(imported.ok());
        QVERIFY(!imported->project.graph.find("loss"));
    }
};

QTEST_GUILESS_MAIN(AskedModelsTest)
#include "tst_asked_models.moc"
