// SPDX-License-Identifier: Apache-2.0
// Reductions, running sums, shape operators and adaptive pooling against PyTorch: values and
// gradients in float64. Truth: tests/golden/reductions.safetensors, whose note says which versions
// made it.
#include <QtTest/QtTest>

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
constexpr double tolerance = 1e-12;

std::vector<double> numbersOf(const TensorView& tensor) {
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor.shape.elements(); ++i)
        numbers.push_back(readElement(tensor.bytes.data(), tensor.dtype, i));
    return numbers;
}

/// A case as a Program, with the results of all types and the gradients that PyTorch has too.
struct Case {
    Function function;
    std::vector<ValueId> results, gradients;
    ValueId cotangent = noValue;
};

std::vector<ValueId> resultsOf(const OpDescriptor& op, const QString& fields, Function& function) {
    // functionOf keeps floating-point results alone: the operator once more gives all of them.
    Builder builder(function.program, function.options);
    std::vector<ValueId> in;
    for (size_t v = 0; v < function.program.values.size(); ++v)
        if (function.program.values[v].definedBy < 0 &&
            function.program.values[v].name.starts_with("in"))
            in.push_back(static_cast<ValueId>(v));
    const auto attrs = fieldsFromText(op, fields.toStdString());
    return builder.emitAll(op.id, *attrs, in);
}

}  // namespace

class ReductionsTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        auto file = loadSafetensors(VITRINE_SOURCE_DIR "/tests/golden/reductions.safetensors");
        QVERIFY2(file.ok(), file ? "" : file.error().message.c_str());
        m_file = std::move(file).value();
    }

    void valuesAndGradientsAreThoseOfPyTorch_data() {
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("text");
        for (const auto& [number, text] : m_file.metadata)
            QTest::newRow((number + " " + text).c_str())
                << QString::fromStdString(number) << QString::fromStdString(text);
        QVERIFY(m_file.metadata.size() > 110);
    }
    void valuesAndGradientsAreThoseOfPyTorch() {
        QFETCH(QString, number);
        QFETCH(QString, text);
        const QStringList parts = text.split('|');
        const std::string key = number.toStdString() + ".";
        const OpDescriptor& op = operatorNamed(parts[0].toStdString());
        auto made = functionOf(op, parts[1].toStdString(), parts[2].toStdString(),
                               {.training = true, .floatType = DType::F64});
        QVERIFY2(made.ok(), made ? "" : made.error().message.c_str());
        Case c;
        c.function = std::move(made).value();
        c.results = resultsOf(op, parts[1], c.function);
        if (m_file.find(key + "cotangent")) addGradients(c);

        Interpreter interpreter(c.function.program);
        for (size_t v = 0; v < c.function.program.values.size(); ++v) {
            const Value& value = c.function.program.values[v];
            if (value.definedBy >= 0) continue;
            const TensorView* tensor = m_file.find(key + value.name);
            QVERIFY2(tensor, value.name.c_str());
            QCOMPARE(tensor->shape.elements(), value.shape.elements());
            interpreter.set(static_cast<ValueId>(v), numbersOf(*tensor));
        }
        const auto ran = interpreter.run();
        QVERIFY2(ran.ok(), ran ? "" : ran.error().message.c_str());
        for (size_t k = 0; k < c.results.size(); ++k) {
            const Value& value = c.function.program.value(c.results[k]);
            if (const TensorView* tensor = m_file.find(fmt::format("{}out{}", key, k)))
                QVERIFY2(tensor->shape == value.shape, value.shape.text().c_str());
            compare(interpreter.get(c.results[k]), fmt::format("{}out{}", key, k));
        }
        for (size_t i = 0; i < c.gradients.size(); ++i)
            compare(interpreter.get(c.gradients[i]),
                    key + "grad" + c.function.program.value(c.function.in[i]).name.substr(2));
    }

  private:
    void addGradients(Case& c) {
        Builder builder(c.function.program, c.function.options);
        const ValueId out = c.results.front();
        c.cotangent = builder.addInput("cotangent", builder.shape(out), builder.dtype(out));
        const ValueId loss = builder.emit("dot", {out, c.cotangent});
        auto gradients = appendGradients(builder, loss, c.function.in);
        QVERIFY2(gradients.ok(), gradients ? "" : gradients.error().message.c_str());
        c.gradients = std::move(gradients).value();
    }

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

QTEST_GUILESS_MAIN(ReductionsTest)
#include "tst_reductions.moc"
