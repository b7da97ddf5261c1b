// SPDX-License-Identifier: Apache-2.0
// Questions as text, and measured times in the place of estimates.
#include "core/exec/measured_ways.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/opdef/descriptor.h"

namespace vitrine {

namespace {

std::string typesText(std::span<const ValueShape> types) {
    std::string text;
    for (const ValueShape& type : types)
        text += type.isThere ? fmt::format(" {} {}", name(type.dtype), type.shape.text()) : " -";
    return text;
}

}  // namespace

const MeasuredWays::Ways* MeasuredWays::find(std::string_view question) const {
    const auto found = questions.find(question);
    return found == questions.end() ? nullptr : &found->second;
}

std::string questionText(const Instr& instr, std::span<const ValueShape> in,
                         std::span<const ValueShape> out) {
    size_t summed = 0;
    for (const FusedOp& sum : instr.sums) summed += sum.op->outputs.size();
    std::string text(instr.op->id);
    for (size_t i = 0; i < instr.attrs.specs().size(); ++i)
        text +=
            fmt::format(" {}={}", instr.attrs.specs()[i].id, fieldText(instr.attrs.values()[i]));
    return text + ":" + typesText(in.first(in.size() - foldedOperands(instr))) + " ->" +
           typesText(out.first(out.size() - summed));
}

void takeMeasured(const MeasuredWays::Ways& ways, int threads,
                  std::vector<kernels::Offer>& offers) {
    const kernels::Offer* nearest = nullptr;
    for (const kernels::Offer& offer : offers)
        if (ways.contains(offer.name) && (!nearest || offer.seconds < nearest->seconds))
            nearest = &offer;
    if (!nearest || nearest->seconds <= 0) return;
    const double scale = ways.find(nearest->name)->second * threads / nearest->seconds;
    for (kernels::Offer& offer : offers) {
        const auto measured = ways.find(offer.name);
        offer.seconds = measured == ways.end() ? offer.seconds * scale : measured->second * threads;
    }
}

}  // namespace vitrine
