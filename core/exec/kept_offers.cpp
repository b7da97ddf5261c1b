// SPDX-License-Identifier: Apache-2.0
#include "core/exec/kept_offers.h"

namespace vitrine {

void keepOffers(AskedOffers& asked, kernels::Call call, kernels::Offers offers) {
    KernelWays ways;
    for (const kernels::Offer& offer : offers.list)
        ways.offered.push_back({offer.name, offer.seconds});
    ways.refused = std::move(offers.refused);
    asked.call = std::move(call);
    asked.call.operands = {};
    asked.offers = std::move(offers.list);
    asked.ways = std::make_shared<const KernelWays>(std::move(ways));
}

}  // namespace vitrine
