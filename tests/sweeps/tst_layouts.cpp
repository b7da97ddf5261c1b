// SPDX-License-Identifier: Apache-2.0
// Every primitive's float32 kernels in every form that they offer, with and without
// chains of pointwise functions fused into them, against its reference kernel in float64 on the
// same numbers. Padding holds NaN.
#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>

#include "core/exec/fusion.h"
#include "core/exec/kernel_call.h"
#include "core/opdef/registry.h"
#include "kernels/api/conv2d.h"
#include "tests/support/filter_frequencies.h"
#include "tests/support/interpreter.h"
#include "tests/support/op_samples.h"
#include "tests/support/physical_operand.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr uint64_t seed = 21;
/// Share of the largest |result|: room for the sums of the samples, far below any wrong term.
constexpr double float32Tolerance = 1e-5;

bool hasKernels(const OpDescriptor& op) { return !op.isComposite() && !op.isView(); }

/// What follows the first operand of a step: a value of its own for each other port, with as many
/// axes of the shape as the port takes.
Shape shapeFor(const PortSpec& port, const Shape& first) {
    if (port.pattern == "[C]") return Shape{first.rank() > 1 ? first[1] : 1};
    return port.pattern == "[]" ? Shape{} : first;
}

/// The sample, with the pointwise operators of `chain` after it. Their other operands are values of
/// their own.
Function functionWith(const OpDescriptor& op, const OpSample& sample,
                      const std::vector<std::string>& chain, DType dtype) {
    const Builder::Options options{.training = true, .floatType = dtype};
    auto function = functionOf(op, sample.fields, sample.inputs, options);
    VITRINE_CHECK(function.ok(), "samples fit their operator");
    Builder builder(function->program, options);
    std::vector<ValueId> out = function->program.instrs.back().out;
    for (const std::string& id : chain) {
        std::vector<ValueId> in{out[0]};
        for (const PortSpec& port : findOperator(id)->inputs.subspan(1)) {
            const Shape shape = shapeFor(port, builder.shape(in[0]));
            in.push_back(builder.addInput(fmt::format("{}_{}", id, port.id), shape, dtype));
            function->in.push_back(in.back());
        }
        out = builder.emitAll(id, {}, in);
    }
    for (ValueId v : out) builder.addOutput("out", v);
    fillNumbers(*function, sample.low, sample.high, seed);
    for (auto& entry : function->numbers)
        for (double& x : entry.second) x = static_cast<double>(static_cast<float>(x));
    return std::move(*function);
}

/// What the operators mean: float64, one after the other, row-major.
std::vector<std::vector<double>> reference(const Function& function) {
    Interpreter interpreter(function.program);
    for (const auto& [id, numbers] : function.numbers) interpreter.set(id, numbers);
    VITRINE_CHECK(interpreter.run().ok(), "the reference runs");
    std::vector<std::vector<double>> results;
    for (const NamedValue& output : function.program.outputs)
        results.push_back(interpreter.get(output.value));
    return results;
}

/// What an operand holds: a number of the sample's, or what an instruction before made of them.
std::vector<double> numbersOf(const Function& function, ValueId value) {
    const auto given = function.numbers.find(value);
    if (given != function.numbers.end()) return given->second;
    Interpreter interpreter(function.program);
    for (const auto& [id, numbers] : function.numbers) interpreter.set(id, numbers);
    VITRINE_CHECK(interpreter.run().ok(), "the reference runs");
    return interpreter.get(value);
}

/// One instruction with operands as an offer wants them. `extraHalo` pixels are added to every
/// image of rank 3 to 5: kernels take operands with more halo than they need, and zero what they
/// leave. `turned`: operands that are read by strides have their axes the other way round in
/// memory.
class PhysicalRun {
  public:
    PhysicalRun(const Function& function, const Instr& instr, const kernels::Call& call,
                const kernels::Offer& offer, int extraHalo, bool turned = false)
        : m_offer(offer) {
        const std::vector<ValueId> values = callValues(instr);
        const size_t operands = values.size() - instr.out.size();
        for (size_t k = 0; k < values.size(); ++k) {
            const kernels::Form& form = offer.forms[k];
            TensorType type = typeOf(function.program.shapeOf(values[k]), form, extraHalo);
            if (turned && form.isStrided) type.strides = turnedStrides(type.shape);
            if (k < operands && form.packing.frequencies)
                m_in.push_back({type, filterFrequencies(numbersOf(function, values[k]),
                                                        form.packing.transposed)});
            else if (k < operands)
                m_in.push_back({type, numbersOf(function, values[k])});
            else
                m_out.emplace_back(type);
        }
        bind(call);
    }

    /// Results come out of memory of their own, or out of operands' where the offer allows it.
    std::vector<PhysicalOperand> run(bool inPlace, bool lastPartFirst) {
        std::vector<PhysicalOperand> in = m_in, out = m_out;
        std::vector<void*> operands;
        std::vector<PhysicalOperand*> results;
        for (PhysicalOperand& operand : out) results.push_back(&operand);
        if (inPlace)
            for (const kernels::InPlace& pair : m_offer.inPlace)
                if (sameMemory(in[pair.operand].type(), results[pair.result]->type()))
                    results[pair.result] = &in[pair.operand];
        for (PhysicalOperand& operand : in) operands.push_back(operand.data());
        for (PhysicalOperand* operand : results) operands.push_back(operand->data());
        runParts(operands, lastPartFirst);
        std::vector<PhysicalOperand> copies;
        for (PhysicalOperand* operand : results) copies.push_back(*operand);
        return copies;
    }

    const kernels::Kernel& kernel() const { return m_kernel; }
    bool isWinograd() const { return m_offer.algorithm == kernels::Algorithm::Winograd; }

  private:
    static TensorType typeOf(const ValueShape& shape, const kernels::Form& form, int extraHalo) {
        TensorType type = TensorType::rowMajor(shape.shape, shape.dtype);
        const int halo = static_cast<int>(form.halo) + (shape.shape.rank() == 2 ? 0 : extraHalo);
        if (form.packing.frequencies) type.shape[2] = type.shape[3] = 6;
        if (form.layout == LayoutKind::Packed)
            type.layout = {form.layout, 0, form.packing};
        else if (form.layout != LayoutKind::RowMajor)
            type.layout = {form.layout, halo};
        return type;
    }

    static bool sameMemory(const TensorType& a, const TensorType& b) {
        return a.shape == b.shape && a.dtype == b.dtype && a.layout == b.layout &&
               a.strides == b.strides;
    }

    /// The first axis innermost.
    static Shape turnedStrides(const Shape& shape) {
        Shape strides = shape;
        int64_t step = 1;
        for (int axis = 0; axis < shape.rank(); step *= shape[axis++]) strides[axis] = step;
        return strides;
    }

    void bind(kernels::Call call) {
        call.algorithm = m_offer.algorithm;
        auto operand = call.operands.begin();
        for (const PhysicalOperand& in : m_in) *operand++ = operandOf(in.type());
        for (const PhysicalOperand& out : m_out) *operand++ = operandOf(out.type());
        m_kernel = kernels::bind(call);
    }

    void runParts(std::vector<void*>& operands, bool lastPartFirst) const {
        GuardedMemory workspace(m_kernel.workspaceBytes), scratch(m_kernel.scratchBytes);
        for (int phase = 0; phase < m_kernel.phases; ++phase) {
            const int64_t parts = m_kernel.parts[static_cast<size_t>(phase)];
            for (int64_t part = 0; part < parts; ++part)
                m_kernel.run(m_kernel.problem.get(), operands.data(),
                             {workspace.data(), scratch.data()}, phase,
                             lastPartFirst ? parts - 1 - part : part);
        }
        VITRINE_CHECK(workspace.guardsIntact() && scratch.guardsIntact(),
                      "kernels stay in their workspace");
    }

    const kernels::Offer& m_offer;
    std::vector<PhysicalOperand> m_in, m_out;  ///< operands that are there
    kernels::Kernel m_kernel;
};

/// What an instruction of the function's program asks of kernels.
kernels::Call callIn(const Function& function, const Instr& instr) {
    std::vector<ValueShape> in, out;
    for (ValueId value : instr.in) in.push_back(function.program.shapeOf(value));
    for (ValueId value : instr.out) out.push_back(function.program.shapeOf(value));
    return logicalCall(instr, in, out);
}

bool isPointwise(const Function& function, const Instr& instr) {
    return !kernels::asSteps(callIn(function, instr).problem).empty();
}

/// The last instruction, with the steps of `chain` fused into it where it has any.
Instr withChain(const Function& function, const std::vector<std::string>& chain) {
    const auto& instrs = function.program.instrs;
    const size_t first = instrs.size() - 1 - chain.size();
    Instr instr = instrs[first];
    const bool isChain = isPointwise(function, instr);
    for (size_t i = first + 1; i < instrs.size(); ++i) instr = fused(instr, instrs[i], isChain);
    return instr;
}

double largest(const std::vector<double>& numbers) {
    double most = 0;
    for (double x : numbers) most = std::max(most, std::abs(x));
    return most;
}

}  // namespace

class LayoutsTest : public QObject {
    Q_OBJECT

  private slots:
    void kernelsAgreeWithTheReference_data() {
        QTest::addColumn<const OpDescriptor*>("op");
        QTest::addColumn<const OpSample*>("sample");
        QTest::addColumn<std::vector<std::string>>("chain");
        for (const OpDescriptor* op : allOperators()) {
            if (!hasKernels(*op)) continue;
            for (const OpSample& sample : op->samples)
                for (const std::vector<std::string>& chain : chains()) {
                    if (!chain.empty() && !takesChain(*op, sample, chain)) continue;
                    QTest::newRow(fmt::format("{} ({}) {} {}", op->id, sample.fields, sample.inputs,
                                              fmt::join(chain, " "))
                                      .c_str())
                        << op << &sample << chain;
                }
        }
    }
    void kernelsAgreeWithTheReference() {
        QFETCH(const OpDescriptor*, op);
        QFETCH(const OpSample*, sample);
        QFETCH(std::vector<std::string>, chain);
        const auto wanted = reference(functionWith(*op, *sample, chain, DType::F64));
        Function function = functionWith(*op, *sample, chain, DType::F32);
        const Instr instr = withChain(function, chain);
        addNumbersOfViews(function);
        const kernels::Call call = callIn(function, instr);
        for (const kernels::Offer& offer : kernels::offers(call).list) {
            if (!chain.empty() && !kernels::takesStore(call, offer)) continue;
            for (int extraHalo : {0, 2})
                if (!QTest::currentTestFailed())
                    compare(PhysicalRun(function, instr, call, offer, extraHalo), wanted);
            const bool takesStrides = std::ranges::any_of(offer.forms, &kernels::Form::isStrided);
            if (takesStrides && !QTest::currentTestFailed())
                compare(PhysicalRun(function, instr, call, offer, 0, true), wanted);
        }
    }

  private:
    static std::vector<std::vector<std::string>> chains() {
        return {{},
                {"relu"},
                {"relu_gate"},
                {"add", "relu"},
                {"add", "relu_gate"},
                {"sigmoid", "mul", "tanh"},
                {"scale_by", "add"},
                {"channel_normalize", "relu"}};
    }
    static bool takesChain(const OpDescriptor& op, const OpSample& sample,
                           const std::vector<std::string>& chain) {
        const Program alone = functionWith(op, sample, {}, DType::F32).program;
        const Instr& last = alone.instrs.back();
        if (last.out.size() != 1 || alone.value(last.out[0]).dtype != DType::F32) return false;
        if (chain.front() == "channel_normalize" && alone.value(last.out[0]).shape.rank() < 2)
            return false;
        const Function function = functionWith(op, sample, chain, DType::F32);
        const Instr instr = withChain(function, chain);
        const kernels::Call call = callIn(function, instr);
        return std::ranges::any_of(kernels::offers(call).list, [&](const kernels::Offer& offer) {
            return kernels::takesStore(call, offer);
        });
    }
    static void addNumbersOfViews(Function& function) {
        Interpreter interpreter(function.program);
        for (const auto& [id, numbers] : function.numbers) interpreter.set(id, numbers);
        VITRINE_CHECK(interpreter.run().ok(), "the views run");
        for (const Instr& instr : function.program.instrs)
            if (instr.op->isView()) function.numbers[instr.out[0]] = interpreter.get(instr.out[0]);
    }

    void compare(PhysicalRun run, const std::vector<std::vector<double>>& wanted) {
        const double share = run.isWinograd() ? kernels::conv2dWinogradTolerance : float32Tolerance;
        QVERIFY2(run.kernel().run, (run.kernel().name + ", though it was offered").c_str());
        const std::vector<PhysicalOperand> results = run.run(false, false);
        const std::vector<PhysicalOperand> inPlace = run.run(true, false);
        const std::vector<PhysicalOperand> backwards = run.run(false, true);
        for (size_t k = 0; k < results.size(); ++k) {
            const std::string place = fmt::format("{}, {}, result {} (seed {})", run.kernel().name,
                                                  text(results[k].type().layout), k, seed);
            QVERIFY2(results[k].guardsIntact(), (place + " writes outside").c_str());
            QVERIFY2(results[k].haloIsZero(), (place + " leaves its halo").c_str());
            QVERIFY2(results[k].bits() == inPlace[k].bits(), (place + " in place").c_str());
            QVERIFY2(results[k].bits() == backwards[k].bits(), (place + " parts depend").c_str());
            const double tolerance = share * largest(wanted[k]);
            const std::vector<double> got = results[k].numbers();
            for (size_t i = 0; i < got.size(); ++i) {
                const bool bothNaN = std::isnan(got[i]) && std::isnan(wanted[k][i]);
                QVERIFY2(bothNaN || std::abs(got[i] - wanted[k][i]) <= tolerance,
                         fmt::format("{} element {}: {}, wanted {}", place, i, got[i], wanted[k][i])
                             .c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(LayoutsTest)
#include "tst_layouts.moc"
