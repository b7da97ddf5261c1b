// SPDX-License-Identifier: Apache-2.0
// Offers of comparisons, logic and choices: row-major memory as it lies, views too.
#include "kernels/api/compare.h"

#include "kernels/dispatch/family.h"

namespace vitrine::kernels {

Offers offersOf(const Compare&, const Call& call) { return rowMajorOnly(call, ownPlaces(call)); }
Kernel bindTo(const Compare& compare, const Call& call) {
    return selectCompare({.relation = compare.relation,
                          .a = call.in(0),
                          .b = call.in(call.own - 1),
                          .y = call.out(0)});
}

Offers offersOf(const Select&, const Call& call) { return rowMajorOnly(call, ownPlaces(call)); }
Kernel bindTo(const Select&, const Call& call) {
    return selectSelect(
        {.condition = call.in(0), .a = call.in(1), .b = call.in(2), .y = call.out(0)});
}

}  // namespace vitrine::kernels
