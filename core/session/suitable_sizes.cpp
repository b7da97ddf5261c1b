// SPDX-License-Identifier: Apache-2.0
// Tries one after the other.
#include "core/session/suitable_sizes.h"

#include <algorithm>

namespace vitrine {

namespace {

/// The nearest multiple that is not 0.
int64_t rounded(int64_t extent, int64_t step) {
    return std::max((extent + step / 2) / step * step, step);
}

bool isRead(const onnx::Model& model, const ChosenExtents& extents) {
    const auto network =
        onnx::networkOf(model, {.symbols = extents, .followsBatch = false, .followsSizes = false});
    return network.ok() && !refusedForItsSize(*network);
}

}  // namespace

const onnx::Refused* refusedForItsSize(const onnx::Network& network) {
    for (const onnx::Refused& node : network.refused)
        if (!node.isFollower && (node.code == "O17" || node.code == "O20")) return &node;
    return nullptr;
}

ChosenExtents suitableSizes(const onnx::Model& model, const ChosenExtents& refused) {
    constexpr int64_t largest = 1 << 14;
    const std::vector<OpenExtent> open = openExtents(model);
    for (int64_t step = 2; step <= 64; step *= 2) {
        ChosenExtents tried = refused;
        for (const OpenExtent& extent : open)
            if (const auto found = tried.find(extent.symbol); found != tried.end())
                found->second = rounded(std::min(found->second, largest), step);
        if (tried != refused && isRead(model, tried)) return tried;
    }
    ChosenExtents usual = refused;
    for (const OpenExtent& extent : open)
        if (extent.usual > 0) usual[extent.symbol] = extent.usual;
    return usual != refused && isRead(model, usual) ? usual : ChosenExtents();
}

}  // namespace vitrine
