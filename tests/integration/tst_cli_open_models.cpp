// SPDX-License-Identifier: Apache-2.0
// What the command line says of models that leave sizes open: all that is known without a project,
// all that is missing at once, and whose fault it is when arrays, pictures and sizes do not suit.
// Truth: numbers by hand.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <cmath>
#include <filesystem>

#include "core/data/arrays/npy_writer.h"
#include "core/data/arrays/tensor_file.h"
#include "core/tensor/element.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"
#include "tests/support/onnx_maker.h"
#include "tests/support/picture_files.h"

using namespace vitrine;
using namespace vitrine::test;
namespace fs = std::filesystem;

namespace {

/// x [n, 3, h, w] → a 3 × 3 convolution with filters of ones → scores of two classes, which its
/// metadata name.
std::string scores() {
    const std::string graph = onnxGraph(
        {.nodes = {onnxNode("Conv", {"x", "c.weight"}, {"c"},
                            {onnxAttribute("kernel_shape", std::vector<int64_t>{3, 3})}),
                   onnxNode("GlobalAveragePool", {"c"}, {"p"}), onnxNode("Flatten", {"p"}, {"y"})},
         .initializers = {onnxFloats("c.weight", {2, 3, 3, 3}, std::vector<float>(54, 1))},
         .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{3}, "h", "w"})},
         .outputs = {onnxValue("y", OnnxFloat, {"n", int64_t{2}})}});
    return onnxModel({.graph = graph, .opset = 17, .metadata = {{"names", "['heron', 'swan']"}}});
}

/// The mean of grey pictures of one size, or of any.
std::string means(const OnnxDim& height, const OnnxDim& width) {
    const std::string graph = onnxGraph(
        {.nodes = {onnxNode("GlobalAveragePool", {"x"}, {"p"}), onnxNode("Flatten", {"p"}, {"y"})},
         .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{1}, height, width})},
         .outputs = {onnxValue("y", OnnxFloat, {"n", int64_t{1}})}});
    return onnxModel({.graph = graph, .opset = 17});
}

/// Halved, doubled again, and put beside what came in: for even sizes alone.
std::string halves() {
    const std::vector<int64_t> two{2, 2};
    const std::string graph = onnxGraph(
        {.nodes = {onnxNode("AveragePool", {"x"}, {"half"},
                            {onnxAttribute("kernel_shape", two), onnxAttribute("strides", two)}),
                   onnxNode("Resize", {"half", "", "scales"}, {"back"},
                            {onnxAttribute("mode", "nearest"),
                             onnxAttribute("coordinate_transformation_mode", "asymmetric"),
                             onnxAttribute("nearest_mode", "floor")}),
                   onnxNode("Concat", {"x", "back"}, {"y"}, {onnxAttribute("axis", int64_t{1})})},
         .initializers = {onnxFloats("scales", {4}, {1, 1, 2, 2})},
         .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{1}, "h", "w"})},
         .outputs = {onnxValue("y", OnnxFloat, {"n", int64_t{2}, "h", "w"})}});
    return onnxModel({.graph = graph, .opset = 17});
}

/// Rows of eight numbers, says nobody.
std::string unshaped() {
    const std::string graph =
        onnxGraph({.nodes = {onnxNode("MatMul", {"x", "m"}, {"y"})},
                   .initializers = {onnxFloats("m", {8, 2}, std::vector<float>(16, 1))},
                   .inputs = {onnxValue("x", OnnxFloat)},
                   .outputs = {onnxValue("y", OnnxFloat)}});
    return onnxModel({.graph = graph, .opset = 17});
}

/// A convolution that wants other channels, and nodes behind it.
std::string misfit() {
    std::vector<std::string> nodes;
    for (const auto& [from, to] : {std::pair("x", "v0"), {"v0", "v1"}, {"v1", "v2"}, {"v2", "y"}})
        nodes.push_back(onnxNode("Conv", {from, "c.weight"}, {to}));
    const std::string graph = onnxGraph(
        {.nodes = nodes,
         .initializers = {onnxFloats("c.weight", {2, 5, 3, 3}, std::vector<float>(90, 1))},
         .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{3}, int64_t{8}, int64_t{8}})},
         .outputs = {onnxValue("y", OnnxFloat)}});
    return onnxModel({.graph = graph, .opset = 17});
}

/// Sequences of eight numbers a step.
std::string steps() {
    const std::string graph =
        onnxGraph({.nodes = {onnxNode("Relu", {"x"}, {"y"})},
                   .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{5}, int64_t{8}})},
                   .outputs = {onnxValue("y", OnnxFloat, {"n", int64_t{5}, int64_t{8}})}});
    return onnxModel({.graph = graph, .opset = 17});
}

}  // namespace

class TestCliOpenModels : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    PictureFolderFixture m_pictures;

    CliResult run(const QStringList& words) const { return runCli(words, m_folder.path()); }
    std::string path(const std::string& name) const {
        return m_folder.path().toStdString() + '/' + name;
    }
    void saveFilled(const std::string& name, DType type, const Shape& shape, double number) const {
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, shape.elements())));
        for (int64_t i = 0; i < shape.elements(); ++i) writeElement(bytes.data(), type, i, number);
        QVERIFY(saveNpy(path(name), *TensorData::of(type, shape, std::move(bytes))).ok());
    }
    /// The first number of an array that was saved.
    double first(const std::string& name) const {
        const auto arrays = readTensors(path(name));
        if (!arrays) return std::nan("");
        return readElement(arrays->front().data->bytes.data(), arrays->front().data->dtype, 0);
    }

  private slots:
    void initTestCase() {
        for (const auto& [name, bytes] : {std::pair("scores.onnx", scores()),
                                          {"means.onnx", means("h", "w")},
                                          {"fixed.onnx", means(int64_t{4}, int64_t{6})},
                                          {"halves.onnx", halves()},
                                          {"unshaped.onnx", unshaped()},
                                          {"misfit.onnx", misfit()},
                                          {"steps.onnx", steps()}})
            writeBytes(path(name), bytes);
        const auto picture = flatPicture(6, 11, 51);
        writeBytes(path("grey.pgm"),
                   std::string(reinterpret_cast<const char*>(picture.data()), picture.size()));
        m_pictures.putClasses("", 12);
    }

    void tellsAllThatIsKnownOfAnOpenModel() {
        const CliResult told = run({"import", "scores.onnx"});
        QVERIFY2(told.status == 0, told.err.constData());
        for (const char* part :
             {"operator set 17", "3 of 3 nodes are read", "x FLOAT [n, 3, h, w]", "y FLOAT [n, 2]",
              "2 classes named in the file: heron, swan",
              "Open are 'h' (axis 2 of 'x'), 'w' (axis 3 of 'x'); looked at with h=224, w=224. "
              "Choose with --size h=224 --size w=224"})
            QVERIFY2(told.out.contains(part), told.out.constData());
        const auto json = jsonLines(run({"import", "scores.onnx", "--size", "h=9", "--json"}).out);
        QCOMPARE(json.size(), size_t{1});
        QCOMPARE(json[0]["open"].size(), size_t{1});
        QCOMPARE(json[0]["open"][0]["name"].get<std::string>(), std::string("w"));
        QCOMPARE(json[0]["classes"][1].get<std::string>(), std::string("swan"));
    }

    void namesAllMissingSizesAtOnceAndWhatToType() {
        const CliResult made = run({"import", "scores.onnx", "--project", "none.vitrine"});
        QCOMPARE(made.status, 1);
        QVERIFY2(made.err.contains("leaves 2 sizes open: 'h' (axis 2 of 'x'), 'w' (axis 3 of "
                                   "'x')"),
                 made.err.constData());
        QVERIFY2(made.err.contains("Type --size h=224 --size w=224."), made.err.constData());
        QVERIFY(!fs::exists(path("none.vitrine")));
    }

    void makesTheFolderOfTheProject() {
        const CliResult made = run({"import", "fixed.onnx", "--project", "new/deep/n.vitrine"});
        QVERIFY2(made.status == 0, made.err.constData());
        QVERIFY(fs::exists(path("new/deep/n.vitrine")));
    }

    // 51 of 255 is a fifth.
    void bytesArePixels_data() {
        QTest::addColumn<QString>("model");
        QTest::newRow("of a size that is open") << "means.onnx";
        QTest::newRow("of a fixed size") << "fixed.onnx";
    }
    void bytesArePixels() {
        QFETCH(QString, model);
        saveFilled("bytes.npy", DType::U8, {2, 1, 4, 6}, 51);
        const CliResult asked =
            run({"infer", model, "--input", "bytes.npy", "--out", "pixels", "--overwrite"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        QVERIFY(std::abs(first("pixels/y.npy") - 0.2) < 1e-6);
        const CliResult shifted = run({"infer", model, "--input", "bytes.npy", "--mean", "0.1",
                                       "--std", "0.5", "--out", "pixels", "--overwrite"});
        QVERIFY2(shifted.status == 0, shifted.err.constData());
        QVERIFY(std::abs(first("pixels/y.npy") - 0.2) < 1e-6);  // (0.2 − 0.1) / 0.5
    }

    void doublesAreTakenWhereSizesAreOpen() {
        saveFilled("doubles.npy", DType::F64, {2, 3, 5, 7}, 0.5);
        const CliResult asked =
            run({"infer", "scores.onnx", "--input", "doubles.npy", "--out", "doubles"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        QVERIFY(std::abs(first("doubles/y.npy") - 27 * 0.5) < 1e-5);
        QVERIFY2(asked.out.contains("heron"), asked.out.constData());
    }

    void aBatchOfNoneAnswersNone() {
        saveFilled("none.npy", DType::F32, {0, 3, 5, 7}, 0);
        const CliResult asked =
            run({"infer", "scores.onnx", "--input", "none.npy", "--out", "nothing"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        const auto arrays = readTensors(path("nothing/y.npy"));
        QVERIFY(arrays.ok());
        QCOMPARE(arrays->front().data->shape, (Shape{0, 2}));
    }

    void wrongArraysAreBlamedThemselves_data() {
        QTest::addColumn<QList<int>>("shape");
        QTest::addColumn<bool>("isWhole");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("channels") << QList<int>{2, 4, 8, 8} << false
                                  << QByteArray(
                                         "'x' takes [n, 3, h, w], the array is "
                                         "[2, 4, 8, 8]");
        QTest::newRow("no batch") << QList<int>{3, 8, 8} << false
                                  << QByteArray("Put the batch in front of it");
        QTest::newRow("whole numbers")
            << QList<int>{1, 3, 8, 8} << true << QByteArray("'x' takes f32, the array is of i32");
        QTest::newRow("smaller than the filters")
            << QList<int>{1, 3, 2, 2} << false << QByteArray("cannot be computed with h=2, w=2");
    }
    void wrongArraysAreBlamedThemselves() {
        QFETCH(QList<int>, shape);
        QFETCH(bool, isWhole);
        QFETCH(QByteArray, said);
        Shape extents;
        for (const int extent : shape) extents.push(extent);
        saveFilled("wrong.npy", isWhole ? DType::I32 : DType::F32, extents, 1);
        const CliResult asked = run({"infer", "scores.onnx", "--input", "wrong.npy"});
        QCOMPARE(asked.status, 1);
        QVERIFY2(asked.err.contains(said), asked.err.constData());
        QVERIFY2(!asked.err.contains("Import it"), asked.err.constData());
    }

    void aPictureThatDoesNotSuitIsToldWhatWould() {
        const CliResult asked = run({"infer", "halves.onnx", "--input", "grey.pgm"});
        QCOMPARE(asked.status, 1);
        for (const char* part :
             {"with h=6, w=11, the size of 'grey.pgm'", "h=6, w=12 suits it", "--size NAME=NUMBER"})
            QVERIFY2(asked.err.contains(part), asked.err.constData());
        const CliResult fitted = run({"infer", "halves.onnx", "--input", "grey.pgm", "--size",
                                      "h=6", "--size", "w=12", "--out", "fitted"});
        QVERIFY2(fitted.status == 0, fitted.err.constData());
    }

    void anInputWithoutAShapeIsGivenOne() {
        const CliResult told = run({"import", "unshaped.onnx"});
        QVERIFY2(told.status == 0, told.err.constData());
        const CliResult none = run({"import", "unshaped.onnx", "--project", "u.vitrine"});
        QCOMPARE(none.status, 1);
        QVERIFY2(none.err.contains("does not tell the shape of input 'x'") &&
                     none.err.contains("--size NAME=NUMBER"),
                 none.err.constData());
        const CliResult made =
            run({"import", "unshaped.onnx", "--project", "u.vitrine", "--size", "x[1]=8"});
        QVERIFY2(made.status == 0, made.err.constData());
        saveFilled("rows.npy", DType::F32, {3, 8}, 0.25);
        const CliResult asked = run({"infer", "u.vitrine", "--input", "rows.npy", "--out", "rows"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        QCOMPARE(first("rows/y.npy"), 2.0);
    }

    void aProjectIsAskedWithOtherSizes() {
        const CliResult made = run(
            {"import", "scores.onnx", "--project", "s.vitrine", "--size", "h=8", "--size", "w=8"});
        QVERIFY2(made.status == 0, made.err.constData());
        saveFilled("other.npy", DType::F32, {1, 3, 9, 13}, 0.5);
        const CliResult asked = run({"infer", "s.vitrine", "--input", "other.npy", "--out", "so"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        QVERIFY(std::abs(first("so/y.npy") - 27 * 0.5) < 1e-5);
        const CliResult chosen = run({"infer", "s.vitrine", "--input", "other.npy", "--size", "h=9",
                                      "--out", "so", "--overwrite"});
        QVERIFY2(chosen.status == 0, chosen.err.constData());
        const CliResult two = run({"infer", "s.vitrine", "--input", "other.npy", "--size", "h=7"});
        QVERIFY2(two.err.startsWith("P13: 'h' is 7 and, by the array for 'x', 9"),
                 two.err.constData());
        const CliResult none = run({"infer", "s.vitrine", "--size", "d=7"});
        QVERIFY2(none.err.startsWith("U29: the project leaves no size 'd' open"),
                 none.err.constData());
    }

    void tellsNoNamesOfItsOwn() {
        const CliResult told = run({"import", "misfit.onnx", "--json"});
        QVERIFY2(told.status == 0, told.err.constData());
        QVERIFY2(!told.out.contains("vitrine:why"), told.out.constData());
    }

    void causesStandAloneAndWhatFollowsIsCounted() {
        const CliResult told = run({"import", "misfit.onnx"});
        QVERIFY2(told.status == 0, told.err.constData());
        QCOMPARE(told.out.count("is not known: it comes from a node"), 0);
        QVERIFY2(told.out.contains("3 nodes behind them are not read either"),
                 told.out.constData());
        const auto json = jsonLines(run({"import", "misfit.onnx", "--json"}).out);
        QCOMPARE(json[0]["refused"].size(), size_t{4});
        QCOMPARE(json[0]["refused"][0]["follows"].get<bool>(), false);
        QCOMPARE(json[0]["refused"][3]["follows"].get<bool>(), true);
    }

    void picturesAreNoDataForSequences() {
        const CliResult made = run({"import", "steps.onnx", "--project", "steps.vitrine", "--data",
                                    QString::fromStdString(m_pictures.path())});
        QVERIFY2(made.err.startsWith("U06: the data are pictures, and 'x' takes [N, 5, 8]"),
                 made.err.constData());
        QVERIFY(!fs::exists(path("steps.vitrine")));
    }

    void onePictureOrClassIsNoData_data() {
        QTest::addColumn<QString>("place");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("a picture") << "cat/003.pgm" << QByteArray("is one picture");
        QTest::newRow("the folder of a class")
            << "cat" << QByteArray("holds pictures, and no folder for each class");
    }
    void onePictureOrClassIsNoData() {
        QFETCH(QString, place);
        QFETCH(QByteArray, said);
        const QString data = QString::fromStdString(m_pictures.path()) + '/' + place;
        const CliResult made =
            run({"import", "fixed.onnx", "--project", "p.vitrine", "--data", data});
        QVERIFY2(made.status != 0 && made.err.contains(said), made.err.constData());
    }

    void aModelHasNoLossAndSaysWhichWouldDo() {
        saveFilled("image.npy", DType::F32, {1, 1, 4, 4}, 1);
        saveFilled("mask.npy", DType::I32, {1, 4, 4}, 0);
        const CliResult none = run(
            {"grad", "halves.onnx", "--input", "image.npy", "--target", "mask.npy", "--out", "g"});
        QVERIFY2(none.err.contains("a model of another program has no loss"), none.err.constData());
        const CliResult rows = run({"grad", "halves.onnx", "--input", "image.npy", "--loss",
                                    "cross_entropy", "--target", "mask.npy", "--out", "g"});
        QVERIFY2(
            rows.err.contains("these are taken by") && rows.err.contains("weighted_cross_entropy"),
            rows.err.constData());
        const CliResult pixels =
            run({"grad", "halves.onnx", "--input", "image.npy", "--loss", "weighted_cross_entropy",
                 "--target", "mask.npy", "--out", "g"});
        QVERIFY2(pixels.status == 0, pixels.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestCliOpenModels)
#include "tst_cli_open_models.moc"
