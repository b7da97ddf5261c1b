// SPDX-License-Identifier: Apache-2.0
// vitrine-cli import: what it tells of a model, the project that it writes, and that this one
// learns from an own folder and is asked.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iterator>

#include "core/data/arrays/npy.h"
#include "core/data/arrays/npy_writer.h"
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

int64_t byteAt(size_t place) { return static_cast<int64_t>(place * 37 % 251); }

/// x [N, 640] → products with 640 × 512 bytes, in halves from 7 on: more whole numbers than a
/// project's file takes.
std::string quantised() {
    std::vector<int64_t> bytes(size_t{640} * 512);
    for (size_t k = 0; k < bytes.size(); ++k) bytes[k] = byteAt(k);
    const std::string graph = onnxGraph(
        {.nodes = {onnxNode("DequantizeLinear", {"bytes", "step", "zero"}, {"w"}),
                   onnxNode("MatMul", {"x", "w"}, {"y"})},
         .initializers = {onnxTyped("bytes", OnnxUint8, {640, 512}, OnnxField::Int32s, bytes),
                          onnxFloats("step", {}, {0.5F}),
                          onnxTyped("zero", OnnxUint8, {}, OnnxField::Int32s, {7})},
         .inputs = {onnxValue("x", OnnxFloat, {"N", int64_t{640}})},
         .outputs = {onnxValue("y", OnnxFloat, {"N", int64_t{512}})}});
    return onnxModel({.graph = graph, .opset = 17});
}

/// x [N, 3, 1, 1] → three scores that are called `400`, for classes with names.
std::string named() {
    const std::string graph =
        onnxGraph({.nodes = {onnxNode("Flatten", {"x"}, {"400"})},
                   .inputs = {onnxValue("x", OnnxFloat, {"N", int64_t{3}, int64_t{1}, int64_t{1}})},
                   .outputs = {onnxValue("400", OnnxFloat, {"N", int64_t{3}})}});
    return onnxModel({.graph = graph, .metadata = {{"names", "{0: 'plum', 1: 'pear', 2: 'fig'}"}}});
}

/// One row of zeros with a 1 at that place.
std::shared_ptr<const TensorData> rowOf(int64_t length, size_t place) {
    std::vector<float> row(static_cast<size_t>(length), 0.0F);
    row[place] = 1;
    const auto bytes = std::as_bytes(std::span(row));
    return TensorData::of(DType::F32, Shape{1, length}, {bytes.begin(), bytes.end()});
}

std::vector<float> floatsIn(const std::string& npy) {
    const std::string text = readBytes(npy);
    const auto array = parseNpy("sums", std::as_bytes(std::span(text)));
    if (!array || array->type != NumberType::F32) return {};
    std::vector<float> numbers(array->bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), array->bytes.data(), array->bytes.size());
    return numbers;
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
    void namesOfTheModelStayWithTheProject() {
        writeBytes(path("fruit.onnx"), named());
        const CliResult made = run({"import", "fruit.onnx", "--project", "fruit.vitrine"});
        QVERIFY2(made.status == 0, made.err.constData());
        QVERIFY(QFile::remove(QString::fromStdString(path("fruit.onnx"))));
        const auto row = rowOf(3, 1);
        const auto picture =
            TensorData::of(DType::F32, Shape{1, 3, 1, 1}, {row->bytes.begin(), row->bytes.end()});
        QVERIFY(saveNpy(path("row.npy"), *picture).ok());
        const CliResult asked =
            run({"infer", "fruit.vitrine", "--input", "row.npy", "--out", "fruit"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        QVERIFY2(asked.out.contains("pear"), asked.out.constData());
        QCOMPARE(floatsIn(path("fruit/400.npy")), (std::vector<float>{0, 1, 0}));
    }

    void aReplacedModelIsTold() {
        writeBytes(path("other.onnx"), model(int64_t{8}));
        const CliResult made = run({"import", "other.onnx", "--project", "other.vitrine"});
        QVERIFY2(made.status == 0, made.err.constData());
        std::vector<float> x(64, 1.0F);
        const auto bytes = std::as_bytes(std::span(x));
        const auto array =
            TensorData::of(DType::F32, Shape{1, 1, 8, 8}, {bytes.begin(), bytes.end()});
        QVERIFY(saveNpy(path("ones.npy"), *array).ok());
        const QStringList ask{"infer", "other.vitrine", "--input", "ones.npy"};
        QVERIFY(!run(ask).err.contains("has been replaced"));
        std::string changed = model(int64_t{8});
        const float old = 0.4F, now = 0.75F;  // the last number of the answering layer's weight
        const std::string was(reinterpret_cast<const char*>(&old), sizeof old);
        const size_t at = changed.rfind(was);
        QVERIFY(at != std::string::npos);
        changed.replace(at, sizeof now, reinterpret_cast<const char*>(&now), sizeof now);
        writeBytes(path("other.onnx"), changed);
        const CliResult asked = run(ask);
        QCOMPARE(asked.status, 0);
        QVERIFY2(asked.err.contains("other.onnx' has been replaced: it holds other numbers"),
                 asked.err.constData());
    }

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

    void keepsWholeNumbersOfManyBytesInTheModel() {
        writeBytes(path("bytes.onnx"), quantised());
        QVERIFY(saveNpy(path("row.npy"), *rowOf(640, 3)).ok());
        const CliResult made = run({"import", "bytes.onnx", "--project", "bytes.vitrine"});
        QVERIFY2(made.status == 0, made.err.constData());
        QVERIFY(readBytes(path("bytes.vitrine")).size() < 20'000);
        for (const QString& asked : {QString("bytes.onnx"), QString("bytes.vitrine")}) {
            const CliResult answered =
                run({"infer", asked, "--input", "row.npy", "--out", "sums", "--overwrite"});
            QVERIFY2(answered.status == 0, answered.err.constData());
            const std::vector<float> sums = floatsIn(path("sums/y.npy"));
            QCOMPARE(sums.size(), size_t{512});
            for (size_t k = 0; k < sums.size(); ++k)
                QCOMPARE(sums[k], 0.5F * (static_cast<float>(byteAt(3 * 512 + k)) - 7));
        }
        fs::rename(path("bytes.onnx"), path("elsewhere.onnx"));
        const CliResult gone = run({"infer", "bytes.vitrine", "--input", "row.npy"});
        QCOMPARE(gone.status, 1);
        QVERIFY2(gone.err.contains("bytes.onnx"), gone.err.constData());
    }

    void needsItsModelNoLongerWhereWeightsHaveItAll() {
        writeBytes(path("start.onnx"), model(int64_t{8}));
        const QString folder = QString::fromStdString(m_pictures.path());
        QCOMPARE(run({"import", "start.onnx", "--project", "p.vitrine", "--data", folder}).status,
                 0);
        const CliResult trained = run({"train", "p.vitrine", "--epochs", "1", "--out", "first"});
        QVERIFY2(trained.status == 0, trained.err.constData());
        const QString weights = "first/weights.safetensors";
        const QByteArray before = run({"eval", "p.vitrine", "--weights", weights, "--json"}).out;
        fs::rename(path("start.onnx"), path("moved.onnx"));

        const auto sameScores = [&](const CliResult& result) {
            const auto score = [](const QByteArray& text) {
                return jsonLines(text)[0]["test_loss"];
            };
            return result.status == 0 && score(result.out) == score(before);
        };
        const CliResult measured = run({"eval", "p.vitrine", "--weights", weights, "--json"});
        QVERIFY2(sameScores(measured), measured.err.constData());
        const QString picture = folder + "/cat/003.pgm";
        const CliResult asked =
            run({"infer", "p.vitrine", "--weights", weights, "--input", picture});
        QVERIFY2(asked.status == 0, asked.err.constData());
        const CliResult checked = run({"check", "p.vitrine", "--weights", weights});
        QVERIFY2(checked.status == 0, checked.err.constData());
        const CliResult resumed = run({"train", "first/project.vitrine", "--resume", "first"});
        QVERIFY2(resumed.status == 0, resumed.err.constData());
        QCOMPARE(resumed.err.count("start.onnx"), 1);

        const CliResult without = run({"infer", "p.vitrine", "--input", picture});
        QVERIFY2(without.err.contains("start.onnx"), without.err.constData());
        writeBytes(path("start.onnx"), quantised());
        const CliResult other = run({"infer", "p.vitrine", "--input", picture});
        QVERIFY2(other.err.contains("is another file than the project was made with"),
                 other.err.constData());
    }

    void saysWhereAModelIsNoFileOfWeightsAndNoProject() {
        QCOMPARE(faultOfAnswer(run({"weights", "m.onnx"}), 1, "W01", "it is an ONNX model"),
                 QString());
        const CliResult asProject = run({"check", "m.onnx"});
        QVERIFY2(asProject.err.contains("it holds an ONNX model"), asProject.err.constData());
    }

    void namesTheClassesOfItsData() {
        const QString folder = QString::fromStdString(m_pictures.path());
        QCOMPARE(run({"import", "m.onnx", "--project", "k.vitrine", "--data", folder}).status, 0);
        const CliResult asked = run({"infer", "k.vitrine", "--input", folder + "/cat/003.pgm"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        QVERIFY2(asked.out.contains("cat"), asked.out.constData());
    }

    void asksForWhatIsOpen() {
        const CliResult open = run({"import", "open.onnx", "--project", "open.vitrine"});
        QVERIFY2(open.err.startsWith("O18: ") &&
                     open.err.contains("leaves 1 size open: 'width' (axis 3 of 'x')"),
                 open.err.constData());
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
