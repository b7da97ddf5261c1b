// SPDX-License-Identifier: Apache-2.0
// Tables of interpolation.
#include "core/ops/families/resample_rules.h"

#include <algorithm>
#include <cmath>

namespace vitrine::resample {

namespace {

/// Where result p lies among the inputs.
double placeOf(const Attrs& attrs, int64_t p, int64_t in, int64_t out) {
    const auto at = static_cast<double>(p);
    const double scale = static_cast<double>(in) / static_cast<double>(out);
    const std::string& sampling = attrs.text("sampling");
    if (sampling == "asymmetric") return at * scale;
    if (sampling == "half_pixel") return (at + 0.5) * scale - 0.5;
    return out == 1 ? 0 : at * static_cast<double>(in - 1) / static_cast<double>(out - 1);
}

int64_t nearestOf(const Attrs& attrs, int64_t p, int64_t in, int64_t out) {
    const double place = placeOf(attrs, p, in, out);
    const bool isCorner = attrs.text("sampling") == "asymmetric";
    const auto nearest = static_cast<int64_t>(std::floor(isCorner ? place : place + 0.5));
    return std::clamp<int64_t>(nearest, 0, in - 1);
}

}  // namespace

kernels::AxisMap mapOf(const Attrs& attrs, int64_t in, int64_t out) {
    kernels::AxisMap map;
    const auto add = [&map](int64_t index, double weight) {
        if (weight == 0) return;
        map.index.push_back(index);
        map.weight.push_back(weight);
    };
    for (int64_t p = 0; p < out; ++p) {
        map.begin.push_back(std::ssize(map.index));
        if (attrs.text("mode") == "nearest") {
            add(nearestOf(attrs, p, in, out), 1);
            continue;
        }
        const double place =
            std::clamp(placeOf(attrs, p, in, out), 0.0, static_cast<double>(in - 1));
        const auto low = static_cast<int64_t>(place);
        const double share = place - static_cast<double>(low);
        add(low, 1 - share);
        add(std::min(low + 1, in - 1), share);
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

ValueId along(Builder& b, const Attrs& from, ValueId x, int64_t axis, int64_t size) {
    if (b.shape(x)[static_cast<int>(axis)] == size) return x;
    Attrs attrs = b.attrs("resample");
    attrs.with("axis", axis).with("size", size);
    attrs.with("mode", from.get("mode")).with("sampling", from.get("sampling"));
    return b.emit("resample", attrs, {x});
}

}  // namespace vitrine::resample
