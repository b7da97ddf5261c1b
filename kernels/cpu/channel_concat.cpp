// SPDX-License-Identifier: Apache-2.0
// Concatenation along channels where planes of 16 can be copied whole.
#include "kernels/api/copy.h"

#include "kernels/cpu/cut.h"
#include "kernels/cpu/halo.h"

#include <cstring>

namespace vitrine::kernels {
namespace {

constexpr int64_t grainElements = 16 * 1024;

struct Plan {
    std::vector<Image> x;
    Image y;
    Cut planes;

    /// Planes that one image (Blocked) or one group of images (Lanes) has.
    static int64_t planesPerStack(const Image& image) {
        return image.layout == Layout::Lanes ? image.c : image.channelBlocks();
    }
};

void copyPlane(const Image& xImage, const float* x, const Image& yImage, float* y) {
    for (int64_t row = 0; row < yImage.h; ++row)
        std::memcpy(y + yImage.origin() + row * yImage.rowStride(),
                    x + xImage.origin() + row * xImage.rowStride(),
                    static_cast<size_t>(yImage.w * blockWidth) * sizeof(float));
    zeroHalo(yImage, y);
}

void run(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const Plan*>(problem);
    auto* y = static_cast<float*>(operands[plan.x.size()]);
    const int64_t stackPlanes = Plan::planesPerStack(plan.y);
    for (int64_t plane = plan.planes.begin(part); plane < plan.planes.end(part); ++plane) {
        const int64_t stack = plane / stackPlanes;
        int64_t within = plane % stackPlanes;
        size_t input = 0;
        while (within >= Plan::planesPerStack(plan.x[input]))
            within -= Plan::planesPerStack(plan.x[input++]);
        const Image& image = plan.x[input];
        const auto* x = static_cast<const float*>(operands[input]);
        copyPlane(image, x + (stack * Plan::planesPerStack(image) + within) * image.planeStride(),
                  plan.y, y + plane * plan.y.planeStride());
    }
}

}  // namespace

bool supportsChannelConcat(const ChannelConcatProblem& problem) {
    if (problem.x.empty() || problem.y.layout == Layout::RowMajor) return false;
    for (size_t i = 0; i < problem.x.size(); ++i) {
        if (problem.x[i].layout != problem.y.layout) return false;
        const bool last = i + 1 == problem.x.size();
        if (problem.y.layout == Layout::Blocked && !last && problem.x[i].c % blockWidth != 0)
            return false;
    }
    return true;
}

Kernel selectChannelConcat(const ChannelConcatProblem& problem) {
    Kernel kernel;
    if (!supportsChannelConcat(problem)) {
        kernel.refused.push_back(
            "copy.channel_concat: channel counts before the last are not "
            "multiples of 16, or layouts differ");
        return kernel;
    }
    const Cut planes = cut(problem.y.planes(), problem.y.planeStride(), grainElements);
    kernel.name = problem.y.layout == Layout::Lanes ? "copy.channel_concat lanes"
                                                    : "copy.channel_concat blocked";
    kernel.problem = std::make_shared<const Plan>(Plan{problem.x, problem.y, planes});
    kernel.run = run;
    kernel.parts[0] = planes.parts;
    return kernel;
}

}  // namespace vitrine::kernels
