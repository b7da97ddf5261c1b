// SPDX-License-Identifier: Apache-2.0
// Operators against PyTorch: values and gradients in float64. Truth: tests/golden/
// operators.safetensors, whose note says which versions made it.
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

}  // namespace

class AgainstPyTorchTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        auto file = loadSafetensors(VITRINE_SOURCE_DIR "/tests/golden/operators.safetensors");
        QVERIFY2(file.ok(), file ? "" : file.error().message.c_str());
        m_file = std::move(file).value();
    }

    void valuesAndGradientsAgree_data() {
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("text");
        for (const auto& [number, text] : m_file.metadata)
            QTest::newRow((number + " " + text).c_str())
                << QString::fromStdString(number) << QString::fromStdString(text);
        QVERIFY(m_file.metadata.size() > 30);
    }
    void valuesAndGradientsAgree() {
        QFETCH(QString, number);
        QFETCH(QString, text);
        const QStringList parts = text.split('|');
        const OpDescriptor& op = operatorNamed(parts[0].toStdString());
        auto made = functionOf(op, parts[1].toStdString(), parts[2].toStdString(),
                               {.training = true, .floatType = DType::F64});
        QVERIFY2(made.ok(), made ? "" : made.error().message.c_str());
        Function function = std::move(made).value();
        const ValueId out = function.out.front();
        Builder builder(function.program, function.options);
        const ValueId cotangent =
            builder.addInput("cotangent", builder.shape(out), builder.dtype(out));
        const ValueId loss = builder.emit("dot", {out, cotangent});
        const auto gradients = appendGradients(builder, loss, function.in);
        QVERIFY2(gradients.ok(), gradients ? "" : gradients.error().message.c_str());

        Interpreter interpreter(function.program);
        const std::string key = number.toStdString() + ".";
        const auto set = [&](ValueId id, const std::string& name) {
            const TensorView* tensor = m_file.find(key + name);
            QVERIFY2(tensor, name.c_str());
            QCOMPARE(tensor->shape.elements(), function.program.value(id).shape.elements());
            interpreter.set(id, numbersOf(*tensor));
        };
        set(cotangent, "cotangent");
        for (size_t v = 0; v < function.program.values.size(); ++v) {
            const Value& value = function.program.values[v];
            if (value.definedBy < 0 && value.name.starts_with("in"))
                set(static_cast<ValueId>(v), value.name);
        }
        QVERIFY(interpreter.run().ok());
        compare(interpreter.get(out), key + "out");
        for (size_t i = 0; i < function.in.size(); ++i)
            compare(interpreter.get((*gradients)[i]),
                    key + "grad" + function.program.value(function.in[i]).name.substr(2));
    }

  private:
    void compare(const std::vector<double>& got, const std::string& name) {
        const TensorView* tensor = m_file.find(name);
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
};

QTEST_GUILESS_MAIN(AgainstPyTorchTest)
#include "tst_against_pytorch.moc"
