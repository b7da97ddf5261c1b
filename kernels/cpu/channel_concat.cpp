// SPDX-License-Identifier: Apache-2.0
// Concatenation along channels: planes are copied whole, or where a block of channels begins in the
// middle of one of an operand, lane by lane.
#include "kernels/api/copy.h"

#include "kernels/cpu/cut.h"
#include "kernels/cpu/plane_copy.h"

#include <algorithm>
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

/// Lanes of a plane: `count` of them from one plane of an operand.
struct Piece {
    const Image* image;
    const float* plane;
    int64_t from, to, count;
};

/// The lanes that one pixel after the other gives; a fixed number is copied by registers.
template <int64_t fixed>
void copyRow(const float* x, float* y, int64_t pixels, int64_t count) {
    for (int64_t w = 0; w < pixels; ++w, x += blockWidth, y += blockWidth)
        std::memcpy(y, x, static_cast<size_t>(fixed > 0 ? fixed : count) * sizeof(float));
}

void copyPiece(const Piece& piece, const Image& yImage, float* y) {
    const auto copy = piece.count == 4    ? copyRow<4>
                      : piece.count == 8  ? copyRow<8>
                      : piece.count == 12 ? copyRow<12>
                                          : copyRow<0>;
    const Image& x = *piece.image;
    for (int64_t row = 0; row < yImage.h; ++row)
        copy(piece.plane + x.origin() + row * x.rowStride() + piece.from,
             y + yImage.origin() + row * yImage.rowStride() + piece.to, yImage.w, piece.count);
}

/// One plane of y, from as many planes of operands as its channels lie in.
void gatherPlane(const Plan& plan, void* const* operands, int64_t plane, float* y) {
    const bool isLanes = plan.y.layout == Layout::Lanes;
    const int64_t wide = isLanes ? 1 : blockWidth;  // channels of a plane
    const int64_t stack = plane / Plan::planesPerStack(plan.y);
    const int64_t first = plane % Plan::planesPerStack(plan.y) * wide;
    const int64_t end = std::min(plan.y.c, first + wide);
    size_t input = 0;
    int64_t before = 0;  // channels of the operands that were passed
    for (int64_t channel = first; channel < end;) {
        while (channel - before >= plan.x[input].c) before += plan.x[input++].c;
        const Image& image = plan.x[input];
        const int64_t own = channel - before, from = own % wide;
        const int64_t count = std::min({wide - from, image.c - own, end - channel});
        const auto* x = static_cast<const float*>(operands[input]) +
                        (stack * Plan::planesPerStack(image) + own / wide) * image.planeStride();
        if (isLanes || count == blockWidth) return copyPlane(image, x, plan.y, y);
        copyPiece({&image, x, from, channel - first, count}, plan.y, y);
        channel += count;
    }
    zeroHalo(plan.y, y);
}

void run(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const Plan*>(problem);
    auto* const y = static_cast<float*>(operands[plan.x.size()]);
    for (int64_t plane = plan.planes.begin(part); plane < plan.planes.end(part); ++plane)
        gatherPlane(plan, operands, plane, y + plane * plan.y.planeStride());
}

}  // namespace

bool supportsChannelConcat(const ChannelConcatProblem& problem) {
    if (problem.x.empty() || problem.y.layout == Layout::RowMajor) return false;
    for (const Image& x : problem.x)
        if (x.layout != problem.y.layout) return false;
    return true;
}

Kernel selectChannelConcat(const ChannelConcatProblem& problem) {
    Kernel kernel;
    if (!supportsChannelConcat(problem)) {
        kernel.refused.push_back("copy.channel_concat: layouts differ, or are row-major");
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
