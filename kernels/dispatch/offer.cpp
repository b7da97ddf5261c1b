// SPDX-License-Identifier: Apache-2.0
// Asks the family of a problem.
#include "kernels/api/offer.h"

#include <algorithm>

#include "kernels/dispatch/family.h"

namespace vitrine::kernels {

Layout Offer::layout() const {
    for (const Form& form : forms)
        if (form.layout != Layout::RowMajor) return form.layout;
    return Layout::RowMajor;
}

Offers offers(const Call& call) {
    return std::visit([&](const auto& what) { return offersOf(what, call); }, call.problem);
}

Kernel bind(const Call& call) {
    return std::visit([&](const auto& what) { return bindTo(what, call); }, call.problem);
}

Epilogue asEpilogue(const Problem& problem) {
    const auto* map = std::get_if<Map>(&problem);
    if (map && map->function == Pointwise::Relu) return Epilogue::Relu;
    return map && map->function == Pointwise::ReluGate ? Epilogue::ReluGate : Epilogue::None;
}

bool takesEpilogue(const Problem& problem, Epilogue epilogue) {
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

}  // namespace vitrine::kernels
