// SPDX-License-Identifier: Apache-2.0
// Models that leave sizes open, asked from the command line: they have the sizes of the arrays, of
// a picture, or those that were chosen. Truth: ONNX Runtime, tests/golden/open_sizes.safetensors;
// sums by hand.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <algorithm>

#include <fmt/format.h>

#include "core/data/arrays/npy_writer.h"
#include "core/data/arrays/tensor_file.h"
#include "core/io/safetensors.h"
#include "core/tensor/element.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"
#include "tests/support/onnx_maker.h"
#include "tests/support/picture_files.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// y = a + b, of two inputs [n, wide] that share a name.
std::string sums() {
    const std::string graph = onnxGraph({.nodes = {onnxNode("Add", {"a", "b"}, {"y"})},
                                         .inputs = {onnxValue("a", OnnxFloat, {"n", "wide"}),
                                                    onnxValue("b", OnnxFloat, {"n", "wide"})},
                                         .outputs = {onnxValue("y", OnnxFloat, {"n", "wide"})}});
    return onnxModel({.graph = graph, .opset = 17});
}

/// The mean of a grey picture, for pictures of any size.
std::string means() {
    const std::string graph = onnxGraph(
        {.nodes = {onnxNode("GlobalAveragePool", {"x"}, {"p"}), onnxNode("Flatten", {"p"}, {"y"})},
         .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{1}, "height", "width"})},
         .outputs = {onnxValue("y", OnnxFloat, {"n", int64_t{1}})}});
    return onnxModel({.graph = graph, .opset = 17});
}

/// x beside itself halved and doubled again: even sizes only.
std::string halves() {
    const std::string pool = onnxNode("MaxPool", {"x"}, {"h"},
                                      {onnxAttribute("kernel_shape", std::vector<int64_t>{2, 2}),
                                       onnxAttribute("strides", std::vector<int64_t>{2, 2})});
    const std::string graph = onnxGraph(
        {.nodes = {pool, onnxNode("Resize", {"h", "", "s"}, {"u"}),
                   onnxNode("Concat", {"x", "u"}, {"y"}, {onnxAttribute("axis", int64_t{1})})},
         .initializers = {onnxFloats("s", {4}, {1, 1, 2, 2})},
         .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{1}, "height", "width"})},
         .outputs = {onnxValue("y", OnnxFloat, {"n", int64_t{2}, "height", "width"})}});
    return onnxModel({.graph = graph, .opset = 17});
}

}  // namespace

class TestCliSizes : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    CliResult run(const QStringList& words) const { return runCli(words, m_folder.path()); }
    std::string path(const std::string& name) const {
        return m_folder.path().toStdString() + '/' + name;
    }
    std::vector<double> saved(const std::string& name) const {
        const auto arrays = readTensors(path(name));
        if (!arrays) return {};
        std::vector<double> numbers;
        const auto& data = arrays->front().data;
        for (int64_t i = 0; i < data->shape.elements(); ++i)
            numbers.push_back(readElement(data->bytes.data(), data->dtype, i));
        return numbers;
    }
    void saveFilled(const std::string& name, const Shape& shape, double number) const {
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(DType::F32, shape.elements())));
        for (int64_t i = 0; i < shape.elements(); ++i)
            writeElement(bytes.data(), DType::F32, i, number);
        QVERIFY(saveNpy(path(name), *TensorData::of(DType::F32, shape, std::move(bytes))).ok());
    }

    static void compare(const std::vector<double>& found, const TensorView& wanted) {
        QCOMPARE(static_cast<int64_t>(found.size()), wanted.shape.elements());
        for (size_t i = 0; i < found.size(); ++i) {
            const double right =
                readElement(wanted.bytes.data(), wanted.dtype, static_cast<int64_t>(i));
            QVERIFY2(std::abs(found[i] - right) <= 1e-5 * (1 + std::abs(right)),
                     fmt::format("{}: {} for {}", i, found[i], right).c_str());
        }
    }

  private slots:
    void initTestCase() {
        writeBytes(path("sums.onnx"), sums());
        writeBytes(path("means.onnx"), means());
        writeBytes(path("halves.onnx"), halves());
        saveFilled("three.npy", {2, 3}, 1);
        saveFilled("five.npy", {2, 5}, 1);
        const auto picture = flatPicture(6, 10, 51);
        writeBytes(path("grey.pgm"),
                   std::string(reinterpret_cast<const char*>(picture.data()), picture.size()));
    }

    void arraysSaySizes_data() {
        QTest::addColumn<int>("size");
        for (int size : {0, 1, 2}) QTest::addRow("size %d", size) << size;
    }
    void arraysSaySizes() {
        QFETCH(int, size);
        const std::string golden = std::string(VITRINE_SOURCE_DIR) + "/tests/golden/";
        const auto file = loadSafetensors(golden + "open_sizes.safetensors");
        QVERIFY(file.ok());
        const std::string name = "unet_bilinear_dynamo";
        const TensorView &x = *file->find(fmt::format("x{}", size)),
                         &y = *file->find(fmt::format("{}.y{}", name, size));
        const auto array = TensorData::of(x.dtype, x.shape, {x.bytes.begin(), x.bytes.end()});
        QVERIFY(saveNpy(path("x.npy"), *array).ok());
        const QString out = QStringLiteral("out%1").arg(size);
        const CliResult asked =
            run({"infer", QString::fromStdString(golden + "open_sizes/" + name + ".onnx"),
                 "--input", "x.npy", "--out", out});
        QVERIFY2(asked.status == 0, asked.err.constData());
        compare(saved(fmt::format("out{}/y.npy", size)), y);
    }

    void sizesThatDoNotSuitAreRefused() {
        const CliResult odd = run({"import", "halves.onnx", "--size", "height=5", "--size",
                                   "width=8", "--project", "odd.vitrine"});
        QCOMPARE(odd.status, 1);
        QVERIFY2(odd.err.contains("with height=5, width=8: Concat node"), odd.err.constData());
        QVERIFY2(odd.err.contains("height=6, width=8 suits it"), odd.err.constData());
        QVERIFY(!QFile::exists(m_folder.filePath("odd.vitrine")));
        const CliResult even = run({"import", "halves.onnx", "--size", "height=6", "--size",
                                    "width=8", "--project", "even.vitrine"});
        QVERIFY2(even.status == 0, even.err.constData());
    }

    // As Properties changes it, the shape stands in the file.
    void aProjectOfOneSizeIsChangedToAnother() {
        const std::string golden = std::string(VITRINE_SOURCE_DIR) + "/tests/golden/";
        const auto file = loadSafetensors(golden + "open_sizes.safetensors");
        QVERIFY(file.ok());
        const CliResult made =
            run({"import", QString::fromStdString(golden + "open_sizes/unet_padded_legacy.onnx"),
                 "--size", "height=16", "--size", "width=24", "--project", "p.vitrine"});
        QVERIFY2(made.status == 0, made.err.constData());
        QVERIFY2(made.out.contains("'height' can be changed later"), made.out.constData());
        QString project = QString::fromStdString(readBytes(path("p.vitrine")));
        QVERIFY(project.contains("\"shape\": [3, 16, 24], \"extents\": \"3, height, width\""));
        project.replace("[3, 16, 24]", "[3, 21, 35]");
        writeBytes(path("p.vitrine"), project.toStdString());
        const TensorView &x = *file->find("x2"), &y = *file->find("unet_padded_legacy.y2");
        const auto array = TensorData::of(x.dtype, x.shape, {x.bytes.begin(), x.bytes.end()});
        QVERIFY(saveNpy(path("x2.npy"), *array).ok());
        const CliResult asked =
            run({"infer", "p.vitrine", "--input", "x2.npy", "--out", "changed"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        compare(saved("changed/y.npy"), y);
    }

    void oneNameIsOneNumber() {
        const CliResult same = run({"infer", "sums.onnx", "--input", "a=three.npy", "--input",
                                    "b=three.npy", "--out", "same"});
        QVERIFY2(same.status == 0, same.err.constData());
        QCOMPARE(saved("same/y.npy"), std::vector<double>(6, 2));
        const CliResult other =
            run({"infer", "sums.onnx", "--input", "a=three.npy", "--input", "b=five.npy"});
        QVERIFY(other.status != 0);
        QVERIFY2(other.err.contains("P13") &&
                     other.err.contains("'wide' is 3 by the array for 'a' and 5 by the array for "
                                        "'b', wanted one number"),
                 other.err.constData());
    }

    // 51 of 255 is a fifth.
    void aPictureHasItsOwnSizeUnlessOneIsChosen() {
        const CliResult own = run({"infer", "means.onnx", "--input", "grey.pgm", "--out", "own"});
        QVERIFY2(own.status == 0, own.err.constData());
        QVERIFY2(own.err.contains("height is 6, width is 10: the size of 'grey.pgm'"),
                 own.err.constData());
        QVERIFY2(!own.err.contains("import"), own.err.constData());  // nothing is kept
        QCOMPARE(saved("own/y.npy").size(), size_t{1});
        QVERIFY(std::abs(saved("own/y.npy").front() - 0.2) < 1e-6);
        const CliResult chosen = run({"infer", "means.onnx", "--input", "grey.pgm", "--size",
                                      "height=4", "--size", "width=8", "--out", "chosen"});
        QVERIFY2(chosen.status == 0, chosen.err.constData());
        QVERIFY2(!chosen.err.contains("grey.pgm"), chosen.err.constData());
        QVERIFY(std::abs(saved("chosen/y.npy").front() - 0.2) < 1e-6);
    }

    // A mean of 20 ones is 1; the slope of its square is 2 / 20.
    void gradientsAreOfTheSizeOfTheArrays() {
        saveFilled("x.npy", {1, 1, 4, 5}, 1);
        saveFilled("zero.npy", {1, 1}, 0);
        const CliResult asked = run({"grad", "means.onnx", "--input", "x.npy", "--loss", "mse",
                                     "--target", "zero.npy", "--out", "grad"});
        QVERIFY2(asked.status == 0, asked.err.constData());
        const std::vector<double> slope = saved("grad/grad_x.npy");
        QCOMPARE(slope.size(), size_t{20});
        for (const double each : slope) QVERIFY(std::abs(each - 0.1) < 1e-6);
    }

    void refusesByName_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("nothing says the size")
            << QStringList{"infer", "means.onnx", "--bench"}
            << QByteArray("2 sizes open: 'height' (axis 2 of 'x'), 'width'");
        QTest::newRow("a size that is not open")
            << QStringList{"infer", "means.onnx", "--size", "depth=3", "--input", "grey.pgm"}
            << QByteArray("leaves no size 'depth' open");
        QTest::newRow("a size that is not open, when imported")
            << QStringList{"import", "means.onnx", "--size", "depth=3"}
            << QByteArray("leaves no size 'depth' open");
        QTest::newRow("no number") << QStringList{"infer", "means.onnx", "--size", "height"}
                                   << QByteArray("--size 'height' is no NAME=NUMBER");
    }
    void refusesByName() {
        QFETCH(QStringList, words);
        QFETCH(QByteArray, said);
        const CliResult asked = run(words);
        QVERIFY(asked.status != 0);
        QVERIFY2(asked.err.contains(said), asked.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestCliSizes)
#include "tst_cli_sizes.moc"
