// SPDX-License-Identifier: Apache-2.0
// vitrine-cli import: what it tells of a model, the project that it writes, and that this one
// learns from an own folder and is asked.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <filesystem>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"
#include "tests/support/onnx_maker.h"
#include "tests/support/picture_files.h"

using namespace vitrine;
using namespace vitrine::test;
namespace fs = std::filesystem;

namespace {

/// x [N, 1, 8, side] → a 3 × 3 convolution → means → scores of five classes.
std::string model(const OnnxDim& side) {
    std::vector<float> filters(2 * 9), answers(5 * 2);
    for (size_t i = 0; i < filters.size(); ++i) filters[i] = 0.1f * static_cast<float>(i % 5);
    for (size_t i = 0; i < answers.size(); ++i) answers[i] = 0.2f * static_cast<float>(i % 3);
    const std::string graph = onnxGraph(
        {.nodes = {onnxNode("Conv", {"x", "conv.weight"}, {"c"},
                            {onnxAttribute("kernel_shape", std::vector<int64_t>{3, 3})}),
                   onnxNode("Relu", {"c"}, {"r"}), onnxNode("GlobalAveragePool", {"r"}, {"p"}),
                   onnxNode("Flatten", {"p"}, {"f"}),
                   onnxNode("Gemm", {"f", "fc.weight", "fc.bias"}, {"scores"},
                            {onnxAttribute("transB", int64_t{1})})},
         .initializers = {onnxFloats("conv.weight", {2, 1, 3, 3}, filters),
                          onnxFloats("fc.weight", {5, 2}, answers),
                          onnxFloats("fc.bias", {5}, std::vector<float>(5, 0.0F))},
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

    void learnsFromAnOwnFolder() {
        const QString folder = QString::fromStdString(m_pictures.path());
        const CliResult made =
            run({"import", "m.onnx", "--project", "own.vitrine", "--data", folder});
        QVERIFY2(made.status == 0, made.err.constData());
        QVERIFY2(made.out.contains("5 → 3"), made.out.constData());
        const CliResult trained = run({"train", "own.vitrine", "--epochs", "1", "--out", "run"});
        QVERIFY2(trained.status == 0, trained.err.constData());
        QVERIFY(fs::exists(path("run/weights.safetensors")));
    }

    void isAskedAsItLies() {
        const QString picture = QString::fromStdString(m_pictures.path() + "/cat/003.pgm");
        const CliResult asked = run({"infer", "m.onnx", "--input", picture, "--out", "answer"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        QVERIFY(fs::exists(path("answer/scores.npy")));
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
