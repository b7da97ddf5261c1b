// SPDX-License-Identifier: Apache-2.0
// Appends gradients, clipping, the optimiser's updates and what goes on around them.
#include "core/train/training_step.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/autodiff/transform.h"
#include "core/optim/parameter_groups.h"
#include "core/tensor/element.h"
#include "core/train/gradient_clipping.h"
#include "core/train/second_pass.h"

namespace vitrine {

namespace {

struct Trained {
    std::string name, key;
    ValueId value = noValue, gradient = noValue, scale = noValue;
};

/// An extra with this step's numbers.
struct Running {
    const Extra* extra = nullptr;
    std::vector<ValueId> numbers;
};

Error nothingToTrain(const Program& program) {
    const bool isFrozen = std::ranges::any_of(
        program.states, [](const StateBinding& state) { return state.kind == StateKind::Frozen; });
    Error error{"training", "no parameter of the graph reaches the loss", {}, {}, {}};
    if (isFrozen) error.message = "every parameter that reaches the loss is frozen";
    error.next = isFrozen ? "Train the weights of a layer." : "Add a layer with weights.";
    return error;
}

class StepBuilder {
  public:
    StepBuilder(Program& program, const TrainingRecipe& recipe, DType floatType)
        : m_builder(program, {.training = true, .floatType = floatType}),
          m_recipe(recipe),
          m_floatType(floatType) {}

    Result<void> append(StepEnd end) {
        if (m_recipe.scalesLoss) addLossScale();
        VITRINE_TRY(differentiate());
        for (const Extra& extra : m_recipe.extras)
            if (extra.extra->probe) VITRINE_TRY(probe(extra));
        std::vector<ValueId> sums;
        if (m_recipe.accumulate > 1) sums = addUp();
        if (end == StepEnd::Accumulate) {
            tellNorm();
            keep(sums);
            return {};
        }
        UpdateContext context;
        context.learningRate = m_builder.addInput("lr", Shape{1}, m_floatType);
        context.step = m_builder.addInput("step", Shape{1}, DType::I64);
        addNumbers();
        clip();
        m_builder.setPhase(Phase::Update);
        for (const Trained& t : m_trained) update(t, context);
        clear(sums);
        averageTheRest();
        return {};
    }

  private:
    Program& program() { return m_builder.program(); }

    /// In the shape of the loss, whose gradient it is.
    void addLossScale() {
        const Shape shape = m_builder.shape(program().output("loss"));
        std::vector<std::byte> first(static_cast<size_t>(sizeOf(m_floatType)));
        writeElement(first.data(), m_floatType, 0, firstLossScale);
        m_builder.setOrigins({});
        m_lossScale = m_builder.addState(std::string(lossScaleState), StateKind::Slot, shape,
                                         m_floatType, {InitKind::Ones, 1, 1}, {},
                                         TensorData::of(m_floatType, shape, std::move(first)));
        m_builder.setPhase(Phase::Backward);
        m_builder.setName("loss_unscale");
        m_unscale = m_builder.emit("reciprocal", {m_lossScale});
    }

    Result<void> differentiate() {
        m_forward = program().instrs.size();
        std::vector<ValueId> wrt;
        for (const StateBinding& state : program().states) {
            if (state.kind != StateKind::Parameter) continue;
            m_trained.push_back({state.name, state.key, state.in, noValue, noValue});
            wrt.push_back(state.in);
        }
        VITRINE_TRY(gradientsOf(program().output("loss"), wrt));
        std::erase_if(m_trained, [](const Trained& t) { return t.gradient == noValue; });
        if (m_trained.empty()) return nothingToTrain(program());
        return {};
    }

    Result<void> gradientsOf(ValueId loss, const std::vector<ValueId>& wrt) {
        m_builder.setPhase(Phase::Backward);
        auto gradients = m_recipe.scalesLoss
                             ? appendVjp(m_builder, {&loss, 1}, {&m_lossScale, 1}, wrt)
                             : appendGradients(m_builder, loss, wrt);
        if (!gradients) return gradients.error();
        for (size_t i = 0; i < m_trained.size(); ++i) m_trained[i].gradient = (*gradients)[i];
        return {};
    }

    /// The gradient is taken once more, elsewhere.
    Result<void> probe(const Extra& extra) {
        m_builder.setOrigins({});
        m_builder.setName(fmt::format("{}.place", extra.extra->id));
        std::vector<ProbedParameter> probed;
        for (const Trained& t : m_trained) probed.push_back({t.value, t.gradient});
        const std::vector<ValueId> places = extra.extra->probe(m_builder, extra.fields, probed);
        std::map<ValueId, ValueId> replaced;
        for (size_t i = 0; i < places.size(); ++i) replaced[m_trained[i].value] = places[i];
        appendAgain(program(), m_forward, replaced);
        return gradientsOf(replaced.at(program().output("loss")), places);
    }

    /// Gradients become sums with those of the batches before; gives the states that hold them.
    std::vector<ValueId> addUp() {
        m_builder.setOrigins({});
        m_builder.setPhase(Phase::Backward);
        ValueId share = m_builder.addInput("share", Shape{}, m_floatType);
        if (m_recipe.scalesLoss) {
            m_builder.setName("share.unscaled");
            share = m_builder.mul(share, std::exchange(m_unscale, noValue));
        }
        std::vector<ValueId> sums;
        for (Trained& t : m_trained) {
            sums.push_back(addSlot(t, sumSuffix.substr(1), m_builder.shape(t.value)));
            m_builder.setName(t.name + ".sum");
            t.gradient = m_builder.add(sums.back(), m_builder.mul(t.gradient, share));
        }
        return sums;
    }

    ValueId addSlot(const Trained& of, std::string_view slot, const Shape& shape) {
        return m_builder.addState(fmt::format("{}/{}", of.name, slot), StateKind::Slot, shape,
                                  m_builder.dtype(of.value), {InitKind::Zeros, 1, 1},
                                  fmt::format("{}/{}", of.key, slot));
    }

    void tellNorm() {
        m_builder.setPhase(Phase::Clip);
        std::vector<ClippedParameter> parameters = clipped();
        appendClipping(m_builder, parameters, Clipping::Norm, 0);
    }

    void keep(const std::vector<ValueId>& sums) {
        for (size_t i = 0; i < sums.size(); ++i)
            m_builder.updateState(sums[i], m_trained[i].gradient);
    }

    void clear(const std::vector<ValueId>& sums) {
        m_builder.setOrigins({});
        for (const ValueId sum : sums) {
            m_builder.setName("no_sum");
            const Shape shape = m_builder.shape(sum);
            m_builder.updateState(sum, m_builder.constant(shape, m_builder.dtype(sum), 0));
        }
    }

    void addNumbers() {
        for (const Extra& extra : m_recipe.extras) {
            Running running{&extra, {}};
            for (size_t i = 0; i < extra.extra->numbers.size(); ++i)
                running.numbers.push_back(
                    m_builder.addInput(extraInput(*extra.extra, i), Shape{}, m_floatType));
            if (extra.extra->behind) m_running.push_back(std::move(running));
        }
    }

    std::vector<ClippedParameter> clipped() const {
        std::vector<ClippedParameter> parameters;
        for (const Trained& t : m_trained) parameters.push_back({t.value, t.gradient, noValue});
        return parameters;
    }

    /// Gradients change, and every parameter gets its scale.
    void clip() {
        m_builder.setPhase(Phase::Clip);
        m_builder.setOrigins({});
        std::vector<ClippedParameter> parameters = clipped();
        appendClipping(m_builder, parameters, m_recipe.clipping, m_recipe.clipNorm, m_unscale);
        for (size_t i = 0; i < m_trained.size(); ++i) {
            m_trained[i].gradient = parameters[i].gradient;
            m_trained[i].scale = parameters[i].scale;
        }
    }

    void update(const Trained& trained, UpdateContext context) {
        const Shape shape = m_builder.shape(trained.value);
        Attrs fields = m_recipe.optimizerFields;
        if (const Attrs* group = groupOf(m_recipe.groups, trained.name)) {
            fields = fieldsInGroup(std::move(fields), *group);
            context.learningRate = rateOf(*group, context.learningRate);
        }
        for (const SlotSpec& slot : m_recipe.optimizer->slotsOf(fields, shape))
            context.slotValues.push_back(addSlot(trained, slot.name, slot.shape));
        context.parameter = trained.value;
        context.gradient = trained.gradient;
        context.scale = trained.scale;
        setName(trained, "next");
        const std::vector<ValueId> next = m_recipe.optimizer->build(m_builder, fields, context);
        m_builder.updateState(trained.value, behind(trained, next[0]));
        for (size_t i = 0; i < context.slotValues.size(); ++i)
            m_builder.updateState(context.slotValues[i], next[i + 1]);
    }

    void setName(const Trained& trained, std::string_view what) {
        m_builder.setOrigins({trained.name.substr(0, trained.name.rfind('.'))});
        m_builder.setName(fmt::format("{}.{}", trained.name, what));
    }

    /// One for each factor.
    ValueId rateOf(const Attrs& group, ValueId rate) {
        const double factor = group.real("lr");
        if (factor == 1) return rate;
        const auto [known, isNew] = m_rates.try_emplace(factor, noValue);
        if (!isNew) return known->second;
        m_builder.setOrigins({});
        m_builder.setName("lr.of_group");
        return known->second = m_builder.scale(rate, factor);
    }

    /// What extras make of the new weights.
    ValueId behind(const Trained& trained, ValueId next) {
        for (const Running& running : m_running) {
            const ExtraDescriptor& extra = *running.extra->extra;
            const Shape shape = m_builder.shape(trained.value);
            const ValueId slot = extra.slot.empty() ? noValue : addSlot(trained, extra.slot, shape);
            setName(trained, extra.id);
            const ExtraResult result = extra.behind(m_builder, running.extra->fields,
                                                    {trained.value, next, slot, running.numbers});
            next = result.after;
            m_builder.updateState(slot, result.slot);
        }
        return next;
    }

    /// Statistics, and parameters that no loss reaches: so that an average is a whole network.
    void averageTheRest() {
        if (!m_recipe.keepsAverage()) return;
        const std::vector<StateBinding> states = program().states;
        for (const StateBinding& state : states) {
            const bool isAveraged =
                state.kind == StateKind::Parameter || state.kind == StateKind::Statistic;
            if (!isAveraged || program().state(averageOf(state.name))) continue;
            const Trained rest{state.name, state.key, state.in, noValue, noValue};
            const Running& average = m_running.back();
            const ValueId slot = addSlot(rest, averageSlot, m_builder.shape(state.in));
            setName(rest, average.extra->extra->id);
            const ValueId after = state.out == noValue ? state.in : state.out;
            const ExtraResult result = average.extra->extra->behind(
                m_builder, average.extra->fields, {state.in, after, slot, average.numbers});
            m_builder.updateState(slot, result.slot);
        }
    }

    Builder m_builder;
    const TrainingRecipe& m_recipe;
    const DType m_floatType;
    size_t m_forward = 0;                                ///< instructions up to the losses
    ValueId m_lossScale = noValue, m_unscale = noValue;  ///< and what undoes it in gradients
    std::vector<Trained> m_trained;
    std::vector<Running> m_running;  ///< those that work behind updates
    std::map<double, ValueId> m_rates;
};

}  // namespace

std::string extraInput(const ExtraDescriptor& extra, size_t number) {
    return fmt::format("{}.{}", extra.id, extra.numbers[number]);
}

Result<void> appendTrainingStep(Program& program, const TrainingRecipe& recipe, DType floatType,
                                StepEnd end) {
    return StepBuilder(program, recipe, floatType).append(end);
}

void takeAverages(Program& program) {
    for (StateBinding& state : program.states) {
        if (state.kind != StateKind::Parameter && state.kind != StateKind::Statistic) continue;
        state.name = averageOf(state.name);
        state.key = averageOf(state.key);
        state.kind = StateKind::Slot;
        state.data = nullptr;
        state.init = {};
    }
}

}  // namespace vitrine
