// SPDX-License-Identifier: Apache-2.0
// Offers of functions of whole numbers: row-major memory as it lies, views too.
#include "kernels/api/whole.h"

#include "kernels/dispatch/family.h"

namespace vitrine::kernels {

Offers offersOf(const WholeMap&, const Call& call) {
    std::vector<InPlace> everywhere;
    for (size_t k = 0; k < call.inputs(); ++k) everywhere.push_back({0, k});
    return rowMajorOnly(call, ownPlaces(call), std::move(everywhere));
}
Kernel bindTo(const WholeMap& map, const Call& call) {
    return selectWhole({.function = map.function,
                        .a = call.in(0),
                        .b = call.in(call.own - 1),
                        .y = call.out(0),
                        .p = map.p,
                        .q = map.q});
}

}  // namespace vitrine::kernels
