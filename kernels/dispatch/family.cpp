// SPDX-License-Identifier: Apache-2.0
// Offers of families whose operands lie alike.
#include "kernels/dispatch/family.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "kernels/cpu/reach.h"

namespace vitrine::kernels {

namespace {

constexpr double memoryBytesPerSecond = 10e9;  // of one core, read and write together
constexpr std::array planes{Layout::Lanes, Layout::Blocked};

bool contains(const std::vector<size_t>& places, size_t place) {
    return std::ranges::find(places, place) != places.end();
}

std::string_view whyNoPlanes(const Call& call, const std::vector<size_t>& followers,
                             Together::Types types) {
    for (size_t place : followers) {
        const Operand& operand = call.operands[place];
        if (operand.array.rank < 2 || operand.array.rank > 5)
            return "wants images of two to five axes";
        const bool isOtherFloat = isFloat(operand.dtype) && operand.dtype != DType::F32;
        if (types == Together::Types::Float32 && isOtherFloat) return "wants f32";
    }
    return {};
}

}  // namespace

Together::Together(const Call& call, std::vector<size_t> followers, Types types)
    : m_call(call), m_followers(std::move(followers)) {
    for (size_t place = asSteps(call.problem).empty() ? call.own : 0; place < call.inputs();
         ++place)
        follow(place);
    if (inRegisters(call) == Epilogue::ReluGate) m_sameHalo.push_back({call.own, call.inputs()});
    if (const std::string_view why = whyNoPlanes(call, m_followers, types); !why.empty())
        refusePlanes(why);
}

void Together::follow(size_t place) {
    const std::optional<cpu::Reach> reach = cpu::reachInPlanes(m_call, place);
    if (!reach) refusePlanes("an operand repeats otherwise than by channel or pixel");
    const bool goesAlong = reach == cpu::Reach::Whole || reach == cpu::Reach::Plane;
    if (goesAlong && !contains(m_followers, place)) m_followers.push_back(place);
}

Together& Together::refuse(Layout layout, std::string_view why) {
    const auto same = [&](const auto& refusal) { return refusal.first == layout; };
    if (std::ranges::none_of(m_refused, same)) m_refused.emplace_back(layout, why);
    return *this;
}

Together& Together::strided(std::vector<size_t> places) {
    m_strided = std::move(places);
    return *this;
}
Together& Together::inPlace(std::vector<InPlace> pairs) {
    m_inPlace = std::move(pairs);
    return *this;
}
Together& Together::sameHalo(std::vector<SameHalo> pairs) {
    m_sameHalo.insert(m_sameHalo.end(), pairs.begin(), pairs.end());
    return *this;
}

Offer Together::offerIn(Layout layout) const {
    Offer offer;
    offer.name = layoutName(layout);
    offer.forms.resize(m_call.operands.size());
    for (size_t place : m_followers) offer.forms[place].layout = layout;
    if (layout == Layout::RowMajor)
        for (size_t place : m_strided) offer.forms[place].isStrided = true;
    else
        offer.sameHalo = m_sameHalo;
    offer.inPlace = m_inPlace;
    offer.seconds = memorySeconds(m_call, offer);
    return offer;
}

Offers Together::offers(double rowMajorFactor) const {
    Offers result;
    result.list.push_back(offerIn(Layout::RowMajor));
    for (Layout layout : planes) {
        const auto refusal =
            std::ranges::find(m_refused, layout, &std::pair<Layout, std::string_view>::first);
        if (refusal == m_refused.end())
            result.list.push_back(offerIn(layout));
        else
            result.refused.push_back({layoutName(layout), refusal->second});
    }
    if (result.list.size() > 1) result.list.front().seconds *= rowMajorFactor;
    return result;
}

Offers rowMajorOnly(const Call& call, std::vector<size_t> strided, std::vector<InPlace> inPlace) {
    Together together(call, {});
    together.strided(std::move(strided)).inPlace(std::move(inPlace));
    return {.list = {together.offerIn(Layout::RowMajor)}, .refused = {}};
}

std::vector<size_t> ownPlaces(const Call& call) {
    std::vector<size_t> places(call.own);
    std::iota(places.begin(), places.end(), size_t{0});
    return places;
}

std::vector<size_t> allPlaces(const Call& call) {
    std::vector<size_t> places = ownPlaces(call);
    for (size_t k = 0; k < call.results; ++k) places.push_back(call.inputs() + k);
    return places;
}

Call placed(const Call& call, const Offer& offer) {
    Call result = call;
    result.algorithm = offer.algorithm;
    for (size_t k = 0; k < offer.forms.size(); ++k) {
        result.operands[k].layout = offer.forms[k].layout;
        result.operands[k].halo = offer.forms[k].halo;
        result.operands[k].packing = offer.forms[k].packing;
    }
    return result;
}

double memorySeconds(const Call& call, const Offer& offer) {
    double bytes = 0;
    for (size_t k = 0; k < call.operands.size(); ++k) {
        Operand operand = call.operands[k];
        operand.layout = offer.forms[k].layout;
        operand.packing = offer.forms[k].packing;
        operand.halo = 0;
        bytes += static_cast<double>(bytesOf(operand.dtype, operand.storageElements()));
    }
    return bytes / memoryBytesPerSecond;
}

AlongAxis along(const Operand& operand, int axis) {
    AlongAxis view;
    for (int a = 0; a < operand.array.rank; ++a) {
        const int64_t extent = operand.array.shape[static_cast<size_t>(a)];
        (a < axis ? view.outer : a == axis ? view.extent : view.inner) *= extent;
    }
    return view;
}

}  // namespace vitrine::kernels
