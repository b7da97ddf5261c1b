// SPDX-License-Identifier: Apache-2.0
// Arithmetic of sliding windows.
#include "core/ops/families/window_rules.h"
#include "core/base/count_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace vitrine::window {

namespace {

using Extents = std::vector<int64_t>;

/// A field's number for one axis of `axes`; one number stands for all of them.
int64_t numberOf(const Extents& list, int axis) {
    return list.size() == 1 ? list[0] : list[static_cast<size_t>(axis)];
}

Result<void> needAxes(std::string_view field, const Extents& list, int axes) {
    const auto count = std::ssize(list);
    if (count == 1 || count == axes || (field == "padding" && count == 2 * axes)) return {};
    return shapeError(fmt::format("{} has {}, x has {}", field, countOf(count, "number"),
                                  countOf(axes, "axis", "axes")));
}

/// Reads a field's numbers into one member of each axis, where the operator has it.
Result<void> read(const Attrs& attrs, std::string_view field, int axes, kernels::Window& window,
                  int64_t kernels::WindowAxis::*member) {
    if (!attrs.has(field)) return {};
    const Extents& list = attrs.list(field);
    VITRINE_TRY(needAxes(field, list, axes));
    for (int i = 0; i < axes; ++i) window.axis(i, axes).*member = numberOf(list, i);
    return {};
}

Result<void> readPadding(const Attrs& attrs, int axes, kernels::Window& window) {
    VITRINE_TRY(read(attrs, "padding", axes, window, &kernels::WindowAxis::before));
    const Extents& list = attrs.list("padding");
    const bool isSided = axes > 0 && std::ssize(list) == 2 * axes;
    for (int i = 0; i < axes; ++i)
        window.axis(i, axes).after =
            isSided ? list[static_cast<size_t>(axes + i)] : window.axis(i, axes).before;
    return {};
}

/// Padding for ⌈in / stride⌉ results, or none, where the field says so.
void padAutomatically(const Attrs& attrs, kernels::WindowAxis& axis) {
    if (!attrs.has("auto_padding") || attrs.text("auto_padding") == "explicit") return;
    axis.before = axis.after = 0;
    if (attrs.text("auto_padding") == "valid") return;
    const int64_t results = (axis.in + axis.stride - 1) / axis.stride;
    const int64_t more = std::max<int64_t>((results - 1) * axis.stride + axis.span() - axis.in, 0);
    const bool isUpper = attrs.text("auto_padding") == "same_upper";
    axis.before = isUpper ? more / 2 : more - more / 2;
    axis.after = more - axis.before;
}

Error largerThanInput(const kernels::Window& window, int axes) {
    Shape kernel, dilation, padded;
    for (int i = 0; i < axes; ++i) {
        const kernels::WindowAxis& axis = window.axis(i, axes);
        kernel.push(axis.kernel);
        dilation.push(axis.dilation);
        padded.push(axis.padded());
    }
    const bool isDilated =
        std::ranges::any_of(dilation.dims(), [](int64_t distance) { return distance != 1; });
    return shapeError(fmt::format("kernel {}{} is larger than the padded input {}", text(kernel),
                                  isDilated ? " with dilation " + text(dilation) : "",
                                  text(padded)));
}

int64_t results(const kernels::WindowAxis& axis, bool roundUp) {
    const int64_t room = axis.padded() - axis.span();
    const int64_t floor = room / axis.stride + 1;
    if (!roundUp || room % axis.stride == 0) return floor;
    return floor * axis.stride < axis.in + axis.before ? floor + 1 : floor;
}

}  // namespace

Shape spatialOf(const Shape& images) { return Shape(images.dims().subspan(2)); }

Result<kernels::Window> over(const Attrs& attrs, const Shape& x, const Shape& kernel) {
    const int axes = axesOf(x);
    kernels::Window window;
    VITRINE_TRY(read(attrs, "kernel", axes, window, &kernels::WindowAxis::kernel));
    VITRINE_TRY(read(attrs, "stride", axes, window, &kernels::WindowAxis::stride));
    VITRINE_TRY(read(attrs, "dilation", axes, window, &kernels::WindowAxis::dilation));
    VITRINE_TRY(readPadding(attrs, axes, window));
    const bool roundUp = attrs.has("ceil_mode") && attrs.flag("ceil_mode");
    bool fits = true;
    for (int i = 0; i < axes; ++i) {
        kernels::WindowAxis& axis = window.axis(i, axes);
        axis.in = x[2 + i];
        if (kernel.rank() > 0) axis.kernel = kernel[i];
        padAutomatically(attrs, axis);
        fits &= axis.span() <= axis.padded();
    }
    if (!fits) return largerThanInput(window, axes);
    for (int i = 0; i < axes; ++i)
        window.axis(i, axes).out = results(window.axis(i, axes), roundUp);
    return window;
}

std::vector<int64_t> paddingOf(const kernels::Window& window, int axes) {
    std::vector<int64_t> padding;
    for (int i = 0; i < axes; ++i) padding.push_back(window.axis(i, axes).before);
    for (int i = 0; i < axes; ++i) padding.push_back(window.axis(i, axes).after);
    return padding;
}

Shape resultShape(const kernels::Window& window, int axes, int64_t n, int64_t c) {
    Shape shape{n, c};
    for (int i = 0; i < axes; ++i) shape.push(window.axis(i, axes).out);
    return shape;
}

Attrs withFields(Attrs to, const Attrs& from) {
    for (const FieldSpec& spec : to.specs()) {
        if (!from.has(spec.id)) continue;
        const auto* list = std::get_if<Extents>(&from.get(spec.id));
        if (list && list->size() == 1)
            to.with(spec.id, spec.type == FieldType::IntList ? FieldValue(*list) : list->front());
        else
            to.with(spec.id, from.get(spec.id));
    }
    return to;
}

std::string text(const Shape& extents) { return fmt::format("{}", fmt::join(extents.dims(), "x")); }

}  // namespace vitrine::window
