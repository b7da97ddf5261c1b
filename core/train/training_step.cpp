// SPDX-License-Identifier: Apache-2.0
// Appends gradients, clipping and the optimiser's updates.
#include "core/train/training_step.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/autodiff/transform.h"
#include "core/train/gradient_clipping.h"

namespace vitrine {

namespace {

struct Trained {
    std::string name, key;
    ValueId value = noValue, gradient = noValue, scale = noValue;
};

Error nothingToTrain(const Program& program) {
    const bool isFrozen = std::ranges::any_of(
        program.states, [](const StateBinding& state) { return state.kind == StateKind::Frozen; });
    Error error{"training", "no parameter of the graph reaches the loss", {}, {}, {}};
    if (isFrozen) error.message = "every parameter that reaches the loss is frozen";
    error.next = isFrozen ? "Train the weights of a layer." : "Add a layer with weights.";
    return error;
}

Result<std::vector<Trained>> differentiate(Builder& builder, ValueId loss) {
    std::vector<Trained> trained;
    std::vector<ValueId> wrt;
    for (const StateBinding& state : builder.program().states) {
        if (state.kind != StateKind::Parameter) continue;
        trained.push_back({state.name, state.key, state.in, noValue, noValue});
        wrt.push_back(state.in);
    }
    builder.setPhase(Phase::Backward);
    auto gradients = appendGradients(builder, loss, wrt);
    if (!gradients) return gradients.error();
    for (size_t i = 0; i < trained.size(); ++i) trained[i].gradient = (*gradients)[i];
    std::erase_if(trained, [](const Trained& t) { return t.gradient == noValue; });
    if (trained.empty()) return nothingToTrain(builder.program());
    return trained;
}

/// Gradients change, and every parameter gets its scale.
void clip(Builder& builder, std::vector<Trained>& trained, const TrainingRecipe& recipe) {
    builder.setPhase(Phase::Clip);
    builder.setOrigins({});
    std::vector<ClippedParameter> parameters;
    for (const Trained& t : trained) parameters.push_back({t.value, t.gradient, noValue});
    appendClipping(builder, parameters, recipe.clipping, recipe.clipNorm);
    for (size_t i = 0; i < trained.size(); ++i) {
        trained[i].gradient = parameters[i].gradient;
        trained[i].scale = parameters[i].scale;
    }
}

void update(Builder& builder, const TrainingRecipe& recipe, const Trained& trained,
            UpdateContext context) {
    const Shape shape = builder.shape(trained.value);
    const DType dtype = builder.dtype(trained.value);
    for (const SlotSpec& slot : recipe.optimizer->slotsOf(recipe.optimizerFields, shape))
        context.slotValues.push_back(builder.addState(
            fmt::format("{}/{}", trained.name, slot.name), StateKind::Slot, slot.shape, dtype,
            {InitKind::Zeros, 1, 1}, fmt::format("{}/{}", trained.key, slot.name)));
    context.parameter = trained.value;
    context.gradient = trained.gradient;
    context.scale = trained.scale;
    const std::string node = trained.name.substr(0, trained.name.rfind('.'));
    builder.setOrigins({node});
    builder.setName(trained.name + ".next");
    const std::vector<ValueId> next =
        recipe.optimizer->build(builder, recipe.optimizerFields, context);
    builder.updateState(trained.value, next[0]);
    for (size_t i = 0; i < context.slotValues.size(); ++i)
        builder.updateState(context.slotValues[i], next[i + 1]);
}

}  // namespace

Result<void> appendTrainingStep(Program& program, const TrainingRecipe& recipe, DType floatType) {
    Builder builder(program, {.training = true, .floatType = floatType});
    auto trained = differentiate(builder, program.output("loss"));
    if (!trained) return trained.error();
    UpdateContext context;
    context.learningRate = builder.addInput("lr", Shape{1}, floatType);
    context.step = builder.addInput("step", Shape{1}, DType::I64);
    clip(builder, *trained, recipe);
    builder.setPhase(Phase::Update);
    for (const Trained& t : *trained) update(builder, recipe, t, context);
    return {};
}

}  // namespace vitrine
