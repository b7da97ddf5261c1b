// SPDX-License-Identifier: Apache-2.0
// Writes packed weights from their first element to their last, band by band.
#include "kernels/cpu/pack.h"

#include <algorithm>

#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/choose.h"

namespace vitrine::kernels::cpu {

namespace {

void packBand(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    const Packing& p = static_cast<const PackProblem*>(bound)->packing;
    const int64_t group = part / p.bands(), band = part % p.bands();
    const int64_t first = p.bandBegin(band), line = p.bandWidth(band), taps = p.taps;
    const int64_t real = std::min(line, p.results() - first), sources = p.sources();
    const int64_t filterStride = p.channels * taps;
    const int64_t resultStride = p.transposed ? taps : filterStride;
    const int64_t sourceStride = p.transposed ? filterStride : taps;
    const float* const x = static_cast<const float*>(operands[0]) +
                           group * p.filters * filterStride + first * resultStride;
    float* to = static_cast<float*>(operands[1]) + p.bandOffset(group, band);
    if (p.run == 1 && real == line) {
        // Taps lie side by side in what is read: that goes on end.
        for (int64_t source = 0; source < sources; ++source, to += taps * line)
            for (int64_t k = 0; k < line; ++k) {
                const float* const from = x + source * sourceStride + k * resultStride;
                for (int64_t tap = 0; tap < taps; ++tap) to[tap * line + k] = from[tap];
            }
        return;
    }
    for (int64_t run = 0; run < sources; run += p.run)
        for (int64_t tap = 0; tap < taps; ++tap)
            for (int64_t source = run; source < run + p.run; ++source, to += line) {
                const float* const from = x + source * sourceStride + tap;
                const int64_t filled = source < sources ? real : 0;
                for (int64_t k = 0; k < filled; ++k) to[k] = from[k * resultStride];
                std::fill(to + filled, to + line, 0.0f);
            }
}

}  // namespace

Kernel pack(const PackProblem& problem) {
    if (problem.elementBytes != sizeof(float)) return refuse("bands: wants elements of four bytes");
    Kernel kernel = bindKernel("copy.pack bands", problem, packBand);
    kernel.parts[0] = problem.packing.groups * problem.packing.bands();
    return kernel;
}

}  // namespace vitrine::kernels::cpu
