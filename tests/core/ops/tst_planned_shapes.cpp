// SPDX-License-Identifier: Apache-2.0
// Reductions, shape operators and their gradients as a tape runs them: views that are read with
// strides in both directions, pieces, values that share memory and chains. Truth: the same program,
// instruction by instruction, with memory of its own for every value.
#include <QtTest/QtTest>

#include "core/autodiff/transform.h"
#include "core/base/guard.h"
#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/opdef/registry.h"
#include "core/tensor/element.h"
#include "tests/support/interpreter.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr uint64_t seed = 15;
/// Share of the largest |result|: what chains round otherwise.
constexpr double tolerance = 1e-6;

constexpr const char* operators[] = {"reduce_max",
                                     "reduce_min",
                                     "reduce_prod",
                                     "reduce_l1",
                                     "reduce_l2",
                                     "reduce_log_sum_exp",
                                     "reduce_variance",
                                     "reduce_std",
                                     "argmax",
                                     "argmin",
                                     "top_k",
                                     "cumsum",
                                     "squeeze",
                                     "unsqueeze",
                                     "slice",
                                     "stack",
                                     "tile",
                                     "one_hot",
                                     "range",
                                     "triangular",
                                     "flip",
                                     "roll",
                                     "pixel_shuffle",
                                     "pixel_unshuffle",
                                     "channel_shuffle",
                                     "pad",
                                     "crop",
                                     "scatter_add",
                                     "global_max_pool2d",
                                     "adaptive_avg_pool",
                                     "adaptive_max_pool",
                                     "max_unpool2d",
                                     "l2_pool2d"};

/// The operator between two pointwise ones, so that there is something to fuse and to share; the
/// results, and the gradients of Σ out · u where there are some.
Function stepOf(const OpDescriptor& op, const OpSample& sample) {
    const Builder::Options options{.training = true, .floatType = DType::F32};
    auto function = functionOf(op, sample.fields, sample.inputs, options);
    VITRINE_CHECK(function.ok(), "samples fit their operator");
    Builder builder(function->program, options);
    const std::vector<ValueId> out = function->out;
    for (ValueId v : out) builder.addOutput("out", builder.emit("silu", {v}));
    if (out.empty() && !function->program.instrs.empty())
        builder.addOutput("out", function->program.instrs.back().out.back());
    if (!out.empty() && !function->in.empty()) {
        const ValueId u = builder.addInput("u", builder.shape(out[0]), builder.dtype(out[0]));
        const ValueId loss = builder.emit("dot", {builder.emit("silu", {out[0]}), u});
        const auto gradients = appendGradients(builder, loss, function->in);
        VITRINE_CHECK(gradients.ok(), "every rule is there");
        for (ValueId gradient : *gradients) builder.addOutput("gradient", gradient);
        function->in.push_back(u);
    }
    fillNumbers(*function, sample.low, sample.high, seed);
    return std::move(*function);
}

/// Outputs of a tape: fused, planned, in memory that is shared.
std::vector<std::vector<double>> planned(const Function& function) {
    StateLayout states;
    states.add(function.program);
    const Tape tape = compileTape(function.program, states, {});
    const auto memory = std::move(HostMemory::allocate(tape.arenaBytes())).value();
    Team team(1);
    HostExecutor executor(tape, *memory, team);
    const auto write = [&](ValueId value, const std::vector<double>& numbers) {
        const DType type = tape.value(value).type.dtype;
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, std::ssize(numbers))));
        for (size_t i = 0; i < numbers.size(); ++i)
            writeElement(bytes.data(), type, static_cast<int64_t>(i), numbers[i]);
        orThrow(memory->write(tape.offsetOf(value), bytes));
    };
    for (const NamedValue& input : function.program.inputs)
        write(tape.input(input.name), function.numbers.at(input.value));
    executor.runAll();
    std::vector<std::vector<double>> results;
    for (const NamedValue& output : tape.outputs)
        results.push_back(executor.contents(output.value));
    return results;
}

std::vector<std::vector<double>> unplanned(const Function& function) {
    Interpreter interpreter(function.program);
    for (const auto& [id, numbers] : function.numbers) interpreter.set(id, numbers);
    const auto ran = interpreter.run();
    VITRINE_CHECK(ran.ok(), "the program runs instruction by instruction");
    std::vector<std::vector<double>> results;
    for (const NamedValue& output : function.program.outputs)
        results.push_back(interpreter.get(output.value));
    return results;
}

}  // namespace

class PlannedShapesTest : public QObject {
    Q_OBJECT

  private slots:
    void tapesGiveWhatProgramsMean_data() {
        QTest::addColumn<const OpDescriptor*>("op");
        QTest::addColumn<const OpSample*>("sample");
        for (const char* id : operators) {
            const OpDescriptor& op = operatorNamed(id);
            for (const OpSample& sample : op.samples)
                QTest::newRow(fmt::format("{} ({}) {}", id, sample.fields, sample.inputs).c_str())
                    << &op << &sample;
        }
    }
    void tapesGiveWhatProgramsMean() {
        QFETCH(const OpDescriptor*, op);
        QFETCH(const OpSample*, sample);
        const Function function = stepOf(*op, *sample);
        const auto got = planned(function), wanted = unplanned(function);
        QCOMPARE(got.size(), wanted.size());
        for (size_t k = 0; k < got.size(); ++k) {
            QCOMPARE(got[k].size(), wanted[k].size());
            double largest = 1;
            for (double x : wanted[k]) largest = std::max(largest, std::abs(x));
            for (size_t i = 0; i < got[k].size(); ++i)
                QVERIFY2(std::abs(got[k][i] - wanted[k][i]) <= tolerance * largest,
                         fmt::format("output {} element {}: {}, wanted {}", k, i, got[k][i],
                                     wanted[k][i])
                             .c_str());
        }
    }
};

QTEST_GUILESS_MAIN(PlannedShapesTest)
#include "tst_planned_shapes.moc"
