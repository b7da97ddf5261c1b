// SPDX-License-Identifier: Apache-2.0
// What every operator and its gradients ask of kernels arrives in another process as it was sent.
// Truth: the call itself, whose bytes are compared with those of the call that was put together
// again; that no byte is left over.
#include "core/device/worker/wire.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <set>

#include "core/autodiff/transform.h"
#include "core/exec/kernel_call.h"
#include "core/exec/tape.h"
#include "core/opdef/registry.h"
#include "tests/support/counts.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::worker;

namespace {

/// The operator on a sample, with its gradients where it has some.
std::optional<Program> programOf(const OpDescriptor& op, const OpSample& sample) {
    const Builder::Options options{.training = true, .floatType = DType::F32};
    auto function = test::functionOf(op, sample.fields, sample.inputs, options);
    if (!function.ok()) return std::nullopt;
    Builder builder(function->program, options);
    for (ValueId v : function->out) builder.addOutput("out", v);
    if (!function->out.empty() && !function->in.empty()) {
        const ValueId out = function->out[0];
        const ValueId u = builder.addInput("u", builder.shape(out), builder.dtype(out));
        const auto gradients = appendVjp(builder, {{out}}, {{u}}, function->in);
        if (!gradients.ok()) return std::nullopt;
        for (ValueId gradient : *gradients)
            if (gradient != noValue) builder.addOutput("gradient", gradient);
    }
    return std::move(function->program);
}

std::vector<kernels::Call> callsOf(const Program& program) {
    StateLayout states;
    states.add(program);
    const Tape tape = compileTape(program, states, {});
    std::vector<kernels::Call> calls;
    for (const TapeEntry& entry : tape.entries) {
        if (entry.instr.op->isView()) continue;
        std::vector<TensorType> in, out;
        for (ValueId v : entry.instr.in)
            in.push_back(v == noValue ? TensorType{} : tape.value(v).type);
        for (ValueId v : entry.instr.out) out.push_back(tape.value(v).type);
        calls.push_back(callOf(entry.instr, in, out));
    }
    return calls;
}

}  // namespace

class WireTest : public QObject {
    Q_OBJECT

  private slots:
    void callsOfEveryOperatorArriveAsTheyWere() {
        std::set<size_t> families;
        int64_t calls = 0;
        for (const OpDescriptor* op : allOperators())
            for (const OpSample& sample : op->samples) {
                const std::optional<Program> program = programOf(*op, sample);
                if (!program) continue;
                for (const kernels::Call& call : callsOf(*program)) {
                    Bytes sent, again;
                    put(sent, call);
                    kernels::Call arrived;
                    Reader reader{sent};
                    take(reader, arrived);
                    QVERIFY(reader.isWhole && reader.rest.empty());
                    put(again, arrived);
                    QVERIFY2(sent == again, std::string(op->id).c_str());
                    families.insert(call.problem.index());
                    ++calls;
                }
            }
        QVERIFY(families.size() >= 28);
        test::printCount(calls, "calls of kernels arrive in another process as they were sent");
    }

    void aCallThatIsCutShortIsNone() {
        const kernels::Call call = {
            .problem = kernels::Resample{.axis = 2, .map = {{0, 1}, {3}, {0.5}}},
            .store = {{.function = kernels::Pointwise::Relu}},
            .operands = {kernels::Image{.n = 2, .c = 3}, kernels::Image{.n = 2, .c = 3}}};
        Bytes sent;
        put(sent, call);
        for (size_t bytes = 0; bytes < sent.size(); ++bytes) {
            kernels::Call arrived;
            Reader reader{std::span(sent).first(bytes)};
            take(reader, arrived);
            QVERIFY(!reader.isWhole);
        }
    }

    void whatADeviceSaysOfItselfArrives() {
        const kernels::DeviceInfo info = {"A card", "sm_90", int64_t{1} << 37, int64_t{1} << 36};
        Bytes sent;
        put(sent, info);
        kernels::DeviceInfo arrived;
        Reader reader{sent};
        take(reader, arrived);
        QVERIFY(reader.isWhole);
        QCOMPARE(arrived.name, info.name);
        QCOMPARE(arrived.architecture, info.architecture);
        QCOMPARE(arrived.memoryBytes, info.memoryBytes);
        QCOMPARE(arrived.freeBytes, info.freeBytes);
    }
};

QTEST_APPLESS_MAIN(WireTest)
#include "tst_wire.moc"
