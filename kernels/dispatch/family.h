// SPDX-License-Identifier: Apache-2.0
// What every family of kernels answers about a call whose problem is its own, and what they share
// in answering. Problem (kernels/api/problem.h) is the list of families.
#pragma once

#include <string_view>
#include <utility>

#include "kernels/api/offer.h"
#include "kernels/dispatch/bind.h"

namespace vitrine::kernels {

#define VITRINE_FAMILY(Family)                             \
    Offers offersOf(const Family& what, const Call& call); \
    Kernel bindTo(const Family& what, const Call& call);
VITRINE_FAMILY(Conv)
VITRINE_FAMILY(Pool)
VITRINE_FAMILY(Channel)
VITRINE_FAMILY(Linear)
VITRINE_FAMILY(Row)
VITRINE_FAMILY(RowNorm)
VITRINE_FAMILY(Dot)
VITRINE_FAMILY(Map)
VITRINE_FAMILY(WholeMap)
VITRINE_FAMILY(Compare)
VITRINE_FAMILY(Select)
VITRINE_FAMILY(ScaleBy)
VITRINE_FAMILY(Fill)
VITRINE_FAMILY(Dropout)
VITRINE_FAMILY(Uniform)
VITRINE_FAMILY(Cast)
VITRINE_FAMILY(Normalize)
VITRINE_FAMILY(Reorder)
VITRINE_FAMILY(Pack)
VITRINE_FAMILY(FilterTransform)
VITRINE_FAMILY(Copy)
VITRINE_FAMILY(Concat)
VITRINE_FAMILY(ZeroPad)
VITRINE_FAMILY(Reduce)
VITRINE_FAMILY(Along)
VITRINE_FAMILY(MatMul)
VITRINE_FAMILY(Gather)
VITRINE_FAMILY(ScatterAdd)
VITRINE_FAMILY(Scatter)
VITRINE_FAMILY(Resample)
VITRINE_FAMILY(SgdUpdate)
VITRINE_FAMILY(AdamUpdate)
VITRINE_FAMILY(GlobalNorm)
#undef VITRINE_FAMILY

/// The layouts that some operands of a call may take together. All others are row-major. Those that
/// chains read, of `store` or of a pointwise problem, go with the result unless they repeat along
/// it.
class Together {
  public:
    enum class Types : uint8_t { Float32, Any };
    /// `followers`: by their places in the call. Lanes and blocks take images of ranks 2 to 5;
    /// those of floats of float32 alone, unless `types` says else.
    Together(const Call& call, std::vector<size_t> followers, Types types = Types::Float32);

    /// Kernels do not go that way here, for a reason of static text. RowMajor is never refused.
    Together& refuse(Layout layout, std::string_view why);
    Together& refusePlanes(std::string_view why) {
        return refuse(Layout::Lanes, why).refuse(Layout::Blocked, why);
    }
    /// Operands that kernels read by strides, in row-major.
    Together& strided(std::vector<size_t> places);
    Together& inPlace(std::vector<InPlace> pairs);
    Together& sameHalo(std::vector<SameHalo> pairs);

    /// Seconds are those of moving the bytes; `rowMajorFactor`: how much slower row-major kernels
    /// are, where there are others.
    Offers offers(double rowMajorFactor = 8) const;
    Offer offerIn(Layout layout) const;

  private:
    void follow(size_t place);

    const Call& m_call;
    std::vector<size_t> m_followers, m_strided;
    std::vector<InPlace> m_inPlace;
    std::vector<SameHalo> m_sameHalo;
    std::vector<std::pair<Layout, std::string_view>> m_refused;
};

/// The one offer of families that know row-major memory alone.
Offers rowMajorOnly(const Call& call, std::vector<size_t> strided = {},
                    std::vector<InPlace> inPlace = {});

/// The whole `store` of a call, where kernels of its family apply it before a sum leaves its
/// register; a gate is the last operand then.
Epilogue inRegisters(const Call& call);
/// The kernel that does all of `store` to sums in registers, as a Finish; without function where
/// there is none.
Kernel bindFinished(const Conv& conv, const Call& call);
/// Do kernels of its family make what the call loads, where they pack it?
bool loadsInside(const Call& call);

/// Places of the problem's operands.
std::vector<size_t> ownPlaces(const Call& call);
/// The same, and those of the results.
std::vector<size_t> allPlaces(const Call& call);

/// The call with its operands as an offer wants them.
Call placed(const Call& call, const Offer& offer);

/// Seconds to move the operands and results of an offer to and from memory.
double memorySeconds(const Call& call, const Offer& offer);

/// A row-major operand seen from one axis: [outer][extent][inner].
struct AlongAxis {
    int64_t outer = 1, extent = 1, inner = 1;
};
AlongAxis along(const Operand& operand, int axis);

}  // namespace vitrine::kernels
