// SPDX-License-Identifier: Apache-2.0
// Networks of the kinds that torchvision and timm have, as PyTorch's exporters write them: old and
// new operator sets, batch normalisation folded and not, weights as inputs. Truth: PyTorch in
// float64, tests/golden/networks.safetensors.
#include <QtTest/QtTest>
#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/autodiff/transform.h"
#include "core/io/safetensors.h"
#include "tests/support/counts.h"
#include "tests/support/onnx_derivatives.h"
#include "tests/support/onnx_network.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

std::string folder() { return std::string(VITRINE_SOURCE_DIR) + "/tests/golden/"; }

}  // namespace

class TestNetworks : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        auto file = loadSafetensors(folder() + "networks.safetensors");
        QVERIFY2(file.ok(), file ? "" : file.error().message.c_str());
        m_file = std::move(file).value();
        QCOMPARE(m_file.metadata.size(), size_t{33});
        for (const auto& [name, text] : m_file.metadata)
            for (const char* part : {"x", "y32", "y64", "cotangent", "grad"})
                QVERIFY(tensor(name, part));
        printCount(static_cast<int64_t>(m_file.metadata.size()),
                   "networks of PyTorch's exporters are imported");
    }

    void theyGiveWhatPyTorchGives_data() { rows(); }
    void theyGiveWhatPyTorchGives() {
        QFETCH(std::string, name);
        const double theirs =
            distance(numbersOf(*tensor(name, "y32")), numbersOf(*tensor(name, "y64")));
        const double allowed = std::max(1e-5, 2 * theirs), found = distanceOf(name, DType::F32);
        QVERIFY2(found <= allowed, fmt::format("{} > {}", found, allowed).c_str());
    }

    void inDoublePrecisionTheyGiveTheSame_data() { rows(); }
    void inDoublePrecisionTheyGiveTheSame() {
        QFETCH(std::string, name);
        const double found = distanceOf(name, DType::F64);
        QVERIFY2(found <= 1e-5, fmt::format("{}", found).c_str());
    }

    void theirGradientsAreThoseOfPyTorch_data() { rows(); }
    void theirGradientsAreThoseOfPyTorch() {
        QFETCH(std::string, name);
        const Result<std::vector<double>> ours = derived(name, appendGradient);
        QVERIFY2(ours.ok(), ours.ok() ? "" : ours.error().message.c_str());
        const double found = distance(*ours, numbersOf(*tensor(name, "grad")));
        QVERIFY2(found <= 1e-5, fmt::format("{}", found).c_str());
    }

    void productsWithTheirHessiansAreThoseOfPyTorch_data() {
        QTest::addColumn<std::string>("name");
        int count = 0;
        for (const auto& [name, text] : m_file.metadata) {
            // PyTorch has no second derivative of some.
            if (!tensor(name, "hvp")) continue;
            QTest::newRow(name.c_str()) << name;
            ++count;
        }
        QCOMPARE(count, 31);
    }
    void productsWithTheirHessiansAreThoseOfPyTorch() {
        QFETCH(std::string, name);
        const Result<std::vector<double>> ours = derived(name, product);
        QVERIFY2(ours.ok(), ours.ok() ? "" : ours.error().message.c_str());
        const double found = distance(*ours, numbersOf(*tensor(name, "hvp")));
        QVERIFY2(found <= 1e-5, fmt::format("{}", found).c_str());
    }

    void theyTakeBatchesWhereTheFileDoesNotFixThem_data() { rows(); }
    void theyTakeBatchesWhereTheFileDoesNotFixThem() {
        QFETCH(std::string, name);
        const Result<onnx::Network> network = read(name);
        QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
        // One of them was written for one picture alone: it gathers from all numbers in one row.
        QCOMPARE(network->batch > 0, name != "convnext_dynamo");
    }

  private:
    void rows() {
        QTest::addColumn<std::string>("name");
        for (const auto& [name, text] : m_file.metadata) QTest::newRow(name.c_str()) << name;
    }
    const TensorView* tensor(const std::string& name, const char* part) {
        return m_file.find(fmt::format("{}.{}", name, part));
    }

    Result<onnx::Network> read(const std::string& name) {
        Result<onnx::Model> model = onnx::readModel(folder() + "networks/" + name + ".onnx");
        if (!model.ok()) return model.error();
        Result<onnx::Network> network = onnx::networkOf(*model);
        if (network.ok() && !network->refused.empty())
            return Error{"test", network->refused.front().message, {}, {}, {}};
        return network;
    }

    /// How far ours lies from PyTorch's in float64; infinitely where there is none, which is told.
    double distanceOf(const std::string& name, DType type) {
        constexpr double none = std::numeric_limits<double>::infinity();
        Result<onnx::Network> network = read(name);
        if (!network.ok()) return qWarning("%s", network.error().message.c_str()), none;
        network->floatType = type;
        const TensorView& x = *tensor(name, "x");
        if (network->batch > 0) network->batch = x.shape[0];
        const Numbers input = TensorData::of(x.dtype, x.shape, {x.bytes.begin(), x.bytes.end()});
        auto given = runOnnx(*network, {{network->inputs.front().name, input}});
        if (!given.ok()) return qWarning("%s", given.error().message.c_str()), none;
        return distance(given->front(), numbersOf(*tensor(name, "y64")));
    }

    /// In double precision, for the numbers of the file.
    Result<std::vector<double>> derived(const std::string& name, const Append& append) {
        const Result<onnx::Network> network = read(name);
        if (!network.ok()) return network.error();
        return derivedOf(*network, *tensor(name, "x"), *tensor(name, "cotangent"), append);
    }

    /// The Hessian of Σ y² · cotangent / 2 times x: tangents of the gradient.
    static Result<ValueId> product(Builder& b, ValueId x, ValueId y, ValueId cotangent) {
        const ValueId v = b.program().input("v");
        const Result<ValueId> slope = appendGradient(b, x, y, b.mul(y, cotangent));
        if (!slope.ok()) return slope.error();
        const auto tangents = appendJvp(b, {&x, 1}, {&v, 1}, {&*slope, 1});
        if (!tangents.ok()) return tangents.error();
        return tangents->front();
    }

    SafetensorsFile m_file;
};

QTEST_GUILESS_MAIN(TestNetworks)
#include "tst_networks.moc"
