// SPDX-License-Identifier: Apache-2.0
// What convolution and pooling have in common: a window that slides along the axes of images
// [N, C, spatial…], of which there are one, two or three.
#pragma once

#include "core/opdef/descriptor.h"
#include "kernels/api/window.h"

namespace vitrine::window {

/// Spatial axes of images.
inline int axesOf(const Shape& images) { return images.rank() - 2; }
/// Their extents, [H, W].
Shape spatialOf(const Shape& images);

/// The window over images x that the fields stride, padding and, where there are some, kernel,
/// dilation and ceil_mode describe; `kernel` instead where it is given (by a weight). Where
/// padding has two numbers for each axis, the first ones are before, the others after; where
/// auto_padding is same_upper or same_lower there are ⌈H / stride⌉ results, and an odd pixel is put
/// after or before. Errors:
/// `kernel 5x5 is larger than the padded input 4x4`, `stride has 2 numbers, x has 3 axes`.
Result<kernels::Window> over(const Attrs& attrs, const Shape& x, const Shape& kernel = {});

/// What the fields give for the paddings, those before the axes first: where auto_padding is not
/// explicit they follow from the extents.
std::vector<int64_t> paddingOf(const kernels::Window& window, int axes);

/// [n, c, result of each axis…], H' = ⌊(H + before + after − dilation · (kernel − 1) − 1) / stride⌋
/// + 1; rounded up with ceil_mode, but for a window that would start in the padding after x.
Shape resultShape(const kernels::Window& window, int axes, int64_t n, int64_t c);

/// `to` with the values of `from` where both have a field: an adjoint keeps its operator's
/// geometry.
Attrs withFields(Attrs to, const Attrs& from);

/// `5x5`.
std::string text(const Shape& extents);

struct FieldRange {
    double standard = 1, minimum = 1, maximum = 1024;
};
/// One number for each axis, `of` them.
constexpr FieldSpec axesField(std::string_view id, std::string_view title, int of, FieldRange range,
                              std::string_view help) {
    return {.id = id,
            .title = title,
            .type = FieldType::IntTuple,
            .count = of,
            .defaultNumber = range.standard,
            .minimum = range.minimum,
            .maximum = range.maximum,
            .unit = "px",
            .help = help};
}
/// The same for adjoints, which take any number of axes.
constexpr FieldSpec anyAxesField(std::string_view id, std::string_view title, FieldRange range,
                                 std::string_view standard, std::string_view help) {
    return {.id = id,
            .title = title,
            .type = FieldType::IntList,
            .defaultText = standard,
            .minimum = range.minimum,
            .maximum = range.maximum,
            .unit = "px",
            .help = help};
}

constexpr FieldSpec shown(FieldSpec field, OnNode how) {
    field.onNode = how;
    return field;
}
constexpr FieldSpec kernelField(int axes, double standard) {
    return shown(
        axesField("kernel", "Kernel", axes, {standard}, "Size of the window along each axis."),
        OnNode::Value);
}
constexpr FieldSpec strideField(int axes, double standard) {
    return shown(
        axesField("stride", "Stride", axes, {standard}, "Steps of the window along each axis."),
        OnNode::Named);
}
constexpr FieldSpec paddingField(int axes) {
    FieldSpec field = axesField("padding", "Padding", axes, {0, 0},
                                "Pixels added before and after each axis; with twice as many "
                                "numbers, those before come first, those after last.");
    field.isSided = true;
    return shown(field, OnNode::Named);
}
constexpr FieldSpec dilationField(int axes) {
    return shown(axesField("dilation", "Dilation", axes, {},
                           "Distance between neighbouring taps of the kernel."),
                 OnNode::Named);
}
inline constexpr std::string_view autoPaddings[] = {"explicit", "same_upper", "same_lower",
                                                    "valid"};
inline constexpr FieldSpec autoPaddingField = addition(
    {.id = "auto_padding",
     .title = "Automatic padding",
     .type = FieldType::Choice,
     .defaultText = "explicit",
     .help = "Explicit: as the padding says. Same: as much as makes the result as large as the "
             "input divided by the stride, with an odd pixel after (upper) or before (lower). "
             "Valid: none.",
     .choices = autoPaddings,
     .onNode = OnNode::Named});
inline constexpr FieldSpec ceilModeField = {
    .id = "ceil_mode",
    .title = "Round up",
    .type = FieldType::Bool,
    .help = "Whether a last window that reaches past the padding gives a result too."};

inline constexpr FieldSpec anyKernelField =
    anyAxesField("kernel", "Kernel", {}, "1", "Size of the window along each axis.");
inline constexpr FieldSpec anyStrideField =
    anyAxesField("stride", "Stride", {}, "1", "Steps of the window along each axis.");
inline constexpr FieldSpec anyPaddingField = anyAxesField(
    "padding", "Padding", {.minimum = 0}, "0", "Pixels added before and after each axis.");
inline constexpr FieldSpec anyDilationField = anyAxesField(
    "dilation", "Dilation", {}, "1", "Distance between neighbouring taps of the kernel.");
inline constexpr FieldSpec inputSizeField =
    anyAxesField("input_size", "Input size", {.maximum = 1 << 30}, "1",
                 "Extents of the forward operand's axes.");

/// Patterns of images with so many axes.
constexpr std::string_view imagesPattern(int axes) {
    return axes == 1 ? "[N, C, W]" : axes == 2 ? "[N, C, H, W]" : "[N, C, D, H, W]";
}
constexpr std::string_view windowsPattern(int axes) {
    return axes == 1 ? "[N, C, W']" : axes == 2 ? "[N, C, H', W']" : "[N, C, D', H', W']";
}
constexpr std::string_view filtersPattern(int axes) {
    return axes == 1 ? "[N, K, W']" : axes == 2 ? "[N, K, H', W']" : "[N, K, D', H', W']";
}
constexpr PortSpec imageInput(int axes) {
    return {.id = "x", .title = "Input", .pattern = imagesPattern(axes), .help = "Images."};
}
constexpr PortSpec imageOutput(int axes) {
    return {.id = "y",
            .title = "Output",
            .pattern = windowsPattern(axes),
            .help = "One pixel per place of the window."};
}

}  // namespace vitrine::window
