// SPDX-License-Identifier: Apache-2.0
// What kernels offer for an instruction, asked once for all instructions that are alike: networks
// repeat their blocks, and the tapes of a run share most of theirs.
#pragma once

#include <bitset>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/exec/kernel_reasons.h"
#include "core/exec/measured_ways.h"
#include "core/ir/program.h"
#include "core/tensor/layout.h"
#include "kernels/api/offer.h"

namespace vitrine {

class Device;

using LayoutSet = std::bitset<4>;  ///< by LayoutKind
inline constexpr LayoutSet everyLayout{0b1111};
inline constexpr LayoutSet onlyRowMajor{1U << static_cast<unsigned>(LayoutKind::RowMajor)};

/// Which kernels may be taken: all, or only those that form every product.
enum class Math : uint8_t { Direct, Fast };

/// Offers that somebody would take.
struct Allowed {
    LayoutSet layouts = everyLayout;
    Math math = Math::Direct;
    /// What ways took here, in place of estimates; null: nothing was measured.
    std::shared_ptr<const MeasuredWays> measured = {};
    /// Whose kernels they are, row-major alone; null: the CPU's.
    Device* device = nullptr;
    bool operator==(const Allowed&) const = default;

    bool isRowMajorOnly() const { return layouts == onlyRowMajor; }
    bool isExactEnough(const kernels::Offer& offer) const;
    bool takes(const kernels::Offer& offer) const;
};

/// What an instruction asks of kernels, and what they offer.
struct AskedOffers {
    kernels::Call call;  ///< without operands: how they lie is not known yet. Nothing for views
    std::vector<kernels::Offer> offers;  ///< those that were allowed
    std::vector<char> takesStore;        ///< for each offer; empty where nothing is fused
    std::vector<char> takesSums;         ///< for each offer; empty where nothing is summed
    /// For each offer; empty where nothing is loaded through steps, which takes all else in.
    std::vector<char> takesLoad, loadsByPart;
    Allowed allowed;                         ///< its layouts are those of the offers
    std::shared_ptr<const KernelWays> ways;  ///< what a tape keeps of all this
};

/// All that follows from the offers for a call.
AskedOffers askedOffers(kernels::Call call, kernels::Offers offers);

/// Answers are functions of the question alone, so a tape is the same whatever was asked before it.
/// For as long as kernels use the same instruction set.
/// Threads: that of its owner, who compiles the tapes of a family one after the other.
class OfferMemo {
  public:
    OfferMemo();
    ~OfferMemo();

    /// Offers that are allowed. The same object for instructions that
    /// agree in operator, fields, shapes, element types, missing operands and what is fused in.
    std::shared_ptr<const AskedOffers> ask(const Program& program, const Instr& instr,
                                           const Allowed& allowed);

  private:
    struct Known;
    std::unordered_multimap<size_t, std::shared_ptr<const Known>> m_known;  ///< by hash
};

}  // namespace vitrine
