// SPDX-License-Identifier: Apache-2.0
// Batch normalisation (Ioffe & Szegedy 2015) of images with any axes, composed of channel moments,
// a few numbers per channel, and one affine map.
#pragma once

#include <array>

#include "core/opdef/descriptor.h"

namespace vitrine::batch_norm {

Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in);
Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in);
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in);

/// The ports x, weight, bias, running_mean, running_var and batches.
constexpr std::array<PortSpec, 6> inputs(std::string_view pattern, std::string_view help) {
    return {
        PortSpec{.id = "x", .title = "Input", .pattern = pattern, .help = help},
        PortSpec{.id = "weight",
                 .title = "Weight",
                 .role = PortRole::Parameter,
                 .pattern = "[C]",
                 .help = "Factor γ of each channel after normalisation; starts at one."},
        PortSpec{.id = "bias",
                 .title = "Bias",
                 .role = PortRole::Parameter,
                 .pattern = "[C]",
                 .help = "Number β that is added to each channel after normalisation; starts at "
                         "zero."},
        PortSpec{.id = "running_mean",
                 .title = "Running mean",
                 .role = PortRole::Statistic,
                 .pattern = "[C]",
                 .help = "Moving average of the batches' means, used in evaluation."},
        PortSpec{.id = "running_var",
                 .title = "Running variance",
                 .role = PortRole::Statistic,
                 .pattern = "[C]",
                 .help = "Moving average of the batches' unbiased variances, used in "
                         "evaluation; a batch with one number per channel has none."},
        PortSpec{.id = "batches",
                 .title = "Batches",
                 .role = PortRole::Statistic,
                 .pattern = "[1]",
                 .help = "How many batches the averages are of.",
                 .onlyIf = "cumulative"}};
}
constexpr PortSpec output(std::string_view pattern) {
    return {.id = "y",
            .title = "Output",
            .pattern = pattern,
            .help = "Normalised images, shaped like the input."};
}

inline constexpr FieldSpec fields[] = {
    {.id = "momentum",
     .title = "Momentum",
     .type = FieldType::Real,
     .defaultNumber = 0.1,
     .minimum = 0,
     .maximum = 1,
     .help = "Share of the newest batch in the running mean and variance."},
    {.id = "eps",
     .title = "Epsilon",
     .type = FieldType::Real,
     .defaultNumber = 1e-5,
     .minimum = 0,
     .maximum = 1,
     .help = "Added to the variance, so that a constant channel can be normalised."},
    addition({.id = "cumulative",
              .title = "Plain average",
              .type = FieldType::Bool,
              .help = "Whether the running mean and variance are averages in which every batch so "
                      "far counts alike; the momentum is not used then."})};

}  // namespace vitrine::batch_norm
