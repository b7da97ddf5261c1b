// SPDX-License-Identifier: Apache-2.0
// Asks the family of a problem.
#include "kernels/api/offer.h"

#include <algorithm>

#include "kernels/cpu/chain.h"
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

/// The call without its sums and what they alone read and make.
Call withoutSums(const Call& call) {
    Call result = call;
    result.sums.clear();
    result.ofSums = 0;
    result.results = 1;
    const auto inputs = result.operands.begin() + static_cast<std::ptrdiff_t>(call.inputs());
    result.operands.erase(inputs + 1, result.operands.end());
    result.operands.erase(inputs - static_cast<std::ptrdiff_t>(call.ofSums), inputs);
    return result;
}

/// The offer for a call without its sums, with forms for all of them: images lie as what is summed
/// does, all else is row-major.
void addSums(Offer& offer, const Call& call) {
    const Form result = offer.forms.back();
    offer.forms.pop_back();
    offer.forms.resize(call.inputs());
    for (const ChannelSum& sum : call.sums)
        if (sum.pass == ChannelPass::Dot) offer.forms[sum.image].layout = result.layout;
    offer.forms.push_back(result);
    offer.forms.resize(call.inputs() + call.results);
    const size_t before = call.inputs() - call.ofSums;
    for (SameHalo& pair : offer.sameHalo)
        for (size_t* place : {&pair.a, &pair.b})
            if (*place >= before) *place += call.ofSums;
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

/// What a problem would be in a chain.
struct AsSteps {
    std::vector<ChainStep> operator()(const Map& map) const {
        const int operands = operandsOf(map.function);
        return {{.function = map.function,
                 .p = map.p,
                 .a = 0,
                 .b = operands > 1 ? 1 : 0,
                 .c = operands > 2 ? 2 : 0,
                 .q = map.q}};
    }
    std::vector<ChainStep> operator()(const ScaleBy&) const {
        return {{.function = Pointwise::Mul, .a = 0, .b = 1, .c = 0}};
    }
    std::vector<ChainStep> operator()(const Channel& channel) const {
        if (channel.pass != ChannelPass::Normalize) return {};
        const int soFar = ChainStep::soFar;
        return {{.function = Pointwise::Sub, .a = 0, .b = 1, .c = 0, .byChannel = true},
                {.function = Pointwise::MulAdd, .a = soFar, .b = 2, .c = 3, .byChannel = true}};
    }
    template <class Other>
    std::vector<ChainStep> operator()(const Other&) const {
        return {};
    }
};

Kernel bindOwn(const Call& call) {
    return std::visit([&](const auto& what) { return bindTo(what, call); }, call.problem);
}

/// The call without its steps and what they read.
Call alone(const Call& call) {
    Call result = call;
    result.store.clear();
    result.operands.erase(result.operands.begin() + static_cast<std::ptrdiff_t>(call.own),
                          result.operands.end() - static_cast<std::ptrdiff_t>(call.results));
    return result;
}

}  // namespace

Offers offers(const Call& call) {
    const auto of = [](const Call& own) {
        return std::visit([&](const auto& what) { return offersOf(what, own); }, own.problem);
    };
    if (call.sums.empty()) return of(call);
    Offers result = of(withoutSums(call));
    for (Offer& offer : result.list) addSums(offer, call);
    return result;
}

Kernel bind(const Call& call) {
    if (!call.sums.empty()) {
        Kernel inner = bind(withoutSums(call));
        if (const std::string_view why = cpu::whyNoPartSums(inner, call); !why.empty())
            return refuse("sums by channel: " + std::string(why));
        return cpu::bindPartSums(std::move(inner), call);
    }
    if (call.store.empty()) return bindOwn(call.own < call.inputs() ? alone(call) : call);
    if (inRegisters(call) != Epilogue::None) return bindOwn(call);
    if (!asSteps(call.problem).empty()) return cpu::bindChain(call);
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

bool takesStore(const Call& call, const Offer& offer) {
    if (call.results != 1 || call.store.size() > mostSteps || call.operands.size() > mostOperands)
        return false;
    if (inRegisters(call) != Epilogue::None) return true;
    if (!cpu::canChain(call, offer.forms.back().layout)) return false;
    return !asSteps(call.problem).empty() || bindOwn(alone(placed(call, offer))).share;
}

Epilogue inRegisters(const Call& call) {
    if (call.store.size() != 1 || call.store[0].a != ChainStep::soFar) return Epilogue::None;
    const ChainStep& step = call.store[0];
    const bool isGate = step.function == Pointwise::ReluGate &&
                        step.b == static_cast<int>(call.own) && call.inputs() == call.own + 1;
    if (!isGate && step.function != Pointwise::Relu) return Epilogue::None;
    const Epilogue epilogue = isGate ? Epilogue::ReluGate : Epilogue::Relu;
    return takesInRegisters(call.problem, epilogue) ? epilogue : Epilogue::None;
}

}  // namespace vitrine::kernels
