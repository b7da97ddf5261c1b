// SPDX-License-Identifier: Apache-2.0
// Muon (Jordan et al. 2024, Muon: An optimizer for hidden layers in neural networks): momentum made
// orthogonal. Parameters of one axis are trained by AdamW.
#include <algorithm>
#include <cmath>

#include "core/optim/families/adam_rules.h"

namespace vitrine::optim::muon {

namespace {

bool isMatrix(const Shape& parameter) { return parameter.rank() >= 2; }

/// Five or so rounds of X ← a X + (b A + c A²) X with A = X Xᵀ bring all singular values near 1.
/// x [rows, columns] with rows ≤ columns; divided by its norm first.
ValueId orthogonal(UpdateRules& rules, ValueId x, const Attrs& attrs) {
    constexpr double a = 3.4445, b = -4.775, c = 2.0315, smallest = 1e-7;
    Builder& builder = rules.builder();
    const ValueId norm = rules.larger(builder.emit("global_norm", {x}), rules.number(smallest));
    x = rules.over(x, norm);
    for (int64_t i = 0; i < attrs.integer("rounds"); ++i) {
        const ValueId square = builder.emit("matmul", {x, builder.emit("transpose", {x})});
        const ValueId fourth = builder.emit("matmul", {square, square});
        const ValueId mixed = builder.add(builder.scale(square, b), builder.scale(fourth, c));
        x = builder.add(builder.scale(x, a), builder.emit("matmul", {mixed, x}));
    }
    return x;
}

/// What the rate is multiplied by, for a matrix of rows [F] and columns, everything else.
double sizeFactor(double rows, double columns, const std::string& size) {
    if (size == "shape") return std::sqrt(std::max(1.0, rows / columns));
    return 0.2 * std::sqrt(std::max(rows, columns));
}

std::vector<ValueId> buildMatrix(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    UpdateRules rules(b, c);
    const Shape shape = b.shape(c.parameter);
    const int64_t rows = shape[0], columns = shape.elements() / std::max<int64_t>(1, rows);
    const double momentum = attrs.real("momentum");
    const ValueId velocity = rules.mean(rules.slot(0), rules.gradient(), momentum);
    const ValueId ahead =
        attrs.flag("nesterov") ? rules.mean(velocity, rules.gradient(), momentum) : velocity;
    ValueId x = b.reshape(ahead, {rows, columns});
    if (rows > columns) x = b.emit("transpose", {x});
    x = orthogonal(rules, x, attrs);
    if (rows > columns) x = b.emit("transpose", {x});
    const double size =
        sizeFactor(static_cast<double>(rows), static_cast<double>(columns), attrs.text("size"));
    const ValueId way = rules.times(b.reshape(x, shape), b.scale(rules.rate(), size));
    return {rules.minus(rules.decayed(attrs.real("weight_decay")), way), velocity};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    if (isMatrix(b.shape(c.parameter))) return buildMatrix(b, attrs, c);
    UpdateContext own = c;
    own.learningRate = b.scale(c.learningRate, attrs.real("adam_rate"));
    return buildAdam(b, attrs, own, true);
}

std::vector<SlotSpec> slotsFor(const Attrs& attrs, const Shape& parameter) {
    if (isMatrix(parameter)) return {{"momentum", parameter}};
    return adamSlots(attrs, parameter);
}

constexpr std::string_view sizes[] = {"rms", "shape"};

constexpr FieldSpec fields[] = {
    shareField("momentum", "Momentum", 0.95,
               "Share of the running mean of gradients that stays at each step."),
    {.id = "nesterov",
     .title = "Nesterov",
     .type = FieldType::Bool,
     .defaultNumber = 1,
     .help = "Mixes the present gradient into the momentum once more."},
    {.id = "rounds",
     .title = "Rounds",
     .type = FieldType::Int,
     .defaultNumber = 5,
     .minimum = 1,
     .maximum = 20,
     .help = "How many times the Newton-Schulz iteration runs."},
    {.id = "size",
     .title = "Size of a step",
     .type = FieldType::Choice,
     .defaultText = "rms",
     .help =
         "rms: 0.2 · √max(rows, columns), so that weights move about as far as with AdamW and "
         "one learning rate fits both. shape: √max(1, rows / columns), which wants about 0.02. A "
         "convolution has its output channels for rows.",
     .choices = sizes},
    weightDecayField(0.1, decoupledHelp),
    {.id = "adam_rate",
     .title = "Rate of AdamW",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 0,
     .maximum = 1e6,
     .help = "What the learning rate is multiplied by for parameters of one axis, biases and "
             "norms, which AdamW trains."},
    beta1Field,
    shareField("beta2", "Beta 2", 0.95,
               "AdamW's share of the running mean of squared gradients that stays at each step."),
    epsilonField,
    amsgradField};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "muon",
    .title = "Muon",
    .summary =
        "Momentum whose matrix is made orthogonal, so that all directions get steps of one length; "
        "AdamW "
        "for biases and norms.",
    .fields = fields,
    .slotsOf = slotsFor,
    .build = build,
};

}  // namespace vitrine::optim::muon
