// SPDX-License-Identifier: Apache-2.0
// Chooses one of the kernels' offers for every instruction: least estimated time, reorders between
// neighbours and the packing of weights included.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/exec/kernel_call.h"
#include "core/exec/offer_memo.h"
#include "core/ir/program.h"

namespace vitrine {

/// What an instruction asks of kernels, and which of their offers it takes.
struct KernelChoice {
    std::shared_ptr<const AskedOffers> asked;  ///< with at least one offer
    size_t taken = 0;
    std::string_view reason = {};  ///< why it is there, for one that no search saw; static text

    const kernels::Call& call() const { return asked->call; }
    const std::vector<kernels::Offer>& offers() const { return asked->offers; }
    const kernels::Offer& offer() const { return asked->offers[taken]; }
    KernelReasons reasons() const { return {asked->ways, taken, reason}; }
};

/// One for each instruction. The estimate depends on shapes and the instruction set only, never on
/// timing, unless somebody has measured before: see Allowed::measured.
std::vector<KernelChoice> chooseKernels(const Program& program, const Allowed& allowed,
                                        OfferMemo& memo);

}  // namespace vitrine
