// SPDX-License-Identifier: Apache-2.0
// Layers with parameters, states and several results against PyTorch: values, gradients and what
// becomes of running statistics, in float64. Truth: tests/golden/layers.safetensors, whose note
// says which versions made it.
#include <QtTest/QtTest>

#include <cmath>

#include "core/autodiff/transform.h"
#include "core/io/safetensors.h"
#include "core/opdef/registry.h"
#include "core/tensor/element.h"
#include "tests/support/interpreter.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Both compute in float64, in sums of different orders.
constexpr double tolerance = 1e-11;

std::vector<double> numbersOf(const TensorView& tensor) {
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor.shape.elements(); ++i)
        numbers.push_back(readElement(tensor.bytes.data(), tensor.dtype, i));
    return numbers;
}

/// Σ out · cotangent over all results.
ValueId appendLoss(Builder& b, const std::vector<ValueId>& out, std::vector<ValueId>& cotangents) {
    ValueId loss = noValue;
    for (size_t k = 0; k < out.size(); ++k) {
        cotangents.push_back(
            b.addInput("cotangent" + std::to_string(k), b.shape(out[k]), b.dtype(out[k])));
        const ValueId term = b.emit("dot", {out[k], cotangents.back()});
        loss = k == 0 ? term : b.add(loss, term);
    }
    return loss;
}

bool isStatistic(const Program& program, ValueId id) {
    return std::ranges::any_of(program.states, [id](const StateBinding& state) {
        return state.in == id && state.kind == StateKind::Statistic;
    });
}

}  // namespace

class LayersAgainstPyTorchTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        auto file = loadSafetensors(VITRINE_SOURCE_DIR "/tests/golden/layers.safetensors");
        QVERIFY2(file.ok(), file ? "" : file.error().message.c_str());
        m_file = std::move(file).value();
    }

    void valuesGradientsAndStatesAgree_data() {
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("text");
        for (const auto& [number, text] : m_file.metadata)
            QTest::newRow((number + " " + text).c_str())
                << QString::fromStdString(number) << QString::fromStdString(text);
        QVERIFY(m_file.metadata.size() >= 223);
    }
    void valuesGradientsAndStatesAgree() {
        QFETCH(QString, number);
        QFETCH(QString, text);
        const QStringList parts = text.split('|');
        const OpDescriptor& op = operatorNamed(parts[0].toStdString());
        auto made = functionOf(op, parts[1].toStdString(), parts[2].toStdString(),
                               {.training = parts.size() < 4, .floatType = DType::F64});
        QVERIFY2(made.ok(), made ? "" : made.error().message.c_str());
        Function function = std::move(made).value();
        const Program& program = function.program;
        Builder builder(function.program, function.options);
        std::vector<ValueId> cotangents;
        const ValueId loss = appendLoss(builder, function.out, cotangents);
        const auto gradients = appendGradients(builder, loss, function.in);
        QVERIFY2(gradients.ok(), gradients ? "" : gradients.error().message.c_str());

        Interpreter interpreter(program);
        m_key = number.toStdString() + ".";
        for (size_t v = 0; v < program.values.size(); ++v) {
            const Value& value = program.values[v];
            if (value.definedBy >= 0) continue;
            const TensorView* tensor = m_file.find(m_key + value.name);
            QVERIFY2(tensor, value.name.c_str());
            QCOMPARE(tensor->shape.elements(), value.shape.elements());
            interpreter.set(static_cast<ValueId>(v), numbersOf(*tensor));
        }
        QVERIFY(interpreter.run().ok());
        for (size_t k = 0; k < function.out.size(); ++k)
            compare(interpreter.get(function.out[k]), "out" + std::to_string(k));
        compareGradients(interpreter, function, *gradients);
        compareStates(interpreter, program);
    }

  private:
    void compareGradients(const Interpreter& interpreter, const Function& function,
                          const std::vector<ValueId>& gradients) {
        for (size_t i = 0; i < function.in.size(); ++i) {
            if (isStatistic(function.program, function.in[i])) continue;
            const std::string port = function.program.value(function.in[i]).name.substr(2);
            compare(interpreter.get(gradients[i]), "grad" + port);
        }
    }

    void compareStates(const Interpreter& interpreter, const Program& program) {
        for (const StateBinding& state : program.states)
            if (m_file.find(m_key + "after" + state.name.substr(2))) {
                QVERIFY2(state.out != noValue, state.name.c_str());
                compare(interpreter.get(state.out), "after" + state.name.substr(2));
            }
    }

    void compare(const std::vector<double>& got, const std::string& name) {
        const TensorView* tensor = m_file.find(m_key + name);
        QVERIFY2(tensor, name.c_str());
        const std::vector<double> wanted = numbersOf(*tensor);
        QCOMPARE(got.size(), wanted.size());
        double largest = 1;
        for (double x : wanted) largest = std::max(largest, std::abs(x));
        for (size_t i = 0; i < got.size(); ++i)
            QVERIFY2(std::abs(got[i] - wanted[i]) <= tolerance * largest,
                     fmt::format("{} element {}: {}, PyTorch has {}", name, i, got[i], wanted[i])
                         .c_str());
    }

    SafetensorsFile m_file;
    std::string m_key;
};

QTEST_GUILESS_MAIN(LayersAgainstPyTorchTest)
#include "tst_layers_against_pytorch.moc"
