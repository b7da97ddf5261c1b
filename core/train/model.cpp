// SPDX-License-Identifier: Apache-2.0
// Compiles the family of tapes and takes the arena that all of them share.
#include "core/train/model.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/exec/offer_memo.h"
#include "core/graph/lower.h"
#include "core/graph/ports.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/metrics/metric.h"

namespace vitrine {

namespace {

int firstUpdateOf(const Tape& tape) {
    const auto found =
        std::find_if(tape.entries.begin(), tape.entries.end(),
                     [](const TapeEntry& entry) { return entry.instr.phase == Phase::Update; });
    return found == tape.entries.end() ? -1 : static_cast<int>(found - tape.entries.begin());
}

void bindInputs(Member& member, std::byte* arena) {
    member.executor = std::make_unique<Executor>(*member.tape, arena);
    const auto at = [&](const char* name) {
        const ValueId v = member.tape->input(name);
        return v == noValue ? nullptr : member.executor->data(v);
    };
    member.images = at("input");
    member.labels = at("target");
    member.learningRate = at("lr");
    member.step = reinterpret_cast<int64_t*>(at("step"));
    member.rngKey = reinterpret_cast<int64_t*>(at("rng_key"));
    member.firstUpdate = firstUpdateOf(*member.tape);
}

/// Of a loss that takes no labels: who it is, and what it compares with instead.
Error comparesWithNumbers(const Graph& graph, const Wiring& wiring, int loss) {
    const Node& node = graph.nodes()[static_cast<size_t>(loss)];
    std::string with;
    for (const Source& source : wiring.sources[static_cast<size_t>(loss)])
        if (source.isConnected())
            with = " with " + graph.nodes()[static_cast<size_t>(source.node)].text();
    Error error = nodeError(
        node, fmt::format("it compares{}, and a run has class labels alone to compare with", with));
    error.next =
        "Use a loss that takes labels (cross_entropy) and a target; training on images or numbers "
        "is not there yet.";
    return error;
}

/// Labels are written into the target of a step, and nowhere else.
Error takesOtherLabels(const Node& loss, const PortSpec& port, const Node& giver) {
    Error error = nodeError(loss, fmt::format("port '{}' gets its numbers from {}, and a run has "
                                              "those of a target alone",
                                              port.id, giver.text()));
    error.next = "Connect the labels of a target to the port.";
    return error;
}

/// An Error of the graph, with what a person can do about it.
Error unusable(Error error) {
    if (error.kept.empty()) error.kept = "Nothing was computed.";
    if (error.next.empty())
        error.next = "Change the node's fields, or what its ports are connected to.";
    return error;
}

/// Programs of a graph. Those for one batch differ in the mode alone: shapes and what is checked of
/// them are theirs together.
class ProgramFamily {
  public:
    /// Both must outlive it.
    ProgramFamily(const Graph& graph, const ModelOptions& options)
        : m_graph(graph), m_options(options) {}

    Result<Program> program(int64_t batch, bool training) {
        const DType floatType = m_options.floatType;
        const ShapeOptions shapes{batch, floatType};
        const auto [entry, isNew] = m_parts.try_emplace(batch, m_graph, shapes);
        const TrainedPart& part = entry->second;
        LowerOptions lowering{.batch = batch, .training = training, .floatType = floatType};
        if (!training) lowering.metrics = {{"correct", findMetric("accuracy")->build}};
        auto program = lower(part, lowering);
        if (!program) return unusable(program.error());
        if (isNew) VITRINE_TRY(check(part, shapes));
        if (training) VITRINE_TRY(appendTrainingStep(*program, m_options.recipe, floatType));
        return program;
    }

  private:
    static Result<void> check(const TrainedPart& part, const ShapeOptions& options) {
        const Result<void> fixed =
            checkParametersAreFixed(part.graph(), part.wiring(), part.shapes(), options);
        if (!fixed) return unusable(fixed.error());
        return checkTakesLabels(part.graph(), part.wiring());
    }

    const Graph& m_graph;
    const ModelOptions& m_options;
    std::map<int64_t, TrainedPart> m_parts;  ///< by batch
};

}  // namespace

Result<void> checkTakesLabels(const Graph& graph, const Wiring& wiring) {
    const Result<Roles> roles = rolesOf(graph, wiring, true);
    if (!roles) return unusable(roles.error());
    const Node& loss = graph.nodes()[static_cast<size_t>(roles->loss)];
    for (const NodeOperand& operand :
         operandsOf(loss, wiring.sources[static_cast<size_t>(roles->loss)])) {
        if (!takesLabels(*operand.port) || !operand.source.isConnected()) continue;
        const Node& giver = graph.nodes()[static_cast<size_t>(operand.source.node)];
        if (giver.op == &targetNode) return {};
        return unusable(takesOtherLabels(loss, *operand.port, giver));
    }
    return unusable(comparesWithNumbers(graph, wiring, roles->loss));
}

Result<Program> buildProgram(const Graph& graph, int64_t batch, bool training,
                             const ModelOptions& options) {
    return ProgramFamily(graph, options).program(batch, training);
}

Member& Model::evaluate(int64_t size) {
    Member& member = size == m_batch ? m_evaluateFull : m_evaluateLast;
    if (&member != m_evaluating) member.executor->statesChanged();
    m_evaluating = &member;
    return member;
}

Result<std::unique_ptr<Model>> Model::compile(const Graph& graph, const ModelOptions& options) {
    std::unique_ptr<Model> model(new Model);
    model->m_batch = options.batch;
    model->m_floatType = options.floatType;
    for (const Node& node : graph.nodes()) model->m_nodes.push_back(node.id);

    struct Wanted {
        Member* member;
        int64_t batch;
        bool training;
        Program program;
    };
    std::vector<Wanted> family;
    const auto want = [&](Member& full, Member& last, int64_t count, bool training) {
        if (count >= options.batch) family.push_back({&full, options.batch, training, {}});
        if (const int64_t rest = count % options.batch; count > 0 && rest > 0)
            family.push_back({&last, rest, training, {}});
    };
    want(model->m_trainFull, model->m_trainLast, options.trainCount, true);
    want(model->m_evaluateFull, model->m_evaluateLast, options.testCount, false);

    ProgramFamily programs(graph, options);
    for (Wanted& wanted : family) {
        auto program = programs.program(wanted.batch, wanted.training);
        if (!program) return program.error();
        wanted.program = std::move(program).value();
        model->m_states.add(wanted.program);
    }
    OfferMemo memo;
    for (Wanted& wanted : family) {
        if (options.stop.stop_requested()) return stoppedError();
        wanted.member->tape = std::make_shared<const Tape>(
            compileTape(std::move(wanted.program), model->m_states, options.tape, memo));
        model->m_arenaBytes = std::max(model->m_arenaBytes, wanted.member->tape->arenaBytes());
    }
    auto arena = Arena::allocate(model->m_arenaBytes, options.stop);
    if (!arena) return arena.error();
    model->m_arena = std::move(arena).value();
    for (Wanted& wanted : family) bindInputs(*wanted.member, model->m_arena.data());
    return model;
}

}  // namespace vitrine
