// SPDX-License-Identifier: Apache-2.0
// What is kept of offers once they have been asked for.
#pragma once

#include "core/exec/offer_memo.h"

namespace vitrine {

/// The call, what there is for it, and what a tape keeps of that.
void keepOffers(AskedOffers& asked, kernels::Call call, kernels::Offers offers);

}  // namespace vitrine
