// SPDX-License-Identifier: Apache-2.0
// Scaled dot-product attention (Vaswani et al. 2017), for the operators that have it inside.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::attention {

/// softmax(Q Kᵀ · scale + mask) V, head by head.
struct Settings {
    int64_t heads = 1;
    bool isCausal = false;
    double scale = 0;        ///< 0: 1 / √(features of a head)
    double dropout = 0;      ///< of the weights, in training
    ValueId mask = noValue;  ///< added to the scores [N, heads, T, S]; repeats along axes
};
/// Query [N, T, F], key [N, S, F], value [N, S, G] → [N, T, G].
ValueId attend(Builder& b, ValueId query, ValueId key, ValueId value, const Settings& settings);

/// Weights of the projections: those in [3 F, F] for query, key and value, out [F, F]; biases may
/// be missing.
struct Projections {
    ValueId inWeight = noValue, inBias = noValue, outWeight = noValue, outBias = noValue;
};
/// attend() between its projections; one product makes all three where query, key and value are
/// one.
ValueId attendProjected(Builder& b, ValueId query, ValueId key, ValueId value,
                        const Projections& by, const Settings& settings);

/// Errors: `4 features of query do not divide into 3 heads`.
Result<void> needHeads(std::string_view which, int64_t features, int64_t heads);
/// Errors: `mask [3, 4] does not repeat to the scores [2, 1, 3, 5]`.
Result<void> needMask(const ValueShape& mask, const Shape& scores);

/// Zeros [rows, columns] with a large negative number above the diagonal.
ValueId causalMask(Builder& b, int64_t rows, int64_t columns, DType type);

inline constexpr FieldSpec headsField = {
    .id = "heads",
    .title = "Heads",
    .defaultNumber = 1,
    .minimum = 1,
    .maximum = 1024,
    .help = "Parts that the features are divided into; each attends on its own.",
    .onNode = OnNode::Count};
inline constexpr FieldSpec causalField = {.id = "causal",
                                          .title = "Causal",
                                          .type = FieldType::Bool,
                                          .help = "Whether a place attends to none behind it.",
                                          .onNode = OnNode::Named};
inline constexpr FieldSpec scaleField = {
    .id = "scale",
    .title = "Scale",
    .type = FieldType::Real,
    .minimum = 0,
    .maximum = 1e6,
    .help = "Factor of the scores; 0: one by the root of a head's features."};
inline constexpr FieldSpec dropoutField = {
    .id = "dropout",
    .title = "Dropout",
    .type = FieldType::Real,
    .minimum = 0,
    .maximum = 0.999,
    .help = "Share of the elements that become zero in training, wherever the layer drops some."};
constexpr PortSpec projectionInput(std::string_view id, std::string_view title,
                                   std::string_view pattern, std::string_view help,
                                   std::string_view onlyIf = {}) {
    return {.id = id,
            .title = title,
            .role = PortRole::Parameter,
            .pattern = pattern,
            .help = help,
            .onlyIf = onlyIf};
}
inline constexpr PortSpec inWeightInput =
    projectionInput("in_weight", "Projection weight", "[P, F]",
                    "Rows of factors that make queries, then keys, then values.");
inline constexpr PortSpec inBiasInput =
    projectionInput("in_bias", "Projection bias", "[P]",
                    "Numbers added to queries, then keys, then values; start at zero.", "bias");
inline constexpr PortSpec outWeightInput =
    projectionInput("out_weight", "Output weight", "[F, F]", "How the heads' results are mixed.");
inline constexpr PortSpec outBiasInput =
    projectionInput("out_bias", "Output bias", "[F]",
                    "Number added to each feature of the result; starts at zero.", "bias");
inline constexpr PortSpec maskInput = {
    .id = "mask",
    .title = "Mask",
    .pattern = "[…]",
    .help =
        "Added to the scores [N, heads, T, S]; repeats along axes. A large negative number "
        "hides a place.",
    .optional = true};

}  // namespace vitrine::attention
