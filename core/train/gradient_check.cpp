// SPDX-License-Identifier: Apache-2.0
// One tape with gradients, one that only gives the loss, both in float64.
#include "core/train/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/autodiff/transform.h"
#include "core/base/rng.h"
#include "core/device/arena.h"
#include "core/exec/executor.h"
#include "core/exec/offer_memo.h"
#include "core/graph/lower.h"

namespace vitrine {

namespace {

Result<Program> forwardProgram(const Graph& graph, int64_t batch) {
    auto program = lower(graph, {.batch = batch, .training = true, .floatType = DType::F64});
    if (!program) return program.error();
    for (StateBinding& state : program->states) state.out = noValue;
    return program;
}

Result<Program> gradientProgram(const Graph& graph, int64_t batch) {
    auto program = forwardProgram(graph, batch);
    if (!program) return program.error();
    std::vector<ValueId> wrt;
    std::vector<std::string> names;
    for (const StateBinding& state : program->states) {
        if (state.kind != StateKind::Parameter) continue;
        wrt.push_back(state.in);
        names.push_back(state.name);
    }
    Builder builder(*program, {.training = true, .floatType = DType::F64});
    builder.setPhase(Phase::Backward);
    auto gradients = appendGradients(builder, program->output("loss"), wrt);
    if (!gradients) return gradients.error();
    for (size_t i = 0; i < names.size(); ++i)
        if ((*gradients)[i] != noValue) builder.addOutput("grad:" + names[i], (*gradients)[i]);
    return program;
}

/// A compiled program with memory of its own.
class Runner {
  public:
    static Result<std::unique_ptr<Runner>> make(Program program, Team& team, OfferMemo& memo) {
        std::unique_ptr<Runner> runner(new Runner(team));
        runner->m_states.add(program);
        runner->m_tape = compileTape(std::move(program), runner->m_states,
                                     {.pinned = {"input", "target", "rng_key"}}, memo);
        auto arena = Arena::allocate(runner->m_tape.arenaBytes());
        if (!arena) return arena.error();
        runner->m_arena = std::move(arena).value();
        runner->m_executor = std::make_unique<Executor>(runner->m_tape, runner->m_arena.data());
        return runner;
    }

    /// The same start for every runner of a graph: states, images and labels from the seed.
    void fill(uint64_t seed, int64_t classes) {
        initialiseStates(m_states, m_arena.data(), seed);
        moveOffKinks(seed);
        Rng rng(seed, RngStream::Test);
        if (const ValueId input = m_tape.input("input"); input != noValue) {
            auto* x = reinterpret_cast<double*>(m_executor->data(input));
            for (int64_t i = 0; i < m_tape.value(input).type.shape.elements(); ++i)
                x[i] = rng.normal();
        }
        if (const ValueId target = m_tape.input("target"); target != noValue) {
            auto* labels = reinterpret_cast<int32_t*>(m_executor->data(target));
            for (int64_t i = 0; i < m_tape.value(target).type.shape.elements(); ++i)
                labels[i] = static_cast<int32_t>(rng.below(static_cast<uint32_t>(classes)));
        }
        if (const ValueId key = m_tape.input("rng_key"); key != noValue)
            std::memset(m_executor->data(key), 0, 2 * sizeof(int64_t));
    }

    /// Biases and slopes start as one number, and where they are all that there is (a window that
    /// lies in padding alone, one number in a group) a ReLU behind them stands exactly on its kink.
    void moveOffKinks(uint64_t seed) {
        constexpr double most = 0.1;
        // In the order of the states, which follows from the graph: every runner draws the same.
        Rng rng(seed, RngStream::Test, 1);
        for (const StateLayout::Item& item : m_states.items()) {
            const bool isConstant =
                item.init.kind == InitKind::Zeros || item.init.kind == InitKind::Ones;
            if (item.kind != StateKind::Parameter || !isConstant) continue;
            auto* values = reinterpret_cast<double*>(m_arena.data() + item.offset);
            for (int64_t i = 0; i < item.shape.elements(); ++i)
                values[i] += rng.uniform(-most, most);
        }
    }

    /// With the states as they are now.
    double loss() {
        m_executor->statesChanged();
        m_executor->run(m_team);
        return m_executor->scalar("loss");
    }
    std::span<double> state(const StateLayout::Item& item) {
        return {reinterpret_cast<double*>(m_arena.data() + item.offset),
                static_cast<size_t>(item.shape.elements())};
    }
    const StateLayout& states() const { return m_states; }
    std::vector<double> gradient(const std::string& parameter) const {
        const ValueId v = m_tape.output("grad:" + parameter);
        return v == noValue ? std::vector<double>{} : m_executor->contents(v);
    }

  private:
    explicit Runner(Team& team) : m_team(team) {}
    Team& m_team;
    StateLayout m_states;
    Tape m_tape;
    Arena m_arena;
    std::unique_ptr<Executor> m_executor;
};

GradientCheckRow checkDirection(Runner& forward, const StateLayout::Item& item,
                                const std::vector<double>& gradient,
                                const GradientCheckOptions& options, Rng& rng) {
    const std::span<double> weights = forward.state(item);
    const std::vector<double> before(weights.begin(), weights.end());
    std::vector<double> direction(weights.size());
    double norm = 0;
    for (double& d : direction) {
        d = rng.normal();
        norm += d * d;
    }
    for (double& d : direction) d /= std::sqrt(norm);  // a short way: few activations cross a kink
    GradientCheckRow row{item.name, item.shape, 0, 0, false};
    for (size_t i = 0; i < gradient.size(); ++i) row.automatic += gradient[i] * direction[i];
    const auto shifted = [&](double by) {
        for (size_t i = 0; i < weights.size(); ++i) weights[i] = before[i] + by * direction[i];
        return forward.loss();
    };
    row.numeric = (shifted(options.epsilon) - shifted(-options.epsilon)) / (2 * options.epsilon);
    std::copy(before.begin(), before.end(), weights.begin());
    const double tolerance =
        options.absoluteTolerance +
        options.relativeTolerance * std::max(std::abs(row.automatic), std::abs(row.numeric));
    row.agrees = std::abs(row.automatic - row.numeric) <= tolerance;
    return row;
}

int64_t classesOf(const Graph& graph) {
    for (const Node& node : graph.nodes())
        if (node.op->id == "target") return node.attrs.integer("classes");
    return 1;
}

}  // namespace

bool GradientCheck::agrees() const {
    return std::all_of(rows.begin(), rows.end(),
                       [](const GradientCheckRow& row) { return row.agrees; });
}

Result<GradientCheck> checkGradients(const Graph& graph, const GradientCheckOptions& options) {
    auto withGradients = gradientProgram(graph, options.batch);
    if (!withGradients) return withGradients.error();
    auto lossOnly = forwardProgram(graph, options.batch);
    if (!lossOnly) return lossOnly.error();
    Team team(static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
    OfferMemo memo;
    auto gradients = Runner::make(std::move(withGradients).value(), team, memo);
    if (!gradients) return gradients.error();
    auto forward = Runner::make(std::move(lossOnly).value(), team, memo);
    if (!forward) return forward.error();
    (*gradients)->fill(options.seed, classesOf(graph));
    (*forward)->fill(options.seed, classesOf(graph));

    GradientCheck result;
    result.loss = (*gradients)->loss();
    Rng rng(options.seed, RngStream::Test, 1);
    const auto& items = (*forward)->states().items();
    for (size_t i = 0; i < items.size(); ++i) {
        if (options.progress)
            options.progress(static_cast<double>(i) / static_cast<double>(items.size()));
        if (items[i].kind != StateKind::Parameter) continue;
        const std::vector<double> gradient = (*gradients)->gradient(items[i].name);
        GradientCheckRow row;
        for (int attempt = 0; attempt < options.attempts && !row.agrees; ++attempt)
            row = checkDirection(**forward, items[i], gradient, options, rng);
        result.rows.push_back(row);
    }
    return result;
}

}  // namespace vitrine
