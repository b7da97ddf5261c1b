// SPDX-License-Identifier: Apache-2.0
// Every operator of the registry against its own samples: shapes, derivatives, error sentences and
// words. A new file in core/ops is new rows here. Truth comes from the reference kernels in float64
// and from central differences of them.
#include <QDir>
#include <QtTest/QtTest>

#include "core/opdef/registry.h"
#include "tests/support/counts.h"
#include "tests/support/derivative_check.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr uint64_t seed = 20;
/// Of each operator.
constexpr int secondOrderChecks = 8;

Result<Function> sampleFunction(const OpDescriptor& op, const OpSample& sample, bool training,
                                uint64_t draw = 0) {
    auto function = functionOf(op, sample.fields, sample.inputs,
                               {.training = training, .floatType = DType::F64});
    if (function) fillNumbers(*function, sample.low, sample.high, seed + draw);
    return function;
}

bool isDifferentiable(const OpDescriptor& op) { return op.isComposite() || op.vjp != nullptr; }

void addSampleRows(bool differentiableOnly) {
    QTest::addColumn<const OpDescriptor*>("op");
    QTest::addColumn<const OpSample*>("sample");
    QTest::addColumn<bool>("training");
    for (const OpDescriptor* op : allOperators()) {
        if (differentiableOnly && !isDifferentiable(*op)) continue;
        for (const OpSample& sample : op->samples) {
            const std::string name =
                fmt::format("{} ({}) {}", op->id, sample.fields, sample.inputs);
            QTest::newRow(name.c_str()) << op << &sample << true;
            if (op->isComposite())
                QTest::newRow((name + " evaluation").c_str()) << op << &sample << false;
        }
    }
}

void addOperatorRows() {
    QTest::addColumn<const OpDescriptor*>("op");
    for (const OpDescriptor* op : allOperators()) QTest::newRow(std::string(op->id).c_str()) << op;
}

/// Fails the test where there is an error, and says whether there is none.
template <class T>
bool succeeds(const Result<T>& result) {
    if (!result)
        QTest::qFail(fmt::format("{} (seed {})", result.error().message, seed).c_str(), __FILE__,
                     __LINE__);
    return result.ok();
}

}  // namespace

class OperatorsTest : public QObject {
    Q_OBJECT

  private slots:
    void kernelsWriteExactlyTheInferredShape_data() { addSampleRows(false); }
    void kernelsWriteExactlyTheInferredShape() {
        QFETCH(const OpDescriptor*, op);
        QFETCH(const OpSample*, sample);
        QFETCH(bool, training);
        const auto function = sampleFunction(*op, *sample, training);
        if (!succeeds(function)) return;
        Interpreter interpreter(function->program);
        for (const auto& [id, numbers] : function->numbers) interpreter.set(id, numbers);
        succeeds(interpreter.run());
    }

    void reverseModeAgreesWithDifferences_data() { addSampleRows(true); }
    void reverseModeAgreesWithDifferences() {
        QFETCH(const OpDescriptor*, op);
        QFETCH(const OpSample*, sample);
        QFETCH(bool, training);
        const auto function = sampleFunction(*op, *sample, training);
        if (succeeds(function) && succeeds(checkReverse(*function, seed))) ++m_reverse;
    }

    void forwardModeAgreesWithReverseMode_data() { addSampleRows(true); }
    void forwardModeAgreesWithReverseMode() {
        QFETCH(const OpDescriptor*, op);
        QFETCH(const OpSample*, sample);
        QFETCH(bool, training);
        const auto function = sampleFunction(*op, *sample, training);
        if (succeeds(function) && succeeds(checkForward(*function, seed))) ++m_forward;
    }

    void gradientsHaveGradients_data() { addSampleRows(true); }
    void gradientsHaveGradients() {
        QFETCH(const OpDescriptor*, op);
        QFETCH(const OpSample*, sample);
        QFETCH(bool, training);
        checkSecondOrder(*op, *sample, training, 0);
    }

    /// At more points, where an operator has fewer samples than it is to have checks.
    void gradientsHaveGradientsElsewhere_data() {
        QTest::addColumn<const OpDescriptor*>("op");
        QTest::addColumn<const OpSample*>("sample");
        QTest::addColumn<int>("draw");
        for (const OpDescriptor* op : allOperators()) {
            if (!isDifferentiable(*op)) continue;
            const auto samples = static_cast<int>(op->samples.size());
            for (int k = samples; k < secondOrderChecks; ++k) {
                const OpSample& sample = op->samples[static_cast<size_t>(k % samples)];
                QTest::newRow(fmt::format("{} ({}) {} draw {}", op->id, sample.fields,
                                          sample.inputs, k / samples)
                                  .c_str())
                    << op << &sample << k / samples;
            }
        }
    }
    void gradientsHaveGradientsElsewhere() {
        QFETCH(const OpDescriptor*, op);
        QFETCH(const OpSample*, sample);
        QFETCH(int, draw);
        checkSecondOrder(*op, *sample, true, static_cast<uint64_t>(draw));
    }

    void bothRulesOrNone_data() { addOperatorRows(); }
    void bothRulesOrNone() {
        QFETCH(const OpDescriptor*, op);
        if (op->isComposite()) {
            QVERIFY2(!op->vjp && !op->jvp && !op->problem,
                     "a composite is differentiated by its parts");
            return;
        }
        QCOMPARE(op->vjp != nullptr, op->jvp != nullptr);
        QVERIFY2((op->problem != nullptr) != op->isView(), "a primitive has a kernel or is a view");
    }

    void errorSamplesFailInTheirWords_data() {
        QTest::addColumn<const OpDescriptor*>("op");
        QTest::addColumn<const OpErrorSample*>("sample");
        for (const OpDescriptor* op : allOperators())
            for (const OpErrorSample& sample : op->errorSamples)
                QTest::newRow(
                    fmt::format("{} ({}) {}", op->id, sample.fields, sample.inputs).c_str())
                    << op << &sample;
    }
    void errorSamplesFailInTheirWords() {
        QFETCH(const OpDescriptor*, op);
        QFETCH(const OpErrorSample*, sample);
        const auto function = functionOf(*op, sample->fields, sample->inputs, {});
        QVERIFY2(!function.ok(), "this must be refused");
        const std::string& message = function.error().message;
        QVERIFY2(message.find(sample->words) != std::string::npos, message.c_str());
    }

    void hasWordsAndSamples_data() { addOperatorRows(); }
    void hasWordsAndSamples() {
        QFETCH(const OpDescriptor*, op);
        QVERIFY(!op->title.empty() && !op->category.empty() && !op->formula.empty());
        QVERIFY2(op->summary.ends_with('.'), "the summary is a sentence");
        const auto isWord = [](char letter) {
            return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                   letter == '_' || letter == ' ';
        };
        QVERIFY2(std::ranges::all_of(op->searchWords, isWord) &&
                     op->searchWords.find("  ") == std::string_view::npos,
                 "search words are small, with one blank between them");
        QVERIFY2(std::ranges::all_of(op->shortName, isWord), "a node's name starts with it");
        for (std::string_view words = op->searchWords; !words.empty();) {
            const std::string_view word = words.substr(0, words.find(' '));
            QVERIFY2(word != op->id, "the id is found without being a search word");
            words.remove_prefix(std::min(word.size() + 1, words.size()));
        }
        for (const auto ports : {op->inputs, op->outputs})
            for (const PortSpec& port : ports)
                QVERIFY2(!port.title.empty() && !port.pattern.empty() && port.help.ends_with('.'),
                         std::string(port.id).c_str());
        for (const auto ports : {op->inputs, op->outputs})
            QVERIFY2(std::ranges::count_if(
                         ports, [](const PortSpec& port) { return port.repeat.isRepeated(); }) < 2,
                     "at most one repeats");
        for (const FieldSpec& field : op->fields)
            QVERIFY2(!field.title.empty() && field.help.ends_with('.'),
                     std::string(field.id).c_str());
        QVERIFY2(op->samples.size() >= 3, "three samples at least");
    }

    /// What a port says is what is checked: another element type, or another rank where the pattern
    /// has no `…`, is refused by the port's name.
    void operandsAreThoseOfTheirPorts_data() { addSampleRows(false); }
    void operandsAreThoseOfTheirPorts() {
        QFETCH(const OpDescriptor*, op);
        QFETCH(const OpSample*, sample);
        const auto function = functionOf(*op, sample->fields, sample->inputs, {});
        QVERIFY2(function.ok(), function.ok() ? "" : function.error().message.c_str());
        const auto attrs = fieldsFromText(*op, sample->fields);
        const std::vector<ValueShape> in = operandsOf(*op, sample->fields, sample->inputs);
        const auto isRefused = [&](size_t k, const ValueShape& instead) {
            std::vector<ValueShape> wrong = in;
            wrong[k] = instead;
            const std::string name = nameOf(op->inputs, placeOf(op->inputs, in.size(), k));
            const auto results = inferResults(*op, *attrs, wrong);
            return !results.ok() && results.error().message.starts_with(name + " needs ");
        };
        for (size_t k = 0; k < in.size(); ++k) {
            if (!in[k].isThere) continue;
            const PortSpec& port = portOf(op->inputs, in.size(), k);
            for (DType type : allDTypes)
                if (!port.types.contains(type))
                    QVERIFY2(isRefused(k, {in[k].shape, type}), std::string(name(type)).c_str());
            ValueShape larger = in[k];
            if (larger.shape.rank() == Shape::maxRank) continue;
            larger.shape.push(2);
            const bool isFixed = port.pattern.find("…") == std::string_view::npos &&
                                 port.pattern.find(" or ") == std::string_view::npos;
            if (isFixed) QVERIFY2(isRefused(k, larger), larger.shape.text().c_str());
        }
    }

    void idsAreTheFilesNames() {
        QStringList files;
        for (const QString& file : QDir(VITRINE_SOURCE_DIR "/core/ops").entryList({"*.cpp"}))
            files << file.chopped(4);
        QStringList ids;
        for (const OpDescriptor* op : allOperators())
            ids << QString::fromUtf8(op->id.data(), static_cast<qsizetype>(op->id.size()));
        files.sort();
        QStringList sorted = ids;
        sorted.sort();
        QCOMPARE(sorted, files);
    }

    void cleanupTestCase() {
        printCount(m_reverse, "gradients in float64: rules = differences (wanted: 1200)");
        printCount(m_forward, "gradients in float64: forward = reverse (wanted: 1200)");
        int second = 0;
        for (const auto& [op, count] : m_second) second += count;
        printCount(std::ranges::count_if(
                       m_second, [](const auto& of) { return of.second >= secondOrderChecks; }),
                   fmt::format("operators with 8 or more gradients of gradients, {} in all "
                               "(wanted: 60)",
                               second));
    }

  private:
    void checkSecondOrder(const OpDescriptor& op, const OpSample& sample, bool training,
                          uint64_t draw) {
        const auto function = sampleFunction(op, sample, training, draw);
        if (!succeeds(function)) return;
        const auto gradient = gradientOf(*function, seed + draw);
        if (!succeeds(gradient) || gradient->function.out.empty()) return;  // zero by rule
        if (succeeds(checkReverse(gradient->function, seed + draw + 1)) &&
            succeeds(checkForward(gradient->function, seed + draw + 1)) && training)
            ++m_second[&op];
    }

    int64_t m_reverse = 0, m_forward = 0;
    std::map<const OpDescriptor*, int> m_second;  ///< in training
};

QTEST_GUILESS_MAIN(OperatorsTest)
#include "tst_operators.moc"
