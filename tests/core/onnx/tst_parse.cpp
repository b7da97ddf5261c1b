// SPDX-License-Identifier: Apache-2.0
// The structure of an ONNX file, message by message. Truth: onnx/onnx.proto of ONNX 1.23.
#include <QtTest/QtTest>

#include "core/onnx/tensor_numbers.h"
#include "core/tensor/element.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Keeps the bytes that a model's views lie in.
struct Read {
    std::string bytes;
    Result<onnx::Model> model;
    explicit Read(std::string text)
        : bytes(std::move(text)),
          model(onnx::modelFromBytes(std::as_bytes(std::span(bytes.data(), bytes.size())), "m")) {}
};

std::string graphWith(const std::vector<std::string>& attributes) {
    return onnxModel({.graph = onnxGraph({.nodes = {onnxNode("A", {"x"}, {"y"}, attributes)}})});
}

/// Numbers of a tensor as text, `[2]: 1 -2`; or the error's code.
QString numbersOf(const std::string& message) {
    const auto tensor = onnx::tensorFromBytes(std::as_bytes(std::span(message)), "t");
    if (!tensor.ok()) return QString::fromStdString(tensor.error().code);
    onnx::ExternalFiles files("t");
    const auto numbers = onnx::numbersOf(*tensor, files, nullptr);
    if (!numbers.ok()) return QString::fromStdString(numbers.error().code);
    const TensorData& data = **numbers;
    std::string text = std::string(name(data.dtype)) + " " + data.shape.text() + ":";
    for (int64_t i = 0; i < data.shape.elements(); ++i)
        text += fmt::format(" {}", readElement(data.bytes.data(), data.dtype, i));
    return QString::fromStdString(text);
}

std::string raw(std::initializer_list<int> bytes) {
    std::string text;
    for (int byte : bytes) text += static_cast<char>(byte);
    return text;
}

}  // namespace

class TestParse : public QObject {
    Q_OBJECT

  private slots:
    void everyPartOfAModelIsThere() {
        OnnxMessage bytes = onnxModel({.graph = onnxGraph({.nodes = {}, .name = "graph of it"}),
                                       .opset = 17,
                                       .ir = 9,
                                       .domains = {{"ai.onnx.ml", 3}},
                                       .metadata = {{"author", "somebody"}}});
        bytes.bytes(2, "a program").bytes(3, "1.2").bytes(4, "org.x").number(5, 7).bytes(6, "text");
        const Read read(bytes);
        QVERIFY2(read.model.ok(), read.model.ok() ? "" : read.model.error().message.c_str());
        const onnx::Model& model = *read.model;
        QCOMPARE(model.irVersion, int64_t{9});
        QCOMPARE(model.opsets.size(), size_t{2});
        QVERIFY(model.opsets[0].domain.empty() && model.opsets[0].version == 17);
        QVERIFY(model.opsets[1].domain == "ai.onnx.ml" && model.opsets[1].version == 3);
        QVERIFY(model.producer == "a program" && model.producerVersion == "1.2");
        QVERIFY(model.domain == "org.x" && model.version == 7 && model.description == "text");
        QVERIFY(model.metadata.front().key == "author");
        QVERIFY(model.graph->name == "graph of it");
        QVERIFY(model.unknownFields.empty());
    }

    void onnxsOwnDomainHasTwoNames() {
        const std::string graph = onnxGraph(
            {.nodes = {onnxNode(
                 {.op = "Relu", .inputs = {"x"}, .outputs = {"y"}, .domain = "ai.onnx"})}});
        OnnxMessage bytes;
        bytes.number(1, 8).bytes(7, graph).bytes(8,
                                                 OnnxMessage().bytes(1, "ai.onnx").number(2, 13));
        const Read read(bytes);
        QVERIFY(read.model.ok());
        QVERIFY(read.model->opsets.front().domain.empty());
        QVERIFY(read.model->graph->nodes.front().domain.empty());
    }

    void attributesOfEveryKind() {
        const std::string tensor = onnxFloats("t", {1}, {4});
        const Read read(graphWith(
            {onnxAttribute("i", int64_t{-5}), onnxAttribute("f", 0.5), onnxAttribute("s", "text"),
             onnxAttribute("is", std::vector<int64_t>{1, -2}),
             onnxAttribute("fs", std::vector<double>{0.25, 4}), onnxTensorAttribute("t", tensor),
             onnxGraphAttribute("g", onnxGraph({.nodes = {}, .name = "in"})),
             onnxReference("r", "outer", 2)}));
        QVERIFY(read.model.ok());
        const onnx::Node& node = read.model->graph->nodes.front();
        QCOMPARE(node.find("i")->integer, int64_t{-5});
        QCOMPARE(node.find("f")->number, 0.5);
        QVERIFY(node.find("s")->text == "text");
        QCOMPARE(node.find("is")->integers, (std::vector<int64_t>{1, -2}));
        QCOMPARE(node.find("fs")->numbers, (std::vector<double>{0.25, 4}));
        QVERIFY(node.find("t")->tensors.front().name == "t");
        QVERIFY(node.find("g")->graphs.front()->name == "in");
        QVERIFY(node.find("r")->reference == "outer");
        QVERIFY(!node.find("none"));
    }

    // Writers may pack lists or not, whatever the schema says.
    void listsArePackedOrNot() {
        OnnxMessage packed;
        packed.bytes(1, "is").number(20, 7).packed(8, {3, 4, 5});
        OnnxMessage single;
        single.bytes(1, "is").number(20, 7).number(8, 3).number(8, 4).number(8, 5);
        for (const OnnxMessage* list : {&packed, &single}) {
            const Read read(graphWith({*list}));
            QVERIFY(read.model.ok());
            QCOMPARE(read.model->graph->nodes.front().find("is")->integers,
                     (std::vector<int64_t>{3, 4, 5}));
        }
        OnnxMessage dims;
        dims.number(1, 2).number(1, 1).number(2, OnnxFloat).real(4, 1.5f).real(4, 2.5f);
        QCOMPARE(numbersOf(dims), QString("f32 [2, 1]: 1.5 2.5"));
        QCOMPARE(numbersOf(onnxTensor("", OnnxFloat, {2, 1}).real(4, 1.5f).real(4, 2.5f)),
                 QString("f32 [2, 1]: 1.5 2.5"));
    }

    void extentsAreNumbersSymbolsOrOpen() {
        const Read read(onnxModel(
            {.graph = onnxGraph({.nodes = {},
                                 .inputs = {onnxValue("x", OnnxFloat, {"batch", int64_t{3}, ""}),
                                            onnxValue("z", OnnxDouble)}})}));
        QVERIFY(read.model.ok());
        const onnx::Type& x = read.model->graph->inputs[0].type;
        QCOMPARE(x.shape->size(), size_t{3});
        QVERIFY((*x.shape)[0].symbol == "batch" && !(*x.shape)[0].value);
        QCOMPARE(*(*x.shape)[1].value, int64_t{3});
        QVERIFY((*x.shape)[2].symbol.empty() && !(*x.shape)[2].value);
        QVERIFY(!read.model->graph->inputs[1].type.shape);
        QVERIFY(read.model->graph->inputs[1].type.element == onnx::ElementType::Double);
    }

    void functionsHaveTheirDefaultsAndOverloads() {
        const Read read(
            onnxModel({.graph = onnxGraph({.nodes = {onnxNode({.op = "F",
                                                               .inputs = {"x"},
                                                               .outputs = {"y"},
                                                               .domain = "d",
                                                               .overload = "two"})}}),
                       .functions = {onnxFunction({.name = "F",
                                                   .domain = "d",
                                                   .inputs = {"a"},
                                                   .outputs = {"b"},
                                                   .nodes = {onnxNode("Relu", {"a"}, {"b"})},
                                                   .attributes = {"k"},
                                                   .defaults = {onnxAttribute("m", int64_t{3})},
                                                   .overload = "two",
                                                   .opset = 15})}}));
        QVERIFY(read.model.ok());
        const onnx::Function& function = read.model->functions.front();
        QVERIFY(function.name == "F" && function.domain == "d" && function.overload == "two");
        QVERIFY(function.attributes.front() == "k");
        QCOMPARE(function.defaults.front().integer, int64_t{3});
        QCOMPARE(function.opsets.front().version, int64_t{15});
        QVERIFY(read.model->graph->nodes.front().overload == "two");
    }

    void numbersOfEveryKindOfField_data() {
        QTest::addColumn<QByteArray>("tensor");
        QTest::addColumn<QString>("numbers");
        const auto row = [](const char* name, const std::string& tensor, const char* numbers) {
            QTest::newRow(name) << QByteArray::fromStdString(tensor) << numbers;
        };
        using enum OnnxField;
        row("raw floats", onnxFloats("", {3}, {1, -2, 0.5}), "f32 [3]: 1 -2 0.5");
        row("one number", onnxFloats("", {}, {7}), "f32 []: 7");
        row("none", onnxFloats("", {0}, {}), "f32 [0]:");
        row("int64", onnxTyped("", OnnxInt64, {2}, Int64s, {-1, 1ll << 40}),
            "i64 [2]: -1 1099511627776");
        row("int32", onnxTyped("", OnnxInt32, {2}, Int32s, {-1, 5}), "i32 [2]: -1 5");
        row("uint8", onnxTyped("", OnnxUint8, {2}, Int32s, {255, 1}), "u8 [2]: 255 1");
        row("int8", onnxTyped("", 3, {2}, Int32s, {-128, 1}), "i8 [2]: -128 1");
        row("bool", onnxTyped("", OnnxBool, {3}, Int32s, {0, 1, 1}), "bool [3]: 0 1 1");
        row("bool of other numbers", onnxTensor("", OnnxBool, {2}).bytes(9, raw({7, 0})),
            "bool [2]: 1 0");
        row("uint64", onnxTyped("", 13, {1}, Uint64s, {1ll << 40}), "u64 [1]: 1099511627776");
        row("uint32", onnxTyped("", 12, {1}, Uint64s, {4'000'000'000}), "u32 [1]: 4000000000");
        row("double", onnxTensor("", OnnxDouble, {1}).bytes(9, raw({0, 0, 0, 0, 0, 0, 0xF8, 0x3F})),
            "f64 [1]: 1.5");
        row("half by its bits", onnxTyped("", OnnxFloat16, {2}, Int32s, {0x3C00, 0xC100}),
            "f32 [2]: 1 -2.5");
        row("half raw", onnxTensor("", OnnxFloat16, {1}).bytes(9, raw({0, 0x3C})), "f32 [1]: 1");
        row("bfloat16", onnxTensor("", 16, {1}).bytes(9, raw({0x80, 0x3F})), "f32 [1]: 1");
        row("float 8", onnxTyped("", 17, {1}, Int32s, {0x38}), "f8e4m3fn [1]: 1");
        row("uint4, low bits first", onnxTensor("", 21, {3}).bytes(9, raw({0x21, 0x03})),
            "u4 [3]: 1 2 3");
        row("int4", onnxTyped("", 22, {2}, Int32s, {0xF7}), "i4 [2]: 7 -1");
        row("int2", onnxTensor("", 26, {4}).bytes(9, raw({0xE4})), "i2 [4]: 0 1 -2 -1");
        row("complex", onnxTensor("", 14, {1}).bytes(9, std::string(8, '\0')), "O05");
        row("text", onnxTensor("", OnnxString, {1}).bytes(6, "a"), "O05");
        row("6 bits", onnxTensor("", 27, {1}).bytes(9, raw({1})), "O05");
        row("a segment", onnxTensor("", OnnxFloat, {1}).bytes(3, OnnxMessage().number(1, 0)),
            "O05");
    }
    void numbersOfEveryKindOfField() {
        QFETCH(QByteArray, tensor);
        QFETCH(QString, numbers);
        QCOMPARE(numbersOf(tensor.toStdString()), numbers);
    }

    void sparseTensorsAreZeroElsewhere_data() {
        QTest::addColumn<QByteArray>("places");
        QTest::newRow("one number a place")
            << QByteArray::fromStdString(onnxIntegers("", {2}, {1, 5}));
        QTest::newRow("one for each axis")
            << QByteArray::fromStdString(onnxIntegers("", {2, 2}, {0, 1, 1, 2}));
    }
    void sparseTensorsAreZeroElsewhere() {
        QFETCH(QByteArray, places);
        const OnnxMessage sparse = OnnxMessage()
                                       .bytes(1, onnxFloats("s", {2}, {7, 9}))
                                       .bytes(2, places.toStdString())
                                       .packed(3, {2, 3});
        const Read read(onnxModel({.graph = onnxGraph({.nodes = {}, .sparse = {sparse}})}));
        QVERIFY(read.model.ok());
        onnx::ExternalFiles files("m");
        const auto numbers =
            onnx::numbersOf(read.model->graph->sparseInitializers.front(), files, nullptr);
        QVERIFY(numbers.ok());
        for (int i = 0; i < 6; ++i)
            QCOMPARE(readElement((*numbers)->bytes.data(), DType::F32, i), i == 1   ? 7
                                                                           : i == 5 ? 9
                                                                                    : 0);
    }

    // Raw numbers stay where they are: nothing is copied that is large.
    void rawNumbersLieInTheFile() {
        const Read read(onnxModel(
            {.graph = onnxGraph({.nodes = {}, .initializers = {onnxFloats("w", {2}, {1, 2})}})}));
        QVERIFY(read.model.ok());
        onnx::ExternalFiles files("m");
        const auto numbers =
            onnx::numbersOf(read.model->graph->initializers.front(), files, nullptr);
        QVERIFY(numbers.ok());
        const auto* data = reinterpret_cast<const char*>((*numbers)->bytes.data());
        QVERIFY(data > read.bytes.data() && data < read.bytes.data() + read.bytes.size());
    }

    void everyVersionOfTheFormatIsRead() {
        for (int64_t ir = onnx::oldestIr; ir <= onnx::newestIr; ++ir) {
            const Read read(onnxModel({.graph = onnxGraph({.nodes = {}}), .ir = ir}));
            QVERIFY(read.model.ok());
            QCOMPARE(read.model->irVersion, ir);
        }
    }
};

QTEST_GUILESS_MAIN(TestParse)
#include "tst_parse.moc"
