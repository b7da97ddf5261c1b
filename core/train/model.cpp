// SPDX-License-Identifier: Apache-2.0
// Compiles the family of tapes and takes the memory that all of them share.
#include "core/train/model.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/autodiff/transform.h"
#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/exec/offer_memo.h"
#include "core/exec/recompute.h"
#include "core/exec/stream_executor.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/graph/wiring.h"
#include "core/optim/parameter_groups.h"
#include "core/train/fitting_batch.h"

namespace vitrine {

namespace {

int firstUpdateOf(const Tape& tape) {
    const auto found =
        std::find_if(tape.entries.begin(), tape.entries.end(),
                     [](const TapeEntry& entry) { return entry.instr.phase == Phase::Update; });
    return found == tape.entries.end() ? -1 : static_cast<int>(found - tape.entries.begin());
}

/// An Error of the graph, with what a person can do about it.
Error unusable(Error error) {
    if (error.kept.empty()) error.kept = "Nothing was computed.";
    if (error.next.empty())
        error.next = "Change the node's fields, or what its ports are connected to.";
    return error;
}

bool isTraining(Mode mode) { return mode != Mode::Evaluate && mode != Mode::Predict; }

/// Programs of a graph. Those for one batch differ in the mode alone: shapes and what is checked of
/// them are theirs together.
class ProgramFamily {
  public:
    /// Graph and options must outlive it. `trains`: there are steps that keep averages.
    ProgramFamily(const Graph& graph, const ModelOptions& options, bool trains)
        : m_graph(graph), m_options(options), m_takesAverages(trains) {}

    Result<Program> program(const Variant& variant) {
        const DType floatType = m_options.floatType;
        const ShapeOptions shapes{variant.batch, floatType};
        const auto [entry, isNew] = m_parts.try_emplace(variant.batch, m_graph, shapes);
        const TrainedPart& part = entry->second;
        auto program = lower(part, {.batch = variant.batch,
                                    .training = isTraining(variant.mode),
                                    .withLoss = variant.mode != Mode::Predict,
                                    .floatType = floatType,
                                    .columns = m_options.columns,
                                    .normalisation = m_options.normalisation});
        if (!program) return unusable(program.error());
        if (isNew) {
            const Result<void> fixed =
                checkParametersAreFixed(part.graph(), part.wiring(), part.shapes(), shapes);
            if (!fixed) return unusable(fixed.error());
        }
        const TrainingRecipe& recipe = m_options.recipe;
        freezeGroups(*program, recipe.groups);
        if (variant.mode == Mode::Train)
            VITRINE_TRY(appendTrainingStep(*program, recipe, floatType));
        if (variant.mode == Mode::Accumulate)
            VITRINE_TRY(appendTrainingStep(*program, recipe, floatType, StepEnd::Accumulate));
        if (variant.mode == Mode::Evaluate && m_takesAverages && recipe.keepsAverage())
            takeAverages(*program);
        if (variant.mode == Mode::Gradients || variant.mode == Mode::Loss)
            for (StateBinding& state : program->states) state.out = noValue;
        if (variant.mode == Mode::Gradients) VITRINE_TRY(appendNamedGradients(*program));
        return program;
    }

  private:
    Result<void> appendNamedGradients(Program& program) const {
        std::vector<ValueId> wrt;
        std::vector<std::string> names;
        for (const StateBinding& state : program.states) {
            if (state.kind != StateKind::Parameter) continue;
            wrt.push_back(state.in);
            names.push_back(state.name);
        }
        Builder builder(program, {.training = true, .floatType = m_options.floatType});
        builder.setPhase(Phase::Backward);
        auto gradients = appendGradients(builder, program.output("loss"), wrt);
        if (!gradients) return gradients.error();
        for (size_t i = 0; i < names.size(); ++i)
            if ((*gradients)[i] != noValue) builder.addOutput("grad:" + names[i], (*gradients)[i]);
        return {};
    }

    const Graph& m_graph;
    const ModelOptions& m_options;
    const bool m_takesAverages;
    std::map<int64_t, TrainedPart> m_parts;  ///< by batch
};

TapeOptions tapeOptions(const Program& program, const Variant& variant, const Graph& graph,
                        const ModelOptions& options) {
    TapeOptions tape = options.tape;
    tape.device = options.device.get();
    const auto pin = [&](ValueId value) {
        if (value != noValue) tape.pinned.push_back(program.value(value).name);
    };
    // These run more than once with what was written into them.
    if (variant.mode == Mode::Gradients || variant.mode == Mode::Loss)
        for (const NamedValue& input : program.inputs) pin(input.value);
    if (!options.keepsNodes || isTraining(variant.mode)) return tape;
    tape.fuse = false;
    for (const ValueId value : valuesOfNodes(program, graph)) pin(value);
    return tape;
}

/// With the largest batch for which there would be room, by what each example takes now.
Error withWhatFits(Error error, const Device& device, const ModelOptions& options, int64_t states,
                   int64_t arena) {
    constexpr double usable = 0.9;  // kernels want some for themselves
    const double room = usable * static_cast<double>(device.info().freeBytes - states);
    const double each = static_cast<double>(arena - states) / static_cast<double>(options.batch);
    const auto batch = static_cast<int64_t>(room / each);
    if (error.code != "H03" || each <= 0 || batch < 1 || batch >= options.batch) return error;
    const FittingBatch fitting = batchOfAtMost(batch, options.batch, options.recipe.accumulate);
    error.place.field = fieldOf(fitting);
    error.next = fmt::format(
        "A batch of {} would fit. Batches of {} give the same updates where {} of them are added "
        "up for one. Or choose the CPU.",
        batch, fitting.batch, fitting.accumulate);
    return error;
}

void bindData(Member& member, const ModelOptions& options) {
    for (const DataInput& input : member.tape->data) {
        const auto column = std::ranges::find(options.columns, input.column, &ColumnType::name);
        DataSlot slot{.node = input.node, .column = -1, .value = input.value};
        if (column != options.columns.end())
            slot.column = static_cast<int>(column - options.columns.begin());
        slot.at = member.tape->offsetOf(input.value);
        slot.bytes = member.tape->value(input.value).type.storageBytes();
        member.data.push_back(std::move(slot));
    }
}

/// The losses of an evaluation come together, in one read.
Executor::StepPlan evaluationPlan(const Member& member, DType floatType) {
    Executor::StepPlan plan{
        .finite = {}, .told = {member.tape->output("loss")}, .floatType = floatType};
    plan.told.insert(plan.told.end(), member.losses.begin(), member.losses.end());
    return plan;
}

void bindMember(Member& member, const Graph& graph, const ModelOptions& options) {
    const auto at = [&](std::string_view name) {
        const ValueId v = member.tape->input(name);
        return v == noValue ? -1 : member.tape->offsetOf(v);
    };
    bindData(member, options);
    member.learningRate = at("lr");
    member.step = at("step");
    member.rngKey = at("rng_key");
    member.share = at("share");
    for (const Extra& extra : options.recipe.extras)
        for (size_t i = 0; i < extra.extra->numbers.size(); ++i)
            member.extras.push_back(at(extraInput(*extra.extra, i)));
    // Batches that are added up end in copies at most: of sums, and no weight changes.
    if (member.learningRate >= 0) member.firstUpdate = firstUpdateOf(*member.tape);
    for (ValueId& value : member.nodeValues)  // what no output needs is not computed
        if (value != noValue && member.tape->value(value).storage < 0) value = noValue;
    for (const Node& node : graph.nodes()) {
        if (!isLoss(node)) continue;
        const ValueId loss = member.tape->output("loss:" + node.id);
        if (loss != noValue) member.losses.push_back(loss);
        const ValueId prediction = member.tape->output("prediction:" + node.id);
        if (prediction != noValue)
            member.compared.push_back({prediction, member.tape->output("target:" + node.id)});
    }
}

}  // namespace

Result<Program> buildProgram(const Graph& graph, const Variant& variant,
                             const ModelOptions& options) {
    return ProgramFamily(graph, options, false).program(variant);
}

std::vector<ValueId> valuesOfNodes(const Program& program, const Graph& graph) {
    std::vector<ValueId> values(graph.nodes().size(), noValue);
    for (const DataInput& input : program.data)
        if (const int node = graph.indexOf(input.node); node >= 0)
            values[static_cast<size_t>(node)] = input.value;
    for (const Instr& instr : program.instrs) {
        if (instr.origins.empty() || instr.out.empty()) continue;
        const int node = graph.indexOf(instr.origins.back());
        if (node >= 0) values[static_cast<size_t>(node)] = instr.out.front();
    }
    return values;
}

std::vector<Variant> Model::variantsOfRun(int64_t batch, int64_t trainCount, int64_t testCount,
                                          int64_t accumulate) {
    std::vector<Variant> variants;
    for (const auto& [mode, count] :
         {std::pair(Mode::Train, trainCount), {Mode::Evaluate, testCount}}) {
        if (count >= batch) variants.push_back({mode, batch});
        if (const int64_t rest = count % batch; count > 0 && rest > 0)
            variants.push_back({mode, rest});
        if (mode == Mode::Train && accumulate > 1 && count > batch)
            variants.push_back({Mode::Accumulate, batch});
    }
    return variants;
}

Member& Model::member(Mode mode, int64_t batch) {
    const auto found = m_members.find({mode, batch});
    VITRINE_CHECK(found != m_members.end(), "a model has the tapes that it was compiled with");
    return found->second;
}

Member& Model::evaluate(int64_t size) {
    Member& member = this->member(Mode::Evaluate, size);
    if (&member != m_evaluating) member.executor->statesChanged();
    m_evaluating = &member;
    return member;
}

int64_t Model::workspaceBytes() const {
    int64_t bytes = 0;
    for (const auto& [variant, member] : m_members) bytes += member.executor->workspaceBytes();
    return bytes;
}

Result<void> Model::takeMemory(const ModelOptions& options) {
    if (m_device) {
        auto memory = DeviceMemory::allocate(*m_device, m_arenaBytes);
        if (!memory)
            return withWhatFits(memory.error(), *m_device, options, m_states.sizeBytes(),
                                m_arenaBytes);
        m_memory = std::move(memory).value();
    } else {
        auto memory = HostMemory::allocate(m_arenaBytes, options.stop);
        if (!memory) return memory.error();
        m_memory = std::move(memory).value();
    }
    return {};
}

Result<std::unique_ptr<Executor>> Model::executorFor(const Tape& tape) {
    if (!m_device)
        return std::unique_ptr<Executor>(std::make_unique<HostExecutor>(tape, *m_memory, m_team));
    auto& memory = static_cast<DeviceMemory&>(*m_memory);
    auto executor = StreamExecutor::create(tape, *m_device, memory);
    if (!executor) return executor.error();
    return std::unique_ptr<Executor>(std::move(executor).value());
}

/// The tape was compiled with kernels of the CPU: what it shows is what runs.
void Model::nameKernels(Tape& tape) const {
    if (!m_device) return;
    const auto member = std::ranges::find_if(
        m_members, [&](const auto& each) { return each.second.tape.get() == &tape; });
    const auto& executor = static_cast<const StreamExecutor&>(*member->second.executor);
    for (int i = 0; i < executor.entries(); ++i) {
        TapeEntry& entry = tape.entries[static_cast<size_t>(i)];
        entry.kernel.name = executor.kernel(i).name;
        entry.kernel.refused = executor.kernel(i).refused;
        entry.reasons = {.reason = "the first kernel of the device that takes it"};
    }
}

Result<std::unique_ptr<Model>> Model::compile(const Graph& graph,
                                              const std::vector<Variant>& variants,
                                              const ModelOptions& options) {
    std::unique_ptr<Model> model(new Model(options.threads));
    model->m_batch = options.batch;
    model->m_floatType = options.floatType;
    model->m_recipe = options.recipe;
    model->m_device = options.device;
    for (const Node& node : graph.nodes()) model->m_nodes.push_back(node.id);

    const bool trains = std::ranges::any_of(
        variants, [](const Variant& variant) { return variant.mode == Mode::Train; });
    ProgramFamily programs(graph, options, trains);
    std::vector<Program> made;
    for (const Variant& variant : variants) {
        auto program = programs.program(variant);
        if (!program) return program.error();
        model->m_states.add(*program);
        made.push_back(std::move(program).value());
    }
    OfferMemo memo;
    std::vector<std::shared_ptr<Tape>> tapes;
    for (size_t i = 0; i < variants.size(); ++i) {
        if (options.stop.stop_requested()) return stoppedError();
        const TapeOptions tape = tapeOptions(made[i], variants[i], graph, options);
        Member& member = model->m_members[variants[i]];
        if (options.keepsNodes) member.nodeValues = valuesOfNodes(made[i], graph);
        tapes.push_back(
            std::make_shared<Tape>(compileTape(std::move(made[i]), model->m_states, tape, memo)));
        member.tape = tapes.back();
        VITRINE_TRY(checkBudget(*member.tape, tape));
        model->m_arenaBytes = std::max(model->m_arenaBytes, member.tape->arenaBytes());
        if (variants[i].mode == Mode::Train || variants[i].mode == Mode::Accumulate)
            model->m_training.push_back(&member);
    }
    VITRINE_TRY(model->takeMemory(options));
    writeConstants(model->m_states, *model->m_memory);
    for (auto& [variant, member] : model->m_members) {
        auto executor = model->executorFor(*member.tape);
        if (!executor) return executor.error();
        member.executor = std::move(executor).value();
        bindMember(member, graph, options);
        if (variant.mode == Mode::Evaluate && !member.losses.empty())
            VITRINE_TRY(member.executor->watchSteps(evaluationPlan(member, options.floatType)));
    }
    for (const auto& tape : tapes) model->nameKernels(*tape);
    return model;
}

}  // namespace vitrine
