// SPDX-License-Identifier: Apache-2.0
// Truth: the program, instruction by instruction on the CPU.
#include <fmt/format.h>

#include "core/opdef/registry.h"
#include "core/tensor/element.h"
#include "tests/device/engine/engine.h"
#include "tests/support/derivative_check.h"
#include "tests/support/interpreter.h"

namespace vitrine::device_check {

namespace {

using Numbers = std::map<ValueId, std::vector<double>>;

constexpr uint64_t seed = 5;
/// Sums of both sides are rounded in other orders.
constexpr double share = 1e-5;
/// What is left of sums of numbers near one that cancel.
constexpr double cancelled = 1e-7;

/// Values that nothing reads become outputs.
void tellEverything(Program& program) {
    std::vector<char> isRead(program.values.size(), 0);
    for (const Instr& instr : program.instrs)
        for (const ValueId v : instr.operands()) isRead[static_cast<size_t>(v)] = 1;
    program.outputs.clear();
    for (const Instr& instr : program.instrs)
        for (const ValueId v : instr.out)
            if (!isRead[static_cast<size_t>(v)])
                program.outputs.push_back({fmt::format("out{}", v), v});
}

Result<void> write(OnDevice& on, const Tape& tape, const Numbers& numbers) {
    for (const auto& [value, list] : numbers) {
        if (tape.value(value).storage < 0) continue;
        const DType type = tape.value(value).type.dtype;
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, std::ssize(list))));
        for (size_t i = 0; i < list.size(); ++i)
            writeElement(bytes.data(), type, static_cast<int64_t>(i), list[i]);
        VITRINE_TRY(on.memory().write(tape.offsetOf(value), bytes));
    }
    return {};
}

/// Empty where both agree.
Result<std::string> compare(Device& device, const Program& program, const Numbers& numbers,
                            const test::Interpreter& cpu) {
    StateLayout states;
    states.add(program);
    const Tape tape = compileTape(program, states, {.device = &device});
    auto on = OnDevice::open(tape, device);
    if (!on) return on.error();
    StreamExecutor& executor = (*on)->executor();
    for (const char* way : {"launched", "recorded"}) {
        VITRINE_TRY(write(**on, tape, numbers));
        executor.statesChanged();
        VITRINE_TRY(executor.run(0, executor.entries()));
        VITRINE_TRY(executor.wait());
        for (const NamedValue& output : program.outputs) {
            const bool isExact = !isFloat(program.value(output.value).dtype);
            const std::string found =
                difference(executor.contents(output.value), cpu.get(output.value),
                           isExact ? 0 : share, isExact ? 0 : cancelled);
            if (!found.empty()) return fmt::format("{}, {} {}", way, output.name, found);
        }
    }
    return std::string();
}

/// What is wrong, or "H05" where the device has no kernel.
Result<std::string> compare(Device& device, test::Function function) {
    tellEverything(function.program);
    test::Interpreter cpu(function.program);
    for (auto& [id, numbers] : function.numbers) {
        if (function.program.value(id).dtype == DType::F32)
            for (double& x : numbers) x = static_cast<float>(x);
        cpu.set(id, numbers);
    }
    VITRINE_TRY(cpu.run());
    return compare(device, function.program, function.numbers, cpu);
}

void note(Outcome& outcome, const OpDescriptor& op, const char* what,
          const Result<std::string>& found) {
    ++outcome.checked;
    if (!found && found.error().code == "H05")
        outcome.lacking.try_emplace(std::string(op.id), found.error().message);
    else if (!found)
        outcome.wrong.push_back(fmt::format("{} {}: {}", op.id, what, found.error().text()));
    else if (!found->empty())
        outcome.wrong.push_back(fmt::format("{} {}: {}", op.id, what, *found));
}

void checkSample(Outcome& outcome, Device& device, const OpDescriptor& op, const OpSample& sample) {
    auto function = test::functionOf(op, sample.fields, sample.inputs,
                                     {.training = true, .floatType = DType::F32});
    if (!function) {
        outcome.wrong.push_back(fmt::format("{}: {}", op.id, function.error().text()));
        return;
    }
    test::fillNumbers(*function, sample.low, sample.high, seed);
    note(outcome, op, "forward", compare(device, *function));
    if (function->in.empty() || function->out.empty()) return;
    auto gradient = test::gradientOf(*function, seed);
    if (gradient) note(outcome, op, "backward", compare(device, gradient->function));
}

}  // namespace

Outcome checkOperators(Device& device, Until until) {
    Outcome outcome;
    for (const OpDescriptor* op : allOperators())
        for (const OpSample& sample : op->samples) {
            if (until.isOver() || device.isLost())
                ++outcome.leftOut;
            else
                checkSample(outcome, device, *op, sample);
        }
    return outcome;
}

}  // namespace vitrine::device_check
