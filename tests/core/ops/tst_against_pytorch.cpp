// SPDX-License-Identifier: Apache-2.0
// Operators and losses against PyTorch: values and gradients in float64. Truth: tests/golden/
// operators.safetensors, further_operators.safetensors and losses.safetensors, whose notes say which
// versions made them.
#include <QtTest/QtTest>

#include <cmath>
#include <map>

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
        for (const char* name : {"operators", "further_operators", "losses"}) {
            auto file = loadSafetensors(
                fmt::format("{}/tests/golden/{}.safetensors", VITRINE_SOURCE_DIR, name));
            QVERIFY2(file.ok(), file ? "" : file.error().message.c_str());
            m_files.emplace(name, std::move(file).value());
        }
    }

    void valuesAndGradientsAgree_data() {
        QTest::addColumn<std::string>("file");
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("text");
        for (const auto& [name, file] : m_files)
            for (const auto& [number, text] : file.metadata)
                QTest::newRow(fmt::format("{} {} {}", name, number, text).c_str())
                    << name << QString::fromStdString(number) << QString::fromStdString(text);
        QVERIFY(m_files.at("operators").metadata.size() > 30);
        QVERIFY(m_files.at("further_operators").metadata.size() >= 100);
        QVERIFY(m_files.at("losses").metadata.size() >= 59);
    }
    void valuesAndGradientsAgree() {
        QFETCH(std::string, file);
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
            const TensorView* tensor = m_files.at(file).find(key + name);
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
        m_file = &m_files.at(file);
        compare(interpreter.get(out), key + "out");
        int compared = 0;
        for (size_t i = 0; i < function.in.size(); ++i) {
            const std::string name =
                key + "grad" + function.program.value(function.in[i]).name.substr(2);
            // PyTorch has no gradient of targets that say which way a pair goes, and no finite one
            // of a probability of 0.
            if (!m_file->find(name)) continue;
            QVERIFY((*gradients)[i] != noValue);
            compare(interpreter.get((*gradients)[i]), name);
            ++compared;
        }
        QVERIFY(compared > 0);
    }

  private:
    void compare(const std::vector<double>& got, const std::string& name) {
        const TensorView* tensor = m_file->find(name);
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

    std::map<std::string, SafetensorsFile> m_files;
    const SafetensorsFile* m_file = nullptr;
};

QTEST_GUILESS_MAIN(AgainstPyTorchTest)
#include "tst_against_pytorch.moc"
