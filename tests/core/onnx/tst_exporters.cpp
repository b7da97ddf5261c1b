// SPDX-License-Identifier: Apache-2.0
// Models as tf2onnx, Keras, paddle2onnx, skl2onnx, PyTorch and ONNX Runtime's quantisation write
// them, old operator sets among them. Truth: what their makers compute of the same numbers;
// tests/golden/exporters has the scripts.
#include <QtTest/QtTest>
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "tests/support/counts.h"
#include "tests/support/onnx_derivatives.h"
#include "tests/support/onnx_network.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

using Names = std::set<std::string, std::less<>>;

std::string folder() { return std::string(VITRINE_SOURCE_DIR) + "/tests/golden/exporters/"; }

/// What this program has no operator for, or what the file has no right to.
const std::map<std::string, std::string, std::less<>> refusedFor = {
    {"forest", "TreeEnsembleClassifier node 'TreeEnsembleClassifier' (ai.onnx.ml 1)"},
    {"forest_regressor", "TreeEnsembleRegressor node 'TreeEnsembleRegressor' (ai.onnx.ml 1)"},
    {"support_vectors", "SVMClassifier node 'SVMc' (ai.onnx.ml 1)"},
    {"integer_operators", "QLinearLeakyRelu node '/net/net.6/LeakyRelu_quant' (com.microsoft 1)"},
    {"integer_channels", "QLinearLeakyRelu node '/net/net.6/LeakyRelu_quant' (com.microsoft 1)"},
    {"tf_dilated_10", "Einsum node 'einsum/Einsum' (ONNX 10)"}};

/// Their files fix the batch.
const Names fixedBatch = {"aged_7", "aged_8", "aged_9", "paddle_segments_11"};

}  // namespace

class TestExporters : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        for (const char* name :
             {"pytorch", "quantized", "scikit_learn", "paddle_models", "keras_tensorflow",
              "keras_torch", "keras_jax", "tf2onnx_models", "half"}) {
            auto file = loadSafetensors(folder() + name + ".safetensors");
            QVERIFY2(file.ok(), file ? "" : file.error().message.c_str());
            for (const auto& [model, text] : file->metadata) m_makers[model] = m_files.size();
            m_files.push_back(std::move(file).value());
        }
        QVERIFY(m_makers.size() >= 60);
        printCount(static_cast<int64_t>(m_makers.size() - refusedFor.size()),
                   "models of other exporters are imported");
    }

    void theyGiveWhatTheirMakersGive_data() { rows(); }
    void theyGiveWhatTheirMakersGive() {
        QFETCH(std::string, name);
        Result<onnx::Network> network = read(name);
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        const TensorView& x = input(name);
        if (network->batch > 0) network->batch = x.shape[0];
        const Numbers numbers = TensorData::of(x.dtype, x.shape, {x.bytes.begin(), x.bytes.end()});
        const auto given = runOnnx(*network, {{network->inputs.front().name, numbers}});
        QVERIFY2(given.ok(), given.ok() ? "" : given.error().message.c_str());
        for (size_t k = 0; k < given->size(); ++k) {
            const TensorView* wanted = find(name, fmt::format("out.{}", k));
            QVERIFY(wanted);
            const double found = distance((*given)[k], numbersOf(*wanted));
            // The runtime rounds to 16 bits at every node, this program where the file casts.
            const double allowed = name.starts_with("half") ? 1e-3 : 1e-5;
            QVERIFY2(found <= allowed, fmt::format("output {}: {}", k, found).c_str());
        }
        QVERIFY(!find(name, fmt::format("out.{}", given->size())));
    }

    void theirGradientsAreThoseOfTheirMakers_data() {
        QTest::addColumn<std::string>("name");
        for (const auto& [name, maker] : m_makers)
            if (find(name, "cotangent") && !refusedFor.contains(name))
                QTest::newRow(name.c_str()) << name;
    }
    void theirGradientsAreThoseOfTheirMakers() {
        QFETCH(std::string, name);
        const Result<onnx::Network> network = read(name);
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        const auto ours =
            derivedOf(*network, input(name), *find(name, "cotangent"), appendGradient);
        QVERIFY2(ours.ok(), ours.ok() ? "" : ours.error().message.c_str());
        const TensorView& wanted = *find(name, "grad." + std::string(network->inputs.front().name));
        const double found = distance(*ours, numbersOf(wanted));
        QVERIFY2(found <= 1e-5, fmt::format("{}", found).c_str());
    }

    void theyTakeBatchesWhereTheFileDoesNotFixThem_data() { rows(); }
    void theyTakeBatchesWhereTheFileDoesNotFixThem() {
        QFETCH(std::string, name);
        const Result<onnx::Model> model = onnx::readModel(folder() + name + ".onnx");
        QVERIFY(model.ok());
        const Result<onnx::Network> network = onnx::networkOf(*model);
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        QCOMPARE(network->batch > 0, !fixedBatch.contains(name));
    }

    void quantisedNetworksRoundAsTheirFilesSay_data() {
        // FACTS J6: pairs of QuantizeLinear and DequantizeLinear around everything; and the integer
        // operators of ONNX itself.
        QTest::addColumn<std::string>("name");
        for (const char* name : {"qdq_signed", "qdq_channels", "qdq_16_bits", "standard_integers",
                                 "standard_integers_channels"})
            QTest::newRow(name) << std::string(name);
    }
    void quantisedNetworksRoundAsTheirFilesSay() {
        QFETCH(std::string, name);
        Result<onnx::Network> network = read(name);
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        const TensorView& x = input(name);
        network->batch = x.shape[0];
        const Numbers numbers = TensorData::of(x.dtype, x.shape, {x.bytes.begin(), x.bytes.end()});
        const auto given = runOnnx(*network, {{"x", numbers}});
        QVERIFY2(given.ok(), given.ok() ? "" : given.error().message.c_str());
        // Not near: the last step is a product of a whole number with one scale.
        QCOMPARE(given->front(), numbersOf(*find(name, "out.0")));
    }

    void whatIsNotKnownIsRefusedByName_data() {
        QTest::addColumn<std::string>("name");
        QTest::addColumn<std::string>("wanted");
        for (const auto& [name, wanted] : refusedFor) QTest::newRow(name.c_str()) << name << wanted;
    }
    void whatIsNotKnownIsRefusedByName() {
        QFETCH(std::string, name);
        QFETCH(std::string, wanted);
        const Result<onnx::Model> model = onnx::readModel(folder() + name + ".onnx");
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
        const Result<onnx::Network> network = onnx::networkOf(*model);
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        const bool isNamed = std::ranges::any_of(network->refused, [&](const auto& refused) {
            return refused.message.starts_with(wanted);
        });
        QVERIFY2(isNamed, network->refused.empty() ? "nothing is refused"
                                                   : network->refused.front().message.c_str());
        for (const onnx::Refused& refused : network->refused)
            QVERIFY2(network->graph.find(refused.node), refused.node.c_str());
    }

  private:
    void rows() {
        QTest::addColumn<std::string>("name");
        for (const auto& [name, maker] : m_makers)
            if (!refusedFor.contains(name)) QTest::newRow(name.c_str()) << name;
    }
    const TensorView* find(const std::string& name, std::string_view part) {
        return m_files[m_makers.at(name)].find(fmt::format("{}.{}", name, part));
    }
    /// All of them have one.
    const TensorView& input(const std::string& name) {
        const auto& tensors = m_files[m_makers.at(name)].tensors;
        return *std::ranges::find_if(tensors, [&](const TensorView& tensor) {
            return tensor.name.starts_with(name + ".in.");
        });
    }
    /// With a batch that stays open, or for the numbers of the fixture.
    Result<onnx::Network> read(const std::string& name) {
        const Result<onnx::Model> model = onnx::readModel(folder() + name + ".onnx");
        if (!model.ok()) return model.error();
        onnx::Choices choices;
        if (fixedBatch.contains(name)) {
            const std::string given = input(name).name.substr(name.size() + 4);
            choices.shapes.emplace(given, input(name).shape);
            choices.followsBatch = false;
        }
        Result<onnx::Network> network = onnx::networkOf(*model, choices);
        if (network.ok() && !network->refused.empty())
            return Error{"test", network->refused.front().message, {}, {}, {}};
        return network;
    }

    std::vector<SafetensorsFile> m_files;
    std::map<std::string, size_t, std::less<>> m_makers;
};

QTEST_GUILESS_MAIN(TestExporters)
#include "tst_exporters.moc"
