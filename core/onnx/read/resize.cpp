// SPDX-License-Identifier: Apache-2.0
// Resize: another size by scales or sizes, of all axes or some.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cmath>

#include "core/onnx/resampling.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::resize {

namespace {

struct Target {
    std::vector<int64_t> axes;
    std::vector<double> scales;  ///< of those axes, or none
    std::vector<int64_t> sizes;  ///< likewise
    std::vector<double> region;  ///< starts, then ends
};

void needCount(const Context& c, std::string_view what, size_t count, size_t axes) {
    if (count != axes)
        c.refuse(fmt::format("{} has {} numbers for {} axes", what, count, axes), "O17");
}

Target targetOf(const Context& c) {
    const int rank = c.rank(0);
    const bool isOld = c.opset() < 11;
    Target target;
    if (const auto axes = c.integers("axes"))
        target.axes = c.axesOf(*axes, rank);
    else
        for (int k = 0; k < rank; ++k) target.axes.push_back(k);
    const auto isGiven = [&](size_t k) { return c.has(k) && c.shape(k).elements() > 0; };
    const size_t scales = isOld ? 1 : 2;
    if (!isOld && isGiven(3)) {
        target.sizes = c.integers(c.in(3), "sizes");
        needCount(c, "sizes", target.sizes.size(), target.axes.size());
    } else {
        target.scales = c.reals(c.in(scales), "scales");
        needCount(c, "scales", target.scales.size(), target.axes.size());
    }
    if (!isOld && isGiven(1)) target.region = c.reals(c.in(1), "roi");
    return target;
}

/// One factor for all axes, so that sides keep their proportions.
void keepProportions(const Context& c, const Shape& x, Target& target,
                     std::vector<double>& scales) {
    const std::string policy = c.text("keep_aspect_ratio_policy", "stretch");
    if (policy == "stretch") return;
    if (policy != "not_larger" && policy != "not_smaller")
        c.refuseAttribute("keep_aspect_ratio_policy", "stretch, not_larger or not_smaller");
    const double scale =
        policy == "not_larger" ? std::ranges::min(scales) : std::ranges::max(scales);
    std::ranges::fill(scales, scale);
    for (size_t k = 0; k < target.axes.size(); ++k)
        target.sizes[k] = static_cast<int64_t>(
            std::floor(scale * static_cast<double>(x[static_cast<int>(target.axes[k])]) + 0.5));
}

/// The sizes follow from the input's: the axis stays though it keeps its own this time.
bool stays(const Context& c, int64_t axis) {
    return axis > 1 && c.opset() >= 11 && c.has(3) && c.stays(c.in(3));
}

std::vector<ResizedAxis> axesOf(const Context& c, Target target, bool hasRegion) {
    const Shape x = c.shape(0);
    std::vector<double> scales = target.scales;
    if (scales.empty())
        for (size_t k = 0; k < target.axes.size(); ++k)
            scales.push_back(static_cast<double>(target.sizes[k]) /
                             static_cast<double>(x[static_cast<int>(target.axes[k])]));
    if (!target.sizes.empty() && !target.axes.empty()) keepProportions(c, x, target, scales);
    if (hasRegion) needCount(c, "roi", target.region.size(), 2 * target.axes.size());
    std::vector<ResizedAxis> axes;
    for (size_t k = 0; k < target.axes.size(); ++k) {
        ResizedAxis axis{.axis = static_cast<int>(target.axes[k])};
        axis.in = x[axis.axis];
        axis.scale = scales[k];
        if (hasRegion) {
            axis.start = target.region[k];
            axis.end = target.region[target.axes.size() + k];
        }
        const double size =
            static_cast<double>(axis.in) * (hasRegion ? axis.end - axis.start : 1) * axis.scale;
        axis.out = target.sizes.empty() ? static_cast<int64_t>(std::floor(size)) : target.sizes[k];
        if (axis.out < 1 || !(axis.scale > 0))
            c.refuse(fmt::format("axis {} would have {} elements", axis.axis, axis.out), "O17");
        if (axis.out != axis.in || hasRegion || axis.scale != 1 || stays(c, axis.axis))
            axes.push_back(axis);
    }
    return axes;
}

std::string choice(const Context& c, std::string_view name, std::string_view usual,
                   std::initializer_list<std::string_view> known) {
    const std::string word = c.text(name, usual);
    if (std::ranges::find(known, word) == known.end())
        c.refuseAttribute(name, fmt::format("one of {}", fmt::join(known, ", ")));
    return word;
}

void read(Context& c) {
    Resampling how{.mode = choice(c, "mode", "nearest", {"nearest", "linear", "cubic"}),
                   .sampling = choice(
                       c, "coordinate_transformation_mode", "half_pixel",
                       {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
                        "asymmetric", "tf_crop_and_resize", "tf_half_pixel_for_nn"}),
                   .rounding = choice(c, "nearest_mode", "round_prefer_floor",
                                      {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}),
                   .cubic = c.real("cubic_coeff_a", -0.75),
                   .outside = c.real("extrapolation_value", 0),
                   .leavesOut = c.flag("exclude_outside", false),
                   .antialias = c.flag("antialias", false)};
    const bool hasRegion = how.sampling == "tf_crop_and_resize";
    const Target target = targetOf(c);
    how.axes = axesOf(c, target, hasRegion);
    how.keepsFactor = c.followsSizes() && target.sizes.empty();
    if (c.opset() < 11) return c.give(0, asBefore11(c, how));
    if (how.mode == "nearest") how.antialias = false;
    c.give(0, resampled(c, c.in(0), how));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Resize", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::resize
