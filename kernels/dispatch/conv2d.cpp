// SPDX-License-Identifier: Apache-2.0
// Which kernel runs a convolution: the first candidate that takes it. The plain reference takes
// all.
#include "kernels/api/conv2d.h"

#include <algorithm>

#include "kernels/cpu/chain.h"
#include "kernels/cpu/conv2d/candidates.h"
#include "kernels/cpu/conv2d/gather.h"
#include "kernels/cpu/conv2d/winograd.h"
#include "kernels/cpu/finish.h"
#include "kernels/dispatch/family.h"
#include "kernels/dispatch/machine.h"
#include "kernels/reference/conv2d.h"

namespace vitrine::kernels {

namespace {

const Conv2dCandidate* const candidates[] = {&conv2dBlockedDirect, &conv2dBlockedWinograd,
                                             &conv2dBlockedDepthwise, &conv2dLanesDirect};

Kernel reference(const Conv2dProblem& pr, ConvPass pass) {
    switch (pass) {
        case ConvPass::Forward:
            return reference::conv2dForward(pr);
        case ConvPass::Data:
            return reference::conv2dData(pr);
        default:
            return reference::conv2dWeights(pr);
    }
}

/// The first fast kernel that takes a problem; why those before it refused goes to `refused`. How
/// the weight lies does not count.
const Conv2dCandidate* candidateFor(const Conv2dProblem& pr, ConvPass pass,
                                    std::vector<std::string>& refused) {
    for (const Conv2dCandidate* candidate : candidates) {
        if (pr.x.layout != candidate->layout || pr.y.layout != candidate->layout ||
            pr.algorithm != candidate->algorithm)
            continue;
        std::string why = candidate->refusal(pr, pass);
        if (why.empty()) return candidate;
        refused.push_back(std::move(why));
    }
    return nullptr;
}

Kernel select(const Conv2dProblem& pr, ConvPass pass) {
    std::vector<std::string> refused;
    const Conv2dCandidate* const candidate = candidateFor(pr, pass, refused);
    const bool isWeightRight =
        candidate && (pass == ConvPass::Weights || pr.packing == candidate->packing(pr, pass));
    Kernel kernel;
    if (isWeightRight)
        kernel = candidate->make(pr, pass);
    else if (!pr.packing)
        kernel = reference(pr, pass);
    if (candidate && !isWeightRight)
        refused.push_back(std::string(candidate->name) + ": wants its weight packed otherwise");
    if (!kernel.run) refused.push_back("reference: wants a row-major weight");
    kernel.refused = std::move(refused);
    return kernel;
}

/// What the plain loops reach; only its size beside that of a fast kernel matters.
constexpr double referenceFlopsPerSecond = 1e9;

double flops(const Conv2dProblem& pr) {
    return 2.0 * static_cast<double>(pr.y.elements()) * static_cast<double>(pr.x.c / pr.groups) *
           static_cast<double>(pr.window.taps());
}

/// What the fast kernels of one layout and algorithm want of a call, or the plain loops.
void complete(Offer& offer, const Conv& conv, const Call& call) {
    const bool isWeights = conv.pass == ConvPass::Weights;
    const Conv2dProblem problem = conv2dProblem(conv, placed(call, offer));
    const Layout layout = offer.layout();
    if (layout != Layout::RowMajor)
        offer.forms[isWeights ? 1 : 0].halo =
            conv.pass == ConvPass::Data ? conv2dDataHalo(problem) : conv2dForwardHalo(problem);
    const double seconds = conv2dCost(problem, conv.pass, layout);
    const bool isFast = seconds >= 0;
    const bool isWinograd = offer.algorithm == Algorithm::Winograd;
    offer.name += !isFast ? " reference" : isWinograd ? " winograd" : " direct";
    offer.seconds = isFast ? seconds : flops(problem) / referenceFlopsPerSecond;
    if (isFast && !isWeights)
        offer.forms[1] = {
            .layout = Layout::Packed,
            .packing = *conv2dPacking(conv2dProblem(conv, placed(call, offer)), conv.pass)};
}

/// Where blocks of channels are possible at all.
void addWinograd(Offers& offers, const Conv& conv, const Call& call) {
    const auto blocked = std::ranges::find(offers.list, Layout::Blocked, &Offer::layout);
    if (blocked == offers.list.end()) return;
    const std::string_view why = whyNotWinograd(conv2dProblem(conv, placed(call, *blocked)));
    if (!why.empty()) return offers.refused.push_back({"winograd", why});
    offers.list.push_back(*blocked);
    offers.list.back().algorithm = Algorithm::Winograd;
}

}  // namespace

Conv2dProblem conv2dProblem(const Conv& conv, const Call& call) {
    const bool isData = conv.pass == ConvPass::Data;
    Conv2dProblem problem;
    problem.x = isData ? call.out(0) : call.in(conv.pass == ConvPass::Weights ? 1 : 0);
    problem.y = conv.pass == ConvPass::Forward ? call.out(0) : call.in(0);
    problem.window = conv.window;
    problem.groups = conv.groups;
    problem.bias = conv.bias;
    problem.epilogue = inRegisters(call);
    problem.algorithm = call.algorithm;
    if (conv.pass != ConvPass::Weights && call.in(1).layout == Layout::Packed)
        problem.packing = call.in(1).packing;
    return problem;
}

/// Both images lie alike, and that which the window slides over has a halo for it. Fast kernels
/// want their weight packed.
Offers offersOf(const Conv& conv, const Call& call) {
    const bool isWeights = conv.pass == ConvPass::Weights;
    Offers result = Together(call, {0, isWeights ? 1 : call.inputs()}).offers();
    addWinograd(result, conv, call);
    for (Offer& offer : result.list) complete(offer, conv, call);
    return result;
}

Kernel bindTo(const Conv& conv, const Call& call) {
    return select(conv2dProblem(conv, call), conv.pass);
}

Kernel bindFinished(const Conv& conv, const Call& call) {
    std::vector<std::string> refused;
    Conv2dProblem problem = conv2dProblem(conv, call);
    problem.finish = conv.pass == ConvPass::Forward ? cpu::finishOf(call) : std::nullopt;
    const Conv2dCandidate* const candidate = candidateFor(problem, conv.pass, refused);
    const bool takes = problem.finish && candidate && candidate->finishes &&
                       problem.packing == candidate->packing(problem, conv.pass);
    if (!takes) return {};
    Kernel kernel = candidate->make(problem, conv.pass);
    kernel.name += cpu::chainText(call.store);
    kernel.refused = std::move(refused);
    return kernel;
}

std::string conv2dKernelName(ConvPass pass, const char* candidate) {
    const char* const passes[] = {"forward", "data", "weights"};
    return std::string("conv2d.") + passes[static_cast<int>(pass)] + " " + candidate + " " +
           std::string(instructionSet().name);
}

// Lanes clip every tap, and need none; where few channels are summed clipping costs more than zeros
// beside the images. So it is with Winograd's patches.
int64_t conv2dForwardHalo(const Conv2dProblem& pr) {
    constexpr int64_t fewChannels = 4;
    const bool clips = pr.algorithm == Algorithm::Winograd
                           ? clipsPatches(pr.y, pr.y.c / pr.groups)
                           : pr.x.layout == Layout::Lanes && pr.x.c / pr.groups > fewChannels;
    return clips ? 0 : columnHalo(gatherForward(pr));
}

int64_t conv2dDataHalo(const Conv2dProblem& pr) {
    const bool clips = pr.algorithm == Algorithm::Winograd ? clipsPatches(pr.x, pr.x.c / pr.groups)
                                                           : pr.y.layout == Layout::Lanes;
    return clips ? 0 : columnHalo(gatherData(pr));
}

std::optional<Packing> conv2dPacking(const Conv2dProblem& pr, ConvPass pass) {
    std::vector<std::string> refused;
    const Conv2dCandidate* const candidate = candidateFor(pr, pass, refused);
    if (!candidate || pass == ConvPass::Weights) return std::nullopt;
    return candidate->packing(pr, pass);
}

Kernel selectConv2dForward(const Conv2dProblem& pr) { return select(pr, ConvPass::Forward); }
Kernel selectConv2dData(const Conv2dProblem& pr) { return select(pr, ConvPass::Data); }
Kernel selectConv2dWeights(const Conv2dProblem& pr) { return select(pr, ConvPass::Weights); }

}  // namespace vitrine::kernels
