// SPDX-License-Identifier: Apache-2.0
// Convolution of one, two and three axes, and its two adjoints. Each of the three is bilinear, and
// every derivative of one is another of them, with the same stride, padding, dilation and groups.
#pragma once

#include "core/opdef/bias_rules.h"
#include "core/opdef/init_rules.h"
#include "core/opdef/window_rules.h"
#include "kernels/api/conv2d.h"

namespace vitrine::conv {

/// Images x [N, C, spatial…], a weight [K, C / groups, taps…] and y [N, K, spatial…].
struct Geometry {
    kernels::Window window;
    Shape x, weight, y;
    int64_t groups = 1;
};
/// `attrs` holds stride, padding, dilation and groups. Errors: `weight expects 3 input channels,
/// got 1`, `4 output channels do not divide into 3 groups`, those of window::over, or too large.
Result<Geometry> geometryOf(const Attrs& attrs, const Shape& x, const Shape& weight);
/// The same where y is given; it must be what x and weight make. Errors: `dy needs shape [2, 4, 3,
/// 3], got [2, 4, 4, 3]` too.
Result<Geometry> geometryOf(const Attrs& attrs, const Shape& x, const Shape& weight,
                            const Shape& dy);

/// How an operator's operands and results stand to the three: what one pass of kernels does.
struct Pass {
    kernels::Conv2dPass pass;
    /// x, weight and y of an instruction, by the types of its operands and results.
    template <class Type>
    const Type& x(std::span<const Type> in, std::span<const Type> out) const {
        using enum kernels::Conv2dPass;
        return pass == Forward ? in[0] : pass == Data ? out[0] : in[1];
    }
    template <class Type>
    const Type& weight(std::span<const Type> in, std::span<const Type> out) const {
        return pass == kernels::Conv2dPass::Weights ? out[0] : in[1];
    }
    template <class Type>
    const Type& y(std::span<const Type> in, std::span<const Type> out) const {
        return pass == kernels::Conv2dPass::Forward ? out[0] : in[0];
    }
};
inline constexpr Pass forwardPass{kernels::Conv2dPass::Forward};
inline constexpr Pass dataPass{kernels::Conv2dPass::Data};
inline constexpr Pass weightsPass{kernels::Conv2dPass::Weights};

// What all operators of a pass answer alike.
kernels::Conv2dProblem problem(const BindContext& context, const Pass& pass);
/// Kernels take every layout, with both images in the same one.
inline LayoutSet layouts(const OpQuery&) { return everyLayout; }
/// Seconds on one core; where no fast kernel takes it, those of the plain reference.
double cost(const OpQuery& query, const Pass& pass, LayoutKind kind);
int halo(const OpQuery& query, const Pass& pass, int in, LayoutKind kind);
/// Multiplications and additions, two each.
double flops(const OpQuery& query, const Pass& pass);

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
inline constexpr PortSpec gradientInput = {.id = "dy",
                                           .title = "Gradient",
                                           .pattern = "[N, K, …]",
                                           .help = "Gradient of the convolution's result."};
constexpr PortSpec weightInput(std::string_view pattern) {
    return {.id = "weight",
            .title = "Weight",
            .role = PortRole::Parameter,
            .pattern = pattern,
            .help = "One filter for each output channel.",
            .image = false};
}

// conv1d, conv2d and conv3d differ in words alone.
Result<std::vector<ValueShape>> forwardShapes(const Attrs& attrs, std::span<const ValueShape> in);
Result<std::vector<ParamSpec>> forwardParameters(const Attrs& attrs,
                                                 std::span<const ValueShape> in);
void forwardVjp(VjpContext& context);
void forwardJvp(JvpContext& context);
kernels::Kernel bindForward(const BindContext& context);
inline double forwardCost(const OpQuery& query, LayoutKind kind) {
    return cost(query, forwardPass, kind);
}
inline int forwardHalo(const OpQuery& query, int in, LayoutKind kind) {
    return halo(query, forwardPass, in, kind);
}
inline double forwardFlops(const OpQuery& query) { return flops(query, forwardPass); }

// conv_transpose1d, 2d and 3d: the data pass, forwards.
Result<std::vector<ValueShape>> transposedShapes(const Attrs& attrs,
                                                 std::span<const ValueShape> in);
Result<std::vector<ParamSpec>> transposedParameters(const Attrs& attrs,
                                                    std::span<const ValueShape> in);
std::vector<ValueId> buildTransposed(Builder& b, const Attrs& attrs, std::span<const ValueId> in);

constexpr FieldSpec outputPaddingField(int axes) {
    return window::axesField("output_padding", "Output padding", axes, {0, 0},
                             "Pixels added after each axis of the result: which of the sizes that "
                             "a stride makes equal is meant.");
}

inline constexpr OnnxAttribute forwardOnnxFields[] = {{"kernel", "kernel_shape"},
                                                      {"stride", "strides"},
                                                      {"padding", "pads"},
                                                      {"dilation", "dilations"},
                                                      {"groups", "group"}};
inline constexpr OnnxMapping forwardOnnx[] = {
    {.opType = "Conv", .opset = 1, .attributes = forwardOnnxFields}};

inline constexpr OnnxAttribute transposedOnnxFields[] = {
    {"kernel", "kernel_shape"},           {"stride", "strides"},     {"padding", "pads"},
    {"output_padding", "output_padding"}, {"dilation", "dilations"}, {"groups", "group"}};
inline constexpr OnnxMapping transposedOnnx[] = {
    {.opType = "ConvTranspose", .opset = 1, .attributes = transposedOnnxFields}};

}  // namespace vitrine::conv
