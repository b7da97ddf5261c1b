// SPDX-License-Identifier: Apache-2.0
// Convolution of one, two and three axes, and its two adjoints. Each of the three is bilinear, and
// every derivative of one is another of them, with the same stride, padding, dilation and groups.
#pragma once

#include <array>

#include "core/ops/families/bias_rules.h"
#include "core/ops/families/init_rules.h"
#include "core/ops/families/window_rules.h"

namespace vitrine::conv {

/// Images x [N, C, spatial…], a weight [K, C / groups, taps…] and y [N, K, spatial…].
struct Geometry {
    kernels::Window window;
    Shape x, weight, y;
    int64_t groups = 1;
};
/// `attrs` holds stride, padding, dilation and groups. Errors: `weight expects 3 input channels,
/// got 1`, `4 output channels do not divide into 3 groups`, `reflect padding 3+3 along axis 0 wants
/// 4 pixels or more, there are 3`, those of window::over, or too large.
Result<Geometry> geometryOf(const Attrs& attrs, const Shape& x, const Shape& weight);
/// The same where y is given; it must be what x and weight make. Errors: `dy needs shape [2, 4, 3,
/// 3], got [2, 4, 4, 3]` too.
Result<Geometry> geometryOf(const Attrs& attrs, const Shape& x, const Shape& weight,
                            const Shape& dy);

/// Errors: `102400 filters are too many, at most 65536 are possible`.
Result<void> needFilters(int64_t count);

/// A pass over images of shape `x` with a weight, whose shapes were checked.
kernels::Problem problem(const Attrs& attrs, kernels::ConvPass pass, const Shape& x,
                         const Shape& weight);
/// Multiplications and additions, two each, of images y [N, K, spatial…].
double flops(const Shape& weight, const Shape& y);

// The three, with geometry taken from the fields of any of them.
ValueId forward(Builder& b, const Attrs& geometry, ValueId x, ValueId weight);
/// `like`: the forward operand whose gradient this is.
ValueId data(Builder& b, const Attrs& geometry, ValueId dy, ValueId weight, const Shape& like);
ValueId weights(Builder& b, const Attrs& geometry, ValueId dy, ValueId x, const Shape& like);

inline constexpr FieldSpec outChannelsField = {.id = "out_channels",
                                               .title = "Output channels",
                                               .defaultNumber = 16,
                                               .minimum = 1,
                                               .maximum = 65536,
                                               .help = "Number of filters.",
                                               .onNode = OnNode::Value};
inline constexpr FieldSpec groupsField = {
    .id = "groups",
    .title = "Groups",
    .defaultNumber = 1,
    .minimum = 1,
    .maximum = 65536,
    .help = "Parts that input and output channels are divided into; each sees only its own.",
    .onNode = OnNode::Named};
inline constexpr std::string_view paddingModes[] = {"zeros", "reflect", "replicate", "circular"};
inline constexpr FieldSpec paddingModeField = addition(
    {.id = "padding_mode",
     .title = "Padding mode",
     .type = FieldType::Choice,
     .defaultText = "zeros",
     .help = "What the pixels of the padding are: zeros, the mirror image without the edge, the "
             "edge, or the other end of the image.",
     .choices = paddingModes,
     .onNode = OnNode::Named});
inline constexpr PortSpec gradientInput = {.id = "dy",
                                           .title = "Gradient",
                                           .pattern = "[N, K, …]",
                                           .help = "Gradient of the convolution's result."};
constexpr PortSpec weightInput(std::string_view pattern) {
    return {.id = "weight",
            .title = "Weight",
            .role = PortRole::Parameter,
            .pattern = pattern,
            .help = "One filter for each output channel."};
}

// conv1d, conv2d and conv3d differ in words alone.
constexpr std::array<PortSpec, 3> forwardInputs(int axes) {
    constexpr std::string_view patterns[] = {"[K, C / groups, S]", "[K, C / groups, R, S]",
                                             "[K, C / groups, T, R, S]"};
    return {window::imageInput(axes), weightInput(patterns[axes - 1]), bias::input("[K]")};
}
constexpr std::array<PortSpec, 1> forwardOutputs(int axes) {
    return {{{.id = "y",
              .title = "Output",
              .pattern = window::filtersPattern(axes),
              .help = "One channel for each filter."}}};
}
constexpr std::array<FieldSpec, 10> forwardFields(int axes) {
    return {outChannelsField,
            window::kernelField(axes, 3),
            window::strideField(axes, 1),
            window::paddingField(axes),
            window::dilationField(axes),
            groupsField,
            bias::field,
            initField,
            window::autoPaddingField,
            paddingModeField};
}
Result<std::vector<ValueShape>> forwardShapes(const Attrs& attrs, std::span<const ValueShape> in);
Result<std::vector<ParamSpec>> forwardParameters(const Attrs& attrs,
                                                 std::span<const ValueShape> in);
/// Pads x by itself where padding_mode is not zeros.
void forwardPrepare(Builder& b, Attrs& attrs, std::span<ValueId> in);
void forwardVjp(VjpContext& context);
void forwardJvp(JvpContext& context);
inline kernels::Problem forwardProblem(const OpQuery& q) {
    return problem(q.instr.attrs, kernels::ConvPass::Forward, q.in[0].shape, q.in[1].shape);
}
inline double forwardFlops(const OpQuery& q) { return flops(q.in[1].shape, q.out[0].shape); }

// conv_transpose1d, 2d and 3d: the data pass, forwards.
Result<std::vector<ValueShape>> transposedShapes(const Attrs& attrs,
                                                 std::span<const ValueShape> in);
Result<std::vector<ParamSpec>> transposedParameters(const Attrs& attrs,
                                                    std::span<const ValueShape> in);
std::vector<ValueId> buildTransposed(Builder& b, const Attrs& attrs, std::span<const ValueId> in);

constexpr std::array<PortSpec, 3> transposedInputs(int axes) {
    constexpr std::string_view patterns[] = {"[C, K / groups, S]", "[C, K / groups, R, S]",
                                             "[C, K / groups, T, R, S]"};
    return {window::imageInput(axes), weightInput(patterns[axes - 1]), bias::input("[K]")};
}
constexpr std::array<PortSpec, 1> transposedOutputs(int axes) {
    return {{{.id = "y",
              .title = "Output",
              .pattern = window::filtersPattern(axes),
              .help = "One channel for each output channel of the filters."}}};
}
constexpr FieldSpec outputPaddingField(int axes) {
    return window::axesField("output_padding", "Output padding", axes, {0, 0},
                             "Pixels added after each axis of the result: which of the sizes that "
                             "a stride makes equal is meant.");
}
constexpr std::array<FieldSpec, 9> transposedFields(int axes) {
    return {outChannelsField,
            window::kernelField(axes, 3),
            window::strideField(axes, 1),
            window::paddingField(axes),
            outputPaddingField(axes),
            window::dilationField(axes),
            groupsField,
            bias::field,
            initField};
}

}  // namespace vitrine::conv
