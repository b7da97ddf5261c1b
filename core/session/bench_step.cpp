// SPDX-License-Identifier: Apache-2.0
// A model of one member, and a clock around what it does.
#include "core/session/bench_step.h"

#include <algorithm>
#include <chrono>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/graph/special_nodes.h"
#include "core/tensor/element.h"
#include "core/train/feed.h"

namespace vitrine {

namespace {

/// Of classes of any benchmark's loss: all of them have so many at least.
constexpr uint64_t fewestClasses = 2;

double flopsOf(const Tape& tape) {
    double flops = 0;
    for (const TapeEntry& entry : tape.entries) flops += entry.flops;
    return flops;
}

Variant variantOf(const BenchStep::Options& options) {
    return {options.trains ? Mode::Train : Mode::Predict, options.batch};
}

ModelOptions modelOptionsOf(const Project& project, const BenchStep::Options& options) {
    ModelOptions model{
        .batch = options.batch, .threads = options.threads, .device = options.device};
    model.tape.math = options.math;
    model.tape.measured = options.measured;
    model.tape.recompute = options.recompute;
    model.recipe.optimizer = findOptimizer(project.training.optimizer.id);
    model.recipe.optimizerFields = project.training.optimizer.attrs;
    model.recipe.scalesLoss = options.scalesLoss;
    return model;
}

}  // namespace

Result<Tape> benchTape(const Project& project, const BenchStep::Options& options) {
    const ModelOptions compile = modelOptionsOf(project, options);
    auto program = buildProgram(project.graph, variantOf(options), compile);
    if (!program) return program.error();
    StateLayout states;
    states.add(*program);
    return compileTape(std::move(program).value(), states, compile.tape);
}

Result<std::unique_ptr<BenchStep>> BenchStep::create(const Project& project,
                                                     const Options& options) {
    // The tape that forms every product: what faster algorithms add is no gain.
    Options direct = options;
    direct.math = Math::Direct;
    direct.recompute = Recompute::None;
    const auto plain = benchTape(project, direct);
    if (!plain) return plain.error();
    const Variant variant = variantOf(options);
    const ModelOptions compile = modelOptionsOf(project, options);
    auto model = Model::compile(project.graph, {variant}, compile);
    if (!model) return model.error();
    std::unique_ptr<BenchStep> made(new BenchStep);
    made->m_model = std::move(model).value();
    made->m_model->initialise(1);
    made->m_member = &made->m_model->member(variant.mode, variant.batch);
    made->m_flops = flopsOf(*plain);
    made->m_trains = options.trains;
    made->fill(project.graph);
    made->prepare();
    return made;
}

int64_t BenchStep::parameters() const {
    int64_t count = 0;
    for (const StateLayout::Item& item : m_model->states().items())
        if (item.kind == StateKind::Parameter) count += item.shape.elements();
    return count;
}

void BenchStep::fill(const Graph& graph) {
    Rng rng(1, RngStream::Test);
    for (const DataSlot& slot : m_member->data) {
        const DType type = tape().value(slot.value).type.dtype;
        const Node* node = graph.find(slot.node);
        const bool isTarget = node && isInput(*node) && columnOf(*node) != "image";
        std::vector<std::byte>& bytes = m_values.emplace_back(static_cast<size_t>(slot.bytes));
        for (int64_t i = 0; i < slot.bytes / sizeOf(type); ++i)
            writeElement(bytes.data(), type, i,
                         isTarget || !isFloat(type) ? static_cast<double>(rng.below(fewestClasses))
                                                    : rng.normal());
    }
}

void BenchStep::prepare() {
    for (size_t i = 0; i < m_values.size(); ++i)
        orThrow(m_model->memory().write(m_member->data[i].at, m_values[i]));
    if (m_trains) writeNumbers(*m_member, {.learningRate = 0.01, .step = 0, .seed = 1}, DType::F32);
}

std::vector<double> BenchStep::seconds(int64_t steps) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> all;
    for (int64_t i = 0; i < steps; ++i) {
        prepare();
        const auto start = Clock::now();
        executor().runAll();
        orThrow(executor().wait());
        all.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
    return all;
}

}  // namespace vitrine
