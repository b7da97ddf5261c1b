// SPDX-License-Identifier: Apache-2.0
// What stays of an imported model as a placeholder, read on its own. Truth: ONNX's operators by
// hand, whose fields and inputs each row writes down.
#include "core/session/placeholder_reading.h"

#include <QtTest/QtTest>

#include "core/graph/placeholder.h"
#include "core/onnx/network.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

std::vector<float> numbered(int count) {
    std::vector<float> numbers;
    for (int k = 0; k < count; ++k) numbers.push_back(static_cast<float>(k));
    return numbers;
}

/// The graph of x → Swirl of two inputs, whose shape nobody knows → the node → y.
Graph graphOf(const std::string& node, bool isBehind, const OnnxDim& channels) {
    std::vector<std::string> nodes;
    if (isBehind)
        nodes.push_back(onnxNode(
            {.op = "Swirl", .inputs = {"x", "x2"}, .outputs = {"h"}, .domain = "com.acme"}));
    nodes.push_back(node);
    const std::vector<OnnxDim> image{"n", channels, int64_t{9}, int64_t{9}};
    const std::string bytes = onnxModel(
        {.graph = onnxGraph(
             {.nodes = nodes,
              .initializers = {onnxFloats("wide", {8, 5, 3, 3}, std::vector<float>(360, 0.5F)),
                               onnxFloats("filters", {8, 3, 3, 3}, std::vector<float>(216, 0.5F)),
                               onnxFloats("eight", {8}, std::vector<float>(8, 1)),
                               onnxFloats("matrix", {8, 3}, numbered(24)),
                               onnxIntegers("rows", {2}, {0, -1})},
              .inputs = {onnxValue(isBehind ? "x" : "h", OnnxFloat, image),
                         onnxValue("x2", OnnxFloat, image)},
              .outputs = {onnxValue("y", OnnxFloat)}}),
         .domains = {{"com.acme", 1}, {"com.microsoft", 1}}});
    const auto model = onnx::modelFromBytes(std::as_bytes(std::span(bytes)), "m.onnx");
    if (!model.ok()) qFatal("%s", model.error().message.c_str());
    auto network = onnx::networkOf(*model);
    if (!network.ok()) qFatal("%s", network.error().message.c_str());
    // Numbers outlive the model that they are views of.
    std::vector<Parameter> parameters;
    for (const auto& [id, entry] : network->graph.parameters()) {
        const auto& data = *entry.data;
        parameters.push_back(withData(
            entry, TensorData::of(data.dtype, data.shape, {data.bytes.begin(), data.bytes.end()})));
    }
    auto graph = Graph::fromParts({network->graph.nodes().begin(), network->graph.nodes().end()},
                                  {network->graph.edges().begin(), network->graph.edges().end()},
                                  std::move(parameters));
    if (!graph.ok()) qFatal("%s", graph.error().message.c_str());
    return std::move(*graph);
}

/// `conv2d out_channels=8; weight from in1`: the operator, fields that are no defaults, ports.
QString textOf(const std::optional<ReadPlaceholder>& read) {
    if (!read) return "nothing";
    const auto qt = [](std::string_view words) {
        return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
    };
    QStringList parts{qt(read->op->id)};
    const Attrs usual(read->op->fields);
    for (const FieldSpec& spec : read->op->fields)
        if (read->attrs.get(spec.id) != usual.get(spec.id))
            parts[0] += " " + qt(spec.id) + "=" + qt(fieldText(read->attrs.get(spec.id)));
    for (const auto& [port, from] : read->ports)
        parts << qt(port) + " from " + qt(from) + (read->turned.contains(port) ? " turned" : "");
    return parts.join("; ");
}

}  // namespace

class TestPlaceholderReading : public QObject {
    Q_OBJECT

  private slots:
    void isReadByTheRuleOfItsOperator_data() {
        QTest::addColumn<QByteArray>("node");
        QTest::addColumn<bool>("isBehind");
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<QString>("read");
        using Names = std::vector<std::string>;
        const auto node = [](const char* op, Names inputs, Names attributes = {},
                             const char* domain = "") {
            return QByteArray::fromStdString(onnxNode({.op = op,
                                                       .inputs = std::move(inputs),
                                                       .outputs = {"y"},
                                                       .attributes = std::move(attributes),
                                                       .name = "it",
                                                       .domain = domain}));
        };
        const std::string pads = onnxAttribute("pads", std::vector<int64_t>{1, 1, 1, 1});
        const QByteArray conv = node("Conv", {"h", "filters"}, {pads});
        const char* const read =
            "conv2d out_channels=8 padding=1,1,1,1 bias=false; "
            "weight from in1; x from in0";
        QTest::newRow("a convolution") << conv << true << "conv2d" << read;
        QTest::newRow("whatever is wanted") << conv << true << "standardized_conv2d" << read;
        QTest::newRow("of other channels")
            << node("Conv", {"h", "wide"}, {pads}) << false << "conv2d" << read;
        QTest::newRow("of another program")
            << node("FusedConv", {"h", "filters", "eight"},
                    {pads, onnxAttribute("activation", std::string_view("Relu"))}, "com.microsoft")
            << false << "conv2d"
            << "conv2d out_channels=8 padding=1,1,1,1; bias from in2; weight from in1; "
               "x from in0";
        QTest::newRow("a matrix") << node("Gemm", {"h", "matrix", "eight"},
                                          {onnxAttribute("transB", int64_t{1})})
                                  << true << "linear"
                                  << "linear out_features=8; bias from in2; weight from in1; x "
                                     "from in0";
        QTest::newRow("a matrix on the right")
            << node("Gemm", {"h", "matrix"}) << true << "linear"
            << "linear out_features=3 bias=false; weight from in1 turned; x from in0";
        QTest::newRow("a constant on the left") << node("Sub", {"eight", "h"}) << true << "sub"
                                                << "sub; a from in0; b from in1";
        QTest::newRow("statistics")
            << node("BatchNormalization", {"h", "eight", "eight", "eight", "eight"},
                    {onnxAttribute("epsilon", 0.25), onnxAttribute("momentum", 0.5)})
            << true << "batch_norm2d"
            << "batch_norm2d momentum=0.5 eps=0.25; bias from in2; running_mean from in3; "
               "running_var from in4; "
               "weight from in1; x from in0";
        QTest::newRow("what follows from the rank") << node("Softmax", {"h"}) << true << "softmax"
                                                    << "nothing";
        QTest::newRow("nothing like it") << node("Swirl2", {"h"}, {}, "com.acme") << false << "relu"
                                         << "nothing";
    }
    void isReadByTheRuleOfItsOperator() {
        QFETCH(QByteArray, node);
        QFETCH(bool, isBehind);
        QFETCH(QString, wanted);
        const Graph graph = graphOf(node.toStdString(), isBehind, int64_t{3});
        const Node* placeholder = graph.find("it");
        QVERIFY(placeholder && isPlaceholder(*placeholder));
        QTEST(textOf(readPlaceholder(graph, *placeholder, wanted.toStdString())), "read");
    }

    // [8, 3] with 0, 1, 2, … by rows becomes [3, 8] with 0, 3, 6, … in its first.
    void turnedNumbersAreTurned() {
        const std::string gemm =
            onnxNode({.op = "Gemm", .inputs = {"h", "matrix"}, .outputs = {"y"}, .name = "it"});
        const Graph graph = graphOf(gemm, true, int64_t{3});
        const auto read = readPlaceholder(graph, *graph.find("it"), "linear");
        QVERIFY(read && read->turned.contains("weight"));
        const TensorData& numbers = *read->turned.find("weight")->second;
        QCOMPARE(numbers.shape, (Shape{3, 8}));
        const auto* values = reinterpret_cast<const float*>(numbers.bytes.data());
        for (int k = 0; k < 24; ++k) QCOMPARE(values[k], static_cast<float>(k % 8 * 3 + k / 8));
    }

    // Of another program's project nothing is known but names.
    void onlyNodesOfModelsAreRead() {
        const auto op = placeholderOp({.op = "Conv", .inputs = {"in0"}, .outputs = {"out0"}});
        QVERIFY(op.ok());
        Node node;
        node.id = "w";
        node.op = *op;
        node.attrs = Attrs(node.op->fields);
        const auto graph = Graph::fromParts({node}, {}, {});
        QVERIFY(graph.ok());
        QVERIFY(!readPlaceholder(*graph, *graph->find("w"), "conv2d"));
    }
};

QTEST_MAIN(TestPlaceholderReading)
#include "tst_placeholder_reading.moc"
