// SPDX-License-Identifier: Apache-2.0
// Every operator on numbers and extents that nobody plans for: NaN, infinities, denormals and 1e38
// in one place of one operand; class numbers and positions that are none; extents of 0, and of 2^31
// and more. Wanted: a result of the same kind as the plain loops give in float64 (what NaN and
// infinity become is held against PyTorch in core.ops.pointwise_against_pytorch and
// core.ops.kinks), or a refusal that names an operand, a field or the result; never a byte outside
// a result.
#include <QtTest/QtTest>

#include <cmath>
#include <limits>

#include "core/graph/graph_text.h"
#include "core/graph/shapes.h"
#include "core/opdef/port_patterns.h"
#include "core/opdef/registry.h"
#include "core/opdef/shape_rules.h"
#include "tests/support/counts.h"
#include "tests/support/interpreter.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr uint64_t seed = 7;
/// Of finite results, as a share of the largest: float32 in sums of other orders.
constexpr double tolerance = 1e-3;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double kinds[] = {std::numeric_limits<double>::quiet_NaN(), infinity, -infinity, 1e-42,
                            -0.0};
constexpr double overflowing[] = {1e38, -1e38};

using Results = std::vector<std::vector<double>>;

Result<Function> function(const OpDescriptor& op, const OpSample& sample, DType type) {
    auto made = functionOf(op, sample.fields, sample.inputs, {.training = true, .floatType = type});
    if (made) fillNumbers(*made, sample.low, sample.high, seed);
    return made;
}

/// All floating-point results, with `number` at one place of one value. The same values have the
/// same numbers in programs of both types.
Result<Results> resultsWith(const Function& of, ValueId value, double number) {
    Interpreter interpreter(of.program);
    for (const auto& [id, numbers] : of.numbers) {
        std::vector<double> changed = numbers;
        for (double& x : changed) x = static_cast<float>(x);
        if (id == value) changed[changed.size() / 2] = number;
        interpreter.set(id, changed);
    }
    VITRINE_TRY(interpreter.run());
    Results results;
    for (ValueId v : of.out) results.push_back(interpreter.get(v));
    return results;
}

std::string difference(const Results& got, const Results& wanted) {
    for (size_t k = 0; k < wanted.size(); ++k) {
        double largest = 1;
        for (double x : wanted[k])
            if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
        for (size_t i = 0; i < wanted[k].size(); ++i) {
            const double a = got[k][i], b = static_cast<float>(wanted[k][i]);  // 1 / 1e-42
            const bool agree = std::isfinite(a) && std::isfinite(b)
                                   ? std::abs(a - b) <= tolerance * largest
                                   : a == b || (std::isnan(a) && std::isnan(b));
            if (!agree) return fmt::format("result {}[{}]: {}, plain loops have {}", k, i, a, b);
        }
    }
    return {};
}

/// What is wrong with the answer to operands of these shapes; empty where nothing is.
std::string faultOf(const OpDescriptor& op, const Attrs& attrs, std::vector<ValueShape> in) {
    Result<std::vector<ValueShape>> results = std::vector<ValueShape>();
    const auto asked = [&]() -> Result<void> {
        if (op.parameters) {
            VITRINE_TRY(checkOperands(op.inputs, attrs, in));
            const auto parameters = op.parameters(attrs, in);
            if (!parameters) return parameters.error();
            for (const ParamSpec& parameter : *parameters)
                for (size_t k = 0; k < in.size(); ++k)
                    if (placeOf(op.inputs, in.size(), k).port == parameter.port)
                        in[k] = {parameter.shape, DType::F32};
        }
        results = inferResults(op, attrs, in);
        if (!results) return results.error();
        return {};
    }();
    if (!asked) {
        const std::string& message = asked.error().message;
        const auto names = [&](const auto& specs) {
            return std::ranges::any_of(specs, [&](const auto& spec) {
                return message.find(spec.id) != std::string::npos;
            });
        };
        // Of instructions that only rules append, people see no fields.
        const bool isNamed = !op.inPalette() || names(op.inputs) || names(op.outputs) ||
                             names(op.fields) || message.find("result") != std::string::npos;
        return isNamed ? "" : "names neither operand nor field: " + message;
    }
    for (const ValueShape& result : *results)
        if (checkedElements(result.shape.dims()) < 1)
            return fmt::format("result {}", result.shape.text());
    return {};
}

void addRows() {
    QTest::addColumn<const OpDescriptor*>("op");
    for (const OpDescriptor* op : allOperators()) QTest::newRow(std::string(op->id).c_str()) << op;
}

}  // namespace

class ExtremesTest : public QObject {
    Q_OBJECT

  private slots:
    void numbersGiveDefinedResults_data() { addRows(); }
    void numbersGiveDefinedResults() {
        QFETCH(const OpDescriptor*, op);
        const OpSample& sample = op->samples[0];
        const auto narrow = function(*op, sample, DType::F32),
                   wide = function(*op, sample, DType::F64);
        QVERIFY(narrow.ok() && wide.ok());
        for (size_t k = 0; k < narrow->in.size(); ++k) {
            for (double number : kinds) {
                const double held = static_cast<float>(number);
                const auto got = resultsWith(*narrow, narrow->in[k], held),
                           wanted = resultsWith(*wide, wide->in[k], held);
                QVERIFY2(got.ok() && wanted.ok(), "nothing is written beside a result");
                if (narrow->out.size() != wide->out.size()) continue;  // a cast to float64
                const std::string found = difference(*got, *wanted);
                QVERIFY2(found.empty(),
                         fmt::format("{} in operand {}: {}", number, k, found).c_str());
                ++m_numbers;
            }
            for (double number : overflowing) {
                QVERIFY(resultsWith(*narrow, narrow->in[k], number).ok());
                ++m_numbers;
            }
        }
    }

    /// Class numbers and positions that are none.
    void positionsGiveDefinedResults_data() { addRows(); }
    void positionsGiveDefinedResults() {
        QFETCH(const OpDescriptor*, op);
        // Elsewhere they come from other instructions, and kernels rely on them.
        if (!op->inPalette()) return;
        const OpSample& sample = op->samples[0];
        const auto narrow = function(*op, sample, DType::F32),
                   wide = function(*op, sample, DType::F64);
        QVERIFY(narrow.ok() && wide.ok());
        for (const auto& [id, numbers] : narrow->numbers) {
            const Value& value = narrow->program.value(id);
            if (isFloat(value.dtype) || value.dtype == DType::Bool || value.name == "rng_key")
                continue;
            for (double number : {-1.0, 100.0, 2147483647.0, -2147483648.0}) {
                const auto got = resultsWith(*narrow, id, number),
                           wanted = resultsWith(*wide, id, number);
                QVERIFY2(got.ok() && wanted.ok(), "nothing is written beside a result");
                const std::string found = difference(*got, *wanted);
                QVERIFY2(found.empty(), fmt::format("position {}: {}", number, found).c_str());
                ++m_positions;
            }
        }
    }

    void extentsAreTakenOrRefused_data() { addRows(); }
    void extentsAreTakenOrRefused() {
        QFETCH(const OpDescriptor*, op);
        for (const OpSample& sample : op->samples) {
            const Attrs attrs = *fieldsFromText(*op, sample.fields);
            const auto operands = *sampleOperands(*op, sample.fields, sample.inputs, DType::F32);
            std::vector<ValueShape> in;
            for (const SampleOperand& operand : operands)
                in.push_back(operand.role == PortRole::Value ? operand.type : missingShape);
            for (size_t k = 0; k < in.size(); ++k)
                for (int axis = 0; in[k].isThere && axis < in[k].shape.rank(); ++axis)
                    for (int64_t extent : {int64_t{1} << 31, int64_t{1} << 32, int64_t{1} << 40}) {
                        std::vector<ValueShape> changed = in;
                        changed[k].shape[axis] = extent;
                        // No value is larger: inputs are refused, and so are results.
                        if (!needSize("x", changed[k].shape)) continue;
                        const std::string found = faultOf(*op, attrs, changed);
                        QVERIFY2(found.empty(), fmt::format("{} ({}) operand {}: {}", op->id,
                                                            sample.fields, k, found)
                                                    .c_str());
                        ++m_extents;
                    }
        }
    }

    /// Where they would come into being; no operator meets one.
    void emptyAndEndlessTensorsAreRefused_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* text, const char* words) {
            QTest::newRow(text) << text << words;
        };
        row("x[0,4,4] -> relu", "shape");
        row("x[4,-1,4] -> relu", "shape");
        row("x[2147483648,2147483648,4] -> relu", "x");
        row("x[4611686018427387904,4] -> relu", "shape");
        row("x[3,4,4] -> conv2d(kernel=5)", "kernel 5x5 is larger than the padded input 4x4");
        row("x[3,4,4] -> conv2d(out_channels=0)", "out_channels");
        row("x[3,4,4] -> conv_transpose2d(kernel=1 padding=2)", "leaves nothing of the result");
        row("x[3,4,4] -> max_pool2d(kernel=9)", "kernel 9x9 is larger");
        row("x[3,4,4] -> adaptive_avg_pool(size=0)", "size");
        row("x[3,4,4] -> resize(size=0,3)", "size");
        row("x[3,4,4] -> resize(size=1048576,1048576)", "result");
        row("x[3,4,4] -> crop(size=0,2)", "size");
        row("x[3,4,4] -> slice(length=-1)", "length");
        row("x[3,4,4] -> slice(start=3)", "1 elements from 3 reach past the extent 3");
        row("x[65536,1,1]\ny[1,65536,1]\nz[1,1,65536]\nx -> add(y) -> add(z)", "add2");
        row("x[3,4,4] -> tile(repeats=0)", "repeats");
        row("x[3,4,4] -> tile(repeats=1048576,1048576)", "result");
        row("x[3,4,4] -> expand(shape=0,3,4,4)", "shape");
        row("x[3,4,4] -> reshape(shape=0,0,0,0,0)", "shape");
        row("x[3,4,4] -> pad(pads=-2)", "pads leave nothing of the extent 4");
        row("x[3,4,4] -> split(sizes=0,3)", "sizes");
        row("x[3,4,4] -> flatten -> linear(out_features=0)", "out_features");
        row("x[65536,1024] -> flatten -> linear(out_features=65536)", "linear");
        row("range(start=0 stop=0)", "range");
        row("range(start=0 stop=1e18 step=1e-9)", "range");
    }
    void emptyAndEndlessTensorsAreRefused() {
        QFETCH(QString, text);
        QFETCH(QString, words);
        const auto graph = graphFromText(text.toStdString());
        std::string message = graph ? "" : graph.error().text();
        if (graph)
            for (const auto& error : shapesOf(*graph, {.batch = 2}).errors)
                message += error.text() + "\n";
        QVERIFY2(message.find(words.toStdString()) != std::string::npos,
                 ("it says: " + message).c_str());
        ++m_extents;
    }

    void cleanupTestCase() {
        printCount(m_numbers + m_positions + m_extents,
                   fmt::format("extreme values: {} numbers, {} positions, {} extents (wanted: 400)",
                               m_numbers, m_positions, m_extents));
    }

  private:
    int64_t m_numbers = 0, m_positions = 0, m_extents = 0;
};

QTEST_GUILESS_MAIN(ExtremesTest)
#include "tst_extremes.moc"
