// SPDX-License-Identifier: Apache-2.0
// Asks the family of a problem.
#include "kernels/api/offer.h"

#include <algorithm>
#include <utility>

#include "kernels/api/chain_steps.h"
#include "kernels/cpu/chain.h"
#include "kernels/cpu/part_loads.h"
#include "kernels/cpu/part_sums.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"

namespace vitrine::kernels {

Layout Offer::layout() const {
    for (const Form& form : forms)
        if (form.layout != Layout::RowMajor) return form.layout;
    return Layout::RowMajor;
}

namespace {

auto placeIn(Call& call, size_t place) {
    return call.operands.begin() + static_cast<std::ptrdiff_t>(place);
}

/// The call without its load and what that alone reads.
Call withoutLoad(const Call& call) {
    Call result = call;
    result.load.clear();
    result.ofLoad = 0;
    result.operands.erase(placeIn(result, call.firstOfLoad()), placeIn(result, call.inputs()));
    return result;
}

/// The call without its sums and what they alone read and make.
Call withoutSums(const Call& call) {
    Call result = call;
    result.sums.clear();
    result.ofSums = 0;
    result.results = 1;
    result.operands.erase(placeIn(result, call.inputs()) + 1, result.operands.end());
    result.operands.erase(placeIn(result, call.firstOfSums()), placeIn(result, call.firstOfLoad()));
    const auto moved = static_cast<int>(call.ofSums), first = static_cast<int>(call.firstOfLoad());
    for (ChainStep& step : result.load)
        for (int* place : {&step.a, &step.b, &step.c, &step.at})
            if (*place >= first) *place -= moved;
    return result;
}

/// The offer for a call without the load of an operand of its own, with forms for all of them:
/// images lie as the operand does, all else is row-major. What is loaded is not what lies there.
void addLoad(Offer& offer, const Call& call) {
    const auto target = static_cast<size_t>(cpu::loadedPlace(call));
    const Operand& operand = call.in(target);
    const Layout layout = offer.forms[target].layout;
    offer.forms[target].halo = 0;
    for (size_t k = call.firstOfLoad(); k < call.inputs(); ++k) {
        const Form other{.layout = call.in(k).hasExtentsOf(operand) ? layout : Layout::RowMajor};
        offer.forms.insert(offer.forms.begin() + static_cast<std::ptrdiff_t>(k), other);
    }
    const auto isLoaded = [&](size_t place) { return place == target; };
    std::erase_if(offer.inPlace, [&](const InPlace& pair) { return isLoaded(pair.operand); });
    std::erase_if(offer.sameHalo,
                  [&](const SameHalo& pair) { return isLoaded(pair.a) || isLoaded(pair.b); });
    for (SameHalo& pair : offer.sameHalo)
        for (size_t* place : {&pair.a, &pair.b})
            if (*place >= call.firstOfLoad()) *place += call.ofLoad;
}

/// The offer for a call without its sums, with forms for all of them: images lie as what is summed
/// does, all else is row-major.
void addSums(Offer& offer, const Call& call) {
    const size_t before = call.firstOfSums();
    offer.forms.insert(offer.forms.begin() + static_cast<std::ptrdiff_t>(before), call.ofSums, {});
    for (const ChannelSum& sum : call.sums)
        if (sum.pass == ChannelPass::Dot) offer.forms[sum.image].layout = offer.forms.back().layout;
    offer.forms.resize(call.inputs() + call.results);
    for (SameHalo& pair : offer.sameHalo)
        for (size_t* place : {&pair.a, &pair.b})
            if (*place >= before) *place += call.ofSums;
    for (InPlace& pair : offer.inPlace)
        if (pair.operand >= before) pair.operand += call.ofSums;
}

/// Kernels that apply it to sums that are still in registers.
bool takesInRegisters(const Problem& problem, Epilogue epilogue) {
    const bool isGate = epilogue == Epilogue::ReluGate;
    if (const auto* conv = std::get_if<Conv>(&problem))
        return conv->pass == (isGate ? ConvPass::Data : ConvPass::Forward);
    if (const auto* linear = std::get_if<Linear>(&problem))
        return linear->pass == (isGate ? LinearPass::Data : LinearPass::Forward);
    if (const auto* channel = std::get_if<Channel>(&problem))
        return !isGate && channel->pass == ChannelPass::Normalize;
    if (const auto* pool = std::get_if<Pool>(&problem))
        return isGate &&
               (pool->pass == PoolPass::MaxBackward || pool->pass == PoolPass::AverageBackward);
    return false;
}

constexpr size_t mostSteps = 16, mostOperands = 24;

Kernel bindOwn(const Call& call) {
    return std::visit([&](const auto& what) { return bindTo(what, call); }, call.problem);
}

/// The call without its steps and what they read.
Call alone(const Call& call) {
    Call result = call;
    result.store.clear();
    result.load.clear();
    result.ofLoad = 0;
    result.operands.erase(result.operands.begin() + static_cast<std::ptrdiff_t>(call.own),
                          result.operands.end() - static_cast<std::ptrdiff_t>(call.results));
    return result;
}

}  // namespace

namespace {

/// An offer for the call without its load that goes the way of the call's operands.
std::optional<Offer> innerOffer(const Call& call) {
    const Layout layout = call.in(static_cast<size_t>(cpu::loadedPlace(call))).layout;
    for (Offer& offer : offers(withoutLoad(call)).list)
        if (offer.layout() == layout && offer.algorithm == call.algorithm) return std::move(offer);
    return std::nullopt;
}

/// What is loaded, as the kernel wants to read it.
Image loadedImage(const Call& call, const Offer& inner) {
    const auto target = static_cast<size_t>(cpu::loadedPlace(call));
    Image loaded = call.in(target);
    loaded.halo = inner.forms[target].halo;
    return loaded;
}

/// Which operand kernels speak of when they say what their parts read.
int readPlace(const Problem& problem) {
    const auto* const conv = std::get_if<Conv>(&problem);
    return conv && conv->pass == ConvPass::Weights ? 1 : 0;
}

/// The kernel for what is loaded.
Kernel bindInner(const Call& call, const Image& loaded) {
    Call inner = withoutLoad(call);
    static_cast<Image&>(inner.operands[static_cast<size_t>(cpu::loadedPlace(call))]) = loaded;
    Kernel kernel = bind(inner);
    if (cpu::loadedPlace(call) != readPlace(call.problem)) kernel.reads = nullptr;
    return kernel;
}

/// What is done to the result is none of the load's business.
Kernel bindLoadInside(const Call& call) {
    if (call.store.empty()) return bindOwn(call);
    Call own = alone(call), rest = call;
    own.load = std::exchange(rest.load, {});
    Kernel inner = bindOwn(own);
    return inner.run ? cpu::bindStoreChain(std::move(inner), rest) : inner;
}

Kernel bindWithLoad(const Call& call) {
    if (loadsInside(call)) return bindLoadInside(call);
    const std::optional<Offer> inner = innerOffer(call);
    if (!inner) return refuse("load: nobody goes this way");
    const Image loaded = loadedImage(call, *inner);
    Kernel kernel = bindInner(call, loaded);
    if (const std::string_view why = cpu::whyNoPartLoads(kernel, call); !why.empty())
        return refuse("load: " + std::string(why));
    return cpu::bindPartLoads(std::move(kernel), call, loaded);
}

}  // namespace

Offers offers(const Call& call) {
    const auto of = [](const Call& own) {
        return std::visit([&](const auto& what) { return offersOf(what, own); }, own.problem);
    };
    if (cpu::loadedPlace(call) >= 0) {
        Offers result = offers(withoutLoad(call));
        for (Offer& offer : result.list) addLoad(offer, call);
        return result;
    }
    if (call.sums.empty()) return of(call);
    Offers result = of(withoutSums(call));
    for (Offer& offer : result.list) addSums(offer, call);
    return result;
}

namespace {

/// What is stored through steps, and summed: piece by piece, where that is possible. The cases are
/// those that bind leaves to bindStoreChain.
Kernel bindPiecewise(const Call& unsummed, const Call& call) {
    if ((unsummed.store.empty() && unsummed.load.empty()) || cpu::loadedPlace(unsummed) >= 0 ||
        inRegisters(unsummed) != Epilogue::None || !asSteps(unsummed.problem).empty())
        return {};
    const auto* const conv = std::get_if<Conv>(&unsummed.problem);
    if (conv && bindFinished(*conv, unsummed).run) return {};
    Kernel inner = bindOwn(alone(unsummed));
    if (!cpu::whyNoPiecewiseSums(inner, unsummed, call).empty()) return {};
    return cpu::bindPiecewiseSums(std::move(inner), unsummed, call);
}

}  // namespace

Kernel bind(const Call& call) {
    if (cpu::loadedPlace(call) >= 0) return bindWithLoad(call);
    if (!call.sums.empty()) {
        const Call unsummed = withoutSums(call);
        if (Kernel kernel = bindPiecewise(unsummed, call); kernel.run) return kernel;
        Kernel inner = bind(unsummed);
        if (const std::string_view why = cpu::whyNoPartSums(inner, call); !why.empty())
            return refuse("sums by channel: " + std::string(why));
        return cpu::bindPartSums(std::move(inner), call);
    }
    if (call.store.empty() && call.load.empty())
        return bindOwn(call.own < call.inputs() ? alone(call) : call);
    if (inRegisters(call) != Epilogue::None) return bindOwn(call);
    if (!asSteps(call.problem).empty()) return cpu::bindChain(call);
    if (const auto* const conv = std::get_if<Conv>(&call.problem))
        if (Kernel kernel = bindFinished(*conv, call); kernel.run) return kernel;
    Kernel inner = bindOwn(alone(call));
    return inner.run ? cpu::bindStoreChain(std::move(inner), call) : inner;
}

std::vector<ChainStep> asSteps(const Problem& problem) { return std::visit(AsSteps{}, problem); }

bool takesRepeats(const Problem& problem) {
    return std::holds_alternative<Map>(problem) || std::holds_alternative<WholeMap>(problem);
}

bool takesSums(const Call& call, const Offer& offer) {
    const Call lying = placed(call, offer);
    return cpu::whyNoPartSums(bind(withoutSums(lying)), lying).empty();
}

bool takesLoad(const Call& call, const Offer& offer) {
    if (call.load.size() + call.store.size() > mostSteps || call.operands.size() > mostOperands)
        return false;
    const Call lying = placed(call, offer);
    if (cpu::loadedPlace(call) >= 0) return bindWithLoad(lying).run;
    const Call unsummed = call.sums.empty() ? lying : withoutSums(lying);
    if (!cpu::canChain(unsummed, unsummed.out(0).layout)) return false;
    return !asSteps(call.problem).empty() || bindOwn(alone(unsummed)).share;
}

bool loadsByPart(const Call& call, const Offer& offer) {
    const Call lying = placed(call, offer);
    if (cpu::loadedPlace(call) < 0 || loadsInside(lying)) return true;
    const std::optional<Offer> inner = innerOffer(lying);
    if (!inner) return false;
    const Image loaded = loadedImage(lying, *inner);
    return cpu::loadsByPart(bindInner(lying, loaded), loaded);
}

bool takesStore(const Call& call, const Offer& offer) {
    if (call.results != 1 || call.store.size() > mostSteps || call.operands.size() > mostOperands)
        return false;
    if (inRegisters(call) != Epilogue::None) return true;
    if (!cpu::canChain(call, offer.forms.back().layout)) return false;
    return !asSteps(call.problem).empty() || bindOwn(alone(placed(call, offer))).share;
}

Epilogue inRegisters(const Call& call) {
    if (!call.load.empty() || call.store.size() != 1 || call.store[0].a != ChainStep::soFar)
        return Epilogue::None;
    const ChainStep& step = call.store[0];
    const bool isGate = step.function == Pointwise::ReluGate &&
                        step.b == static_cast<int>(call.own) && call.inputs() == call.own + 1;
    if (!isGate && step.function != Pointwise::Relu) return Epilogue::None;
    const Epilogue epilogue = isGate ? Epilogue::ReluGate : Epilogue::Relu;
    return takesInRegisters(call.problem, epilogue) ? epilogue : Epilogue::None;
}

}  // namespace vitrine::kernels
