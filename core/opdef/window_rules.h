// SPDX-License-Identifier: Apache-2.0
// What convolution and pooling have in common: a window that slides over the height and width of
// [N, C, H, W] images.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::window {

/// Height and width of each.
struct Window {
    int64_t kernelH = 1, kernelW = 1, strideH = 1, strideW = 1, padH = 0, padW = 0;
    int64_t dilationH = 1, dilationW = 1;
};
/// From the fields stride and padding and, where the operator has them, kernel and dilation.
Window windowOf(const Attrs& attrs);

/// `to` with the values of `from` where both have a field: an adjoint keeps its operator's
/// geometry.
Attrs withFields(Attrs to, const Attrs& from);

/// Height and width of the result, [H', W'], H' = ⌊(H + 2·pad − dilation·(kernel − 1) − 1) /
/// stride⌋
/// + 1. Errors: `kernel 5x5 is larger than the padded input 4x4`.
Result<Shape> resultSize(const Window& window, int64_t h, int64_t w);

constexpr FieldSpec pairField(std::string_view id, std::string_view title, double standard,
                              double minimum, std::string_view help) {
    return {.id = id,
            .title = title,
            .type = FieldType::IntPair,
            .defaultNumber = standard,
            .minimum = minimum,
            .maximum = 1024,
            .unit = "px",
            .help = help};
}
constexpr FieldSpec kernelField(double standard) {
    return pairField("kernel", "Kernel", standard, 1, "Height and width of the window.");
}
constexpr FieldSpec strideField(double standard) {
    return pairField("stride", "Stride", standard, 1, "Steps of the window, down and across.");
}
inline constexpr FieldSpec paddingField = pairField(
    "padding", "Padding", 0, 0, "Rows and columns that are added on each side of the input.");
inline constexpr FieldSpec dilationField =
    pairField("dilation", "Dilation", 1, 1, "Distance between neighbouring taps of the kernel.");
inline constexpr FieldSpec inputSizeField = {.id = "input_size",
                                             .title = "Input size",
                                             .type = FieldType::IntPair,
                                             .defaultNumber = 1,
                                             .minimum = 1,
                                             .maximum = 1 << 30,
                                             .unit = "px",
                                             .help = "Height and width of the forward operand."};

inline constexpr PortSpec imageInput = {
    .id = "x", .title = "Input", .pattern = "[N, C, H, W]", .help = "Images."};
inline constexpr PortSpec imageOutput = {.id = "y",
                                         .title = "Output",
                                         .pattern = "[N, C, H', W']",
                                         .help = "One pixel per place of the window."};

}  // namespace vitrine::window
