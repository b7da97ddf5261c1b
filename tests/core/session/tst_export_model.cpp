// SPDX-License-Identifier: Apache-2.0
// Networks that leave as ONNX models. Truth: the network itself, asked with the same numbers; what
// was written is opened again by this program's reader, which has judges of its own.
#include "core/session/export_model.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "core/graph/graph_text.h"
#include "core/graph/special_nodes.h"
#include "core/onnx/model.h"
#include "core/onnx/network.h"
#include "core/opdef/registry.h"
#include "core/session/inference.h"
#include "core/session/model_classes.h"
#include "core/session/model_network.h"
#include "tests/support/counts.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

namespace fs = std::filesystem;

Result<ForeignNetwork> networkOf(Graph graph) {
    Project project;
    project.name = "exported";
    project.graph = std::move(graph);
    return networkOfProject(std::move(project));
}

ForeignNetwork networkOf(std::string_view text) {
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    auto network = networkOf(std::move(graph).value());
    if (!network) qFatal("%s", network.error().text().c_str());
    return std::move(network).value();
}

/// The operator alone: an input for each port of values, an output for its first result.
Result<Graph> graphOf(const OpDescriptor& op, const OpSample& sample) {
    const auto operands = sampleOperands(op, sample.fields, sample.inputs, DType::F32);
    if (!operands) return operands.error();
    const auto attrs = fieldsFromText(op, sample.fields);
    if (!attrs) return attrs.error();
    Graph graph;
    auto node = makeNode("op", op.id);
    if (!node) return node.error();
    node->attrs = *attrs;
    std::vector<Edge> edges;
    for (size_t k = 0; k < operands->size(); ++k) {
        const SampleOperand& operand = (*operands)[k];
        if (operand.role != PortRole::Value || !operand.type.isThere) continue;
        auto input = makeNode(fmt::format("in{}", k), "input");
        const auto dims = operand.type.shape.dims();
        input->attrs.with("shape", std::vector<int64_t>(dims.begin(), dims.end()));
        input->attrs.with("batched", false);
        if (operand.type.dtype != DType::F32)
            VITRINE_TRY(input->attrs.set("type", std::string(name(operand.type.dtype))));
        edges.push_back(
            {{input->id, "x"}, {"op", nameOf(op.inputs, placeOf(op.inputs, operands->size(), k))}});
        VITRINE_TRY(graph.insertNode(*input, graph.nodes().size()));
    }
    auto output = makeNode("result", "output");
    VITRINE_TRY(graph.insertNode(*node, graph.nodes().size()));
    VITRINE_TRY(graph.insertNode(*output, graph.nodes().size()));
    edges.push_back(
        {{"op", nameOf(op.outputs, placeOf(op.outputs, op.outputs.size(), 0))}, {"result", "x"}});
    for (const Edge& edge : edges) VITRINE_TRY(graph.insertEdge(edge, graph.edges().size()));
    return graph;
}

bool isExported(const OpDescriptor& op) {
    return op.inPalette() && op.kind == NodeKind::Operator && findNodeOperator(op.id);
}

/// What the reader cannot open again, so that there is no proof, and why.
const std::set<std::string, std::less<>> unproven{
    "roi_align sampling_ratio=0",  // it must know the pieces before the network runs
    "one_hot dtype=f64"};          // float64 inside a network of float32

bool isUnproven(const OpDescriptor& op, const OpSample& sample) {
    return std::ranges::any_of(unproven, [&](std::string_view words) {
        const size_t space = words.find(' ');
        return words.substr(0, space) == op.id &&
               sample.fields.find(words.substr(space + 1)) != std::string_view::npos;
    });
}

struct OperatorTally {
    int written = 0, equal = 0;
    std::set<std::string> refused;
    std::vector<std::string> wrong;
};

void exportOperator(const OpDescriptor& op, const OpSample& sample, int64_t opset,
                    const std::string& path, OperatorTally& tally) {
    auto graph = graphOf(op, sample);
    if (!graph) return;  // no input of a document gives such numbers
    const auto network = networkOf(std::move(graph).value());
    if (!network) return;
    const auto report = exportModel(*network, path, {.opset = opset});
    if (report) {
        ++tally.written;
        tally.equal += report->proof.runtimes.front().outputs.front().difference == 0;
    } else if (report.error().code == "E01") {
        tally.refused.insert(report.error().message);
    } else if (!isUnproven(op, sample)) {
        tally.wrong.push_back(fmt::format("{} ({}) {}: {}", op.id, sample.fields, sample.inputs,
                                          report.error().text()));
    }
}

constexpr std::string_view convolutional =
    "input[3,16,16] -> conv2d(out_channels=8 kernel=3 padding=1) -> batch_norm2d -> relu\n"
    "    -> prelu -> global_avg_pool2d -> flatten -> linear(out_features=4) -> output as answer";

}  // namespace

class ExportModelTest : public QObject {
    Q_OBJECT

  private slots:
    void everyOperatorOfThePaletteIsWrittenAndGivesTheSame_data() {
        QTest::addColumn<int64_t>("opset");
        QTest::addColumn<bool>("all");
        QTest::newRow("usual operator set") << usualOpset << true;
        QTest::newRow("oldest operator set") << oldestExportOpset << false;
        QTest::newRow("newest operator set") << newestExportOpset << false;
    }
    void everyOperatorOfThePaletteIsWrittenAndGivesTheSame() {
        QFETCH(int64_t, opset);
        QFETCH(bool, all);
        OperatorTally tally;
        for (const OpDescriptor* op : allOperators()) {
            if (!isExported(*op)) continue;
            for (const OpSample& sample : op->samples.first(all ? op->samples.size() : 1))
                exportOperator(*op, sample, opset, path("op.onnx"), tally);
        }
        printCount(tally.written, fmt::format("operators leave in operator set {}", opset));
        printCount(tally.equal, "of them come back with the same bits");
        for (const std::string& why : tally.refused) qInfo("refused: %s", why.c_str());
        for (const std::string& sentence : tally.wrong) qWarning("%s", sentence.c_str());
        QVERIFY(tally.wrong.empty());
        QVERIFY(tally.written > (all ? 700 : 140));
        QVERIFY(tally.refused.size() < 12);
    }

    void anyBatchMayComeUnlessItIsFixed() {
        const ForeignNetwork network = networkOf(convolutional);
        const auto open = exportModel(network, path("open.onnx"), {});
        QVERIFY(open.ok());
        QCOMPARE(open->inputs.front(), std::string("input [N, 3, 16, 16] f32"));
        QCOMPARE(open->outputs.front(), std::string("answer [N, 4] f32"));
        const auto fixed = exportModel(network, path("fixed.onnx"), {.opensBatch = false});
        QVERIFY(fixed.ok());
        QCOMPARE(fixed->inputs.front(), std::string("input [1, 3, 16, 16] f32"));
    }

    void sizesStayOpenWhereTheNetworkTakesOthers() {
        const ForeignNetwork network = networkOf(convolutional);
        QCOMPARE(sizesThatCanBeOpen(network), (std::vector<std::string>{"height", "width"}));
        const auto report =
            exportModel(network, path("sizes.onnx"), {.openSizes = {"height", "width"}});
        QVERIFY2(report.ok(), report ? "" : report.error().text().c_str());
        QCOMPARE(report->inputs.front(), std::string("input [N, 3, height, width] f32"));
        auto again = networkOfModel(path("sizes.onnx"), {.sizes = {{"height", 24}, {"width", 40}}});
        QVERIFY(again.ok());
        QVERIFY(Inference::create(std::move(*again), {}).ok());
    }

    void aSizeThatALayerHoldsIsNamedAndNothingIsLeft() {
        const ForeignNetwork network = networkOf(
            "input[1,8,8] -> flatten -> linear(out_features=4)\n"
            "    -> reshape(shape=2,2,-1) -> output as answer");
        // The layer's weights would be others: that is no other size of the same network.
        const auto report = exportModel(network, path("held.onnx"), {.openSizes = {"height"}});
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, std::string("E02"));
        QVERIFY(!fs::exists(path("held.onnx")));
        const auto unknown = exportModel(network, path("held.onnx"), {.openSizes = {"depth"}});
        QCOMPARE(unknown.error().code, std::string("U29"));
    }

    void normalisationsGoIntoTheConvolutionInFront() {
        const auto plain = exportModel(networkOf(convolutional), path("plain.onnx"), {});
        const auto folded =
            exportModel(networkOf(convolutional), path("folded.onnx"), {.foldsBatchNorm = true});
        QVERIFY(plain.ok() && folded.ok());
        QCOMPARE(folded->foldedNorms, int64_t{1});
        QCOMPARE(folded->nodes, plain->nodes - 1);
        QVERIFY(folded->weights < plain->weights);
    }

    void weightsBesideTheModelAreNeverAppended() {
        const ForeignNetwork network =
            networkOf("input[64] -> linear(out_features=32) -> output as answer");
        const std::string data = path("beside.onnx.data");
        QVERIFY(exportModel(network, path("beside.onnx"), {.isExternal = true}).ok());
        const auto first = readFile(data);
        QVERIFY(first.ok());
        QCOMPARE(std::ssize(*first), int64_t{64 * 32 * 4});
        QVERIFY(exportModel(network, path("beside.onnx"), {.isExternal = true}).ok());
        QVERIFY(*readFile(data) == *first);
    }

    /// What a loss compares with has its own size, and does not leave.
    void sizesStayOpenBesideALoss() {
        const ForeignNetwork network = networkOf(
            "wanted[1,16,16]\n"
            "image[1,16,16] -> conv2d(out_channels=1 kernel=3 padding=1) as mask -> mse(wanted)");
        const auto report =
            exportModel(network, path("mask.onnx"), {.openSizes = {"height", "width"}});
        QVERIFY2(report.ok(), report ? "" : report.error().text().c_str());
        QCOMPARE(report->inputs.front(), std::string("image [N, 1, height, width] f32"));
        QCOMPARE(report->outputs.front(), std::string("mask [N, 1, height, width] f32"));
    }

    /// A file of that name without a model beside it is somebody's.
    void weightsBesideTheModelReplaceNobodysFile() {
        const ForeignNetwork network =
            networkOf("input[64] -> linear(out_features=32) -> output as answer");
        const std::string data = path("theirs.onnx.data");
        std::ofstream(data) << "my notes";
        const auto refused = exportModel(network, path("theirs.onnx"), {.isExternal = true});
        QCOMPARE(refused.error().code, std::string("U10"));
        QCOMPARE(std::ssize(*readFile(data)), ptrdiff_t{8});
        QVERIFY(!std::filesystem::exists(path("theirs.onnx")));
    }

    void sixteenBitNumbersNeedAnOperatorSetThatHasThem() {
        const ForeignNetwork network = networkOf(convolutional);
        const auto half = exportModel(network, path("half.onnx"), {.floats = DType::F16});
        QVERIFY2(half.ok(), half ? "" : half.error().text().c_str());
        QCOMPARE(half->inputs.front(), std::string("input [N, 3, 16, 16] f16"));
        const auto brain = exportModel(network, path("brain.onnx"), {.floats = DType::BF16});
        QCOMPARE(brain.error().code, std::string("E04"));
        const auto later =
            exportModel(network, path("brain.onnx"), {.opset = 22, .floats = DType::BF16});
        QVERIFY2(later.ok(), later ? "" : later.error().text().c_str());
    }

    void slopesStandAtTheChannels() {
        QVERIFY(exportModel(networkOf(convolutional), path("slopes.onnx"), {}).ok());
        const auto model = onnx::readModel(path("slopes.onnx"));
        QVERIFY(model.ok());
        for (const onnx::Node& node : model->graph->nodes) {
            if (node.opType != "PRelu") continue;
            const auto maker = std::ranges::find_if(model->graph->nodes, [&](const auto& other) {
                return other.outputs.front() == node.inputs[1];
            });
            QCOMPARE(std::string(maker->opType), std::string("Reshape"));
            return;
        }
        QFAIL("no PRelu was written");
    }

    void whatOnnxCannotSayIsRefusedByName() {
        auto network = networkOf(
            "input[1,8,8] -> cast(to=i32) as whole\n"
            "whole -> bit_shift(whole) as shift -> output as answer");
        const auto report = exportModel(network, path("shift.onnx"), {});
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, std::string("E01"));
        QCOMPARE(report.error().place.node, std::string("shift"));
        QVERIFY(!fs::exists(path("shift.onnx")));
    }

    void outputsThatAreInputsOrTheSameValueHaveTheirNames() {
        const auto report = exportModel(networkOf("input[4] -> relu as act -> output as first\n"
                                                  "act -> output as second\n"
                                                  "input -> output as third"),
                                        path("names.onnx"), {});
        QVERIFY2(report.ok(), report ? "" : report.error().text().c_str());
        const auto model = onnx::readModel(path("names.onnx"));
        std::vector<std::string> names;
        for (const onnx::ValueInfo& output : model->graph->outputs) names.emplace_back(output.name);
        QCOMPARE(names, (std::vector<std::string>{"first", "second", "third"}));
    }

    void theSameNetworkGivesTheSameBytes() {
        QVERIFY(exportModel(networkOf(convolutional), path("one.onnx"), {}).ok());
        QVERIFY(exportModel(networkOf(convolutional), path("two.onnx"), {}).ok());
        QVERIFY(*readFile(path("one.onnx")) == *readFile(path("two.onnx")));
    }

  private:
    std::string path(const char* name) const {
        return m_folder.filePath(QString::fromUtf8(name)).toStdString();
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(ExportModelTest)
#include "tst_export_model.moc"
