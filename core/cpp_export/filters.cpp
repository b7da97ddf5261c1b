// SPDX-License-Identifier: Apache-2.0
// In double precision until they are stored.
#include "core/cpp_export/filters.h"

namespace vitrine::cpp_export {

namespace {

int64_t tilesOf(int64_t filters, int64_t tile) { return (filters + tile - 1) / tile; }

}  // namespace

void Filters::normalise(const std::vector<double>& center, const std::vector<double>& scale,
                        const std::vector<double>& shift) {
    const auto each = static_cast<size_t>(channels * taps);
    for (size_t k = 0; k < static_cast<size_t>(count()); ++k) {
        for (size_t i = 0; i < each; ++i) weights[k * each + i] *= scale[k];
        biases[k] = (biases[k] - center[k]) * scale[k] + shift[k];
    }
}

std::vector<float> Filters::packed(int64_t tile) const {
    const int64_t tiles = tilesOf(filters, tile);
    std::vector<float> all(static_cast<size_t>(groups * tiles * taps * channels * tile), 0.0F);
    for (int64_t k = 0; k < count(); ++k) {
        const int64_t group = k / filters, filter = k % filters;
        const int64_t start = (group * tiles + filter / tile) * taps * channels * tile;
        for (int64_t c = 0; c < channels; ++c)
            for (int64_t tap = 0; tap < taps; ++tap)
                all[static_cast<size_t>(start + (tap * channels + c) * tile + filter % tile)] =
                    static_cast<float>(
                        weights[static_cast<size_t>((k * channels + c) * taps + tap)]);
    }
    return all;
}

std::vector<float> Filters::packedBiases(int64_t tile) const {
    const int64_t tiles = tilesOf(filters, tile);
    std::vector<float> all(static_cast<size_t>(groups * tiles * tile), 0.0F);
    for (int64_t k = 0; k < count(); ++k)
        all[static_cast<size_t>(k / filters * tiles * tile + k % filters)] =
            static_cast<float>(biases[static_cast<size_t>(k)]);
    return all;
}

int64_t tileFor(int64_t filters, bool isOnePixel) {
    int64_t best = 16;
    for (const int64_t tile : {int64_t{32}, int64_t{64}}) {
        if (tile == 64 && !isOnePixel) continue;
        if (tilesOf(filters, tile) * tile <= tilesOf(filters, best) * best) best = tile;
    }
    return best;
}

}  // namespace vitrine::cpp_export
