// SPDX-License-Identifier: Apache-2.0
// vitrine-cli import: what it tells of a model, the project that it writes, and that this one
// learns from an own folder and is asked.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <algorithm>
#include <filesystem>
#include <iterator>

#include "core/io/safetensors.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"
#include "tests/support/onnx_maker.h"
#include "tests/support/picture_files.h"

using namespace vitrine;
using namespace vitrine::test;
namespace fs = std::filesystem;

namespace {

enum class Answer : uint8_t { PyTorch, Gemm, MatMul };

/// The layer that answers, as PyTorch writes it, and with its weights the other way round, as Keras
/// has them.
std::vector<std::string> answerNodes(Answer answer) {
    if (answer == Answer::MatMul)
        return {onnxNode("MatMul", {"f", "head.fc.weight"}, {"product"}),
                onnxNode("Add", {"product", "head.fc.bias"}, {"scores"})};
    return {onnxNode("Gemm", {"f", "head.fc.weight", "head.fc.bias"}, {"scores"},
                     {onnxAttribute("transB", int64_t{answer == Answer::PyTorch})})};
}

/// x [N, 1, 8, side] → a 3 × 3 convolution → means → scores of five classes.
std::string model(const OnnxDim& side, Answer answer = Answer::PyTorch) {
    std::vector<float> filters(2 * 9), answers(5 * 2);
    for (size_t i = 0; i < filters.size(); ++i) filters[i] = 0.1f * static_cast<float>(i % 5);
    for (size_t i = 0; i < answers.size(); ++i) answers[i] = 0.2f * static_cast<float>(i % 3);
    std::vector<std::string> nodes{
        onnxNode("Conv", {"x", "body.conv.weight"}, {"c"},
                 {onnxAttribute("kernel_shape", std::vector<int64_t>{3, 3})}),
        onnxNode("Relu", {"c"}, {"r"}), onnxNode("GlobalAveragePool", {"r"}, {"p"}),
        onnxNode("Flatten", {"p"}, {"f"})};
    std::ranges::move(answerNodes(answer), std::back_inserter(nodes));
    const std::vector<int64_t> turned{2, 5}, plain{5, 2};
    const std::string graph =
        onnxGraph({.nodes = nodes,
                   .initializers = {onnxFloats("body.conv.weight", {2, 1, 3, 3}, filters),
                                    onnxFloats("head.fc.weight",
                                               answer == Answer::PyTorch ? plain : turned, answers),
                                    onnxFloats("head.fc.bias", {5}, std::vector<float>(5, 0.0F))},
                   .inputs = {onnxValue("x", OnnxFloat, {"N", int64_t{1}, int64_t{8}, side})},
                   .outputs = {onnxValue("scores", OnnxFloat, {"N", int64_t{5}})}});
    return onnxModel({.graph = graph, .opset = 17});
}

}  // namespace

class TestCliImport : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    PictureFolderFixture m_pictures;

    CliResult run(const QStringList& arguments) { return runCli(arguments, m_folder.path()); }
    std::string path(const char* name) const {
        return (m_folder.path() + QLatin1Char('/') + QLatin1String(name)).toStdString();
    }

  private slots:
    void initTestCase() {
        writeBytes(path("m.onnx"), model(int64_t{8}));
        writeBytes(path("open.onnx"), model("width"));
        m_pictures.putClasses("", 12);
    }

    void tellsWhatAModelIs() {
        const CliResult told = run({"import", "m.onnx", "--json"});
        QVERIFY2(told.status == 0, told.err.constData());
        const auto objects = jsonLines(told.out);
        QCOMPARE(objects.size(), size_t{1});
        QCOMPARE(objects[0]["nodes"].get<int>(), 5);
        QCOMPARE(objects[0]["parameters"].get<int>(), 18 + 15);
        QCOMPARE(objects[0]["outputs"][0]["name"].get<std::string>(), std::string("scores"));
        QVERIFY(objects[0]["refused"].empty());
    }

    void learnsFromAnOwnFolder_data() {
        QTest::addColumn<Answer>("answer");
        QTest::newRow("weights as PyTorch has them") << Answer::PyTorch;
        QTest::newRow("Gemm, as Keras has them") << Answer::Gemm;
        QTest::newRow("MatMul and Add") << Answer::MatMul;
    }
    void learnsFromAnOwnFolder() {
        QFETCH(Answer, answer);
        for (const char* made : {"own.vitrine", "run"}) fs::remove_all(path(made));
        writeBytes(path("a.onnx"), model(int64_t{8}, answer));
        const QString folder = QString::fromStdString(m_pictures.path());
        const CliResult made =
            run({"import", "a.onnx", "--project", "own.vitrine", "--data", folder});
        QVERIFY2(made.status == 0, made.err.constData());
        QVERIFY2(made.out.contains("5 → 3"), made.out.constData());
        const CliResult trained = run({"train", "own.vitrine", "--epochs", "1", "--out", "run"});
        QVERIFY2(trained.status == 0, trained.err.constData());
        const auto weights = loadSafetensors(path("run/weights.safetensors"));
        QVERIFY(weights.ok());
        QCOMPARE(std::ranges::count(weights->tensors, Shape{3, 2}, &TensorView::shape), 1);
        QCOMPARE(weights->tensors.size(), size_t{3});
    }

    void isRefusedOtherClassesByTheCommandThatTakesThem() {
        const QString folder = QString::fromStdString(m_pictures.path());
        QCOMPARE(run({"import", "m.onnx", "--project", "five.vitrine"}).status, 0);
        const std::string before = readBytes(path("five.vitrine"));
        const CliResult refused = run({"train", "five.vitrine", "--data", folder});
        QCOMPARE(faultOfAnswer(refused, 2, "U06", "has 5 classes"), QString());
        const QString words = "train five.vitrine --data " + folder + " --fit-classes";
        QVERIFY2(refused.err.contains("vitrine-cli " + words.toUtf8()), refused.err.constData());
        const CliResult trained =
            run(words.split(' ') + QStringList{"--epochs", "1", "--out", "fitted"});
        QVERIFY2(trained.status == 0, trained.err.constData());
        QVERIFY2(trained.err.contains("5 → 3 outputs"), trained.err.constData());
        QCOMPARE(readBytes(path("five.vitrine")), before);
        const auto weights = loadSafetensors(path("fitted/weights.safetensors"));
        QVERIFY(weights.ok());
        const auto isAnswer = [](const TensorView& tensor) { return tensor.shape == Shape{3, 2}; };
        QCOMPARE(std::ranges::count_if(weights->tensors, isAnswer), 1);
        // The run has its own copy, and goes on with that alone.
        const CliResult again =
            run({"train", "fitted/project.vitrine", "--resume", "fitted", "--data", folder});
        QVERIFY2(again.status == 0, again.err.constData());
    }

    void takesWeightsUnderTheNamesOfItsModel() {
        QCOMPARE(run({"import", "m.onnx", "--project", "named.vitrine"}).status, 0);
        const std::vector<float> filters(18, 0.25F), scores(10, 0.5F), shift(5, 1.0F);
        const auto bytes = [](const auto& list) { return std::as_bytes(std::span(list)); };
        std::vector<TensorView> tensors{
            {"module.body.conv.weight", DType::F32, {2, 1, 3, 3}, bytes(filters)},
            {"module.head.fc.weight", DType::F32, {5, 2, 1, 1}, bytes(scores)},
            {"module.head.fc.bias", DType::F32, {5}, bytes(shift)}};
        QVERIFY(saveSafetensors(path("own.safetensors"), tensors, {}).ok());
        const CliResult table = run({"weights", "own.safetensors", "--project", "named.vitrine"});
        QVERIFY2(table.status == 0, table.out.constData());
        QVERIFY2(table.out.contains("by the names that its model has"), table.out.constData());
        // With a normalisation that the model's exporter has merged into its convolution.
        const std::vector<float> variance(2, 1.0F);
        tensors.push_back({"module.body.bn.running_var", DType::F32, {2}, bytes(variance)});
        QVERIFY(saveSafetensors(path("apart.safetensors"), tensors, {}).ok());
        const CliResult apart = run({"weights", "apart.safetensors", "--project", "named.vitrine"});
        QCOMPARE(apart.status, 1);
        QVERIFY2(apart.out.contains("need 'module.body.bn.running_var' too"),
                 apart.out.constData());
    }

    void isAskedAsItLies() {
        const QString picture = QString::fromStdString(m_pictures.path() + "/cat/003.pgm");
        const CliResult asked = run({"infer", "m.onnx", "--input", picture, "--out", "answer"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        QVERIFY(fs::exists(path("answer/scores.npy")));
        const std::string before = readBytes(path("answer/scores.npy"));
        const CliResult again = run({"infer", "m.onnx", "--input", picture, "--out", "answer"});
        QCOMPARE(faultOfAnswer(again, 2, "U10", "scores.npy' is there already"), QString());
        QCOMPARE(readBytes(path("answer/scores.npy")), before);
        const CliResult over =
            run({"infer", "m.onnx", "--input", picture, "--out", "answer", "--overwrite"});
        QVERIFY2(over.status == 0, over.err.constData());
        const CliResult two =
            run({"infer", "m.onnx", "--input", picture, "--mean", "0.1,0.2", "--out", "answer"});
        QVERIFY2(two.err.startsWith("U20: 2 means for pictures of 1 channels"),
                 two.err.constData());
    }

    void asksForWhatIsOpen() {
        const CliResult open = run({"import", "open.onnx"});
        QVERIFY2(open.err.startsWith("O18: extent 4 of input 'x'"), open.err.constData());
        QCOMPARE(run({"import", "open.onnx", "--size", "width=9"}).status, 0);
        const CliResult wrong = run({"import", "open.onnx", "--size", "width=0"});
        QVERIFY2(wrong.err.startsWith("U10: --size 'width=0'"), wrong.err.constData());
        QCOMPARE(wrong.status, 2);
    }

    void writesOverNothing() {
        writeBytes(path("there.vitrine"), "mine");
        const CliResult made = run({"import", "m.onnx", "--project", "there.vitrine"});
        QVERIFY2(made.err.startsWith("U10: 'there.vitrine' is there already"),
                 made.err.constData());
        QCOMPARE(readBytes(path("there.vitrine")), std::string("mine"));
    }
};

QTEST_GUILESS_MAIN(TestCliImport)
#include "tst_cli_import.moc"
