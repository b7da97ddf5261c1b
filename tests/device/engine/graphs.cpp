// SPDX-License-Identifier: Apache-2.0
// Truth: the kernels that define what is right, on the CPU; for bits the device itself.
#include <cmath>

#include <fmt/format.h>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/graph/graph_text.h"
#include "core/tensor/element.h"
#include "core/train/model.h"
#include "tests/device/engine/engine.h"
#include "tests/support/random_graph.h"

namespace vitrine::device_check {

namespace {

using Bytes = std::vector<std::byte>;

/// A network's training step, as the device runs it and as the CPU does, and what goes into it.
struct Case {
    Tape tape, plain;
    StateLayout states;
    uint64_t seed = 1;
    int firstUpdate = 0;

    /// Starting values.
    Result<void> begin(Memory& memory) const {
        VITRINE_TRY(memory.fill(0, memory.sizeBytes(), std::byte{0}));
        initialiseStates(states, memory, seed);
        return {};
    }
    /// What a step takes: others use the memory of inputs when they have been read.
    Result<void> feed(const Tape& on, Memory& memory, int step, double rate) const {
        Rng rng(seed, RngStream::Test, static_cast<uint64_t>(step));
        for (const DataInput& input : on.data) {
            const TensorType& type = on.value(input.value).type;
            std::vector<double> list;
            for (int64_t i = 0; i < type.shape.elements(); ++i)
                list.push_back(isFloat(type.dtype) ? rng.normal()
                                                   : static_cast<double>(rng.below(10)));
            VITRINE_TRY(write(on, memory, input.value, list));
        }
        const auto number = [&](const char* name, const std::vector<double>& list) {
            const ValueId value = on.input(name);
            return value == noValue ? Result<void>() : write(on, memory, value, list);
        };
        VITRINE_TRY(number("lr", {rate}));
        VITRINE_TRY(number("step", {static_cast<double>(step + 1)}));
        return number("rng_key", {static_cast<double>(seed), static_cast<double>(step)});
    }
    static Result<void> write(const Tape& on, Memory& memory, ValueId value,
                              const std::vector<double>& list) {
        const TensorType& type = on.value(value).type;
        Bytes bytes(static_cast<size_t>(type.storageBytes()));
        for (size_t i = 0; i < list.size(); ++i)
            writeElement(bytes.data(), type.dtype, static_cast<int64_t>(i), list[i]);
        return memory.write(on.offsetOf(value), bytes);
    }
    Executor::StepPlan plan() const {
        const std::vector<ValueId> looked = {tape.output("loss"), tape.output("grad_norm")};
        return {.firstUpdate = firstUpdate, .finite = looked, .told = looked, .states = &states};
    }
};

Result<Case> caseOf(Device& device, uint64_t seed, std::string_view optimizer) {
    const test::RandomGraph random = test::randomGraph(seed);
    auto graph = graphFromText(random.text);
    if (!graph) return graph.error();
    ModelOptions options;
    options.recipe.optimizer = findOptimizer(optimizer);
    options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
    auto program = buildProgram(*graph, {Mode::Train, random.batch}, options);
    if (!program) return program.error();
    Case made;
    made.seed = seed;
    made.states.add(*program);
    made.plain = compileTape(*program, made.states, StreamExecutor::plainOptions());
    made.tape = compileTape(*program, made.states, {.device = &device});
    while (made.tape.entries[static_cast<size_t>(made.firstUpdate)].instr.phase != Phase::Update)
        ++made.firstUpdate;
    return made;
}

Result<std::vector<double>> state(const Memory& memory, const StateLayout::Item& item) {
    auto view = memory.view(item.offset, item.bytes());
    if (!view) return view.error();
    std::vector<double> numbers;
    for (int64_t i = 0; i < item.shape.elements(); ++i)
        numbers.push_back(readElement(view->data(), item.dtype, i));
    return numbers;
}

/// One step with rate 1, so that a weight's change is its gradient. What differs by more than
/// rounding, as a share of the largest change.
Result<std::string> asOnCpu(Device& device, const Case& of) {
    constexpr double share = 1e-3, least = 2e-5;
    auto on = OnDevice::open(of.tape, device);
    if (!on) return on.error();
    Team team(1);
    auto memory = HostMemory::allocate(of.plain.arenaBytes());
    if (!memory) return memory.error();
    HostExecutor cpu(of.plain, **memory, team);
    auto start = HostMemory::allocate(of.tape.arenaBytes());
    if (!start) return start.error();
    VITRINE_TRY(of.begin(**start));
    const auto step = [&](Executor& executor) -> Result<void> {
        VITRINE_TRY(of.begin(executor.memory()));
        VITRINE_TRY(of.feed(executor.tape(), executor.memory(), 0, 1));
        return executor.run(0, executor.entries());
    };
    VITRINE_TRY(step(cpu));
    VITRINE_TRY(step((*on)->executor()));
    for (const StateLayout::Item& item : of.states.items()) {
        auto before = state(**start, item), wanted = state(**memory, item),
             found = state((*on)->memory(), item);
        if (!before || !wanted || !found) return found ? wanted.error() : found.error();
        for (size_t i = 0; i < before->size(); ++i) {
            (*wanted)[i] -= (*before)[i];
            (*found)[i] -= (*before)[i];
        }
        const std::string off = difference(*found, *wanted, share, least);
        if (!off.empty()) return fmt::format("{} {}", item.name, off);
    }
    return std::string();
}

enum class Way { Whole, Entries, Pieces, GoneOn };
constexpr std::pair<Way, const char*> ways[] = {{Way::Whole, "as a whole"},
                                                {Way::Entries, "entry by entry"},
                                                {Way::Pieces, "in pieces, with looks between"},
                                                {Way::GoneOn, "gone on with in other memory"}};

Result<void> runStep(const Case& of, StreamExecutor& executor, Way way) {
    const int end = executor.entries();
    if (way == Way::Entries) {
        for (int i = 0; i < end; ++i) VITRINE_TRY(executor.run(i, i + 1));
        return {};
    }
    if (way != Way::Pieces) return executor.run(0, end);
    for (int first = 0; first < end;) {
        const int last = first < of.firstUpdate ? std::min(first + 7, of.firstUpdate) : end;
        VITRINE_TRY(executor.run(first, last));
        // Whatever is asked for comes behind what ran, and changes none of it.
        if (last == of.firstUpdate) static_cast<void>(executor.scalar("loss"));
        first = last;
    }
    return {};
}

/// All states after some steps.
Result<Bytes> after(Device& device, const Case& of, Way way) {
    constexpr int steps = 3;  // launched, recorded, from the recording
    auto on = OnDevice::open(of.tape, device);
    if (!on) return on.error();
    VITRINE_TRY((*on)->executor().watchSteps(of.plan()));
    VITRINE_TRY(of.begin((*on)->memory()));
    Bytes states(static_cast<size_t>(of.tape.stateBytes));
    for (int step = 0; step < steps; ++step) {
        if (way == Way::GoneOn && step == 1) {
            VITRINE_TRY((*on)->memory().read(0, states));
            on = OnDevice::open(of.tape, device);
            if (!on) return on.error();
            VITRINE_TRY(of.begin((*on)->memory()));
            VITRINE_TRY((*on)->memory().write(0, states));
            (*on)->executor().statesChanged();
        }
        VITRINE_TRY(of.feed(of.tape, (*on)->memory(), step, 0.01));
        VITRINE_TRY(runStep(of, (*on)->executor(), way));
    }
    VITRINE_TRY((*on)->memory().read(0, states));
    return states;
}

Result<std::string> hasTheSameBits(Device& device, const Case& of) {
    Bytes wanted;
    for (const auto& [way, words] : ways) {
        auto states = after(device, of, way);
        if (!states) return states.error();
        if (wanted.empty()) wanted = *states;
        if (*states != wanted) return fmt::format("other bits {}", words);
    }
    return std::string();
}

/// A ReLU or a maximum at a near tie may fall the other way in other rounding; a wrong kernel is
/// wrong on every input. So one more input decides.
Result<std::string> checkGraph(Device& device, int number) {
    constexpr uint64_t otherInputs = 1'000'000;
    const auto seed = static_cast<uint64_t>(number);
    auto plain = caseOf(device, seed, "sgd");
    if (!plain) return plain.error();
    auto found = asOnCpu(device, *plain);
    if (found && !found->empty()) {
        plain->seed += otherInputs;
        found = asOnCpu(device, *plain);
    }
    if (!found || !found->empty()) return found;
    const auto of = caseOf(device, seed, number % 2 == 0 ? "adam" : "sgd");
    return of ? hasTheSameBits(device, *of) : Result<std::string>(of.error());
}

}  // namespace

Outcome checkGraphs(Device& device, int graphs, Until until) {
    Outcome outcome;
    for (int number = 1; number <= graphs; ++number) {
        if (until.isOver() || device.isLost()) {
            ++outcome.leftOut;
            continue;
        }
        ++outcome.checked;
        const auto found = guarded("a random network", [&] { return checkGraph(device, number); });
        if (!found || !found->empty())
            outcome.wrong.push_back(
                fmt::format("graph {}: {}", number, found ? *found : found.error().text()));
    }
    return outcome;
}

}  // namespace vitrine::device_check
