// SPDX-License-Identifier: Apache-2.0
// The plain loop that defines the search for numbers that are not finite, on float and double.
#include "kernels/reference/finite.h"

#include <algorithm>
#include <cmath>

#include "kernels/dispatch/bind.h"

namespace vitrine::kernels::reference {
namespace {

template <class T>
bool allFinite(const T* x, int64_t count) {
    return std::all_of(x, x + count, [](T element) { return std::isfinite(element); });
}

template <class T>
void runFirstNonFinite(const void* problem, void* const* operands, Workspace, int, int64_t) {
    const auto& p = *static_cast<const FirstNonFiniteProblem*>(problem);
    firstNonFinite<T>(p, operands, static_cast<int32_t*>(operands[p.counts.size()]));
}

}  // namespace

template <class T>
void firstNonFinite(const FirstNonFiniteProblem& problem, const void* const* x, int32_t* first) {
    *first = -1;
    for (size_t t = 0; t < problem.counts.size() && *first < 0; ++t)
        if (!allFinite(static_cast<const T*>(x[t]), problem.counts[t]))
            *first = static_cast<int32_t>(t);
}

template void firstNonFinite<float>(const FirstNonFiniteProblem&, const void* const*, int32_t*);
template void firstNonFinite<double>(const FirstNonFiniteProblem&, const void* const*, int32_t*);

Kernel bindFirstNonFinite(const FirstNonFiniteProblem& problem) {
    return bindReference("first_non_finite", problem, Placed{.dtype = problem.dtype},
                         runFirstNonFinite<float>, runFirstNonFinite<double>);
}

}  // namespace vitrine::kernels::reference
