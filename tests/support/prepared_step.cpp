// SPDX-License-Identifier: Apache-2.0
// Compiles a step and fills its inputs.
#include "tests/support/prepared_step.h"

#include <QtGlobal>
#include <initializer_list>

#include "core/base/rng.h"
#include "core/graph/graph_text.h"
#include "core/tensor/element.h"
#include "core/train/model.h"

namespace vitrine::test {

namespace {

void fillInputs(Executor& executor, uint64_t seed) {
    const Tape& tape = executor.tape();
    Rng rng(seed, RngStream::Test, 7);
    for (const DataInput& input : tape.data) {
        const TensorType& type = tape.value(input.value).type;
        for (int64_t i = 0; i < type.shape.elements(); ++i)
            writeElement(storageOf(executor, input.value), type.dtype, i,
                         isFloat(type.dtype) ? rng.normal() : rng.below(10));
    }
    const auto write = [&](const char* name, std::initializer_list<double> numbers) {
        const ValueId v = tape.input(name);
        if (v == noValue) return;
        for (size_t i = 0; i < numbers.size(); ++i)
            writeElement(storageOf(executor, v), tape.value(v).type.dtype, static_cast<int64_t>(i),
                         numbers.begin()[i]);
    };
    write("lr", {1});
    write("step", {1});
    write("rng_key", {static_cast<double>(seed), 0});
}

}  // namespace

Program trainingProgram(const Graph& graph, int64_t batch) {
    ModelOptions options;
    options.recipe.optimizer = findOptimizer("sgd");
    options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
    auto program = buildProgram(graph, {Mode::Train, batch}, options);
    if (!program) qFatal("%s", program.error().text().c_str());
    return std::move(program).value();
}

Program trainingProgram(const std::string& graphText, int64_t batch) {
    const auto graph = graphFromText(graphText);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return trainingProgram(*graph, batch);
}

std::byte* storageOf(Executor& executor, ValueId value) {
    return executor.memory().host() + executor.tape().offsetOf(value);
}

PreparedStep prepareStep(const Program& program, const StateLayout& states,
                         const TapeOptions& options, uint64_t seed, int threads) {
    PreparedStep step;
    step.tape = std::make_unique<Tape>(compileTape(program, states, options));
    step.team = std::make_unique<Team>(threads);
    step.memory = std::move(HostMemory::allocate(step.tape->arenaBytes())).value();
    if (!step.memory->fill(0, step.memory->sizeBytes(), std::byte{0xff})) qFatal("never fails");
    initialiseStates(states, *step.memory, seed);
    step.executor = std::make_unique<HostExecutor>(*step.tape, *step.memory, *step.team);
    fillInputs(*step.executor, seed);
    return step;
}

}  // namespace vitrine::test
