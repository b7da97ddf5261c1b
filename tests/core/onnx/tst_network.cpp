// SPDX-License-Identifier: Apache-2.0
// Networks of models: what is open and what is fixed, names, functions, weights that are shared.
// Truth: small sums by hand; onnx.proto for scopes and functions; FACTS P2 for equal tensors.
#include <QtTest/QtTest>

#include "core/graph/placeholder.h"
#include "tests/support/onnx_maker.h"
#include "tests/support/onnx_network.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// A model, and the network that it makes, with the bytes that both are views of.
struct Imported {
    std::string bytes;
    std::optional<onnx::Model> model;
    std::optional<onnx::Network> network;
    QString trouble;

    explicit Imported(std::string text, const onnx::Choices& choices = {})
        : bytes(std::move(text)) {
        const Result<void> result = import(choices);
        if (!result.ok())
            trouble = QString::fromStdString(result.error().code + ": " + result.error().message);
        else if (!network->refused.empty())
            trouble = QString::fromStdString(network->refused.front().message);
    }
    QString remarks() const {
        QStringList list;
        for (const std::string& remark : network->remarks) list << QString::fromStdString(remark);
        return list.join('\n');
    }

  private:
    Result<void> import(const onnx::Choices& choices) {
        auto read = onnx::modelFromBytes(std::as_bytes(std::span(bytes)), "m.onnx");
        if (!read.ok()) return read.error();
        model = std::move(*read);
        auto made = onnx::networkOf(*model, choices);
        if (!made.ok()) return made.error();
        network = std::move(*made);
        return {};
    }
};

Numbers floats(const Shape& shape, const std::vector<float>& numbers) {
    const auto bytes = std::as_bytes(std::span(numbers));
    return TensorData::of(DType::F32, shape, {bytes.begin(), bytes.end()});
}

/// What the first output is for x.
std::vector<double> outputOf(const Imported& imported, const Shape& shape,
                             const std::vector<float>& x) {
    const auto given = runOnnx(*imported.network, {{"x", floats(shape, x)}});
    return given.ok() ? given->front() : std::vector<double>{};
}

onnx::Choices oneExample() {
    onnx::Choices choices;
    choices.followsBatch = false;
    return choices;
}

std::string modelOf(const std::vector<std::string>& nodes,
                    const std::vector<std::string>& initializers, const std::string& input,
                    const std::vector<std::string>& functions = {}) {
    return onnxModel({.graph = onnxGraph({.nodes = nodes,
                                          .initializers = initializers,
                                          .inputs = {input},
                                          .outputs = {onnxValue("y", OnnxFloat)}}),
                      .functions = functions,
                      .domains = {{"d", 1}}});
}

/// `Swirl; behind it Relu`
QString refusedOf(const onnx::Network& network) {
    QStringList list;
    for (const onnx::Refused& refused : network.refused) {
        QString text = refused.isFollower ? "behind it " : "";
        text += QString::fromStdString(std::string(refused.source->opType));
        if (refused.message.ends_with("; it is taken to leave the shape as it is"))
            text += ", and is taken to leave the shape";
        list << text;
    }
    return list.join("; ");
}

const std::string pair = onnxValue("x", OnnxFloat, {int64_t{2}});

/// Flattens an image and multiplies, by a shape that is computed from the input's.
std::string computedShape(const OnnxDim& batch) {
    return modelOf({onnxNode("Shape", {"x"}, {"s"}), onnxNode("Gather", {"s", "zero"}, {"n"}),
                    onnxNode("Unsqueeze", {"n", "axes"}, {"u"}),
                    onnxNode("Concat", {"u", "minus"}, {"to"}, {onnxAttribute("axis", int64_t{0})}),
                    onnxNode("Reshape", {"x", "to"}, {"r"}), onnxNode("MatMul", {"r", "w"}, {"y"})},
                   {onnxIntegers("zero", {}, {0}), onnxIntegers("axes", {1}, {0}),
                    onnxIntegers("minus", {1}, {-1}), onnxFloats("w", {4, 1}, {1, 2, 3, 4})},
                   onnxValue("x", OnnxFloat, {batch, int64_t{2}, int64_t{2}}));
}

}  // namespace

class TestOnnxNetwork : public QObject {
    Q_OBJECT

  private slots:
    void batchesAreOpenFreedOrFixed_data() {
        QTest::addColumn<int>("extent");
        QTest::addColumn<bool>("isOpen");
        QTest::newRow("a symbol") << 0 << true;
        QTest::newRow("one, which means any") << 1 << true;
        QTest::newRow("seven") << 7 << false;
    }
    void batchesAreOpenFreedOrFixed() {
        QFETCH(int, extent);
        QFETCH(bool, isOpen);
        const Imported imported(
            computedShape(extent == 0 ? OnnxDim("n") : OnnxDim(int64_t{extent})));
        QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
        const onnx::Network& network = *imported.network;
        QCOMPARE(network.batch > 0, isOpen);
        QCOMPARE(imported.remarks().contains("one batch of the size"), !isOpen);
        const int64_t batch = isOpen ? network.batch : extent;
        QCOMPARE(network.inputs.front().shape, (Shape{batch, 2, 2}));
        // A graph for any batch has its extent nowhere.
        std::vector<float> x(static_cast<size_t>(batch) * 4, 1);
        x[1] = 11;
        const std::vector<double> y = outputOf(imported, Shape{batch, 2, 2}, x);
        QCOMPARE(y.size(), static_cast<size_t>(batch));
        QCOMPARE(y.front(), 30.0);
    }

    void extentsThatNothingSaysAreAskedFor() {
        const std::string input =
            onnxValue("x", OnnxFloat, {"n", int64_t{3}, "height", int64_t{4}});
        const std::string model = modelOf({onnxNode("Relu", {"x"}, {"y"})}, {}, input);
        const Imported open(model);
        QCOMPARE(open.trouble, QString("O18: extent 3 of input 'x' of m.onnx is open, 'height'"));
        onnx::Choices choices;
        choices.symbols.emplace("height", 5);
        const Imported bound(model, choices);
        QVERIFY2(bound.trouble.isEmpty(), qPrintable(bound.trouble));
        QCOMPARE(bound.network->outputs.front().shape[2], int64_t{5});
        const Imported none(
            modelOf({onnxNode("Relu", {"x"}, {"y"})}, {}, onnxValue("x", OnnxFloat)));
        QVERIFY2(none.trouble.startsWith("O18: input 'x'"), qPrintable(none.trouble));
    }

    // P2: exporters make one tensor of all ones, whether they are scales or variances.
    void tensorsThatAreEqualByChanceAreNotTied() {
        const std::string input =
            onnxValue("x", OnnxFloat, {"n", int64_t{2}, int64_t{2}, int64_t{2}});
        const Imported imported(modelOf(
            {onnxNode("BatchNormalization", {"x", "ones", "zeros", "zeros", "ones"}, {"y"})},
            {onnxFloats("ones", {2}, {1, 1}), onnxFloats("zeros", {2}, {0, 0})}, input));
        QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
        int trained = 0, statistics = 0;
        for (const auto& [id, parameter] : imported.network->graph.parameters()) {
            trained += parameter.kind == ParameterKind::Trained;
            statistics += parameter.kind == ParameterKind::Statistic;
        }
        QCOMPARE(trained, 2);
        QCOMPARE(statistics, 2);
        QVERIFY2(imported.remarks().contains("each has one of its own now"),
                 qPrintable(imported.remarks()));
    }

    void aWeightThatTwoLayersUseStaysOne() {
        const std::string input = onnxValue("x", OnnxFloat, {"n", int64_t{2}});
        const Imported imported(
            modelOf({onnxNode("MatMul", {"x", "w"}, {"h"}), onnxNode("Relu", {"h"}, {"r"}),
                     onnxNode("MatMul", {"r", "w"}, {"y"})},
                    {onnxFloats("w", {2, 2}, {1, 2, 3, 4})}, input));
        QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
        QVERIFY2(imported.remarks().contains("'w' is shared by"), qPrintable(imported.remarks()));
        QCOMPARE(imported.network->weights.size(), size_t{1});
    }

    void functionsAreInlinedWithTheirAttributes_data() {
        QTest::addColumn<QByteArray>("call");
        QTest::addColumn<QString>("output");
        const auto row = [](const char* name, std::vector<std::string> attributes,
                            const char* overload, const char* output) {
            QTest::newRow(name) << QByteArray::fromStdString(
                                       onnxNode({.op = "F",
                                                 .inputs = {"x"},
                                                 .outputs = {"y"},
                                                 .attributes = std::move(attributes),
                                                 .domain = "d",
                                                 .overload = overload}))
                                << output;
        };
        row("an argument", {onnxAttribute("slope", 0.5)}, "", "-1 4");
        row("the default", {}, "", "-0.5 4");
        row("another of its name", {}, "twice", "-4 8");
    }
    void functionsAreInlinedWithTheirAttributes() {
        QFETCH(QByteArray, call);
        QFETCH(QString, output);
        const std::string leaky = onnxFunction(
            {.name = "F",
             .domain = "d",
             .inputs = {"a"},
             .outputs = {"b"},
             .nodes = {onnxNode("LeakyRelu", {"a"}, {"b"}, {onnxReference("alpha", "slope", 1)})},
             .defaults = {onnxAttribute("slope", 0.25)}});
        const std::string twice = onnxFunction({.name = "F",
                                                .domain = "d",
                                                .inputs = {"a"},
                                                .outputs = {"b"},
                                                .nodes = {onnxNode("Add", {"a", "a"}, {"b"})},
                                                .overload = "twice"});
        const Imported imported(modelOf({call.toStdString()}, {}, pair, {leaky, twice}),
                                oneExample());
        QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
        const std::vector<double> y = outputOf(imported, Shape{2}, {-2, 4});
        QCOMPARE(QString("%1 %2").arg(y.at(0)).arg(y.at(1)), output);
    }

    void graphsInsideSeeNamesAround() {
        const auto branch = [](const char* weight) {
            return onnxGraph({.nodes = {onnxNode("Mul", {"x", weight}, {"h"}),
                                        onnxNode("Add", {"h", "own"}, {"out"})},
                              .initializers = {onnxFloats("own", {1}, {1})},
                              .outputs = {onnxValue("out", OnnxFloat)}});
        };
        const auto node = onnxNode("If", {"c"}, {"y"},
                                   {onnxGraphAttribute("then_branch", branch("two")),
                                    onnxGraphAttribute("else_branch", branch("three"))});
        for (const int64_t taken : {1, 0}) {
            const Imported imported(
                modelOf({node},
                        {onnxTyped("c", OnnxBool, {}, OnnxField::Int32s, {taken}),
                         onnxFloats("two", {1}, {2}), onnxFloats("three", {1}, {3})},
                        pair),
                oneExample());
            QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
            QCOMPARE(outputOf(imported, Shape{2}, {5, 6}),
                     taken ? (std::vector<double>{11, 13}) : (std::vector<double>{16, 19}));
        }
    }

    // A condition that shows when the network runs: both are computed, one is taken.
    void aConditionOfTheDataChoosesWhileRunning() {
        const auto branch = [](const char* op) {
            return onnxGraph({.nodes = {onnxNode(op, {"x"}, {"out"})},
                              .outputs = {onnxValue("out", OnnxFloat)}});
        };
        const Imported imported(
            modelOf({onnxNode("ReduceMax", {"x"}, {"m"}, {onnxAttribute("keepdims", int64_t{0})}),
                     onnxNode("Greater", {"m", "limit"}, {"c"}),
                     onnxNode("If", {"c"}, {"y"},
                              {onnxGraphAttribute("then_branch", branch("Neg")),
                               onnxGraphAttribute("else_branch", branch("Relu"))})},
                    {onnxFloats("limit", {}, {10})}, pair),
            oneExample());
        QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
        QCOMPARE(outputOf(imported, Shape{2}, {-1, 20}), (std::vector<double>{1, -20}));
        QCOMPARE(outputOf(imported, Shape{2}, {-1, 2}), (std::vector<double>{0, 2}));
    }

    void loopsOfAKnownLengthAreUnrolled() {
        const std::string body = onnxGraph(
            {.nodes = {onnxNode("Add", {"v", "x"}, {"w"}), onnxNode("Identity", {"go"}, {"on"}),
                       onnxNode("Identity", {"w"}, {"each"})},
             .inputs = {onnxValue("i", OnnxInt64, {}), onnxValue("go", OnnxBool, {}),
                        onnxValue("v", OnnxFloat)},
             .outputs = {onnxValue("on", OnnxBool), onnxValue("w", OnnxFloat),
                         onnxValue("each", OnnxFloat)}});
        const Imported imported(modelOf({onnxNode("Loop", {"n", "", "x"}, {"last", "y"},
                                                  {onnxGraphAttribute("body", body)})},
                                        {onnxIntegers("n", {}, {3})}, pair),
                                oneExample());
        QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
        QCOMPARE(imported.network->outputs.front().shape, (Shape{3, 2}));
        QCOMPARE(outputOf(imported, Shape{2}, {1, 10}), (std::vector<double>{2, 20, 3, 30, 4, 40}));
    }

    // Up to IR 3 every initializer is an input as well.
    void initializersThatAreInputsAreNotAskedFor() {
        const std::string graph =
            onnxGraph({.nodes = {onnxNode("Add", {"x", "w"}, {"y"})},
                       .initializers = {onnxFloats("w", {2}, {1, 2})},
                       .inputs = {pair, onnxValue("w", OnnxFloat, {int64_t{2}})},
                       .outputs = {onnxValue("y", OnnxFloat)}});
        const Imported imported(onnxModel({.graph = graph, .opset = 7, .ir = 3}), oneExample());
        QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
        QCOMPARE(imported.network->inputs.size(), size_t{1});
        QCOMPARE(outputOf(imported, Shape{2}, {10, 20}), (std::vector<double>{11, 22}));
    }

    void whatLeadsToNoOutputGoes() {
        const Imported imported(
            modelOf({onnxNode("Relu", {"x"}, {"y"}), onnxNode("Exp", {"x"}, {"h"}),
                     onnxNode("Log", {"h"}, {"unused"})},
                    {}, pair),
            oneExample());
        QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
        QStringList types;
        for (const auto& node : imported.network->graph.nodes())
            types << QString::fromStdString(std::string(node.op->id));
        types.sort();
        QCOMPARE(types, (QStringList{"input", "output", "relu"}));
        QCOMPARE(imported.network->nodes, int64_t{3});
    }

    // Where the file says what comes out of a node that nothing here knows, those behind it are
    // read. Where it says nothing, one that makes one value of one is taken to leave the shape.
    void nodesBehindAPlaceholderAreRead_data() {
        QTest::addColumn<QStringList>("inputs");
        QTest::addColumn<int>("told");  // extents that the file says of what the first gives
        QTest::addColumn<QString>("refused");
        const QStringList one{"x"}, two{"x", "x2"};
        QTest::newRow("as the file says") << one << 5 << "Swirl";
        QTest::newRow("as the file says, of two") << two << 5 << "Swirl";
        QTest::newRow("as it was before") << one << 0 << "Swirl, and is taken to leave the shape";
        QTest::newRow("with a constant")
            << QStringList{"x", "k"} << 0 << "Swirl, and is taken to leave the shape";
        QTest::newRow("of two") << two << 0 << "Swirl; behind it MatMul; behind it Relu";
    }
    void nodesBehindAPlaceholderAreRead() {
        QFETCH(QStringList, inputs);
        QFETCH(int, told);
        std::vector<std::string> operands, values;
        for (const QString& input : inputs) operands.push_back(input.toStdString());
        if (told > 0) values = {onnxValue("h", OnnxFloat, {"n", int64_t{told}})};
        const int64_t rows = told > 0 ? told : 3;
        const std::string graph = onnxGraph(
            {.nodes =
                 {onnxNode(
                      {.op = "Swirl", .inputs = operands, .outputs = {"h"}, .domain = "com.acme"}),
                  onnxNode("MatMul", {"h", "w"}, {"m"}), onnxNode("Relu", {"m"}, {"y"})},
             .initializers = {onnxFloats("w", {rows, 2}, std::vector<float>(2 * rows, 1)),
                              onnxFloats("k", {1}, {1})},
             .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{3}}),
                        onnxValue("x2", OnnxFloat, {"n", int64_t{3}})},
             .outputs = {onnxValue("y", OnnxFloat)},
             .values = values});
        const Imported imported(onnxModel({.graph = graph, .domains = {{"com.acme", 1}}}));
        QTEST(refusedOf(*imported.network), "refused");
        QVERIFY(imported.network->batch > 0);
    }

    // One that the taken shape does not suit stays as well, and what is behind that is read again.
    void whatATakenShapeDoesNotSuitFollows() {
        const std::string graph = onnxGraph(
            {.nodes =
                 {onnxNode(
                      {.op = "Swirl", .inputs = {"x"}, .outputs = {"h"}, .domain = "com.acme"}),
                  onnxNode("Relu", {"h"}, {"r"}), onnxNode("MatMul", {"r", "w"}, {"m"}),
                  onnxNode("Relu", {"m"}, {"y"})},
             .initializers = {onnxFloats("w", {7, 2}, std::vector<float>(14, 1))},
             .inputs = {onnxValue("x", OnnxFloat, {"n", int64_t{3}})},
             .outputs = {onnxValue("y", OnnxFloat, {"n", int64_t{2}})}});
        const Imported imported(onnxModel({.graph = graph, .domains = {{"com.acme", 1}}}));
        const onnx::Network& network = *imported.network;
        QCOMPARE(refusedOf(network), QString("Swirl, and is taken to leave the shape; behind it "
                                             "MatMul, and is taken to leave the shape"));
        QCOMPARE(network.graph.find("relu")->op->id, std::string_view("relu"));
        QCOMPARE(network.graph.find("relu_2")->op->id, std::string_view("relu"));
        QVERIFY(network.graph.edgeInto({"relu_2", "x"})->from.node == network.refused[1].node);
        // The placeholder says it too.
        const Attrs& said = network.graph.find(network.refused[0].node)->attrs;
        QCOMPARE(QString::fromStdString(std::get<std::string>(said.get(whyRefused))),
                 QString("this program has no such operator (com.acme 1); it is taken to leave "
                         "the shape as it is"));
        QCOMPARE(said.integer(operatorSet), int64_t{1});
    }

    // Operators of old sets place their second operand by an axis.
    void oldOperatorSetsBroadcastByAnAxis() {
        const std::string graph =
            onnxGraph({.nodes = {onnxNode("Add", {"x", "b"}, {"y"},
                                          {onnxAttribute("broadcast", int64_t{1}),
                                           onnxAttribute("axis", int64_t{0})})},
                       .initializers = {onnxFloats("b", {2}, {10, 20})},
                       .inputs = {onnxValue("x", OnnxFloat, {int64_t{2}, int64_t{2}})},
                       .outputs = {onnxValue("y", OnnxFloat)}});
        const Imported imported(onnxModel({.graph = graph, .opset = 6}), oneExample());
        QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
        QCOMPARE(outputOf(imported, Shape{2, 2}, {1, 2, 3, 4}),
                 (std::vector<double>{11, 12, 23, 24}));
    }

    // C9: pads past what a mirror can say, and those that cut.
    void padsGoOnWhereAMirrorEnds_data() {
        QTest::addColumn<QString>("mode");
        QTest::addColumn<int>("before");
        QTest::addColumn<int>("after");
        QTest::addColumn<QString>("output");
        // By numpy.pad of [1, 2, 3] 2.4, and by hand where it cuts.
        QTest::newRow("mirror, once") << "reflect" << 2 << 2 << "3 2 1 2 3 2 1";
        QTest::newRow("mirror, twice") << "reflect" << 3 << 0 << "2 3 2 1 2 3";
        QTest::newRow("mirror of what was cut") << "reflect" << -1 << 2 << "2 3 2 1";
        QTest::newRow("round and round") << "wrap" << 0 << 5 << "1 2 3 1 2 3 1 2";
        QTest::newRow("edge") << "edge" << 1 << -1 << "1 1 2";
        QTest::newRow("a number") << "constant" << -1 << 2 << "2 3 0 0";
    }
    void padsGoOnWhereAMirrorEnds() {
        QFETCH(QString, mode);
        QFETCH(int, before);
        QFETCH(int, after);
        QFETCH(QString, output);
        const std::string graph =
            onnxGraph({.nodes = {onnxNode("Pad", {"x", "p"}, {"y"},
                                          {onnxAttribute("mode", mode.toStdString())})},
                       .initializers = {onnxIntegers("p", {2}, {before, after})},
                       .inputs = {onnxValue("x", OnnxFloat, {int64_t{3}})},
                       .outputs = {onnxValue("y", OnnxFloat)}});
        const Imported imported(onnxModel({.graph = graph, .opset = 19}), oneExample());
        QVERIFY2(imported.trouble.isEmpty(), qPrintable(imported.trouble));
        QStringList numbers;
        for (double number : outputOf(imported, Shape{3}, {1, 2, 3}))
            numbers << QString::number(number);
        QCOMPARE(numbers.join(' '), output);
    }
};

QTEST_GUILESS_MAIN(TestOnnxNetwork)
#include "tst_network.moc"
