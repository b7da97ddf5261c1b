// SPDX-License-Identifier: Apache-2.0
// A stretch of channels in lanes, where every channel is a plane: planes are copied whole.
#include "kernels/api/copy.h"

#include "kernels/cpu/cut.h"
#include "kernels/cpu/plane_copy.h"

namespace vitrine::kernels {
namespace {

constexpr int64_t grainElements = 16 * 1024;

struct Plan {
    ChannelPieceProblem problem;
    Cut planes;
};

void run(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const Plan*>(bound);
    const Image &x = plan.problem.x, &y = plan.problem.y;
    for (int64_t plane = plan.planes.begin(part); plane < plan.planes.end(part); ++plane) {
        const int64_t from = plane / y.c * x.c + plan.problem.start + plane % y.c;
        copyPlane(x, static_cast<const float*>(operands[0]) + from * x.planeStride(), y,
                  static_cast<float*>(operands[1]) + plane * y.planeStride());
    }
}

}  // namespace

Kernel selectChannelPiece(const ChannelPieceProblem& problem) {
    Kernel kernel;
    if (problem.x.layout != Layout::Lanes || problem.y.layout != Layout::Lanes) {
        kernel.refused.push_back("copy.channel_piece: wants lanes");
        return kernel;
    }
    const Cut planes = cut(problem.y.planes(), problem.y.planeStride(), grainElements);
    kernel.name = "copy.channel_piece lanes";
    kernel.problem = std::make_shared<const Plan>(Plan{problem, planes});
    kernel.run = run;
    kernel.parts[0] = planes.parts;
    return kernel;
}

}  // namespace vitrine::kernels
