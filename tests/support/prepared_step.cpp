// SPDX-License-Identifier: Apache-2.0
// Compiles a step and fills its inputs.
#include "tests/support/prepared_step.h"

#include <QtGlobal>
#include <cstring>

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
            writeElement(executor.data(input.value), type.dtype, i,
                         isFloat(type.dtype) ? rng.normal() : rng.below(10));
    }
    *reinterpret_cast<float*>(executor.inputData("lr")) = 1.0f;
    *reinterpret_cast<int64_t*>(executor.inputData("step")) = 1;
    if (tape.input("rng_key") == noValue) return;
    auto* key = reinterpret_cast<int64_t*>(executor.inputData("rng_key"));
    key[0] = static_cast<int64_t>(seed);
    key[1] = 0;
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

PreparedStep prepareStep(const Program& program, const StateLayout& states,
                         const TapeOptions& options, uint64_t seed) {
    PreparedStep step;
    step.tape = std::make_unique<Tape>(compileTape(program, states, options));
    step.arena = std::move(Arena::allocate(step.tape->arenaBytes())).value();
    std::memset(step.arena.data(), 0xff, static_cast<size_t>(step.arena.sizeBytes()));
    initialiseStates(states, step.arena.data(), seed);
    step.executor = std::make_unique<Executor>(*step.tape, step.arena.data());
    fillInputs(*step.executor, seed);
    return step;
}

}  // namespace vitrine::test
