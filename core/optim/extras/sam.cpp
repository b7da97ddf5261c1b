// SPDX-License-Identifier: Apache-2.0
// Sharpness-aware minimisation (Foret et al. 2021), and its adaptive form (Kwon et al. 2021).
#include "core/optim/extra.h"

namespace vitrine::extras::sam {

namespace {

constexpr double leastNorm = 1e-12;

/// w + rho · g / ‖g‖; adaptive: w + rho · w² g / ‖|w| g‖. Norms are those of all parameters
/// together.
std::vector<ValueId> probe(Builder& b, const Attrs& attrs,
                           std::span<const ProbedParameter> parameters) {
    const bool isAdaptive = attrs.flag("adaptive");
    std::vector<ValueId> weighed;
    for (const ProbedParameter& each : parameters)
        weighed.push_back(isAdaptive ? b.mul(b.emit("abs", {each.weights}), each.gradient)
                                     : each.gradient);
    const ValueId norm = b.emitAll("global_norm", b.attrs("global_norm"), weighed)[0];
    const ValueId safe = b.emit("shift", b.attrs("shift").with("offset", leastNorm), {norm});
    const ValueId length =
        b.reshape(b.scale(b.emit("reciprocal", {safe}), attrs.real("rho")), Shape{});
    std::vector<ValueId> places;
    for (size_t i = 0; i < parameters.size(); ++i) {
        const ValueId way =
            isAdaptive ? b.mul(b.emit("abs", {parameters[i].weights}), weighed[i]) : weighed[i];
        places.push_back(b.add(parameters[i].weights, b.mul(way, length)));
    }
    return places;
}

constexpr FieldSpec fields[] = {
    {.id = "rho",
     .title = "Radius",
     .type = FieldType::Real,
     .defaultNumber = 0.05,
     .minimum = 0,
     .maximum = 100,
     .help = "How far from the weights, uphill, the gradient is taken; the adaptive form wants "
             "about ten times as much."},
    {.id = "adaptive",
     .title = "Adaptive",
     .type = FieldType::Bool,
     .help = "Distances count in units of the weights' own sizes."}};

}  // namespace

extern const ExtraDescriptor descriptor;
constinit const ExtraDescriptor descriptor = {
    .id = "sam",
    .title = "Sharpness-aware (SAM)",
    .summary =
        "The gradient is taken a little uphill of the weights, which leads to flat places. "
        "A step takes forward and backward pass twice.",
    .fields = fields,
    .probe = probe,
};

}  // namespace vitrine::extras::sam
