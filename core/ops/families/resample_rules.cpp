// SPDX-License-Identifier: Apache-2.0
// Tables of interpolation.
#include "core/ops/families/resample_rules.h"

#include <algorithm>
#include <cmath>

namespace vitrine::resample {

namespace {

/// How far two neighbouring results are apart, in inputs.
double stepOf(const Attrs& attrs, int64_t in, int64_t out) {
    if (attrs.text("sampling") == "align_corners")
        return out == 1 ? 0 : static_cast<double>(in - 1) / static_cast<double>(out - 1);
    const double factor = attrs.real("factor");
    return factor > 0 ? 1 / factor : static_cast<double>(in) / static_cast<double>(out);
}

/// Where result p lies among the inputs.
double placeOf(const Attrs& attrs, int64_t p, int64_t in, int64_t out) {
    const auto at = static_cast<double>(p);
    const double step = stepOf(attrs, in, out);
    const std::string& sampling = attrs.text("sampling");
    if (sampling == "asymmetric") return at * step;
    if (sampling == "half_pixel" || (sampling == "pytorch_half_pixel" && out > 1))
        return (at + 0.5) * step - 0.5;
    if (sampling == "pytorch_half_pixel" || out == 1) return 0;
    return at * static_cast<double>(in - 1) / static_cast<double>(out - 1);
}

double rounded(const Attrs& attrs, double place) {
    const std::string& rounding = attrs.text("rounding");
    if (rounding == "ceil") return std::ceil(place);
    if (rounding == "round_prefer_floor") return std::ceil(place - 0.5);
    if (rounding == "round_prefer_ceil") return std::floor(place + 0.5);
    const bool isCorner = attrs.text("sampling") == "asymmetric";
    return std::floor(rounding == "floor" || isCorner ? place : place + 0.5);
}

int64_t nearestOf(const Attrs& attrs, int64_t p, int64_t in, int64_t out) {
    const auto nearest = static_cast<int64_t>(rounded(attrs, placeOf(attrs, p, in, out)));
    return std::clamp<int64_t>(nearest, 0, in - 1);
}

/// What a tap weighs at this distance: 1 − |t|, or the cubic of Keys with slope a.
double weightAt(double distance, bool isCubic, double a) {
    const double t = std::abs(distance);
    if (!isCubic) return std::max(0.0, 1 - t);
    if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}

struct Tap {
    int64_t index;
    double weight;
};

/// Every input near a place that weighs something.
std::vector<Tap> tapsAround(const Attrs& attrs, double place, double step, int64_t in) {
    const bool isCubic = attrs.text("mode") == "cubic";
    const bool leavesOut = attrs.flag("antialias") || attrs.flag("exclude_outside");
    const double stretch = attrs.flag("antialias") ? std::max(1.0, step) : 1;
    const double reach = (isCubic ? 2 : 1) * stretch;
    std::vector<Tap> taps;
    double sum = 0;
    for (double at = std::ceil(place - reach); at <= std::floor(place + reach); ++at) {
        const auto index = static_cast<int64_t>(at);
        const double weight =
            weightAt((at - place) / stretch, isCubic, attrs.real("cubic_coefficient"));
        if (weight == 0 || (leavesOut && (index < 0 || index >= in))) continue;
        taps.push_back({std::clamp<int64_t>(index, 0, in - 1), weight});
        sum += weight;
    }
    if (leavesOut)
        for (Tap& tap : taps) tap.weight /= sum;
    return taps;
}

/// The two inputs around a place, which lies between the first and the last.
std::vector<Tap> twoAround(double place, int64_t in) {
    const double inside = std::clamp(place, 0.0, static_cast<double>(in - 1));
    const auto low = static_cast<int64_t>(inside);
    const double share = inside - static_cast<double>(low);
    return {{low, 1 - share}, {std::min(low + 1, in - 1), share}};
}

std::vector<Tap> tapsOf(const Attrs& attrs, int64_t p, int64_t in, int64_t out) {
    if (attrs.text("mode") == "nearest") return {{nearestOf(attrs, p, in, out), 1}};
    const double place = placeOf(attrs, p, in, out);
    const bool isPlain = attrs.text("mode") == "linear" && !attrs.flag("antialias") &&
                         !attrs.flag("exclude_outside");
    return isPlain ? twoAround(place, in) : tapsAround(attrs, place, stepOf(attrs, in, out), in);
}

}  // namespace

kernels::AxisMap mapOf(const Attrs& attrs, int64_t in, int64_t out) {
    kernels::AxisMap map;
    for (int64_t p = 0; p < out; ++p) {
        map.begin.push_back(std::ssize(map.index));
        for (const auto& [index, weight] : tapsOf(attrs, p, in, out)) {
            if (weight == 0) continue;
            map.index.push_back(index);
            map.weight.push_back(weight);
        }
    }
    map.begin.push_back(std::ssize(map.index));
    return map;
}

kernels::AxisMap adjointOf(const kernels::AxisMap& map, int64_t in) {
    std::vector<std::vector<std::pair<int64_t, double>>> rows(static_cast<size_t>(in));
    for (size_t p = 0; p + 1 < map.begin.size(); ++p)
        for (int64_t k = map.begin[p]; k < map.begin[p + 1]; ++k)
            rows[static_cast<size_t>(map.index[static_cast<size_t>(k)])].emplace_back(
                p, map.weight[static_cast<size_t>(k)]);
    kernels::AxisMap adjoint;
    for (const auto& row : rows) {
        adjoint.begin.push_back(std::ssize(adjoint.index));
        for (const auto& [result, weight] : row) {
            adjoint.index.push_back(result);
            adjoint.weight.push_back(weight);
        }
    }
    adjoint.begin.push_back(std::ssize(adjoint.index));
    return adjoint;
}

Attrs withFields(Attrs to, const Attrs& from) {
    for (const FieldSpec& spec : to.specs())
        if (spec.id != "size" && from.has(spec.id)) to.with(spec.id, from.get(spec.id));
    return to;
}

ValueId along(Builder& b, const Attrs& from, ValueId x, int64_t axis, int64_t size) {
    const bool isByExtents = !from.has("factor") || from.real("factor") == 0;
    if (isByExtents && b.shape(x)[static_cast<int>(axis)] == size) return x;
    Attrs attrs = withFields(b.attrs("resample"), from);
    attrs.with("axis", axis).with("size", size);
    return b.emit("resample", attrs, {x});
}

ValueId alongAll(Builder& b, const Attrs& from, ValueId x, const Shape& size) {
    const Shape given = b.shape(x);
    for (int axis = 2; axis < size.rank(); ++axis)
        if (size[axis] < given[axis]) x = along(b, from, x, axis, size[axis]);
    for (int axis = size.rank() - 1; axis >= 2; --axis)
        if (size[axis] >= given[axis]) x = along(b, from, x, axis, size[axis]);
    return x;
}

}  // namespace vitrine::resample
