// SPDX-License-Identifier: Apache-2.0
// Which kernel runs a convolution: the first candidate that takes it. The plain reference takes
// all.
#include "kernels/api/conv2d.h"

#include "kernels/cpu/conv2d_candidates.h"
#include "kernels/cpu/conv2d_gather.h"
#include "kernels/dispatch/machine.h"
#include "kernels/reference/conv2d.h"

namespace vitrine::kernels {

namespace {

const Conv2dCandidate* const candidates[] = {&conv2dBlockedDirect, &conv2dLanesDirect};

Kernel reference(const Conv2dProblem& pr, Conv2dPass pass) {
    switch (pass) {
        case Conv2dPass::Forward:
            return reference::conv2dForward(pr);
        case Conv2dPass::Data:
            return reference::conv2dData(pr);
        default:
            return reference::conv2dWeights(pr);
    }
}

Kernel select(const Conv2dProblem& pr, Conv2dPass pass) {
    std::vector<std::string> refused;
    for (const Conv2dCandidate* candidate : candidates) {
        std::string why = candidate->refusal(pr, pass);
        if (why.empty()) {
            Kernel kernel = candidate->make(pr, pass);
            kernel.refused = std::move(refused);
            return kernel;
        }
        refused.push_back(std::move(why));
    }
    Kernel kernel = reference(pr, pass);
    kernel.refused = std::move(refused);
    return kernel;
}

}  // namespace

std::string conv2dKernelName(Conv2dPass pass, const char* candidate) {
    const char* const passes[] = {"forward", "data", "weights"};
    return std::string("conv2d.") + passes[static_cast<int>(pass)] + " " + candidate + " " +
           std::string(instructionSet().name);
}

// Lanes clip every tap, and need none.
int64_t conv2dForwardHalo(const Conv2dProblem& pr) {
    return pr.x.layout == Layout::Lanes ? 0 : columnHalo(gatherForward(pr));
}

int64_t conv2dDataHalo(const Conv2dProblem& pr) {
    return pr.y.layout == Layout::Lanes ? 0 : columnHalo(gatherData(pr));
}

Kernel selectConv2dForward(const Conv2dProblem& pr) { return select(pr, Conv2dPass::Forward); }
Kernel selectConv2dData(const Conv2dProblem& pr) { return select(pr, Conv2dPass::Data); }
Kernel selectConv2dWeights(const Conv2dProblem& pr) { return select(pr, Conv2dPass::Weights); }

}  // namespace vitrine::kernels
