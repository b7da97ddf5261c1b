// SPDX-License-Identifier: Apache-2.0
// Windows laid back into images, added up where they overlap: a transposed convolution whose
// filters each hold a single one.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/window_rules.h"

namespace vitrine::ops::col2im {

namespace {

/// The images, and the windows over them.
struct Plan {
    Shape images;
    kernels::Window window;
    int axes = 2;
    int64_t taps = 1, places = 1;
};

Result<Plan> planOf(const Attrs& attrs, const Shape& x) {
    const std::vector<int64_t>&size = attrs.list("size"), &kernel = attrs.list("kernel");
    Plan plan{.images = {x[0], 1}, .window = {}, .axes = static_cast<int>(size.size())};
    if (plan.axes < 1 || plan.axes > 3 || kernel.size() != size.size())
        return shapeError(fmt::format("size and kernel need 1 to 3 extents each, got {} and {}",
                                      size.size(), kernel.size()));
    for (int64_t extent : size) plan.images.push(extent);
    for (int64_t extent : kernel) plan.taps *= extent;
    const auto window = window::over(attrs, plan.images);
    if (!window) return window.error();
    plan.window = *window;
    for (int i = 0; i < plan.axes; ++i) plan.places *= plan.window.axis(i, plan.axes).out;
    if (x[1] % plan.taps != 0 || x[2] != plan.places)
        return shapeError(
            fmt::format("x needs shape [N, C · {}, {}], got {}", plan.taps, plan.places, x.text()));
    plan.images[1] = x[1] / plan.taps;
    return plan;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto plan = planOf(attrs, in[0].shape);
    if (!plan) return plan.error();
    return oneResult(plan->images, in[0].dtype);
}

/// [taps, taps] with ones on the diagonal, once for each channel.
ValueId filters(Builder& b, const Plan& plan, DType type) {
    const ValueId numbers = axis::counted(b, plan.taps);
    const ValueId isOwn = b.emit(
        "equal", {b.reshape(numbers, {1, plan.taps, 1}), b.reshape(numbers, {1, 1, plan.taps})});
    const int64_t channels = plan.images[1];
    const ValueId all = b.expand(axis::cast(b, isOwn, type), {channels, plan.taps, plan.taps});
    Shape shape{channels * plan.taps, 1};
    for (int i = 0; i < plan.axes; ++i) shape.push(plan.window.axis(i, plan.axes).kernel);
    return b.reshape(all, shape);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const Plan plan = *planOf(attrs, x);
    Shape places{x[0], x[1]};
    std::vector<int64_t> kernel, stride, dilation, rest;
    for (int i = 0; i < plan.axes; ++i) {
        const kernels::WindowAxis& axis = plan.window.axis(i, plan.axes);
        places.push(axis.out);
        kernel.push_back(axis.kernel);
        stride.push_back(axis.stride);
        dilation.push_back(axis.dilation);
        rest.push_back(axis.padded() - (axis.out - 1) * axis.stride - axis.span());
    }
    const std::string op = fmt::format("conv_transpose{}d", plan.axes);
    Attrs by = b.attrs(op);
    by.with("out_channels", plan.images[1]).with("groups", plan.images[1]).with("bias", false);
    by.with("kernel", kernel).with("stride", stride).with("dilation", dilation);
    by.with("padding", window::paddingOf(plan.window, plan.axes)).with("output_padding", rest);
    const ValueId weight = filters(b, plan, b.dtype(in[0]));
    return {b.emit(op, by, {b.reshape(in[0], places), weight, noValue})};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .pattern = "[N, K, L]",
                                .help = "The pixels of each window one after another, channel by "
                                        "channel, for each of L places row by row."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[N, C, …]", .help = "Images."}};
constexpr FieldSpec fields[] = {
    window::shown(window::anyAxesField("size", "Size", {.maximum = 1 << 20}, "8,8",
                                       "Extents of the images' axes."),
                  OnNode::Value),
    window::anyAxesField("kernel", "Kernel", {}, "2,2", "Size of the window along each axis."),
    window::anyStrideField, window::anyPaddingField, window::anyDilationField};

constexpr OpSample samples[] = {{"size=4,5 kernel=2,3", "2x12x9"},
                                {"size=5,6 kernel=3,2 stride=2,3 padding=1,0,0,1", "1x6x4"},
                                {"size=7 kernel=3 dilation=2 stride=2", "2x3x2"},
                                {"size=3,2,3 kernel=2,1,2", "1x8x8"}};
constexpr OpErrorSample errorSamples[] = {
    {"size=4,5 kernel=2,3", "2x12x8", "x needs shape [N, C · 6, 9], got [2, 12, 8]"},
    {"size=4,5 kernel=2", "2x12x9", "size and kernel need 1 to 3 extents each, got 2 and 1"},
    {"size=2,2 kernel=3,3", "2x9x1", "kernel 3x3 is larger than the padded input 2x2"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "col2im",
    .title = "Windows to images",
    .category = "shape",
    .summary = "Windows laid back into images, added up where they overlap.",
    .formula =
        "y[n, c, i] = Σ x[n, (c, v), q] over all windows q and taps v with "
        "q·stride + v·dilation − pad = i",
    .searchWords = "fold unfold patches overlap",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::col2im
