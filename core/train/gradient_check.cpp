// SPDX-License-Identifier: Apache-2.0
// One tape with gradients, one that only gives the loss, both in float64 over the same states.
#include "core/train/gradient_check.h"

#include <algorithm>
#include <cmath>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/graph/special_nodes.h"
#include "core/tensor/element.h"
#include "core/train/model.h"

namespace vitrine {

namespace {

/// Two tapes over one set of states: one gives losses and gradients, one losses alone.
class CheckedModel {
  public:
    static Result<std::unique_ptr<CheckedModel>> make(const Graph& graph, int64_t batch,
                                                      uint64_t seed) {
        auto model = Model::compile(graph, {{Mode::Gradients, batch}, {Mode::Loss, batch}},
                                    {.batch = batch, .floatType = DType::F64, .threads = cores()});
        if (!model) return model.error();
        std::unique_ptr<CheckedModel> made(new CheckedModel(std::move(model).value()));
        made->m_model->initialise(seed);
        made->moveOffKinks(seed);
        made->fill(graph, Mode::Gradients, seed);
        return made;
    }

    /// Losses and gradients with the states as they start; then the others' inputs are there.
    double differentiate(const Graph& graph, uint64_t seed) {
        const double loss = run(Mode::Gradients);
        for (const StateLayout::Item& item : m_model->states().items())
            m_gradients.push_back(gradient(item.name));
        fill(graph, Mode::Loss, seed);
        return loss;
    }
    const std::vector<double>& gradientOf(size_t item) const { return m_gradients[item]; }
    double loss() { return run(Mode::Loss); }
    const std::vector<StateLayout::Item>& items() const { return m_model->states().items(); }
    std::vector<double> state(const StateLayout::Item& item) const {
        std::vector<double> values(static_cast<size_t>(item.shape.elements()));
        orThrow(m_model->memory().read(item.offset, std::as_writable_bytes(std::span(values))));
        return values;
    }
    void setState(const StateLayout::Item& item, std::span<const double> values) {
        orThrow(m_model->memory().write(item.offset, std::as_bytes(values)));
    }

  private:
    explicit CheckedModel(std::unique_ptr<Model> model)
        : m_model(std::move(model)), m_batch(m_model->batch()) {}

    static int cores() {
        return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    }

    /// Of other whole numbers two, which every axis of two has for positions.
    static uint32_t choicesOf(const Node& input) {
        return isClassInput(input) ? static_cast<uint32_t>(input.attrs.integer("classes")) : 2;
    }

    /// With the states as they are now.
    double run(Mode mode) {
        Executor& executor = *m_model->member(mode, m_batch).executor;
        executor.statesChanged();
        executor.runAll();
        return executor.scalar("loss");
    }

    /// Numbers and class numbers from the seed, the same for every tape.
    void fill(const Graph& graph, Mode mode, uint64_t seed) {
        Member& member = m_model->member(mode, m_batch);
        Rng rng(seed, RngStream::Test);
        for (const DataSlot& slot : member.data) {
            const TensorType& type = member.tape->value(slot.value).type;
            const Node& node = *graph.find(slot.node);
            std::vector<std::byte> values(static_cast<size_t>(slot.bytes));
            for (int64_t i = 0; i < type.shape.elements(); ++i)
                writeElement(values.data(), type.dtype, i,
                             isFloat(type.dtype) ? rng.normal() : rng.below(choicesOf(node)));
            orThrow(m_model->memory().write(slot.at, values));
        }
        if (member.rngKey >= 0)
            orThrow(m_model->memory().fill(member.rngKey, 2 * sizeOf(DType::I64)));
    }

    /// Biases and slopes start as one number, and where they are all that there is (a window that
    /// lies in padding alone, one number in a group) a ReLU behind them stands exactly on its kink.
    void moveOffKinks(uint64_t seed) {
        constexpr double most = 0.1;
        // In the order of the states, which follows from the graph.
        Rng rng(seed, RngStream::Test, 1);
        for (const StateLayout::Item& item : items()) {
            const bool isConstant =
                item.init.kind == InitKind::Zeros || item.init.kind == InitKind::Ones;
            if (item.kind != StateKind::Parameter || !isConstant) continue;
            std::vector<double> values = state(item);
            for (double& value : values) value += rng.uniform(-most, most);
            setState(item, values);
        }
    }

    std::vector<double> gradient(const std::string& parameter) {
        const Member& member = m_model->member(Mode::Gradients, m_batch);
        const ValueId v = member.tape->output("grad:" + parameter);
        return v == noValue ? std::vector<double>{} : member.executor->contents(v);
    }

    std::unique_ptr<Model> m_model;
    const int64_t m_batch;
    std::vector<std::vector<double>> m_gradients;  ///< by state
};

/// Where the start itself lies beside a kink, every direction crosses it that goes far enough.
constexpr double shorterBy = 0.1;

GradientCheckRow checkDirection(CheckedModel& forward, const StateLayout::Item& item,
                                const std::vector<double>& gradient,
                                const GradientCheckOptions& options, double epsilon, Rng& rng) {
    const std::vector<double> before = forward.state(item);
    std::vector<double> direction(before.size());
    double norm = 0;
    for (double& d : direction) {
        d = rng.normal();
        norm += d * d;
    }
    for (double& d : direction) d /= std::sqrt(norm);  // a short way: few activations cross a kink
    GradientCheckRow row{item.name, item.shape, 0, 0, false};
    for (size_t i = 0; i < gradient.size(); ++i) row.automatic += gradient[i] * direction[i];
    const auto shifted = [&](double by) {
        std::vector<double> weights = before;
        for (size_t i = 0; i < weights.size(); ++i) weights[i] += by * direction[i];
        forward.setState(item, weights);
        return forward.loss();
    };
    row.numeric = (shifted(epsilon) - shifted(-epsilon)) / (2 * epsilon);
    forward.setState(item, before);
    const double tolerance =
        options.absoluteTolerance +
        options.relativeTolerance * std::max(std::abs(row.automatic), std::abs(row.numeric));
    row.agrees = std::abs(row.automatic - row.numeric) <= tolerance;
    return row;
}

}  // namespace

bool GradientCheck::agrees() const {
    return std::all_of(rows.begin(), rows.end(),
                       [](const GradientCheckRow& row) { return row.agrees; });
}

Result<GradientCheck> checkGradients(const Graph& graph, const GradientCheckOptions& options) {
    auto made = CheckedModel::make(graph, options.batch, options.seed);
    if (!made) return made.error();
    CheckedModel& model = **made;
    GradientCheck result;
    result.loss = model.differentiate(graph, options.seed);
    Rng rng(options.seed, RngStream::Test, 1);
    for (size_t i = 0; i < model.items().size(); ++i) {
        const StateLayout::Item& item = model.items()[i];
        if (options.progress)
            options.progress(static_cast<double>(i) / static_cast<double>(model.items().size()));
        if (item.kind != StateKind::Parameter) continue;
        GradientCheckRow row;
        double epsilon = options.epsilon;
        for (int attempt = 0; attempt < options.attempts && !row.agrees; ++attempt) {
            row = checkDirection(model, item, model.gradientOf(i), options, epsilon, rng);
            epsilon *= shorterBy;
        }
        result.rows.push_back(row);
    }
    return result;
}

}  // namespace vitrine
