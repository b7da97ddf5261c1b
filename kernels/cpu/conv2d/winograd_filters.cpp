// SPDX-License-Identifier: Apache-2.0
// The taps of a band's filters side by side, transformed 16 filters at a time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d/winograd_filters.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv2d/winograd-inl.h"
#include "kernels/cpu/conv2d/winograd.h"
#include "kernels/cpu/conv2d/winograd_filters.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/machine.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

constexpr int64_t taps = 9, mostResults = maxBandBlocks * blockWidth;

/// taps × results of one source: zero where there is no filter; turned by half a turn where results
/// are channels.
void gatherTaps(const Packing& p, const float* w, int64_t source, int64_t first, int64_t width,
                float* to) {
    const int64_t filterStride = p.channels * taps;
    const int64_t resultStride = p.transposed ? taps : filterStride;
    const int64_t sourceStride = p.transposed ? filterStride : taps;
    const int64_t real = source < p.sources() ? HWY_MIN(width, p.results() - first) : 0;
    const float* from = w + source * sourceStride + first * resultStride;
    for (int64_t k = 0; k < width; ++k, from += resultStride)
        for (int64_t tap = 0; tap < taps; ++tap)
            to[tap * mostResults + k] = k < real ? from[p.transposed ? taps - 1 - tap : tap] : 0.0f;
}

void runTransform(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    const Packing& p = *static_cast<const FilterTransformProblem*>(bound)->packing;
    const int64_t blocks = p.paddedSources() / blockWidth;
    const int64_t block = part % blocks, band = part / blocks % p.bands();
    const int64_t group = part / blocks / p.bands();
    const int64_t first = p.bandBegin(band), width = p.bandWidth(band);
    const float* const w =
        static_cast<const float*>(operands[0]) + group * p.filters * p.channels * taps;
    float* const to = static_cast<float*>(operands[1]) + p.bandOffset(group, band);
    HWY_ALIGN float lines[taps * mostResults];
    for (int64_t i = 0; i < blockWidth; ++i) {
        const int64_t source = block * blockWidth + i;
        gatherTaps(p, w, source, first, width, lines);
        for (int64_t k = 0; k < width; k += lanesOfVector)
            transformBoth<3, patchSize>(
                [&](int r, int s) HWY_ATTR { return load(lines + (r * 3 + s) * mostResults + k); },
                [](const FloatVector* g, FloatVector* m) HWY_ATTR { filterFrequencies(g, m); },
                FrequencyStore(to + source * width + k, p.paddedSources() * width));
    }
}

}  // namespace

Kernel::Run transformRun() { return runTransform; }

}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(transformRun);

Kernel filterTransform(const FilterTransformProblem& problem) {
    if (!problem.packing || problem.dtype != DType::F32 || problem.adjoint)
        return refuse("bands: wants frequencies packed, of float32");
    const Packing& p = *problem.packing;
    Kernel kernel = bindKernel("filter_transform bands " + std::string(instructionSet().name),
                               problem, HWY_DYNAMIC_DISPATCH(transformRun)());
    kernel.parts[0] = p.groups * p.bands() * p.paddedSources() / blockWidth;
    return kernel;
}

}  // namespace vitrine::kernels::cpu
#endif
