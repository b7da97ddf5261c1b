// SPDX-License-Identifier: Apache-2.0
// Which kernel brings filters into frequencies.
#include "kernels/api/filter_transform.h"

#include "kernels/cpu/conv2d/winograd_filters.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"
#include "kernels/reference/filter_transform.h"

namespace vitrine::kernels {

Offers offersOf(const FilterTransform&, const Call& call) { return rowMajorOnly(call); }

Kernel bindTo(const FilterTransform& what, const Call& call) {
    const Operand &x = call.in(0), &y = call.out(0);
    FilterTransformProblem problem{.filters = x.elements() / (what.adjoint ? 36 : 9),
                                   .adjoint = what.adjoint,
                                   .dtype = x.dtype};
    if (y.layout == Layout::Packed) problem.packing = y.packing;
    return selectFilterTransform(problem);
}

Kernel selectFilterTransform(const FilterTransformProblem& problem) {
    return choose(problem, {cpu::filterTransform, reference::filterTransform});
}

}  // namespace vitrine::kernels
